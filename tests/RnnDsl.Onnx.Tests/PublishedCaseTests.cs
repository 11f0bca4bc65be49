using Microsoft.ML.OnnxRuntime;
using RnnDsl.Onnx.Protobuf;
using Module = RnnDsl.Execution.Module;

namespace RnnDsl.Onnx.Tests;

/// <summary>
/// The shapes of the node test cases that the ONNX project publishes: a model whose weights are inputs, and a folder with a tensor for each input and output.
/// ONNX Runtime computes the outputs; it has no layout 1, so there the axes are exchanged for it.
/// </summary>
public class PublishedCaseTests : TensorFiles
{
    static readonly Dictionary<string, (string Op, int Steps, int Batch, int Input, int Hidden, string[] Inputs, string[] Outputs)> Cases = new()
    {
        ["lstm_defaults"] = ("LSTM", 1, 3, 2, 3, ["X", "W", "R"], ["", "Y_h"]),
        ["lstm_with_initial_bias"] = ("LSTM", 1, 3, 3, 4, ["X", "W", "R", "B"], ["", "Y_h"]),
        ["lstm_with_peepholes"] = ("LSTM", 1, 2, 4, 3, ["X", "W", "R", "B", "sequence_lens", "initial_h", "initial_c", "P"], ["", "Y_h"]),
        ["lstm_batchwise"] = ("LSTM", 1, 3, 2, 7, ["X", "W", "R"], ["Y", "Y_h"]),
        ["gru_defaults"] = ("GRU", 1, 3, 2, 5, ["X", "W", "R"], ["", "Y_h"]),
        ["gru_with_initial_bias"] = ("GRU", 1, 3, 3, 3, ["X", "W", "R", "B"], ["", "Y_h"]),
        ["gru_seq_length"] = ("GRU", 2, 3, 3, 5, ["X", "W", "R", "B"], ["", "Y_h"]),
        ["gru_batchwise"] = ("GRU", 1, 3, 2, 6, ["X", "W", "R"], ["Y", "Y_h"]),
        ["simple_rnn_defaults"] = ("RNN", 1, 3, 2, 4, ["X", "W", "R"], ["", "Y_h"]),
        ["simple_rnn_with_initial_bias"] = ("RNN", 1, 3, 3, 5, ["X", "W", "R", "B"], ["", "Y_h"]),
        ["rnn_seq_length"] = ("RNN", 2, 3, 3, 5, ["X", "W", "R", "B"], ["", "Y_h"]),
        ["simple_rnn_batchwise"] = ("RNN", 1, 3, 2, 4, ["X", "W", "R"], ["Y", "Y_h"]),
    };

    public static TheoryData<string> Names() => [.. Cases.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_published_case_gives_its_outputs(string name)
    {
        (string op, int steps, int batch, int input, int hidden, string[] inputs, _) = Cases[name];
        string folder = Write(name);

        Module cell = op switch
        {
            "LSTM" => inputs.Contains("P") ? new PeepholeLstm<In, Hid>(input, hidden) : new Lstm<In, Hid>(input, hidden),
            "GRU" => new GruResetBefore<In, Hid>(input, hidden),
            _ => new Elman<In, Hid>(input, hidden),
        };
        LoadReport report = OnnxImport.Load(cell, Path.Combine(folder, "model.onnx"), inputs: OnnxInputs.FromFolder(Path.Combine(folder, "test_data_set_0")));
        Assert.Empty(report.Untouched);

        bool batchFirst = name.EndsWith("batchwise", StringComparison.Ordinal);
        OnnxTensor x = OnnxTensor.Read(Path.Combine(folder, "test_data_set_0", "input_0.pb"));
        float[] examples = batchFirst ? x.Values : Exchange(x.Values, steps, batch, input);
        Product.Result result = Product.Run(cell, "Scan", [examples], [.. Enumerable.Repeat(steps, batch)]);
        OnnxTensor last = OnnxTensor.Read(Directory.GetFiles(Path.Combine(folder, "test_data_set_0"), "output_*.pb").Order().Last());
        Assert.Equal(batchFirst ? [batch, 1, hidden] : [1, batch, hidden], last.Shape);
        Close.Assert(last.Values, result.Finals[0], name);
        if (batchFirst)
            Close.Assert(OnnxTensor.Read(Path.Combine(folder, "test_data_set_0", "output_0.pb")).Values, result.Output, name);
    }

    /// <summary>From [a, b, c] to [b, a, c].</summary>
    static float[] Exchange(float[] values, int a, int b, int c) =>
        [.. Enumerable.Range(0, b).SelectMany(j => Enumerable.Range(0, a).SelectMany(i => values.AsSpan((i * b + j) * c, c).ToArray()))];

    string Write(string name)
    {
        (string op, int steps, int batch, int input, int hidden, string[] inputs, string[] outputs) = Cases[name];
        int gates = op switch { "LSTM" => 4, "GRU" => 3, _ => 1 };
        bool batchFirst = name.EndsWith("batchwise", StringComparison.Ordinal), random = name.EndsWith("seq_length", StringComparison.Ordinal);
        float[] Fill(int count, float value) => random ? Draw.Floats(Random, count) : [.. Enumerable.Repeat(value, count)];
        (float[] Values, long[] Shape) Tensor(string what, bool swapped) => what switch
        {
            // In the files of the published cases X counts up.
            "X" => ([.. Enumerable.Range(1, steps * batch * input).Select(i => (float)i)], swapped ? [batch, steps, input] : [steps, batch, input]),
            "W" => (Fill(gates * hidden * input, 0.1f), [1, gates * hidden, input]),
            "R" => (Fill(gates * hidden * hidden, 0.1f), [1, gates * hidden, hidden]),
            "B" => ([.. Fill(gates * hidden, 0.1f), .. random ? Draw.Floats(Random, gates * hidden) : new float[gates * hidden]], [1, 2 * gates * hidden]),
            "P" => (Fill(3 * hidden, 0.1f), [1, 3 * hidden]),
            _ => (new float[batch * hidden], [1, batch, hidden]),
        };
        byte[] Model(bool swapped)
        {
            var model = new OnnxModel(14);
            string[] present = op == "LSTM" && inputs.Contains("P") ? inputs : [.. inputs.Take(4)];
            foreach (string what in present)
                if (what == "sequence_lens")
                    model.Lengths(what);
                else
                    model.Input(what, [.. Shape(what, swapped).Select(s => $"{s}")]);
            List<AttributeProto> attributes = [AttributeProto.Of("hidden_size", hidden)];
            if (swapped)
                attributes.Add(AttributeProto.Of("layout", 1));
            model.Node(op, "", inputs, outputs, [.. attributes]);
            foreach (string output in outputs.Where(o => o.Length > 0))
                model.Output(output);
            return model.ToBytes();
        }
        long[] Shape(string what, bool swapped) => Tensor(what, swapped).Shape;

        string folder = At(name), data = Path.Combine(folder, "test_data_set_0");
        Directory.CreateDirectory(data);
        File.WriteAllBytes(Path.Combine(folder, "model.onnx"), Model(batchFirst));
        var feeds = new List<(string, Array, long[])>();
        for (int i = 0; i < inputs.Length; i++)
        {
            (float[] values, long[] shape) = Tensor(inputs[i], batchFirst);
            if (inputs[i] == "sequence_lens")
            {
                feeds.Add((inputs[i], Enumerable.Repeat(steps, batch).ToArray(), [batch]));
                Save(data, $"input_{i}.pb", TensorProto.Of(inputs[i], [.. Enumerable.Repeat((long)steps, batch)], batch));
                continue;
            }
            Save(data, $"input_{i}.pb", TensorProto.Of(inputs[i], values, shape));
            // With one step both layouts of X have the same order of numbers but for the first axes.
            feeds.Add((inputs[i], inputs[i] == "X" && batchFirst ? Exchange(values, batch, steps, input) : values, Shape(inputs[i], false)));
        }
        using InferenceSession session = Runtime.Open(Model(false));
        string[] named = [.. outputs.Where(o => o.Length > 0)];
        float[][] results = Runtime.Run(session, feeds, named);
        for (int o = 0; o < named.Length; o++)
        {
            long[] shape = (named[o], batchFirst) switch
            {
                ("Y", true) => [batch, steps, 1, hidden],
                ("Y", false) => [steps, 1, batch, hidden],
                (_, true) => [batch, 1, hidden],
                _ => [1, batch, hidden],
            };
            Save(data, $"output_{o}.pb", TensorProto.Of(named[o], named[o] == "Y" && batchFirst ? Exchange(results[o], steps, batch, hidden) : results[o], shape));
        }
        return folder;
    }

    static void Save(string folder, string name, TensorProto tensor)
    {
        byte[] bytes = tensor.ToByteString().ToByteArray();
        File.WriteAllBytes(Path.Combine(folder, name), bytes);
    }

    [Fact]
    public void Values_for_inputs_come_by_name_or_by_number()
    {
        string folder = Write("gru_with_initial_bias"), data = Path.Combine(folder, "test_data_set_0"), path = Path.Combine(folder, "model.onnx");
        Module Cell() => new GruResetBefore<In, Hid>(3, 3);
        Module named = Cell(), numbered = Cell(), handed = Cell();
        OnnxImport.Load(named, path, inputs: OnnxInputs.FromFolder(data));
        // Files of tensors without names.
        foreach (string file in Directory.GetFiles(data, "input_*.pb"))
        {
            TensorProto tensor = OnnxTensor.Parse(file);
            tensor.Name = "";
            Save(data, Path.GetFileName(file), TensorProto.Of("", OnnxTensor.Of(tensor, file).Values, [.. tensor.Dims]));
        }
        OnnxImport.Load(numbered, path, inputs: OnnxInputs.FromFolder(data));
        OnnxTensor Read(int i) => OnnxTensor.Read(Path.Combine(data, $"input_{i}.pb"));
        OnnxImport.Load(handed, path, inputs: new() { ["W"] = Read(1), ["R"] = Read(2), ["B"] = new(Read(3).Values, 1, 18) });
        Assert.Equal(named.Parameters.Snapshot(), numbered.Parameters.Snapshot());
        Assert.Equal(named.Parameters.Snapshot(), handed.Parameters.Snapshot());

        string Refused(OnnxInputs? inputs) => Assert.Throws<InvalidDataException>(() => OnnxImport.Load(Cell(), path, inputs: inputs)).Message;
        Assert.Contains("W 'W' is an input of the graph: give it a value ('inputs')", Refused(null));
        Assert.Contains("no input 'V'", Refused(new() { ["V"] = Read(1) }));
        Assert.Contains("'W' is [1, 9, 1], but [1, 9, 3] is needed", Refused(new() { ["W"] = new(new float[9], 1, 9, 1) }));
        Assert.Contains("does not fit 9 values", Assert.Throws<ArgumentException>(() => new OnnxTensor(new float[9], 1, 8)).Message);
        File.WriteAllText(Path.Combine(data, "input_1.pb"), "no tensor");
        Assert.Contains("input_1.pb: ", Assert.Throws<InvalidDataException>(() => OnnxInputs.FromFolder(data)).Message);
        Assert.Contains("no tensor 'input_0.pb'", Assert.Throws<InvalidDataException>(() => OnnxInputs.FromFolder(folder)).Message);
    }

    [Fact]
    public void A_product_of_an_input_and_a_given_matrix_is_an_affine_layer()
    {
        var model = new OnnxModel();
        model.Node("MatMul", "head", [model.Input("x"), model.Input("V")], ["y"]);
        var cell = new Linear<In, Hid>(3, 2);
        Assert.Equal([""], OnnxImport.Load(cell, model.ToBytes(), inputs: new() { ["x"] = new(new float[6], 2, 3), ["V"] = new([1, 2, 3, 4, 5, 6], 3, 2) }).Loaded);
        Assert.Equal([1, 3, 5, 2, 4, 6], cell.Parameters["W"].ToArray());
    }
}
