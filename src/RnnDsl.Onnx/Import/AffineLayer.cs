using RnnDsl.Onnx.Equations;
using RnnDsl.Onnx.Protobuf;
using RnnDsl.Onnx.Weights;

namespace RnnDsl.Onnx.Import;

/// <summary>An affine head: Gemm with a constant B, or MatMul with a constant second operand, and the Add of a constant that follows it.</summary>
sealed class AffineLayer : SourceLayer
{
    AffineLayer(OnnxGraph file, Constants constants, NodeProto node) : base(file, constants, node)
    {
    }

    public override StandardForm[] Forms => [StandardForm.Linear];

    /// <summary>The head, or null if the node is another kind of product.</summary>
    public static AffineLayer? Of(OnnxGraph file, Constants constants, NodeProto node) =>
        node.OpType is "Gemm" or "MatMul" && node.Input.Count >= 2 && (file.IsOpenInput(node.Input[0]) || constants.Shape(node.Input[0]) is null)
        && constants.Shape(node.Input[1]) is { Length: 2 } ? new AffineLayer(file, constants, node) : null;

    public override void Transfer(WeightTransfer transfer, TargetLayer target)
    {
        if (target.Form != StandardForm.Linear)
            throw Refusal($"it is an affine layer, and not {target}");
        bool gemm = Node.OpType == "Gemm";
        if (gemm && (Node.Find("transA")?.I ?? 0) != 0)
            throw Refusal("it transposes its input (transA = 1), which Linear does not");
        double alpha = gemm ? Node.Find("alpha")?.F ?? 1 : 1, beta = gemm ? Node.Find("beta")?.F ?? 1 : 1;
        bool transposed = gemm && (Node.Find("transB")?.I ?? 0) != 0;
        ReadOnlySpan<long> shape = transposed ? [target.Units, target.Inputs] : [target.Inputs, target.Units];
        double[] weights = Operand(1, "the matrix", shape)!;
        if (!transposed)
            weights = RecurrentWeights.Columns(weights, target.Inputs, 1)[0];
        string? bias = gemm ? Input(2) : Addend();
        transfer.Affine(target, [.. weights.Select(w => alpha * w)], bias is null ? null : [.. Bias(bias, target.Units).Select(v => beta * v)]);
    }

    double[] Bias(string name, int units)
    {
        Constant constant = Constants.Find(name) ?? throw Refusal($"its bias '{name}' is no constant");
        WeightReader.CheckFinite(name, constant.Values);
        if (constant.Values.Length == 1)
            return [.. Enumerable.Repeat(constant.Values[0], units)];
        return constant.Values.Length == units && constant.Shape[^1] == units ? constant.Values
            : throw Refusal($"its bias '{name}' is {constant}, but [{units}] is needed");
    }

    /// <summary>The name of the constant that an Add adds to the MatMul's product; null if there is none.</summary>
    string? Addend() => Node.Output is [var product, ..] && File.Consumers(product) is [{ OpType: "Add", Input: [var left, var right] }]
        && (left == product ? right : left) is var other && Constants.Find(other) is not null ? other : null;
}
