namespace RnnDsl.Audio.Tests;

public class ResamplerTests
{
    static float[] Sine(double hertz, int rate, int count) => [.. Enumerable.Range(0, count).Select(n => (float)Math.Sin(2 * Math.PI * hertz * n / rate))];

    static double Decibels(IEnumerable<double> samples) => 10 * Math.Log10(samples.Average(s => s * s) + 1e-30) - 10 * Math.Log10(0.5);

    /// <summary>Away from both ends, where the sound begins and stops.</summary>
    static IEnumerable<double> Middle(float[] samples) => samples.Skip(samples.Length / 4).Take(samples.Length / 2).Select(s => (double)s);

    [Theory]
    [InlineData(16000, 8000, 4000)]
    [InlineData(16000, 8000, 4100)]
    [InlineData(16000, 8000, 5000)]
    [InlineData(16000, 8000, 7900)]
    [InlineData(44100, 16000, 8100)]
    [InlineData(44100, 8000, 20000)]
    [InlineData(48000, 44100, 22500)]
    [InlineData(44101, 8000, 5000)]
    public void What_would_be_folded_is_80_dB_down(int from, int to, double hertz) =>
        Assert.InRange(Decibels(Middle(Resampler.Resample(Sine(hertz, from, from), from, to))), -300, -80);

    [Theory]
    [InlineData(16000, 8000, 100)]
    [InlineData(16000, 8000, 3500)]
    [InlineData(44100, 16000, 7000)]
    [InlineData(8000, 16000, 3500)]
    [InlineData(8000, 44100, 3500)]
    [InlineData(8000, 8001, 3000)]
    [InlineData(44101, 8000, 3000)]
    public void What_fits_stays_as_it_is(int from, int to, double hertz)
    {
        float[] resampled = Resampler.Resample(Sine(hertz, from, from), from, to);
        Assert.Equal(to, resampled.Length);
        float[] exact = Sine(hertz, to, to);
        Assert.InRange(Decibels(Middle([.. resampled.Zip(exact, (a, b) => a - b)])), -300, -60);
        Assert.InRange(Decibels(Middle(resampled)), -0.01, 0.01);
    }

    [Fact]
    public void A_constant_stays_a_constant_and_images_are_not_heard()
    {
        Assert.All(Middle(Resampler.Resample([.. Enumerable.Repeat(0.5f, 4000)], 8000, 11025)), s => Assert.InRange(s, 0.499999, 0.500001));
        // The image of 1,000 Hz at 8,000 Hz would be at 7,000 Hz.
        double[] up = [.. Middle(Resampler.Resample(Sine(1000, 8000, 8000), 8000, 16000))];
        double cosine = up.Select((s, n) => s * Math.Cos(2 * Math.PI * 7000 * n / 16000)).Average(), sine = up.Select((s, n) => s * Math.Sin(2 * Math.PI * 7000 * n / 16000)).Average();
        Assert.InRange(20 * Math.Log10(2 * Math.Sqrt(cosine * cosine + sine * sine) + 1e-30), -300, -80);
    }

    [Fact]
    public void Lengths_and_rates_are_checked()
    {
        Assert.Empty(Resampler.Resample([], 8000, 16000));
        Assert.Equal([1, 2, 3], Resampler.Resample([1, 2, 3], 8000, 8000));
        Assert.Equal(2, Resampler.Resample([1, 2, 3], 8000, 4000).Length);
        Assert.Throws<ArgumentOutOfRangeException>(() => Resampler.Resample([1], 0, 8000));
        Assert.Throws<ArgumentOutOfRangeException>(() => Resampler.Resample([1], 8000, -1));
        Assert.Throws<ArgumentException>(() => Resampler.Resample(new float[1000], 1, 10_000_000));
        Assert.Contains("10000000 Hz", Assert.Throws<ArgumentOutOfRangeException>(() => Resampler.Resample(new float[8000], 8000, 1_000_000_007)).Message);
    }

    /// <summary>Rates without a common divisor, of which each weight would be computed anew for each sample, and 10 MHz to 3,001 Hz would have needed a table of gigabytes.</summary>
    [Theory]
    [InlineData(44_101, 16_000, 100)]
    [InlineData(767_999, 8_000, 5)]
    [InlineData(8_000, 767_999, 5)]
    [InlineData(9_999_991, 3_001, 1)]
    public void Any_rates_take_bounded_time_and_memory(int from, int to, int tenths)
    {
        float[] tone = Sine(700, from, from / 10 * tenths);
        long before = GC.GetTotalAllocatedBytes();
        var watch = System.Diagnostics.Stopwatch.StartNew();
        float[] resampled = Resampler.Resample(tone, from, to);
        Assert.InRange(watch.Elapsed.TotalSeconds, 0, 20);
        Assert.InRange(GC.GetTotalAllocatedBytes() - before, 0, 4L * resampled.Length + (64 << 20));
        float[] exact = Sine(700, to, resampled.Length);
        Assert.InRange(Decibels(Middle([.. resampled.Zip(exact, (a, b) => a - b)])), -300, -60);
    }

    [Fact]
    public void A_ratio_that_leaves_nothing_is_refused()
    {
        Assert.Contains("From 10000000 Hz the lowest rate is 1001 Hz", Assert.Throws<ArgumentOutOfRangeException>(() => Resampler.Resample(new float[100], 10_000_000, 1000)).Message);
        Assert.Contains("10000000 Hz", Assert.Throws<ArgumentOutOfRangeException>(() => Resampler.Resample(new float[100], int.MaxValue, 8000)).Message);
        Assert.Single(Resampler.Resample(new float[100], 10_000_000, 1001));
    }

    [Fact]
    public void Augmentation_keeps_what_it_says()
    {
        var tone = new Sound(Sine(440, 8000, 8000), 8000, "tone");
        foreach (double decibels in new[] { 30.0, 10, 0 })
        {
            Sound noisy = tone.WithNoise(decibels, seed: 3);
            double noise = SoundQuality.Of([.. noisy.Samples.Zip(tone.Samples, (a, b) => a - b)]).Rms;
            Assert.Equal(decibels, 20 * Math.Log10(tone.Quality.Rms / noise), 4);
        }
        Assert.Equal(tone.WithNoise(10, 3).Samples, tone.WithNoise(10, 3).Samples);
        Assert.NotEqual(tone.WithNoise(10, 3).Samples, tone.WithNoise(10, 4).Samples);
        var silence = new Sound(new float[10], 8000);
        Assert.Same(silence, silence.WithNoise(10, 1));
        Assert.Throws<ArgumentException>(() => tone.WithNoise(silence, 10, 1));
        Assert.Throws<ArgumentException>(() => tone.WithNoise(new Sound([1, 0], 16000), 10, 1));
        foreach (double decibels in new[] { double.NaN, -1e9, 1e9 })
            Assert.Contains("tone: a ratio of signal and noise is from -200 to 1000 decibels", Assert.Throws<ArgumentException>(() => tone.WithNoise(decibels, 1)).Message);

        Sound faster = tone.AtSpeed(1.25);
        Assert.Equal(6400, faster.Samples.Length);
        Assert.InRange(Decibels(Middle([.. faster.Samples.Zip(Sine(550, 8000, 6400), (a, b) => a - b)])), -300, -60);
        Assert.Throws<ArgumentOutOfRangeException>(() => tone.AtSpeed(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => tone.AtSpeed(double.NaN));
        Assert.Throws<ArgumentException>(() => new Sound([float.NaN], 8000));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Sound([1], 0));
    }
}
