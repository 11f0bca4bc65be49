using RnnDsl.Execution;

namespace RnnDsl.Sequences;

/// <summary>Puts columns one after another.</summary>
static class JoinedColumns
{
    /// <summary>One column of the examples of all; of a single column, a copy that shares nothing.</summary>
    /// <exception cref="ArgumentException">The columns are of different kinds or sizes.</exception>
    public static Column Join(IReadOnlyList<Column> columns)
    {
        Column first = columns[0];
        foreach (Column column in columns)
            if (Difference(first, column) is string difference)
                throw new ArgumentException(difference);
        int[] starts, lengths = [.. columns.SelectMany(c => c.Lengths)];
        bool isShared = columns.Count > 1 && columns.All(c => c.Values.Equals(first.Values) && c.Stride == first.Stride && ReferenceEquals(c.Parts, first.Parts));
        if (isShared)
            return Like(first, first.Values, first.Stride, [.. columns.SelectMany(c => c.Starts)], lengths, first.Parts);
        if (first.Parts is not null)
        {
            // The sequences of all steps are joined first; then the examples only count them.
            Column parts = Join([.. columns.Select(c => c.Parts!.Select([.. Enumerable.Range(0, c.Count).SelectMany(i => Enumerable.Range(c.Starts[i], c.Lengths[i]))]))]);
            return Like(first, parts.Values, parts.Stride, Sums(lengths, 1), lengths, parts);
        }
        long floats = lengths.Sum(length => (long)length * first.Width);
        if (floats > Array.MaxLength)
            throw new ArgumentException($"Column '{first.Name}' of all data sets together has {floats} values, more than the {Array.MaxLength} of an array: join fewer.");
        var values = new float[floats];
        int filled = 0;
        foreach (Column column in columns)
            for (int example = 0; example < column.Count; example++)
                for (int step = 0; step < column.Lengths[example]; step++, filled += first.Width)
                    column.Step(example, step).CopyTo(values.AsSpan(filled));
        starts = Sums(lengths, first.Width);
        return Like(first, values, first.Width, starts, lengths, null);
    }

    /// <summary>A sentence that says in what two columns differ; null if they can be joined.</summary>
    public static string? Difference(Column first, Column other) =>
        first.Kind == other.Kind && first.Width == other.Width && first.Units == other.Units ? null
            : $"Column '{first.Name}' has {Text(first)} in one data set and {Text(other)} in another: make the columns alike, with the same kind and the same sizes.";

    /// <summary>The bytes of an example's values.</summary>
    public static long Bytes(Column column, int example)
    {
        if (column.Parts is not { } parts)
            return (long)column.Lengths[example] * column.Width * sizeof(float);
        long bytes = 0;
        for (int i = 0; i < column.Lengths[example]; i++)
            bytes += Bytes(parts, column.Starts[example] + i);
        return bytes;
    }

    static string Text(Column column) => Text(column.Kind, column.Width, column.Units);

    /// <summary>What each example has of a column.</summary>
    public static string Text(ValueKind kind, int width, int units) => units > 0 ? $"one-hot {Kind(kind)} of {units} units" : kind == ValueKind.Scalar ? Kind(kind) : $"{Kind(kind)} of {width} {(width == 1 ? "value" : "values")}";

    static string Kind(ValueKind kind) => kind switch
    {
        ValueKind.Sequence => "sequences", ValueKind.Sequences => "sequences of sequences", ValueKind.Vector => "vectors", _ => "scalars",
    };

    static Column Like(Column column, ReadOnlyMemory<float> values, int stride, int[] starts, int[] lengths, Column? parts) => new()
    {
        Name = column.Name, Kind = column.Kind, Width = column.Width, Units = column.Units, Values = values, Stride = stride, Starts = starts, Lengths = lengths, Parts = parts,
    };

    static int[] Sums(int[] lengths, int width)
    {
        var starts = new int[lengths.Length];
        for (int i = 1; i < starts.Length; i++)
            starts[i] = checked(starts[i - 1] + lengths[i - 1] * width);
        return starts;
    }
}
