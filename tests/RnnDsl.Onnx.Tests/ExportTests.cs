using System.Reflection;
using Microsoft.ML.OnnxRuntime;
using RnnDsl.CompilerServices;
using RnnDsl.Execution;
using RnnDsl.Execution.Tests;
using RnnDsl.Execution.Tests.Cells;
using RnnDsl.Onnx.Protobuf;
using RnnDsl.Sequences;
using MethodInfo = RnnDsl.Execution.MethodInfo;
using Module = RnnDsl.Execution.Module;

namespace RnnDsl.Onnx.Tests;

sealed class In : Dim;
sealed class Hid : Dim;
sealed class Mem : Dim;

/// <summary>Exported files give in ONNX Runtime what the compiled programs give.</summary>
public class ExportTests
{
    static readonly Dictionary<string, Func<Module>> Cells = new()
    {
        ["Lstm"] = () => new Lstm<In, Hid>(3, 5),
        ["PeepholeLstm"] = () => new PeepholeLstm<In, Hid>(3, 5),
        ["Gru"] = () => new Gru<In, Hid>(3, 5),
        ["GruResetBefore"] = () => new GruResetBefore<In, Hid>(3, 5),
        ["Elman"] = () => new Elman<In, Hid>(3, 5),
        ["ElmanRelu"] = () => new ElmanRelu<In, Hid>(3, 5),
        ["ClippedLstm"] = () => new ClippedLstm<In, Hid>(3, 5),
        ["ClippedCoupledLstm"] = () => new ClippedCoupledLstm<In, Hid>(3, 5),
        ["ClippedGru"] = () => new ClippedGru<In, Hid>(3, 5),
        ["ClippedGruResetBefore"] = () => new ClippedGruResetBefore<In, Hid>(3, 5),
        ["ClippedElman"] = () => new ClippedElman<In, Hid>(3, 5),
        ["CoupledLstm"] = () => new CoupledLstm<In, Hid>(3, 5),
        ["AntisymmetricRnn"] = () => new AntisymmetricRnn<In, Hid>(3, 5),
        ["MatrixCell"] = () => new MatrixCell<In, Hid>(3, 5),
        ["MatrixProducts"] = () => new MatrixProducts<In, Hid>(3, 5),
        ["MatrixOperations"] = () => new MatrixOperations<In, Hid>(3, 5),
        ["WeightDrop"] = () => new WeightDrop<In, Hid>(3, 5),
        ["IndRnn"] = () => new IndRnn<In, Hid>(3, 5),
        ["LayerNormLstm"] = () => new LayerNormLstm<In, Hid>(3, 5),
        ["ClockworkRnn"] = () => new ClockworkRnn<In, Hid>(3, 5),
        ["Lmu"] = () => new Lmu<In, Hid, In>(3, 5, 3),
        ["FixedForms"] = () => new FixedForms<In, Hid>(3, 5),
        ["Counting"] = () => new Counting<In, Hid>(3, 5),
        ["MinGru"] = () => new MinGru<In, Hid>(3, 5),
        ["MinLstm"] = () => new MinLstm<In, Hid>(3, 5),
        ["MinimalGatedUnit"] = () => new MinimalGatedUnit<In, Hid>(3, 5),
        ["Linear"] = () => new Linear<In, Hid>(3, 5),
        ["LayerNorm"] = () => new LayerNorm<In>(3),
        ["Highway"] = () => new Highway<In>(3),
        ["Sru"] = () => new Sru<In, Hid>(3, 5),
        ["Qrnn"] = () => new Qrnn<In, Hid>(3, 5),
        ["RgLru"] = () => new RgLru<In>(3),
        ["SLstm"] = () => new SLstm<In, Hid>(3, 5),
        ["ProjectedLstm"] = () => new ProjectedLstm<In, Mem, Hid>(3, 6, 5),
        ["ZoneoutLstm"] = () => new ZoneoutLstm<In, Hid>(3, 5),
        ["PhasedLstm"] = () => new PhasedLstm<In, Hid>(3, 5),
        ["RecurrentHighway"] = () => new RecurrentHighway<In, Hid>(3, 5),
        ["HierarchicalLstm"] = () => new HierarchicalLstm<In, Hid>(3, 5),
        ["Ugrnn"] = () => new Ugrnn<In, Hid>(3, 5),
        ["LiGru"] = () => new LiGru<In, Hid>(3, 5),
        ["FastGrnn"] = () => new FastGrnn<In, Hid>(3, 5),
        ["MultiHeadSLstm"] = () => new MultiHeadSLstm<In, Hid>(3, 2),
        ["ConvLstm"] = () => new ConvLstm<In, Hid>(2, 3),
        ["WeightNormLstm"] = () => new WeightNormLstm<In, Hid>(3, 5),
        ["WeightDropLstm"] = () => new WeightDropLstm<In, Hid>(3, 5),
        ["Lru"] = () => new Lru<In, Hid>(3, 5),
        ["CoupledPeephole"] = () => new CoupledPeephole<In, Hid>(3, 5),
        ["TwoOutputs"] = () => new TwoOutputs<In, Hid>(3, 5),
        ["Leaky"] = () => new Leaky<In, Hid>(3, 5),
        ["Normed"] = () => new Normed<In, Hid>(3, 5),
        ["Stateless"] = () => new Stateless<In, Hid>(3, 5),
        ["Diagonal"] = () => new Diagonal<In, Hid>(3, 5),
        ["Delays"] = () => new Delays<In, Hid>(3, 5),
        ["AllOperations"] = () => new AllOperations<In, Hid>(3, 5),
        ["Clockless"] = () => new Clockless<In, Hid>(3, 5),
        ["Echo"] = () => new Echo<In>(3),
        ["DroppedElman"] = () => new DroppedElman<In, Hid>(3, 5),
        ["OnlyDropout"] = () => new OnlyDropout<In>(3),
        ["MyLstm"] = () => new MyLstm<In, Hid>(3, 5),
        ["MLstm"] = () => new MLstm<In, Hid>(3, 5),
        ["AttentiveGru"] = () => new AttentiveGru<In, Hid, Mem>(3, 5, 4),
        ["AttentiveLstm"] = () => new AttentiveLstm<In, Hid, Mem>(3, 5, 4),
        ["DeltaNet"] = () => new DeltaNet<In, Hid>(3, 5),
        ["GatedLinearAttention"] = () => new GatedLinearAttention<In, Hid>(3, 5),
        ["SelectiveScan"] = () => new SelectiveScan<In, Mem>(3, 4),
        ["AttentionCell"] = () => new AttentionCell<In, Hid, Mem>(3, 5, 4),
        ["Unheard"] = () => new Unheard<In, Hid>(3, 5),
    };

    static readonly Dictionary<string, (Func<Module> Make, string Method)> Models = new()
    {
        ["Forecaster"] = (() => new Forecaster(3, 5, 4), "Predict"),
        ["Forecaster.Loss"] = (() => new Forecaster(3, 5, 4), "Loss"),
        ["Forecaster.Robust"] = (() => new Forecaster(3, 5, 4), "Robust"),
        ["Tagger"] = (() => new Tagger(3, 5, 4), "Logits"),
        ["Tagger.Loss"] = (() => new Tagger(3, 5, 4), "Loss"),
        ["DroppedModel"] = (() => new DroppedModel(3, 5, 4), "Predict"),
        ["MatrixModel"] = (() => new MatrixModel(3, 5, 4), "Predict"),
        ["MatrixModel.Every"] = (() => new MatrixModel(3, 5, 4), "Every"),
        ["MatrixModel.Loss"] = (() => new MatrixModel(3, 5, 4), "Loss"),
        ["Mixed"] = (() => new Mixed(3, 5), "Predict"),
        ["Stacked"] = (() => new Stacked(3, 5, 4), "Predict"),
        ["Stacked.Smooth"] = (() => new Stacked(3, 5, 4), "Smooth"),
        ["Thrice"] = (() => new Thrice(3), "Predict"),
        ["Levels"] = (() => new Levels(3), "Level"),
        ["Words.Similarity"] = (() => new Words(6, 4, 3), "Similarity"),
        ["AttentiveTranslator"] = (() => new AttentiveTranslator(3, 5, 4), "Predict"),
        ["AttentiveTranslator.Loss"] = (() => new AttentiveTranslator(3, 5, 4), "Loss"),
        ["Looks.Dots"] = (() => new Looks(3, 5, 4, 2), "Dots"),
        ["Looks.General"] = (() => new Looks(3, 5, 4, 2), "General"),
        ["Looks.Additive"] = (() => new Looks(3, 5, 4, 2), "Additive"),
        ["Looks.Self"] = (() => new Looks(3, 5, 4, 2), "Self"),
        ["Looks.SelfLoss"] = (() => new Looks(3, 5, 4, 2), "SelfLoss"),
        ["Looks.Strength"] = (() => new Looks(3, 5, 4, 2), "Strength"),
        ["Hearing"] = (() => new Hearing(3, 4, 5), "Scores"),
        ["Hearing.Loss"] = (() => new Hearing(3, 4, 5), "Loss"),
        ["Hearing.Looks"] = (() => new Hearing(3, 4, 5), "Looks"),
        ["ChainModel"] = (() => new ChainModel(3), "Partition"),
        ["ChainModel.Marginals"] = (() => new ChainModel(3), "Marginals"),
    };

    [Fact]
    public void Words_are_whole_numbers_in_the_file()
    {
        const int words = 6, steps = 5;
        var model = new Words(words, 4, 3);
        Draw.Parameters(model, 3);
        int[][] x = [[0, 5, -1, 2, 2], [3, -1, 1, 0, 4]];
        int[] z = [1, -1];
        using var executor = new Executor(model, "Predict");
        float[] expected = executor.Predict(new Dataset(Column.OneHot("x", words, x), Column.OneHot("z", words, z)));
        using InferenceSession session = Runtime.Open(OnnxExport.ToBytes(model, new OnnxExportOptions { Method = "Predict", OutputName = "scores" }));
        float[] actual = Runtime.Run(session,
            [("x", x.SelectMany(n => n).Select(n => (long)n).ToArray(), [2, steps]), ("z", z.Select(n => (long)n).ToArray(), [2])], ["scores"])[0];
        Close.Assert(expected, actual, "scores");
    }

    [Fact]
    public void An_output_without_a_name_is_refused() => Assert.Contains("needs a name",
        Assert.Throws<ArgumentException>(() => OnnxExport.ToBytes(new Words(6, 4, 3), new OnnxExportOptions { Method = "Predict", OutputName = "" })).Message);

    [Fact]
    public void Products_with_one_hot_vectors_are_rows_of_tables()
    {
        GraphProto graph = ProtoReader.Parse(OnnxExport.ToBytes(new Words(6, 4, 3), new OnnxExportOptions { Method = "Predict", OutputName = "scores" }), ModelProto.Read).Graph;
        string[] tables = [.. graph.Node.Where(n => n.OpType == "Gather" && n.Output[0].EndsWith(".row", StringComparison.Ordinal)).Select(n => n.Input[0])];
        Assert.Single(tables);
        Assert.DoesNotContain(graph.Node, n => n.OpType == "MatMul" && n.Input[1] == tables[0]);
    }

    [Fact]
    public void Each_axis_of_steps_has_a_name()
    {
        using InferenceSession session = Runtime.Open(OnnxExport.ToBytes(new AttentiveTranslator(3, 5, 4), new OnnxExportOptions { Method = "Predict", Lengths = true }));
        Assert.Equal(["batch", "length", ""], session.InputMetadata["x"].SymbolicDimensions);
        Assert.Equal(["batch", "length.y", ""], session.InputMetadata["y"].SymbolicDimensions);
        Assert.Equal(["batch", "length.y", ""], session.OutputMetadata["output"].SymbolicDimensions);
        Assert.Equal(["x", "y", "lengths", "lengths.y"], session.InputMetadata.Keys);
    }

    public static TheoryData<Func<Module>, string, string> NotWritten() => new()
    {
        { () => new LetterTagger(5, 4, 3, 2, 3, 4), "Scores", "Scores reads a sequence at every step" },
    };

    [Theory]
    [MemberData(nameof(NotWritten))]
    public void What_has_no_form_is_refused_with_the_reason(Func<Module> make, string method, string reason) => Assert.Contains(reason,
        Assert.Throws<NotSupportedException>(() => OnnxExport.ToBytes(make(), new OnnxExportOptions { Method = method })).Message);

    /// <summary>Elements of tuples are methods; scans start from learnt vectors, or from what others leave.</summary>
    [Theory]
    [InlineData("Predict")]
    [InlineData("Both.Steps")]
    [InlineData("Both.Whole")]
    [InlineData("Continued")]
    public void Starts_and_elements_of_tuples_are_exported(string method)
    {
        var model = new LearntStart(2, 3);
        Draw.Parameters(model, 3);
        float[] x = [.. Enumerable.Range(0, 8).Select(i => MathF.Cos(i))];
        using var executor = new Executor(model, method);
        using InferenceSession session = Runtime.Open(OnnxExport.ToBytes(model, new OnnxExportOptions { Method = method, OutputName = "whole" }));
        Close.Assert(executor.Predict(new Dataset(new Column { Name = "x", Kind = ValueKind.Sequence, Width = 2, Values = x, Stride = 2, Starts = [0], Lengths = [4] })), Runtime.Run(session, [("x", x, [1, 4, 2])], ["whole"])[0], "whole");
    }

    internal static int Setting(string name, int otherwise) => int.TryParse(Environment.GetEnvironmentVariable(name), out int value) ? value : otherwise;

    public static TheoryData<string> CellNames() => [.. Cells.Keys];

    public static TheoryData<string> ModelNames() => [.. Models.Keys];

    [Theory]
    [MemberData(nameof(CellNames))]
    public void Cells_equal_in_ONNX_Runtime(string name)
    {
        Module cell = Cells[name]();
        Check(cell, "Scan", () => OnnxExport.ToBytes(cell));
        Check(cell, "Scan", () => OnnxExport.Write(cell, new OnnxExportOptions(), standardNodes: false));
    }

    [Theory]
    [MemberData(nameof(ModelNames))]
    public void Models_equal_in_ONNX_Runtime(string name)
    {
        (Func<Module> make, string method) = Models[name];
        Module model = make();
        var options = new OnnxExportOptions { Method = method };
        if (name == "Levels")
        {
            Assert.Contains("'output'", Assert.Throws<ArgumentException>(() => OnnxExport.ToBytes(model, options)).Message);
            options = options with { OutputName = "level" };
        }
        Check(model, method, () => OnnxExport.ToBytes(model, options), output: options.OutputName);
        Check(model, method, () => OnnxExport.ToBytes(model, options with { States = false, OutputName = "prediction" }), states: false, output: "prediction");
    }

    [Theory]
    [MemberData(nameof(CellNames))]
    public void Padded_cells_equal_in_ONNX_Runtime(string name)
    {
        Module cell = Cells[name]();
        var options = new OnnxExportOptions { Lengths = true };
        CheckPadded(cell, "Scan", OnnxExport.ToBytes(WithParameters(cell), options));
        CheckPadded(cell, "Scan", OnnxExport.Write(cell, options, standardNodes: false));
    }

    [Theory]
    [MemberData(nameof(ModelNames))]
    public void Padded_models_equal_in_ONNX_Runtime(string name)
    {
        (Func<Module> make, string method) = Models[name];
        Module model = make();
        CheckPadded(model, method, OnnxExport.ToBytes(WithParameters(model), new() { Method = method, Lengths = true, OutputName = "result" }));
    }

    static Module WithParameters(Module module)
    {
        Draw.Parameters(module, seed: 7);
        return module;
    }

    /// <summary>Batches of unequal lengths, with what is no number in the padding.</summary>
    static void CheckPadded(Module module, string method, byte[] file)
    {
        MethodInfo info = module.Method(method);
        using InferenceSession session = Runtime.Open(file);
        var random = new Random(13);
        foreach (int[] first in new int[][] { [1], [4, 2, 3], [1, 7], [3, 3] })
        {
            int batch = first.Length;
            int[][] axes = Product.Lengths(info, first, [.. first.Select((l, b) => 1 + ((2 * l + b) % 5))]);
            List<(string, Array, long[])> feeds = [.. info.Inputs.Where(i => i.Kind == ValueKind.Sequence).GroupBy(i => i.Axis)
                .Select(g => (g.Key == 0 ? "lengths" : "lengths." + g.First().Name, (Array)axes[g.Key], new long[] { batch }))];
            var inputs = new List<float[]>();
            foreach (ValueInfo input in info.Inputs)
            {
                bool sequence = input.Kind == ValueKind.Sequence;
                int[] lengths = axes[input.Axis];
                int steps = lengths.Max();
                float[] values = Draw.Floats(random, batch * (sequence ? steps : 1) * input.Width);
                for (int b = 0; sequence && b < batch; b++)
                    values.AsSpan((b * steps + lengths[b]) * input.Width, (steps - lengths[b]) * input.Width).Fill(float.NaN);
                feeds.Add((input.Name, values, Shape(input, batch, steps)));
                inputs.Add(sequence ? Steps(values, lengths, steps, input.Width) : values);
            }
            float[][] initial = [.. info.States.Select(s => Draw.Floats(random, batch * s.Width, 0.5))];
            feeds.AddRange(info.States.Select((s, i) => (s.Name, (Array)initial[i], StateShape(session, s, batch))));
            Product.Result expected = Product.Run(module, method, [.. inputs], axes, initial);
            float[][] actual = Runtime.Run(session, feeds, session.OutputNames);
            string what = string.Join(",", first);
            if (info.Result.Kind == ValueKind.Sequence)
            {
                int[] lengths = axes[info.Result.Axis];
                int steps = lengths.Max();
                Close.Assert(expected.Output, Steps(actual[0], lengths, steps, info.Result.Width), what);
                Assert.Equal(lengths.Sum() * info.Result.Width, actual[0].Length - Enumerable.Range(0, batch).Sum(b =>
                    actual[0].AsSpan((b * steps + lengths[b]) * info.Result.Width, (steps - lengths[b]) * info.Result.Width).Count(0f)));
            }
            else
                Close.Assert(expected.Output, actual[0], what);
            for (int s = 0; s < info.States.Count; s++)
                Close.Assert(expected.Finals[s], actual[1 + s], $"{what} {info.States[s].Name}");
        }
    }

    /// <summary>The examples' own steps out of [batch, length, width].</summary>
    static float[] Steps(float[] padded, int[] lengths, int steps, int width) =>
        [.. lengths.SelectMany((length, b) => padded.AsSpan(b * steps * width, length * width).ToArray())];

    [Fact]
    public void Lengths_need_a_sequence_and_their_name()
    {
        Assert.Contains("no sequence", Assert.Throws<ArgumentException>(() => OnnxExport.ToBytes(new Undecided(3), new() { Method = "Around", Lengths = true })).Message);
        Assert.Contains("'lengths'", Assert.Throws<ArgumentException>(() => OnnxExport.ToBytes(new Undecided(3), new() { Method = "Up", Lengths = true, OutputName = "lengths" })).Message);
    }

    internal static string[] Scans(Module module)
    {
        GraphProto graph = ProtoReader.Parse(OnnxExport.ToBytes(module), ModelProto.Read).Graph;
        return [.. graph.Node.Select(n => n.OpType).Where(op => op is "LSTM" or "GRU" or "RNN" or "Scan")];
    }

    [Fact]
    public void Known_equations_are_standard_nodes_and_others_scans()
    {
        Assert.Equal(["LSTM", "LSTM", "GRU", "GRU"], Scans(new Stacked(3, 5, 4)));
        Assert.Equal(["RNN", "RNN", "RNN"], Scans(new Thrice(3)));
        Assert.Equal(["LSTM"], Scans(new MyLstm<In, Hid>(3, 5)));
        Assert.Equal(["LSTM"], Scans(new PeepholeLstm<In, Hid>(3, 5)));
        Assert.Equal(["GRU"], Scans(new GruResetBefore<In, Hid>(3, 5)));
        Assert.Equal(["LSTM"], Scans(new CoupledLstm<In, Hid>(3, 5)));
        Assert.Equal(["LSTM"], Scans(new ClippedLstm<In, Hid>(3, 5)));
        Assert.Equal(["Scan"], Scans(new CoupledPeephole<In, Hid>(3, 5)));
        // A bound below zero makes of every argument the bound, which ONNX has no attribute for.
        var bounded = new ClippedLstm<In, Hid>(3, 5);
        bounded.Parameters["clip"][0] = -0.5f;
        Assert.Equal(["Scan"], Scans(bounded));
        Assert.Empty(Scans(new Linear<In, Hid>(3, 5)));
    }

    [Fact]
    public void The_method_must_be_one()
    {
        Assert.Contains("'Predicted'", Assert.Throws<ArgumentException>(() => OnnxExport.ToBytes(new Stacked(3, 5, 4), new() { Method = "Predicted" })).Message);
        Assert.Contains("Up, Around, Down", Assert.Throws<ArgumentException>(() => OnnxExport.ToBytes(new Undecided(3))).Message);
        Assert.Contains("no input", Assert.Throws<ArgumentException>(() => OnnxExport.ToBytes(new Undecided(3), new() { Method = "Down" })).Message);
    }

    /// <summary>Several batch sizes and lengths through one file, with and without states.</summary>
    internal static void Check(Module module, string method, Func<byte[]> export, bool states = true, string output = "output")
    {
        Draw.Parameters(module, seed: 7);
        MethodInfo info = module.Method(method);
        using InferenceSession session = Runtime.Open(export());
        Assert.Equal(info.Inputs.Select(i => i.Name), session.InputMetadata.Keys);
        Assert.Equal(states ? info.States.Select(s => s.Name).Order() : [], session.OverridableInitializerMetadata.Keys.Order());
        Assert.Equal(states ? [output, .. info.States.Select(s => OnnxExport.FinalName(s.Name))] : [output], session.OutputNames);
        var random = new Random(11);
        foreach ((int batch, int length) in new[] { (1, 1), (3, 4), (2, 9), (5, 2) })
            foreach (bool given in states ? new[] { false, true } : [false])
            {
                int[][] axes = Product.Lengths(info, [.. Enumerable.Repeat(length, batch)], [.. Enumerable.Repeat(length + 1, batch)]);
                float[][] inputs = [.. info.Inputs.Select(i => Draw.Floats(random, (i.Kind == ValueKind.Sequence ? axes[i.Axis].Sum() : batch) * i.Width))];
                float[][]? initial = given ? [.. info.States.Select(s => Draw.Floats(random, batch * s.Width, 0.5))] : null;
                Product.Result expected = Product.Run(module, method, inputs, axes, initial);
                List<(string, Array, long[])> feeds = [.. info.Inputs.Select((input, i) => (input.Name, (Array)inputs[i], Shape(input, batch, axes[input.Axis][0])))];
                if (initial is not null)
                    feeds.AddRange(info.States.Select((s, i) => (s.Name, (Array)initial[i], StateShape(session, s, batch))));
                float[][] actual = Runtime.Run(session, feeds, session.OutputNames);
                Close.Assert(expected.Output, actual[0], $"{batch}×{length} output");
                for (int s = 0; states && s < info.States.Count; s++)
                    Close.Assert(expected.Finals[s], actual[1 + s], $"{batch}×{length} {info.States[s].Name}");
            }
    }

    /// <summary>[batch, units], or of a matrix [batch, rows, columns].</summary>
    internal static long[] StateShape(InferenceSession session, StateInfo state, long batch) =>
        session.OverridableInitializerMetadata.TryGetValue(state.Name, out NodeMetadata? given) ? [batch, .. given.Dimensions.Skip(1).Select(d => (long)d)] : [batch, state.Width];

    internal static long[] Shape(ValueInfo value, long batch, long length) => value.Kind switch
    {
        ValueKind.Sequence when value.IsOneHot || value.IsScalar => [batch, length],
        ValueKind.Sequence => [batch, length, value.Width],
        ValueKind.Vector when value.IsOneHot => [batch],
        ValueKind.Vector => [batch, value.Width],
        _ => [batch],
    };
}
