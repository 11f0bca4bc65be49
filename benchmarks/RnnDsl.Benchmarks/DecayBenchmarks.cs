using System.Globalization;
using BenchmarkDotNet.Attributes;
using RnnDsl.Execution;
using RnnDsl.Memory;
using RnnDsl.Prediction;
using RnnDsl.Sequences;
using RnnDsl.Training;

namespace RnnDsl.Benchmarks;

/// <summary>
/// What becomes of a step when states and gradients fade to nothing: inputs that stop after a few steps of many, a loss of the last step
/// alone, and for the optimizer gradients that have ceased, as those of a unit that never fires. Processors take a hundred cycles and more for each number below 1.2e-38. The same work with inputs and losses at all steps stands beside it.
/// </summary>
public class DecayBenchmarks
{
    const int Inputs = 32, Units = 64, Steps = 1024, Sequences = 8, Heard = 16;

    [Params("lstm", "gru", "leaky")]
    public string Cell { get; set; } = "lstm";

    [Params(false, true)]
    public bool Fades { get; set; }

    readonly int[] examples = [.. Enumerable.Range(0, Sequences)];
    readonly float[] outputs = new float[Sequences * Steps * Units], answer = new float[Units];
    float[] inputs = [];
    Dataset data = null!;
    Executor run = null!;
    Trainer trainer = null!;
    PredictionStream stream = null!;
    readonly Adam adam = new(0);
    ParameterStore parameters = null!;
    float[] gradient = [];

    [GlobalSetup]
    public void Setup()
    {
        Module model = Cell switch { "lstm" => new LstmDecay(seed: 1), "gru" => new GruDecay(seed: 1), _ => new LeakyDecay(seed: 1) };
        // Weights that a long memory has not been trained into, so that what is not heard again fades.
        foreach (Parameter weight in model.Parameters.Slices)
            if (weight.Name.StartsWith("cell.U", StringComparison.Ordinal))
                foreach (ref float value in model.Parameters.Values.Slice(weight.Offset, weight.Length))
                    value *= 0.5f;
        var random = new Random(2);
        inputs = [.. Enumerable.Range(0, Steps * Inputs).Select(i => !Fades || i < Heard * Inputs ? random.NextSingle() - 0.5f : 0)];
        float[] weights = [.. Enumerable.Range(0, Steps * Units).Select(i => !Fades || i >= (Steps - 1) * Units ? random.NextSingle() - 0.5f : 0)];
        data = new Dataset(Column("x", Inputs, inputs), Column("weight", Units, weights));
        run = new Executor(model, "Outputs", new ExecutionOptions { Threads = 1 });
        // A rate of zero: the same numbers at every step.
        trainer = new Trainer(model, new Adam(0)) { BatchSize = Sequences, Threads = 1 };
        stream = new Predictor(model, "Outputs").Start();
        stream.Run(inputs, outputs.AsSpan(0, Steps * Units));
        parameters = model.Parameters;
        gradient = [.. Enumerable.Range(0, parameters.Length).Select(_ => random.NextSingle() - 0.5f)];
        adam.Step(parameters, gradient);
        if (Fades)
            Array.Clear(gradient);
        for (int step = 0; step < 1000; step++)
            adam.Step(parameters, gradient);
    }

    static Column Column(string name, int width, float[] values) => new()
    {
        Name = name,
        Kind = ValueKind.Sequence,
        Width = width,
        Stride = width,
        Values = values,
        Starts = new int[Sequences],
        Lengths = [.. Enumerable.Repeat(Steps, Sequences)],
    };

    [Benchmark]
    public double Train() => trainer.TrainStep(data, examples);

    [Benchmark]
    public void Move() => adam.Step(parameters, gradient);

    [Benchmark]
    public void Infer() => run.Forward(data, examples, outputs);

    [Benchmark]
    public void Stream()
    {
        for (int step = Steps / 2; step < Steps; step++)
            stream.Step(inputs.AsSpan(step * Inputs, Inputs), answer);
    }

    /// <summary>The ratios alone.</summary>
    public static void Compare(double seconds)
    {
        Console.WriteLine("cell\twork\tordinary us\tfading us\tratio");
        foreach (string cell in (string[])["lstm", "gru", "leaky"])
        {
            DecayBenchmarks ordinary = new() { Cell = cell }, fading = new() { Cell = cell, Fades = true };
            ordinary.Setup();
            fading.Setup();
            Print("train", () => ordinary.Train(), () => fading.Train());
            Print("move", ordinary.Move, fading.Move);
            Print("infer", ordinary.Infer, fading.Infer);
            Print("stream", ordinary.Stream, fading.Stream);

            void Print(string work, Action plain, Action faded)
            {
                double[] times = SideBySide.Medians(seconds, plain, faded);
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{cell}\t{work}\t{times[0]:F1}\t{times[1]:F1}\t{times[1] / times[0]:F2}"));
            }
        }
    }
}
