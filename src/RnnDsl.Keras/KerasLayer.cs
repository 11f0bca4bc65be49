using System.Text.Json;

namespace RnnDsl.Keras;

/// <summary>A layer as a model's config describes it, with the layers inside of it.</summary>
/// <param name="ClassName">"LSTM".</param>
/// <param name="Name">The layer's own name.</param>
/// <param name="Role">What it is to the layer around it: "layers", "forward_layer", "cell"; "" for the model.</param>
/// <param name="Version">Major version of Keras, 0: unknown.</param>
/// <param name="Config">Its settings.</param>
/// <param name="Parts">What is inside.</param>
sealed record KerasLayer(string ClassName, string Name, string Role, int Version, JsonElement Config, IReadOnlyList<KerasLayer> Parts)
{
    public bool IsRoot => Role.Length == 0;

    /// <summary>Whether it is a half of a bidirectional layer.</summary>
    public bool IsHalf { get; private init; }

    /// <summary>Whether it runs from the last step to the first.</summary>
    public bool RunsBackward { get; private init; }

    /// <summary>A layer may have several parts of these roles, which are numbered.</summary>
    public static bool IsList(string role) => role is "layers" or "cells";

    public IEnumerable<KerasLayer> Leaves() => Parts.Count == 0 ? [this] : Parts.SelectMany(p => p.Leaves());

    /// <summary>A setting; null where the config does not say.</summary>
    public JsonElement? Setting(string name) => Config.ValueKind == JsonValueKind.Object && Config.TryGetProperty(name, out JsonElement value) ? value : null;

    public bool? Flag(string name) => Setting(name)?.ValueKind switch { JsonValueKind.True => true, JsonValueKind.False => false, _ => null };

    public static KerasLayer Read(JsonElement json, int version, string role)
    {
        JsonElement config = json.TryGetProperty("config", out JsonElement own) ? own : default;
        string className = Text(json, "class_name") ?? "";
        var parts = new List<KerasLayer>();
        if (config.ValueKind == JsonValueKind.Array)
            parts.AddRange(config.EnumerateArray().Select(l => Read(l, version, "layers")));        // a Sequential of Keras before 2.2
        else if (config.ValueKind == JsonValueKind.Object)
        {
            foreach (string list in new[] { "layers", "cells" })
                if (config.TryGetProperty(list, out JsonElement many) && many.ValueKind == JsonValueKind.Array)
                    parts.AddRange(many.EnumerateArray().Where(IsLayer).Select(l => Read(l, version, list)));
            foreach (string one in new[] { "cell", "layer", "backward_layer" })
                if (config.TryGetProperty(one, out JsonElement part) && IsLayer(part))
                {
                    KerasLayer inner = Read(part, version, className == "Bidirectional" && one == "layer" ? "forward_layer" : one);
                    parts.Add(className is "Bidirectional" or "TimeDistributed" or "RNN" ? inner : inner.Inside(className));
                }
        }
        var layer = new KerasLayer(className, Text(config, "name") ?? Text(json, "name") ?? "", role, version, config, parts);
        if (layer.Flag("go_backwards") is true)
            layer = layer.Turned();
        return className == "Bidirectional" ? layer with { Parts = Halves(parts) } : layer;
    }

    /// <summary>A backward half without a config of its own is the forward one, run the other way.</summary>
    static List<KerasLayer> Halves(List<KerasLayer> parts) => parts.Find(p => p.Role == "forward_layer") is not { } forward ? parts
        : [forward.Half(), (parts.Find(p => p.Role == "backward_layer") ?? forward.Turned() with { Role = "backward_layer" }).Half()];

    /// <summary>Another wrapper, such as one that normalizes weights or adds the input, makes something else of a layer.</summary>
    KerasLayer Inside(string wrapper) => this with { ClassName = Parts.Count == 0 ? $"{ClassName} in {wrapper}" : ClassName, Parts = [.. Parts.Select(p => p.Inside(wrapper))] };

    /// <summary>The layer, with the cells in it, run in the other direction.</summary>
    KerasLayer Turned() => this with { RunsBackward = !RunsBackward, Parts = [.. Parts.Select(p => p.Turned())] };

    KerasLayer Half() => this with { IsHalf = true, Parts = [.. Parts.Select(p => p.Half())] };

    static bool IsLayer(JsonElement json) => json.ValueKind == JsonValueKind.Object && json.TryGetProperty("class_name", out _);

    static string? Text(JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out JsonElement text) && text.ValueKind == JsonValueKind.String ? text.GetString() : null;
}
