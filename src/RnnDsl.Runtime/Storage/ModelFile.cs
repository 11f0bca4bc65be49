using RnnDsl.CompilerServices;
using RnnDsl.Execution;
using RnnDsl.Prediction;
using RnnDsl.Sequences;
using RnnDsl.Tuning;

namespace RnnDsl.Storage;

/// <summary>
/// A model in a safetensors file: its parameters by name, as F32, BF16 or I8. The metadata have its class, sizes and fingerprint, the scaling of its data, the ranges of a
/// calibrated predictor, and the writer's own texts.
/// </summary>
public static class ModelFile
{
    /// <summary>Writes the model. The file is replaced completely, or not at all.</summary>
    /// <param name="path">The path, usually "….safetensors".</param>
    /// <param name="model">The model.</param>
    /// <param name="scaler">How the model's data are scaled.</param>
    /// <param name="metadata">Your own texts by name.</param>
    /// <param name="precision">The type of the numbers in the file.</param>
    /// <param name="ranges">The ranges of a calibrated predictor of the model, see <see cref="Predictor.Ranges"/>.</param>
    /// <exception cref="InvalidOperationException">A parameter is NaN or infinite, because the training diverged; or it is finite but too large for the precision.</exception>
    public static void Save(string path, Module model, Scaler? scaler = null, IReadOnlyDictionary<string, string>? metadata = null,
        StoredPrecision precision = StoredPrecision.Float32, IReadOnlyList<(string Operand, float Range)>? ranges = null)
        => Write(path, model, scaler, metadata, precision, ranges ?? [], [], []);

    /// <summary>Writes a model that was trained on a table, together with the encoder that turns rows into inputs and names answers. The file is replaced completely, or not at all.</summary>
    /// <param name="path">The path, usually "….safetensors".</param>
    /// <param name="model">The model.</param>
    /// <param name="encoder">The encoder of its data. <see cref="ModelFileInfo.ReadEncoder"/> reads it back.</param>
    /// <param name="metadata">Your own texts by name.</param>
    /// <param name="precision">The type of the numbers in the file.</param>
    /// <exception cref="InvalidOperationException">A parameter is NaN or infinite, because the training diverged; or it is finite but too large for the precision.</exception>
    public static void Save(string path, Module model, TableEncoder encoder, IReadOnlyDictionary<string, string>? metadata = null, StoredPrecision precision = StoredPrecision.Float32)
        => Write(path, model, null, metadata, precision, [], [], [new(ModelFileInfo.TableKey, encoder.ToJson())]);

    /// <summary>Like <see cref="Save(string, Module, Scaler, IReadOnlyDictionary{string, string}, StoredPrecision, IReadOnlyList{ValueTuple{string, float}})"/>, with further
    /// tensors and texts. The model is only read, so that it can be in use meanwhile. Its parameters are written with
    /// <paramref name="values"/>, which have their layout; with null with their own.</summary>
    internal static void Write(string path, Module model, Scaler? scaler, IReadOnlyDictionary<string, string>? metadata, StoredPrecision precision,
        IReadOnlyList<(string Operand, float Range)> ranges, IReadOnlyList<StoredTensor> more, IEnumerable<KeyValuePair<string, string>> moreTexts, float[]? values = null)
    {
        ModuleInfo info = model.Info;
        IReadOnlyList<Parameter> parameters = model.Parameters.Slices;
        foreach (Parameter parameter in parameters)
            if (FirstNotFinite(Of(parameter), precision) is int index)
                throw new InvalidOperationException(FormattableString.Invariant(
                    $"Not saved as {precision.DType()}: parameter '{parameter.Name}' is {Of(parameter)[index]} at index {index}."));
        List<KeyValuePair<string, string>> texts = ModelFileInfo.Write(info, scaler, metadata ?? new Dictionary<string, string>(), precision, ranges);
        texts.AddRange(moreTexts);
        var tensors = new List<StoredTensor>();
        foreach (Parameter parameter in parameters)
            tensors.AddRange(StoredParameters.Tensors(parameter.Info, () => Of(parameter), precision));
        tensors.AddRange(more);
        AtomicFile.Write(path, stream => SafetensorsFile.Write(stream, tensors, texts));

        ReadOnlySpan<float> Of(Parameter parameter) => (values ?? model.Parameters.ReadOnlyValues).Slice(parameter.Offset, parameter.Length);
    }

    /// <summary>The file's description of its model. The values are not read.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is damaged, or is not that of a model.</exception>
    public static ModelFileInfo ReadInfo(string path)
    {
        using SafetensorsFile file = SafetensorsFile.Open(path);
        return OneLine.Named(path, () => ModelFileInfo.Read(file));
    }

    /// <summary>Loads the file's parameters into the model, as floats, whatever their stored type. If anything fails, the model is unchanged. The names and shapes of parameters
    /// must be the same, and so must the equations of the layers with parameters, apart from dropouts. <see cref="ModelFileInfo.Warnings"/> lists all other differences.</summary>
    /// <returns>The file's description of its model.</returns>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is damaged, holds a value that is not finite, or does not fit the model. The message lists the differences.</exception>
    /// <exception cref="InvalidOperationException">The model has adapters attached, which write its parameters.</exception>
    public static ModelFileInfo Load(string path, Module model) => Load(path, model, strict: true);

    /// <summary>Like <see cref="Load(string, Module)"/>, with a choice of what must fit and of the names in the file.</summary>
    /// <param name="path">The path of the file.</param>
    /// <param name="model">The model.</param>
    /// <param name="strict">False to load each parameter that the file has with the model's shape, whatever else differs. <see cref="ModelFileInfo.Missing"/> parameters keep their
    /// values, <see cref="ModelFileInfo.Unexpected"/> tensors are ignored, and <see cref="ModelFileInfo.Warnings"/> lists all differences.</param>
    /// <param name="names">For a layer ("encoder") or a parameter ("encoder.Wi") of the model: its name in the file. All others have the same name in both.</param>
    /// <returns>The file's description of its model, and how it fits.</returns>
    /// <exception cref="ArgumentException">The model has no layer or parameter that <paramref name="names"/> names.</exception>
    public static ModelFileInfo Load(string path, Module model, bool strict = true, IReadOnlyDictionary<string, string>? names = null)
    {
        using SafetensorsFile file = SafetensorsFile.Open(path);
        return OneLine.Named(path, () => Load(file, model, strict, names));
    }

    /// <summary>Like <see cref="Load(string, Module)"/>, from a stream that can seek, such as a resource of the program. The stream is disposed.</summary>
    /// <exception cref="InvalidDataException">The content is broken, holds a value that is not finite, or does not fit the model.</exception>
    public static ModelFileInfo Load(Stream stream, Module model) => Load(stream, model, strict: true);

    /// <summary>Like <see cref="Load(string, Module, bool, IReadOnlyDictionary{string, string})"/>, from a stream that can seek. The stream is disposed.</summary>
    /// <exception cref="InvalidDataException">The content is broken, holds a value that is not finite, or does not fit the model.</exception>
    public static ModelFileInfo Load(Stream stream, Module model, bool strict = true, IReadOnlyDictionary<string, string>? names = null)
    {
        using (stream)
        {
            using var file = new SafetensorsFile(stream);
            return OneLine.Named(null, () => Load(file, model, strict, names));
        }
    }

    static ModelFileInfo Load(SafetensorsFile file, Module model, bool strict, IReadOnlyDictionary<string, string>? names)
    {
        if (AdapterTraining.AttachedTo(model.Outermost).Count > 0)
            throw new InvalidOperationException($"{model.Info.Name} has adapters attached, which write its parameters: {AdapterTraining.WayOut} before a file is loaded.");
        ModelFit fit = Read(file, model, strict, names);
        model.SetParameters(fit.Found);
        return fit.Report();
    }

    /// <summary>What can be done with a file that does not fit.</summary>
    const string NotStrict = "With strict: false what fits is loaded.";

    /// <summary>Reads the values of a file that must fit. The model is not changed.</summary>
    /// <param name="file">The file.</param>
    /// <param name="model">The model.</param>
    /// <param name="wayOut">The sentence that says what the user can do if the file does not fit.</param>
    internal static ModelFit Read(SafetensorsFile file, Module model, string wayOut) => Read(file, model, strict: true, names: null, wayOut);

    /// <summary>Reads the values that fit. The model is not changed.</summary>
    static ModelFit Read(SafetensorsFile file, Module model, bool strict, IReadOnlyDictionary<string, string>? names, string wayOut = NotStrict)
    {
        var fit = new ModelFit(ModelFileInfo.Read(file), model.Info, names ?? new Dictionary<string, string>());
        if (strict)
            fit.Require(wayOut);
        foreach (FoundParameter found in fit.Found)
            found.Values = StoredParameters.Read(file, found.Parameter, found.Name);
        return fit;
    }

    /// <summary>The index of the first value that the file cannot hold as a finite number.</summary>
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
