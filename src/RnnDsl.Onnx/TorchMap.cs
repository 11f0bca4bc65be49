namespace RnnDsl.Onnx;

/// <summary>One layer in a PyTorch state_dict: <c>"encoder"</c>, or <c>new("lstm", Layer: 1, Reverse: true)</c> for
/// <c>lstm.weight_ih_l1_reverse</c> and the other tensors of that layer.</summary>
/// <param name="Prefix">The prefix of the names of its tensors, without the dot; "" if the state_dict is that of the layer itself.</param>
/// <param name="Layer">Number of the layer in a module with num_layers, from 0.</param>
/// <param name="Reverse">Whether it is the backward direction of a bidirectional module.</param>
public sealed record TorchLayer(string Prefix, int Layer = 0, bool Reverse = false)
{
    /// <summary>The first layer with a prefix, in the forward direction.</summary>
    public static implicit operator TorchLayer(string prefix) => new(prefix);
}

/// <summary>Tells which of the model's cells gets which layer of the state_dict: <c>new() { ["encoder"] = "lstm", ["top"] = new("lstm", 1) }</c>. A single
/// parameter, such as "norm.g", can be loaded too: its name takes the place of the cell's, and a tensor's name takes the place of the layer's.</summary>
public sealed class TorchMap : Dictionary<string, TorchLayer>;
