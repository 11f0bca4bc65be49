using System.Reflection;
using RnnDsl.Execution.Tests;
using RnnDsl.Onnx.Equations;
using Module = RnnDsl.Execution.Module;

namespace RnnDsl.Onnx.Tests;

/// <summary>Cells that are written in another way are of a form all the same; cells that compute something else are not, however near they come.</summary>
public class FormTests
{
    static readonly string Lstm = NodeVariant.Of("Lstm").Source("Cell"), Clipped = NodeVariant.Of("ClippedLstm").Source("Cell"), Gru = NodeVariant.Of("Gru").Source("Cell"),
        Coupled = NodeVariant.Of("CoupledLstm").Source("Cell"), Elman = NodeVariant.Of("Elman").Source("Cell");

    static readonly Dictionary<string, (string Source, string From, string To, string Node)> Cells = new()
    {
        ["products and sums in another order"] = (Lstm, "c = f * c + i * g", "c = g * i + c * f", "LSTM"),
        ["the gates in another order"] = (Lstm, "var i = F(B(Wi * x + Ui * h + bi)); var f = F(B(Wf * x + Uf * h + bf));", "var f = F(B(Wf * x + Uf * h + bf)); var i = F(B(Wi * x + Ui * h + bi));", "LSTM"),
        ["the state before the product"] = (Gru, "h = (1 - z) * n + z * h", "h = h * z + n * (1 - z)", "GRU"),
        ["the bound the other way about"] = (Clipped, "Min(Max(x, -StopGradient(clip)), StopGradient(clip))", "Max(Min(x, StopGradient(clip)), StopGradient(-clip))", "LSTM"),
        ["a bound that is trained"] = (Clipped, "Min(Max(x, -StopGradient(clip)), StopGradient(clip))", "Min(Max(x, -clip), clip)", "LSTM"),
        ["Relu as a maximum"] = (Elman, "=> Tanh(x)", "=> Max(x, 0)", "RNN"),
        ["a difference of multiples"] = (Elman, "=> Tanh(x)", "=> 0.5 - 2 * x", "RNN"),
        ["another gate's matrix"] = (Lstm, "var i = F(B(Wi * x + Ui * h + bi)); var f = F(B(Wf * x", "var i = F(B(Wf * x + Ui * h + bi)); var f = F(B(Wi * x", "Scan"),
        ["gates exchanged"] = (Lstm, "c = f * c + i * g", "c = i * c + f * g", "Scan"),
        ["one gate without a bound"] = (Clipped, "var i = F(B(Wi * x + Ui * h + pi * c + bi))", "var i = F(Wi * x + Ui * h + pi * c + bi)", "Scan"),
        ["a bound for the memory"] = (Clipped, "o * H(c)", "o * H(B(c))", "Scan"),
        ["bounds of unequal size"] = (Clipped, "Max(x, -StopGradient(clip))", "Max(x, -2 * StopGradient(clip))", "Scan"),
        ["a parameter for every unit"] = (Clipped, "Scalar clip", "Vec<Hidden> clip", "Scan"),
        ["one gate with another activation"] = (Lstm, "var i = F(", "var i = Relu(", "Scan"),
        ["the new memory before the peephole"] = (Clipped, "var f = F(B(Wf * x + Uf * h + pf * c + bf)); var g = G(B(Wg * x + Ug * h + bg)); c = f * c + i * g;",
            "var g = G(B(Wg * x + Ug * h + bg)); c = F(B(Wf * x + Uf * h + bf)) * c + i * g; c = c + F(B(pf * c));", "Scan"),
        ["no complement"] = (Coupled, "=> Sigmoid(x)", "=> Relu(x)", "Scan"),
        ["a function twice"] = (Elman, "=> Tanh(x)", "=> Tanh(Tanh(x))", "Scan"),
        ["something added after"] = (Elman, "h = F(B(W * x + U * h + b))", "h = F(B(W * x + U * h + b)) + b", "Scan"),
        ["slope of nothing like x"] = (Elman, "=> Tanh(x)", "=> x / (2 + Abs(x))", "Scan"),
    };

    static readonly Lazy<Assembly> All = new(() => Compiled.Load("#pragma warning disable RNN2006, RNN2007, RNN2008, RNN2017\nusing RnnDsl;\nusing static RnnDsl.Ops;\n" +
        string.Concat(Cells.Select((cell, i) =>
        {
            Assert.Contains(cell.Value.From, cell.Value.Source);
            return cell.Value.Source.Replace(cell.Value.From, cell.Value.To).Replace("class Cell<", $"class Cell{i}<");
        }))));

    public static TheoryData<string> Names() => [.. Cells.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_cell_becomes_the_node_that_computes_the_same(string name)
    {
        Module cell = Compiled.Make(All.Value, $"Cell{Cells.Keys.ToList().IndexOf(name)}`2", [typeof(In), typeof(Hid)], 3, 5);
        Draw.Parameters(cell, seed: 7);
        Assert.Equal([Cells[name].Node], ExportTests.Scans(cell));
        ExportTests.Check(cell, "Scan", () => OnnxExport.ToBytes(cell));
    }

    [Fact]
    public void Activations_know_their_complements()
    {
        Assert.True(Activation.Sigmoid.IsComplementary);
        Assert.True(new Activation("HardSigmoid", 0.2f, 0.5f).IsComplementary);
        Assert.False(new Activation("HardSigmoid", 0.2f, 0.4f).IsComplementary);
        Assert.False(Activation.Tanh.IsComplementary);
    }
}
