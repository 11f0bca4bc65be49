using System.Globalization;

namespace RnnDsl.Sequences;

/// <summary>Findings about a series that should be looked at before a model is trained on it.</summary>
static class SeriesFindings
{
    /// <summary>Not every whole number above this one is a float.</summary>
    const double LargestInteger = 1 << 24;

    /// <summary>At most one sentence about the column of times.</summary>
    public static IEnumerable<string> Times(TimeSeries series) => TimeAxis.Find(series)?.Finding(series) is string finding ? [finding] : [];

    /// <summary>At most one sentence about times within the series of a table, each of which has a value of its own in a column: steps that are missing where most are equal, and repeated times.</summary>
    public static IEnumerable<string> TimesWithin(TimeSeries table, string group)
    {
        if (TimeAxis.Find(table) is not { IsComplete: true } axis)
            yield break;
        IReadOnlyList<(string Value, int[] Rows)> groups = TimeGroups.Split(table, group);
        TimeSteps? usual = axis.Usual(groups);
        (string Value, string What)[] odd = [.. groups.Select(part => (part.Value, axis.Take(part.Rows).Irregularities(usual))).Where(part => part.Item2.Length > 0)];
        if (odd.Length > 0)
            yield return $"Column '{axis.Name}': {(odd.Length == 1 ? "one" : $"{odd.Length}")} of {groups.Count} series of '{group}' {(odd.Length == 1 ? "has" : "have")} no equal steps, {(odd.Length == 1 ? "" : "the first of them ")}" +
                $"'{odd[0].Value}': {odd[0].What}. ArrangeWithin(\"{group}\", TimePolicy.DropDoubles | TimePolicy.FillGaps) makes them equal, and ResolveWithin fills the rows that it inserts.";
    }

    /// <summary>A sentence for each column of texts most of which are numbers: one that begins with another text is taken for categories.</summary>
    public static IEnumerable<string> Texts(TimeSeries series)
    {
        foreach (LabelColumn column in series.Labels)
        {
            int numbers = 0, texts = 0;
            string? first = null;
            foreach (string value in column.Values)
                if (double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && double.IsFinite(number))
                    numbers++;
                else if (!string.IsNullOrWhiteSpace(value))
                    (texts, first) = (texts + 1, first ?? value);
            if (texts > 0 && numbers > 9L * texts)
                yield return $"Column '{column.Name}' is one of texts because of '{first}', but {numbers} of its values are numbers: if the text stands for a missing value, say so when the table is read " +
                    "(CsvOptions.Missing), and else mend it.";
        }
    }

    /// <summary>At most one sentence about names that are numbers, as a first row without names would give.</summary>
    public static IEnumerable<string> Names(TimeSeries series)
    {
        foreach (string name in series.Columns)
            if (series.Columns.Count < 2 || !double.TryParse(name, NumberStyles.Float, CultureInfo.InvariantCulture, out _))
                return [];
        return [$"The columns are named '{series.Columns[0]}', '{series.Columns[1]}' and so on, which are numbers: if these are the first row of the data, read the file without a header."];
    }

    /// <summary>A sentence for each column in which different numbers become equal as floats: whole numbers such as counters, times and identifiers, and other numbers if this
    /// happens to more than one in a hundred of the column's changes.</summary>
    public static IEnumerable<string> Precision(TimeSeries series)
    {
        if (!series.IsExact)
            yield break;
        foreach (string name in series.Columns)
        {
            double[] column = Array.FindAll(series.DoubleColumn(name), number => !double.IsNaN(number));
            bool integers = Array.TrueForAll(column, number => number == Math.Floor(number));
            if (integers)
            {
                if (Array.TrueForAll(column, number => Math.Abs(number) <= LargestInteger))
                    continue;
                Array.Sort(column);
            }
            int changes = 0, lost = 0, first = -1;
            for (int i = 1; i < column.Length; i++)
            {
                if (column[i] == column[i - 1])
                    continue;
                changes++;
                if ((float)column[i] == (float)column[i - 1])
                    (lost, first) = (lost + 1, first < 0 ? i : first);
            }
            if (lost > 0 && (integers || 100L * lost >= changes))
                yield return FormattableString.Invariant(
                    $"Column '{name}' has more digits than a float holds (24 bits): {column[first - 1]:R} and {column[first]:R} are one, and so it goes with {lost} of {changes} changes. ") +
                    "Scalers work on the exact numbers, but streams of raw values and forecasts in its units are floats: for these subtract a constant from it first, or take its differences.";
        }
    }
}
