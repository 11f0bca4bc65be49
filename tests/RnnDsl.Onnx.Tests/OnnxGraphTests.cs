using Microsoft.ML.OnnxRuntime;
using RnnDsl.Onnx.Protobuf;
using Module = RnnDsl.Execution.Module;

namespace RnnDsl.Onnx.Tests;

/// <summary>Whole graphs: layers in a chain with what exporters put between and around them.</summary>
public class OnnxGraphTests
{
    readonly Random random = new(5);

    /// <summary>A bidirectional LSTM, a bidirectional GRU, and a head on the ends, as PyTorch's exporter writes them; weights partly made by other nodes.</summary>
    internal static OnnxModel Chain(string head)
    {
        var weights = new Random(6);
        float[] Some(int count) => Draw.Floats(weights, count, 0.6);
        var model = new OnnxModel();
        model.Input("x", "batch", "length", "3");
        model.Node("Transpose", "t0", ["x"], ["x0"], AttributeProto.Of("perm", [1L, 0L, 2L]));
        model.Tensor("Wf", Some(60), 1, 20, 3);
        model.Tensor("Wb", Some(60), 20, 3);
        model.Node("Unsqueeze", "u", ["Wb", model.Ints("zero", 0)], ["Wb1"]);
        model.Node("Concat", "c", ["Wf", "Wb1"], ["W0"], AttributeProto.Of("axis", 0));
        // Half of what a wider tensor holds.
        model.Tensor("wide", Some(3 * 20 * 5), 3, 20, 5);
        model.Node("Slice", "s", ["wide", model.Ints("one", 1), model.Ints("three", 3), "zero"], ["R0"]);
        model.Node("Constant", "k", [], ["B0"], AttributeProto.Of("value", TensorProto.Of("", Some(80), 2, 40)));
        model.Node("Shape", "shape", ["x0"], ["sizes"]);
        model.Node("Gather", "g", ["sizes", "one"], ["batch"]);
        model.Node("Concat", "c2", [model.Ints("two", 2), "batch", model.Ints("five", 5)], ["state_shape"], AttributeProto.Of("axis", 0));
        model.Node("ConstantOfShape", "zeros", ["state_shape"], ["h0"]);
        model.Node("LSTM", "/lstm/LSTM", ["x0", "W0", "R0", "B0", "", "h0", "h0"], ["y0"], AttributeProto.Of("hidden_size", 5), AttributeProto.Of("direction", "bidirectional"));
        model.Node("Transpose", "t1", ["y0"], ["y1"], AttributeProto.Of("perm", [0L, 2L, 1L, 3L]));
        model.Node("Reshape", "r1", ["y1", model.Ints("flat", 0, 0, -1)], ["x1"]);
        model.Node("Transpose", "t2", [model.Tensor("W1t", Some(2 * 10 * 15), 2, 10, 15)], ["W1"], AttributeProto.Of("perm", [0L, 2L, 1L]));
        model.Node("GRU", "", ["x1", "W1", model.Tensor("R1", Some(150), 2, 15, 5), model.Tensor("B1", Some(60), 2, 30)], ["y2", "last"],
            AttributeProto.Of("hidden_size", 5), AttributeProto.Of("direction", "bidirectional"), AttributeProto.Of("linear_before_reset", 1));
        model.Node("Transpose", "t3", ["last"], ["l1"], AttributeProto.Of("perm", [1L, 0L, 2L]));
        model.Node("Reshape", "r2", ["l1", model.Ints("rows", 0, -1)], ["ends"]);
        switch (head)
        {
            case "Gemm":
                model.Node("Gemm", "head", ["ends", model.Tensor("V", Some(40), 4, 10), model.Tensor("v", Some(4), 4)], ["y"], AttributeProto.Of("transB", 1));
                break;
            case "Scaled":
                model.Node("Gemm", "head", ["ends", model.Tensor("V", Some(40), 10, 4), model.Tensor("v", Some(1), 1)], ["y"],
                    AttributeProto.Of("alpha", 0.5f), AttributeProto.Of("beta", -2f));
                break;
            case "MatMul":
                model.Node("MatMul", "head", ["ends", model.Tensor("V", Some(40), 10, 4)], ["product"]);
                model.Node("Add", "add", [model.Tensor("v", Some(4), 4), "product"], ["y"]);
                break;
            default:
                model.Node("MatMul", "head", ["ends", model.Tensor("V", Some(40), 10, 4)], ["y"]);
                break;
        }
        model.Output("y", "batch", "4");
        return model;
    }

    [Theory]
    [InlineData("Gemm")]
    [InlineData("Scaled")]
    [InlineData("MatMul")]
    [InlineData("Plain")]
    public void A_chain_gives_the_same(string head)
    {
        byte[] bytes = Chain(head).ToBytes();
        var model = new Stacked(3, 5, 4);
        LoadReport report = OnnxImport.Load(model, bytes);
        Assert.Equal(["forward", "backward", "top", "back", "head"], report.Loaded);
        Assert.Empty(report.Untouched);
        Assert.Empty(report.InitialStates);
        Assert.Empty(report.Unused);
        Compare(model, bytes);

        var mapped = new Stacked(3, 5, 4);
        OnnxImport.Load(mapped, bytes, new()
        {
            ["head"] = "head", ["top"] = "y2", ["back"] = new("y2", Reverse: true), ["forward"] = "/lstm/LSTM", ["backward"] = new("/lstm/LSTM", Reverse: true),
        });
        Assert.Equal(model.Parameters.Snapshot(), mapped.Parameters.Snapshot());
        Assert.Equal(["node 'head' (" + (head is "Gemm" or "Scaled" ? "Gemm)" : "MatMul)")], OnnxImport.Load(mapped, bytes, new()
        {
            ["top"] = "y2", ["back"] = new("y2", Reverse: true), ["forward"] = "/lstm/LSTM", ["backward"] = new("/lstm/LSTM", Reverse: true),
        }).Unused);
    }

    void Compare(Module model, byte[] bytes)
    {
        float[] x = Draw.Floats(random, 3 * 6 * 3);
        using InferenceSession session = Runtime.Open(bytes);
        float[] expected = Runtime.Run(session, [(session.InputNames[0], x, [3, 6, 3])], [session.OutputNames[0]])[0];
        Close.Assert(expected, Product.Run(model, "Predict", [x], [6, 6, 6]).Output, "Predict");
    }

    [Fact]
    public void What_was_exported_comes_back()
    {
        var model = new Stacked(3, 5, 4);
        Draw.Parameters(model, 2);
        var again = new Stacked(3, 5, 4);
        byte[] bytes = OnnxExport.ToBytes(model);
        Assert.Empty(OnnxImport.Load(again, bytes).InitialStates);
        Compare(again, bytes);
        // Biases come back as they were: ours lie in one of ONNX's two.
        Assert.Equal(model.Parameters.Snapshot(), again.Parameters.Snapshot());
    }

    [Fact]
    public void Layers_that_do_not_pair_up_are_listed()
    {
        byte[] bytes = Chain("Gemm").ToBytes();
        var model = new TwoLayers(3, 5, 4);
        float[] before = model.Parameters.Snapshot();
        string message = Assert.Throws<InvalidDataException>(() => OnnxImport.Load(model, bytes)).Message;
        Assert.Contains("node '/lstm/LSTM' (LSTM, forward), node '/lstm/LSTM' (LSTM, reverse), node 'y2' (GRU, forward)", message);
        Assert.Contains("first (Lstm of 3 inputs and 5 units), second (Lstm of 5 inputs and 5 units), head (Linear of 5 inputs and 4 units)", message);
        Assert.Contains("the other way", Assert.Throws<InvalidDataException>(() =>
            OnnxImport.Load(model, bytes, new() { ["first"] = new("/lstm/LSTM", Reverse: true) })).Message);
        Assert.Contains("no layer 'lstm'", Assert.Throws<InvalidDataException>(() => OnnxImport.Load(model, bytes, new() { ["first"] = "lstm" })).Message);
        Assert.Contains("is [1, 20, 3]", Assert.Throws<InvalidDataException>(() => OnnxImport.Load(model, bytes, new() { ["first.Wi"] = "Wf" })).Message);
        Assert.Equal(before, model.Parameters.Snapshot());
    }
}
