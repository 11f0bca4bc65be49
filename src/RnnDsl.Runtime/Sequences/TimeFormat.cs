using System.Globalization;

namespace RnnDsl.Sequences;

/// <summary>The ways in which dates and times are written.</summary>
static class TimeFormat
{
    static readonly string[] Dates =
    [
        "yyyy-MM-dd", "yyyy-M-d", "yyyy/MM/dd", "yyyy/M/d", "yyyy.MM.dd", "yyyyMMdd", "yyyy-MM", "yyyy-M", "yyyy/MM", "yyyy'M'MM",
        "MM/dd/yyyy", "M/d/yyyy", "dd/MM/yyyy", "d/M/yyyy", "MM-dd-yyyy", "dd-MM-yyyy", "d-M-yyyy", "dd.MM.yyyy", "d.M.yyyy", "M/d/yy", "d/M/yy", "dd.MM.yy",
        "MM/yyyy", "dd-MMM-yyyy", "d-MMM-yyyy", "dd MMM yyyy", "d MMM yyyy", "d MMMM yyyy", "dd-MMM-yy", "d-MMM-yy", "MMM d yyyy", "MMM d, yyyy", "MMMM d, yyyy",
        "MMM dd, yyyy", "MMM yyyy", "MMMM yyyy", "MMM-yyyy", "MMM-yy", "ddMMMyyyy",
    ];

    static readonly string[] TimesOfDay =
        ["HH:mm:ss.FFFFFFFK", "H:mm:ss.FFFFFFFK", "HH:mmK", "H:mmK", "HH.mm.ss", "h:mm:ss tt", "h:mm tt", "HH:mm:ss zzz", "HH:mm:ss 'UTC'", "HH"];

    /// <summary>Formats of whole times. Times of day alone are in <see cref="OfDay"/>.</summary>
    public static IReadOnlyList<string> DatesAndTimes { get; } =
        [.. Dates, .. Dates.SelectMany(date => TimesOfDay.Select(time => $"{date} {time}")), .. TimesOfDay[..4].SelectMany(time => new[] { $"yyyy-MM-dd'T'{time}", $"yyyy-MM-dd-{time}" })];

    public static IReadOnlyList<string> OfDay { get; } = TimesOfDay[..^3];

    /// <summary>Reads a text in one format. A time without a zone is taken as it is.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, string format, out DateTime time) => DateTime.TryParseExact(
        text.Trim(), format, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal | DateTimeStyles.NoCurrentDateDefault, out time);

    /// <summary>Whether it is a date, with or without a time of day, or a time of day.</summary>
    public static bool IsTime(ReadOnlySpan<char> text)
    {
        if (text.Length is < 4 or > 40 || !text.ContainsAnyInRange('0', '9'))
            return false;
        foreach (string format in DatesAndTimes)
            if (TryParse(text, format, out _))
                return true;
        foreach (string format in OfDay)
            if (TryParse(text, format, out _))
                return true;
        return false;
    }

    /// <summary>A format that writes times as <paramref name="sample"/> is written, with or without a zone; else that of ISO 8601.</summary>
    public static string Writing(string format, string sample)
    {
        int point = sample.LastIndexOf('.'), digits = 0;
        while (point >= 0 && point + 1 + digits < sample.Length && char.IsAsciiDigit(sample[point + 1 + digits]))
            digits++;
        string fraction = format.Replace(".FFFFFFF", digits is > 0 and <= 7 ? "." + new string('f', digits) : "");
        foreach (string candidate in new[] { fraction, fraction.Replace("K", ""), format, format.Replace("K", "") })
            if (TryParse(sample, format, out DateTime time) && time.ToString(candidate, CultureInfo.InvariantCulture) == sample.Trim())
                return candidate;
        return "yyyy-MM-dd HH:mm:ss.FFFFFFF";
    }
}
