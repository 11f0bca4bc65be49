using System.Text.Json;
using RnnDsl.Onnx.Equations;
using RnnDsl.Onnx.Import;
using RnnDsl.Onnx.Weights;

namespace RnnDsl.Keras;

/// <summary>Compares what a config says that a layer computes with the cell that gets its weights. Dropout, regularisers, initial values and masks do not matter to it,
/// nor do return_sequences, stateful, time_major, unroll and implementation, which concern the data or the way.</summary>
static class KerasCheck
{
    /// <exception cref="InvalidDataException">The layer computes something else.</exception>
    public static void Check(KerasConfig config, string group, TargetLayer target, bool hasBias, WeightTransfer transfer)
    {
        if (config.Find(group) is { } layer)
        {
            if (Mismatch(layer, target, hasBias, transfer) is { } mismatch)
                throw new InvalidDataException($"Layer '{layer.Name}' ({layer.ClassName}): {mismatch}.");
            return;
        }
        // If the config does not tell which layer it is, all layers that it could be must fit.
        foreach (KerasLayer other in config.Leaves.Where(l => Operator(l.ClassName) == target.Form.Operator() && (l.Setting("units") is not { } units || units.ToString() == $"{target.Units}")))
            if (Mismatch(other, target, hasBias, transfer) is { } mismatch)
                throw new InvalidDataException($"The config does not tell which of its layers is '{group}'; of '{other.Name}' ({other.ClassName}) it says: {mismatch}.");
    }

    static string? Operator(string className) => className switch
    {
        "LSTM" or "LSTMCell" or "CuDNNLSTM" => "LSTM",
        "GRU" or "GRUCell" or "CuDNNGRU" => "GRU",
        "SimpleRNN" or "SimpleRNNCell" => "RNN",
        "Dense" => "Gemm",
        _ => null,
    };

    static string? Mismatch(KerasLayer layer, TargetLayer target, bool hasBias, WeightTransfer transfer)
    {
        if (layer.ClassName is "CuDNNLSTM" or "CuDNNGRU")
            return KerasWeights.OtherLayout(layer.ClassName);
        if (Operator(layer.ClassName) is not { } kind)
            return "what a layer of this class computes is not known here";
        if (kind != target.Form.Operator())
            return $"it does not fit {target}";
        if (layer.Flag("use_bias") is { } bias && bias != hasBias)
            return bias ? "it has a bias (use_bias), which the file does not hold" : "it has no bias (use_bias=False), but the file holds one";
        if (kind == "GRU" && layer.Flag("reset_after") is var after && (after is true) != (target.Form == StandardForm.Gru))
            return after is true ? $"it resets after the product (reset_after=True), and {target} before it: use Gru"
                : $"it resets before the product (reset_after=False), and {target} after it: use GruResetBefore";
        return kind == "Gemm" ? Dense(layer, target, transfer) : Activations(layer, target) ?? Direction(layer, target, transfer);
    }

    static string? Activations(KerasLayer layer, TargetLayer target)
    {
        JsonElement? gate = layer.Setting("recurrent_activation") ?? layer.Setting("inner_activation"), candidate = layer.Setting("activation");
        JsonElement?[] settings = target.Cell.Activations.Length switch { 1 => [candidate], 2 => [gate, candidate], _ => [gate, candidate, candidate] };
        var activations = new Activation[settings.Length];
        for (int i = 0; i < settings.Length; i++)
        {
            // Settings that the config does not state are assumed to be those of the cell.
            KerasActivation? own = settings[i] is { } setting ? KerasActivation.Of(setting, layer.Version) : null;
            if (own is { Gate: null })
                return $"its activation is {own.Name}, which no cell that takes weights can have";
            activations[i] = own?.Gate ?? target.Cell.Activations[i];
        }
        float clip = target.Cell.Clipping is { Parameter: null } bound ? (float)bound.Bound : float.MaxValue;
        return CellAdvice.Mismatch(new RecurrentOptions([target.Form], activations, clip), target);
    }

    /// <summary>A half of a bidirectional layer was named as such; whoever names a layer that runs backward may not know that it does.</summary>
    static string? Direction(KerasLayer layer, TargetLayer target, WeightTransfer transfer)
    {
        bool? model = target.Path.Length > 0 ? transfer.ScansBackward(target) : layer.IsHalf ? null : false;
        if (model is null || model == layer.RunsBackward)
            return null;
        return layer.RunsBackward ? $"it runs from the last step to the first (go_backwards), and {target} the other way: use ScanReversed"
            : $"it runs from the first step to the last, and the model scans {target.Path} the other way";
    }

    static string? Dense(KerasLayer layer, TargetLayer target, WeightTransfer transfer)
    {
        if (layer.Setting("activation") is not { } setting || KerasActivation.Of(setting, layer.Version) is not { IsLinear: false } activation)
            return null;
        // Losses take logits: CrossEntropy and BinaryCrossEntropy hold the activation.
        Func<double[], double[]>? inLoss = activation.Name switch
        {
            "softmax" or "Softmax" => KerasActivation.Named("log_softmax").Apply,
            "sigmoid" => KerasActivation.Named("softplus").Apply,
            _ => null,
        };
        if (activation.Apply is { } apply && ModelActivation.Applies(transfer, target.Path, apply, inLoss))
            return null;
        string place = target.Path.Length == 0 ? "x" : $"{target.Path}.Map(x)";
        string? code = activation.Name is "softmax" ? $"Softmax({place})" : activation.Gate?.Code?.Replace("x", place, StringComparison.Ordinal);
        return $"its activation is {activation.Name}, and no method of the model applies it to what {target} gives" + (code is null ? "" : $": write {code}");
    }
}
