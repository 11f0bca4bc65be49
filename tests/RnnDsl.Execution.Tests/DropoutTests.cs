using RnnDsl.CompilerServices;
using RnnDsl.Execution.Tests.Cells;
using RnnDsl.Sequences;
using RnnDsl.Storage;
using RnnDsl.Training;

namespace RnnDsl.Execution.Tests;

/// <summary>Training with dropout is training with the masks as inputs; everything else knows nothing of it.</summary>
[Collection("Alone")]
public class DropoutTests
{
    sealed class A : Dim;
    sealed class B : Dim;

    const ulong Noise = 12345;

    /// <summary>The units of one example of a mask, row-major, with the number of the dropout and its rate.</summary>
    /// <param name="each">True for a mask a step, false for one an example.</param>
    /// <param name="rows">How many rows to give: all steps, or 1 of a vector.</param>
    static double[] Mask(Probe probe, int example, int dropout, double rate, int width, bool each, int rows)
    {
        var mask = new DropoutMask(Noise, dropout, rate);
        return [.. Enumerable.Range(0, rows).SelectMany(t => Enumerable.Range(0, width)
            .Select(unit => (double)mask.Factor(each ? probe.RowOf(example, t) : example, unit)))];
    }

    static double[] SideBySide(int rows, params double[][] parts) =>
        [.. Enumerable.Range(0, rows).SelectMany(t => parts.SelectMany(p => p[(t * p.Length / rows)..((t + 1) * p.Length / rows)]))];

    static void Close(ReadOnlySpan<double> expected, ReadOnlySpan<float> actual, string what)
    {
        double scale = 1e-3;
        foreach (double e in expected)
            scale = Math.Max(scale, Math.Abs(e));
        for (int i = 0; i < expected.Length; i++)
            Assert.True(Math.Abs(expected[i] - actual[i]) <= 1e-5 * scale, $"{what}[{i}]: {expected[i]:G9} with the masks given, {actual[i]:G9} with dropout.");
    }

    static double[] Doubles(float[] values) => [.. values.Select(v => (double)v)];

    public static TheoryData<int, int, int[]> Sizes() => new() { { 1, 1, [1] }, { 3, 8, [3, 3, 1] }, { 2, 17, [7, 4, 2, 2] }, { 9, 40, [26, 26, 25, 3] } };

    [Theory]
    [MemberData(nameof(Sizes))]
    public void A_cell_is_trained_as_with_its_masks_given(int input, int hidden, int[] lengths)
    {
        using var dropped = new Probe(new DroppedElman<A, B>(input, hidden), "Scan", lengths, seed: 1) { Noise = Noise };
        using var masked = new Probe(new MaskedElman<A, B>(input, hidden), "Scan", lengths, seed: 1);
        foreach ((string name, double[] values) in dropped.Parameters)
            values.CopyTo(masked.Parameters[name], 0);
        for (int b = 0; b < lengths.Length; b++)
        {
            masked.Inputs[b][0] = SideBySide(lengths[b], dropped.Inputs[b][0],
                Mask(dropped, b, 0, 0.3, hidden, each: false, lengths[b]), Mask(dropped, b, 1, 0.4, hidden, each: true, lengths[b]));
            dropped.States![b][0].CopyTo(masked.States![b][0], 0);
            dropped.ResultGradients[b].CopyTo(masked.ResultGradients[b], 0);
        }
        CompiledRun run = dropped.Run(dropped.Method.Training!, gradients: true), twin = masked.Run(masked.Method.Training!, gradients: true);
        (double[][] results, double[][][] finals) = masked.Reference();
        for (int b = 0; b < lengths.Length; b++)
        {
            Close(results[b], run.Results[b], "result");
            Close(finals[b][0], run.Finals[b][0], "final state");
            double[] gradient = [.. Doubles(twin.InputGradients[b][0]).Chunk(input + 2 * hidden).SelectMany(step => step[..input])];
            Close(gradient, run.InputGradients[b][0], "gradient of the input");
            Close(Doubles(twin.InitialGradients[b][0]), run.InitialGradients[b][0], "gradient of the initial state");
        }
        foreach ((string name, float[] gradient) in run.Gradients)
            Close(Doubles(twin.Gradients[name]), gradient, $"gradient of {name}");
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void A_model_is_trained_as_with_its_masks_given(int feature, int hidden, int[] lengths)
    {
        using var dropped = new Probe(new DroppedModel(feature, hidden, 3), "Loss", lengths, seed: 2) { Noise = Noise };
        using var masked = new Probe(new MaskedModel(feature, hidden, 3), "Loss", lengths, seed: 2);
        foreach ((string name, double[] values) in dropped.Parameters)
            values.CopyTo(masked.Parameters[name], 0);
        for (int b = 0; b < lengths.Length; b++)
        {
            int steps = lengths[b];
            double[] Hidden(int dropout, double rate, bool each = true) => Mask(dropped, b, dropout, rate, hidden, each, steps);
            double[] Vector(int dropout, double rate) => Mask(dropped, b, dropout, rate, hidden, each: false, rows: 1);
            masked.Inputs[b] =
            [
                .. dropped.Inputs[b],
                Mask(dropped, b, 0, 0.2, feature, each: true, steps), Hidden(1, 0.3, each: false), Hidden(2, 0.4), Hidden(3, 0.5), Hidden(4, 0.5),
                Vector(5, 0.3), Hidden(6, 0.3, each: false), Hidden(7, 0.4), Vector(8, 0.25), Vector(9, 0.6),
            ];
            for (int s = 0; s < dropped.Method.States.Count; s++)
                dropped.States![b][s].CopyTo(masked.States![b][s], 0);
        }
        CompiledRun run = dropped.Run(dropped.Method.Training!, gradients: true), twin = masked.Run(masked.Method.Training!, gradients: true);
        (double[][] results, _) = masked.Reference();
        for (int b = 0; b < lengths.Length; b++)
            Close(results[b], run.Results[b], "loss");
        foreach ((string name, float[] gradient) in run.Gradients)
            Close(Doubles(twin.Gradients[name]), gradient, $"gradient of {name}");
    }

    [Fact]
    public void Nothing_is_dropped_but_in_training()
    {
        foreach ((int feature, int hidden, int[] lengths) in new[] { (3, 8, new[] { 3, 3, 1 }), (2, 17, [7, 4, 2, 2]) })
        {
            // Forward and streaming against the equations.
            Checks.All(new DroppedModel(feature, hidden, 3), "Predict", lengths, seed: 3);
            using var cell = new Probe(new DroppedElman<A, B>(feature, hidden), "Scan", lengths, seed: 3) { Noise = Noise };
            (double[][] expected, _) = cell.Reference();
            CompiledRun run = cell.Run(cell.Method.Forward, gradients: false), steps = cell.RunSteps(cell.Method.Step!);
            for (int b = 0; b < lengths.Length; b++)
            {
                Close(expected[b], run.Results[b], "forward");
                Close(expected[b], steps.Results[b], "streaming");
            }
            Assert.NotEqual(run.Results[0], cell.Run(cell.Method.Training!, gradients: true).Results[0]);
        }
        Assert.Equal(["lower.h", "upper.h"], new DroppedModel(3, 4, 2).Method("Predict").Step!.States.Select(s => s.Name).Where(n => n.EndsWith(".h", StringComparison.Ordinal)));
    }

    static Dataset Ones(int examples, int steps, int width) => new(new Column
    {
        Name = "x", Kind = ValueKind.Sequence, Width = width, Stride = width, Values = Enumerable.Repeat(1f, steps * width).ToArray(),
        Starts = new int[examples], Lengths = [.. Enumerable.Repeat(steps, examples)],
    });

    [Fact]
    public void Every_unit_step_example_and_shard_has_draws_of_its_own()
    {
        const int Examples = 64, Steps = 20, Width = 48, Each = Steps * Width;
        using var session = new Session(new OnlyDropout<A>(Width), "Scan", Ones(Examples, Steps, Width), new ExecutionOptions { ExamplesPerShard = 4 });
        session.Forward();
        Assert.DoesNotContain(session.Output.ToArray(), v => v != 1);
        float[] Draw(ulong noise)
        {
            session.Noise = noise;
            session.Backward();
            return [.. session.Output.ToArray().Select(v => v == 0 ? -0.75f : v == (float)(1 / 0.75) ? 0.25f : throw new InvalidOperationException($"{v}"))];
        }
        float[] first = Draw(1);
        Assert.Equal(first, Draw(1));
        static double Correlation(float[] a, float[] b) => a.Zip(b, (x, y) => (double)x * y).Sum() / (0.25 * 0.75) / Math.Sqrt(Math.Min(a.Length, b.Length));
        Assert.InRange(first.Sum(d => (double)d) / Math.Sqrt(first.Length * 0.25 * 0.75), -5, 5);
        Assert.InRange(Correlation(first, Draw(2)), -5, 5);
        foreach (int distance in new[] { 1, Width, Each, 2 * Each, 4 * Each, 8 * Each })
            Assert.InRange(Correlation(first, first[distance..]), -5, 5);
    }

    static Dataset Series(int examples)
    {
        var random = new Random(5);
        int[] lengths = [.. Enumerable.Range(0, examples).Select(e => 3 + e % 9)];
        float[] Numbers(int count) => [.. Enumerable.Range(0, count).Select(_ => random.NextSingle() - 0.5f)];
        float[] x = Numbers(lengths.Sum() * 3);
        int[] starts = [.. lengths.Select((_, e) => lengths.Take(e).Sum() * 3)];
        // What is asked for is at the end of each sequence.
        float[] y = [.. Enumerable.Range(0, examples).SelectMany(e => new[] { 1f, -0.5f }.Select(f => f * x[starts[e] + 3 * (lengths[e] - 1)]))];
        return new Dataset(
            new Column { Name = "x", Kind = ValueKind.Sequence, Width = 3, Stride = 3, Values = x, Starts = starts, Lengths = lengths },
            new Column
            {
                Name = "y", Kind = ValueKind.Vector, Width = 2, Stride = 2, Values = y,
                Starts = [.. Enumerable.Range(0, examples).Select(e => 2 * e)], Lengths = [.. Enumerable.Repeat(1, examples)],
            });
    }

    static float[] Trained(int threads, int seed, int epochs = 3)
    {
        var model = new DroppedModel(3, 20, 2, seed: 5);
        using var trainer = new Trainer(model, new Adam(1e-2)) { BatchSize = 33, Epochs = epochs, Threads = threads, Seed = seed, Shuffle = false };
        trainer.Fit(Series(70));
        return model.Parameters.Snapshot();
    }

    [Fact]
    public void The_seed_decides_and_the_threads_do_not()
    {
        float[] one = Trained(1, seed: 9);
        Assert.DoesNotContain(one, float.IsNaN);
        Assert.Equal(one, Trained(2, seed: 9));
        Assert.Equal(one, Trained(5, seed: 9));
        Assert.NotEqual(one, Trained(1, seed: 8));
    }

    [Fact]
    public void Every_step_drops_others_and_evaluation_none()
    {
        var model = new DroppedModel(3, 20, 2, seed: 5);
        Dataset data = Series(70);
        int[] examples = [.. Enumerable.Range(0, 70)];
        using var trainer = new Trainer(model, new Sgd(0));
        double[] losses = [.. Enumerable.Range(0, 20).Select(_ => trainer.TrainStep(data, examples))];
        Assert.Equal(20, losses.Distinct().Count());
        Assert.Single(Enumerable.Range(0, 3).Select(_ => trainer.Evaluate(data)).Distinct());
    }

    [Fact]
    public void Half_a_run_saved_loaded_and_continued_is_a_whole_one()
    {
        Dataset data = Series(70);
        string path = Path.Combine(Path.GetTempPath(), $"dropout-{Guid.NewGuid():N}.safetensors");
        Trainer Make(DroppedModel model, Optimizer optimizer, int done) =>
            new(model, optimizer) { BatchSize = 16, Epochs = 6, EpochsDone = done, Seed = 3, Schedule = Schedule.Cosine() };
        DroppedModel whole = new(3, 20, 2, seed: 5), half = new(3, 20, 2, seed: 5), rest = new(3, 20, 2, seed: 6);
        Adam first = new(1e-2), second = new(1e-2);
        using (Trainer trainer = Make(whole, new Adam(1e-2), 0))
            trainer.Fit(data);
        using (Trainer trainer = Make(half, first, 0))
        using (var stop = new CancellationTokenSource())
        {
            trainer.EpochDone += report =>
            {
                if (report.Epoch == 3)
                    stop.Cancel();
            };
            trainer.Fit(data, cancellation: stop.Token);
        }
        try
        {
            Checkpoint.Save(path, half, first);
            Checkpoint.Load(path, rest, second);
        }
        finally
        {
            File.Delete(path);
        }
        using (Trainer trainer = Make(rest, second, 3))
            trainer.Fit(data);
        Assert.Equal(whole.Parameters.Snapshot(), rest.Parameters.Snapshot());
    }

    [Fact]
    public void It_learns()
    {
        var model = new DroppedModel(3, 16, 2, seed: 5);
        Dataset data = Series(64);
        using var trainer = new Trainer(model, new Adam(1e-2)) { BatchSize = 64, Epochs = 400 };
        double before = trainer.Evaluate(data);
        trainer.Fit(data);
        double after = trainer.Evaluate(data);
        Assert.True(after < before / 5, $"{before} before, {after} after.");
    }

    [Fact]
    public void A_step_allocates_nothing()
    {
        Dataset data = Series(64);
        int[] examples = [.. Enumerable.Range(0, 64)];
        using var trainer = new Trainer(new DroppedModel(3, 8, 2), new Adam(1e-2)) { Threads = 2 };
        Assert.Equal(0, Allocations.Least(100, () => trainer.TrainStep(data, examples)));
    }
}
