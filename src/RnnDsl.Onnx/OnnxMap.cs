namespace RnnDsl.Onnx;

/// <summary>A layer in an ONNX graph: the name of its node, or of one of the node's outputs, and the direction for a bidirectional node.</summary>
/// <param name="Node">The name of the node or of one of its outputs. A path identifies a node inside another node's graph: "if_1/then_branch/lstm".</param>
/// <param name="Reverse">Whether it is the direction from the last step to the first.</param>
public sealed record OnnxLayer(string Node, bool Reverse = false)
{
    /// <summary>A node by its name, in the forward direction.</summary>
    public static implicit operator OnnxLayer(string node) => new(node);
}

/// <summary>Tells which of the model's cells gets which node: <c>new() { ["forward"] = "lstm", ["backward"] = new("lstm", Reverse: true), ["head"] = "gemm" }</c>. A
/// single parameter can be loaded too: its name takes the place of the cell's, and the name of a constant of the graph takes the place of the node's.</summary>
public sealed class OnnxMap : Dictionary<string, OnnxLayer>;
