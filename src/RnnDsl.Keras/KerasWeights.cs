using RnnDsl.CompilerServices;
using RnnDsl.Execution;
using RnnDsl.Onnx;
using RnnDsl.Onnx.Equations;
using RnnDsl.Onnx.Weights;
using RnnDsl.Storage;

namespace RnnDsl.Keras;

/// <summary>Tells which of the model's cells gets which Keras layer: <c>new() { ["encoder"] = "layers/lstm", ["head"] = "layers/dense" }</c>. The value is the path of the
/// layer's variables in the file, see <see cref="KerasWeights"/>. A single parameter can be loaded too: its name takes the place of the cell's, and a tensor's name takes the place of the path.</summary>
public sealed class KerasMap : Dictionary<string, string>;

/// <summary>
/// Loads weights of Keras' LSTM, GRU, SimpleRNN and Dense. The files are those of <c>model.save_weights("model.weights.h5")</c> and <c>model.save</c> ("model.keras",
/// "model.h5", Keras 2 and 3), or safetensors, such as those of
/// <c>safetensors.numpy.save_file({v.path: v.numpy() for v in model.weights}, "model.safetensors")</c>.
/// <list type="bullet">
/// <item>For a layer "layers/lstm" these tensors are read: <c>layers/lstm/cell/vars/0</c> (kernel), <c>1</c> (recurrent kernel), <c>2</c> (bias), or
/// <c>layers/lstm/vars/0</c>…. For a layer "lstm/lstm_cell" whose tensors have names, they are <c>lstm/lstm_cell/kernel</c>, <c>recurrent_kernel</c> and <c>bias</c>, also with ":0" at
/// the end. A bidirectional layer has <c>layers/bidirectional/forward_layer</c> and <c>backward_layer</c>. In a weights file Keras counts layers by their class ("lstm",
/// "lstm_1") and does not use their own names.</item>
/// <item>Kernels are [inputs, gates·units], with the gates in the order i, f, c, o (LSTM) and z, r, h (GRU). A GRU with <c>reset_after=True</c> (the default) has a
/// bias [2, 3·units] and becomes Gru. A GRU with <c>reset_after=False</c> has a bias [3·units] and becomes GruResetBefore.</item>
/// <item>The file of a whole model ("model.h5", "model.keras") says what its layers compute. A layer whose activations, direction or kind differ from the cell's is refused.
/// The activation of a Dense layer must be in the model's equations. A weights file does not say what its layers compute, so activations and direction are not checked: choose a cell that has the
/// same ones (Keras' defaults are those of Lstm, Gru, Elman).</item>
/// <item>The kind of a file is recognized by its first bytes, not by its name.</item>
/// </list>
/// </summary>
public static class KerasWeights
{
    /// <summary>Loads the file's weights into the model's cells. If anything fails, the model stays as it was.</summary>
    /// <param name="module">The model, or a cell by itself (whose name is "").</param>
    /// <param name="path">A file "….h5", "….keras" or "….safetensors".</param>
    /// <param name="map">Tells which cell gets which layer: the layer's path in the file, or any part of the path that no other layer has.</param>
    /// <exception cref="InvalidDataException">The file is damaged, a tensor is missing, has another shape or is not finite, or a layer does not
    /// fit. The message names the tensor or the layer.</exception>
    /// <exception cref="ArgumentException">The map names a cell or parameter that the model does not have, or loads a parameter twice; or the module was compiled by another version.</exception>
    public static LoadReport Load(Module module, string path, KerasMap map) => OneLine.Named(path, () =>
    {
        KerasFile file = KerasFile.Open(path);
        using TensorSource source = file.Weights;
        var reader = new WeightReader(source);
        var transfer = new WeightTransfer(module, IsInKeras);
        foreach ((string name, string layer) in map)
            if (transfer.IsParameter(name))
                transfer.Single(name, layer, reader);
            else
                Load(transfer, transfer.Layer(name), layer, reader, file.Config);
        return transfer.Commit(reader.Unused);
    });

    /// <summary>Whether Keras can have the cell. Its layers have separate gates and any activations. A cell that clips is accepted if its bound is a parameter, which then becomes the
    /// largest float.</summary>
    static bool IsInKeras(StandardCell cell) => cell.Form.HasOperator() && !cell.Form.IsCoupled() && cell.Clipping is null or { Parameter: not null };

    /// <summary>The message for layers that run only on a GPU, which exist in files of Keras before 3.</summary>
    internal static string OtherLayout(string className) => $"{className} keeps its weights in another order, which is not read: in Keras 2, build the model with " +
        (className == "CuDNNGRU" ? "GRU(reset_after=True)" : "LSTM") + " in its place, load_weights, and save that";

    static void Load(WeightTransfer transfer, TargetLayer target, string layer, WeightReader reader, KerasConfig? config)
    {
        string[] roles = target.Form == StandardForm.Linear ? ["kernel", "bias"] : ["kernel", "recurrent_kernel", "bias"];
        (string group, string[] names) = FindTensors(layer, roles, reader);
        string use = target.ToString(), bias = names[^1];
        if (config is not null)
            KerasCheck.Check(config, group, target, reader.Has(bias), transfer);
        if (target.Form == StandardForm.Linear)
        {
            double[] kernel = RecurrentWeights.Columns(reader.Read(names[0], use, target.Inputs, target.Units), target.Inputs, 1)[0];
            transfer.Affine(target, kernel, reader.Has(bias) ? reader.Read(bias, use, target.Units) : null);
            return;
        }
        // Our g is c in Keras, and our n is h.
        string[] gates = target.Form switch
        {
            StandardForm.Lstm or StandardForm.PeepholeLstm => ["i", "f", "g", "o"],
            StandardForm.Gru or StandardForm.GruResetBefore => ["z", "r", "n"],
            _ => [""],
        };
        CheckKind(target, reader.Shape(names[1]), gates.Length, names[1]);
        long width = (long)gates.Length * target.Units;
        double[] inputs = reader.Read(names[0], use, target.Inputs, width), states = reader.Read(names[1], use, target.Units, width);
        (double[][]? first, double[][]? second) = Biases(target, bias, gates.Length, width, reader);
        transfer.Recurrent(target, new RecurrentWeights(gates, RecurrentWeights.Columns(inputs, target.Inputs, gates.Length),
            RecurrentWeights.Columns(states, target.Units, gates.Length), first, second), use);
    }

    static (double[][]? Input, double[][]? State) Biases(TargetLayer target, string name, int gates, long width, WeightReader reader)
    {
        if (!reader.Has(name))
            return (null, null);
        int rank = reader.Shape(name).Length;
        if (gates > 1 && reader.Shape(name) is [long length] && length == 2 * width)
            throw new InvalidDataException($"Tensor '{name}' [{length}] has two biases for each of {gates} gates, as CuDNN{(gates == 4 ? "LSTM" : "GRU")} has: {OtherLayout(gates == 4 ? "CuDNNLSTM" : "CuDNNGRU")}.");
        if (target.Form == StandardForm.GruResetBefore && rank == 2)
            throw new InvalidDataException(
                $"Tensor '{name}' has two rows, so that the GRU resets after the product (reset_after=True): {target} resets before it, use Gru.");
        if (target.Form == StandardForm.Gru && rank == 1)
            throw new InvalidDataException(
                $"Tensor '{name}' has one row, so that the GRU resets before the product (reset_after=False): {target} resets after it, use GruResetBefore.");
        if (target.Form != StandardForm.Gru)
            return (RecurrentWeights.Rows(reader.Read(name, target.ToString(), width), gates), null);
        double[][] rows = RecurrentWeights.Rows(reader.Read(name, target.ToString(), 2, width), 2);
        return (RecurrentWeights.Rows(rows[0], gates), RecurrentWeights.Rows(rows[1], gates));
    }

    /// <summary>
    /// Finds the layer's path and the names of its tensors, for each of the naming schemes. Files of whole models have groups around a layer
    /// ("model_weights/gru/sequential/gru/gru_cell"). Any part of the path that no other layer has is enough.
    /// </summary>
    static (string Group, string[] Names) FindTensors(string layer, string[] roles, WeightReader reader)
    {
        (string Kernel, string Group, string[] Ends)[] all = [.. NameEnds(roles).SelectMany(ends => reader.Names
            .Where(n => n.EndsWith(ends[0], StringComparison.Ordinal)).Select(n => (n, n[..^ends[0].Length], ends)))];
        var named = all.Where(a => a.Group == layer).Take(1).ToArray();
        // The optimizer's state for a layer has the layer's name in its path too.
        if (named.Length == 0)
            named = [.. all.DistinctBy(a => a.Kernel)
                .Where(a => $"/{a.Group}/".Contains($"/{layer}/", StringComparison.Ordinal) && !a.Group.StartsWith("optimizer", StringComparison.Ordinal))];
        if (named.Length > 1)
            throw new InvalidDataException($"The file has {named.Length} layers '{layer}': say {string.Join(" or ", named.Take(10).Select(n => $"'{n.Group}'"))}.");
        return named.Length == 1 ? (named[0].Group, [.. named[0].Ends.Select(end => named[0].Group + end)]) : throw new InvalidDataException(
            $"No tensor of a layer '{layer}' is there: neither {string.Join(" nor ", NameEnds(roles).Take(3).Select(ends => $"'{layer + ends[0]}'"))}. {reader.Hint(layer)}");
    }

    /// <summary>The naming schemes: each has the ends that follow a layer's path in the names of its kernel, recurrent kernel and bias.</summary>
    static IEnumerable<string[]> NameEnds(string[] roles) =>
    [
        [.. roles.Select((_, i) => $"/cell/vars/{i}")],
        [.. roles.Select((_, i) => $"/vars/{i}")],
        [.. roles.Select(r => $"/{r}")],
        [.. roles.Select(r => $"/{r}:0")],
        [.. roles.Select(r => $"/cell/{r}")],
        [.. roles.Select(r => $".{r}")],
    ];

    /// <summary>Refuses a tensor with the number of gates of another kind of layer: an LSTM has 4, a GRU 3, a SimpleRNN 1.</summary>
    static void CheckKind(TargetLayer target, long[] shape, int gates, string tensor)
    {
        if (shape.Length != 2 || shape[0] == 0 || shape[1] == gates * shape[0])
            return;
        string? found = (shape[1] / shape[0], shape[1] % shape[0]) switch { (4, 0) => "an LSTM", (3, 0) => "a GRU", (1, 0) => "a SimpleRNN", _ => null };
        if (found is not null)
            throw new InvalidDataException($"Tensor '{tensor}' [{string.Join(", ", shape)}] is of {found}, which does not fit {target}.");
    }
}
