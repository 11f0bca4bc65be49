using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace RnnDsl.Examples.Monitoring;

/// <summary>A line of a stream: what it says, when, and its number in the stream where it has one.</summary>
readonly partial record struct NewsLine(string Text, DateTimeOffset? Time, string? Id)
{
    static readonly string[] textNames = ["text", "title", "headline"], timeNames = ["time", "date", "timestamp", "published"];

    const string NoTime = "a time that is neither ISO 8601 nor seconds or milliseconds since 1970";

    /// <summary>Numbers below stand for another time than they seem to, or for none: these are seconds of the year 1990.</summary>
    const double FewestSeconds = 631_152_000;

    /// <summary>
    /// Reads an object of JSON with a text and, if wanted, a time and an id; or a time, a tab and a text; or a text alone. Times are ISO 8601, or seconds or milliseconds since 1970.
    /// </summary>
    /// <param name="line">The line.</param>
    /// <param name="problem">What is wrong with it, in few words, so that equal problems can be counted.</param>
    public static NewsLine? Parse(string line, out string problem)
    {
        problem = "";
        string trimmed = line.Trim();
        NewsLine? news = trimmed.StartsWith('{') ? FromJson(trimmed, ref problem) : FromText(trimmed, ref problem);
        if (news is { } read && !read.Text.EnumerateRunes().Any(Rune.IsLetter))
            (news, problem) = (null, "no letter in the text");
        return news;
    }

    /// <summary>What stands before a tab is meant as a time if it has nothing that no time has.</summary>
    static NewsLine? FromText(string line, ref string problem)
    {
        int tab = line.IndexOf('\t', StringComparison.Ordinal);
        if (tab <= 0 || line.AsSpan(0, tab).ContainsAnyExcept("0123456789-+:., TZ/"))
            return new NewsLine(line, null, null);
        if (ParseTime(line[..tab].Trim()) is { } time)
            return new NewsLine(line[(tab + 1)..].Trim(), time, null);
        problem = NoTime;
        return null;
    }

    static NewsLine? FromJson(string line, ref string problem)
    {
        try
        {
            using JsonDocument json = JsonDocument.Parse(line);
            if (Value(json.RootElement, textNames) is not { ValueKind: JsonValueKind.String } text)
                problem = "no text in the object of JSON";
            else if (Value(json.RootElement, timeNames) is not { } written)
                return new NewsLine(text.GetString()!, null, OwnId(json.RootElement));
            else if (ParseTime(Written(written)) is { } time)
                return new NewsLine(text.GetString()!, time, OwnId(json.RootElement));
            else
                problem = NoTime;
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            problem = "broken JSON";
        }
        return null;
    }

    /// <summary>The first of these that the object has.</summary>
    static JsonElement? Value(JsonElement json, string[] names)
    {
        foreach (string name in names)
            if (json.TryGetProperty(name, out JsonElement value) && value.ValueKind != JsonValueKind.Null)
                return value;
        return null;
    }

    static string? OwnId(JsonElement json) => Value(json, ["id"]) is { ValueKind: JsonValueKind.String or JsonValueKind.Number } id ? Written(id) : null;

    static string Written(JsonElement value) => value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText();

    static DateTimeOffset? ParseTime(string text)
    {
        if (Iso().Match(text) is { Success: true } iso)
            return FromIso(iso);
        // Seconds above would be of the year 5138, and milliseconds below of 1990 as well.
        return !double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) ? null
            : number is >= FewestSeconds and < 1e11 ? DateTimeOffset.UnixEpoch.AddSeconds(number)
            : number is >= 1000 * FewestSeconds and < 1e14 ? DateTimeOffset.UnixEpoch.AddMilliseconds(number) : null;
    }

    /// <summary>Without an offset it is UTC.</summary>
    static DateTimeOffset? FromIso(Match iso)
    {
        string written = Part("year") + Part("month") + Part("day") + Part("hour") + Part("minute") + Part("second");
        if (!DateTime.TryParseExact(written, "yyyyMMddHHmmss", CultureInfo.InvariantCulture, DateTimeStyles.None, out DateTime time) || time.Year is <= 1970 or 9999)
            return null;
        decimal fraction = decimal.Parse("0." + Part("fraction"), CultureInfo.InvariantCulture);
        int offset = 60 * int.Parse(Part("hours"), CultureInfo.InvariantCulture) + int.Parse(Part("minutes"), CultureInfo.InvariantCulture);
        return new DateTimeOffset(time, TimeSpan.Zero).AddTicks((long)(fraction * TimeSpan.TicksPerSecond)).AddMinutes(iso.Groups["sign"].Value == "-" ? offset : -offset);

        string Part(string name) => iso.Groups[name] is { Success: true, Value: var digits } ? digits : "00";
    }

    /// <summary>A date, or date and time, with hyphens and colons or in the basic form without. The fraction has a point or a comma.</summary>
    [GeneratedRegex("""
        ^(?<year>[0-9]{4})(?<hyphen>-?)(?<month>[0-9]{2})\k<hyphen>(?<day>[0-9]{2})
        ([Tt\ ](?<hour>[0-9]{2})(?<colon>:?)(?<minute>[0-9]{2})(\k<colon>(?<second>[0-9]{2})([.,](?<fraction>[0-9]+))?)?
        (\ ?([Zz]|(?<sign>[+-])(?<hours>[0-9]{2})(:?(?<minutes>[0-9]{2}))?))?)?$
        """, RegexOptions.ExplicitCapture | RegexOptions.IgnorePatternWhitespace | RegexOptions.CultureInvariant)]
    private static partial Regex Iso();
}
