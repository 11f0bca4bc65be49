using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace RnnDsl.Keras;

/// <summary>What a file of Keras says of its model's layers: <c>model_config</c> of "model.h5", <c>config.json</c> of "model.keras".</summary>
sealed partial class KerasConfig
{
    const int MostDepth = 512;

    readonly KerasLayer root;
    readonly bool counted;

    KerasConfig(KerasLayer root, bool counted) => (this.root, this.counted) = (root, counted);

    /// <summary>Layers that hold no others.</summary>
    public IEnumerable<KerasLayer> Leaves => root.Parts.SelectMany(p => p.Leaves());

    /// <param name="json">The config.</param>
    /// <param name="version">Keras' own, such as "2.1.6"; null: unknown, as very old files have it.</param>
    /// <param name="counted">Whether the weights lie under names that count layers by their class, as in an archive, and not under the layers' own.</param>
    public static KerasConfig Parse(string json, string? version, bool counted)
    {
        try
        {
            CheckTexts(System.Text.Encoding.UTF8.GetBytes(json));
            using JsonDocument document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = MostDepth });
            _ = int.TryParse(version?.Split('.')[0], NumberStyles.None, CultureInfo.InvariantCulture, out int major);
            return new KerasConfig(KerasLayer.Read(document.RootElement.Clone(), major, ""), counted);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new InvalidDataException($"The config of its model is damaged: {e.Message}", e);
        }
    }

    /// <summary>Half of a surrogate pair is found here, and not when a text is asked for.</summary>
    static void CheckTexts(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = MostDepth });
        while (reader.Read())
            if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName)
                _ = reader.GetString();
    }

    /// <summary>In an archive's metadata.json.</summary>
    public static string? VersionIn(string? metadata)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(metadata ?? "{}");
            return document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty("keras_version", out JsonElement version) ? version.ToString() : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new InvalidDataException($"Its 'metadata.json' is damaged: {e.Message}", e);
        }
    }

    /// <summary>The layer whose weights lie at a path of the file; null: the config does not tell.</summary>
    public KerasLayer? Find(string group) => counted ? ByClass(root, group.Split('/', StringSplitOptions.RemoveEmptyEntries)) : ByName(root, group);

    /// <summary>"layers/bidirectional_1/forward_layer": what a model holds is counted by class, and parts of a layer have the names of its attributes.</summary>
    static KerasLayer? ByClass(KerasLayer layer, string[] path)
    {
        if (layer.Parts.Count == 0)
            return layer.IsRoot ? null : layer;
        // "layers/rnn" may stand for the cell in it.
        if (path.Length == 0)
            return layer.Parts is [{ Role: "cell" } cell] ? ByClass(cell, path) : null;
        KerasLayer[] children = [.. layer.Parts.Where(p => p.Role == path[0])];
        if (children.Length == 0)
            return null;
        // A list of layers has one more step of the path; a single part has none.
        if (!KerasLayer.IsList(path[0]))
            return ByClass(children[0], path[1..]);
        if (path.Length < 2)
            return null;
        var counts = new Dictionary<string, int>();
        foreach (KerasLayer child in children)
        {
            string name = SnakeCase(child.ClassName);
            int count = counts[name] = counts.GetValueOrDefault(name, -1) + 1;
            if (path[1] == (count == 0 ? name : $"{name}_{count}"))
                return ByClass(child, path[2..]);
        }
        return null;
    }

    /// <summary>"model_weights/encoder/forward_lstm/lstm_cell": layers have the names that they were given.</summary>
    static KerasLayer? ByName(KerasLayer layer, string rest)
    {
        if (layer.Parts.Count == 0)
            return layer.IsRoot ? null : layer;
        if (layer.Parts is [{ } only] && !KerasLayer.IsList(only.Role))
            return ByName(only, rest);
        string path = $"/{rest}/";
        (KerasLayer? found, int at, int length) = (null, int.MaxValue, 0);
        foreach (KerasLayer part in layer.Parts)
        {
            bool half = part.Role is "forward_layer" or "backward_layer";
            string name = half ? "/" + part.Role[..^"layer".Length] : $"/{part.Name}/";
            int where = path.IndexOf(name, StringComparison.Ordinal);
            // The first step of the path that is a layer's name; of two names that begin there, the longer one.
            if (where >= 0 && (where < at || where == at && name.Length > length))
                (found, at, length) = (part, where, name.Length);
        }
        return found is null ? null : ByName(found, path[Math.Min(path.Length - 1, at + length)..].Trim('/'));
    }

    /// <summary>As Keras makes names of classes: "SimpleRNN", "simple_rnn".</summary>
    static string SnakeCase(string name) => Boundaries().Replace(Words().Replace(NoLetters().Replace(name, ""), "$1_$2"), "$1_$2").ToLowerInvariant();

    [GeneratedRegex(@"\W+")]
    private static partial Regex NoLetters();

    [GeneratedRegex("(.)([A-Z][a-z]+)")]
    private static partial Regex Words();

    [GeneratedRegex("([a-z])([A-Z])")]
    private static partial Regex Boundaries();
}
