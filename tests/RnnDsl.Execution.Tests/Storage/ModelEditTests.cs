using System.Reflection;
using RnnDsl.Storage;
using RnnDsl.Training;

namespace RnnDsl.Execution.Tests.Storage;

/// <summary>Edits of a model's class between saving and loading: which of them a file survives, and what is said of them.</summary>
public sealed class ModelEditTests : IDisposable
{
    const string Source = """
        using RnnDsl;
        using static RnnDsl.Ops;

        [Cell]
        public partial class Gated<Input, Hidden> : Cell<Input, Hidden>
        {
            [State] Vec<Hidden> h;
            Mat<Hidden, Input> W, V;
            Mat<Hidden, Hidden> U;
            Vec<Hidden> b, c;

            protected override Vec<Hidden> Step(Vec<Input> x)
            {
                var gate = Sigmoid(V * x + c);
                return h = gate * h + (1 - gate) * Tanh(W * x + U * h + b);
            }
        }

        [Model]
        public partial class Saved : Model
        {
            public class Feature : Dim;
            public class Hidden : Dim;
            public class Horizon : Dim;

            Gated<Feature, Hidden> encoder;
            Linear<Hidden, Horizon> head;
            Mat<Horizon, Feature> shortcut;
            Vec<Horizon> offset;

            Vec<Horizon> Predict(Seq<Feature> x) => head.Map(Last(encoder.Scan(x))) + shortcut * Last(x) + offset;
            Scalar Loss(Seq<Feature> x, Vec<Horizon> y) => MeanSquaredError(Predict(x), y);
        }
        """;

    static readonly Lazy<Assembly> Base = new(() => Compiled.Load(Source));

    readonly string path = Path.Combine(Path.GetTempPath(), $"rnndsl-{Guid.NewGuid():N}.safetensors");

    public void Dispose() => File.Delete(path);

    static Module Make(Assembly assembly, string type = "Saved", params object[] sizes) =>
        SavedFiles.Filled(Compiled.Make(assembly, type, [], sizes.Length > 0 ? sizes : [3, 5, 2]));

    static Assembly Edited(string from, string to)
    {
        Assert.Contains(from, Source);
        return Compiled.Load(Source.Replace(from, to));
    }

    /// <summary>Loads what the class was saved as before into what it is after, and says what was warned of.</summary>
    IReadOnlyList<string> Load(Module after)
    {
        Module before = Make(Base.Value);
        ModelFile.Save(path, before);
        foreach (Parameter parameter in after.Parameters.Slices)
            after.Parameters.Of(parameter).Clear();
        IReadOnlyList<string> warnings = ModelFile.Load(path, after).Warnings;
        foreach (Parameter parameter in before.Parameters.Slices)
            Assert.Equal(before.Parameters.Of(parameter).ToArray(), after.Parameters[parameter.Name].ToArray());
        // A training may have been begun before the edit and go on after it.
        var optimizer = new Adam();
        Checkpoint.Save(path, before, optimizer);
        Assert.Equal(warnings, Checkpoint.Load(path, after, new Adam()).Warnings);
        return warnings;
    }

    [Theory]
    [InlineData("MeanSquaredError(Predict(x), y)", "Huber(Predict(x), y)", "the equations of method Loss() are others than in the file")]
    [InlineData("    Scalar Loss(Seq<Feature> x, Vec<Horizon> y) => MeanSquaredError(Predict(x), y);", "", "the file's method Loss() is not in the model")]
    [InlineData("    Scalar Loss", "    Seq<Hidden> Encode(Seq<Feature> x) => encoder.Scan(x);\n    Scalar Loss", "method Encode() is not in the file")]
    [InlineData("Loss(Seq<Feature> x, Vec<Horizon> y) => MeanSquaredError(Predict(x), y)", "Loss(Seq<Feature> x, Vec<Horizon> target) => MeanSquaredError(Predict(x), target)",
        "method Loss() takes x, target, in the file x, y")]
    [InlineData("    Gated<Feature, Hidden> encoder;\n    Linear<Hidden, Horizon> head;", "    Linear<Hidden, Horizon> head;\n    Gated<Feature, Hidden> encoder;")]
    [InlineData("Mat<Hidden, Input> W, V;\n    Mat<Hidden, Hidden> U;", "Mat<Hidden, Hidden> U;\n    Mat<Hidden, Input> V, W;")]
    [InlineData("Predict", "Forecast", "method Forecast() is not in the file", "the file's method Predict() is not in the model")]
    [InlineData("Last(encoder.Scan(x))", "Last(Dropout(encoder.Scan(x), 0.2))", "method Predict() drops other units in training, or stops other gradients, than in the file",
        "method Loss() drops other units in training, or stops other gradients, than in the file")]
    [InlineData("U * h + b", "U * Dropout(h, 0.1) + b", "layer encoder drops other units in training, or stops other gradients, than in the file")]
    [InlineData("    Scalar Loss", "    static Seq<D> Twice<D>(Seq<D> x) => x + x;\n    Scalar Loss")]
    [InlineData("var gate = Sigmoid(V * x + c);", "var gate = Gate(x);", "", "=> h;", "Vec<Hidden> Gate(Vec<Input> x) => Sigmoid(V * x + c);")]
    [InlineData("class Saved", "class Renamed", "the file is of Saved, the model is Renamed")]
    [InlineData("class Gated", "class Other")]
    [InlineData("Horizon", "Ahead", "dimension Ahead is not in the file", "the file's dimension Horizon is not in the model")]
    [InlineData("Vec<Horizon> offset;", "[Init(1)] Vec<Horizon> offset;")]
    [InlineData("W * x + U * h + b", "b + U * h + W * x")]
    [InlineData("+ offset;", "+ 2 * offset;", "the equations of method Predict() are others than in the file", "the equations of method Loss() are others than in the file")]
    public void An_edit_that_leaves_the_numbers_their_meaning_is_told_and_the_file_loads(string from, string to, params string[] warnings)
    {
        Assembly after;
        if (warnings is ["", _, string helper])
            (after, warnings) = (Compiled.Load(Source.Replace(from, to).Replace("    protected override", $"    {helper}\n    protected override")), []);
        else
            after = from is "class Gated" ? Compiled.Load(Source.Replace("Gated", "Other")) : Edited(from, to);
        Assert.Equal(warnings, Load(Make(after, from == "class Saved" ? "Renamed" : "Saved")));
    }

    [Fact]
    public void A_fixed_size_of_a_dimension_is_no_difference() =>
        Assert.Empty(Load(Make(Edited("public class Horizon", "[Size(2)] public class Horizon"), "Saved", 3, 5)));

    [Theory]
    [InlineData("V * x + c", "W * x + c", "W * x + U", "V * x + U", "the equations of layer encoder are others than in the file")]
    [InlineData("Tanh(W", "Sigmoid(W", "", "", "the equations of layer encoder are others than in the file")]
    [InlineData("gate * h + (1 - gate)", "(1 - gate) * h + gate", "", "", "the equations of layer encoder are others than in the file")]
    [InlineData("[State] Vec<Hidden> h;", "[State] [Init(1)] Vec<Hidden> h;", "", "", "the equations of layer encoder are others than in the file")]
    [InlineData("Linear<Hidden, Horizon> head", "Linear<Hidden, Horizon> top", "head.Map", "top.Map", "parameter top.W is missing in the file")]
    [InlineData("Mat<Horizon, Feature> shortcut", "Mat<Horizon, Horizon> shortcut", "shortcut * Last(x)", "shortcut * head.Map(Last(encoder.Scan(x)))", "parameter shortcut: [2, 3] in the file, [2, 2] in the model")]
    [InlineData("    Vec<Horizon> offset;", "", " + offset", "", "the file's offset F32 [2] is not in the model")]
    public void An_edit_that_gives_the_numbers_another_meaning_is_refused_and_named(string from, string to, string also, string instead, string difference)
    {
        Module before = Make(Base.Value);
        ModelFile.Save(path, before);
        Assert.Contains(from, Source);
        string source = also.Length == 0 ? Source.Replace(from, to) : Source.Replace(from, "\u0001").Replace(also, instead).Replace("\u0001", to);
        Module after = Make(Compiled.Load(source));
        foreach (Parameter parameter in after.Parameters.Slices)
            after.Parameters.Of(parameter).Clear();
        string message = Assert.Throws<InvalidDataException>(() => ModelFile.Load(path, after)).Message;
        Assert.Contains(difference, message);
        Assert.EndsWith("With strict: false what fits is loaded.", message);
        Assert.DoesNotContain(after.Parameters.Snapshot(), value => value != 0);
        // Whoever knows better can have what fits.
        ModelFileInfo info = ModelFile.Load(path, after, strict: false);
        Assert.Contains(info.Warnings, warning => warning == difference);
        foreach (Parameter parameter in after.Parameters.Slices)
            Assert.Equal(!info.Missing.Contains(parameter.Name), after.Parameters.Of(parameter).ContainsAnyExcept(0f));
    }

    [Fact]
    public void A_renamed_layer_is_found_through_a_map_of_names()
    {
        Module before = Make(Base.Value), after = Make(Compiled.Load(Source.Replace("encoder", "rnn")));
        ModelFile.Save(path, before);
        Assert.Throws<InvalidDataException>(() => ModelFile.Load(path, after));
        ModelFileInfo info = ModelFile.Load(path, after, names: new Dictionary<string, string> { ["rnn"] = "encoder" });
        Assert.Equal(before.Parameters["encoder.W"].ToArray(), after.Parameters["rnn.W"].ToArray());
        Assert.All(info.Warnings, warning => Assert.Contains("the equations of method", warning));
    }

    [Fact]
    public void A_cells_file_fills_a_layer_of_a_model()
    {
        var alone = new Linear<D2, D3>(5, 2);
        ModelFile.Save(path, SavedFiles.Filled(alone));
        Module model = Make(Base.Value);
        foreach (Parameter parameter in model.Parameters.Slices)
            model.Parameters.Of(parameter).Clear();
        ModelFileInfo info = ModelFile.Load(path, model, strict: false, names: new Dictionary<string, string> { ["head"] = "" });
        Assert.Equal(alone.Parameters["W"].ToArray(), model.Parameters["head.W"].ToArray());
        Assert.DoesNotContain(info.Warnings, warning => warning.Contains("layer head", StringComparison.Ordinal));
        Assert.Contains("encoder.W", info.Missing);
    }
}
