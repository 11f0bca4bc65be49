using RnnDsl.Audio;
using RnnDsl.Memory;

namespace RnnDsl.Examples.Speech;

/// <summary>Other forms of recordings, to learn from.</summary>
static class Variation
{
    /// <summary>Each clip as it is, and copies at other speeds, which sound like other speakers, with noise.</summary>
    public static List<Clip> Vary(IReadOnlyList<Clip> clips, int copies, double spread, int seed)
    {
        var random = new RandomStream(seed, "variation");
        List<Clip> all = [.. clips];
        for (int copy = 1; copy < copies; copy++)
            foreach (Clip clip in clips)
                all.Add(clip with { Sound = Vary(clip.Sound, spread, random) });
        return all;
    }

    public static Sound Vary(Sound sound, double spread, RandomStream random) =>
        sound.AtSpeed(Math.Exp(random.Uniform(spread))).WithNoise(10 + 30 * random.Uniform(), random.Below(int.MaxValue));

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
}
