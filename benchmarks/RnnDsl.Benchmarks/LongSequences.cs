using System.Globalization;
using RnnDsl.Execution;
using RnnDsl.Sequences;
using RnnDsl.Training;

namespace RnnDsl.Benchmarks;

/// <summary>
/// Memory and time of a training step on long sequences: everything kept, or matrices of a step for about 2·√T of T steps and computed again, or truncated backpropagation through time.
/// </summary>
internal static class LongSequences
{
    const int Inputs = 64, Units = 128, Chunk = 100;

    /// <summary>Prints a line for each way.</summary>
    /// <param name="steps">The steps of a sequence.</param>
    /// <param name="batch">The sequences of a step.</param>
    /// <param name="seconds">How long each way is measured.</param>
    public static void Run(int steps, int batch, double seconds)
    {
        Dataset small = Data(Inputs, steps, batch, 1), wide = Data(Inputs, steps, batch, Inputs);
        Console.WriteLine($"{batch} sequences of {steps} steps, {Inputs} inputs, one thread: memory of the first training step, and medians of the time of all steps of all sequences");
        Console.WriteLine("model\tkept\tMB\tms\tmemory\ttime");
        LstmModel Lstm() => new(input: Inputs, hidden: Units, seed: 1);
        Compare($"LSTM of {Units} units", seconds, Whole(Lstm, small, long.MaxValue), Whole(Lstm, small, 0), Chunks(Lstm, small));
        MatrixMemoryModel Memory() => new(seed: 1);
        Compare($"mLSTM, matrix of {Inputs}×{Inputs}", seconds, Whole(Memory, wide, long.MaxValue), Whole(Memory, wide, 0), Chunks(Memory, wide));
    }

    static void Compare(string model, double seconds, params (string Name, Func<IDisposable> Make, Action<IDisposable> Step)[] ways)
    {
        var made = new List<IDisposable>();
        var bytes = new List<long>();
        foreach (var way in ways)
        {
            long before = GC.GetTotalAllocatedBytes(precise: true);
            made.Add(way.Make());
            way.Step(made[^1]);
            bytes.Add(GC.GetTotalAllocatedBytes(precise: true) - before);
        }
        double[] times = SideBySide.Medians(seconds, [.. ways.Select((way, i) => (Action)(() => way.Step(made[i])))]);
        for (int i = 0; i < ways.Length; i++)
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{model}\t{ways[i].Name}\t{bytes[i] / 1e6:F1}\t{times[i] / 1e3:F0}\t{(double)bytes[i] / bytes[0]:F2}\t{times[i] / times[0]:F2}"));
        made.ForEach(m => m.Dispose());
    }

    /// <summary>The gradient of whole sequences.</summary>
    static (string, Func<IDisposable>, Action<IDisposable>) Whole(Func<Module> model, Dataset data, long activations)
    {
        int[] all = [.. Enumerable.Range(0, data.Count)];
        return (activations == 0 ? "2·√T steps" : "all", () => new Executor(model(), "Loss", new ExecutionOptions { Threads = 1, ActivationBytes = activations }), e => ((Executor)e).Gradient(data, all));
    }

    /// <summary>An epoch in chunks: one after the other, each with a gradient of its own.</summary>
    static (string, Func<IDisposable>, Action<IDisposable>) Chunks(Func<Module> model, Dataset data) =>
        ($"ChunkSteps = {Chunk}", () => new Trainer(model(), new Sgd(1e-6)) { BatchSize = data.Count, Epochs = 1, Threads = 1, ChunkSteps = Chunk }, t => ((Trainer)t).Fit(data));

    static Dataset Data(int inputs, int steps, int batch, int outputs)
    {
        var random = new Random(5);
        Column Rows(string name, int width) =>
            Column.Sequences(name, width, [.. Enumerable.Range(0, batch).Select(_ => Enumerable.Range(0, steps * width).Select(_ => random.NextSingle() - 0.5f).ToArray())]);
        return new Dataset(Rows("x", inputs), Rows("y", outputs));
    }
}
