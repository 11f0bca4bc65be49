namespace RnnDsl.Data;

/// <summary>A column while its values are read. If its kind is not given, the first value that is not missing decides whether it holds numbers or
/// text. A column of numbers is ignored if numbers are not wanted.</summary>
sealed class CsvColumn(string name, CsvColumn.Kind kind, CsvNumbers numbers, bool numberWanted = true)
{
    public enum Kind { Undecided, Number, Label, Ignored }

    /// <summary>The largest number of different texts that are kept as one copy each, so that a column with few categories needs little memory.</summary>
    const int MostShared = 256;
    const string IfText = "if the column is text, add its name to CsvOptions.Labels";

    readonly bool asked = kind != Kind.Undecided;
    readonly HashSet<string> shared = [];
    string? marker;

    public string Name => name;
    public Kind Is { get; private set; } = kind;
    public List<double> Numbers { get; } = [];
    public List<string> Texts { get; } = [];

    /// <summary>Takes the next value; returns what is wrong with it, or null.</summary>
    public string? Add(ReadOnlySpan<char> field)
    {
        if (Is == Kind.Ignored)
            return null;
        ReadOnlySpan<char> text = field.Trim();
        if (Is == Kind.Label)
        {
            Texts.Add(Shared(field));
            return null;
        }
        double number = double.NaN;
        bool missing = numbers.IsMissing(text), isNumber = !missing && numbers.TryParse(text, out number);
        if (Is == Kind.Undecided && !missing)
        {
            if (!isNumber && CsvNumbers.IsMarker(text))
                (marker, missing) = (marker ?? text.ToString(), true);
            else if (isNumber && marker is not null && numberWanted)
                return $"'{Shorten(text)}' is a number, but '{marker}' before it is none; if that means a missing value, " +
                    $"add it to CsvOptions.Missing, and {IfText}";
            else if (!isNumber && numberWanted && numbers.WayOut(text) is string wayOut)
                return $"'{Shorten(text)}' is not a number; {wayOut}, and {IfText}";
            else
                Decide(isNumber && !CsvNumbers.IsCompactDate(text));
        }

        if (Is is Kind.Label or Kind.Undecided)
            Texts.Add(Shared(field));
        if (Is is Kind.Number or Kind.Undecided)
        {
            if (!missing && !isNumber)
                return $"'{Shorten(text)}' is not a number" + (asked
                    ? numbers.WayOut(text) is string wayOut ? $"; {wayOut}" : ""
                    : $", but values before it are; {numbers.WayOut(text) ?? "if it means a missing value, add it to CsvOptions.Missing"}, and {IfText}");
            if (isNumber && !float.IsFinite((float)number))
                return $"'{Shorten(text)}' is not a finite number (of 32 bits)";
            Numbers.Add(missing ? double.NaN : number);
        }
        return null;
    }

    /// <summary>Ends the column. If nothing has decided its kind, it is text if it had a marker of a missing value. Otherwise it holds missing numbers
    /// if it has a name and numbers are wanted, and is ignored if not.</summary>
    public void Finish(bool named)
    {
        if (Is == Kind.Undecided)
            Is = marker is not null ? Kind.Label : numberWanted && named ? Kind.Number : Kind.Ignored;
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

    string Shared(ReadOnlySpan<char> field)
    {
        HashSet<string>.AlternateLookup<ReadOnlySpan<char>> lookup = shared.GetAlternateLookup<ReadOnlySpan<char>>();
        if (lookup.TryGetValue(field, out string? known))
            return known;
        string text = field.ToString();
        if (shared.Count < MostShared)
            shared.Add(text);
        return text;
    }

    static string Shorten(ReadOnlySpan<char> text) => text.Length <= 40 ? text.ToString() : $"{text[..40]}…";
}
