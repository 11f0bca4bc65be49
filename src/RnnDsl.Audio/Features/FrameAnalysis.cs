using NWaves.Transforms;

namespace RnnDsl.Audio;

/// <summary>Makes of the emphasized samples of one frame its log-mel spectrum or its MFCC. It has buffers of its own, and so one caller at a time.</summary>
sealed class FrameAnalysis
{
    readonly RealFft64 transform;
    readonly double[] window, frame, real, imaginary, mel;
    readonly double[][]? cosines;
    readonly MelFilters filters;
    readonly double floor;

    public FrameAnalysis(FeatureOptions options, int length, MelFilters filters)
    {
        int size = Size(length);
        this.filters = filters;
        floor = options.Floor;
        transform = new RealFft64(size);
        window = [.. Enumerable.Range(0, length).Select(n => Math.Cos(2 * Math.PI * n / length)).Select(cosine => options.Window switch
        {
            WindowShape.Hann => 0.5 - 0.5 * cosine,
            WindowShape.Hamming => 0.54 - 0.46 * cosine,
            _ => 1,
        })];
        (frame, real, imaginary, mel) = (new double[size], new double[size / 2 + 1], new double[size / 2 + 1], new double[options.Filters]);
        if (options.Coefficients is { } count)
            cosines = [.. Enumerable.Range(0, count).Select(k => Enumerable.Range(0, options.Filters)
                .Select(m => Math.Sqrt((k == 0 ? 1.0 : 2) / options.Filters) * Math.Cos(Math.PI * k * (m + 0.5) / options.Filters)).ToArray())];
        Width = options.Coefficients ?? options.Filters;
    }

    /// <summary>The numbers of a row.</summary>
    public int Width { get; }

    /// <summary>The samples of the transform: the next power of two.</summary>
    public static int Size(int length) => (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)Math.Max(4, length));

    public void Analyze(ReadOnlySpan<double> samples, Span<double> row)
    {
        for (int n = 0; n < window.Length; n++)
            frame[n] = samples[n] * window[n];
        transform.Direct(frame, real, imaginary);
        for (int bin = 0; bin < real.Length; bin++)
            real[bin] = real[bin] * real[bin] + imaginary[bin] * imaginary[bin];
        filters.Apply(real, mel);
        for (int m = 0; m < mel.Length; m++)
            mel[m] = Math.Log(Math.Max(mel[m], floor));
        if (cosines is null)
            mel.CopyTo(row);
        else
            for (int k = 0; k < cosines.Length; k++)
                row[k] = System.Numerics.Tensors.TensorPrimitives.Dot<double>(cosines[k], mel);
    }
}
