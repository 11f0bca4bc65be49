using RnnDsl.Execution;
using RnnDsl.Sequences;
using RnnDsl.Training;

namespace RnnDsl.Tests.Training;

public class TrainerTests
{
    static readonly Dataset Data = LinearModule.Data(200, 5, 3, seed: 4);

    [Fact]
    public void A_linear_map_is_learned()
    {
        var model = new LinearModule(5, 3);
        using var trainer = new Trainer(model, new Adam(0.05)) { Epochs = 40 };
        History history = trainer.Fit(Data.Range(0, 150), Data.Range(150, 50));
        Assert.Equal((40, StopReason.Finished), (history.Epochs.Count, history.Stop));
        Assert.True(history.Best!.ValidationLoss < 0.001, $"{history.Best}");
        Assert.Equal(history.Best.ValidationLoss!.Value, trainer.Evaluate(Data.Range(150, 50)), 1e-9);
        Assert.Equal(history.Best.Monitored, history.Epochs.Min(e => e.Monitored));
    }

    [Theory]
    [InlineData(false), InlineData(true)]
    public void A_decay_is_learned_whatever_the_threads(bool byLength)
    {
        Dataset data = LeakyModule.Data(4, LeakyReference.Lengths(new Random(1), 150, 12), 1);
        float[]? expected = null;
        foreach (int threads in new[] { 1, 2, 5 })
        {
            var model = new LeakyModule(4);
            using var trainer = new Trainer(model, new Adam(0.03))
            {
                Epochs = 60,
                Threads = threads,
                BucketByLength = byLength,
                BatchSize = 40,
            };
            History history = trainer.Fit(data);
            Assert.Equal(0.8, model.Parameters["leaky.a"][0], 0.01);
            Assert.Equal(expected ??= model.Parameters.Snapshot(), model.Parameters.Snapshot());
            Assert.True(history.Epochs[^1].TrainLoss < 1e-4);
        }
    }

    [Fact]
    public void Seeds_give_orders()
    {
        float[] Train(int seed, bool shuffle = true)
        {
            var model = new LinearModule(5, 3);
            using var trainer = new Trainer(model, new Sgd(0.1)) { Epochs = 2, Seed = seed, Shuffle = shuffle };
            trainer.Fit(Data);
            return model.Parameters.Snapshot();
        }
        Assert.Equal(Train(1), Train(1));
        Assert.NotEqual(Train(1), Train(2));
        Assert.Equal(Train(1, shuffle: false), Train(2, shuffle: false));
    }

    [Theory]
    [InlineData(false), InlineData(true)]
    public void An_epoch_sees_every_example_once(bool byLength)
    {
        int[] lengths = LeakyReference.Lengths(new Random(2), 101, 30);
        var module = new LeakyModule(1);
        var batches = new ExampleBatches(module, module.Method("Loss"), LeakyModule.Data(1, lengths, 1), "training", 8, byLength);
        batches.Begin(new RnnDsl.Memory.RandomStream(3));
        var seen = new List<int>();
        double spread = 0;
        int count = 0;
        while (batches.Next())
        {
            int[] examples = batches.Examples.ToArray();
            seen.AddRange(examples);
            spread += examples.Max(e => lengths[e]) - examples.Min(e => lengths[e]);
            count++;
        }
        Assert.Equal(13, count);
        Assert.Equal(Enumerable.Range(0, 101), seen.Order());
        Assert.NotEqual(Enumerable.Range(0, 101), seen);
        Assert.Equal(byLength, spread / count < 6);
    }

    [Fact]
    public void One_step_is_the_optimisers_on_the_gradient()
    {
        var model = new LinearModule(5, 3);
        var copy = new LinearModule(5, 3);
        using var trainer = new Trainer(model, new Sgd(0.1)) { ClipNorm = 0.01 };
        using var executor = new Executor(copy, "Loss");
        double loss = executor.Gradient(Data, [3, 1, 4]);
        double norm = GradientClip.Norm(copy.Parameters, executor.Gradients);
        new Sgd(0.1).Step(copy.Parameters, executor.Gradients, gradientFactor: 0.01 / norm);
        Assert.Equal(loss, trainer.TrainStep(Data, [3, 1, 4]));
        Assert.Equal(norm, trainer.GradientNorm);
        Assert.Equal(copy.Parameters.Snapshot(), model.Parameters.Snapshot());
    }

    [Fact]
    public void Elements_are_limited_before_the_norm()
    {
        var model = new LinearModule(5, 3);
        float[] before = model.Parameters.Snapshot();
        using var trainer = new Trainer(model, new Sgd(1)) { ClipValue = 1e-3 };
        trainer.TrainStep(Data, [3, 1, 4]);
        Assert.True(trainer.GradientNorm > 0.1);
        Assert.All(before.Zip(model.Parameters.Snapshot()), pair => Assert.InRange(Math.Abs(pair.First - pair.Second), 0, 1.001e-3));
    }

    [Fact]
    public void The_schedule_is_followed_and_reported()
    {
        var rates = new List<double>();
        var steps = new List<StepReport>();
        var epochs = new List<EpochReport>();
        using var trainer = new Trainer(new LinearModule(5, 3), new Sgd(0.1)) { Epochs = 4, BatchSize = 100, Schedule = Schedule.Linear() };
        trainer.StepDone += steps.Add;
        trainer.EpochDone += epochs.Add;
        History history = trainer.Fit(Data);
        Assert.Equal(history.Epochs, epochs);
        Assert.Equal([1, 1, 2, 2, 3, 3, 4, 4], steps.Select(s => s.Epoch));
        Assert.Equal([1, 2, 3, 4, 5, 6, 7, 8], steps.Select(s => s.Step));
        Assert.All(steps, s => Assert.Equal(8, s.Steps));
        for (int i = 0; i < 8; i++)
            Assert.Equal(0.1 * (1 - i / 8.0), steps[i].LearningRate, 1e-12);
        for (int e = 0; e < 4; e++)
        {
            Assert.Equal((steps[2 * e].Loss + steps[2 * e + 1].Loss) / 2, epochs[e].TrainLoss, 1e-12);
            Assert.Equal((steps[2 * e].GradientNorm + steps[2 * e + 1].GradientNorm) / 2, epochs[e].GradientNorm, 1e-12);
        }
    }

    [Fact]
    public void Training_loss_weighs_a_short_last_batch_less()
    {
        using var trainer = new Trainer(new LinearModule(5, 3), new Sgd(0)) { Epochs = 1, BatchSize = 64 };
        double expected = trainer.Evaluate(Data);
        Assert.Equal(expected, trainer.Fit(Data).Epochs[0].TrainLoss, 1e-7);
    }

    [Fact]
    public void Patience_ends_and_the_best_is_kept()
    {
        var model = new LinearModule(5, 3);
        // Fitted to other targets, so validation soon gets worse.
        Dataset other = LinearModule.Data(100, 5, 3, seed: 9);
        var kept = new List<float[]>();
        using var trainer = new Trainer(model, new Sgd(0.02)) { Epochs = 200, Patience = 3 };
        trainer.EpochDone += e => kept.Add(model.Parameters.Snapshot());
        History history = trainer.Fit(Data, other);
        Assert.Equal(StopReason.Patience, history.Stop);
        Assert.Equal(history.Best!.Epoch + 3, history.Epochs.Count);
        Assert.Equal(kept[history.Best.Epoch - 1], model.Parameters.Snapshot());
    }

    /// <summary>A model fitted to some data, and other data that can only make it worse on them.</summary>
    static (LinearModule Model, Dataset Own, Dataset Other) Fitted()
    {
        var model = new LinearModule(5, 3);
        using var trainer = new Trainer(model, new Adam(0.05)) { Epochs = 100, BatchSize = 50 };
        trainer.Fit(Data);
        return (model, Data, LinearModule.Data(100, 5, 3, seed: 9));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_start_is_kept_where_every_epoch_is_worse(bool keep)
    {
        (LinearModule model, Dataset own, Dataset other) = Fitted();
        float[] before = model.Parameters.Snapshot(), last = [];
        using var trainer = new Trainer(model, new Sgd(0.05)) { Epochs = 20, Patience = 3, KeepBest = keep };
        double start = trainer.Evaluate(own);
        trainer.EpochDone += e => last = model.Parameters.Snapshot();
        History history = trainer.Fit(other, own);
        Assert.Equal(start, history.StartLoss!.Value, 1e-12);
        Assert.True(history.StartWasBest);
        Assert.Null(history.Best);
        Assert.Equal((StopReason.Patience, 3), (history.Stop, history.Epochs.Count));
        Assert.All(history.Epochs, e => Assert.False(e.Improved));
        Assert.Equal(keep ? before : last, model.Parameters.Snapshot());
    }

    [Fact]
    public void A_start_that_is_improved_on_by_less_than_asked_stays_the_best()
    {
        var model = new LinearModule(5, 3);
        float[] before = model.Parameters.Snapshot();
        using var trainer = new Trainer(model, new Sgd(0.01)) { Epochs = 4, MinImprovement = 1e6 };
        History history = trainer.Fit(Data, Data);
        Assert.True(history.StartWasBest);
        Assert.True(history.Epochs[3].ValidationLoss < history.StartLoss);
        Assert.Equal(before, model.Parameters.Snapshot());
    }

    [Fact]
    public void Cancelled_within_the_first_epoch_the_start_is_kept()
    {
        var model = new LinearModule(5, 3);
        float[] before = model.Parameters.Snapshot();
        using var cancellation = new CancellationTokenSource();
        using var trainer = new Trainer(model, new Adam(0.01)) { Epochs = 10, BatchSize = 50 };
        trainer.StepDone += _ => cancellation.Cancel();
        History history = trainer.Fit(Data, Data, cancellation.Token);
        Assert.Equal((StopReason.Canceled, 0, false), (history.Stop, history.Epochs.Count, history.StartWasBest));
        Assert.NotNull(history.StartLoss);
        Assert.Equal(before, model.Parameters.Snapshot());
        Assert.Null(trainer.Fit(Data, Data, cancellation.Token).StartLoss);
    }

    [Fact]
    public void Without_validation_data_the_start_counts_for_nothing()
    {
        using var trainer = new Trainer(new LinearModule(5, 3), new Sgd(0.02)) { Epochs = 2 };
        History history = trainer.Fit(Data);
        Assert.Equal((null, false, 2), (history.StartLoss, history.StartWasBest, history.Best!.Epoch));
    }

    [Fact]
    public void Without_KeepBest_the_last_parameters_stay()
    {
        var model = new LinearModule(5, 3);
        float[] last = [];
        using var trainer = new Trainer(model, new Sgd(0.02)) { Epochs = 200, Patience = 3, KeepBest = false };
        trainer.EpochDone += e => last = model.Parameters.Snapshot();
        trainer.Fit(Data, LinearModule.Data(100, 5, 3, seed: 9));
        Assert.Equal(last, model.Parameters.Snapshot());
    }

    [Fact]
    public void Cancellation_leaves_the_best_so_far()
    {
        var model = new LinearModule(5, 3);
        using var cancellation = new CancellationTokenSource();
        using var trainer = new Trainer(model, new Adam(0.01)) { Epochs = 10, BatchSize = 50 };
        float[] best = [];
        trainer.EpochDone += e => best = model.Parameters.Snapshot();
        trainer.StepDone += s => { if (s.Step == 10) cancellation.Cancel(); };
        History history = trainer.Fit(Data, Data, cancellation.Token);
        Assert.Equal((StopReason.Canceled, 2), (history.Stop, history.Epochs.Count));
        Assert.Equal(best, model.Parameters.Snapshot());
        Assert.Null(trainer.Fit(Data, null, cancellation.Token).Best);
    }

    [Fact]
    public void Divergence_says_where_and_what_to_try()
    {
        var model = new LinearModule(5, 3);
        using var trainer = new Trainer(model, new Sgd(1e12)) { Epochs = 50, BatchSize = 100 };
        DivergenceException e = Assert.Throws<DivergenceException>(() => trainer.Fit(Data));
        Assert.Matches(
            "^The (loss|norm of the gradient) is (NaN|Infinity) at step [0-9]+, learning rate 1E\\+12. Try a smaller learning rate", e.Message);
        Assert.DoesNotContain(model.Parameters.Snapshot(), float.IsNaN);
    }

    [Fact]
    public void The_rate_is_not_the_reason_of_what_diverges_at_the_first_step()
    {
        var model = new LinearModule(5, 3);
        model.Parameters.Values.Fill(1e30f);
        using var trainer = new Trainer(model, new Sgd(0.01));
        Assert.Contains("at step 1, learning rate 0.01. Look for a division by 0", Assert.Throws<DivergenceException>(() => trainer.Fit(Data)).Message);
    }

    [Fact]
    public void Settings_and_data_are_checked()
    {
        var model = new LinearModule(5, 3);
        Assert.Equal("BatchSize", Assert.Throws<ArgumentOutOfRangeException>(
            () => new Trainer(model, new Adam()) { BatchSize = 0 }.Fit(Data)).ParamName);
        Assert.Equal("ClipNorm", Assert.Throws<ArgumentOutOfRangeException>(
            () => new Trainer(model, new Adam()) { ClipNorm = double.NaN }.Fit(Data)).ParamName);
        foreach (double wrong in (double[])[double.NaN, double.PositiveInfinity, double.NegativeInfinity, -1])
        {
            Assert.StartsWith("MinImprovement is a finite number", Assert.Throws<ArgumentOutOfRangeException>("MinImprovement", () => new Trainer(model, new Adam()) { MinImprovement = wrong }).Message);
            Assert.StartsWith("ClipNorm is a finite number above zero, or null", Assert.Throws<ArgumentOutOfRangeException>("ClipNorm", () => new Trainer(model, new Adam()) { ClipNorm = wrong }).Message);
            Assert.Throws<ArgumentOutOfRangeException>("ClipValue", () => new Trainer(model, new Adam()) { ClipValue = wrong });
        }
        foreach (int wrong in (int[])[0, -1, int.MinValue])
            foreach ((string name, Func<Trainer> make) in (IEnumerable<(string, Func<Trainer>)>)[
                ("BatchSize", () => new(model, new Adam()) { BatchSize = wrong }), ("Epochs", () => new(model, new Adam()) { Epochs = wrong }), ("Patience", () => new(model, new Adam()) { Patience = wrong }),
                ("ChunkSteps", () => new(model, new Adam()) { ChunkSteps = wrong }), ("ShuffleBlock", () => new(model, new Adam()) { ShuffleBlock = wrong })])
                Assert.StartsWith(name + " is a whole number above zero", Assert.Throws<ArgumentOutOfRangeException>(name, make).Message);
        Assert.Throws<ArgumentOutOfRangeException>("EpochsDone", () => new Trainer(model, new Adam()) { EpochsDone = -1 });
        Assert.Throws<ArgumentOutOfRangeException>("LossWeight", () => new Trainer(model, new Adam()) { LossWeight = (LossWeight)7 });
        Assert.Throws<ArgumentOutOfRangeException>("MaxShards", () => new Trainer(model, new Adam()) { Execution = new() { MaxShards = 0 } });
        Assert.Contains("training data have no examples", Assert.Throws<ArgumentException>(
            () => new Trainer(model, new Adam()).Fit(Data.Range(0, 0))).Message);
        Assert.Contains("The validation data have no examples: give some, or none (null)", Assert.Throws<ArgumentException>(
            () => new Trainer(model, new Adam()).Fit(Data, Data.Range(0, 0))).Message);
        Assert.Contains("no compiled method 'Cost'", Assert.Throws<ArgumentException>(
            () => new Trainer(model, new Adam()) { Method = "Cost" }.Fit(Data)).Message);
        Assert.Contains("not a loss", Assert.Throws<InvalidOperationException>(
            () => new Trainer(model, new Adam()) { Method = "Predict" }.Fit(Data)).Message);
    }

    [Fact]
    public void What_is_missing_is_named()
    {
        var model = new LinearModule(5, 3);
        using var trainer = new Trainer(model, new Adam());
        foreach ((string name, Action call) in (IEnumerable<(string, Action)>)[
            ("module", () => new Trainer((LinearModule)null!, new Adam())), ("trainable", () => new Trainer((ITrainable)null!, new Adam())), ("optimizer", () => new Trainer(model, null!)),
            ("train", () => trainer.Fit((Dataset)null!)), ("data", () => trainer.Evaluate((Dataset)null!)), ("data", () => trainer.TrainStep(null!, [0])), ("parts", () => trainer.Evaluate((PartitionedDataset)null!)),
            ("Schedule", () => new Trainer(model, new Adam()) { Schedule = null! }), ("Metrics", () => new Trainer(model, new Adam()) { Metrics = null! }),
            ("Method", () => new Trainer(model, new Adam()) { Method = null! }), ("Execution", () => new Trainer(model, new Adam()) { Execution = null! })])
            Assert.Throws<ArgumentNullException>(name, call);
    }

    sealed class Adding(float[] gradient) : IGradientRule
    {
        public void Change(GradientStep step) => step.Add(gradient, 1);
    }

    [Fact]
    public void A_gradient_of_another_length_is_no_gradient_of_the_model()
    {
        using var trainer = new Trainer(new LinearModule(5, 3), new Adam()) { GradientRule = new Adding(new float[4]) };
        Assert.StartsWith("The gradient has 4 floats, but the parameters of Linear take ", Assert.Throws<ArgumentException>("moduleGradient", () => trainer.Fit(Data)).Message);
    }

    [Fact]
    public void AHistoryIsATable()
    {
        var history = new History([new(1, 0.5, 0.25, 1e-3, 1, 0.2, true), new(2, 0.25, 0.375, 5e-4, 1, 12.34, false)], StopReason.Patience) { StartLoss = 1 };
        Assert.Equal("""
            epoch  train loss  validation  learning rate  seconds
                1         0.5        0.25          0.001      0.2 *
                2        0.25       0.375         0.0005     12.3
            The patience ended; epoch 1 was best.
            """.ReplaceLineEndings("\n"), history.ToString());
        Assert.EndsWith("All epochs are done; no epoch was better than the start.", (history with { Epochs = [history.Epochs[1]], Stop = StopReason.Finished }).ToString());
    }

    [Fact]
    public void An_epoch_is_printed_alike_everywhere()
    {
        System.Globalization.CultureInfo culture = System.Globalization.CultureInfo.CurrentCulture;
        System.Globalization.CultureInfo.CurrentCulture = new("") { NumberFormat = new() { NumberDecimalSeparator = "," } };
        try
        {
            Assert.Equal("epoch 3: training loss 0.25, validation loss 0.5, accuracy 0.75, learning rate 0.001, gradient 1.5, 2.5 s",
                new EpochReport(3, 0.25, 0.5, 0.001, 1.5, 2.5, true) { Metrics = [new("accuracy", 0.75)] }.ToString());
            Assert.Equal("MAE 0.5, RMSE 0.5, sMAPE 12.00 %, R² 0.9000, of 3 values", new RnnDsl.Metrics.ForecastErrors(3, 0.5, 0.25, 12, 0.9).ToString());
        }
        finally
        {
            System.Globalization.CultureInfo.CurrentCulture = culture;
        }
    }
}
