using System.Globalization;
using RnnDsl.Onnx.Import;
using RnnDsl.Onnx.Protobuf;
using RnnDsl.Onnx.Weights;
using RnnDsl.Sequences;
using RnnDsl.Storage;

namespace RnnDsl.Onnx;

/// <summary>
/// Values for inputs of a graph, by name. They are for files whose weights are inputs: <c>new() { ["W"] = new(values, 1, 16, 3) }</c>, or
/// <c>OnnxInputs.FromFolder("test_lstm_defaults/test_data_set_0")</c>. They are used like constants of the file. Values of inputs that hold data (X, sequence_lens)
/// are ignored.
/// </summary>
public sealed class OnnxInputs : Dictionary<string, OnnxTensor>
{
    readonly List<(int Position, string Name, OnnxTensor Tensor)> files = [];

    /// <summary>Reads the tensors "input_0.pb", "input_1.pb"… of a folder, as the published ONNX test cases have them. Each tensor belongs to the input that has the tensor's name. If the graph
    /// has no such input, the tensor belongs to the input at the position that is the number in the file's name, counted from 0.</summary>
    /// <exception cref="InvalidDataException">There is no such tensor, or one of them is damaged.</exception>
    public static OnnxInputs FromFolder(string folder)
    {
        var inputs = new OnnxInputs();
        foreach (string path in Directory.EnumerateFiles(folder, "input_*.pb"))
            if (int.TryParse(Path.GetFileNameWithoutExtension(path)["input_".Length..], NumberStyles.None, CultureInfo.InvariantCulture, out int position))
                inputs.files.Add(OneLine.Named(path, () =>
                {
                    TensorProto tensor = OnnxTensor.Parse(path);
                    return (position, tensor.Name, OnnxTensor.Of(tensor, path));
                }));
        return inputs.files.Count > 0 ? inputs : throw new InvalidDataException($"{folder}: there is no tensor 'input_0.pb'.");
    }

    /// <summary>The values by the names of the graph's inputs.</summary>
    /// <exception cref="InvalidDataException">The graph does not have an input for one of them.</exception>
    internal Dictionary<string, OnnxTensor> For(GraphProto graph)
    {
        var values = new Dictionary<string, OnnxTensor>();
        string[] known = [.. graph.Input.Select(i => i.Name)];
        foreach ((int position, string name, OnnxTensor tensor) in files)
            values[known.Contains(name) ? name : position < known.Length ? known[position] : throw new InvalidDataException(
                $"The graph has {known.Length} inputs, and none for input_{position}.pb ('{name}').")] = tensor;
        foreach ((string name, OnnxTensor tensor) in this)
            values[known.Contains(name) ? name : throw new InvalidDataException($"The graph has no input '{name}'. {NearestName.Hint(name, known)}")] = tensor;
        return values;
    }
}
