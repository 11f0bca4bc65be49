using RnnDsl.CompilerServices;
using RnnDsl.Execution.Tests.Cells;
using RnnDsl.Prediction;
using RnnDsl.Sequences;
using RnnDsl.Storage;
using RnnDsl.Training;
using RnnDsl.Tuning;

namespace RnnDsl.Execution.Tests;

/// <summary>Parameters that are not trained, and those whose values a method computes.</summary>
public class FixedTests
{
    sealed class In : Dim;
    sealed class Hid : Dim;

    static readonly string[] Fixed =
        ["weight", "encoder.A", "encoder.B", "encoder.C", "encoder.gain", "encoder.shift", "encoder.scale", "encoder.mask", "encoder.R", "other.into.P", "other.again.P", "head.P"];

    static FixedModel Model(int seed = 1) => new(feature: 2, hidden: 5, seed);

    static Dataset Data(int count = 24)
    {
        var random = new Random(3);
        int[] lengths = [.. Enumerable.Range(0, count).Select(i => 1 + i % 5)];
        Column Drawn(string name, int width) => Column.Sequences(name, width, [.. lengths.Select(l => Enumerable.Range(0, l * width).Select(_ => (float)random.NextDouble()).ToArray())]);
        return new Dataset(Drawn("x", 2), Drawn("y", 3));
    }

    [Theory]
    [InlineData(1, 1, "1"), InlineData(3, 8, "4,2,1"), InlineData(17, 33, "26,26,3")]
    public void Cell_equals_its_equations(int input, int hidden, string lengths) =>
        Checks.All(new FixedForms<In, Hid>(input, hidden), "Scan", [.. lengths.Split(',').Select(int.Parse)], seed: input);

    [Theory]
    [InlineData("Predict"), InlineData("Loss")]
    public void Model_equals_its_equations(string method)
    {
        foreach ((int feature, int hidden, int[] lengths) in new[] { (1, 1, new[] { 1 }), (3, 9, [5, 3, 3]), (20, 17, [30, 2]) })
            Checks.All(new FixedModel(feature, hidden), method, lengths, seed: hidden);
    }

    [Fact]
    public void Values_are_what_the_methods_compute()
    {
        var cell = new FixedForms<In, Hid>(3, 4);
        void Equal(string name, int columns, Func<int, int, double> expected)
        {
            ReadOnlySpan<float> values = cell.Parameters[name];
            for (int i = 0; i < values.Length; i++)
                Assert.Equal((float)expected(i / columns, i % columns), values[i]);
        }
        Equal("A", 4, (r, c) => (r == (c + 1) % 4 ? 0.5 : 0) + 0.01 * r);
        Equal("U", 4, (r, c) => (r == (c + 1) % 4 ? 0.5 : 0) + 0.01 * r);
        Equal("B", 3, (r, c) => r + 0.1 * c + 0.04 + 0.003);
        Equal("C", 3, (r, c) => r - c);
        Equal("gain", 1, (r, _) => 1 + r);
        Equal("shift", 1, (r, _) => r / 4.0);
        Equal("scale", 1, (_, _) => 0.7);
        Equal("factor", 1, (_, _) => 0.7);
        Equal("mask", 1, (_, _) => 0);
        Assert.True(cell.Parameters["R"].IndexOfAnyExcept(0f) >= 0);
        Assert.Equal(["A", "B", "C", "gain", "shift", "scale", "mask", "R"], cell.Info.Parameters.Where(p => p.IsFixed).Select(p => p.Name));
    }

    [Fact]
    public void A_model_of_which_nothing_is_trained_predicts_and_does_not_train()
    {
        foreach (string method in new[] { "Predict", "Loss" })
            Checks.All(new NothingTrained(word: 4), method, [3, 2], seed: 1);
        var model = new NothingTrained(word: 4);
        Assert.Equal(0, model.Parameters.Count);
        Assert.Empty(new FineTuning(model).Report.Parameters);
        Assert.Contains("0 values are trained", new FineTuning(model).Report.ToString(), StringComparison.Ordinal);
        var data = new Dataset(Column.OneHot("x", 4, new int[][] { [1, 2] }), new Column { Name = "y", Kind = ValueKind.Sequence, Width = 3, Stride = 3, Starts = [0], Lengths = [2], Values = new float[6] });
        using var trainer = new Trainer(model, new Adam());
        Assert.Contains("there is nothing to train", Assert.Throws<InvalidOperationException>(() => trainer.Fit(data)).Message, StringComparison.Ordinal);
        using var executor = new Executor(model, "Loss");
        executor.Gradient(data, [0]);
        Assert.Equal(-1, executor.Gradients.IndexOfAnyExcept(0f));
    }

    [Fact]
    public void Each_layer_has_sizes_of_its_own()
    {
        FixedModel model = Model();
        Assert.Equal(Fixed, model.Info.Parameters.Where(p => p.IsFixed).Select(p => p.Name));
        foreach ((string name, int rows, int columns) in new[] { ("other.into.P", 5, 2), ("other.again.P", 5, 5), ("head.P", 3, 10) })
            for (int i = 0; i < rows * columns; i++)
                Assert.Equal((float)(Math.Cos(Math.PI * (i / columns) * (i % columns + 0.5) / columns) / rows), model.Parameters[name][i]);
        Assert.Equal([1f, (float)(1 + 1 / 3.0), (float)(1 + 2 / 3.0)], model.Parameters["weight"].ToArray());
        Assert.Equal(model.Parameters["weight"].ToArray(), model.Parameters["bias"].ToArray());
    }

    [Fact]
    public void What_is_not_finite_is_an_exception_that_says_where()
    {
        var fault = Assert.Throws<InvalidOperationException>(() => new Unholy<Hid>(4).Parameters);
        Assert.Equal("Parameter 'A' at row 2 and column 1 would start from 1E+39, which its method computes: it must be a finite number of single precision.", fault.Message);
        _ = new Unholy<Hid>(2).Parameters;
        fault = Assert.Throws<InvalidOperationException>(() => new UnholyUnit<Hid>(2).Parameters);
        Assert.StartsWith("Parameter 'a' at unit 0 would start from NaN", fault.Message, StringComparison.Ordinal);
    }

    public static TheoryData<string> Optimizers => ["Sgd", "Adam", "AdamW", "RmsProp", "AdaGrad"];

    static Optimizer Make(string optimizer) => optimizer switch
    {
        "Sgd" => new Sgd(0.05) { Momentum = 0.9, WeightDecay = 0.1 },
        "Adam" => new Adam(0.05) { WeightDecay = 0.1 },
        "AdamW" => new AdamW(0.05) { WeightDecay = 0.1 },
        "RmsProp" => new RmsProp(0.05) { WeightDecay = 0.1 },
        _ => new AdaGrad(0.05) { WeightDecay = 0.1 },
    };

    [Theory]
    [MemberData(nameof(Optimizers))]
    public void Training_moves_all_but_what_is_fixed(string optimizer)
    {
        FixedModel model = Model();
        float[] before = model.Parameters.Snapshot();
        using (var trainer = new Trainer(model, Make(optimizer)) { Epochs = 3, BatchSize = 8, ClipNorm = 1, ClipValue = 0.5, Threads = 2 })
            trainer.Fit(Data());
        foreach (Parameter parameter in model.Parameters.Slices)
        {
            ReadOnlySpan<float> was = before.AsSpan(parameter.Offset, parameter.Length), now = model.Parameters.ReadOnlyValues.Slice(parameter.Offset, parameter.Length);
            Assert.True(was.SequenceEqual(now) == Fixed.Contains(parameter.Name), parameter.Name);
        }
    }

    [Fact]
    public void The_gradient_s_memory_of_what_is_fixed_is_never_touched_whatever_the_threads()
    {
        FixedModel model = Model();
        float[]? first = null;
        for (int threads = 1; threads <= 4; threads++)
        {
            using var executor = new Executor(model, "Loss", new ExecutionOptions { Threads = threads });
            executor.Gradient(Data(), [.. Enumerable.Range(0, 24)]);
            foreach (Parameter parameter in model.Parameters.Slices.Where(p => p.Info.IsFixed))
                Assert.Equal(-1, executor.Gradients.Slice(parameter.Offset, (int)Layout.Align(parameter.Length)).IndexOfAnyExcept(0f));
            first ??= executor.Gradients.ToArray();
            Assert.Equal(first, executor.Gradients.ToArray());
        }
    }

    [Fact]
    public void Norm_limits_and_steps_leave_out_what_is_fixed()
    {
        FixedModel model = Model();
        var gradient = new float[model.Parameters.Length];
        foreach (Parameter parameter in model.Parameters.Slices)
            gradient.AsSpan(parameter.Offset, parameter.Length).Fill(Fixed.Contains(parameter.Name) ? float.NaN : 1);
        int trained = model.Parameters.Slices.Where(p => !Fixed.Contains(p.Name)).Sum(p => p.Length);
        Assert.Equal(trained, model.Parameters.Count);
        Assert.Equal(Math.Sqrt(trained), GradientClip.Norm(model.Parameters, gradient), 1e-4);
        new Sgd(0.1).Step(model.Parameters, gradient);
        Assert.True(model.Parameters.ReadOnlyValues.IndexOfAnyExceptInRange(float.MinValue, float.MaxValue) < 0);
    }

    [Fact]
    public void Fine_tuning_and_adapters_leave_out_what_is_fixed()
    {
        FixedModel model = Model();
        FineTuning tuning = new FineTuning(model).Train("*").Scale("encoder.*", 0.5);
        Assert.Equal(["bias", "encoder.U", "encoder.factor", "encoder.W", "other.into.b", "other.again.b", "head.b"], tuning.Report.Parameters.Select(p => p.Name));
        Assert.Equal(model.Parameters.Count, tuning.Report.Trained);
        Assert.Equal(model.Parameters.Count, tuning.Report.Total);
        Assert.Equal("'encoder.A' matches only what is marked [Fixed], which is never trained: encoder.A. (Parameter 'pattern')",
            Assert.Throws<ArgumentException>(() => tuning.Train("encoder.A")).Message);
        for (int i = 0; i < tuning.Multipliers.Length; i++)
            Assert.Equal(Fixed.Contains(model.Parameters.Slices[i].Name), tuning.Multipliers[i] == 0);

        var adapters = new LowRankAdapters(model, 2, 4, ["encoder.*"], alsoTrain: ["head.*"]);
        Assert.Equal(["encoder.U.A", "encoder.U.B", "encoder.W.A", "encoder.W.B", "head.b"], adapters.Parameters.Slices.Select(p => p.Name));
        adapters.Remove();
        Assert.Throws<ArgumentException>(() => new LowRankAdapters(model, 2, 4, ["encoder.A"]));
    }

    [Fact]
    public void A_file_holds_what_is_fixed_and_loading_checks_its_shape()
    {
        string path = Path.Combine(Path.GetTempPath(), $"fixed-{Guid.NewGuid():N}.safetensors");
        try
        {
            FixedModel model = Model(), other = Model(seed: 2);
            model.Parameters["encoder.A"].Fill(0.25f);
            model.Parameters["encoder.mask"].Fill(2);
            ModelFile.Save(path, model);
            ModelFile.Load(path, other);
            Assert.Equal(model.Parameters.Snapshot(), other.Parameters.Snapshot());
            var fault = Assert.Throws<InvalidDataException>(() => ModelFile.Load(path, new FixedModel(feature: 3, hidden: 5)));
            Assert.Contains("parameter encoder.B: [5, 2] in the file, [5, 3] in the model", fault.Message, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void A_training_goes_on_from_a_checkpoint()
    {
        string path = Path.Combine(Path.GetTempPath(), $"fixed-{Guid.NewGuid():N}.safetensors");
        try
        {
            FixedModel whole = Model(), cut = Model(), resumed = Model(seed: 9);
            void Fit(FixedModel model, Adam adam, int epochs, bool resume, bool save)
            {
                using var trainer = new Trainer(model, adam) { Epochs = epochs, BatchSize = 8, Threads = 1 };
                if (resume)
                    Checkpoint.Load(path, model, adam);
                trainer.Fit(Data());
                if (save)
                    Checkpoint.Save(path, model, adam);
            }
            Fit(whole, new Adam(0.01), 4, resume: false, save: false);
            Fit(cut, new Adam(0.01), 2, resume: false, save: true);
            Fit(resumed, new Adam(0.01), 4, resume: true, save: false);
            Assert.Equal(whole.Parameters.Snapshot(), resumed.Parameters.Snapshot());
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void Bytes_and_streams_take_what_is_fixed()
    {
        FixedModel model = Model();
        var floats = new Predictor(model, "Predict");
        var bytes = new Predictor(model, "Predict", weights: WeightFormat.Int8);
        float[] x = [.. Enumerable.Range(0, 20).Select(i => (float)Math.Sin(i))], a = new float[30], b = new float[30];
        floats.Start().Run(x, a);
        bytes.Start().Run(x, b);
        for (int i = 0; i < a.Length; i++)
            Assert.Equal(a[i], b[i], 0.1);
        model.BindReference(model.Parameters.ToReference());
        double[] expected = model.RunReference("Predict", [[.. x.Select(v => (double)v)]]);
        for (int i = 0; i < a.Length; i++)
            Assert.Equal(expected[i], a[i], 1e-5);
    }

    [Fact]
    public void A_model_takes_a_computed_layer_of_another_assembly()
    {
        const string Library = """
            using RnnDsl;
            using static RnnDsl.Ops;
            [Cell]
            public partial class Rotating<Input, Hidden> : Cell<Input, Hidden>
            {
                [State] Vec<Hidden> h;
                [Fixed(nameof(Ring))] Mat<Hidden, Hidden> R;
                [Init(nameof(Ring))] Mat<Hidden, Hidden> U;
                Mat<Hidden, Input> W;
                protected override Vec<Hidden> Step(Vec<Input> x) => h = Tanh(R * h + U * h + W * x + Sin(StepNumber));
                static double Ring(int row, int column, int size) => row == (column + 1) % size ? 0.5 + size : 0;
            }
            """;
        const string Program = """
            using RnnDsl;
            using static RnnDsl.Ops;
            [Model]
            public partial class Turning : Model
            {
                class Feature : Dim; class Hidden : Dim;
                Rotating<Feature, Hidden> one; Rotating<Hidden, Feature> two;
                Seq<Feature> Predict(Seq<Feature> x) => two.Scan(one.Scan(x));
                Scalar Loss(Seq<Feature> x, Seq<Feature> y) => MeanSquaredError(Predict(x), y);
            }
            """;
        System.Reflection.Assembly library = Compiled.LoadShared(Library, out string file);
        try
        {
            Module model = Compiled.Make(Compiled.Load(Program, library), "Turning", [], 3, 4);
            Assert.Equal(["one.R", "two.R"], model.Info.Parameters.Where(p => p.IsFixed).Select(p => p.Name));
            Assert.Equal(4.5f, model.Parameters["one.R"][4]);
            Assert.Equal(3.5f, model.Parameters["two.U"][3]);
            Checks.All(model, "Predict", [4, 3], seed: 1);
            Checks.All(model, "Loss", [4, 3], seed: 2);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public void Initial_values_that_a_file_replaces_are_not_computed()
    {
        string file = Path.GetTempFileName();
        try
        {
            var model = new ComputedModel(unit: 7, seed: 1);
            ModelFile.Save(file, model);
            int calls = ComputedModel.Calls;
            Assert.True(calls >= 49);
            var loaded = new ComputedModel(unit: 7, seed: 2);
            ModelFile.Load(file, loaded);
            Assert.Equal(model.Parameters.Snapshot(), loaded.Parameters.Snapshot());
            Assert.Equal(calls, ComputedModel.Calls);

            // Without strict, a parameter that the file lacks has its initial values.
            var other = new ComputedModel(unit: 7, seed: 2);
            ModelFile.Load(file, other, strict: false, new Dictionary<string, string> { ["U"] = "none" });
            Assert.Equal(new ComputedModel(unit: 7, seed: 2).Parameters["U"].ToArray(), other.Parameters["U"].ToArray());
            Assert.Equal(model.Parameters["W"].ToArray(), other.Parameters["W"].ToArray());
        }
        finally
        {
            File.Delete(file);
        }
    }
}

/// <summary>A matrix whose initial values are counted.</summary>
[Model]
public partial class ComputedModel : Model
{
    class Unit : Dim;

    [Init(nameof(Value))] Mat<Unit, Unit> W;
    [Init(Initial.Orthogonal)] Mat<Unit, Unit> U;

    public static int Calls { get; private set; }

    static double Value(int row, int column)
    {
        Calls++;
        return row - column;
    }

    Vec<Unit> Predict(Vec<Unit> x) => U * (W * x);
}
