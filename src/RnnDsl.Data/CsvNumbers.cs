using System.Globalization;

namespace RnnDsl.Data;

/// <summary>Decides whether a text is a number, a missing value or a date.</summary>
sealed class CsvNumbers
{
    /// <summary>Texts that other programs write for a missing value.</summary>
    static readonly string[] Markers = ["None", "#N/A", "#NA", "NaT", "<NA>", "--", "---", ".", "..", "*", "nil", "missing", "n.a.", "#DIV/0!", "#VALUE!", "#REF!", "#NUM!", "#NAME?", "error",
        "inf", "+inf", "-inf", "infinity", "+infinity", "-infinity", "∞", "+∞", "-∞"];

    /// <summary>Signs that other programs write beside numbers.</summary>
    const string Signs = "$€£¥%";

    /// <summary>How numbers are written elsewhere: separator of the fraction, and of the thousands.</summary>
    static readonly (char Decimal, char? Thousands)[] Separators =
        [('.', null), (',', null), ('.', ','), (',', '.'), ('.', ' '), (',', ' '), ('.', '\''), ('.', '\u00A0'), (',', '\u00A0'), (',', '\u202F')];

    readonly NumberFormatInfo format;
    readonly char? thousands;
    readonly string symbols;
    readonly IReadOnlyList<string> missing;

    /// <exception cref="ArgumentException">The separators are the same.</exception>
    public CsvNumbers(CsvOptions options)
    {
        if (options.ThousandsSeparator == options.DecimalSeparator)
            throw new ArgumentException($"'{options.DecimalSeparator}' cannot be both CsvOptions.DecimalSeparator and CsvOptions.ThousandsSeparator.");
        format = new NumberFormatInfo { NumberDecimalSeparator = options.DecimalSeparator.ToString() };
        (thousands, symbols, missing) = (options.ThousandsSeparator, options.Symbols, options.Missing);
    }

    public bool IsMissing(ReadOnlySpan<char> text) => Contains(missing, text);

    /// <summary>Whether a text is what other programs write in place of a missing number.</summary>
    public static bool IsMarker(ReadOnlySpan<char> text) => Contains(Markers, text);

    public bool TryParse(ReadOnlySpan<char> text, out double number)
    {
        text = symbols.Length > 0 ? text.Trim(symbols).Trim() : text;
        return double.TryParse(thousands is char separator && text.Contains(separator) ? Ungrouped(text, separator) : text, NumberStyles.Float, format, out number);
    }

    /// <summary>Dates written like 19580329: as numbers they mean nothing.</summary>
    public static bool IsCompactDate(ReadOnlySpan<char> text) =>
        text.Length == 8
        && DateOnly.TryParseExact(text, "yyyyMMdd", CultureInfo.InvariantCulture, DateTimeStyles.None, out DateOnly date)
        && date.Year is >= 1600 and < 2200;

    /// <summary>Advice about a text that stands where a number was expected; null if there is none.</summary>
    public string? WayOut(ReadOnlySpan<char> text)
    {
        if (IsMarker(text))
            return "if it means a missing value, add it to CsvOptions.Missing";
        ReadOnlySpan<char> bare = text.Trim(Signs).Trim();
        string used = bare.Length < text.Length ? string.Concat(Signs.Where(text.ToString().Contains)) : "";
        foreach ((char separator, char? groups) in Separators)
        {
            if (!new CsvNumbers(new CsvOptions { DecimalSeparator = separator, ThousandsSeparator = groups }).TryParse(bare, out _))
                continue;
            List<string> settings = [];
            if (used.Length > 0)
                settings.Add($"Symbols = \"{used}\"");
            if (separator.ToString() != format.NumberDecimalSeparator && bare.Contains(separator))
                settings.Add($"DecimalSeparator = '{separator}'");
            if (groups is char group)
                settings.Add($"ThousandsSeparator = '{group}'");
            if (settings.Count > 0)
                return $"it is one with {string.Join(" and ", settings)} in CsvOptions" +
                    (groups is null && Grouped(bare, out char comma) ? $", another one with ThousandsSeparator = '{comma}'" : "");
        }
        return null;
    }

    /// <summary>Whether it looks like 1,234 or 1.234.567: groups of three digits.</summary>
    static bool Grouped(ReadOnlySpan<char> text, out char separator)
    {
        separator = text.Contains(',') ? ',' : '.';
        return text.Contains(separator) && !Ungrouped(text, separator).IsEmpty;
    }

    /// <summary>The number without the separators of its groups; nothing if they do not separate groups of three digits.</summary>
    static ReadOnlySpan<char> Ungrouped(ReadOnlySpan<char> text, char separator)
    {
        int last = text.LastIndexOf(separator), group = 0;
        var digits = new char[text.Length];
        int kept = 0;
        bool grouped = false;
        for (int i = 0; i < text.Length; i++)
        {
            if (i <= last + 3 && text[i] == separator)
            {
                if (group is 0 or > 3 || (grouped && group != 3))
                    return [];
                (grouped, group) = (true, 0);
                continue;
            }
            if (i <= last + 3 && !char.IsAsciiDigit(text[i]) && (grouped || text[i] is not ('-' or '+')))
                return [];
            group += char.IsAsciiDigit(text[i]) && i <= last + 3 ? 1 : 0;
            digits[kept++] = text[i];
        }
        bool more = last + 4 < text.Length && char.IsAsciiDigit(text[last + 4]);
        return last + 3 < text.Length && !more ? digits.AsSpan(0, kept) : [];
    }

    static bool Contains(IReadOnlyList<string> texts, ReadOnlySpan<char> text)
    {
        foreach (string other in texts)
            if (text.Equals(other, StringComparison.OrdinalIgnoreCase))
                return true;
        return false;
    }
}
