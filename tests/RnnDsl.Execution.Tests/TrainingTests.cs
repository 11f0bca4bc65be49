using RnnDsl.Execution.Tests.Cells;
using RnnDsl.Sequences;
using RnnDsl.Training;
using RnnDsl.Tuning;

namespace RnnDsl.Execution.Tests;

/// <summary>Tests that count the process's allocations, so nothing else may run beside them.</summary>
[CollectionDefinition("Alone", DisableParallelization = true)]
public class Alone;

/// <summary>What the whole product promises of a training step on a compiled model.</summary>
[Collection("Alone")]
public class TrainingTests
{
    [Fact]
    public void A_whole_step_allocates_nothing_after_the_first()
    {
        var model = new Forecaster(3, 20, 4, seed: 1);
        Dataset data = Series(examples: 48, width: 3, horizon: 4);
        using var trainer = new Trainer(model, new AdamW(1e-3)) { BatchSize = 48, ClipNorm = 1, Threads = 2 };
        int[] examples = [.. Enumerable.Range(0, 48)];
        Assert.Equal(0, Allocations.Least(500, () => trainer.TrainStep(data, examples)));
    }

    [Fact]
    public void Any_number_of_threads_gives_the_same_bits()
    {
        Dataset data = Series(examples: 70, width: 3, horizon: 4, ragged: true);
        float[] Trained(int threads)
        {
            var model = new Forecaster(3, 20, 4, seed: 5);
            using var trainer = new Trainer(model, new Adam(1e-2)) { BatchSize = 33, Epochs = 3, ClipNorm = 0.5, Threads = threads, Seed = 9 };
            trainer.Fit(data);
            return model.Parameters.ReadOnlyValues.ToArray();
        }
        float[] one = Trained(1);
        Assert.DoesNotContain(one, float.IsNaN);
        Assert.NotEqual(one, new Forecaster(3, 20, 4, seed: 5).Parameters.ReadOnlyValues.ToArray());
        Assert.Equal(one, Trained(2));
        Assert.Equal(one, Trained(5));
    }

    [Fact]
    public void An_example_is_predicted_alike_in_any_batch_on_any_number_of_threads()
    {
        Dataset data = Series(examples: 70, width: 3, horizon: 4, ragged: true);
        // Over 256 K parameters, for which shards are larger.
        foreach (int hidden in new[] { 20, 300 })
        {
            var model = new Forecaster(3, hidden, 4, seed: 5);
            float[] Predicted(int threads)
            {
                using var executor = new Executor(model, "Predict", new ExecutionOptions { Threads = threads });
                return executor.Predict(data);
            }
            float[] one = Predicted(1), single = new float[4];
            Assert.Equal(one, Predicted(2));
            Assert.Equal(one, Predicted(5));
            using var alone = new Executor(model, "Predict");
            for (int example = 0; example < 70; example++)
            {
                alone.Forward(data, [example], single);
                Assert.Equal(one[(4 * example)..(4 * example + 4)], single);
            }
        }
    }

    [Fact]
    public void Training_learns_what_can_be_learnt()
    {
        var model = new Forecaster(3, 16, 4, seed: 2);
        Dataset data = Series(examples: 64, width: 3, horizon: 4);
        using var trainer = new Trainer(model, new Adam(1e-2)) { BatchSize = 16, Epochs = 60, Seed = 1 };
        double before = trainer.Evaluate(data);
        trainer.Fit(data);
        Assert.True(trainer.Evaluate(data) < before / 20, $"{before} before, {trainer.Evaluate(data)} after.");
    }

    [Fact]
    public void Frozen_parts_keep_their_bits_and_adapters_leave_the_base_alone()
    {
        Dataset data = Series(examples: 32, width: 3, horizon: 4);
        var model = new Forecaster(3, 16, 4, seed: 3);
        float[] encoder = model.Parameters["encoder.Ui"].ToArray(), head = model.Parameters["head.W"].ToArray();
        var tuning = new FineTuning(model).Freeze("encoder.*");
        using (var trainer = new Trainer(tuning, new AdamW(1e-2) { WeightDecay = 0.1 }) { BatchSize = 16, Epochs = 2 })
            trainer.Fit(data);
        Assert.Equal(encoder, model.Parameters["encoder.Ui"].ToArray());
        Assert.NotEqual(head, model.Parameters["head.W"].ToArray());
        Assert.Equal(16 * 4 + 4, tuning.Report.Trained);

        head = model.Parameters["head.W"].ToArray();
        var adapters = new LowRankAdapters(model, rank: 2, alpha: 4, ["encoder.U?"]);
        using (var trainer = new Trainer(adapters, new Adam(1e-2)) { BatchSize = 16, Epochs = 2 })
            trainer.Fit(data);
        Assert.NotEqual(encoder, model.Parameters["encoder.Ui"].ToArray());
        Assert.Equal(head, model.Parameters["head.W"].ToArray());
        adapters.Remove();
        Assert.Equal(encoder, model.Parameters["encoder.Ui"].ToArray());
    }

    /// <summary>Sums of sines whose continuation is asked for.</summary>
    static Dataset Series(int examples, int width, int horizon, bool ragged = false)
    {
        int[] lengths = [.. Enumerable.Range(0, examples).Select(e => ragged ? 3 + e % 11 : 12)];
        int[] starts = [.. Enumerable.Range(0, examples).Select(e => lengths.Take(e).Sum() * width)];
        var x = new float[lengths.Sum() * width];
        var y = new float[examples * horizon];
        for (int e = 0; e < examples; e++)
        {
            double phase = e * 0.7, speed = 0.3 + e % 5 * 0.1;
            for (int t = 0; t < lengths[e]; t++)
                for (int i = 0; i < width; i++)
                    x[starts[e] + t * width + i] = (float)Math.Sin(phase + speed * t + i);
            for (int k = 0; k < horizon; k++)
                y[e * horizon + k] = (float)Math.Sin(phase + speed * (lengths[e] + k));
        }
        return new Dataset(
            new Column { Name = "x", Kind = ValueKind.Sequence, Width = width, Stride = width, Values = x, Starts = starts, Lengths = lengths },
            new Column
            {
                Name = "y", Kind = ValueKind.Vector, Width = horizon, Stride = horizon, Values = y,
                Starts = [.. Enumerable.Range(0, examples).Select(e => e * horizon)], Lengths = [.. Enumerable.Repeat(1, examples)],
            });
    }
}
