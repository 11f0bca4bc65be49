using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace RnnDsl.Keras;

/// <summary>The description of a model's layers in a file of Keras: <c>model_config</c> of "model.h5", <c>config.json</c> of "model.keras".</summary>
sealed partial class KerasConfig
{
    const int MostDepth = 512;

    readonly KerasLayer root;
    readonly bool counted;

    KerasConfig(KerasLayer root, bool counted) => (this.root, this.counted) = (root, counted);

    /// <summary>The layers that contain no other layers.</summary>
    public IEnumerable<KerasLayer> Leaves => root.Parts.SelectMany(p => p.Leaves());

    /// <param name="json">The config.</param>
    /// <param name="version">The version of Keras, such as "2.1.6"; null: unknown, as in very old files.</param>
    /// <param name="counted">Whether the paths of the weights count layers by their class, as in an archive. Otherwise they contain the layers' own names.</param>
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

    /// <summary>Reads all texts once, so that half of a surrogate pair is an error here and not when the text is used.</summary>
    static void CheckTexts(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = MostDepth });
        while (reader.Read())
            if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName)
                _ = reader.GetString();
    }

    /// <summary>The version of Keras in an archive's metadata.json; null: it is not stated.</summary>
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

    /// <summary>The layer whose weights are at a path of the file; null: the config does not tell.</summary>
    public KerasLayer? Find(string group) => counted ? ByClass(root, group.Split('/', StringSplitOptions.RemoveEmptyEntries)) : ByName(root, group);

    /// <summary>Finds a layer by a path such as "layers/bidirectional_1/forward_layer". The layers of a list are counted by class. Other parts of a layer have the names of its attributes.</summary>
    static KerasLayer? ByClass(KerasLayer layer, string[] path)
    {
        if (layer.Parts.Count == 0)
            return layer.IsRoot ? null : layer;
        // The path "layers/rnn" may mean the cell inside that layer.
        if (path.Length == 0)
            return layer.Parts is [{ Role: "cell" } cell] ? ByClass(cell, path) : null;
        KerasLayer[] children = [.. layer.Parts.Where(p => p.Role == path[0])];
        if (children.Length == 0)
            return null;
        // A layer in a list takes two steps of the path, and a single part takes one.
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

    /// <summary>Finds a layer by a path such as "model_weights/encoder/forward_lstm/lstm_cell", which contains the layers' own names.</summary>
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
            // The name that occurs first in the path is chosen. If two begin at the same place, the longer one is chosen.
            if (where >= 0 && (where < at || where == at && name.Length > length))
                (found, at, length) = (part, where, name.Length);
        }
        return found is null ? null : ByName(found, path[Math.Min(path.Length - 1, at + length)..].Trim('/'));
    }

    /// <summary>Converts a class's name as Keras does: "SimpleRNN" becomes "simple_rnn".</summary>
    static string SnakeCase(string name) => Boundaries().Replace(Words().Replace(NonWordCharacters().Replace(name, ""), "$1_$2"), "$1_$2").ToLowerInvariant();

    [GeneratedRegex(@"\W+")]
    private static partial Regex NonWordCharacters();

    [GeneratedRegex("(.)([A-Z][a-z]+)")]
    private static partial Regex Words();

    [GeneratedRegex("([a-z])([A-Z])")]
    private static partial Regex Boundaries();
}
