using System.Diagnostics;
using System.Globalization;
using RnnDsl.Execution;
using RnnDsl.Runs;
using RnnDsl.Sequences;
using RnnDsl.Training;

namespace RnnDsl.Benchmarks;

/// <summary>What the record of a run costs a training: its steps with and without it in turns, and the time before the first step and after the last.</summary>
internal static class Records
{
    const int Length = 50, Batch = 32, Batches = 20, Epochs = 5;

    /// <summary>Prints a line for each size and each way to record.</summary>
    /// <param name="rounds">The number of trainings of each kind, of which medians are taken.</param>
    /// <param name="sizes">Inputs and units.</param>
    public static void Run(int rounds, IEnumerable<(int Inputs, int Units)> sizes)
    {
        Console.WriteLine($"{Epochs} epochs of {Batches} steps, {Batch} sequences of {Length} steps, one thread; medians of {rounds} trainings in turns");
        Console.WriteLine("inputs units  recorded                        ms without   ms with   ratio   ms start   ms page");
        foreach ((int inputs, int units) in sizes)
            foreach ((string name, RunOptions options) in new (string, RunOptions)[]
                {
                    ("each 10th step", new()), ("each step", new() { StepEvery = 1 }), ("each 10th step, lines alone", new() { TensorBoard = false }),
                })
                Compare(inputs, units, name, options, rounds);
    }

    static void Compare(int inputs, int units, string name, RunOptions options, int rounds)
    {
        var random = new Random(1);
        float[] Values(int count) => [.. Enumerable.Range(0, count).Select(_ => 2 * random.NextSingle() - 1)];
        float[][] Examples(int width) => [.. Enumerable.Range(0, Batch * Batches).Select(_ => Values(Length * width))];
        var data = new Dataset(Column.Sequences("x", inputs, Examples(inputs)), Column.Sequences("y", 1, Examples(1)));
        string root = Directory.CreateTempSubdirectory("rnndsl-records-").FullName;
        List<double> without = [], with = [], start = [], page = [];
        try
        {
            // The first rounds compile.
            for (int round = -3; round < rounds; round++)
            {
                // In turns the first and the second, because what was done before matters.
                double plain = 0;
                if (round % 2 == 0)
                    plain = Train(inputs, units, data, null, out _, out _);
                double fit = Train(inputs, units, data, (Path.Combine(root, $"run{round + 3}"), options), out double began, out double ended);
                if (round % 2 != 0)
                    plain = Train(inputs, units, data, null, out _, out _);
                if (round < 0)
                    continue;
                without.Add(plain);
                with.Add(fit);
                start.Add(began);
                page.Add(ended);
            }
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{inputs,6} {units,5}  {name,-30} {Median(without),10:F1} {Median(with),9:F1} {Median(with) / Median(without),7:F3} {Median(start),10:F1} {Median(page),9:F1}"));
    }

    /// <summary>The milliseconds of the training alone.</summary>
    static double Train(int inputs, int units, Dataset data, (string Folder, RunOptions Options)? record, out double start, out double page)
    {
        var model = new LstmModel(inputs, units, seed: 1);
        // The first use makes the parameters, which the record would do before the training and the training itself without it.
        model.Parameters.MarkChanged();
        using var trainer = new Trainer(model, new Adam()) { BatchSize = Batch, Epochs = Epochs, Threads = 1 };
        RunRecord? run = null;
        start = Time(() => run = record is { } r ? RunRecord.Start(r.Folder, trainer, data, options: r.Options) : null);
        double fit = Time(() => _ = run is null ? trainer.Fit(data) : run.Fit());
        page = Time(() => run?.Finish());
        return fit;
    }

    static double Time(Action action)
    {
        long start = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }

    static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}
