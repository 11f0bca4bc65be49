namespace RnnDsl.Onnx;

/// <summary>A layer in an ONNX graph: the name of its node, or of one of the node's outputs, and which direction of a bidirectional node.</summary>
/// <param name="Node">The node's name. One inside of another node's graph may be told from others by the path to it: "if_1/then_branch/lstm".</param>
/// <param name="Reverse">The direction from the last step to the first.</param>
public sealed record OnnxLayer(string Node, bool Reverse = false)
{
    /// <summary>A node by its name alone.</summary>
    public static implicit operator OnnxLayer(string node) => new(node);
}

/// <summary>Which of the model's cells gets which node: <c>new() { ["forward"] = "lstm", ["backward"] = new("lstm", reverse: true), ["head"] = "gemm" }</c>. A
/// parameter's name may stand for a cell's, with the name of a constant of the graph on the other side.</summary>
public sealed class OnnxMap : Dictionary<string, OnnxLayer>;
