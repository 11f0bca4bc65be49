namespace RnnDsl.Audio;

/// <summary>A clip of sound with one channel.</summary>
public sealed class Sound
{
    /// <summary>Takes samples as they are; nothing is copied.</summary>
    /// <param name="samples">Amplitudes; 1 and −1 are full scale. Larger values are allowed.</param>
    /// <param name="sampleRate">Samples a second.</param>
    /// <param name="name">What messages call the clip, such as the name of its file.</param>
    /// <exception cref="ArgumentException">A sample is not finite.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The sample rate is not positive.</exception>
    public Sound(float[] samples, int sampleRate, string name = "a sound") : this(samples, sampleRate, name, [])
    {
    }

    internal Sound(float[] samples, int sampleRate, string name, IReadOnlyList<string> findings)
    {
        ArgumentNullException.ThrowIfNull(samples);
        ArgumentOutOfRangeException.ThrowIfLessThan(sampleRate, 1);
        for (int i = 0; i < samples.Length; i++)
            if (!float.IsFinite(samples[i]))
                throw new ArgumentException($"Sample {i} of {name} is {samples[i]}.", nameof(samples));
        (Samples, SampleRate, Name) = (samples, sampleRate, name);
        Quality = SoundQuality.Of(samples);
        Findings = [.. findings, .. Quality.Findings(name)];
    }

    /// <summary>Amplitudes; 1 and −1 are full scale.</summary>
    public float[] Samples { get; }

    /// <summary>Samples a second.</summary>
    public int SampleRate { get; }

    /// <summary>What messages call the clip.</summary>
    public string Name { get; }

    /// <summary>Level, clipping and offset as they were when the clip was made.</summary>
    public SoundQuality Quality { get; }

    /// <summary>What a person should know of the clip and of its file. It is empty for a good clip.</summary>
    public IReadOnlyList<string> Findings { get; }

    /// <summary>Seconds.</summary>
    public double Duration => (double)Samples.Length / SampleRate;

    /// <summary>The same sound with another sample rate, see <see cref="Resampler"/>. It is this clip if the rate is the same.</summary>
    public Sound Resample(int sampleRate) => sampleRate == SampleRate ? this : new Sound(Resampler.Resample(Samples, SampleRate, sampleRate), sampleRate, Name);

    /// <summary>Name, length and rate.</summary>
    public override string ToString() => FormattableString.Invariant($"{Name}: {Duration:F2} s, {SampleRate} Hz");
}
