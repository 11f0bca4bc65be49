namespace RnnDsl.Sequences;

/// <summary>A column of a series that holds text: time stamps, categories.</summary>
public sealed record LabelColumn(string Name, IReadOnlyList<string> Values);

/// <summary>
/// Named columns of numbers over time, the oldest row first: [rows × columns], row-major. A missing value is NaN; see
/// <see cref="Missing.Resolve"/>. Columns of text ride along as <see cref="Labels"/>.
/// </summary>
public sealed class TimeSeries
{
    readonly float[] values;

    /// <param name="columns">Names of the columns, all different.</param>
    /// <param name="values">[rows × columns], row-major; at least one row. Not copied.</param>
    /// <param name="labels">Columns of text, one value a row each.</param>
    /// <exception cref="ArgumentException">The sizes do not fit, a name is used twice, or a value is infinite.</exception>
    public TimeSeries(IReadOnlyList<string> columns, float[] values, IReadOnlyList<LabelColumn>? labels = null)
    {
        ArgumentNullException.ThrowIfNull(columns);
        ArgumentNullException.ThrowIfNull(values);
        if (columns.Count == 0)
            throw new ArgumentException("A series needs at least one column of numbers.", nameof(columns));
        if (values.Length == 0 || values.Length % columns.Count != 0)
            throw new ArgumentException(
                $"{values.Length} values do not make one or more rows of {columns.Count} columns.", nameof(values));
        Columns = columns;
        Labels = labels ?? [];
        Rows = values.Length / columns.Count;
        this.values = values;

        var names = new HashSet<string>();
        foreach (string name in columns.Concat(Labels.Select(label => label.Name)))
            if (!names.Add(name))
                throw new ArgumentException($"Two columns of the series are named '{name}'.", nameof(columns));
        foreach (LabelColumn label in Labels)
            if (label.Values.Count != Rows)
                throw new ArgumentException(
                    $"Label column '{label.Name}' has {label.Values.Count} values, but the series has {Rows} rows.", nameof(labels));
        for (int i = 0; i < values.Length; i++)
            if (float.IsInfinity(values[i]))
                throw new ArgumentException($"Column '{columns[i % Width]}', row {i / Width}: an infinite value.", nameof(values));
    }

    /// <summary>Names of the columns of numbers.</summary>
    public IReadOnlyList<string> Columns { get; }

    /// <summary>Columns of text.</summary>
    public IReadOnlyList<LabelColumn> Labels { get; }

    /// <summary>Number of time steps.</summary>
    public int Rows { get; }

    /// <summary>Number of columns of numbers.</summary>
    public int Width => Columns.Count;

    /// <summary>[rows × columns], row-major.</summary>
    public ReadOnlyMemory<float> Values => values;

    /// <summary>One value.</summary>
    public float this[int row, int column] => values[row * Width + column];

    /// <summary>The columns of one time step.</summary>
    public ReadOnlySpan<float> Row(int row) => values.AsSpan(row * Width, Width);

    /// <summary>A copy of one column.</summary>
    /// <exception cref="ArgumentException">There is no such column.</exception>
    public float[] Column(string name)
    {
        int column = IndexOf(name);
        var result = new float[Rows];
        for (int row = 0; row < Rows; row++)
            result[row] = this[row, column];
        return result;
    }

    /// <summary>The text column of that name.</summary>
    /// <exception cref="ArgumentException">There is no such column.</exception>
    public IReadOnlyList<string> Label(string name) =>
        Labels.FirstOrDefault(label => label.Name == name)?.Values
        ?? throw new ArgumentException(
            $"The series has no label column '{name}'. {NearestName.Hint(name, [.. Labels.Select(label => label.Name)])}", nameof(name));

    /// <summary>Place of the column of that name.</summary>
    /// <exception cref="ArgumentException">There is no such column.</exception>
    public int IndexOf(string name)
    {
        for (int i = 0; i < Columns.Count; i++)
            if (Columns[i] == name)
                return i;
        string hint = Labels.Any(label => label.Name == name)
            ? $"It is a column of text. There are: {string.Join(", ", Columns)}."
            : NearestName.Hint(name, Columns);
        throw new ArgumentException($"The series has no column of numbers '{name}'. {hint}", nameof(name));
    }

    /// <summary>Some of the columns, in the given order. Labels stay.</summary>
    public TimeSeries Select(params IReadOnlyList<string> columns)
    {
        if (columns.SequenceEqual(Columns))
            return this;
        int[] sources = [.. columns.Select(IndexOf)];
        var selected = new float[Rows * sources.Length];
        for (int row = 0; row < Rows; row++)
            for (int i = 0; i < sources.Length; i++)
                selected[row * sources.Length + i] = this[row, sources[i]];
        return new TimeSeries(columns, selected, Labels);
    }

    /// <summary>A copy of a stretch of rows.</summary>
    public TimeSeries Range(int start, int count)
    {
        if (start < 0 || count < 1 || start > Rows - count)
            throw new ArgumentOutOfRangeException(nameof(start), $"Rows {start} to {start + count - 1} of a series of {Rows} rows.");
        LabelColumn[] labels = [.. Labels.Select(label => label with { Values = [.. label.Values.Skip(start).Take(count)] })];
        return new TimeSeries(Columns, values.AsSpan(start * Width, count * Width).ToArray(), labels);
    }

    /// <summary>The same names and labels with other values.</summary>
    internal TimeSeries With(float[] other) => new(Columns, other, Labels);
}
