using RnnDsl.Execution;
using RnnDsl.Kernels;
using RnnDsl.Prediction;
using RnnDsl.Sequences;

namespace RnnDsl.Storage;

/// <summary>
/// A model in a safetensors file: its parameters as F32, BF16 or I8 by name, and in the metadata its class, sizes and fingerprint, how its data
/// were scaled, the ranges of a calibrated predictor, and what the writer adds.
/// </summary>
public static class ModelFile
{
    const int MostDifferences = 12;

    /// <summary>Writes the model. The file is replaced as a whole, or not at all.</summary>
    /// <param name="path">Where to; usually "….safetensors".</param>
    /// <param name="model">The model.</param>
    /// <param name="scaler">How the model's data are scaled.</param>
    /// <param name="metadata">Own texts by name.</param>
    /// <param name="precision">Type of the numbers in the file.</param>
    /// <param name="ranges">Those of a calibrated predictor of the model, see <see cref="Predictor.Ranges"/>.</param>
    /// <exception cref="InvalidOperationException">A parameter is NaN or infinite: the training diverged. Or it is finite but too large for the precision.</exception>
    public static void Save(string path, Module model, Scaler? scaler = null, IReadOnlyDictionary<string, string>? metadata = null,
        StoredPrecision precision = StoredPrecision.Float32, IReadOnlyList<(string Operand, float Range)>? ranges = null)
        => Write(path, model, scaler, metadata, precision, ranges ?? [], []);

    /// <summary>As <see cref="Save"/>, with more tensors and one more text.</summary>
    internal static void Write(string path, Module model, Scaler? scaler, IReadOnlyDictionary<string, string>? metadata, StoredPrecision precision,
        IReadOnlyList<(string Operand, float Range)> ranges, IReadOnlyList<StoredTensor> more, string? optimizer = null)
    {
        ModuleInfo info = model.Info;
        foreach (ParameterInfo parameter in info.Parameters)
            if (FirstNotFinite(model.Parameters[parameter.Name], precision) is int index)
                throw new InvalidOperationException(FormattableString.Invariant(
                    $"Not saved as {precision.DType()}: parameter '{parameter.Name}' is {model.Parameters[parameter.Name][index]} at index {index}."));
        List<KeyValuePair<string, string>> texts = ModelFileInfo.Write(info, scaler, metadata ?? new Dictionary<string, string>(), precision, ranges);
        if (optimizer is not null)
            texts.Add(new(ModelFileInfo.OptimizerKey, optimizer));
        StoredTensor[] tensors = [.. info.Parameters.SelectMany(parameter => StoredParameters.Tensors(parameter, model, precision)), .. more];
        AtomicFile.Write(path, stream =>
            SafetensorsFile.Write(stream, [.. tensors.Select(t => (t.Name, t.DType, t.Shape))], i => tensors[i].Values(), texts));
    }

    /// <summary>What the file says of its model, without reading the values.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is broken, or not a model's.</exception>
    public static ModelFileInfo ReadInfo(string path)
    {
        using SafetensorsFile file = SafetensorsFile.Open(path);
        return OneLine.Named(path, () => ModelFileInfo.Read(file));
    }

    /// <summary>Gives the model the file's parameters, as floats, whatever type they are stored in. If anything fails, the model stays as it was.</summary>
    /// <returns>What the file says of its model.</returns>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is broken, holds a value that is not finite, or is another model's: the message
    /// lists the differences.</exception>
    public static ModelFileInfo Load(string path, Module model)
    {
        using SafetensorsFile file = SafetensorsFile.Open(path);
        return OneLine.Named(path, () => Load(file, model));
    }

    /// <summary>As <see cref="Load(string, Module)"/>, from a stream that can seek, such as a resource of the program; it is disposed.</summary>
    /// <exception cref="InvalidDataException">The content is broken, holds a value that is not finite, or is another model's.</exception>
    public static ModelFileInfo Load(Stream stream, Module model)
    {
        using (stream)
        {
            using var file = new SafetensorsFile(stream);
            return OneLine.Named(null, () => Load(file, model));
        }
    }

    internal static ModelFileInfo Load(SafetensorsFile file, Module model, Action? check = null)
    {
        ModelFileInfo saved = ModelFileInfo.Read(file);
        ModuleInfo info = model.Info;
        List<string> differences = Differences(saved, info);
        if (differences.Count > 0)
            throw new InvalidDataException($"It does not fit {info.Name}: {string.Join("; ", differences.Take(MostDifferences))}" +
                (differences.Count > MostDifferences ? $"; and {differences.Count - MostDifferences} more" : ""));
        var values = new float[info.Parameters.Count][];
        for (int i = 0; i < values.Length; i++)
            values[i] = StoredParameters.Read(file, info.Parameters[i]);
        check?.Invoke();
        for (int i = 0; i < values.Length; i++)
            values[i].CopyTo(model.Parameters[info.Parameters[i].Name]);
        model.Parameters.MarkChanged();
        return saved;
    }

    static List<string> Differences(ModelFileInfo saved, ModuleInfo info)
    {
        var differences = new List<string>();
        if (saved.Model != info.Name)
            differences.Add($"the file is of {saved.Model}");
        foreach (Dimension dimension in info.Dimensions)
            if (saved.Dimensions.FirstOrDefault(d => d.Name == dimension.Name) is Dimension other && other.Size != dimension.Size)
                differences.Add($"dimension {dimension.Name}: {other.Size} in the file, {dimension.Size} in the model");
        foreach (ParameterInfo parameter in info.Parameters)
        {
            Tensor? tensor = saved.Parameters.FirstOrDefault(t => t.Name == parameter.Name);
            if (tensor is null)
                differences.Add($"parameter {parameter.Name} is missing in the file");
            else if (!tensor.Shape.SequenceEqual(StoredParameters.Shape(parameter)))
                differences.Add($"parameter {parameter.Name}: [{string.Join(", ", tensor.Shape)}] in the file, " +
                    $"[{string.Join(", ", StoredParameters.Shape(parameter))}] in the model");
        }
        foreach (Tensor tensor in saved.Parameters)
            if (!info.Parameters.Any(parameter => parameter.Name == tensor.Name))
                differences.Add($"the file's {tensor} is not in the model");
        if (saved.Fingerprint != info.Fingerprint)
            differences.Add($"the equations are others (fingerprint {saved.Fingerprint} in the file, {info.Fingerprint} in the model)");
        return differences;
    }

    /// <summary>The first value that the file cannot hold as a finite number.</summary>
    static int? FirstNotFinite(ReadOnlySpan<float> values, StoredPrecision precision)
    {
        if (precision != StoredPrecision.BFloat16)
            return Rows.FirstNotFinite(values);
        for (int i = 0; i < values.Length; i++)
            if (!float.IsFinite(values[i]) || !float.IsFinite(BFloat16.Widen(BFloat16.Round(values[i]))))
                return i;
        return null;
    }
}
