using System.Globalization;
using RnnDsl.Execution;
using RnnDsl.Sequences;
using RnnDsl.Training;
using RnnDsl.Tuning;
using static RnnDsl.Ops;

namespace RnnDsl.Benchmarks;

/// <summary>Two LSTM layers under an affine head with an error at each step.</summary>
[Model]
public partial class FrozenModel : Model
{
    internal class In : Dim;
    internal class Units : Dim;
    internal class Out : Dim;

    Lstm<In, Units> lower;
    Lstm<Units, Units> upper;
    Linear<Units, Out> head;

    internal Scalar Loss(Seq<In> x, Seq<Out> y) => MeanSquaredError(head.Map(upper.Scan(lower.Scan(x))), y);
}

/// <summary>A training step with parts of the model frozen, in turns with a step of the whole model and with the loss alone.</summary>
internal static class Frozen
{
    const int Steps = 50, Batch = 32;

    public static void Run(double seconds, int[] units)
    {
        Console.WriteLine("units\ttrained\tms a step\tof the whole model's\tloss alone, of the same");
        foreach (int size in units)
        {
            var random = new Random(5);
            Column Values(string name, int width) =>
                Column.Sequences(name, width, [.. Enumerable.Range(0, Batch).Select(_ => Enumerable.Range(0, Steps * width).Select(_ => random.NextSingle() - 0.5f).ToArray())]);
            var data = new Dataset(Values("x", size), Values("y", 8));
            int[] examples = [.. Enumerable.Range(0, Batch)];
            (string Name, string[] Patterns)[] parts = [("everything", ["*"]), ("head", ["head.*"]), ("head and upper layer", ["head.*", "upper.*"]), ("biases", ["*.b*"]), ("lower layer", ["lower.*"])];
            List<Trainer> trainers = [.. parts.Select(p => new Trainer(new FineTuning(Make(size)).Freeze("*").Train(p.Patterns), new Adam(1e-4)) { Threads = 1 })];
            using var forward = new Executor(Make(size), "Loss", new ExecutionOptions { Threads = 1 });
            double[] times = SideBySide.Medians(seconds, [.. trainers.Select(t => (Action)(() => t.TrainStep(data, examples))), () => forward.Loss(data, examples)]);
            for (int i = 0; i < parts.Length; i++)
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{size}\t{parts[i].Name}\t{times[i] / 1e3:F2}\t{times[i] / times[0]:F2}\t{times[^1] / times[0]:F2}"));
            trainers.ForEach(t => t.Dispose());
        }
    }

    static FrozenModel Make(int units) => new(@in: units, units: units, @out: 8, seed: 1);
}
