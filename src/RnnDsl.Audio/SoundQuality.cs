namespace RnnDsl.Audio;

/// <summary>Whether a recording is usable: its level, the samples at full scale and the offset.</summary>
/// <param name="Peak">The largest absolute amplitude.</param>
/// <param name="Rms">The root of the mean square.</param>
/// <param name="ClippedShare">The share of samples at full scale, from 0 to 1.</param>
/// <param name="Offset">The mean. A microphone's is close to 0.</param>
public sealed record SoundQuality(double Peak, double Rms, double ClippedShare, double Offset)
{
    /// <summary>A sample at or above this is at full scale: it is the largest positive value of 16 bits.</summary>
    public const float FullScale = 32767f / 32768;

    /// <summary>A peak below this is silence: −80 dB of full scale, about three steps of 16 bits.</summary>
    public const double SilentPeak = 1e-4;

    /// <summary>No sample is above <see cref="SilentPeak"/>.</summary>
    public bool IsSilent => Peak < SilentPeak;

    /// <summary>Measures samples.</summary>
    public static SoundQuality Of(ReadOnlySpan<float> samples)
    {
        double peak = 0, squares = 0, sum = 0;
        int clipped = 0;
        foreach (float sample in samples)
        {
            double size = Math.Abs(sample);
            peak = Math.Max(peak, size);
            squares += size * size;
            sum += sample;
            if (size >= FullScale)
                clipped++;
        }
        int count = Math.Max(1, samples.Length);
        return new SoundQuality(peak, Math.Sqrt(squares / count), (double)clipped / count, sum / count);
    }

    /// <summary>One sentence for each of these: silence, more than 0.1 % of the samples at full scale, an offset above 0.01.</summary>
    /// <param name="name">What the sentences call the clip.</param>
    public IReadOnlyList<string> Findings(string name)
    {
        var findings = new List<string>();
        if (IsSilent)
            findings.Add(FormattableString.Invariant($"{name} is silent: its largest amplitude is {Peak:G3}."));
        if (ClippedShare > 0.001)
            findings.Add(FormattableString.Invariant($"{name} is clipped: {100 * ClippedShare:F1} % of its samples are at full scale."));
        if (Math.Abs(Offset) > 0.01)
            findings.Add(FormattableString.Invariant($"{name} has an offset: its mean is {Offset:F3}, not 0."));
        return findings;
    }
}
