using RnnDsl.Sequences;
using RnnDsl.Training;
using static RnnDsl.Ops;

namespace RnnDsl.Runs.Tests;

/// <summary>A small model that tells rising sequences from falling ones.</summary>
[Model]
public partial class Slope : Model
{
    [Size(2)] class Feature : Dim;
    [Size(4)] class Hidden : Dim;
    [Size(2)] class Class : Dim;

    Lstm<Feature, Hidden> encoder;
    Linear<Hidden, Class> head;

    Vec<Class> Predict(Seq<Feature> x) => Softmax(head.Map(Last(encoder.Scan(x))));

    Scalar Loss(Seq<Feature> x, [OneHot] Vec<Class> y) => CrossEntropy(head.Map(Last(encoder.Scan(x))), y);
}

/// <summary>A training that takes a moment, and a folder that is deleted.</summary>
public sealed class Training : IDisposable
{
    readonly DirectoryInfo root = Directory.CreateTempSubdirectory("rnndsl-runs-");

    public Training(int epochs = 4, double rate = 0.02, bool validates = true)
    {
        Data = Examples(24, 1);
        Validation = validates ? Examples(8, 2) : null;
        Trainer = new Trainer(Model, new AdamW(rate)) { BatchSize = 4, Epochs = epochs, Seed = 3, ClipNorm = 1, Threads = 1, Metrics = validates ? [Metric.Accuracy(Model, "y")] : [] };
    }

    public Slope Model { get; } = new(seed: 1);

    public Trainer Trainer { get; }

    public Dataset Data { get; }

    public Dataset? Validation { get; }

    public string Root => root.FullName;

    public string Folder(string name = "slope-1") => Path.Combine(Root, name);

    public RunRecord Start(string name = "slope-1", RunOptions? options = null) => RunRecord.Start(Folder(name), Trainer, Data, Validation, options);

    public static Dataset Examples(int count, int seed)
    {
        var random = new Random(seed);
        int[] classes = [.. Enumerable.Range(0, count).Select(i => i % 2)];
        return new(Column.Sequences("x", 2, [.. classes.Select(c => Enumerable.Range(0, 2 * (3 + random.Next(4))).Select(i => (c == 0 ? 0.2f : -0.2f) * (i / 2) + 0.1f * random.NextSingle()).ToArray())]),
            Column.OneHot("y", 2, classes));
    }

    public void Dispose()
    {
        Trainer.Dispose();
        root.Delete(recursive: true);
    }
}
