namespace RnnDsl.Sequences;

/// <summary>How missing values are treated. <see cref="DropEnds"/> combines with one of the two ways to fill.</summary>
[Flags]
public enum MissingPolicy
{
    /// <summary>A missing value is an error.</summary>
    Error = 0,

    /// <summary>Rows at the beginning and end with a missing value are dropped.</summary>
    DropEnds = 1,

    /// <summary>The last known value of the column is repeated, also in columns of text that hold no times.</summary>
    ForwardFill = 2,

    /// <summary>A straight line between the known values before and after the gap; a text is repeated. It uses later values: a forecaster would not have known the filled value at the time.</summary>
    Interpolate = 4,
}

/// <summary>Missing values of a series.</summary>
public static class Missing
{
    /// <summary>Number of missing numbers.</summary>
    public static int Count(TimeSeries series)
    {
        int count = 0;
        foreach (float value in series.Values.Span)
            if (float.IsNaN(value))
                count++;
        return count;
    }

    /// <summary>The series without missing numbers. Where numbers are filled, blank texts become the last known text of their column; only those before the first one, and those of columns of times,
    /// stay blank. <see cref="TableData.Findings"/> names those that a model would read.</summary>
    /// <exception cref="InvalidDataException">The policy leaves values missing: any with <see cref="MissingPolicy.Error"/> or <see cref="MissingPolicy.DropEnds"/>; otherwise those
    /// before a column's first known value, and for interpolation those after its last.</exception>
    /// <remarks>Of a table that holds several series, such as patients, it fills a gap from the row of another one. <see cref="ResolveWithin"/> does not.</remarks>
    public static TimeSeries Resolve(this TimeSeries series, MissingPolicy policy = MissingPolicy.Error) => Resolved(series, policy, group: null, out _);

    /// <summary>The table without missing numbers, where each value of a column has a series of its own: gaps are filled from rows of the same series alone, and <see cref="MissingPolicy.DropEnds"/>
    /// drops rows at the ends of each; of a series with a column that has no known value, it drops all rows. The rows keep their order. Rows without a text in the column are a series too.</summary>
    /// <param name="table">The table.</param>
    /// <param name="group">A column of texts or whole numbers, such as that of <see cref="TableOptions.Group"/>. It is not filled itself.</param>
    /// <param name="policy">How missing values are treated.</param>
    /// <exception cref="ArgumentException">There is no such column, or its numbers are missing or not whole.</exception>
    /// <exception cref="InvalidDataException">The policy leaves values missing, as for one series. The message names the series, and the row within it.</exception>
    public static TimeSeries ResolveWithin(this TimeSeries table, string group, MissingPolicy policy)
    {
        var kept = new List<(int Row, TimeSeries From, int At)>();
        foreach ((string value, int[] rows) in TimeGroups.Split(table, group))
            try
            {
                TimeSeries one = table.Take(rows);
                if (policy.HasFlag(MissingPolicy.DropEnds) && EmptyColumn(one) is not null)
                    continue;
                TimeSeries part = Resolved(one, policy, group, out int first);
                kept.AddRange(Enumerable.Range(0, part.Rows).Select(i => (rows[first + i], part, i)));
            }
            catch (InvalidDataException gap)
            {
                throw new InvalidDataException($"{group} '{value}': {gap.Message}", gap);
            }
        if (kept.Count == 0)
            throw new InvalidDataException(EmptyColumn(table) is { } empty ? $"Column '{empty}' has no known value: select fewer columns." : $"No {group} has a known value in each column: select fewer columns.");
        return TimeSeries.Join([.. kept.OrderBy(row => row.Row).Select(row => (row.From, row.At))]);
    }

    /// <summary>The first column without a known value; null if there is none.</summary>
    static string? EmptyColumn(TimeSeries series) => series.Columns.FirstOrDefault(column => !series.DoubleColumn(column).AsSpan().ContainsAnyExcept(double.NaN));

    /// <summary>The numbers of a table, none of which may be missing.</summary>
    /// <exception cref="InvalidDataException">Some are. The message says how to fill them within the groups.</exception>
    internal static TimeSeries Complete(this TimeSeries numbers, string? group) =>
        Count(numbers) == 0 ? numbers : throw new InvalidDataException(Describe(numbers, MissingPolicy.Error) + (group is null ? "" : $" ResolveWithin(\"{group}\", MissingPolicy.ForwardFill) fills within each {group}."));

    /// <summary>The series without missing values, and the number of rows that were dropped before it.</summary>
    static TimeSeries Resolved(TimeSeries series, MissingPolicy policy, string? group, out int dropped)
    {
        dropped = 0;
        if ((policy & ~(MissingPolicy.DropEnds | MissingPolicy.ForwardFill | MissingPolicy.Interpolate)) != 0)
            throw new ArgumentOutOfRangeException(nameof(policy), policy, "There is no such way to treat missing values.");
        if (policy.HasFlag(MissingPolicy.ForwardFill | MissingPolicy.Interpolate))
            throw new ArgumentException("Choose one of ForwardFill and Interpolate.", nameof(policy));
        for (int i = 0; i < series.Labels.Count && (policy & (MissingPolicy.ForwardFill | MissingPolicy.Interpolate)) != 0; i++)
            if (series.Labels[i].Name != group)
                series = series.Labels[i].Filled(series, i);
        if (Count(series) == 0)
            return series;
        if (policy.HasFlag(MissingPolicy.DropEnds))
            series = DropEnds(series, out dropped);
        var values = new double[series.Rows * series.Width];
        for (int i = 0; i < values.Length; i++)
            values[i] = series.Number(i);
        if (policy.HasFlag(MissingPolicy.ForwardFill))
            Fill(values, series.Width, static (before, _, _) => before);
        else if (policy.HasFlag(MissingPolicy.Interpolate))
            Fill(values, series.Width, static (before, after, part) => before + (after - before) * part);
        TimeSeries filled = series.With(values);
        if (Count(filled) > 0)
            throw new InvalidDataException(Describe(filled, policy));
        return filled;
    }

    static TimeSeries DropEnds(TimeSeries series, out int first)
    {
        first = 0;
        while (first < series.Rows && HasMissing(series.Row(first)))
            first++;
        if (first == series.Rows)
            throw new InvalidDataException($"Every one of the {series.Rows} rows has a missing value: select fewer columns.");
        int last = series.Rows - 1;
        while (HasMissing(series.Row(last)))
            last--;
        return series.Range(first, last - first + 1);
    }

    static bool HasMissing(ReadOnlySpan<float> row)
    {
        foreach (float value in row)
            if (float.IsNaN(value))
                return true;
        return false;
    }

    /// <summary>Fills each gap of each column from the known values around it. <paramref name="between"/> gets these two values (NaN where the column begins or ends) and the row's
    /// relative position between them, in (0, 1).</summary>
    static void Fill(double[] values, int width, Func<double, double, double, double> between)
    {
        int rows = values.Length / width;
        for (int column = 0; column < width; column++)
        {
            int known = -1;
            for (int row = 0; row <= rows; row++)
            {
                if (row < rows && double.IsNaN(values[row * width + column]))
                    continue;
                double before = known < 0 ? double.NaN : values[known * width + column];
                double after = row == rows ? double.NaN : values[row * width + column];
                for (int gap = known + 1; gap < row; gap++)
                    values[gap * width + column] = between(before, after, (double)(gap - known) / (row - known));
                known = row;
            }
        }
    }

    static string Describe(TimeSeries series, MissingPolicy policy)
    {
        ReadOnlySpan<float> values = series.Values.Span;
        int first = 0;
        while (!float.IsNaN(values[first]))
            first++;
        int row = first / series.Width;
        string at = series.Labels.Count == 0 ? "" : $" ({series.Labels[0].Name} {series.Labels[0].Values[row]})";
        string wayOut = (policy & ~MissingPolicy.DropEnds) != 0
            ? "nothing is known before or after to fill from; MissingPolicy.DropEnds drops such rows"
            : policy == MissingPolicy.DropEnds
                ? "what is missing lies inside the series; add MissingPolicy.ForwardFill or Interpolate"
                : "choose a MissingPolicy (ForwardFill, Interpolate, DropEnds)";
        int count = Count(series);
        string which = count == 1 ? $"1 of {values.Length} values is missing, in column" : $"{count} of {values.Length} values are missing, the first in column";
        return $"{which} '{series.Columns[first % series.Width]}', row {row}{at}: {wayOut}.";
    }
}
