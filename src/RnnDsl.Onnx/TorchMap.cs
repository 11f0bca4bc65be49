namespace RnnDsl.Onnx;

/// <summary>One layer in a PyTorch state_dict: <c>"encoder"</c>, or <c>new("lstm", layer: 1, reverse: true)</c> for
/// <c>lstm.weight_ih_l1_reverse</c> and its like.</summary>
/// <param name="Prefix">What stands before the names of its tensors, without the dot; "" where the state_dict is the layer's own.</param>
/// <param name="Layer">Number of the layer in a module with num_layers, from 0.</param>
/// <param name="Reverse">The backward direction of a bidirectional module.</param>
public sealed record TorchLayer(string Prefix, int Layer = 0, bool Reverse = false)
{
    /// <summary>The first layer behind a prefix, in the forward direction.</summary>
    public static implicit operator TorchLayer(string prefix) => new(prefix);
}

/// <summary>Which of the model's cells gets which layer of the state_dict: <c>new() { ["encoder"] = "lstm", ["top"] = new("lstm", 1) }</c>. A parameter's
/// name, such as "norm.g", may stand for a cell's, with a tensor's name on the other side.</summary>
public sealed class TorchMap : Dictionary<string, TorchLayer>;
