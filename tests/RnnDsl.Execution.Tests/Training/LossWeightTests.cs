using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.Loader;
using RnnDsl.Execution.Tests.Cells;
using RnnDsl.Sequences;
using RnnDsl.Storage;
using RnnDsl.Training;
using Module = RnnDsl.Execution.Module;

namespace RnnDsl.Execution.Tests;

/// <summary>A batch's loss as the mean over all its steps that count.</summary>
public class LossWeightTests
{
    const int Words = 5;

    static WeighedTagger Model() => new(Words, 6, seed: 2);

    /// <summary>The steps that count, written down once more.</summary>
    static int Steps(string method, double[][] inputs) => method switch
    {
        "Loss" => inputs[1].Count(n => n >= 0),
        "Ahead" => inputs[0].Skip(2).Count(n => n >= 0),
        "Behind" => inputs[0].SkipLast(1).Count(n => n >= 0),
        "Squares" or "Pair" => inputs[0].Length,
        "Turned" => inputs[3].Count(n => n >= 0),
        _ => 1,
    };

    static Column Column(ValueInfo input, IEnumerable<double[]> examples)
    {
        float[][] values = [.. examples.Select(e => e.Select(v => (float)v).ToArray())];
        return new Column
        {
            Name = input.Name, Kind = input.Kind, Width = input.Width, Units = input.Units, Stride = input.Width, Values = values.SelectMany(v => v).ToArray(),
            Starts = [.. values.Select((_, i) => values.Take(i).Sum(v => v.Length))], Lengths = [.. values.Select(v => v.Length / input.Width)],
        };
    }

    [Theory]
    [InlineData("Loss")]
    [InlineData("Ahead")]
    [InlineData("Behind")]
    [InlineData("Squares")]
    [InlineData("Pair")]
    [InlineData("Turned")]
    [InlineData("Single")]
    public void Loss_and_gradient_are_those_of_the_equations(string method)
    {
        WeighedTagger model = Model();
        using var probe = new Probe(model, method, [40, 9, 2, 1], seed: 4, withStates: false);
        // Half of the labels are left out; one example has none.
        var random = new Random(1);
        foreach ((double[][] inputs, int b) in probe.Inputs.Select((e, b) => (e, b)))
            for (int i = 0; i < inputs.Length; i++)
                for (int t = 0; probe.Method.Inputs[i].IsOneHot && t < inputs[i].Length; t++)
                    if (b == 1 || random.Next(2) == 0)
                        inputs[i][t] = -1;
        foreach (Parameter slice in model.Parameters.Slices)
            probe.Parameters[slice.Name].Select(v => (float)v).ToArray().CopyTo(model.Parameters.Of(slice));
        model.Parameters.MarkChanged();
        var data = new Dataset([.. probe.Method.Inputs.Select((input, i) => Column(input, probe.Inputs.Select(e => e[i])))]);
        double[] steps = [.. probe.Inputs.Select(e => (double)Steps(method, e))];
        Assert.True(steps.Sum() > 0);
        double Expected() => probe.Reference().Results.Select((r, b) => steps[b] * r[0]).Sum() / steps.Sum();
        using var executor = new Executor(model, method, new ExecutionOptions { ExamplesPerShard = 2, Threads = 2 }) { BySteps = true };
        double loss = executor.Gradient(data, [0, 1, 2, 3]);
        Assert.Equal(Expected(), loss, 2e-6);
        Assert.Equal(loss, executor.Evaluate(data), 1e-6);
        foreach (Parameter slice in model.Parameters.Slices)
            for (int i = 0; i < slice.Length; i++)
            {
                double[] values = probe.Parameters[slice.Name];
                double kept = values[i], up = Moved(1e-5), down = Moved(-1e-5);
                values[i] = kept;
                Assert.Equal((up - down) / 2e-5, executor.Gradients[slice.Offset + i], 5e-6);
                double Moved(double by)
                {
                    values[i] = kept + by;
                    return Expected();
                }
            }
    }

    static Dataset Data(int count, int seed = 5, bool labels = true)
    {
        var random = new Random(seed);
        int[][] x = [.. Enumerable.Range(0, count).Select(i => Enumerable.Range(0, 1 + i * 7 % 40).Select(_ => random.Next(Words)).ToArray())];
        return new Dataset(Sequences.Column.OneHot("x", Words, x),
            Sequences.Column.OneHot("y", Words, [.. x.Select((e, i) => e.Select(_ => !labels || i % 5 == 2 ? -1 : random.Next(-1, Words)).ToArray())]));
    }

    static double Mean(Module model, Dataset data)
    {
        using var executor = new Executor(model, "Loss");
        Column y = data.Columns[1];
        double sum = 0, steps = 0;
        for (int e = 0; e < data.Count; e++)
        {
            int count = Enumerable.Range(0, y.Lengths[e]).Count(t => y.Step(e, t)[0] >= 0);
            sum += count * executor.Loss(data, [e]);
            steps += count;
        }
        return sum / steps;
    }

    [Fact]
    public void Gradients_are_the_same_bits_on_any_threads()
    {
        Dataset data = Data(64);
        float[]? first = null;
        foreach (int threads in new[] { 1, 2, 3, 8 })
        {
            WeighedTagger model = Model();
            using var trainer = new Trainer(model, new Adam(0.01)) { Threads = threads, LossWeight = LossWeight.ByStep, Epochs = 2, BatchSize = 24 };
            trainer.Fit(data);
            first ??= model.Parameters.ReadOnlyValues.ToArray();
            Assert.Equal(first, model.Parameters.ReadOnlyValues.ToArray());
        }
    }

    /// <summary>Nothing moves, so that each epoch's loss is the loss of all its data.</summary>
    [Theory]
    [InlineData(null)]
    [InlineData(7)]
    public void Losses_of_an_epoch_and_of_validation_are_over_all_steps_of_the_data(int? chunk)
    {
        WeighedTagger model = Model();
        Dataset data = Data(61), validation = Data(300, seed: 6);
        using var trainer = new Trainer(model, new Adam(0)) { LossWeight = LossWeight.ByStep, Epochs = 2, BatchSize = 16, ChunkSteps = chunk };
        History history = trainer.Fit(data, validation);
        double expected = Mean(model, data), validated = Mean(model, validation);
        Assert.All(history.Epochs, e => Assert.Equal(expected, e.TrainLoss, 1e-6));
        Assert.All(history.Epochs, e => Assert.Equal(validated, e.ValidationLoss!.Value, 1e-6));
        Assert.Equal(validated, history.StartLoss!.Value, 1e-6);
        Assert.Equal(validated, trainer.Evaluate(validation), 1e-6);
        using var byExample = new Trainer(model, new Adam(0));
        Assert.True(Math.Abs(byExample.Evaluate(validation) - validated) > 1e-3);
    }

    /// <summary>The size of batches and of chunks decides what a step is, and not what a mean over examples is.</summary>
    [Theory]
    [InlineData(null, 16)]
    [InlineData(1000, 16)]
    [InlineData(1000, 1)]
    [InlineData(7, 5)]
    [InlineData(7, 61)]
    public void Losses_by_example_do_not_depend_on_batches_and_chunks(int? chunk, int batch)
    {
        WeighedTagger model = Model();
        Dataset data = Data(61), validation = Data(300, seed: 6);
        using var trainer = new Trainer(model, new Adam(0)) { Epochs = 1, BatchSize = batch, ChunkSteps = chunk };
        History history = trainer.Fit(data, validation);
        double validated = trainer.Evaluate(validation);
        Assert.Equal(validated, history.StartLoss!.Value, 1e-6);
        Assert.Equal(validated, history.Epochs[0].ValidationLoss!.Value, 1e-6);
        if (chunk is not 7)
            Assert.Equal(trainer.Evaluate(data), history.Epochs[0].TrainLoss, 1e-6);
    }

    /// <summary>What a sequence's loss is does not depend on the examples beside it, which threads divide otherwise; a scan in reverse sums from its end.</summary>
    [Fact]
    public void Losses_have_the_same_bits_on_any_threads()
    {
        var random = new Random(3);
        float[][] Drawn(int width) => [.. Enumerable.Range(0, 23).Select(i => Enumerable.Range(0, width * (1 + 11 * i % 29)).Select(_ => random.NextSingle()).ToArray())];
        var data = new Dataset(RnnDsl.Sequences.Column.Sequences("x", 3, Drawn(3)), RnnDsl.Sequences.Column.Sequences("y", 4, Drawn(4)));
        for (int seed = 1; seed < 6; seed++)
        {
            var model = new ReversedTagger(3, 8, 4, seed);
            double[] losses = [.. new[] { 1, 2, 4, 8 }.Select(threads =>
            {
                using var trainer = new Trainer(model, new Sgd(0.1)) { Threads = threads };
                return trainer.Evaluate(data);
            })];
            Assert.All(losses, loss => Assert.Equal(losses[0], loss));
        }
    }

    [Fact]
    public void Without_any_label_the_loss_is_0_and_nothing_moves()
    {
        WeighedTagger model = Model();
        float[] before = model.Parameters.ReadOnlyValues.ToArray();
        using var trainer = new Trainer(model, new Adam(0.1)) { LossWeight = LossWeight.ByStep, Epochs = 2, ClipNorm = 1 };
        History history = trainer.Fit(Data(40, labels: false), Data(5, labels: false));
        Assert.All(history.Epochs, e => Assert.Equal((0, 0, 0), (e.TrainLoss, e.ValidationLoss!.Value, e.GradientNorm)));
        Assert.Equal(before, model.Parameters.ReadOnlyValues.ToArray());
    }

    [Fact]
    public void A_run_goes_on_from_a_checkpoint_with_its_weight_alone()
    {
        string path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        Dataset data = Data(40), validation = Data(20, seed: 8);
        Trainer Make(Module model, Optimizer optimizer, LossWeight weight) => new(model, optimizer) { LossWeight = weight, Epochs = 4, BatchSize = 12 };
        try
        {
            WeighedTagger whole = Model();
            var optimizer = new Adam(0.01);
            using (Trainer trainer = Make(whole, optimizer, LossWeight.ByStep))
            {
                trainer.StepDone += step =>
                {
                    if (step.Step is 6 or 8)
                        Checkpoint.Save(path + step.Step, whole, optimizer);
                };
                trainer.Fit(data, validation);
            }
            WeighedTagger rest = Model();
            var second = new Adam(0.01);
            Checkpoint.Load(path + 6, rest, second);
            using (Trainer trainer = Make(rest, second, LossWeight.ByStep))
                Assert.Empty(trainer.Fit(data, validation).Differences);
            Assert.Equal(whole.Parameters.ReadOnlyValues.ToArray(), rest.Parameters.ReadOnlyValues.ToArray());
            Checkpoint.Load(path + 6, rest, second = new Adam(0.01));
            using (Trainer trainer = Make(rest, second, LossWeight.ByExample))
                Assert.Contains("with LossWeight ByStep: it cannot go on with ByExample", Assert.Throws<InvalidOperationException>(() => trainer.Fit(data, validation)).Message);
        }
        finally
        {
            File.Delete(path + 6);
            File.Delete(path + 8);
        }
    }

    [Fact]
    public void Between_epochs_another_weight_is_told_and_begins_the_comparison_anew()
    {
        Dataset data = Data(40), validation = Data(20, seed: 8);
        WeighedTagger model = Model();
        var optimizer = new Adam(0.01);
        using (var trainer = new Trainer(model, optimizer) { Epochs = 2 })
            trainer.Fit(data, validation);
        using var other = new Trainer(model, optimizer) { Epochs = 3, EpochsDone = 2, LossWeight = LossWeight.ByStep };
        History history = other.Fit(data, validation);
        Assert.Contains("LossWeight was ByExample and is ByStep", history.Differences);
        Assert.NotNull(history.StartLoss);
    }

    [Fact]
    public void Losses_that_cannot_say_their_steps_are_refused()
    {
        using var written = new Trainer(Model(), new Adam()) { Method = "Written", LossWeight = LossWeight.ByStep };
        Assert.Contains("WeighedTagger.Written calls no loss function with a target", Assert.Throws<InvalidOperationException>(() => written.Evaluate(Data(3))).Message);
        var model = (Module)Published().GetConstructors().Single().Invoke([5, 13, 7]);
        using var earlier = new Trainer(model, new Adam()) { LossWeight = LossWeight.ByStep };
        Assert.Contains("build SampleModel again with this version", Assert.Throws<InvalidOperationException>(() => earlier.Evaluate(Data(3))).Message);
    }

    static Type Published([CallerFilePath] string here = "")
    {
        var context = new AssemblyLoadContext("weighed", isCollectible: true);
        Assembly assembly = context.LoadFromAssemblyPath(Path.Combine(Path.GetDirectoryName(here)!, "..", "Published", "0.2.0", "SampleModels.dll"));
        return assembly.GetType("SampleModels.SampleModel", throwOnError: true)!;
    }
}
