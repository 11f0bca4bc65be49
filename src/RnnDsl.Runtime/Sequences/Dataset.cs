namespace RnnDsl.Sequences;

/// <summary>Examples for a method: one column per input, all with the same number of examples.</summary>
public sealed class Dataset
{
    /// <summary>Columns that hold the same number of examples.</summary>
    /// <param name="columns">At least one.</param>
    /// <exception cref="ArgumentException">There is none, two have one name, or their numbers of examples differ.</exception>
    public Dataset(params IReadOnlyList<Column> columns)
    {
        if (columns.Count == 0)
            throw new ArgumentException("A data set needs at least one column.", nameof(columns));
        foreach (Column column in columns)
        {
            ArgumentNullException.ThrowIfNull(column, nameof(columns));
            if (column.Count != columns[0].Count)
                throw new ArgumentException(
                    $"Column '{column.Name}' has {column.Count} examples, but '{columns[0].Name}' has {columns[0].Count}.", nameof(columns));
        }
        if (Names.Repeated(columns, static c => c.Name) is { } repeated)
            throw new ArgumentException($"Two columns of the data set are named '{repeated}', and methods find their inputs by name.", nameof(columns));
        Columns = columns;
        Count = columns[0].Count;
        Parts = [this];
        Firsts = [0, Count];
    }

    /// <summary>The examples of several data sets, one after another, whose values stay where they are. It is for trainers, which read part by part: <see cref="Columns"/> are
    /// those of the first part.</summary>
    /// <param name="parts">At least one, each with columns of the same names, kinds and sizes.</param>
    internal Dataset(Dataset[] parts)
    {
        Columns = parts[0].Columns;
        Parts = parts;
        var partition = new DatasetPartition(parts);
        Firsts = partition.Firsts;
        Count = Firsts[^1];
        Partition = parts.Length > 1 ? partition : null;
    }

    /// <summary>The parts whose values lie apart; one, this data set itself, for all but those of <see cref="Training.PartitionedDataset"/>.</summary>
    internal Dataset[] Parts { get; }

    /// <summary>Null if there is one part.</summary>
    internal DatasetPartition? Partition { get; }

    /// <summary>For each part the number of its first example, and then the number of all examples.</summary>
    internal int[] Firsts { get; }

    /// <summary>Does something with each part. What is wrong with one is said with its number.</summary>
    internal void ForEachPart(Action<int, Dataset> action)
    {
        for (int part = 0; part < Parts.Length; part++)
            try
            {
                action(part, Parts[part]);
            }
            catch (ArgumentException e) when (Partition is not null)
            {
                throw Partition.Named(part, e);
            }
    }

    /// <summary>One column for each input of the method; they are found by their names.</summary>
    public IReadOnlyList<Column> Columns { get; }

    /// <summary>Number of examples.</summary>
    public int Count { get; }

    /// <summary>Findings to look at before training, each a sentence with the name of its column: numbers that are far larger or smaller than those that a model learns from. The first use reads all numbers.</summary>
    /// <remarks>Data sets of <see cref="ForecastData"/> and <see cref="TableData"/> are scaled, and findings about their columns are their own.</remarks>
    public IReadOnlyList<string> Findings => findings ??= [.. NumberFindings.Of(this)];

    IReadOnlyList<string>? findings;

    /// <summary>The column of that name.</summary>
    public Column this[string name] =>
        Columns.FirstOrDefault(c => c.Name == name)
        ?? throw new ArgumentException($"The data set has no column '{name}'; it has: {string.Join(", ", Columns.Select(c => c.Name))}.", nameof(name));

    /// <summary>How many examples, and a line for each column.</summary>
    public override string ToString() => $"{Count} examples\n{string.Join('\n', Columns.Select(c => $"  {c}"))}";

    /// <summary>Some of the examples, sharing the buffers.</summary>
    /// <param name="examples">Their numbers, from 0, in any order.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no example of such a number.</exception>
    public Dataset Select(ReadOnlySpan<int> examples)
    {
        foreach (int example in examples)
            if ((uint)example >= (uint)Count)
                throw new ArgumentOutOfRangeException(nameof(examples), example, $"The data set has {Count} examples, from 0 to {Count - 1}.");
        var columns = new Column[Columns.Count];
        for (int i = 0; i < columns.Length; i++)
            columns[i] = Columns[i].Select(examples);
        return new Dataset(columns);
    }

    /// <summary>The examples of several data sets, one after another. The columns are those of the first. Where a column has one buffer in all data sets, as windows over one series have, it is shared;
    /// otherwise its values are copied.</summary>
    /// <param name="parts">At least one. They may have more columns than the first, and these are left out.</param>
    /// <exception cref="ArgumentException">There is none, or a column is missing or of another kind or size; the message says which.</exception>
    public static Dataset Join(params IReadOnlyList<Dataset> parts)
    {
        if (parts.Count == 0)
            throw new ArgumentException("There are no data sets to join.", nameof(parts));
        return parts.Count == 1 ? parts[0] : new Dataset([.. parts[0].Columns.Select(first => JoinedColumns.Join([.. parts.Select(p => p[first.Name])]))]);
    }

    /// <summary>A stretch of the examples, sharing the buffers.</summary>
    /// <param name="start">The number of the first one, from 0.</param>
    /// <param name="count">How many.</param>
    /// <exception cref="ArgumentOutOfRangeException">The data set has no such stretch.</exception>
    public Dataset Range(int start, int count)
    {
        if (start < 0 || start > Count)
            throw new ArgumentOutOfRangeException(nameof(start), start, $"The data set has {Count} examples.");
        if (count < 0 || count > Count - start)
            throw new ArgumentOutOfRangeException(nameof(count), count, $"The data set has {Count} examples, {Count - start} of them from example {start} on.");
        return Select(Enumerable.Range(start, count).ToArray());
    }
}
