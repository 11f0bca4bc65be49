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

    /// <summary>How <see cref="TableColumns{T}"/> writes times.</summary>
    public const string OfObjects = "yyyy-MM-dd HH:mm:ss.FFFFFFF";

    /// <summary>Writes a time as another one is written that has this format: with its zone, or without one, and with as many digits of a second. If that cannot be told, as in ISO 8601.</summary>
    public static string Write(DateTime time, string format, string like)
    {
        like = like.Trim();
        int point = like.LastIndexOf('.'), digits = 0;
        while (point >= 0 && point + 1 + digits < like.Length && char.IsAsciiDigit(like[point + 1 + digits]))
            digits++;
        string fraction = format.Replace(".FFFFFFF", digits is > 0 and <= 7 ? "." + new string('f', digits) : "");
        if (TryParse(like, format, out DateTime sample) && DateTimeOffset.TryParseExact(like, format, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset zoned))
            foreach (string candidate in new[] { fraction, fraction.Replace("K", ""), format, format.Replace("K", "") })
            {
                if (Utc(sample, candidate) == like)
                    return Utc(time, candidate);
                if (Zoned(sample, candidate) == like)
                    return Zoned(time, candidate);
            }
        return time.ToString(OfObjects, CultureInfo.InvariantCulture);

        string Zoned(DateTime time, string way) => new DateTimeOffset(DateTime.SpecifyKind(time, DateTimeKind.Utc)).ToOffset(zoned.Offset).ToString(way, CultureInfo.InvariantCulture);
    }

    static string Utc(DateTime time, string way) => DateTime.SpecifyKind(time, DateTimeKind.Utc).ToString(way, CultureInfo.InvariantCulture);
}
