using System.Globalization;

namespace RnnDsl.Data;

/// <summary>One column while its values arrive: numbers, text, or undecided until the first value that is not missing. What it then
/// turns out to be is kept, but numbers only if they are wanted.</summary>
sealed class CsvColumn(string name, CsvColumn.Kind kind, bool numberWanted = true)
{
    public enum Kind { Undecided, Number, Label, Ignored }

    readonly bool asked = kind != Kind.Undecided;

    public string Name => name;
    public Kind Is { get; private set; } = kind;
    public List<float> Numbers { get; } = [];
    public List<string> Texts { get; } = [];

    /// <summary>Takes the next value; returns what is wrong with it, or null.</summary>
    public string? Add(ReadOnlySpan<char> field, NumberFormatInfo format, IReadOnlyList<string> missingTexts)
    {
        if (Is == Kind.Ignored)
            return null;
        ReadOnlySpan<char> text = field.Trim();
        bool missing = IsMissing(text, missingTexts);
        float number = float.NaN;
        bool isNumber = !missing && float.TryParse(text, NumberStyles.Float, format, out number);
        if (Is == Kind.Undecided && !missing)
            Decide(isNumber && !IsDate(text));

        if (Is is Kind.Label or Kind.Undecided)
            Texts.Add(field.ToString());
        if (Is is Kind.Number or Kind.Undecided)
        {
            if (!missing && !isNumber)
                return $"'{Shorten(text)}' is not a number" + (asked
                    ? ""
                    : ", but values before it are; if it means a missing value, add it to CsvOptions.Missing, " +
                        "and if the column is text, to CsvOptions.Labels");
            if (isNumber && !float.IsFinite(number))
                return $"'{Shorten(text)}' is not a finite number (of 32 bits)";
            Numbers.Add(missing ? float.NaN : number);
        }
        return null;
    }

    /// <summary>At the end: a column without any value is one of missing numbers, or nothing at all if it has no name either.</summary>
    public void Finish(bool named)
    {
        if (Is == Kind.Undecided)
            Is = numberWanted && named ? Kind.Number : Kind.Ignored;
    }

    void Decide(bool isNumber)
    {
        if (isNumber)
        {
            Is = numberWanted ? Kind.Number : Kind.Ignored;
            Texts.Clear();
        }
        else
        {
            Is = Kind.Label;
            Numbers.Clear();
        }
    }

    static bool IsMissing(ReadOnlySpan<char> text, IReadOnlyList<string> missingTexts)
    {
        foreach (string missing in missingTexts)
            if (text.Equals(missing, StringComparison.OrdinalIgnoreCase))
                return true;
        return false;
    }

    /// <summary>Dates written like 19580329: as numbers they mean nothing, and a float does not hold them.</summary>
    static bool IsDate(ReadOnlySpan<char> text) =>
        text.Length == 8
        && DateOnly.TryParseExact(text, "yyyyMMdd", CultureInfo.InvariantCulture, DateTimeStyles.None, out DateOnly date)
        && date.Year is >= 1600 and < 2200;

    static string Shorten(ReadOnlySpan<char> text) => text.Length <= 40 ? text.ToString() : $"{text[..40]}…";
}
