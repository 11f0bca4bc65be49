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

    /// <summary>Phases beyond this number are computed for each sample anew, so that rates without a common divisor need no large table.</summary>
    const int MostPhases = 4096;

    /// <summary>No recording has a higher rate.</summary>
    const int MostRate = 10_000_000;

    /// <summary>Resamples a whole sound. It has ⌈length · to / from⌉ samples, and before and behind it there is silence.</summary>
    /// <param name="samples">The sound.</param>
    /// <param name="from">Its sample rate.</param>
    /// <param name="to">The new sample rate.</param>
    /// <exception cref="ArgumentOutOfRangeException">A rate is not positive, or the new one is above 10 MHz.</exception>
    /// <exception cref="ArgumentException">The result would be longer than an array can be.</exception>
    public static float[] Resample(ReadOnlySpan<float> samples, int from, int to)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(from, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(to, 1);
        if (to > MostRate)
            throw new ArgumentOutOfRangeException(nameof(to), to, $"The highest rate is {MostRate} Hz.");
        int divisor = (int)System.Numerics.BigInteger.GreatestCommonDivisor(from, to);
        long up = to / divisor, down = from / divisor;
        if (up == down)
            return samples.ToArray();
        Int128 length = ((Int128)samples.Length * up + down - 1) / down;
        if (length > Array.MaxLength)
            throw new ArgumentException($"{samples.Length} samples at {from} Hz would be {length} at {to} Hz, more than an array can hold.", nameof(samples));
        double cutoff = Cutoff * Math.Min(1, (double)up / down);
        int reach = (int)Math.Ceiling(Zeros / cutoff);
        var table = up <= MostPhases ? new float[up][] : null;
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
            var exact = new double[weights.Length];
            for (int i = 0; i < exact.Length; i++)
                sum += exact[i] = Weight((double)phase / up + reach - 1 - i, cutoff);
            // A constant stays as it is at every phase.
            for (int i = 0; i < exact.Length; i++)
                weights[i] = (float)(exact[i] / sum);
            return weights;
        }
    }

    static double Weight(double distance, double cutoff)
    {
        double place = distance * cutoff / Zeros;
        if (Math.Abs(place) >= 1)
            return 0;
        double angle = Math.PI * cutoff * distance;
        return cutoff * (Math.Abs(angle) < 1e-9 ? 1 : Math.Sin(angle) / angle) * Bessel(Beta * Math.Sqrt(1 - place * place)) / Bessel(Beta);
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
