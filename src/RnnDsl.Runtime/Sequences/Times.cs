namespace RnnDsl.Sequences;

/// <summary>What to do with rows that are not equal steps of time; the flags combine.</summary>
[Flags]
public enum TimePolicy
{
    /// <summary>Rows stay as they are.</summary>
    AsIs = 0,

    /// <summary>Sorts rows by their times, the oldest first.</summary>
    Sort = 1,

    /// <summary>Keeps the first of several rows of one time.</summary>
    DropDoubles = 2,

    /// <summary>Inserts rows of missing numbers where steps are missing; <see cref="Missing.Resolve"/> fills them.</summary>
    FillGaps = 4,
}

/// <summary>The times of a series, in a label column of dates that holds the time of day too or has a second column for it.</summary>
public static class Times
{
    /// <summary>The most rows that <see cref="TimePolicy.FillGaps"/> inserts for each row of the series. If more are missing, a date is wrong.</summary>
    const int MostFilled = 20;

    /// <summary>Sorts, drops and inserts rows so that they are equal steps of time.</summary>
    /// <param name="series">The series.</param>
    /// <param name="policy">What to do.</param>
    /// <param name="column">The label column of dates; null to find it.</param>
    /// <exception cref="InvalidDataException">There is no column of dates, or a time cannot be read; or gaps are to be filled in rows that are out of order, doubled, or without a
    /// regular step.</exception>
    public static TimeSeries Arrange(this TimeSeries series, TimePolicy policy, string? column = null)
    {
        Check(policy);
        return policy == TimePolicy.AsIs ? series : Arranged(series, Axis(series, column), policy);
    }

    /// <summary>Sorts, drops and inserts rows so that they are equal steps of time in each series of a table, such as each machine: the series come one after the other, in the order in which they first
    /// appear. <see cref="Arrange"/> takes all rows for one series.</summary>
    /// <param name="table">The table.</param>
    /// <param name="group">A column of texts or whole numbers, such as that of <see cref="TableOptions.Group"/>.</param>
    /// <param name="policy">What to do.</param>
    /// <param name="column">The label column of dates; null to find it.</param>
    /// <remarks>A series that is too short or too uneven to show its steps gets those of the longest series.</remarks>
    /// <exception cref="ArgumentException">There is no such column, or its numbers are missing or not whole.</exception>
    /// <exception cref="InvalidDataException">As for one series. The message names the series.</exception>
    public static TimeSeries ArrangeWithin(this TimeSeries table, string group, TimePolicy policy, string? column = null)
    {
        Check(policy);
        IReadOnlyList<(string Value, int[] Rows)> groups = TimeGroups.Split(table, group);
        if (policy == TimePolicy.AsIs)
            return table;
        TimeAxis axis = Axis(table, column);
        int number = table.Labels.Any(label => label.Name == group) ? -1 : table.IndexOf(group);
        TimeSteps? usual = axis.Usual(groups);
        var kept = new List<(TimeSeries From, int At)>();
        foreach ((string value, int[] rows) in groups)
            try
            {
                TimeSeries part = Arranged(table.Take(rows), axis.Take(rows), policy, usual);
                // Rows that are inserted have no number yet.
                if (number >= 0)
                    part = part.With([.. Enumerable.Range(0, part.Rows * part.Width).Select(i => part.Number(i % part.Width == number ? number : i))]);
                kept.AddRange(Enumerable.Range(0, part.Rows).Select(row => (part, row)));
            }
            catch (InvalidDataException wrong)
            {
                throw new InvalidDataException($"{group} '{value}': {wrong.Message}", wrong);
            }
        return TimeSeries.Join(kept);
    }

    /// <summary>Splits a file of several series: one series for each value of a column of text or of whole numbers, in the order in which the values first appear. A column of
    /// numbers is then left out, unless it is the only one.</summary>
    /// <exception cref="ArgumentException">There is no such column, or its numbers are not whole.</exception>
    public static IReadOnlyList<(string Value, TimeSeries Series)> SplitBy(this TimeSeries series, string column)
    {
        IReadOnlyList<(string Value, int[] Rows)> groups = TimeGroups.Split(series, column);
        TimeSeries rest = series.Width > 1 && series.Columns.Contains(column) ? series.Select([.. series.Columns.Where(name => name != column)]) : series;
        return [.. groups.Select(group => (group.Value, rest.Take(group.Rows)))];
    }

    static void Check(TimePolicy policy)
    {
        if ((policy & ~(TimePolicy.Sort | TimePolicy.DropDoubles | TimePolicy.FillGaps)) != 0)
            throw new ArgumentOutOfRangeException(nameof(policy), policy, "There is no such way to treat times.");
    }

    static TimeSeries Arranged(TimeSeries series, TimeAxis axis, TimePolicy policy, TimeSteps? usual = null)
    {
        if (policy.HasFlag(TimePolicy.Sort))
            Keep(axis.Order());
        if (policy.HasFlag(TimePolicy.DropDoubles))
        {
            var seen = new HashSet<long>();
            Keep([.. Enumerable.Range(0, series.Rows).Where(row => seen.Add(axis.Ticks[row]))]);
        }
        return policy.HasFlag(TimePolicy.FillGaps) ? FillGaps(series, axis, usual) : series;

        void Keep(int[] rows) => (series, axis) = (series.Take(rows), axis.Take(rows));
    }

    static TimeAxis Axis(TimeSeries series, string? column)
    {
        if (column is not null)
            series.Label(column);
        TimeAxis axis = TimeAxis.Find(series, column) ?? throw new InvalidDataException(
            $"No label column of the series holds dates: {(series.Labels.Count == 0 ? "there are none" : string.Join(", ", series.Labels.Select(label => label.Name)))}.");
        axis.Check(series);
        return axis;
    }

    static TimeSeries FillGaps(TimeSeries series, TimeAxis axis, TimeSteps? usual)
    {
        for (int row = 1; row < series.Rows; row++)
            if (axis.Ticks[row] <= axis.Ticks[row - 1])
                throw new InvalidDataException($"Column '{axis.Name}', row {row}: the time is not after the one before; fill gaps with TimePolicy.Sort | " +
                    "TimePolicy.DropDoubles | TimePolicy.FillGaps, and those of several series with ArrangeWithin.");
        TimeSteps steps = TimeSteps.Of(axis.Ticks, usual);
        if (steps.Gaps == 0)
            return series;
        if (!steps.IsRegular)
            throw new InvalidDataException($"Column '{axis.Name}': {steps.Describe()}, so that one cannot say which are missing.");
        if (steps.Missing > (long)MostFilled * series.Rows)
            throw new InvalidDataException($"Column '{axis.Name}': {steps.Describe()}, more than {MostFilled} a row; is a date wrong?");
        var rows = new List<int>();
        var times = new List<long>();
        for (int row = 0; row < series.Rows; row++)
        {
            if (row > 0)
                foreach (long time in steps.Between(axis.Ticks[row - 1], axis.Ticks[row]))
                {
                    rows.Add(-1);
                    times.Add(time);
                }
            rows.Add(row);
            times.Add(axis.Ticks[row]);
        }
        return axis.Write(series.Take([.. rows]), rows, times, series);
    }
}
