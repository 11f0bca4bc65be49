using RnnDsl.CompilerServices;
using RnnDsl.Execution;
using RnnDsl.Onnx.Equations;
using RnnDsl.Onnx.Weights;
using RnnDsl.Storage;

namespace RnnDsl.Onnx;

/// <summary>
/// Loads weights of PyTorch's <c>nn.LSTM</c>, <c>nn.GRU</c>, <c>nn.RNN</c> (and their cells) and <c>nn.Linear</c> from a state_dict that was saved with
/// <c>safetensors.torch.save_file(model.state_dict(), "model.safetensors")</c>.
/// <list type="bullet">
/// <item>The gates are in the order i, f, g, o (LSTM) and r, z, n (GRU). <c>bias_ih</c> and <c>bias_hh</c> are added. The only exception is the GRU's n, where <c>bias_hh</c>
/// stays inside the product with the reset gate. With <c>bias=False</c> the model's biases become zero.</item>
/// <item>The state_dict of an <c>nn.RNN</c> does not say whether it uses tanh or ReLU, so it is loaded into Elman and ElmanRelu alike.</item>
/// <item>An <c>nn.LSTM</c> can be loaded into a PeepholeLstm, whose peepholes become zero. PyTorch's GRU applies its reset gate after the product, so it fits only Gru.</item>
/// <item>An <c>nn.LSTM</c> with <c>proj_size</c> fits only ProjectedLstm.</item>
/// </list>
/// </summary>
public static class PyTorchWeights
{
    /// <summary>Loads the file's weights into the model's cells. If anything fails, the model stays as it was.</summary>
    /// <param name="module">The model, or a cell by itself (whose name is "").</param>
    /// <param name="path">The safetensors file.</param>
    /// <param name="map">Tells which cell gets which layer. Null: every cell that PyTorch has gets the layer with the cell's own name.</param>
    /// <exception cref="InvalidDataException">The file is damaged, a tensor is missing, has another shape or is not finite, or a layer is of a kind that does not
    /// fit. The message names the tensor.</exception>
    /// <exception cref="ArgumentException">The map names a cell or parameter that the model does not have, or loads a parameter twice; or the module was compiled by another version.</exception>
    public static LoadReport Load(Module module, string path, TorchMap? map = null) => OneLine.Named(path, () =>
    {
        using var source = new SafetensorsSource(path);
        var reader = new WeightReader(source);
        var transfer = new WeightTransfer(module, IsInPyTorch);
        map ??= LayersByName(transfer);
        foreach ((string name, TorchLayer layer) in map)
            if (transfer.IsParameter(name))
                transfer.Single(name, layer.Prefix, reader);
            else
                Load(transfer, transfer.Layer(name), layer, reader);
        return transfer.Commit(reader.Unused);
    });

    /// <summary>Whether PyTorch has the cell. Its layers have the usual activations and separate gates. An RNN may have tanh or ReLU, because the file does not say which. A cell
    /// that clips is accepted if its bound is a parameter, which then becomes the largest float.</summary>
    static bool IsInPyTorch(StandardCell cell) => !cell.Form.IsCoupled() && cell.Clipping is null or { Parameter: not null }
        && (cell.HasUsualActivations || (cell.Form == StandardForm.Elman && cell.Activations[0] == Activation.Relu));

    static TorchMap LayersByName(WeightTransfer transfer)
    {
        var map = new TorchMap();
        foreach (TargetLayer layer in transfer.Layers)
            map.Add(layer.Path, layer.Path);
        return map.Count > 0 ? map : throw new ArgumentException("The model has no cell that PyTorch knows.");
    }

    static void Load(WeightTransfer transfer, TargetLayer target, TorchLayer layer, WeightReader reader)
    {
        string prefix = layer.Prefix.Length == 0 ? "" : layer.Prefix + ".", use = target.ToString();
        if (target.Form == StandardForm.Linear)
        {
            double[] weight = reader.Read(prefix + "weight", use, target.Units, target.Inputs);
            transfer.Affine(target, weight, reader.Has(prefix + "bias") ? reader.Read(prefix + "bias", use, target.Units) : null);
            return;
        }
        string suffix = $"_l{layer.Layer}{(layer.Reverse ? "_reverse" : "")}";
        // The tensor names of nn.LSTMCell, nn.GRUCell and nn.RNNCell have no layer number.
        if (layer is { Layer: 0, Reverse: false } && !reader.Has(prefix + "weight_ih" + suffix) && reader.Has(prefix + "weight_ih"))
            suffix = "";
        bool projects = target.Form == StandardForm.ProjectedLstm;
        if (!projects && reader.Has(prefix + "weight_hr" + suffix))
            throw new InvalidDataException($"'{prefix}weight_hr{suffix}' is there: the LSTM projects its hidden state (proj_size), and {use} does not: use ProjectedLstm.");
        if (target.Form == StandardForm.GruResetBefore)
            throw new InvalidDataException($"PyTorch's GRU has its reset gate after the product with the state, and {use} before it: use Gru.");
        string[] gates = target.Form.Gates();
        if (!projects)
            CheckKind(target, reader.Shape(prefix + "weight_hh" + suffix), gates.Length, prefix + "weight_hh" + suffix);
        long rows = (long)gates.Length * target.GateUnits;
        double[] inputs = reader.Read(prefix + "weight_ih" + suffix, use, rows, target.Inputs);
        double[] states = reader.Read(prefix + "weight_hh" + suffix, use, rows, target.Units);
        string first = prefix + "bias_ih" + suffix, second = prefix + "bias_hh" + suffix;
        bool biased = reader.Has(first) || reader.Has(second);
        double[][]? Bias(string name) => biased ? RecurrentWeights.Rows(reader.Read(name, use, rows), gates.Length) : null;
        transfer.Recurrent(target, new RecurrentWeights(gates, RecurrentWeights.Rows(inputs, gates.Length), RecurrentWeights.Rows(states, gates.Length),
            Bias(first), Bias(second), Projection: projects ? reader.Read(prefix + "weight_hr" + suffix, use, target.Units, target.GateUnits) : null), use);
    }

    /// <summary>Refuses a tensor with the number of gates of another kind of layer: an LSTM has 4, a GRU 3, a simple network 1.</summary>
    static void CheckKind(TargetLayer target, long[] shape, int gates, string tensor)
    {
        if (shape.Length != 2 || shape[1] == 0 || shape[0] == gates * shape[1])
            return;
        string? found = (shape[0] / shape[1], shape[0] % shape[1]) switch { (4, 0) => "an LSTM", (3, 0) => "a GRU", (1, 0) => "an RNN", _ => null };
        if (found is not null)
            throw new InvalidDataException($"Tensor '{tensor}' [{string.Join(", ", shape)}] is of {found}, which does not fit {target}.");
    }
}
