using BenchmarkDotNet.Attributes;
using RnnDsl.Sequences;
using RnnDsl.Training;

namespace RnnDsl.Benchmarks;

/// <summary>Forward, backward and Adam on one thread; the peephole cell is the user's. Nothing may be allocated.</summary>
[Config(typeof(AtOnce)), MemoryDiagnoser]
public class TrainStepBenchmarks
{
    [Params("lstm", "gru", "peephole")]
    public string Cell { get; set; } = "";

    /// <summary>Inputs, units, steps, sequences.</summary>
    [Params("1,32,50,32", "64,128,50,32")]
    public string Shape { get; set; } = "";

    Dataset data = null!;
    Trainer trainer = null!;
    int[] examples = [];

    [GlobalSetup]
    public void Setup()
    {
        (int i, int h, int t, int b) = Compare.ReadShapes(Shape)[0];
        data = Compare.Data(i, t, b, withTarget: true);
        trainer = new Trainer(Compare.Make(Cell, i, h), new Adam(1e-3)) { BatchSize = b, Threads = 1 };
        examples = [.. Enumerable.Range(0, b)];
    }

    [Benchmark]
    public double TrainStep() => trainer.TrainStep(data, examples);
}
