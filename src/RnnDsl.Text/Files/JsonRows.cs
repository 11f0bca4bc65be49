using System.Text;
using System.Text.Json;

namespace RnnDsl.Text;

/// <summary>Rows of JSON: an object gives its properties by name, an array its elements in order. The first row of objects is preceded by one with the names.</summary>
static class JsonRows
{
    /// <summary>Separates the labels of an array: no label has it.</summary>
    public const char LabelSeparator = '\u001f';

    /// <summary>The largest file that is read whole: bytes, as they are unpacked. A larger one has no place in one text.</summary>
    const long MaximumWhole = 1L << 29;

    /// <summary>The row of a line of JSON lines.</summary>
    public static LabeledRow[] Rows(TextLine line, string path, TextOptions options, ref string[]? names)
    {
        string place = $"{path}, line {line.Number}";
        using JsonDocument document = Parse(line.Text, place);
        return Rows(document.RootElement, line.Number, place, options, ref names);
    }

    /// <summary>The rows of a file that is an array, or an object of arrays.</summary>
    public static IEnumerable<LabeledRow> Array(string path, LabeledTextOptions options)
    {
        if (new FileInfo(path) is { Exists: true, Length: > MaximumWhole })
            throw TooLarge(path);
        using JsonDocument document = Parse(Whole(path, options.Text), path, " A file with an object on each line is named .jsonl.");
        JsonElement array = document.RootElement;
        if (options.Part is { } part && array.ValueKind == JsonValueKind.Array)
            throw new InvalidDataException($"{path} has no part '{part}': it is an array.");
        if (array.ValueKind == JsonValueKind.Object)
        {
            string[] parts = [.. array.EnumerateObject().Where(p => p.Value.ValueKind == JsonValueKind.Array).Select(p => p.Name)];
            if (options.Part is null || !parts.Contains(options.Part))
                throw new InvalidDataException($"{path} is an object; {nameof(LabeledTextOptions)}.{nameof(LabeledTextOptions.Part)} says which of its arrays is read: {string.Join(", ", parts)}.");
            array = array.GetProperty(options.Part);
        }
        if (array.ValueKind != JsonValueKind.Array)
            throw new InvalidDataException($"{path} is neither an array nor an object of arrays.");
        TextFile.CheckCount(array.GetArrayLength(), options.Text, path, "elements");
        string[]? names = null;
        int number = 0;
        foreach (JsonElement element in array.EnumerateArray())
        {
            foreach (LabeledRow row in Rows(element, number, $"{path}, element {number}", options.Text, ref names))
                yield return row;
            number++;
        }
    }

    static string Whole(string path, TextOptions options)
    {
        var text = new StringBuilder();
        foreach (TextLine line in TextFile.ReadLines(path, options))
            if (text.Append(line.Text).Append('\n').Length > MaximumWhole)
                throw TooLarge(path);
        return text.ToString();
    }

    static InvalidDataException TooLarge(string path) =>
        new($"{path} has more than {MaximumWhole} bytes, and a .json file is read whole. Write it as JSON lines (.jsonl), an object on each line, which are read one by one.");

    static LabeledRow[] Rows(JsonElement element, long number, string place, TextOptions options, ref string[]? names)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Array:
                TextFile.CheckColumns(element.GetArrayLength(), options, place);
                return [Row(number, place, [.. element.EnumerateArray()])];
            case JsonValueKind.Object:
                TextFile.CheckColumns(element.GetPropertyCount(), options, place);
                bool isFirst = names is null;
                names ??= [.. element.EnumerateObject().Select(p => p.Name)];
                LabeledRow row = Row(number, place, [.. names.Select(name => element.TryGetProperty(name, out JsonElement value) ? value
                    : throw new InvalidDataException($"{place}: there is no property '{name}', which the first has."))]);
                return isFirst ? [new LabeledRow(number, names) { IsHeader = true, Place = place }, row] : [row];
            default:
                throw new InvalidDataException($"{place}: neither an object nor an array.");
        }
    }

    static LabeledRow Row(long number, string place, JsonElement[] values) =>
        new(number, [.. values.Select(Text)]) { Place = place, Kinds = [.. values.Select(Kind)] };

    static FieldKind Kind(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => FieldKind.Nested,
        JsonValueKind.Array => value.EnumerateArray().Any(e => e.ValueKind is JsonValueKind.Object or JsonValueKind.Array) ? FieldKind.Nested : FieldKind.List,
        _ => FieldKind.Text,
    };

    static string Text(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString()!,
        JsonValueKind.Array => string.Join(LabelSeparator, value.EnumerateArray().Select(e => e.ValueKind == JsonValueKind.Array ? e.GetRawText() : Text(e))),
        JsonValueKind.Null => "",
        _ => value.GetRawText(),
    };

    static JsonDocument Parse(string json, string place, string wayOut = "")
    {
        try
        {
            return JsonDocument.Parse(json);
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"{place}: this is no JSON: {e.Message}{wayOut}", e);
        }
    }
}
