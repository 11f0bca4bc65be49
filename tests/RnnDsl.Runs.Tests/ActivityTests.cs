using RnnDsl.CompilerServices;
using RnnDsl.Execution;
using RnnDsl.Execution.Tests.Cells;
using RnnDsl.Sequences;
using Module = RnnDsl.Execution.Module;

namespace RnnDsl.Runs.Tests;

sealed class In : Dim;
sealed class Hid : Dim;
sealed class Mem : Dim;

/// <summary>What gates and units do is computed from the equations of any cell, and equals what the compiled program and the uncompiled run give.</summary>
public class ActivityTests
{
    const double Tolerance = 2e-5;

    static readonly Dictionary<string, Func<Module>> Cells = new()
    {
        ["Lstm"] = () => new Lstm<In, Hid>(3, 5), ["PeepholeLstm"] = () => new PeepholeLstm<In, Hid>(3, 5), ["Gru"] = () => new Gru<In, Hid>(3, 5), ["Elman"] = () => new Elman<In, Hid>(3, 5),
        ["ClippedLstm"] = () => new ClippedLstm<In, Hid>(3, 5), ["AntisymmetricRnn"] = () => new AntisymmetricRnn<In, Hid>(3, 5), ["IndRnn"] = () => new IndRnn<In, Hid>(3, 5),
        ["LayerNormLstm"] = () => new LayerNormLstm<In, Hid>(3, 5), ["ClockworkRnn"] = () => new ClockworkRnn<In, Hid>(3, 5), ["Lmu"] = () => new Lmu<In, Hid, In>(3, 5, 3), ["MinGru"] = () => new MinGru<In, Hid>(3, 5),
        ["Linear"] = () => new Linear<In, Hid>(3, 5), ["Highway"] = () => new Highway<In>(3), ["Sru"] = () => new Sru<In, Hid>(3, 5), ["Qrnn"] = () => new Qrnn<In, Hid>(3, 5), ["RgLru"] = () => new RgLru<In>(3),
        ["SLstm"] = () => new SLstm<In, Hid>(3, 5), ["ProjectedLstm"] = () => new ProjectedLstm<In, Mem, Hid>(3, 6, 5), ["ZoneoutLstm"] = () => new ZoneoutLstm<In, Hid>(3, 5), ["PhasedLstm"] = () => new PhasedLstm<In, Hid>(3, 5),
        ["RecurrentHighway"] = () => new RecurrentHighway<In, Hid>(3, 5), ["HierarchicalLstm"] = () => new HierarchicalLstm<In, Hid>(3, 5), ["FastGrnn"] = () => new FastGrnn<In, Hid>(3, 5), ["MLstm"] = () => new MLstm<In, Hid>(3, 5),
        ["ConvLstm"] = () => new ConvLstm<In, Hid>(2, 3), ["WeightNormLstm"] = () => new WeightNormLstm<In, Hid>(3, 5), ["Lru"] = () => new Lru<In, Hid>(3, 5), ["AttentiveGru"] = () => new AttentiveGru<In, Hid, Mem>(3, 5, 4),
        ["AttentiveLstm"] = () => new AttentiveLstm<In, Hid, Mem>(3, 5, 4), ["DeltaNet"] = () => new DeltaNet<In, Hid>(3, 5), ["GatedLinearAttention"] = () => new GatedLinearAttention<In, Hid>(3, 5),
        ["SelectiveScan"] = () => new SelectiveScan<In, Mem>(3, 4), ["AttentionCell"] = () => new AttentionCell<In, Hid, Mem>(3, 5, 4), ["Covering"] = () => new Covering<In, Hid, Mem>(3, 5, 4),
        ["AllOperations"] = () => new AllOperations<In, Hid>(3, 5), ["TwoOutputs"] = () => new TwoOutputs<In, Hid>(3, 5), ["Normed"] = () => new Normed<In, Hid>(3, 5),
        ["Counting"] = () => new Counting<In, Hid>(3, 5), ["MatrixCell"] = () => new MatrixCell<In, Hid>(3, 5), ["MatrixOperations"] = () => new MatrixOperations<In, Hid>(3, 5), ["DroppedElman"] = () => new DroppedElman<In, Hid>(3, 5),
    };

    static readonly Dictionary<string, Func<Module>> Models = new()
    {
        ["Forecaster"] = () => new Forecaster(3, 5, 4), ["Tagger"] = () => new Tagger(3, 5, 4), ["Mixed"] = () => new Mixed(3, 5),
        ["AttentiveTranslator"] = () => new AttentiveTranslator(3, 5, 4), ["Looks"] = () => new Looks(3, 5, 4, 2), ["Heads"] = () => new Heads(3, 5, 4, 2, 3), ["MatrixModel"] = () => new MatrixModel(3, 5, 4),
        ["FixedModel"] = () => new FixedModel(3, 5), ["CountingModel"] = () => new CountingModel(3, 5), ["LstmTagger"] = () => new LstmTagger(6, 5, 4), ["LookingGru"] = () => new LookingGru(6, 5, 4), ["Siamese"] = () => new Siamese(3, 5),
        ["Conditioned"] = () => new Conditioned(3, 5, 4, 2), ["WordReader"] = () => new WordReader(6, 4, 5),
    };

    public static TheoryData<string> CellNames => [.. Cells.Keys];

    public static TheoryData<string> ModelNames => [.. Models.Keys];

    [Theory]
    [MemberData(nameof(CellNames))]
    public void Any_cell_is_seen_through(string name)
    {
        Module cell = Cells[name]();
        Draw(cell, 3);
        CellActivity activity = CellActivity.Of(cell, Data(cell.Method(cell.Info.Methods[0].Name), 4), 1, cell.Info.Methods[0].Name);
        Assert.InRange(activity.Difference, 0, Tolerance);
        if (cell.Info.Methods[0].States.Count > 0)
            Assert.NotEmpty(activity.Traces);
    }

    [Theory]
    [MemberData(nameof(ModelNames))]
    public void All_methods_of_models_are_seen_through(string name)
    {
        Module model = Models[name]();
        Draw(model, 5);
        foreach (MethodInfo method in model.Info.Methods.Where(m => m.Training is null))
        {
            CellActivity activity = CellActivity.Of(model, Data(method, 6), 0, method.Name);
            Assert.True(activity.Difference <= Tolerance, $"{method.Name} differs by {activity.Difference}.");
        }
    }

    [Fact]
    public void Gates_are_those_of_the_equations()
    {
        var cell = new Lstm<In, Hid>(3, 5);
        Draw(cell, 7);
        Dataset data = Data(cell.Method("Scan"), 8);
        CellActivity activity = CellActivity.Of(cell, data, 0, "Scan");
        Dictionary<string, float[][]> v = activity.Traces.ToDictionary(t => t.Name, t => t.Values);
        Assert.Equal(["i", "f", "g", "o", "c", "h"], v.Keys);
        cell.BindReference(cell.Parameters.ToReference());
        double[] hidden = cell.RunReference("Scan", [[.. data["x"].Select([0]).ToArray().Select(x => (double)x)]]);
        for (int t = 0; t < v["h"].Length; t++)
            for (int unit = 0; unit < 5; unit++)
            {
                Assert.Equal(hidden[t * 5 + unit], v["h"][t][unit], 6);
                Assert.Equal(v["f"][t][unit] * (t > 0 ? v["c"][t - 1][unit] : 0) + v["i"][t][unit] * v["g"][t][unit], v["c"][t][unit], 5);
                Assert.Equal(v["o"][t][unit] * MathF.Tanh(v["c"][t][unit]), v["h"][t][unit], 5);
                Assert.InRange(v["f"][t][unit], 0, 1);
            }
    }

    [Fact]
    public void Both_directions_of_a_layer_stand_in_the_order_of_time()
    {
        var model = new Examples.Classification.Classifier(feature: 3, hidden: 4, @class: 2, seed: 1);
        Dataset data = Data(model.Method("Predict"), 9);
        CellActivity activity = CellActivity.Of(model, data);
        Assert.Equal(["encoder.forward", "encoder.backward"], activity.Traces.Select(t => t.Layer).Distinct());
        // The last step of the reversed scan has seen nothing but the last value; changing the first value leaves it as it was.
        float[][] before = activity.Traces.Last(t => t.Name == "h").Values;
        float[] values = data["x"].Values.ToArray();
        values[0] += 1;
        var changed = new Dataset(Column.Sequences("x", 3, values[..(3 * data["x"].Lengths[0])]));
        float[][] after = CellActivity.Of(model, changed).Traces.Last(t => t.Name == "h").Values;
        Assert.Equal(before[^1], after[^1]);
        Assert.NotEqual(before[0], after[0]);
    }

    [Fact]
    public void Wrong_input_is_refused_by_name()
    {
        var model = new Forecaster(3, 5, 4);
        Dataset data = Data(model.Method("Predict"), 1);
        Assert.Contains("no compiled method 'Foo'", Assert.Throws<ArgumentException>(() => CellActivity.Of(model, data, method: "Foo")).Message);
        Assert.Contains("There are 1 labels, but example 0 has", Assert.Throws<ArgumentException>(() => CellActivity.Of(model, data, labels: ["a"])).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => CellActivity.Of(model, data, example: 99));
        Assert.Throws<ArgumentException>(() => CellActivity.Of(model, new Dataset(Column.Sequences("z", 3, [1, 2, 3]))));
    }

    static void Draw(Module module, int seed)
    {
        var random = new Random(seed);
        foreach (Parameter slice in module.Parameters.Slices)
            foreach (ref float value in module.Parameters.Of(slice))
                value = slice.Info.Rank == 0 ? 0.1f + random.NextSingle() : (float)((2 * random.NextDouble() - 1) * 0.7);
    }

    /// <summary>Two examples for a method, with a length of their own along each axis.</summary>
    static Dataset Data(MethodInfo method, int seed)
    {
        var random = new Random(seed);
        float[] Values(ValueInfo input, int steps) => [.. Enumerable.Range(0, steps * input.Width).Select(_ => input.IsOneHot ? random.Next(-1, input.Units) : 2 * random.NextSingle() - 1)];
        return new Dataset([.. method.Inputs.Select(input =>
        {
            if (input.Kind == ValueKind.Sequences)
                return input.IsOneHot ? Column.OneHot(input.Name, input.Units, [.. Enumerable.Range(0, 2).Select(e => Enumerable.Range(0, 4 + input.Of + e).Select(s => Enumerable.Range(0, 1 + (s + e) % 3).Select(_ => random.Next(input.Units)).ToArray()).ToArray())])
                    : Column.Sequences(input.Name, input.Width, [.. Enumerable.Range(0, 2).Select(e => Enumerable.Range(0, 4 + input.Of + e).Select(s => Values(input, 1 + (s + e) % 3)).ToArray())]);
            int[] lengths = [.. Enumerable.Range(0, 2).Select(e => input.Kind == ValueKind.Sequence ? 4 + input.Axis + e : 1)];
            float[][] examples = [.. lengths.Select(l => Values(input, l))];
            return new Column
            {
                Name = input.Name, Kind = input.Kind, Width = input.Width, Units = input.Units, Stride = input.Width, Lengths = lengths, Starts = [0, lengths[0] * input.Width], Values = examples.SelectMany(v => v).ToArray(),
            };
        })]);
    }
}
