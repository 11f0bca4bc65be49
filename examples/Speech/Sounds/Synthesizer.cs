using RnnDsl.Audio;
using RnnDsl.Memory;

namespace RnnDsl.Examples.Speech;

/// <summary>
/// Speaks digits by rule, so that the example runs without recordings: a source of pulses or noise goes through three resonances, the formants, whose frequencies move from sound to sound (after Klatt, "Software for a
/// cascade/parallel formant synthesizer", 1980). It is no pleasant voice, but its words differ as spoken words do.
/// </summary>
static class Synthesizer
{
    public const int Rate = 8000;

    /// <summary>One sound of speech: three formants in hertz, milliseconds, loudness of voice and of noise, and the middle of the noise in hertz (0: through the formants, as of h).</summary>
    sealed record Phone(double F1, double F2, double F3, double Length, double Voice, double Noise = 0, double Middle = 0);

    static readonly Dictionary<string, Phone> phones = new()
    {
        ["z"] = new(300, 1700, 2500, 90, 0.25, 0.35, 3600), ["s"] = new(300, 1700, 2500, 120, 0, 0.6, 3700), ["f"] = new(300, 1100, 2300, 90, 0, 0.22, 2800), ["th"] = new(300, 1300, 2500, 80, 0, 0.16, 3300),
        ["v"] = new(300, 1100, 2300, 60, 0.3, 0.12, 2800), ["t"] = new(300, 1700, 2600, 35, 0, 0.7, 3500), ["k"] = new(300, 1800, 2300, 40, 0, 0.6, 1900), ["gap"] = new(300, 1500, 2500, 55, 0, 0),
        ["n"] = new(280, 1450, 2450, 90, 0.35), ["w"] = new(300, 700, 2200, 70, 0.5), ["r"] = new(350, 1150, 1600, 80, 0.55),
        ["ih"] = new(400, 1950, 2550, 70, 0.9), ["iy"] = new(290, 2250, 2950, 130, 0.85), ["eh"] = new(550, 1800, 2500, 90, 1), ["ey"] = new(480, 2050, 2650, 90, 1), ["ah"] = new(650, 1200, 2400, 90, 1),
        ["aa"] = new(750, 1150, 2450, 110, 1), ["ao"] = new(570, 850, 2400, 130, 1), ["ow"] = new(450, 850, 2350, 120, 0.95), ["uw"] = new(310, 900, 2250, 140, 0.85),
    };

    static readonly string[] spoken = ["z ih r ow", "w ah n", "gap t uw", "th r iy", "f ao r", "f aa ih v", "s ih gap k s", "s eh v ah n", "ey iy gap t", "n aa ih n"];

    /// <summary>Clips of all digits by made-up speakers, the last of whom is a child.</summary>
    public static List<Clip> Clips(int speakers, int takes, int seed = 1) =>
    [
        .. from s in Enumerable.Range(1, speakers)
           let voice = s == speakers ? Voice.Child : Voice.Create($"voice{s}", seed)
           from digit in Enumerable.Range(0, 10)
           from take in Enumerable.Range(0, takes)
           select new Clip(Speak(digit, voice, SeedOf(seed, s, digit, take)), digit, voice.Name, take),
    ];

    static int SeedOf(int seed, int speaker, int digit, int take) => ((seed * 1009 + speaker) * 1013 + digit) * 10007 + take;

    /// <summary>One digit; the seed decides how it differs from others of the same voice.</summary>
    public static Sound Speak(int digit, Voice voice, int seed)
    {
        var random = new RandomStream(seed, "speech");
        double tempo = voice.Tempo * Math.Exp(0.12 * random.Normal()), pitch = voice.Pitch * Math.Exp(0.06 * random.Normal()), tract = voice.Tract * Math.Exp(0.02 * random.Normal());
        Phone[] said = [.. spoken[digit].Split(' ').Select(p => phones[p]).Select(p => p with
        {
            F1 = p.F1 * tract * Math.Exp(0.05 * random.Normal()), F2 = p.F2 * tract * Math.Exp(0.05 * random.Normal()), F3 = p.F3 * tract * Math.Exp(0.03 * random.Normal()),
            Length = p.Length / tempo * Math.Exp(0.15 * random.Normal()),
        })];
        var samples = new List<float>();
        Resonance[] mouth = [new(), new(), new()];
        var hiss = new Resonance();
        double phase = 0, voiced = 0, noise = 0, before = 0;
        for (int i = 0; i < said.Length; i++)
        {
            int count = (int)(said[i].Length * Rate / 1000);
            Phone next = said[Math.Min(i + 1, said.Length - 1)];
            for (int n = 0; n < count; n++)
            {
                // In the second half of a sound the mouth moves on to the next one.
                double way = Math.Max(0, (double)n / count - 0.5), f1 = said[i].F1 + way * (next.F1 - said[i].F1), f2 = said[i].F2 + way * (next.F2 - said[i].F2), f3 = said[i].F3 + way * (next.F3 - said[i].F3);
                double falling = 1 - 0.25 * (i + (double)n / count) / said.Length;
                voiced += (said[i].Voice - voiced) * 0.01;
                noise += (said[i].Noise - noise) * 0.02;
                phase += pitch * falling * (1 + 0.01 * random.Normal()) / Rate;
                double pulse = phase >= 1 ? 1 : 0, white = random.Normal();
                phase -= pulse;
                double source = voiced * (8 * pulse - 8 * pitch / Rate + voice.Breath * white) + (said[i].Middle == 0 ? noise * white : 0);
                double sound = mouth[2].Filter(mouth[1].Filter(mouth[0].Filter(source, f1, 80), f2, 110), f3, 160);
                sound += noise * (said[i].Middle > 0 ? 0.6 * hiss.Filter(white, Math.Min(said[i].Middle * tract, 3800), 900) : 0);
                samples.Add((float)(sound - 0.3 * before));
                before = sound;
            }
        }
        // As loud as a voice before a microphone, with the noise of a room.
        double level = (0.12 + 0.15 * random.Uniform()) / SoundQuality.Of([.. samples]).Rms * 0.5, room = 0.001 * Math.Exp(random.Normal());
        float[] clip = [.. samples.Select(s => (float)Math.Clamp(level * s + room * random.Normal(), -1, 1))];
        return new Sound(clip, Rate, Clip.Words[digit]);
    }

    /// <summary>Two poles at a frequency, with the gain 1 at 0 Hz.</summary>
    sealed class Resonance
    {
        double one, two;

        public double Filter(double x, double hertz, double width)
        {
            double radius = Math.Exp(-Math.PI * width / Rate), b = 2 * radius * Math.Cos(2 * Math.PI * hertz / Rate), c = -radius * radius;
            (one, two) = ((1 - b - c) * x + b * one + c * two, one);
            return one;
        }
    }
}
