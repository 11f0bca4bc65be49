using RnnDsl.Execution;
using RnnDsl.Sequences;
using RnnDsl.Training;

namespace RnnDsl.Benchmarks;

/// <summary>Whole training steps of models of words, of the peers' sizes and lengths: forward, loss, backward and Adam.</summary>
internal static class Tasks
{
    /// <summary>Name, sizes of the table, examples, and lengths from and to.</summary>
    public static readonly (string Name, int V, int E, int H, int B, int Low, int High)[] All =
    [
        ("tagger", 10_000, 100, 200, 32, 4, 50), ("classifier", 10_000, 100, 128, 32, 4, 50), ("charlm", 65, 64, 512, 32, 100, 100), ("sessions", 4_000, 100, 100, 64, 2, 20),
        ("translator", 8_000, 128, 256, 64, 5, 20), ("speech", 40, 40, 128, 32, 60, 120),
        ("letters", 10_000, 100, 200, 32, 4, 50),
    ];

    public static double Train(string name, int threads, double seconds)
    {
        (_, int v, int e, int h, int b, int low, int high) = All.First(t => t.Name == name);
        int[] lengths = Lengths(b, low, high);
        int classes = name switch { "tagger" or "letters" => 17, "classifier" => 77, _ => v };
        Module model = name switch
        {
            "tagger" => new TaggerTask(v, e, h, classes, seed: 1),
            "classifier" => new ClassifierTask(v, e, h, classes, seed: 1),
            "letters" => new LetterTask(v, Letters, e, e / 4, e / 4, h, classes, seed: 1),
            "charlm" => new CharacterTask(v, e, h, seed: 1),
            "translator" => new TranslatorTask(v, e, h / 2, v, h, seed: 1),
            "speech" => new SpeechTask(e, h, Symbols, seed: 1),
            _ => new SessionTask(v, e, h, seed: 1),
        };
        int[] answers = Lengths(b, 4, 22);
        Dataset data = name switch
        {
            "classifier" => new(Numbers("x", v, lengths, 1), Column.OneHot("y", classes, [.. Enumerable.Range(0, b).Select(i => i % classes)])),
            "translator" => new(Numbers("x", v, lengths, 1), Numbers("y", v, answers, 2), Numbers("z", v, answers, 3)),
            "letters" => new(Numbers("x", v, lengths, 1), Spelled("spelled", lengths), Numbers("y", classes, lengths, 2)),
            "speech" => new(Frames("x", e, lengths), Column.OneHot("y", Symbols, [.. Enumerable.Range(0, b).Select(i => Enumerable.Range(5 * i, 5).Select(n => 1 + n * 31 % (Symbols - 1)).ToArray())])),
            _ => new(Numbers("x", v, lengths, 1), Numbers("y", classes, lengths, 2)),
        };
        using var trainer = new Trainer(model, new Adam(1e-3)) { BatchSize = b, Threads = threads };
        int[] examples = [.. Enumerable.Range(0, b)];
        return SideBySide.Median(seconds, () => trainer.TrainStep(data, examples));
    }

    /// <summary>Digits and the blank.</summary>
    const int Symbols = 11;

    const int Letters = 80;

    /// <summary>Words of one to nine letters.</summary>
    static Column Spelled(string name, int[] lengths)
    {
        var random = new Random(4);
        return Column.OneHot(name, Letters, [.. lengths.Select(n => Enumerable.Range(0, n).Select(_ => Enumerable.Range(0, 1 + random.Next(9)).Select(_ => random.Next(Letters)).ToArray()).ToArray())]);
    }

    static int[] Lengths(int count, int low, int high) => [.. Enumerable.Range(0, count).Select(i => low + i * 7919 % (high - low + 1))];

    static Column Frames(string name, int width, int[] lengths)
    {
        var random = new Random(1);
        return Column.Sequences(name, width, [.. lengths.Select(l => Enumerable.Range(0, l * width).Select(_ => (float)(2 * random.NextDouble() - 1)).ToArray())]);
    }

    static Column Numbers(string name, int units, int[] lengths, int seed)
    {
        var random = new Random(seed);
        return Column.OneHot(name, units, [.. lengths.Select(n => Enumerable.Range(0, n).Select(_ => random.Next(units)).ToArray())]);
    }
}
