using System.Globalization;
using System.Text.Json;

namespace RnnDsl.Examples.Monitoring;

/// <summary>A line of a stream: what it says, when, and its number in the stream where it has one.</summary>
readonly record struct NewsLine(string Text, DateTimeOffset? Time, string? Id)
{
    static readonly string[] textNames = ["text", "title", "headline"], timeNames = ["time", "date", "timestamp", "published"];

    /// <summary>
    /// Reads an object of JSON with a text and, if wanted, a time and an id; or a time, a tab and a text; or a text alone. Times are ISO 8601, or seconds or milliseconds since 1970.
    /// </summary>
    /// <param name="line">The line.</param>
    /// <param name="problem">What is wrong with it, in few words, so that equal problems can be counted.</param>
    public static NewsLine? Parse(string line, out string problem)
    {
        problem = "";
        string trimmed = line.Trim();
        NewsLine? news = trimmed.StartsWith('{') ? FromJson(trimmed, ref problem) : FromText(trimmed);
        if (news is { } read && !read.Text.Any(char.IsLetterOrDigit))
            (news, problem) = (null, "no letter in the text");
        return news;
    }

    static NewsLine FromText(string line)
    {
        int tab = line.IndexOf('\t', StringComparison.Ordinal);
        return tab > 0 && ParseTime(line[..tab]) is { } time ? new NewsLine(line[(tab + 1)..].Trim(), time, null) : new NewsLine(line, null, null);
    }

    static NewsLine? FromJson(string line, ref string problem)
    {
        try
        {
            using JsonDocument json = JsonDocument.Parse(line);
            if (Value(json.RootElement, textNames) is not { } text)
            {
                problem = "no text in the object of JSON";
                return null;
            }
            string? written = Value(json.RootElement, timeNames);
            DateTimeOffset? time = written is null ? null : ParseTime(written);
            if (written is not null && time is null)
            {
                problem = "a time that is neither ISO 8601 nor seconds or milliseconds since 1970";
                return null;
            }
            return new NewsLine(text, time, Value(json.RootElement, ["id"]));
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            problem = "broken JSON";
            return null;
        }
    }

    static string? Value(JsonElement json, string[] names)
    {
        foreach (string name in names)
            if (json.TryGetProperty(name, out JsonElement value))
                return value.ValueKind is JsonValueKind.String ? value.GetString() : value.ValueKind is JsonValueKind.Number ? value.GetRawText() : null;
        return null;
    }

    static DateTimeOffset? ParseTime(string text)
    {
        // Seconds of this size would be of the year 5138, and milliseconds below it of 1973.
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number))
            return number is > 0 and < 1e11 ? DateTimeOffset.UnixEpoch.AddSeconds(number) : number is >= 1e11 and < 1e14 ? DateTimeOffset.UnixEpoch.AddMilliseconds(number) : null;
        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out DateTimeOffset time) && time > DateTimeOffset.UnixEpoch ? time : null;
    }
}
