using BenchmarkDotNet.Attributes;
using RnnDsl.CompilerServices;
using RnnDsl.Execution;
using RnnDsl.Prediction;

namespace RnnDsl.Benchmarks;

/// <summary>One step of one stream, with a head of one output: what it gains where the sizes are known when the program is built.</summary>
[Config(typeof(AtOnce)), MemoryDiagnoser]
public class StepBenchmarks
{
    [Params("lstm", "gru")]
    public string Cell { get; set; } = "";

    /// <summary>Inputs and units.</summary>
    [Params("1x8", "1x16", "1x32", "32x64", "64x128")]
    public string Shape { get; set; } = "";

    readonly float[] output = new float[1];
    float[] inputs = [];
    int width;
    PredictionStream asked = null!, built = null!;

    [GlobalSetup]
    public void Setup()
    {
        (width, int units) = (int.Parse(Shape.Split('x')[0]), int.Parse(Shape.Split('x')[1]));
        Module model = Cell == "lstm" ? new LstmStep(width, units, seed: 1) : new GruStep(width, units, seed: 1);
        (asked, built) = (new Predictor(model).Start(), new Predictor(Compare.StepModel(Cell, width, units)).Start());
        var random = new Random(3);
        inputs = [.. Enumerable.Range(0, width * Compare.StepsARun).Select(_ => random.NextSingle() - 0.5f)];
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Compare.StepsARun)]
    public void SizesAsked() => Run(asked);

    [Benchmark(OperationsPerInvoke = Compare.StepsARun)]
    public void SizesBuilt() => Run(built);

    void Run(PredictionStream stream)
    {
        for (int step = 0; step < Compare.StepsARun; step++)
            stream.Step(inputs.AsSpan(step * width, width), output);
    }
}
