namespace RnnDsl.Sequences;

/// <summary>Rows of one group that form an example.</summary>
/// <param name="Group">The group's number.</param>
/// <param name="First">The first row, counted within the group.</param>
/// <param name="Length">How many rows.</param>
/// <param name="Target">The row of the last target, counted within the group.</param>
readonly record struct TableExample(int Group, int First, int Length, int Target);

/// <summary>Assigns the rows of a table to examples.</summary>
sealed class TableLayout
{
    TableLayout(TableOptions options, IReadOnlyList<int[]> groups, IReadOnlyList<TableExample> examples) => (Options, Groups, Examples) = (options, groups, examples);

    public TableOptions Options { get; }

    /// <summary>For each group its rows, in the table's order.</summary>
    public IReadOnlyList<int[]> Groups { get; }

    public IReadOnlyList<TableExample> Examples { get; }

    public int RowOf(int group, int row) => Groups[group][row];

    /// <summary>The row of an example's first target, counted within its group.</summary>
    public int FirstTarget(TableExample example) => Options.TargetPerStep ? example.First + Options.Ahead : example.Target - Options.Horizon + 1;

    /// <summary>The table's rows that hold an example's targets.</summary>
    public int[] TargetRows(TableExample example)
    {
        int first = FirstTarget(example);
        return Groups[example.Group][first..(example.Target + 1)];
    }

    /// <param name="table">The rows.</param>
    /// <param name="options">How they are cut.</param>
    /// <param name="latest">Whether each group makes one example of its newest rows. Its target may not be known yet.</param>
    public static TableLayout Of(TimeSeries table, TableOptions options, bool latest = false)
    {
        options.Check();
        IReadOnlyList<(string Value, int[] Rows)> named = options.Group is { } column ? TimeGroups.Split(table, column) : [("", [.. Enumerable.Range(0, table.Rows)])];
        CheckOrder(table, named, options.Group);
        int[][] groups = [.. named.Select(group => group.Rows)];
        int ahead = latest ? 0 : options.Ahead + options.Horizon - 1;
        var examples = new List<TableExample>();
        for (int group = 0; group < groups.Length; group++)
        {
            int rows = groups[group].Length - ahead;
            if (rows < 1)
                continue;
            int length = Math.Min(options.Window ?? rows, rows), before = examples.Count;
            for (int end = rows; end >= length; end -= options.Stride)
            {
                examples.Add(new TableExample(group, end - length, length, end - 1 + ahead));
                if (latest || options.Window is null)
                    break;
            }
            examples.Reverse(before, examples.Count - before);
        }
        if (examples.Count == 0)
            throw new ArgumentException($"No group has more than {ahead} rows, so there is no example whose target is {ahead} rows ahead.", nameof(table));
        return new TableLayout(options, groups, examples);
    }

    /// <exception cref="InvalidDataException">A row of a group is older than the one before.</exception>
    static void CheckOrder(TimeSeries table, IReadOnlyList<(string Value, int[] Rows)> groups, string? column)
    {
        if (TimeAxis.Find(table) is not { } axis)
            return;
        axis.Check(table);
        foreach ((string value, int[] rows) in groups)
            for (int i = 1; i < rows.Length; i++)
                if (axis.Ticks[rows[i]] < axis.Ticks[rows[i - 1]])
                    throw new InvalidDataException($"Column '{axis.Name}', row {rows[i]}{(column is null ? "" : $" ({column} {value})")}: it is older than the row before. " +
                        $"Put the rows in order with Arrange(TimePolicy.Sort){(column is null ? $", and name the column of several series in {nameof(TableOptions)}.{nameof(TableOptions.Group)}" : "")}.");
    }
}
