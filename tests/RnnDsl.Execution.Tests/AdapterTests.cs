using RnnDsl.Execution.Tests.Cells;
using RnnDsl.Prediction;
using RnnDsl.Sequences;
using RnnDsl.Storage;
using RnnDsl.Training;
using RnnDsl.Tuning;
using static RnnDsl.Ops;

namespace RnnDsl.Execution.Tests;

/// <summary>Adapters without their model: saved, applied and taken away, stacked, and in streams of one predictor.</summary>
[Collection("Alone")]
public class AdapterTests : IDisposable
{
    const int Width = 3, Hidden = 24, Horizon = 4;

    readonly string folder = Directory.CreateTempSubdirectory("adapters").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    string At(string name) => Path.Combine(folder, name);

    static Dataset Data(int seed)
    {
        var random = new Random(seed);
        float[] Some(int count) => [.. Enumerable.Range(0, count).Select(_ => (float)(2 * random.NextDouble() - 1))];
        return new Dataset(Column.Sequences("x", Width, [.. Enumerable.Range(0, 32).Select(_ => Some(8 * Width))]),
            Column.Vectors("y", [.. Enumerable.Range(0, 32).Select(_ => Some(Horizon))]));
    }

    /// <summary>Trains adapters of two ranks, and some parameters as they are.</summary>
    static LowRankAdapters Trained(Forecaster model, int seed)
    {
        var adapters = new LowRankAdapters(model, [("encoder.*", 2), ("encoder.Ug", 3), ("head.W", 1)], weight: 1.5, alsoTrain: ["encoder.b?", "head.b"], seed);
        using var trainer = new Trainer(adapters, new Adam(2e-2)) { Epochs = 2, BatchSize = 8, Seed = seed };
        trainer.Fit(Data(seed));
        return adapters;
    }

    /// <summary>An adapter with random numbers, such as a training leaves them.</summary>
    static ModelAdapter Random(Forecaster model, int rank, int seed) =>
        Random(new LowRankAdapters(model, [("encoder.*", rank), ("head.W", rank)], alsoTrain: ["encoder.bg", "head.b"], seed: seed), seed);

    static ModelAdapter Random(LowRankAdapters adapters, int seed)
    {
        var random = new Random(seed);
        foreach (Parameter slice in adapters.Parameters.Slices.Where(s => !s.Name.EndsWith(".A", StringComparison.Ordinal)))
            foreach (ref float value in adapters.Parameters.Of(slice))
                value += (float)(0.2 * (2 * random.NextDouble() - 1));
        ModelAdapter adapter = adapters.ToAdapter();
        adapters.Remove();
        return adapter;
    }

    static float[] Inputs(int steps, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, steps * Width).Select(_ => (float)(2 * random.NextDouble() - 1))];
    }

    static float[] Answers(PredictionStream stream, float[] inputs)
    {
        var answers = new float[inputs.Length / Width * Horizon];
        stream.Run(inputs, answers);
        return answers;
    }

    static void Near(float[] expected, float[] actual, double tolerance) =>
        Assert.All(expected.Zip(actual), pair => Assert.InRange(Math.Abs(pair.First - pair.Second), 0, tolerance));

    [Fact]
    public void A_saved_adapter_makes_the_trained_model_of_the_base_and_the_base_of_the_model_to_the_bit()
    {
        var model = new Forecaster(Width, Hidden, Horizon, seed: 1);
        float[] start = model.Parameters.Snapshot();
        LowRankAdapters adapters = Trained(model, 5);
        float[] trained = model.Parameters.Snapshot();
        adapters.ToAdapter().Save(At("anna.safetensors"));
        adapters.Remove();
        ModelAdapter anna = ModelAdapter.Load(At("anna.safetensors"));
        Assert.Equal(nameof(Forecaster), anna.Model);
        Assert.InRange(new FileInfo(At("anna.safetensors")).Length, anna.Bytes, anna.Bytes + 3000);
        Assert.InRange(anna.Bytes, 1, sizeof(float) * model.Parameters.Count / 2);

        var stack = new AdapterStack(model);
        stack.Set(anna);
        foreach (Parameter slice in model.Parameters.Slices)
        {
            float[] now = model.Parameters.Of(slice).ToArray(), then = trained[slice.Offset..(slice.Offset + slice.Length)];
            if (slice.Info.Rank == 2)
                Assert.Equal(then, now);
            else
                Near(then, now, 1e-7);
        }
        stack.Clear();
        Assert.Equal(start, model.Parameters.Snapshot());
        stack.Set(anna);
        stack.Merge();
        stack.Clear();
        Assert.NotEqual(start, model.Parameters.Snapshot());
    }

    [Fact]
    public void Adapters_are_exchanged_and_stacked()
    {
        var model = new Forecaster(Width, Hidden, Horizon, seed: 2);
        float[] start = model.Parameters.Snapshot();
        ModelAdapter a = Random(model, 2, 1), b = Random(model, 3, 2);
        var stack = new AdapterStack(model);
        stack.Set(a);
        float[] withA = model.Parameters.Snapshot();
        stack.Set(b);
        float[] withB = model.Parameters.Snapshot();
        stack.Set(a, b);
        Assert.Equal(2, stack.Adapters.Count);
        float[] withBoth = model.Parameters.Snapshot();
        Near([.. start.Select((s, i) => withA[i] + withB[i] - s)], withBoth, 1e-6);
        stack.Set(ModelAdapter.Stack((a, 1), (b, 1)));
        Near(withBoth, model.Parameters.Snapshot(), 1e-6);
        stack.Set(ModelAdapter.Stack((a, 0.5), (b, -2)));
        Near([.. start.Select((s, i) => s + 0.5f * (withA[i] - s) - 2 * (withB[i] - s))], model.Parameters.Snapshot(), 1e-6);
        stack.Set(a);
        Assert.Equal(withA, model.Parameters.Snapshot());
        stack.Clear();
        Assert.Equal(start, model.Parameters.Snapshot());
    }

    [Fact]
    public void A_training_goes_on_from_a_saved_adapter()
    {
        var model = new Forecaster(Width, Hidden, Horizon, seed: 3);
        LowRankAdapters first = Trained(model, 7);
        float[] trained = model.Parameters.Snapshot();
        ModelAdapter left = first.ToAdapter();
        first.Remove();
        var second = new LowRankAdapters(model, left);
        Near(trained, model.Parameters.Snapshot(), 1e-7);
        Assert.Equal(3, second.Rank);
        using (var trainer = new Trainer(second, new Adam(1e-2)) { Epochs = 1, BatchSize = 8 })
            trainer.Fit(Data(8));
        Assert.NotEqual(trained, model.Parameters.Snapshot());
        Assert.Equal(left.Parameters.Select(p => (p.Name, p.Rank)).Order(), second.ToAdapter().Parameters.Select(p => (p.Name, p.Rank)).Order());
    }

    [Fact]
    public void What_fine_tuning_changes_is_an_adapter()
    {
        var model = new Forecaster(Width, Hidden, Horizon, seed: 4);
        float[] before = model.Parameters.Snapshot();
        using (var trainer = new Trainer(new FineTuning(model).Freeze("*").Train("*.b*"), new Adam(1e-2)) { Epochs = 1, BatchSize = 8 })
            trainer.Fit(Data(1));
        ModelAdapter biases = ModelAdapter.Difference(model, before);
        Assert.Equal(["encoder.bg", "encoder.bi", "encoder.bo", "head.b"], biases.Parameters.Select(p => p.Name).Order());
        float[] after = model.Parameters.Snapshot();
        model.Parameters.Restore(before);
        var predictor = new Predictor(model);
        PredictionStream stream = predictor.Start();
        stream.Adapter = predictor.Adapt(biases);
        model.Parameters.Restore(after);
        float[] inputs = Inputs(20, 1);
        Near(Answers(new Predictor(model).Start(), inputs), Answers(stream, inputs), 1e-6);
    }

    [Theory]
    [InlineData(WeightFormat.Float32, 2e-6), InlineData(WeightFormat.Int8, 0.03)]
    public void Thousands_of_users_share_the_weights_of_one_predictor(WeightFormat weights, double tolerance)
    {
        const int Users = 2000, Steps = 6;
        var model = new Forecaster(Width, Hidden, Horizon, seed: 5);
        var predictor = new Predictor(model, weights: weights);
        ModelAdapter[] adapters = [.. Enumerable.Range(0, Users).Select(user => Random(model, 1, user))];
        PredictionStream[] streams = [.. adapters.Select(adapter =>
        {
            PredictionStream stream = predictor.Start();
            stream.Adapter = predictor.Adapt(adapter);
            return stream;
        })];
        Assert.InRange(streams.Average(s => s.Adapter!.Bytes), 1, 6_000);
        float[] inputs = Inputs(Users * Steps, 3);
        var answers = new float[Users * Horizon];
        for (int t = 0; t < Steps; t++)
            predictor.Step(streams, inputs.AsSpan(t * Users * Width, Users * Width), answers);
        var stack = new AdapterStack(model);
        float largest = 0;
        for (int user = 0; user < Users; user += 97)
        {
            float[] own = [.. Enumerable.Range(0, Steps).SelectMany(t => inputs[((t * Users + user) * Width)..((t * Users + user + 1) * Width)])];
            stack.Set(adapters[user]);
            float[] merged = Answers(new Predictor(model, weights: weights).Start(), own), adapted = Answers(Started(predictor, streams[user].Adapter), own);
            Near(merged, adapted, tolerance);
            // Together with others, to the bit as alone.
            Assert.Equal(adapted[^Horizon..], answers[(user * Horizon)..((user + 1) * Horizon)]);
            stack.Clear();
            largest = Math.Max(largest, Answers(predictor.Start(), own).Zip(adapted, (a, b) => Math.Abs(a - b)).Max());
        }
        Assert.True(largest > 0.2, "The adapters change nothing.");
    }

    [Theory]
    [InlineData(WeightFormat.Float32, 2e-6), InlineData(WeightFormat.Int8, 0.03)]
    public void An_adapter_of_the_whole_model_serves_each_method(WeightFormat weights, double tolerance)
    {
        var model = new TwoHeads(Width, Hidden, Horizon, seed: 6);
        ModelAdapter adapter = Random(new LowRankAdapters(model, [("encoder.*", 2), ("*.W", 2)], alsoTrain: ["*.b"]), 4);
        Assert.Contains("other.W", adapter.Parameters.Select(p => p.Name));
        float[] inputs = Inputs(8, 2);
        PredictionStream first = Started(new Predictor(model, "First", weights: weights), adapter), second = Started(new Predictor(model, "Second", weights: weights), adapter);
        var stack = new AdapterStack(model);
        stack.Set(adapter);
        Near(Answers(new Predictor(model, "First", weights: weights).Start(), inputs), Answers(first, inputs), tolerance);
        Near(Answers(new Predictor(model, "Second", weights: weights).Start(), inputs), Answers(second, inputs), tolerance);
        stack.Clear();
        // A method that reads nothing of it, and has no product, answers as it does without.
        var shifted = new Predictor(model, "Shifted", weights: weights);
        float[] without = new float[Horizon], with = new float[Horizon];
        shifted.Start().Step(inputs.AsSpan(0, Horizon), without);
        PredictionStream third = Started(shifted, adapter);
        third.Step(inputs.AsSpan(0, Horizon), with);
        Assert.Equal(without, with);
        Assert.Equal(0, third.Adapter!.Bytes);
        Assert.DoesNotContain(0, without);
    }

    static PredictionStream Started(Predictor predictor, ModelAdapter adapter) => Started(predictor, predictor.Adapt(adapter));

    static PredictionStream Started(Predictor predictor, StreamAdapter? adapter)
    {
        PredictionStream stream = predictor.Start();
        stream.Adapter = adapter;
        return stream;
    }

    [Fact]
    public void A_stream_changes_its_adapter_between_steps_and_its_fork_has_it_too()
    {
        var model = new Forecaster(Width, Hidden, Horizon, seed: 6);
        var predictor = new Predictor(model);
        StreamAdapter a = predictor.Adapt(Random(model, 2, 1));
        float[] inputs = Inputs(6, 1);
        PredictionStream stream = Started(predictor, a), plain = predictor.Start();
        Answers(stream, inputs);
        PredictionStream fork = stream.Fork();
        Assert.Same(a, fork.Adapter);
        Assert.Equal(Answers(stream, inputs), Answers(fork, inputs));
        plain.Restore(stream.Snapshot());
        stream.Adapter = null;
        Assert.Equal(Answers(plain, inputs), Answers(stream, inputs));
        stream.Adapter = a;
        var answers = new float[Horizon];
        Assert.Equal(0, Allocations.Least(20, () => stream.Step(inputs.AsSpan(0, Width), answers)));
    }

    [Fact]
    public void An_adapter_knows_its_base()
    {
        var model = new Forecaster(Width, Hidden, Horizon, seed: 1);
        var other = new Forecaster(Width, Hidden, Horizon, seed: 7);
        Random(model, 2, 1).Save(At("anna.safetensors"));
        ModelAdapter anna = ModelAdapter.Load(At("anna.safetensors"));
        Assert.Equal(Random(model, 3, 2).Base, anna.Base);
        Assert.Equal(16, anna.Base!.Length);
        foreach (Action use in new Action[] { () => new AdapterStack(other).Set(anna), () => new Predictor(other).Adapt(anna), () => new LowRankAdapters(other, anna), () => ModelAdapter.Stack((anna, 1), (Random(other, 1, 1), 1)) })
            Assert.Matches($"{anna.Base}.*WithoutBase", Assert.Throws<ArgumentException>(use).Message);
        Assert.Empty(AdapterTraining.AttachedTo(other));

        // A base with fewer bits is another one, and takes the adapter where it is told so. So does any base with files of before.
        ModelFile.Save(At("small.safetensors"), model, precision: StoredPrecision.BFloat16);
        ModelFile.Load(At("small.safetensors"), other);
        Assert.Throws<ArgumentException>(() => new AdapterStack(other).Set(anna));
        anna.WithoutBase().Save(At("any.safetensors"));
        ModelAdapter any = ModelAdapter.Load(At("any.safetensors"));
        Assert.Null(any.Base);
        new AdapterStack(other).Set(any);
        new Predictor(other).Adapt(any);
        Assert.Equal(anna.Base, ModelAdapter.Stack((any, 1), (anna, 1)).Base);

        // The base is known again after any exchange, and of a model from its file.
        var stack = new AdapterStack(model);
        stack.Set(anna, Random(new Forecaster(Width, Hidden, Horizon, seed: 1), 1, 2));
        stack.Set(anna);
        ModelAdapter over = Random(model, 1, 3);
        Assert.NotEqual(anna.Base, over.Base);
        stack.Set(anna, over);
        Assert.Throws<ArgumentException>(() => stack.Set(over));
        Assert.Equal([anna, over], stack.Adapters);
        stack.Clear();
        ModelFile.Save(At("model.safetensors"), model);
        ModelFile.Load(At("model.safetensors"), other);
        new Predictor(other).Adapt(anna);
        model.Parameters["head.b"][0] += 1;
        Assert.Throws<ArgumentException>(() => stack.Set(anna));
        new Predictor(model, weights: WeightFormat.Int8).Adapt(Random(model, 1, 1));
    }

    [Fact]
    public void Adapters_of_one_base_that_are_trained_together_have_it()
    {
        var model = new Forecaster(Width, Hidden, Horizon, seed: 1);
        var lower = new LowRankAdapters(model, 2, 4, ["encoder.*"]);
        Learn(lower);
        var upper = new GainVectors(model, ["head.W"]);
        Learn(upper);
        (ModelAdapter first, ModelAdapter second) = (lower.ToAdapter(), upper.ToAdapter());
        Assert.Equal(first.Base, second.Base);
        lower.Remove();
        upper.Remove();
        new AdapterStack(model).Set(second, first);
    }

    [Fact]
    public void What_does_not_fit_is_said()
    {
        var model = new Forecaster(Width, Hidden, Horizon, seed: 7);
        ModelAdapter adapter = Random(model, 2, 1);
        var wider = new Forecaster(Width, Hidden + 1, Horizon);
        Assert.Contains("another", Assert.Throws<ArgumentException>(() => ModelAdapter.Difference(wider, model.Parameters.Snapshot())).Message);
        Assert.Contains("of other sizes", Assert.Throws<ArgumentException>(() => new AdapterStack(wider).Set(adapter)).Message);
        Assert.Contains("of other sizes", Assert.Throws<ArgumentException>(() => new Predictor(wider).Adapt(adapter)).Message);
        Assert.Contains("'", Assert.Throws<ArgumentException>(() => new Predictor(model).Start().Adapter = new Predictor(model).Adapt(adapter)).Message + "'");
        Assert.Throws<ArgumentException>(() => ModelAdapter.Stack());
        Assert.Throws<ArgumentException>(() => ModelAdapter.Stack((adapter, double.NaN)));

        var stack = new AdapterStack(model);
        stack.Set(adapter);
        model.Parameters["head.b"][0] += 1;
        Assert.Contains("head.b", Assert.Throws<InvalidOperationException>(stack.Clear).Message);
        var training = new LowRankAdapters(model, 1, 1, ["head.W"]);
        Assert.Contains("training", Assert.Throws<InvalidOperationException>(() => stack.Set()).Message);
        training.Remove();

        // The table is looked up by rows as well, and the translator's decoder runs under a condition.
        var tied = new TiedLanguageModel(word: 12, hidden: 5);
        float[] before = tied.Parameters.Snapshot();
        tied.Parameters["table"][0] += 1;
        Assert.Contains("'table'", Assert.Throws<ArgumentException>(() => new Predictor(tied, "Scores").Adapt(ModelAdapter.Difference(tied, before))).Message);
    }

    [Fact]
    public void Two_that_write_different_parameters_are_removed_in_any_order()
    {
        foreach (bool firstFirst in new[] { true, false })
        {
            var model = new Forecaster(Width, Hidden, Horizon, seed: 1);
            float[] start = model.Parameters.Snapshot();
            var lower = new LowRankAdapters(model, 2, 4, ["encoder.*"]);
            Learn(lower);
            var upper = new GainVectors(model, ["head.W"], alsoTrain: ["head.b"]);
            Learn(upper);
            Learn(lower);
            Assert.Equal([lower, upper], AdapterTraining.AttachedTo(model));
            AdapterTraining[] both = firstFirst ? [lower, upper] : [upper, lower];
            foreach (AdapterTraining adapters in both)
                adapters.Remove();
            Assert.Equal(start, model.Parameters.Snapshot());
            Assert.Empty(AdapterTraining.AttachedTo(model));
        }
    }

    static void Learn(ITrainable trainable)
    {
        using var trainer = new Trainer(trainable, new Adam(2e-2)) { Epochs = 1, BatchSize = 8 };
        trainer.Fit(Data(5));
    }

    [Fact]
    public void What_adapters_write_is_written_by_nothing_else()
    {
        var model = new Forecaster(Width, Hidden, Horizon, seed: 1);
        LowRankAdapters adapters = Trained(model, 5);
        float[] trained = model.Parameters.Snapshot();
        Assert.Contains("'encoder.Ui'", Assert.Throws<InvalidOperationException>(() => new LowRankAdapters(model, 2, 4, ["encoder.U?"])).Message);
        Assert.Contains("'head.W'", Assert.Throws<InvalidOperationException>(() => new GainVectors(model, ["head.W"], alsoTrain: ["head.b"])).Message);
        Assert.Contains("AttachedTo", Assert.Throws<InvalidOperationException>(() => Learn(new FineTuning(model))).Message);
        using (var trainer = new Trainer(model, new Adam()))
            Assert.Throws<InvalidOperationException>(() => trainer.TrainStep(Data(5), [0]));
        Assert.Equal(trained, model.Parameters.Snapshot());
        // What they do not write may be trained beside them, and stays when they are removed.
        Learn(new FineTuning(model).Freeze("*").Train("encoder.p?"));
        float[] beside = [.. model.Parameters["encoder.pi"]];
        AdapterTraining.AttachedTo(model)[0].Remove();
        Assert.Equal(beside, model.Parameters["encoder.pi"].ToArray());
        Learn(new FineTuning(model));
    }

    [Fact]
    public void Broken_files_are_refused()
    {
        var model = new Forecaster(Width, Hidden, Horizon);
        ModelFile.Save(At("model.safetensors"), model);
        Assert.Contains("not that of an adapter", Assert.Throws<InvalidDataException>(() => ModelAdapter.Load(At("model.safetensors"))).Message);
        Random(model, 2, 1).Save(At("adapter.safetensors"));
        Assert.Contains("was not saved as a model", Assert.Throws<InvalidDataException>(() => ModelFile.Load(At("adapter.safetensors"), model)).Message);
        byte[] bytes = Unchecked.Read(At("adapter.safetensors"));
        File.WriteAllBytes(At("cut.safetensors"), bytes[..^9]);
        Assert.Throws<InvalidDataException>(() => ModelAdapter.Load(At("cut.safetensors")));
        bytes.AsSpan(bytes.Length - 4).Fill(255);
        File.WriteAllBytes(At("nan.safetensors"), bytes);
        Assert.Contains("NaN", Assert.Throws<InvalidDataException>(() => ModelAdapter.Load(At("nan.safetensors"))).Message);
        Assert.Throws<FileNotFoundException>(() => ModelAdapter.Load(At("none.safetensors")));
        var lost = new LowRankAdapters(model, 1, 1, ["head.W"]);
        lost.Parameters["head.W.A"][0] = float.NaN;
        Assert.Throws<InvalidOperationException>(() => lost.ToAdapter().Save(At("lost.safetensors")));
        Assert.False(File.Exists(At("lost.safetensors")));
        lost.Remove();
    }
}

/// <summary>Two answers from what one layer reads.</summary>
[Model]
public partial class TwoHeads : Model
{
    class Feature : Dim;
    class Hidden : Dim;
    class Horizon : Dim;

    CoupledPeephole<Feature, Hidden> encoder;
    Linear<Hidden, Horizon> head, other;

    Vec<Horizon> First(Seq<Feature> x) => head.Map(Last(encoder.Scan(x)));

    Vec<Horizon> Second(Seq<Feature> x) => other.Map(Last(encoder.Scan(x)));

    [Init(0.5)] Vec<Horizon> shift;

    Seq<Horizon> Shifted(Seq<Horizon> x) => x + shift;
}
