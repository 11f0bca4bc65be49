using Google.Protobuf;
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

    [Fact]
    public void Options_without_an_equal()
    {
        Refused(Lstm(), Layer("LSTM", 4, (_, a, _) => a.Add(AttributeProto.Of("clip", 3f))), "clip = 3");
        Refused(Lstm(), Layer("LSTM", 4, (_, a, _) => a.Add(AttributeProto.Of("input_forget", 1))), "input_forget");
        Refused(Lstm(), Layer("LSTM", 4, (_, a, _) => a.Add(AttributeProto.Of("activations", ["Sigmoid", "Relu", "Tanh"]))), "SIGMOID, RELU, TANH");
        Refused(Gru(), Layer("GRU", 3, (_, a, _) =>
        {
            a.Add(AttributeProto.Of("linear_before_reset", 1));
            a.Add(AttributeProto.Of("activations", ["HardSigmoid", "Tanh"]));
        }), "HARDSIGMOID");
        Refused(Elman(), Layer("RNN", 1, (_, a, _) => a.Add(AttributeProto.Of("activations", ["Elu"]))), "ELU");
        Refused(Elman(), Layer("RNN", 1, (_, a, _) => a.Add(AttributeProto.Of("activations", ["Tanh", "Tanh"]))), "2 activations");
        Refused(Lstm(), Layer("LSTM", 4, (i, _, m) => i[7] = m.Tensor("P", [.. Enumerable.Repeat(0.1f, 12)], 1, 12)), "use PeepholeLstm");
    }

    [Fact]
    public void Layers_of_another_kind()
    {
        Refused(Before(), Layer("GRU", 3, (_, a, _) => a.Add(AttributeProto.Of("linear_before_reset", 1))), "linear_before_reset is 1", "cell Gru,");
        Refused(Gru(), Layer("GRU", 3), "linear_before_reset is 0", "GruResetBefore");
        Refused(Elman(), Layer("RNN", 1, (_, a, _) => a.Add(AttributeProto.Of("activations", ["Relu"]))), "ElmanRelu");
        Refused(Gru(), Layer("LSTM", 4), "Lstm or PeepholeLstm");
        Refused(new Linear<In, Hid>(3, 4), Layer("LSTM", 4));
    }

    [Fact]
    public void Weights_that_do_not_fit()
    {
        Refused(new Lstm<In, Hid>(3, 5), Layer("LSTM", 4), "hidden_size is 4");
        Refused(new Lstm<In, Hid>(3, 5), Layer("LSTM", 4, (_, a, _) => a.Clear()), "W 'W' is [1, 16, 3], but [1, 20, 3] is needed");
        Refused(new Lstm<In, Hid>(2, 4), Layer("LSTM", 4), "[1, 16, 3]", "[1, 16, 2]");
        Refused(Lstm(), Layer("LSTM", 4, (i, _, m) => i[2] = m.Input("R2", "1", "16", "4")), "R 'R2' is an input");
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
    public void Values_that_are_not_finite_and_other_files()
    {
        OnnxModel model = Layer("LSTM", 4, (i, _, m) => i[3] = m.Tensor("B2", [.. Enumerable.Range(0, 32).Select(n => n == 9 ? float.PositiveInfinity : 0)], 1, 32));
        Module lstm = Lstm();
        Assert.Contains("'B2' is ∞ at index 9".Replace("∞", double.PositiveInfinity.ToString(System.Globalization.CultureInfo.InvariantCulture)),
            Assert.Throws<InvalidDataException>(() => OnnxImport.Load(lstm, model.ToBytes())).Message);

        OnnxModel external = Layer("LSTM", 4, (i, _, m) => i[1] = "outside");
        Assert.Contains("another file", Assert.Throws<InvalidDataException>(() => OnnxImport.Load(lstm, WithExternal(external))).Message);
    }

    static byte[] ExternalBytes(string name, long[] shape)
    {
        using var buffer = new MemoryStream();
        var output = new CodedOutputStream(buffer);
        foreach (long size in shape)
        {
            output.WriteTag(1, WireFormat.WireType.Varint);
            output.WriteInt64(size);
        }
        output.WriteTag(2, WireFormat.WireType.Varint);
        output.WriteInt64(TensorProto.Float);
        output.WriteTag(8, WireFormat.WireType.LengthDelimited);
        output.WriteString(name);
        output.WriteTag(14, WireFormat.WireType.Varint);
        output.WriteInt64(1);
        output.Flush();
        return buffer.ToArray();
    }

    /// <summary>What is written has no external data; so the tensor's bytes are put in by hand.</summary>
    static byte[] WithExternal(OnnxModel model)
    {
        byte[] tensor = ExternalBytes("outside", [1, 16, 3]);
        byte[] graph = model.Graph.ToByteString().ToByteArray();
        using var buffer = new MemoryStream();
        var output = new CodedOutputStream(buffer);
        output.WriteTag(7, WireFormat.WireType.LengthDelimited);
        using (var inner = new MemoryStream())
        {
            var writer = new CodedOutputStream(inner);
            writer.WriteTag(5, WireFormat.WireType.LengthDelimited);
            writer.WriteBytes(ByteString.CopyFrom(tensor));
            writer.Flush();
            inner.Write(graph);
            output.WriteBytes(ByteString.CopyFrom(inner.ToArray()));
        }
        output.Flush();
        return buffer.ToArray();
    }
}
