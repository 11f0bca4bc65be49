using System.Text.Json;
using RnnDsl.Execution;
using RnnDsl.Storage;

namespace RnnDsl.Audio;

public sealed partial class AudioFeatures
{
    /// <summary>Under this name the features stand in a file's metadata.</summary>
    const string Key = "audio features";

    /// <summary>What a model's file holds of them: <c>ModelFile.Save(path, model, metadata: features.Metadata)</c>.</summary>
    public IReadOnlyDictionary<string, string> Metadata => new Dictionary<string, string> { [Key] = ToJson() };

    /// <summary>The features that were saved with a model.</summary>
    /// <exception cref="InvalidDataException">The model was saved without any, or the text is something else.</exception>
    public static AudioFeatures Read(ModelFileInfo info) => FromJson(info.Metadata.TryGetValue(Key, out string? json) ? json
        : throw new InvalidDataException($"The file of {info.Model} holds no audio features: its writer did not give {nameof(Metadata)} to {nameof(ModelFile)}.{nameof(ModelFile.Save)}."));

    /// <summary>One line of JSON.</summary>
    public string ToJson() => JsonText.Write(version: 1, writer =>
    {
        writer.WriteNumber("sample rate", Options.SampleRate);
        writer.WriteNumber("frame length", Options.FrameLength);
        writer.WriteNumber("hop", Options.Hop);
        writer.WriteNumber("filters", Options.Filters);
        writer.WriteNumber("lowest", Options.Lowest);
        if (Options.Highest is { } highest)
            writer.WriteNumber("highest", highest);
        writer.WriteString("scale", Options.Scale.ToString());
        if (Options.Warp != 1)
            writer.WriteNumber("warp", Options.Warp);
        writer.WriteString("window", Options.Window.ToString());
        writer.WriteNumber("pre-emphasis", Options.PreEmphasis);
        writer.WriteNumber("floor", Options.Floor);
        if (Options.Coefficients is { } coefficients)
            writer.WriteNumber("coefficients", coefficients);
        writer.WriteNumber("deltas", Options.Deltas);
        writer.WriteString("normalization", Options.Normalization.ToString());
        writer.WriteNumber("running seconds", Options.RunningSeconds);
        if (means is not null)
        {
            Write(writer, "means", means);
            Write(writer, "scales", scales!);
        }
    });

    /// <summary>Reads what <see cref="ToJson"/> wrote.</summary>
    /// <exception cref="InvalidDataException">The text is something else.</exception>
    public static AudioFeatures FromJson(string json) => JsonText.Read(json, "the JSON of audio features", version: 1, root =>
    {
        var options = new FeatureOptions
        {
            SampleRate = root.GetProperty("sample rate").GetInt32(),
            FrameLength = root.GetProperty("frame length").GetDouble(),
            Hop = root.GetProperty("hop").GetDouble(),
            Filters = root.GetProperty("filters").GetInt32(),
            Lowest = root.GetProperty("lowest").GetDouble(),
            Highest = root.TryGetProperty("highest", out JsonElement highest) ? highest.GetDouble() : null,
            Scale = Enum.Parse<MelScale>(root.GetProperty("scale").GetString() ?? ""),
            Warp = root.TryGetProperty("warp", out JsonElement warp) ? warp.GetDouble() : 1,
            Window = Enum.Parse<WindowShape>(root.GetProperty("window").GetString() ?? ""),
            PreEmphasis = root.GetProperty("pre-emphasis").GetDouble(),
            Floor = root.GetProperty("floor").GetDouble(),
            Coefficients = root.TryGetProperty("coefficients", out JsonElement coefficients) ? coefficients.GetInt32() : null,
            Deltas = root.GetProperty("deltas").GetInt32(),
            Normalization = Enum.Parse<Normalization>(root.GetProperty("normalization").GetString() ?? ""),
            RunningSeconds = root.GetProperty("running seconds").GetDouble(),
        };
        if (options.Normalization != Normalization.Fitted)
            return new AudioFeatures(options);
        float[] means = Numbers(root, "means"), scales = Numbers(root, "scales");
        var features = new AudioFeatures(options, means, scales);
        return means.Length == features.Width && scales.Length == features.Width && means.All(float.IsFinite) && scales.All(s => s > 0 && float.IsFinite(s)) ? features
            : throw new FormatException($"its means and scales are not {features.Width} numbers each, the scales above 0");
    });

    static void Write(Utf8JsonWriter writer, string name, float[] numbers)
    {
        writer.WriteStartArray(name);
        foreach (float number in numbers)
            writer.WriteNumberValue(number);
        writer.WriteEndArray();
    }

    static float[] Numbers(JsonElement root, string name) => [.. root.GetProperty(name).EnumerateArray().Select(n => n.GetSingle())];
}
