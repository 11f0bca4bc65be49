using System.Text.Json;
using RnnDsl.Storage;

namespace RnnDsl.Sequences;

public sealed partial class TableEncoder
{
    /// <summary>One line of JSON, which a model's file holds.</summary>
    public string ToJson() => JsonText.Write(writer =>
    {
        writer.WriteStartObject();
        WriteOptions(writer);
        if (numbers is not null)
            WriteScaler(writer, "numbers", numbers);
        writer.WriteStartArray("categories");
        foreach (CategoryFeature category in categories)
            WriteCategory(writer, category);
        writer.WriteEndArray();
        writer.WriteStartArray("times");
        foreach (TimeFeature time in times)
        {
            writer.WriteStartObject();
            writer.WriteString("name", WellFormedText(time.Name));
            writer.WriteString("format", time.Format);
            writer.WriteNumber("parts", (int)time.Parts);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
        if (classes is not null)
        {
            writer.WritePropertyName("classes");
            WriteCategory(writer, classes);
        }
        if (TargetScaler is not null)
            WriteScaler(writer, "target scaler", TargetScaler);
        writer.WriteEndObject();
    });

    /// <summary>Reads what <see cref="ToJson"/> wrote.</summary>
    /// <exception cref="InvalidDataException">The text is something else.</exception>
    public static TableEncoder FromJson(string json)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(json);
            JsonElement root = document.RootElement;
            TableOptions options = ReadOptions(root);
            options.Check();
            CategoryFeature? classes = root.TryGetProperty("classes", out JsonElement named) ? ReadCategory(named) : null;
            Scaler? targetScaler = ReadScaler(root, "target scaler");
            if (options.Target is not null && classes is null == targetScaler is null)
                throw new FormatException($"the target '{options.Target}' is a class or a number");
            return new TableEncoder(options, ReadScaler(root, "numbers"),
                [.. root.GetProperty("categories").EnumerateArray().Select(ReadCategory)],
                [.. root.GetProperty("times").EnumerateArray().Select(time => new TimeFeature(Text(time.GetProperty("name")), Text(time.GetProperty("format")), (TimeParts)time.GetProperty("parts").GetInt32()))],
                classes, targetScaler, null);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException or ArgumentException)
        {
            throw new InvalidDataException($"This is not a table encoder's JSON: {e.Message}", e);
        }
    }

    void WriteOptions(Utf8JsonWriter writer)
    {
        writer.WriteString("input", WellFormedText(Options.InputName));
        writer.WriteString("target name", WellFormedText(Options.TargetName));
        if (Options.Target is { } target)
            writer.WriteString("target", WellFormedText(target));
        if (Options.Group is { } group)
            writer.WriteString("group", WellFormedText(group));
        if (Options.Window is { } window)
            writer.WriteNumber("window", window);
        writer.WriteNumber("stride", Options.Stride);
        writer.WriteNumber("ahead", Options.Ahead);
        writer.WriteNumber("horizon", Options.Horizon);
        writer.WriteBoolean("target per step", Options.TargetPerStep);
        writer.WriteBoolean("allow unknown", Options.AllowUnknownCategories);
    }

    static TableOptions ReadOptions(JsonElement root) => new()
    {
        InputName = Text(root.GetProperty("input")), TargetName = Text(root.GetProperty("target name")),
        Target = root.TryGetProperty("target", out JsonElement target) ? Text(target) : null,
        Group = root.TryGetProperty("group", out JsonElement group) ? Text(group) : null,
        Window = root.TryGetProperty("window", out JsonElement window) ? window.GetInt32() : null,
        Stride = root.GetProperty("stride").GetInt32(), Ahead = root.GetProperty("ahead").GetInt32(), Horizon = root.GetProperty("horizon").GetInt32(),
        TargetPerStep = root.GetProperty("target per step").GetBoolean(), AllowUnknownCategories = root.GetProperty("allow unknown").GetBoolean(),
    };

    static void WriteCategory(Utf8JsonWriter writer, CategoryFeature category)
    {
        writer.WriteStartObject();
        writer.WriteString("name", WellFormedText(category.Name));
        writer.WriteStartArray("values");
        foreach (string value in category.Values)
            writer.WriteStringValue(WellFormedText(value));
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    static CategoryFeature ReadCategory(JsonElement element) => new(Text(element.GetProperty("name")), [.. element.GetProperty("values").EnumerateArray().Select(Text)]);

    static void WriteScaler(Utf8JsonWriter writer, string name, Scaler scaler)
    {
        writer.WritePropertyName(name);
        writer.WriteRawValue(scaler.ToJson());
    }

    static Scaler? ReadScaler(JsonElement root, string name) => root.TryGetProperty(name, out JsonElement scaler) ? Scaler.FromJson(scaler.GetRawText()) : null;

    static string Text(JsonElement element) => element.GetString() ?? throw new FormatException("a null text");

    static string WellFormedText(string text)
    {
        WellFormed.Check($"the name '{text}'", text);
        return text;
    }
}
