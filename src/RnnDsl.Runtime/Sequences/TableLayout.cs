namespace RnnDsl.Sequences;

/// <summary>Rows of one group that make an example.</summary>
/// <param name="Group">The group's number.</param>
/// <param name="First">The first row, counted within the group.</param>
/// <param name="Length">How many rows.</param>
/// <param name="Target">The row of the last target, counted within the group.</param>
readonly record struct TableExample(int Group, int First, int Length, int Target);

/// <summary>Which rows of a table make which example.</summary>
sealed class TableLayout
{
    TableLayout(TableOptions options, IReadOnlyList<int[]> groups, IReadOnlyList<string> names, IReadOnlyList<TableExample> examples) =>
        (Options, Groups, Names, Examples) = (options, groups, names, examples);

    public TableOptions Options { get; }

    /// <summary>For each group its rows, in the table's order.</summary>
    public IReadOnlyList<int[]> Groups { get; }

    /// <summary>What each group is called; "" without groups.</summary>
    public IReadOnlyList<string> Names { get; }

    public IReadOnlyList<TableExample> Examples { get; }

    public int RowOf(int group, int row) => Groups[group][row];

    /// <summary>The row of an example's first target, counted within its group.</summary>
    public int FirstTarget(TableExample example) => Options.TargetPerStep ? example.First + Options.Ahead : example.Target - Options.Horizon + 1;

    /// <summary>The rows of an example's targets, of the table.</summary>
    public int[] TargetRows(TableExample example)
    {
        int first = FirstTarget(example);
        return Groups[example.Group][first..(example.Target + 1)];
    }

    /// <param name="table">The rows.</param>
    /// <param name="options">How they are cut.</param>
    /// <param name="latest">Whether each group makes one example, that of its newest rows, whose target may not be known yet.</param>
    public static TableLayout Of(TimeSeries table, TableOptions options, bool latest = false)
    {
        options.Check();
        (List<int[]> groups, List<string> names) = Group(table, options.Group);
        CheckOrder(table, groups, names, options.Group);
        int ahead = latest ? 0 : options.Ahead + options.Horizon - 1;
        var examples = new List<TableExample>();
        for (int group = 0; group < groups.Count; group++)
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
        return new TableLayout(options, groups, names, examples);
    }

    static (List<int[]> Groups, List<string> Names) Group(TimeSeries table, string? column)
    {
        if (column is null)
            return ([[.. Enumerable.Range(0, table.Rows)]], [""]);
        string[] keys = TimeGroups.Keys(table, column)
            ?? throw new ArgumentException($"Column '{column}' holds numbers that are not whole: it cannot name groups.");
        var rowsOf = new Dictionary<string, List<int>>();
        var names = new List<string>();
        for (int row = 0; row < keys.Length; row++)
        {
            if (!rowsOf.TryGetValue(keys[row], out List<int>? rows))
            {
                rowsOf.Add(keys[row], rows = []);
                names.Add(keys[row]);
            }
            rows.Add(row);
        }
        return ([.. names.Select(name => rowsOf[name].ToArray())], names);
    }

    /// <exception cref="InvalidDataException">A row of a group is older than the one before.</exception>
    static void CheckOrder(TimeSeries table, List<int[]> groups, List<string> names, string? column)
    {
        if (TimeAxis.Find(table) is not { } axis)
            return;
        axis.Check(table);
        for (int group = 0; group < groups.Count; group++)
            for (int i = 1; i < groups[group].Length; i++)
                if (axis.Ticks[groups[group][i]] < axis.Ticks[groups[group][i - 1]])
                    throw new InvalidDataException($"Column '{axis.Name}', row {groups[group][i]}{(column is null ? "" : $" ({column} {names[group]})")}: it is older than the row before. " +
                        $"Put the rows in order with Arrange(TimePolicy.Sort){(column is null ? $", and name the column of several series in {nameof(TableOptions)}.{nameof(TableOptions.Group)}" : "")}.");
    }
}
