using RnnDsl.Onnx.Protobuf;
using Module = RnnDsl.Execution.Module;

namespace RnnDsl.Onnx.Tests;

/// <summary>What has no equal in the product, and what does not fit, is one line that names the node and the reason; the model stays as it was.</summary>
public class RefusalTests
{
    static OnnxModel Layer(string op, int gates, Action<List<string>, List<AttributeProto>, OnnxModel>? change = null)
    {
        var model = new OnnxModel();
        var random = new Random(1);
        List<string> inputs =
        [
            model.Input("X", "length", "batch", "3"),
            model.Tensor("W", Draw.Floats(random, gates * 12), 1, gates * 4, 3),
            model.Tensor("R", Draw.Floats(random, gates * 16), 1, gates * 4, 4),
            model.Tensor("B", Draw.Floats(random, gates * 8), 1, gates * 8), "", "", "", "",
        ];
        List<AttributeProto> attributes = [AttributeProto.Of("hidden_size", 4)];
        change?.Invoke(inputs, attributes, model);
        model.Node(op, "layer", [.. inputs], ["Y"], [.. attributes]);
        return model;
    }

    static void Refused(Module module, OnnxModel model, params string[] words)
    {
        float[] before = module.Parameters.Snapshot();
        string message = Assert.Throws<InvalidDataException>(() => OnnxImport.Load(module, model.ToBytes(), new() { [""] = "layer" })).Message;
        Assert.All(words.Append("ode 'layer'"), w => Assert.Contains(w, message));
        Assert.DoesNotContain('\n', message);
        Assert.Equal(before, module.Parameters.Snapshot());
    }

    static readonly Func<Module> Lstm = () => new Lstm<In, Hid>(3, 4), Gru = () => new Gru<In, Hid>(3, 4), Before = () => new GruResetBefore<In, Hid>(3, 4),
        Elman = () => new Elman<In, Hid>(3, 4);

    static Action<List<string>, List<AttributeProto>, OnnxModel> With(params AttributeProto[] attributes) => (_, a, _) => a.AddRange(attributes);

    static AttributeProto Activations(params string[] names) => AttributeProto.Of("activations", names);

    [Fact]
    public void What_differs_is_said_with_the_cell_that_would_fit()
    {
        AttributeProto clip = AttributeProto.Of("clip", 3f), coupled = AttributeProto.Of("input_forget", 1), after = AttributeProto.Of("linear_before_reset", 1);
        Refused(Lstm(), Layer("LSTM", 4, With(clip)), "within ±3 (clip), unlike the cell (Lstm of 3 inputs and 4 units): use ClippedLstm");
        Refused(new PeepholeLstm<In, Hid>(3, 4), Layer("LSTM", 4, With(clip)), "use ClippedLstm");
        Refused(Lstm(), Layer("LSTM", 4, With(coupled)), "input_forget is 1, unlike", "use CoupledLstm");
        Refused(Lstm(), Layer("LSTM", 4, With(coupled, clip)), "input_forget is 1 and it keeps", "use ClippedCoupledLstm");
        Refused(new CoupledLstm<In, Hid>(3, 4), Layer("LSTM", 4), "input_forget is 0", "use Lstm");
        Refused(Lstm(), Layer("LSTM", 4, With(Activations("sigmoid", "RELU", "Elu"), AttributeProto.Of("activation_alpha", [0.5f]))),
            "activations are Sigmoid, Relu, Elu(0.5) instead of Sigmoid, Tanh, Tanh", "copy the cell Lstm and write Relu(x) for Tanh(x) in its candidate, Elu(x, 0.5) for Tanh(x) of its memory");
        Refused(Gru(), Layer("GRU", 3, With(after, clip, Activations("HardSigmoid", "Tanh"))), "copy the cell ClippedGru and write Clip(0.2 * x + 0.5, 0, 1) for Sigmoid(x) in its gates");
        Refused(Elman(), Layer("RNN", 1, With(Activations("Relu"))), "use ElmanRelu");
        Refused(Before(), Layer("GRU", 3, With(after)), "linear_before_reset is 1, unlike", "use Gru.");
        Refused(Gru(), Layer("GRU", 3), "linear_before_reset is 0", "use GruResetBefore");
        Refused(Gru(), Layer("LSTM", 4), "no layer for the cell (Gru", "use Lstm");
        Refused(new Linear<In, Hid>(3, 4), Layer("LSTM", 4), "use Lstm");
        Refused(Lstm(), Layer("LSTM", 4, (i, _, m) => i[7] = m.Tensor("P", [.. Enumerable.Repeat(0.1f, 12)], 1, 12)), "use PeepholeLstm");
        Refused(new CoupledLstm<In, Hid>(3, 4), Layer("LSTM", 4, (i, a, m) =>
        {
            a.Add(coupled);
            i[7] = m.Tensor("P", [.. Enumerable.Repeat(0.1f, 12)], 1, 12);
        }), "use ClippedCoupledLstm");
    }

    [Theory]
    [InlineData(new[] { "LeakyRelu", "Elu" }, new[] { 0.3f, 0.6f }, "LeakyRelu(0.3)", "Elu(0.6)")]
    [InlineData(new[] { "LeakyRelu", "Elu" }, new[] { 0.3f }, "LeakyRelu(0.3)", "Elu(1)")]
    [InlineData(new[] { "Sigmoid", "leakyrelu" }, new[] { 0.1f, 0.3f }, "Sigmoid", "LeakyRelu(0.1)")]
    public void Activations_take_their_numbers_one_after_the_other(string[] names, float[] alphas, string forward, string backward)
    {
        var model = new OnnxModel();
        model.Node("RNN", "rnn", [model.Input("X"), model.Tensor("W", new float[24], 2, 4, 3), model.Tensor("R", new float[32], 2, 4, 4)], ["Y"],
            AttributeProto.Of("direction", "bidirectional"), Activations(names), AttributeProto.Of("activation_alpha", alphas));
        foreach ((bool reverse, string activation) in new[] { (false, forward), (true, backward) })
            Assert.Contains($"its activations are {activation} instead of Tanh, unlike", Assert.Throws<InvalidDataException>(() =>
                OnnxImport.Load(Elman(), model.ToBytes(), new() { [""] = new("rnn", reverse) })).Message);
    }

    [Fact]
    public void What_no_cell_can_have_is_said()
    {
        Refused(Elman(), Layer("RNN", 1, With(Activations("ThresholdedRelu"), AttributeProto.Of("activation_alpha", [1f]))), "the language has no ThresholdedRelu");
        Refused(new CoupledLstm<In, Hid>(3, 4), Layer("LSTM", 4, With(AttributeProto.Of("input_forget", 1), Activations("Relu", "Tanh", "Tanh"))), "1 − Relu(x) is not Relu(−x)");
        Refused(Elman(), Layer("RNN", 1, With(Activations("Swish"))), "'Swish' is none that ONNX knows");
        Refused(Elman(), Layer("RNN", 1, With(Activations("Tanh", "Tanh", "Tanh"))), "3 activations");
        Refused(Elman(), Layer("RNN", 1, With(Activations("ScaledTanh"))), "ScaledTanh has no alpha");
        Refused(Elman(), Layer("RNN", 1, With(Activations("LeakyRelu"))), "LeakyRelu(x, 0.01) for Tanh(x)");
        Refused(Lstm(), Layer("LSTM", 4, With(Activations("Sigmoid", "Affine", "Tanh"), AttributeProto.Of("activation_alpha", [1f]))), "Affine has no beta");
        Refused(Lstm(), Layer("LSTM", 4, With(AttributeProto.Of("clip", 0f))), "its clip is 0");
        Refused(Lstm(), Layer("LSTM", 4, With(AttributeProto.Of("clip", float.NaN))), "its clip is NaN");
    }

    [Fact]
    public void Weights_that_do_not_fit()
    {
        Refused(new Lstm<In, Hid>(3, 5), Layer("LSTM", 4), "hidden_size is 4");
        Refused(new Lstm<In, Hid>(3, 5), Layer("LSTM", 4, (_, a, _) => a.Clear()), "W 'W' is [1, 16, 3], but [1, 20, 3] is needed");
        Refused(new Lstm<In, Hid>(2, 4), Layer("LSTM", 4), "[1, 16, 3]", "[1, 16, 2]");
        Refused(Lstm(), Layer("LSTM", 4, (i, _, m) => i[2] = m.Input("R2", "1", "16", "4")), "R 'R2' is an input of the graph: give it a value");
        Refused(Lstm(), Layer("LSTM", 4, (i, _, m) =>
        {
            m.Node("Relu", "relu", ["W"], ["W2"]);
            i[1] = "W2";
        }), "W 'W2' comes from node 'relu' (Relu)");
        Refused(Lstm(), Layer("LSTM", 4, (i, _, m) =>
        {
            m.Node("Sin", "sine", ["X"], ["h0"]);
            i[5] = "h0";
        }), "initial_h 'h0'", "node 'sine' (Sin)");
        Refused(Lstm(), Layer("LSTM", 4, (i, _, m) => i[5] = m.Tensor("h0", [1, 2], 1, 1, 2)), "initial_h is [1, 1, 2]");
    }

    [Fact]
    public void Values_that_are_not_finite()
    {
        OnnxModel model = Layer("LSTM", 4, (i, _, m) => i[3] = m.Tensor("B2", [.. Enumerable.Range(0, 32).Select(n => n == 9 ? float.PositiveInfinity : 0)], 1, 32));
        Module lstm = Lstm();
        Assert.Contains("'B2' is ∞ at index 9".Replace("∞", double.PositiveInfinity.ToString(System.Globalization.CultureInfo.InvariantCulture)),
            Assert.Throws<InvalidDataException>(() => OnnxImport.Load(lstm, model.ToBytes())).Message);
    }
}
