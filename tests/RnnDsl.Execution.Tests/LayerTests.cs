using RnnDsl.Execution.Tests.Cells;
using RnnDsl.Prediction;
using RnnDsl.Sequences;
using RnnDsl.Storage;
using RnnDsl.Training;
using static RnnDsl.Ops;

namespace RnnDsl.Execution.Tests;

/// <summary>Models as layers, arrays, loops, tuples, and helpers of other classes.</summary>
public class LayerTests
{
    sealed class In : Dim;
    sealed class Hid : Dim;
    sealed class Out : Dim;

    static readonly Dictionary<string, Func<int, int, Module>> Models = new()
    {
        ["TwoWays"] = (f, h) => new TwoWays<In, Hid>(f, h),
        ["Reader"] = (f, h) => new Reader<In, Out>(f, h),
        ["Library"] = (f, h) => new Library(f, h, 4),
        ["Waiting"] = (f, h) => new Waiting<In, Hid>(f, h),
        ["Perceptron"] = (f, h) => new Perceptron<In, Out>(f, h),
        ["Residual"] = (_, h) => new Residual<Hid>(h),
        ["Both"] = (f, h) => new Both(f, h),
        ["WordReader"] = (f, h) => new WordReader(f + 2, h, 3),
        ["Answers"] = (f, h) => new Answers<In, Out>(f, h),
        ["Asker"] = (f, h) => new Asker(f, h),
        ["Continued"] = (f, h) => new Continued(f, h),
    };

    [Fact]
    public void Parameters_of_a_layer_are_those_of_its_owner()
    {
        foreach ((string name, Func<int, int, Module> make) in Models)
            Assert.True(LayerParameters.Fault(make(3, 5)) is null, $"{name}: {LayerParameters.Fault(make(3, 5))}");
        Assert.Contains(LayerParameters.Of(new Library(3, 5, 4)), layer => layer.Path == "reader.ways.forward" || layer.Path.Count(c => c == '.') >= 2);
    }

    /// <summary>Adapters that were saved know their base by a fingerprint over the parameters in this order.</summary>
    [Fact]
    public void A_base_is_known_by_its_parameters_outside_of_cells_and_then_by_those_of_cells()
    {
        var model = new Reader<In, Out>(2, 3);
        string[] forward = ["Wi", "Wf", "Wg", "Wo", "Ui", "Uf", "Ug", "Uo", "bi", "bf", "bg", "bo"];
        Assert.Equal(["shift", "ways.gain", .. forward.Select(n => "ways.forward." + n), .. forward.Select(n => "ways.backward." + n), "join.W", "join.b"], Tuning.BaseFingerprint.Order(model).Select(p => p.Name));
        Assert.Equal(["shift", "ways.gain", .. forward.Select(n => "ways.forward." + n), .. forward.Select(n => "ways.backward." + n), "join.W", "join.b"], model.Parameters.Slices.Select(p => p.Name));
        Assert.Equal("R.0 R.1 b.0 b.1 reader.shift reader.ways.gain asked", string.Join(' ', Tuning.BaseFingerprint.Order(new Library(3, 5, 4)).Take(7).Select(p => p.Name.StartsWith("asked", StringComparison.Ordinal) ? "asked" : p.Name)));
    }

    [Fact]
    public void A_layer_is_loaded_saved_and_run_by_itself()
    {
        var trained = new TwoWays<In, Hid>(2, 3) { };
        string file = Path.GetTempFileName();
        try
        {
            new Random(1).NextBytes(System.Runtime.InteropServices.MemoryMarshal.AsBytes(trained.Parameters["forward.Wi"])[..3]);
            ModelFile.Save(file, trained);
            var model = new Reader<In, Out>(2, 3);
            TwoWays<In, Reader<In, Out>.Inner> ways = LayerParameters.Of(model).Select(l => l.Layer).OfType<TwoWays<In, Reader<In, Out>.Inner>>().Single();
            ModelFile.Load(file, ways);
            Assert.Equal(trained.Parameters["forward.Wi"].ToArray(), model.Parameters["ways.forward.Wi"].ToArray());
            model.Parameters["ways.gain"][0] = 2;
            Dataset data = new(Column.Sequences("x", 2, [[1, 2, 3, 4]]));
            trained.Parameters["gain"][0] = 2;
            using var own = new Executor(trained, "Run");
            using var layer = new Executor(ways, "Run");
            Assert.Equal(own.Predict(data), layer.Predict(data));
            ModelFile.Save(file, ways);
            var other = new TwoWays<In, Hid>(2, 3, seed: 5);
            ModelFile.Load(file, other);
            Assert.Equal(2, other.Parameters["gain"][0]);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Theory]
    [InlineData("TwoWays", "Run")]
    [InlineData("TwoWays", "Ends")]
    [InlineData("Reader", "Read")]
    [InlineData("Reader", "Distance")]
    [InlineData("Library", "Steps")]
    [InlineData("Library", "Answer")]
    [InlineData("Library", "Loss")]
    [InlineData("Waiting", "Scan")]
    [InlineData("Perceptron", "Of")]
    [InlineData("Residual", "Scan")]
    [InlineData("Both", "Predict")]
    [InlineData("Both", "Loss")]
    [InlineData("WordReader", "Scores")]
    [InlineData("WordReader", "Loss")]
    [InlineData("Answers", "Read.Steps")]
    [InlineData("Answers", "Read.Whole")]
    [InlineData("Answers", "Losses.Item1")]
    [InlineData("Answers", "Losses.Item2")]
    [InlineData("Asker", "Mixed")]
    [InlineData("Asker", "Loss")]
    [InlineData("Continued", "Whole")]
    [InlineData("Continued", "Partly")]
    [InlineData("Continued", "Learnt")]
    [InlineData("Continued", "Streamed")]
    [InlineData("Continued", "Loss")]
    public void Compiled_model_equals_its_equations(string model, string method)
    {
        foreach ((int feature, int hidden, int[] lengths) in new[] { (1, 1, new[] { 1 }), (3, 8, [3, 3, 1]), (2, 17, [7, 4, 2, 2]), (9, 5, [16, 2, 1]) })
            foreach (bool withStates in new[] { true, false })
                Checks.All(Models[model](feature, hidden), method, lengths, seed: feature + hidden, withStates);
    }

    [Fact]
    public void Parameters_have_the_paths_of_their_layers()
    {
        string[] names = [.. new Library(3, 4, 2).Info.Parameters.Select(p => p.Name)];
        Assert.Contains("reader.ways.forward.Wi", names);
        Assert.Contains("reader.ways.gain", names);
        Assert.Contains("reader.shift", names);
        Assert.Contains("deep.2.Wr", names);
        Assert.Contains("twice.1.backward.Uo", names);
        Assert.Contains("R.1", names);
        Assert.Equal(names.Length, names.Distinct().Count());
    }

    [Fact]
    public void Dimensions_of_a_layer_are_asked_for_by_their_names() =>
        Assert.Equal(["Word", "Hidden", "Inner", "Answer", "Narrow"], new Library(word: 3, hidden: 4, answer: 2).Info.Dimensions.Select(d => d.Name));

    [Fact]
    public void What_starts_from_values_of_the_method_is_cut_into_no_chunks()
    {
        using var trainer = new Trainer(new LearntStart(2, 3), new Adam()) { ChunkSteps = 2 };
        var data = new Dataset(Sequence("x", 2, new float[10]), Sequence("y", 3, new float[15]));
        Assert.Contains("LearntStart.Loss starts from values of the method (Start)", Assert.Throws<ArgumentException>(() => trainer.Fit(data)).Message);
    }

    [Fact]
    public void What_has_one_target_for_an_example_is_cut_into_no_chunks()
    {
        var data = new Dataset(Sequence("x", 2, new float[10]), Column.Vectors("y", [new float[3]]));
        using var cut = new Trainer(new Forecaster(2, 4, 3), new Adam()) { ChunkSteps = 4 };
        Assert.Contains("Forecaster.Loss has one target for each example", Assert.Throws<ArgumentException>(() => cut.Fit(data)).Message);
        using var whole = new Trainer(new Forecaster(2, 4, 3), new Adam()) { ChunkSteps = 5, Epochs = 1 };
        whole.Fit(data);
    }

    /// <summary>A chunk would find another value there than the whole sequence.</summary>
    [Theory]
    [InlineData("MeanSquaredError(head.Map(gru.Scan(Previous(x))), y)", "reads the step before (Previous)")]
    [InlineData("MeanSquaredError(head.Map(gru.Scan(x)), Next(y))", "reads the step after (Next)")]
    [InlineData("MeanSquaredError(head.Map(Each(gru.Scan(x), q => Attend(q, gru.Scan(x), gru.Scan(x)))), y)", "looks from a step at a whole sequence")]
    [InlineData("MeanSquaredError(head.Map(gru.Scan(x) - MeanOverSteps(gru.Scan(x))), y)", "gives what depends on all steps")]
    [InlineData("MeanSquaredError(head.Map(gru.Scan(x - First(x))), y)", "gives what depends on all steps")]
    [InlineData("MeanSquaredError(head.Map(gru.Scan(x)), y) + Sum(MeanOverSteps(gru.Scan(x)))", null)]
    [InlineData("MeanSquaredError(head.Map(gru.Scan(x)), y) + Sum(Square(SumOverSteps(gru.Scan(x))))", "makes more of a sum over all steps")]
    [InlineData("Sqrt(0.1 + MeanSquaredError(head.Map(gru.Scan(x)), y))", "makes more of a sum over all steps")]
    [InlineData("MeanSquaredError(head.Map(gru.Scan(x)), y) * Sum(MeanOverSteps(gru.Scan(x)))", "makes more of a sum over all steps")]
    [InlineData("Sum(SumOverSteps(y * head.Map(gru.Scan(x)))) / (1 + Sum(SumOverSteps(Square(y)))) + 0.1 * Sum(Square(MeanOverSteps(y)))", null)]
    public void What_reads_more_than_its_step_is_cut_into_no_chunks(string loss, string? reason)
    {
        System.Reflection.Assembly assembly = Compiled.Load($"using RnnDsl; using static RnnDsl.Ops; [Model] public partial class P : Model {{ class F : Dim; class H : Dim; class O : Dim; Gru<F, H> gru; Linear<H, O> head; Scalar Loss(Seq<F> x, Seq<O> y) => {loss}; }}");
        var data = new Dataset(Sequence("x", 2, new float[10]), Sequence("y", 3, new float[15]));
        using var cut = new Trainer(Compiled.Make(assembly, "P", [], 2, 4, 3), new Adam()) { ChunkSteps = 4, Epochs = 1 };
        if (reason is null)
            cut.Fit(data);
        else
            Assert.Contains("P.Loss " + reason, Assert.Throws<ArgumentException>(() => cut.Fit(data)).Message);
        using var whole = new Trainer(Compiled.Make(assembly, "P", [], 2, 4, 3), new Adam()) { ChunkSteps = 5, Epochs = 1 };
        whole.Fit(data);
    }

    [Fact]
    public void A_stream_starts_where_the_equations_do()
    {
        var model = new LearntStart(2, 3, seed: 5);
        float[] first = [0.5f, -0.25f, 0.75f];
        first.CopyTo(model.Parameters["first"]);
        float[] x = [.. Enumerable.Range(0, 10).Select(i => MathF.Sin(i))], y = new float[15];
        using var executor = new Executor(model, "Predict");
        float[] expected = executor.Predict(new Dataset(Sequence("x", 2, x)));
        PredictionStream stream = new Predictor(model).Start();
        for (int t = 0; t < 5; t++)
            stream.Step(x.AsSpan(2 * t, 2), y.AsSpan(3 * t, 3));
        for (int i = 0; i < y.Length; i++)
            Assert.Equal(expected[i], y[i], 2e-6);
    }

    static Column Sequence(string name, int width, float[] values) => Column.Sequences(name, width, values);

    [Fact]
    public void States_that_do_not_fit_are_refused_in_the_equations_too()
    {
        var gru = new Gru<In, Hid>(2, 3);
        var x = new Seq<In>(new Vec<In>(0.5, 0.25));
        Assert.Contains("has 1 states, but 2 were given", Assert.Throws<ArgumentException>(() => gru.Scan(x, Start(new Vec<Hid>(1, 2, 3), new Vec<Hid>(1, 2, 3)))).Message);
        Assert.Contains("has 3 units, but 2 values were given", Assert.Throws<ArgumentException>(() => gru.Scan(x, Start(new Vec<Hid>(1, 2)))).Message);
        Assert.Contains("There are 1 states", Assert.Throws<ArgumentOutOfRangeException>(() => Start(new Vec<Hid>(1, 2, 3)).Vector<Hid>(1)).Message);
    }
}
