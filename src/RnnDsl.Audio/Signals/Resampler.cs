namespace RnnDsl.Audio;

/// <summary>Changes the sample rate of a sound.</summary>
/// <remarks>
/// Each new sample is a sum of old ones, weighted by a sinc under a Kaiser window (Smith, "Digital Audio Resampling", 2002). Frequencies above half of the lower rate are at least 80 dB
/// down, and those below 0.88 of that half are kept within 0.01 dB. Nothing is delayed. The resampler of NWaves 0.9.6 is not used: it keeps positions in floats, which are off by a
/// hundredth of a sample after ten seconds, and its low-pass filter delays the sound.
/// </remarks>
public static class Resampler
{
    /// <summary>Zeros of the sinc on each side.</summary>
    const int Zeros = 48;

    /// <summary>The shape of the window. It gives 90 dB.</summary>
    const double Beta = 9;

    /// <summary>The middle of the band in which the filter falls, as a share of half of the lower rate.</summary>
    const double Cutoff = 0.94;

    /// <summary>Phases beyond this number are interpolated for each sample anew (Smith 2002), so that rates without a common divisor need no large table.</summary>
    const int MostPhases = 4096;

    /// <summary>The most weights of the table of all phases.</summary>
    const long MostWeights = 1 << 22;

    /// <summary>No recording has a higher rate.</summary>
    const int MostRate = 10_000_000;

    /// <summary>From a rate that is so many times higher nothing is left to hear.</summary>
    const int MostRatio = 10_000;

    /// <summary>Places of the windowed sinc between two of its zeros, between which it is taken to be straight: an error of 150 dB below the sound.</summary>
    const int Places = 4096;

    static readonly Lazy<double[]> shape = new(() => [.. Enumerable.Range(0, Zeros * Places + 2).Select(i => Shape((double)i / Places))]);

    /// <summary>Resamples a whole sound. It has ⌈length · to / from⌉ samples, and before and behind it there is silence.</summary>
    /// <param name="samples">The sound.</param>
    /// <param name="from">Its sample rate.</param>
    /// <param name="to">The new sample rate.</param>
    /// <exception cref="ArgumentOutOfRangeException">A rate is not positive or above 10 MHz, or the new one is less than a 10,000th of the other.</exception>
    /// <exception cref="ArgumentException">The result would be longer than an array can be.</exception>
    public static float[] Resample(ReadOnlySpan<float> samples, int from, int to)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(from, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(to, 1);
        if (Math.Max(from, to) > MostRate)
            throw new ArgumentOutOfRangeException(from > to ? nameof(from) : nameof(to), Math.Max(from, to), $"The highest rate is {MostRate} Hz.");
        if (from / MostRatio >= to && from > MostRatio)
            throw new ArgumentOutOfRangeException(nameof(to), to, $"From {from} Hz the lowest rate is {from / MostRatio + 1} Hz: nothing is left of a sound below.");
        int divisor = (int)System.Numerics.BigInteger.GreatestCommonDivisor(from, to);
        long up = to / divisor, down = from / divisor;
        if (up == down)
            return samples.ToArray();
        Int128 length = ((Int128)samples.Length * up + down - 1) / down;
        if (length > Array.MaxLength)
            throw new ArgumentException($"{samples.Length} samples at {from} Hz would be {length} at {to} Hz, more than an array can hold.", nameof(samples));
        double cutoff = Cutoff * Math.Min(1, (double)up / down);
        int reach = (int)Math.Ceiling(Zeros / cutoff);
        var table = up <= MostPhases && up * 2 * reach <= MostWeights ? new float[up][] : null;
        var exact = new double[2 * reach];
        var own = new float[2 * reach];
        var result = new float[(int)length];
        for (int n = 0; n < result.Length; n++)
        {
            (long whole, long phase) = Math.DivRem(n * down, up);
            float[] weights = table is null ? Fill(own, phase) : table[phase] ??= Fill(new float[2 * reach], phase);
            // The weight at place i belongs to the old sample whole − reach + 1 + i.
            long start = whole - reach + 1;
            int skipped = (int)Math.Max(0, -start), count = (int)Math.Min(2 * reach, samples.Length - start) - skipped;
            if (count > 0)
                result[n] = System.Numerics.Tensors.TensorPrimitives.Dot(samples.Slice((int)(start + skipped), count), weights.AsSpan(skipped, count));
        }
        return result;

        float[] Fill(float[] weights, long phase)
        {
            double sum = 0;
            for (int i = 0; i < exact.Length; i++)
            {
                double place = Math.Abs((double)phase / up + reach - 1 - i) * cutoff;
                sum += exact[i] = table is null ? Interpolated(place) : Shape(place);
            }
            // A constant stays as it is at every phase.
            for (int i = 0; i < exact.Length; i++)
                weights[i] = (float)(exact[i] / sum);
            return weights;
        }
    }

    /// <summary>The windowed sinc.</summary>
    /// <param name="place">The distance from its middle, from 0 up, in distances between zeros.</param>
    static double Shape(double place)
    {
        double share = place / Zeros, angle = Math.PI * place;
        return share >= 1 ? 0 : (angle < 1e-9 ? 1 : Math.Sin(angle) / angle) * Bessel(Beta * Math.Sqrt(1 - share * share)) / Bessel(Beta);
    }

    static double Interpolated(double place)
    {
        if (place >= Zeros)
            return 0;
        double[] all = shape.Value;
        int below = (int)(place *= Places);
        return all[below] + (all[below + 1] - all[below]) * (place - below);
    }

    /// <summary>The modified Bessel function of the first kind and of order 0, by its series.</summary>
    static double Bessel(double x)
    {
        double sum = 1, term = 1;
        for (int k = 1; term > 1e-17 * sum; k++)
            sum += term *= x * x / (4.0 * k * k);
        return sum;
    }
}
