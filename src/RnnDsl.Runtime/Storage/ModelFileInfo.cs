using System.Text;
using System.Text.Json;
using RnnDsl.Execution;
using RnnDsl.Sequences;

namespace RnnDsl.Storage;

/// <summary>A model file's description of its model: enough to construct the model with the right sizes.</summary>
/// <param name="Model">The name of the model's class.</param>
/// <param name="Fingerprint">The fingerprint of the whole class (<see cref="ModuleInfo.Fingerprint"/>).</param>
/// <param name="Dimensions">The sizes with which the model was constructed.</param>
/// <param name="Parameters">Names and shapes.</param>
/// <param name="Scaler">The scaling of its data, if the writer gave it.</param>
/// <param name="Metadata">The writer's own texts.</param>
public sealed record ModelFileInfo(
    string Model,
    string Fingerprint,
    IReadOnlyList<Dimension> Dimensions,
    IReadOnlyList<Tensor> Parameters,
    Scaler? Scaler,
    IReadOnlyDictionary<string, string> Metadata)
{
    const string Prefix = "rnndsl.";
    const string VersionKey = Prefix + "version", ModelKey = Prefix + "model", FingerprintKey = Prefix + "fingerprint",
        DimensionsKey = Prefix + "dimensions", ScalerKey = Prefix + "scaler", PrecisionKey = Prefix + "precision", RangesKey = Prefix + "ranges",
        EquationsKey = Prefix + "equations";
    internal const string OptimizerKey = Prefix + "optimizer", TrainingKey = Prefix + "training", TableKey = Prefix + "table";
    const string Version = "1";

    /// <summary>The type of the numbers in the file, as its writer stated it: "F32", "BF16", "I8".</summary>
    public string Precision { get; init; } = "F32";

    /// <summary>The ranges of a calibrated predictor, for <see cref="Prediction.Predictor.Calibrate(IReadOnlyList{ValueTuple{string, float}})"/>; empty if the writer gave none.</summary>
    public IReadOnlyList<(string Operand, float Range)> Ranges { get; init; } = [];

    /// <summary>After a load: the differences between file and model, with a sentence for each, such as another loss, another class name, or a dropout. Empty if there are none.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>After a load that was not strict: the model's parameters that kept their values, because the file has none with their name and shape.</summary>
    public IReadOnlyList<string> Missing { get; init; } = [];

    /// <summary>After a load that was not strict: the file's tensors that fit no parameter of the model.</summary>
    public IReadOnlyList<string> Unexpected { get; init; } = [];

    /// <summary>The encoder that turns rows of a table into the model's inputs.</summary>
    /// <exception cref="InvalidDataException">The model was saved without an encoder, or the file's text for it is invalid.</exception>
    public TableEncoder ReadEncoder() => TableEncoder.FromJson(TableText
        ?? throw new InvalidDataException($"The file of {Model} holds no encoder of a table: its writer did not give one to {nameof(ModelFile)}.{nameof(ModelFile.Save)}."));

    /// <summary>It is read only on demand, so that other native programs do not contain its reader.</summary>
    internal string? TableText { get; init; }

    /// <summary>The fingerprints of the equations; empty in files of the first version.</summary>
    internal IReadOnlyList<EquationsInfo> Equations { get; init; } = [];

    /// <summary>The names of the inputs of each method, such as "Loss()".</summary>
    internal IReadOnlyDictionary<string, string[]> Inputs { get; init; } = new Dictionary<string, string[]>();

    /// <summary>Size of a dimension.</summary>
    /// <exception cref="ArgumentException">The model has no dimension of that name.</exception>
    public int Size(string dimension) =>
        Dimensions.FirstOrDefault(d => d.Name == dimension)?.Size
        ?? throw new ArgumentException(
            $"{Model} has no dimension '{dimension}'. {NearestName.Hint(dimension, [.. Dimensions.Select(d => d.Name)])}",
            nameof(dimension));

    /// <summary>The texts of a file's metadata for a module.</summary>
    internal static List<KeyValuePair<string, string>> Write(
        ModuleInfo module, Scaler? scaler, IEnumerable<KeyValuePair<string, string>> metadata, StoredPrecision precision,
        IReadOnlyList<(string Operand, float Range)> ranges)
    {
        List<KeyValuePair<string, string>> texts =
        [
            new(VersionKey, Version),
            new(ModelKey, module.Name),
            new(FingerprintKey, module.Fingerprint),
            new(DimensionsKey, WriteDimensions(module.Dimensions)),
        ];
        if (module.Equations.Count > 0)
            texts.Add(new(EquationsKey, WriteEquations(module)));
        if (precision != StoredPrecision.Float32)
            texts.Add(new(PrecisionKey, precision.DType()));
        if (ranges.Count > 0)
            texts.Add(new(RangesKey, WriteRanges(ranges)));
        if (scaler is not null)
            texts.Add(new(ScalerKey, scaler.ToJson()));
        foreach (KeyValuePair<string, string> text in metadata)
        {
            if (text.Key.StartsWith(Prefix, StringComparison.Ordinal))
                throw new ArgumentException($"Metadata '{text.Key}': names that begin with '{Prefix}' are taken.", nameof(metadata));
            texts.Add(text);
        }
        return texts;
    }

    /// <exception cref="InvalidDataException">The file was not written by <see cref="ModelFile"/>.</exception>
    internal static ModelFileInfo Read(SafetensorsFile file)
    {
        string version = Text(VersionKey);
        if (version != Version)
            throw new InvalidDataException($"The file is of version {version}; this library reads version {Version}.");
        Scaler? scaler = file.Metadata.TryGetValue(ScalerKey, out string? json) ? Scaler.FromJson(json) : null;
        var own = new Dictionary<string, string>();
        foreach ((string key, string text) in file.Metadata)
            if (!key.StartsWith(Prefix, StringComparison.Ordinal))
                own.Add(key, text);
        (List<EquationsInfo> equations, Dictionary<string, string[]> inputs) = file.Metadata.TryGetValue(EquationsKey, out string? written) ? ReadEquations(written) : ([], []);
        return new ModelFileInfo(Text(ModelKey), Text(FingerprintKey), ReadDimensions(Text(DimensionsKey)),
            StoredParameters.Own(file), scaler, own)
        {
            Precision = file.Metadata.GetValueOrDefault(PrecisionKey, "F32"),
            Ranges = file.Metadata.TryGetValue(RangesKey, out string? ranges) ? ReadRanges(ranges) : [],
            Equations = equations,
            TableText = file.Metadata.GetValueOrDefault(TableKey),
            Inputs = inputs,
        };

        string Text(string key) => file.Metadata.TryGetValue(key, out string? text)
            ? text
            : throw new InvalidDataException($"The file has no '{key}' in its metadata: it holds tensors, but was not saved as a model.");
    }

    static string WriteDimensions(IReadOnlyList<Dimension> dimensions) => JsonText.Write(writer =>
    {
        writer.WriteStartObject();
        foreach (Dimension dimension in dimensions)
            writer.WriteNumber(dimension.Name, dimension.Size);
        writer.WriteEndObject();
    });

    /// <summary>{"encoder":["values","training"],"Loss()":["values","training","x","y"]}: the inputs of a method follow its fingerprints.</summary>
    static string WriteEquations(ModuleInfo module) => JsonText.Write(writer =>
    {
        writer.WriteStartObject();
        foreach (EquationsInfo equations in module.Equations)
        {
            writer.WriteStartArray(equations.Part);
            foreach (string text in (string[])[equations.Values, equations.Training, .. module.Methods.FirstOrDefault(m => m.Name + "()" == equations.Part)?.Inputs.Select(i => i.Name) ?? []])
                writer.WriteStringValue(text);
            writer.WriteEndArray();
        }
        writer.WriteEndObject();
    });

    static (List<EquationsInfo>, Dictionary<string, string[]>) ReadEquations(string json)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(json);
            var equations = new List<EquationsInfo>();
            var inputs = new Dictionary<string, string[]>();
            foreach (JsonProperty part in document.RootElement.EnumerateObject())
            {
                string[] texts = [.. part.Value.EnumerateArray().Select(text => text.GetString() ?? "")];
                if (texts.Length < 2)
                    throw new FormatException($"{part} has not two fingerprints.");
                equations.Add(new EquationsInfo(part.Name, texts[0], texts[1]));
                inputs[part.Name] = texts[2..];
            }
            return (equations, inputs);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            throw new InvalidDataException($"The metadata '{EquationsKey}' are not fingerprints by name: {e.Message}", e);
        }
    }

    /// <summary>[["x",1.5],["h_before",1]].</summary>
    static string WriteRanges(IReadOnlyList<(string Operand, float Range)> ranges) => JsonText.Write(writer =>
    {
        CheckRanges(ranges);
        writer.WriteStartArray();
        foreach ((string operand, float range) in ranges)
        {
            writer.WriteStartArray();
            writer.WriteStringValue(operand);
            writer.WriteNumberValue(range);
            writer.WriteEndArray();
        }
        writer.WriteEndArray();
    });

    /// <exception cref="ArgumentException">A range is no finite number from 0 up.</exception>
    internal static void CheckRanges(IReadOnlyList<(string Operand, float Range)> ranges)
    {
        foreach ((string operand, float range) in ranges)
            if (!IsRange(range))
                throw new ArgumentException(FormattableString.Invariant($"The range of {operand} is {range}, not a finite number from 0 up."), nameof(ranges));
    }

    static bool IsRange(float range) => range is >= 0 and < float.PositiveInfinity;

    static List<(string, float)> ReadRanges(string json)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(json);
            return [.. document.RootElement.EnumerateArray().Select(pair => pair.GetArrayLength() == 2 && pair[1].GetSingle() is var range && IsRange(range)
                ? (pair[0].GetString() ?? "", range) : throw new FormatException($"{pair} is not a name and a range."))];
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            throw new InvalidDataException($"The metadata '{RangesKey}' are not ranges by name: {e.Message}", e);
        }
    }

    static List<Dimension> ReadDimensions(string json)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(json);
            return [.. document.RootElement.EnumerateObject().Select(entry => new Dimension(entry.Name, Positive(entry.Value)))];
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            throw new InvalidDataException($"The metadata '{DimensionsKey}' are not sizes by name: {e.Message}", e);
        }

        static int Positive(JsonElement size) =>
            size.GetInt32() is > 0 and int value ? value : throw new FormatException($"{size} is not a size.");
    }
}
