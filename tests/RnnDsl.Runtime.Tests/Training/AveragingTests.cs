using RnnDsl.Execution;
using RnnDsl.Runtime.Tests.Storage;
using RnnDsl.Sequences;
using RnnDsl.Storage;
using RnnDsl.Training;
using RnnDsl.Tuning;

namespace RnnDsl.Tests.Training;

/// <summary>A trainer's average of the parameters, against the average of all parameters that its steps left.</summary>
public sealed class AveragingTests : IDisposable
{
    static readonly Dataset Data = LinearModule.Data(60, 5, 3, seed: 4, noise: 1), Validation = LinearModule.Data(20, 5, 3, seed: 4, noise: 1).Range(5, 15);

    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    public static TheoryData<string> Rules => ["exponential, 0.9, from epoch 1", "exponential, 0.5, from epoch 3", "uniform, from epoch 1", "uniform, from epoch 4"];

    static WeightAverage Rule(string text)
    {
        string[] words = text.Split(", ");
        int from = int.Parse(words[^1].Split(' ')[^1], null);
        WeightAverage rule = words[0] == "uniform" ? WeightAverage.Uniform(from) : WeightAverage.Exponential(double.Parse(words[1], System.Globalization.CultureInfo.InvariantCulture), from);
        Assert.Equal(text, rule.ToString());
        return rule;
    }

    /// <summary>The average of values after steps, in double precision.</summary>
    static double[] Expected(string rule, IReadOnlyList<(int Epoch, float[] Values)> steps)
    {
        string[] words = rule.Split(", ");
        int from = int.Parse(words[^1].Split(' ')[^1], null);
        double decay = words[0] == "uniform" ? 1 : double.Parse(words[1], System.Globalization.CultureInfo.InvariantCulture), weights = 0;
        var sum = new double[steps[0].Values.Length];
        foreach ((int _, float[] values) in steps.Where(s => s.Epoch >= from))
        {
            weights = weights * decay + 1;
            for (int i = 0; i < sum.Length; i++)
                sum[i] = sum[i] * decay + values[i];
        }
        return [.. sum.Select(s => s / weights)];
    }

    static void AssertNear(double[] expected, ReadOnlySpan<float> actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
            Assert.Equal(expected[i], actual[i], 2e-6);
    }

    [Theory]
    [MemberData(nameof(Rules))]
    public void Fit_leaves_the_average_of_the_parameters_after_its_steps(string rule)
    {
        var plain = new LinearModule(5, 3);
        var raw = new List<float[]>();
        using (var trainer = new Trainer(plain, new Adam(0.1)) { Epochs = 5, BatchSize = 16 })
        {
            trainer.StepDone += step => raw.Add(plain.Parameters.Snapshot());
            trainer.Fit(Data);
        }
        var model = new LinearModule(5, 3);
        var own = new List<(int Epoch, float[] Values)>();
        using (var trainer = new Trainer(model, new Adam(0.1)) { Epochs = 5, BatchSize = 16, Averaging = Rule(rule) })
        {
            trainer.StepDone += step => own.Add((step.Epoch, model.Parameters.Snapshot()));
            trainer.Fit(Data);
        }
        // The training itself is undisturbed, to the bit.
        Assert.Equal(raw, own.Select(step => step.Values));
        AssertNear(Expected(rule, own), model.Parameters.ReadOnlyValues);
        Assert.NotEqual(plain.Parameters.Snapshot(), model.Parameters.Snapshot());
    }

    [Theory]
    [MemberData(nameof(Rules))]
    public void Validation_metrics_handlers_and_the_best_epoch_are_those_of_the_average(string rule)
    {
        var model = new LinearModule(5, 3);
        var steps = new List<(int Epoch, float[] Values)>();
        var measured = new List<float[]>();
        var seen = new List<(EpochReport Report, double Evaluated, float[] Values)>();
        using var trainer = new Trainer(model, new Sgd(0.4))
        {
            Epochs = 8, BatchSize = 7, Averaging = Rule(rule), Metrics = [new Metric("first weight", _ =>
            {
                measured.Add(model.Parameters.Snapshot());
                return model.Parameters["layer.W"][0];
            })],
        };
        trainer.StepDone += step => steps.Add((step.Epoch, model.Parameters.Snapshot()));
        trainer.EpochDone += report => seen.Add((report, trainer.Evaluate(Validation), model.Parameters.Snapshot()));
        History history = trainer.Fit(Data, Validation);
        for (int epoch = 0; epoch < 8; epoch++)
        {
            (EpochReport report, double evaluated, float[] values) = seen[epoch];
            (int, float[] Values)[] until = [.. steps.Where(s => s.Epoch <= epoch + 1)];
            if (epoch + 1 < Rule(rule).FromEpoch)
                Assert.Equal(until[^1].Values, values);
            else
                AssertNear(Expected(rule, until), values);
            Assert.Equal(values, measured[epoch]);
            Assert.Equal(values[0], report.Metrics[0].Value);
            Assert.Equal(report.ValidationLoss!.Value, evaluated, 1e-9);
        }
        Assert.False(history.StartWasBest);
        Assert.Equal(seen[history.Best!.Epoch - 1].Values, model.Parameters.Snapshot());
        Assert.Equal(history.Epochs.Min(e => e.ValidationLoss), history.Best.ValidationLoss);
    }

    [Fact]
    public void What_is_frozen_keeps_every_bit_and_what_thaws_is_averaged_as_if_it_had_never_moved_before()
    {
        var model = new LinearModule(5, 3);
        var tuning = new FineTuning(model).Freeze("layer.W");
        float[] matrix = model.Parameters["layer.W"].ToArray();
        var steps = new List<(int Epoch, float[] Values)>();
        using var trainer = new Trainer(tuning, new AdamW(0.1)) { Epochs = 4, BatchSize = 16, Averaging = WeightAverage.Uniform(1) };
        trainer.StepDone += step => steps.Add((step.Epoch, model.Parameters.Snapshot()));
        trainer.EpochDone += report =>
        {
            if (report.Epoch < 3)
                Assert.Equal(matrix, model.Parameters["layer.W"].ToArray());
            if (report.Epoch == 2)
                tuning.Train("*");
            if (report.Epoch == 3)
                tuning.Freeze("layer.b");
        };
        trainer.Fit(Data);
        Assert.NotEqual(matrix, model.Parameters["layer.W"].ToArray());
        AssertNear(Expected("uniform, from epoch 1", steps), model.Parameters.ReadOnlyValues);
    }

    [Fact]
    public void Of_adapters_their_own_numbers_are_averaged()
    {
        var model = new LinearModule(5, 3);
        var adapters = new LowRankAdapters(model, 2, 4, ["layer.W"], ["layer.b"], seed: 3);
        var steps = new List<(int Epoch, float[] Values)>();
        using (var trainer = new Trainer(adapters, new Adam(0.1)) { Epochs = 3, BatchSize = 16, Averaging = WeightAverage.Exponential(0.8) })
        {
            trainer.StepDone += step => steps.Add((step.Epoch, adapters.Parameters.Snapshot()));
            trainer.Fit(Data, Validation);
        }
        AssertNear(Expected("exponential, 0.8, from epoch 1", steps), adapters.Parameters.ReadOnlyValues);
        float[] left = model.Parameters.Snapshot();
        adapters.Apply();
        Assert.Equal(left, model.Parameters.Snapshot());
    }

    [Theory]
    [InlineData(false), InlineData(true)]
    public void A_canceled_training_leaves_the_best_average_or_else_the_last(bool validates)
    {
        var model = new LinearModule(5, 3);
        using var stop = new CancellationTokenSource();
        var steps = new List<(int Epoch, float[] Values)>();
        float[] best = [];
        using var trainer = new Trainer(model, new Sgd(0.4)) { Epochs = 9, BatchSize = 7, Averaging = WeightAverage.Exponential(0.9) };
        trainer.StepDone += step =>
        {
            steps.Add((step.Epoch, model.Parameters.Snapshot()));
            if (step.Step == 31)
                stop.Cancel();
        };
        trainer.EpochDone += report => best = report.Improved ? model.Parameters.Snapshot() : best;
        Assert.Equal(StopReason.Canceled, trainer.Fit(Data, validates ? Validation : null, stop.Token).Stop);
        if (validates)
            Assert.Equal(best, model.Parameters.Snapshot());
        else
            AssertNear(Expected("exponential, 0.9, from epoch 1", steps), model.Parameters.ReadOnlyValues);
    }

    [Fact]
    public void Threads_and_optimizers_do_not_matter()
    {
        Dataset data = LeakyModule.Data(5, LeakyReference.Lengths(new Random(1), 64, 12), 1);
        foreach (Func<Optimizer> make in new Func<Optimizer>[] { () => new Sgd(0.05) { Momentum = 0.9 }, () => new AdamW(0.02), () => new RmsProp(0.01), () => new AdaGrad(0.05) })
        {
            float[]? expected = null;
            foreach (int threads in new[] { 1, 3 })
            {
                var model = new LeakyModule(5);
                var steps = new List<(int Epoch, float[] Values)>();
                using var trainer = new Trainer(model, make()) { Epochs = 2, BatchSize = 16, Threads = threads, Averaging = WeightAverage.Exponential(0.9), ChunkSteps = 4 };
                trainer.StepDone += step => steps.Add((step.Epoch, model.Parameters.Snapshot()));
                trainer.Fit(data);
                AssertNear(Expected("exponential, 0.9, from epoch 1", steps), model.Parameters.ReadOnlyValues);
                Assert.Equal(expected ??= model.Parameters.Snapshot(), model.Parameters.Snapshot());
            }
        }
    }

    [Fact]
    public void Many_parameters_are_averaged_on_several_threads()
    {
        Dataset data = LinearModule.Data(24, 700, 100, seed: 4);
        float[]? expected = null;
        foreach (int threads in new[] { 1, 3 })
        {
            var model = new LinearModule(700, 100);
            Assert.True(model.Parameters.Length > Optimizer.WorthThreads);
            var steps = new List<(int Epoch, float[] Values)>();
            using var trainer = new Trainer(model, new Adam(0.01)) { Epochs = 2, BatchSize = 8, Threads = threads, Averaging = WeightAverage.Uniform(1) };
            trainer.StepDone += step => steps.Add((step.Epoch, model.Parameters.Snapshot()));
            trainer.Fit(data);
            AssertNear(Expected("uniform, from epoch 1", steps), model.Parameters.ReadOnlyValues);
            Assert.Equal(expected ??= model.Parameters.Snapshot(), model.Parameters.Snapshot());
        }
    }

    [Fact]
    public void Another_average_begins_anew_and_the_history_says_so()
    {
        string path = folder.File("run.safetensors");
        Save(null);
        Assert.Equal(["Averaging was none and is exponential, 0.9, from epoch 1"], Continue(WeightAverage.Exponential(0.9)).Differences);
        Save(WeightAverage.Exponential(0.9));
        Assert.Empty(Continue(WeightAverage.Exponential(0.9)).Differences);
        Assert.Equal(["Averaging was exponential, 0.9, from epoch 1 and is uniform, from epoch 3"], Continue(WeightAverage.Uniform(3)).Differences);
        Assert.Equal(["Averaging was exponential, 0.9, from epoch 1 and is none"], Continue(null).Differences);
        // A file of a version that knew no averages: spaces are valid in its place.
        Save(null);
        string text = System.Text.Encoding.Latin1.GetString(Unchecked.Read(path)), setting = """\"Averaging\":\"none\",""";
        Assert.Contains(setting, text, StringComparison.Ordinal);
        File.WriteAllBytes(path, System.Text.Encoding.Latin1.GetBytes(text.Replace(setting, new string(' ', setting.Length), StringComparison.Ordinal)));
        Assert.Empty(Continue(null).Differences);

        void Save(WeightAverage? average)
        {
            var model = new LinearModule(5, 3);
            var optimizer = new Adam(0.1);
            using var trainer = new Trainer(model, optimizer) { Epochs = 4, Averaging = average };
            trainer.EpochDone += report =>
            {
                if (report.Epoch == 2)
                    Checkpoint.Save(path, model, optimizer);
            };
            trainer.Fit(Data);
        }

        History Continue(WeightAverage? average)
        {
            var model = new LinearModule(5, 3, seed: 9);
            var optimizer = new Adam(0.1);
            Checkpoint.Load(path, model, optimizer);
            var steps = new List<(int Epoch, float[] Values)>();
            using var trainer = new Trainer(model, optimizer) { Epochs = 4, Averaging = average };
            trainer.StepDone += step => steps.Add((step.Epoch, model.Parameters.Snapshot()));
            History history = trainer.Fit(Data);
            if (average is null)
                Assert.Equal(steps[^1].Values, model.Parameters.Snapshot());
            else if (history.Differences.Count > 0)
                AssertNear(Expected(average.ToString(), steps), model.Parameters.ReadOnlyValues);
            return history;
        }
    }

    [Fact]
    public void A_damaged_average_in_a_checkpoint_is_refused()
    {
        string path = folder.File("run.safetensors");
        var optimizer = new Adam(0.1);
        using (var trainer = new Trainer(new LinearModule(5, 3), optimizer) { Epochs = 1, Averaging = WeightAverage.Exponential(0.9) })
        {
            trainer.Fit(Data);
            Checkpoint.Save(path, trainer.Trainable.Module, optimizer);
        }
        string text = System.Text.Encoding.Latin1.GetString(Unchecked.Read(path));
        foreach ((string from, string to, string message) in new[]
            {
                ("""\"counted\":[1,1]""", """\"counted\":[9,1]""", "a parameter's average cannot have more than all 2 steps"), ("""\"counted\":[1,1]""", """\"counted\":[1 ] """, "1 counts of an average for 2 parameters"),
                ("""decay\":\"0.9""", """decay\":\"1.9""", "above 0 and below 1"), ("layer.W/average", "layer.W/averagf", "needs 'layer.W/average'"),
            })
        {
            Assert.Contains(from, text, StringComparison.Ordinal);
            File.WriteAllBytes(path, System.Text.Encoding.Latin1.GetBytes(text.Replace(from, to, StringComparison.Ordinal)));
            Assert.Contains(message, Assert.Throws<InvalidDataException>(() => Checkpoint.Load(path, new LinearModule(5, 3), new Adam())).Message, StringComparison.OrdinalIgnoreCase);
        }
    }

    [Fact]
    public void What_cannot_be_is_refused()
    {
        foreach (double decay in new[] { 0, 1, -1, 2, double.NaN })
            Assert.Contains("above 0 and below 1", Assert.Throws<ArgumentOutOfRangeException>(() => WeightAverage.Exponential(decay)).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => WeightAverage.Exponential(0.9, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => WeightAverage.Uniform(0));
        var model = new LinearModule(5, 3);
        using var late = new Trainer(model, new Adam()) { Epochs = 3, Averaging = WeightAverage.Uniform(4) };
        Assert.Contains("there are 3", Assert.Throws<ArgumentOutOfRangeException>(() => late.Fit(Data)).Message);
        Assert.Contains("leave it out for single steps", Assert.Throws<InvalidOperationException>(() => late.TrainStep(Data, [0])).Message);
        using var changed = new Trainer(model, new Adam()) { Epochs = 3, Averaging = WeightAverage.Exponential() };
        changed.EpochDone += _ => model.Parameters["layer.b"][0] += 1;
        Assert.Contains("would lose the change", Assert.Throws<InvalidOperationException>(() => changed.Fit(Data)).Message);
    }
}
