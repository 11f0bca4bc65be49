using System.Text.Json;

namespace RnnDsl.Text;

/// <summary>Rows of JSON: an object gives its properties by name, an array its elements in order. The first row of objects is preceded by one with the names.</summary>
static class JsonRows
{
    /// <summary>Separates the labels of an array: no label has it.</summary>
    public const char LabelSeparator = '\u001f';

    /// <summary>The row of a line of JSON lines.</summary>
    public static LabeledRow[] Rows(string line, long number, string path, ref string[]? names)
    {
        using JsonDocument document = Parse(line, $"{path}, line {number}");
        return Rows(document.RootElement, number, $"{path}, line {number}", ref names);
    }

    /// <summary>The rows of an array, or of a property of an object that is one.</summary>
    public static LabeledRow[] Array(string json, string? part, string path)
    {
        using JsonDocument document = Parse(json, path);
        JsonElement array = document.RootElement;
        if (array.ValueKind == JsonValueKind.Object)
        {
            string[] parts = [.. array.EnumerateObject().Where(p => p.Value.ValueKind == JsonValueKind.Array).Select(p => p.Name)];
            if (part is null || !parts.Contains(part))
                throw new InvalidDataException($"{path} is an object; {nameof(LabeledTextOptions)}.{nameof(LabeledTextOptions.Part)} says which of its arrays is read: {string.Join(", ", parts)}.");
            array = array.GetProperty(part);
        }
        if (array.ValueKind != JsonValueKind.Array)
            throw new InvalidDataException($"{path} is neither an array nor an object of arrays.");
        string[]? names = null;
        var rows = new List<LabeledRow>();
        foreach (JsonElement element in array.EnumerateArray())
            rows.AddRange(Rows(element, rows.Count, $"{path}, element {rows.Count}", ref names));
        return [.. rows];
    }

    static LabeledRow[] Rows(JsonElement element, long number, string place, ref string[]? names)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Array:
                return [new(number, [.. element.EnumerateArray().Select(Text)])];
            case JsonValueKind.Object:
                bool isFirst = names is null;
                names ??= [.. element.EnumerateObject().Select(p => p.Name)];
                var row = new LabeledRow(number, [.. names.Select(name => element.TryGetProperty(name, out JsonElement value) ? Text(value)
                    : throw new InvalidDataException($"{place}: there is no property '{name}', which the first has."))]);
                return isFirst ? [new LabeledRow(number, names) { IsHeader = true }, row] : [row];
            default:
                throw new InvalidDataException($"{place}: neither an object nor an array.");
        }
    }

    static string Text(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString()!,
        JsonValueKind.Array => string.Join(LabelSeparator, value.EnumerateArray().Select(Text)),
        JsonValueKind.Null => "",
        _ => value.GetRawText(),
    };

    static JsonDocument Parse(string json, string place)
    {
        try
        {
            return JsonDocument.Parse(json);
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"{place}: this is no JSON: {e.Message}", e);
        }
    }
}
