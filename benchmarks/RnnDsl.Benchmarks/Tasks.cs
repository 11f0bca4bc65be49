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
    ];

    public static double Train(string name, int threads, double seconds)
    {
        (_, int v, int e, int h, int b, int low, int high) = All.First(t => t.Name == name);
        int[] lengths = [.. Enumerable.Range(0, b).Select(i => low + i * 7919 % (high - low + 1))];
        int classes = name switch { "tagger" => 17, "classifier" => 77, _ => v };
        Module model = name switch
        {
            "tagger" => new TaggerTask(v, e, h, classes, seed: 1),
            "classifier" => new ClassifierTask(v, e, h, classes, seed: 1),
            "charlm" => new CharacterTask(v, e, h, seed: 1),
            _ => new SessionTask(v, e, h, seed: 1),
        };
        Column y = name == "classifier" ? Column.OneHot("y", classes, [.. Enumerable.Range(0, b).Select(i => i % classes)]) : Numbers("y", classes, lengths, 2);
        var data = new Dataset(Numbers("x", v, lengths, 1), y);
        using var trainer = new Trainer(model, new Adam(1e-3)) { BatchSize = b, Threads = threads };
        int[] examples = [.. Enumerable.Range(0, b)];
        return SideBySide.Median(seconds, () => trainer.TrainStep(data, examples));
    }

    static Column Numbers(string name, int units, int[] lengths, int seed)
    {
        var random = new Random(seed);
        return Column.OneHot(name, units, [.. lengths.Select(n => Enumerable.Range(0, n).Select(_ => random.Next(units)).ToArray())]);
    }
}
