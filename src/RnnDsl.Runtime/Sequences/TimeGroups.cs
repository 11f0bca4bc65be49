using System.Globalization;

namespace RnnDsl.Sequences;

/// <summary>Several series in one file: finds the column that tells them apart.</summary>
static class TimeGroups
{
    /// <summary>Not every whole number above this one is a number of double precision.</summary>
    const double LargestInteger = 1L << 53;

    /// <summary>The column of text or of whole numbers with the fewest values such that all rows of a value have different times; null if there is none.</summary>
    public static (string Name, int Count)? Find(TimeSeries series, long[] ticks)
    {
        (string Name, int Count)? best = null;
        foreach (string name in series.Labels.Select(label => label.Name).Concat(series.Columns))
        {
            if (Keys(series, name) is not string[] keys)
                continue;
            var seen = new HashSet<(string, long)>();
            var groups = new HashSet<string>();
            int row = 0;
            while (row < keys.Length && 2 * groups.Count <= keys.Length && seen.Add((keys[row], ticks[row])))
                groups.Add(keys[row++]);
            if (row == keys.Length && groups.Count > 1 && (best is null || groups.Count < best.Value.Count))
                best = (name, groups.Count);
        }
        return best;
    }

    /// <summary>A column's entry in each row, as text; null if it holds numbers that are not whole.</summary>
    /// <exception cref="ArgumentException">There is no such column.</exception>
    public static string[]? Keys(TimeSeries series, string name)
    {
        if (series.Labels.FirstOrDefault(label => label.Name == name) is { } label)
            return [.. label.Values];
        if (!series.Columns.Contains(name))
            throw new ArgumentException($"The series has no column '{name}'. {NearestName.Hint(name, [.. series.Labels.Select(label => label.Name), .. series.Columns])}", nameof(name));
        double[] numbers = series.DoubleColumn(name);
        return Array.TrueForAll(numbers, number => number == Math.Floor(number))
            ? [.. numbers.Select(number => number.ToString("R", CultureInfo.InvariantCulture))] : null;
    }

    /// <summary>Like <see cref="Keys"/>, for a column that must tell series apart.</summary>
    /// <exception cref="ArgumentException">There is no such column, or its numbers are not whole.</exception>
    public static string[] RequireKeys(TimeSeries series, string column)
    {
        string[] keys = Keys(series, column)
            ?? throw new ArgumentException($"Column '{column}' holds numbers that are {(Array.Exists(series.Column(column), float.IsNaN) ? "missing" : "not whole")}: it cannot tell series apart.", nameof(column));
        if (series.Columns.Contains(column) && !series.Labels.Any(label => label.Name == column) && Array.FindIndex(series.DoubleColumn(column), number => Math.Abs(number) >= LargestInteger) is >= 0 and var row)
            throw new ArgumentException($"Column '{column}', row {row}: {keys[row]} has more digits than a number keeps (53 bits), so that it cannot tell series apart. Read it as texts (CsvOptions.Labels).", nameof(column));
        return keys;
    }

    /// <summary>The rows of each value of a column of text or of whole numbers, in the order in which the values first appear.</summary>
    /// <exception cref="ArgumentException">There is no such column, or its numbers are not whole.</exception>
    public static IReadOnlyList<(string Value, int[] Rows)> Split(TimeSeries series, string column)
    {
        string[] keys = RequireKeys(series, column);
        return [.. Enumerable.Range(0, keys.Length).GroupBy(row => keys[row]).Select(group => (group.Key, group.ToArray()))];
    }
}
