using System.Diagnostics;
using RnnDsl.Execution.Tests.Cells;
using RnnDsl.Sequences;
using RnnDsl.Training;

namespace RnnDsl.Execution.Tests;

/// <summary>Tables that are read by one-hot vectors alone: a training step touches the rows that a batch reads.</summary>
public class RowGradientTests
{
    public static TheoryData<string> Optimizers => [.. Makers.Keys];

    static readonly Dictionary<string, Func<bool, Optimizer>> Makers = new()
    {
        ["Sgd"] = all => new Sgd(0.1) { MovesAllRows = all },
        ["Momentum"] = all => new Sgd(0.1) { Momentum = 0.9, MovesAllRows = all },
        ["Nesterov"] = all => new Sgd(0.1) { Momentum = 0.9, Nesterov = true, WeightDecay = 0.01, MovesAllRows = all },
        ["Adam"] = all => new Adam(0.01) { MovesAllRows = all },
        ["AdamW"] = all => new AdamW(0.01) { MovesAllRows = all },
        ["AdaGrad"] = all => new AdaGrad(0.05) { MovesAllRows = all },
        ["RmsProp"] = all => new RmsProp(0.01) { MovesAllRows = all },
    };

    /// <summary>Batches of words from 0 to 19 of 50; every batch reads words 0 to 4.</summary>
    static Dataset Words(int examples = 24)
    {
        var random = new Random(2);
        int[][] x = [.. Enumerable.Range(0, examples).Select(i => Enumerable.Range(0, 1 + i % 6).Select(t => t == 0 ? i % 5 : random.Next(-1, 20)).ToArray())];
        return new Dataset(Column.OneHot("x", 50, x), Column.OneHot("y", 4, [.. x.Select(steps => steps.Select(word => (word + 1) % 4).ToArray())]));
    }

    [Theory]
    [MemberData(nameof(Optimizers))]
    public void Ten_steps_equal_the_dense_optimizer_on_rows_touched_at_each_step(string name)
    {
        var rows = new WordTagger(50, 7, 9, 4, seed: 3);
        var dense = new WordTagger(50, 7, 9, 4, seed: 3);
        float[] start = rows.Parameters.Snapshot();
        using var trainer = new Trainer(rows, Makers[name](false)) { ClipNorm = 1 };
        using var other = new Trainer(dense, Makers[name](true)) { ClipNorm = 1 };
        Dataset data = Words();
        int[] all = [.. Enumerable.Range(0, data.Count)];
        for (int step = 0; step < 10; step++)
            Assert.Equal(other.TrainStep(data, all), trainer.TrainStep(data, all), 1e-6);
        Parameter table = rows.Parameters.Find("table");
        for (int row = 0; row < 50; row++)
            for (int i = 0; i < 7; i++)
            {
                float value = rows.Parameters.ReadOnlyValues[table.Offset + row * 7 + i];
                if (row >= 20)
                    Assert.Equal(start[table.Offset + row * 7 + i], value);
                else
                    Assert.Equal(dense.Parameters.ReadOnlyValues[table.Offset + row * 7 + i], value, 1e-6);
            }
    }

    [Fact]
    public void A_row_that_a_batch_does_not_read_rests_and_its_gradient_is_zero()
    {
        var model = new WordTagger(50, 7, 9, 4, seed: 3);
        using var trainer = new Trainer(model, new AdamW(0.01)) { Threads = 2 };
        using var executor = new Executor(model, "Loss");
        Dataset data = Words();
        Parameter table = model.Parameters.Find("table");
        trainer.TrainStep(data, [1, 2]);
        trainer.TrainStep(data, [3]);
        float[] before = model.Parameters.Snapshot();
        trainer.TrainStep(data, [0]); // The word 0 alone.
        float[] after = model.Parameters.Snapshot();
        for (int row = 0; row < 50; row++)
            Assert.Equal(row == 0, !before.AsSpan(table.Offset + row * 7, 7).SequenceEqual(after.AsSpan(table.Offset + row * 7, 7)));
        executor.Gradient(data, [1, 2, 3, 4, 5]);
        executor.Gradient(data, [0]);
        Assert.Equal(-1, executor.Gradients.Slice(table.Offset + 7, 49 * 7).IndexOfAnyExcept(0f));
        Assert.NotEqual(-1, executor.Gradients.Slice(table.Offset, 7).IndexOfAnyExcept(0f));
    }

    [Fact]
    public void Steps_are_the_same_bits_on_any_threads_and_allocate_nothing()
    {
        float[]? first = null;
        foreach (int threads in new[] { 1, 2, 3, 8 })
        {
            var model = new WordTagger(50, 7, 9, 4, seed: 3);
            using var trainer = new Trainer(model, new Adam(0.01)) { Threads = threads, ClipNorm = 0.5, ClipValue = 0.1 };
            Dataset data = Words(64);
            int[] all = [.. Enumerable.Range(0, 64)];
            for (int step = 0; step < 20; step++)
                trainer.TrainStep(data, all);
            first ??= model.Parameters.Snapshot();
            Assert.Equal(first, model.Parameters.Snapshot());
            if (threads > 1)
                continue;
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int step = 0; step < 20; step++)
                trainer.TrainStep(data, all);
            Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        }
    }

    [Fact]
    public void A_step_costs_what_its_rows_cost()
    {
        double Time(int words)
        {
            var model = new WordTagger(words, 16, 8, 4, seed: 3);
            var random = new Random(4);
            int[][] x = [.. Enumerable.Range(0, 32).Select(_ => Enumerable.Range(0, 20).Select(_ => random.Next(words)).ToArray())];
            var data = new Dataset(Column.OneHot("x", words, x), Column.OneHot("y", 4, [.. x.Select(steps => steps.Select(word => word % 4).ToArray())]));
            using var trainer = new Trainer(model, new Adam(0.01)) { Threads = 1, ClipNorm = 1 };
            int[] all = [.. Enumerable.Range(0, 32)];
            double best = double.PositiveInfinity;
            for (int step = 0; step < 60; step++)
            {
                long start = Stopwatch.GetTimestamp();
                trainer.TrainStep(data, all);
                best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            }
            return best;
        }
        double small = Time(10_000), large = Time(1_000_000);
        // The whole table would be 16 million floats, and four times that with moments and gradient.
        Assert.True(large < 3 * small + 1, $"A step takes {large:F2} ms with a million rows, {small:F2} ms with ten thousand.");
    }
}
