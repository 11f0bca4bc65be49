using RnnDsl.Memory;

namespace RnnDsl.Examples.Speech;

/// <summary>A made-up speaker.</summary>
/// <param name="Name">In reports.</param>
/// <param name="Tract">All formants are multiplied by this: about 0.85 for a long vocal tract, 1.2 for a child's.</param>
/// <param name="Pitch">Of the vocal cords, in hertz.</param>
/// <param name="Tempo">All durations are divided by this.</param>
/// <param name="Breath">Noise that is mixed into the voice.</param>
sealed record Voice(string Name, double Tract, double Pitch, double Tempo, double Breath)
{
    /// <summary>A child, whom a model of grown-ups hears badly.</summary>
    public static Voice Child => new("child", 1.42, 290, 0.9, 0.06);

    public static Voice Create(string name, int seed)
    {
        var random = new RandomStream(seed, name);
        double size = random.Uniform();
        return new Voice(name, 0.86 + 0.3 * size + random.Uniform(0.02), 90 + 140 * size + random.Uniform(15), 0.85 + 0.35 * random.Uniform(), 0.02 + 0.06 * random.Uniform());
    }
}
