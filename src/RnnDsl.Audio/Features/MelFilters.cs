namespace RnnDsl.Audio;

/// <summary>The triangles of a mel spectrum. Only the part of a triangle that is not zero is kept.</summary>
/// <remarks>NWaves' filter banks are full matrices of floats, and fail where the last triangle ends at half of the sample rate; so these are our own.</remarks>
sealed class MelFilters
{
    readonly (int First, double[] Weights)[] filters;

    public MelFilters(FeatureOptions options, int size)
    {
        double low = ToMel(options.Lowest, options.Scale), high = ToMel(options.Highest ?? options.SampleRate / 2.0, options.Scale);
        double[] corners = [.. Enumerable.Range(0, options.Filters + 2).Select(i => ToHertz(low + (high - low) * i / (options.Filters + 1), options.Scale)).Select(f => Warp(f, options))];
        filters = new (int, double[])[options.Filters];
        for (int i = 0; i < filters.Length; i++)
        {
            (double left, double center, double right) = (corners[i], corners[i + 1], corners[i + 2]);
            double[] all = [.. Enumerable.Range(0, size / 2 + 1).Select(bin => (double)bin * options.SampleRate / size)
                .Select(f => 2 / (right - left) * Math.Max(0, Math.Min((f - left) / (center - left), (right - f) / (right - center))))];
            int first = Array.FindIndex(all, w => w > 0), last = Array.FindLastIndex(all, w => w > 0);
            if (first < 0)
                throw new ArgumentException(FormattableString.Invariant(
                    $"Filter {i} of {options.Filters} is between {left:F0} and {right:F0} Hz, where a spectrum of {size} samples at {options.SampleRate} Hz has no value. Take fewer filters or longer frames."), nameof(options));
            filters[i] = (first, all[first..(last + 1)]);
        }
    }

    public void Apply(ReadOnlySpan<double> power, Span<double> mel)
    {
        for (int i = 0; i < filters.Length; i++)
        {
            (int first, double[] weights) = filters[i];
            mel[i] = System.Numerics.Tensors.TensorPrimitives.Dot(power.Slice(first, weights.Length), weights);
        }
    }

    /// <summary>Where a corner lies that would be at <paramref name="hertz"/> without a warp (Jaitly &amp; Hinton 2013). Half of the sample rate stays where it is.</summary>
    static double Warp(double hertz, FeatureOptions options)
    {
        // Below this frequency lie the formants that tell speech sounds apart. At low sample rates a tenth is left for the straight line.
        const double HighestFormant = 4800;
        double half = options.SampleRate / 2.0, knee = Math.Min(HighestFormant, 0.9 * half) * Math.Min(options.Warp, 1);
        return hertz <= knee / options.Warp ? hertz * options.Warp : half - (half - knee) / (half - knee / options.Warp) * (half - hertz);
    }

    static double ToMel(double hertz, MelScale scale) => scale == MelScale.Htk ? 2595 * Math.Log10(1 + hertz / 700)
        : hertz < 1000 ? hertz * 3 / 200 : 15 + 27 * Math.Log(hertz / 1000) / Math.Log(6.4);

    static double ToHertz(double mel, MelScale scale) => scale == MelScale.Htk ? 700 * (Math.Pow(10, mel / 2595) - 1)
        : mel < 15 ? mel * 200 / 3 : 1000 * Math.Exp((mel - 15) * Math.Log(6.4) / 27);
}
