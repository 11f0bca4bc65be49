using RnnDsl.Audio;
using RnnDsl.Memory;

namespace RnnDsl.Examples.Speech;

/// <summary>Other forms of recordings, to learn from.</summary>
static class Variation
{
    /// <summary>Each clip as it is, and copies that sound like other speakers before other microphones. Each round of copies has speakers of its own.</summary>
    /// <param name="clips">The recordings.</param>
    /// <param name="copies">Forms of each, the recording itself among them.</param>
    /// <param name="spread">The logarithms of the copies' speeds are at most so far from 0; each clip has its own.</param>
    /// <param name="warp">The logarithms of the lengths of the vocal tracts are at most so far from 0; each speaker has one.</param>
    /// <param name="seed">Of all that is random.</param>
    public static List<Clip> Vary(IReadOnlyList<Clip> clips, int copies, double spread, double warp, int seed)
    {
        var random = new RandomStream(seed, "variation");
        List<Clip> all = [.. clips];
        for (int copy = 1; copy < copies; copy++)
        {
            Dictionary<string, double> tracts = clips.Select(c => c.Speaker).Distinct().ToDictionary(name => name, _ => Math.Exp(random.Uniform(warp)));
            foreach (Clip clip in clips)
                all.Add(clip with { Sound = Vary(clip.Sound, spread, random), Speaker = $"{clip.Speaker}, copy {copy}", Warp = tracts[clip.Speaker] });
        }
        return all;
    }

    /// <summary>Several clips of one speaker, with pauses between them and noise over all.</summary>
    public static Sound Join(IReadOnlyList<Sound> sounds, RandomStream random)
    {
        int rate = sounds[0].SampleRate;
        var samples = new List<float>();
        Pause();
        foreach (Sound sound in sounds)
        {
            samples.AddRange(sound.Resample(rate).Samples);
            Pause();
        }
        return new Sound([.. samples], rate, "a string of digits").WithNoise(15 + 20 * random.Uniform(), random.Below(int.MaxValue));

        void Pause() => samples.AddRange(Enumerable.Repeat(0f, (int)(rate * (0.05 + 0.3 * random.Uniform()))));
    }

    /// <summary>The clip as loud as others: the loudest 50 ms get a root mean square of 0.1.</summary>
    public static Sound Level(Sound sound)
    {
        int window = Math.Min(sound.Samples.Length, sound.SampleRate / 20);
        double loudest = 1e-6;
        for (int first = 0; first + window <= sound.Samples.Length; first += Math.Max(1, window / 4))
            loudest = Math.Max(loudest, SoundQuality.Of(sound.Samples.AsSpan(first, window)).Rms);
        return new Sound([.. sound.Samples.Select(s => (float)(s * 0.1 / loudest))], sound.SampleRate, sound.Name);
    }

    // Speeds in fiftieths need fifty sets of weights at most.
    static Sound Vary(Sound sound, double spread, RandomStream random) =>
        Tilt(sound.AtSpeed(Math.Round(50 * Math.Exp(random.Uniform(spread))) / 50), random.Uniform(0.5)).WithNoise(10 + 30 * random.Uniform(), random.Below(int.MaxValue));

    /// <summary>Makes high tones softer, or louder with a tilt below 0, as another microphone would.</summary>
    static Sound Tilt(Sound sound, double tilt) =>
        new([.. sound.Samples.Select((s, n) => (float)(s + tilt * (n > 0 ? sound.Samples[n - 1] : 0)))], sound.SampleRate, sound.Name);
}
