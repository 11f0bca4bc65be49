using RnnDsl.Memory;

namespace RnnDsl.Audio;

/// <summary>Other forms of a clip, to train on. The same seed gives the same clip.</summary>
public static class Augmentation
{
    /// <summary>Plays a clip faster or slower, by resampling: pitch and formants move along (Ko et al. 2015, who take 0.9, 1 and 1.1).</summary>
    /// <param name="sound">The clip.</param>
    /// <param name="speed">From 0.25 to 4; 1.1 is a tenth faster, and so much shorter. It is rounded to thousandths.</param>
    /// <exception cref="ArgumentOutOfRangeException">The speed is outside of 0.25 to 4.</exception>
    public static Sound AtSpeed(this Sound sound, double speed)
    {
        if (!(speed is >= 0.25 and <= 4))
            throw new ArgumentOutOfRangeException(nameof(speed), speed, "A speed is from 0.25 to 4.");
        return new Sound(Resampler.Resample(sound.Samples, (int)Math.Round(1000 * speed), 1000), sound.SampleRate, sound.Name);
    }

    /// <summary>Adds white noise with normal distribution.</summary>
    /// <param name="sound">The clip; nothing is added to a silent one, which has no signal to compare with.</param>
    /// <param name="decibels">The power of the clip to that of the noise, at least −200 and at most 1000: 20 is a quiet room, 0 a noise as loud as the clip.</param>
    /// <param name="seed">Of the noise.</param>
    /// <exception cref="ArgumentException">The ratio is out of range.</exception>
    public static Sound WithNoise(this Sound sound, double decibels, int seed)
    {
        var random = new RandomStream(seed, "noise");
        var noise = new float[sound.Samples.Length];
        foreach (ref float sample in noise.AsSpan())
            sample = (float)random.Normal();
        return sound.WithNoise(new Sound(noise, sound.SampleRate, "noise"), decibels, seed: 0);
    }

    /// <summary>Adds a part of a recording of noise, from a place that the seed chooses. A short recording is repeated.</summary>
    /// <param name="sound">The clip; nothing is added to a silent one.</param>
    /// <param name="noise">The recording, of the same sample rate, which is not silent.</param>
    /// <param name="decibels">The power of the clip to that of the part of the noise, at least −200 and at most 1000.</param>
    /// <param name="seed">Of the place.</param>
    /// <exception cref="ArgumentException">The ratio is out of range, the rates differ, or the noise is silent.</exception>
    public static Sound WithNoise(this Sound sound, Sound noise, double decibels, int seed)
    {
        if (decibels is not (>= -200 and <= 1000))
            throw new ArgumentException(FormattableString.Invariant($"{sound.Name}: a ratio of signal and noise is from -200 to 1000 decibels, not {decibels}; 0 to 30 is usual."), nameof(decibels));
        if (noise.SampleRate != sound.SampleRate)
            throw new ArgumentException($"{sound.Name} has {sound.SampleRate} samples a second, and {noise.Name} {noise.SampleRate}: resample one of them.", nameof(noise));
        if (sound.Quality.Rms == 0)
            return sound;
        int place = noise.Samples.Length <= sound.Samples.Length ? 0 : new RandomStream(seed, "place").Below(noise.Samples.Length - sound.Samples.Length + 1);
        var part = new float[sound.Samples.Length];
        for (int i = 0; i < part.Length && noise.Samples.Length > 0; i++)
            part[i] = noise.Samples[(place + i) % noise.Samples.Length];
        double power = SoundQuality.Of(part).Rms;
        if (power == 0)
            throw new ArgumentException($"{noise.Name} is silent.", nameof(noise));
        float scale = (float)(sound.Quality.Rms / power * Math.Pow(10, -decibels / 20));
        for (int i = 0; i < part.Length; i++)
            part[i] = sound.Samples[i] + scale * part[i];
        return new Sound(part, sound.SampleRate, sound.Name);
    }
}
