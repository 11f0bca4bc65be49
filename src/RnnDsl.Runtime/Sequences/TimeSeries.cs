using System.Runtime.CompilerServices;

namespace RnnDsl.Sequences;

/// <summary>A column of a series that holds text: time stamps, categories.</summary>
/// <param name="Name">Its name. No column of numbers has the same.</param>
/// <param name="Values">One for each row; "" where the value is unknown.</param>
public sealed record LabelColumn(string Name, IReadOnlyList<string> Values)
{
    /// <summary>The column's times, if it is the series' column at this index. All code that reads dates is reached through this method, so that a native program without columns
    /// of text leaves that code out.</summary>
    internal TimeAxis? Times(TimeSeries series, int at) => TimeAxis.Of(series, at);

    /// <summary>The series with the last known text of this column, which is the one at this index, wherever a text is missing. A column of times stays as it is: a repeated time would be wrong.</summary>
    internal TimeSeries Filled(TimeSeries series, int at)
    {
        if (!Values.Any(string.IsNullOrWhiteSpace) || TimeAxis.AreTimes(series, at))
            return series;
        string last = "";
        return series.With(Name, [.. Values.Select(text => string.IsNullOrWhiteSpace(text) ? last : last = text)]);
    }
}

/// <summary>
/// Named columns of numbers over time, the oldest row first: [rows × columns], row-major. A missing value is NaN; see <see cref="Missing.Resolve"/>. Columns of text are kept as
/// <see cref="Labels"/>; for times among them see <see cref="Times"/>. A series made from doubles keeps them beside the floats until a <see cref="Scaler"/> has subtracted the
/// offset: a counter at 123456789.1 loses its changes in a float, which has 24 bits.
/// </summary>
public sealed class TimeSeries
{
    readonly float[] values;
    readonly double[]? exact;
    IReadOnlyList<string>? findings;

    /// <summary>A series of numbers in single precision.</summary>
    /// <param name="columns">Names of the columns, all different.</param>
    /// <param name="values">[rows × columns], row-major; at least one row. Not copied.</param>
    /// <param name="labels">Columns of text, one value a row each.</param>
    /// <exception cref="ArgumentException">The sizes do not fit, a name is used twice, or a value is infinite.</exception>
    [OverloadResolutionPriority(1)]
    public TimeSeries(IReadOnlyList<string> columns, float[] values, IReadOnlyList<LabelColumn>? labels = null)
        : this(columns, values, null, labels)
    {
    }

    /// <summary>A series that keeps its numbers in double precision.</summary>
    /// <inheritdoc cref="TimeSeries(IReadOnlyList{string}, float[], IReadOnlyList{LabelColumn})"/>
    public TimeSeries(IReadOnlyList<string> columns, double[] values, IReadOnlyList<LabelColumn>? labels = null)
        : this(columns, ToFloats(values), values, labels)
    {
    }

    TimeSeries(IReadOnlyList<string> columns, float[] values, double[]? exact, IReadOnlyList<LabelColumn>? labels)
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
        (this.values, this.exact) = (values, exact);

        if (Names.Repeated(columns.Concat(Labels.Select(label => label.Name))) is { } repeated)
            throw new ArgumentException($"Two columns of the series are named '{repeated}'.", nameof(columns));
        foreach (LabelColumn label in Labels)
            if (label.Values.Count != Rows)
                throw new ArgumentException(
                    $"Label column '{label.Name}' has {label.Values.Count} values, but the series has {Rows} rows.", nameof(labels));
        for (int i = 0; i < values.Length; i++)
            if (float.IsInfinity(values[i]))
                throw new ArgumentException($"Column '{columns[i % Width]}', row {i / Width}: a value that is infinite, or too large for single precision.", nameof(values));
    }

    /// <summary>Names of the columns of numbers.</summary>
    public IReadOnlyList<string> Columns { get; }

    /// <summary>Columns of text.</summary>
    public IReadOnlyList<LabelColumn> Labels { get; }

    /// <summary>Number of time steps.</summary>
    public int Rows { get; }

    /// <summary>Number of columns of numbers.</summary>
    public int Width => Columns.Count;

    /// <summary>Its rows and the names of its columns.</summary>
    public override string ToString() => $"{Rows} rows of {string.Join(", ", Columns)}{(Labels.Count == 0 ? "" : $"; labels {string.Join(", ", Labels.Select(label => label.Name))}")}";

    /// <summary>Findings to look at before training, each a sentence with the name of its column: times that are out of order, doubled, missing, or of several series; numbers that
    /// become equal as floats; names that are numbers. Empty if nothing was found.</summary>
    public IReadOnlyList<string> Findings => findings ??= [.. SeriesFindings.Names(this), .. SeriesFindings.Times(this), .. SeriesFindings.Precision(this)];

    /// <summary>[rows × columns], row-major, rounded to floats.</summary>
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

    /// <summary>A copy of one column in double precision. The values are exact if the series was made from doubles.</summary>
    /// <exception cref="ArgumentException">There is no such column.</exception>
    public double[] DoubleColumn(string name)
    {
        int column = IndexOf(name);
        var result = new double[Rows];
        for (int row = 0; row < Rows; row++)
            result[row] = Number(row * Width + column);
        return result;
    }

    /// <summary>The text column of that name.</summary>
    /// <exception cref="ArgumentException">There is no such column.</exception>
    public IReadOnlyList<string> Label(string name) =>
        Labels.FirstOrDefault(label => label.Name == name)?.Values
        ?? throw new ArgumentException(
            $"The series has no label column '{name}'. {NearestName.Hint(name, [.. Labels.Select(label => label.Name)])}", nameof(name));

    /// <summary>Index of the column of that name.</summary>
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
        return new TimeSeries(columns, Pick(values, sources), exact is null ? null : Pick(exact, sources), Labels);
    }

    /// <summary>A series made from objects, one row each.</summary>
    /// <param name="rows">The objects; those of one group are in order of time.</param>
    /// <param name="columns">Names and selectors of its columns.</param>
    /// <exception cref="ArgumentException">There is no row, or no column of numbers, or a name is used twice.</exception>
    public static TimeSeries From<T>(IEnumerable<T> rows, TableColumns<T> columns) => columns.Read(rows);

    /// <summary>The series with one more column of numbers, or with new numbers in the column of that name.</summary>
    /// <param name="name">Name of the column.</param>
    /// <param name="numbers">One number for each row; NaN stands for a missing value.</param>
    /// <exception cref="ArgumentException">The count differs from the number of rows, a number is infinite, or the name is that of a column of text.</exception>
    public TimeSeries With(string name, params IReadOnlyList<double> numbers)
    {
        if (numbers.Count != Rows)
            throw new ArgumentException($"Column '{name}' has {numbers.Count} values, but the series has {Rows} rows.", nameof(numbers));
        int at = Columns.ToList().IndexOf(name), width = at < 0 ? Width + 1 : Width;
        at = at < 0 ? Width : at;
        var all = new double[checked(Rows * width)];
        for (int row = 0; row < Rows; row++)
            for (int column = 0; column < width; column++)
                all[row * width + column] = column == at ? numbers[row] : Number(row * Width + column);
        return new TimeSeries(width == Width ? Columns : [.. Columns, name], all, Labels);
    }

    /// <summary>The series with one more column of text, or with new texts in the column of that name.</summary>
    /// <param name="name">Name of the column.</param>
    /// <param name="texts">One text for each row; "" stands for a missing one.</param>
    /// <exception cref="ArgumentException">The count differs from the number of rows, or the name is that of a column of numbers.</exception>
    public TimeSeries With(string name, params IReadOnlyList<string> texts)
    {
        ArgumentNullException.ThrowIfNull(texts);
        LabelColumn column = new(name, [.. texts.Select(text => text ?? "")]);
        return Relabeled(Labels.Any(label => label.Name == name) ? [.. Labels.Select(label => label.Name == name ? column : label)] : [.. Labels, column]);
    }

    /// <summary>For each row, the number of later rows of its group: the remaining life, if a group ends with a failure.</summary>
    /// <param name="group">The column of text or of whole numbers that assigns each row to a group.</param>
    /// <exception cref="ArgumentException">There is no such column, or its numbers are not whole.</exception>
    public double[] RowsLeft(string group)
    {
        string[] keys = TimeGroups.RequireKeys(this, group);
        var after = new Dictionary<string, int>();
        var left = new double[Rows];
        for (int row = Rows - 1; row >= 0; row--)
            left[row] = after[keys[row]] = after.GetValueOrDefault(keys[row], -1) + 1;
        return left;
    }

    /// <summary>A copy of a stretch of rows.</summary>
    public TimeSeries Range(int start, int count)
    {
        if (start < 0 || count < 1 || start > Rows - count)
            throw new ArgumentOutOfRangeException(nameof(start), $"Rows {start} to {start + count - 1} of a series of {Rows} rows.");
        int[] rows = new int[count];
        for (int i = 0; i < count; i++)
            rows[i] = start + i;
        return Take(rows);
    }

    /// <summary>One number, as exactly as the series has it, by its index in [rows × columns].</summary>
    internal double Number(int index) => exact is null ? values[index] : exact[index];

    /// <summary>Whether it has the numbers in double precision.</summary>
    internal bool IsExact => exact is not null;

    /// <summary>The rows of these numbers, in this order; −1 stands for a row of missing values and blank texts.</summary>
    internal TimeSeries Take(ReadOnlySpan<int> rows)
    {
        var numbers = new double[checked(rows.Length * Width)];
        var texts = new string[Labels.Count][];
        for (int label = 0; label < texts.Length; label++)
            texts[label] = new string[rows.Length];
        for (int row = 0; row < rows.Length; row++)
        {
            for (int column = 0; column < Width; column++)
                numbers[row * Width + column] = rows[row] < 0 ? double.NaN : Number(rows[row] * Width + column);
            for (int label = 0; label < texts.Length; label++)
                texts[label][row] = rows[row] < 0 ? "" : Labels[label].Values[rows[row]];
        }
        return new TimeSeries(Columns, ToFloats(numbers), exact is null ? null : numbers, [.. Labels.Select((label, i) => label with { Values = texts[i] })]);
    }

    /// <summary>Rows of several series of the same columns, one after the other.</summary>
    internal static TimeSeries Join(IReadOnlyList<(TimeSeries From, int At)> rows)
    {
        TimeSeries like = rows[0].From;
        var numbers = new double[checked(rows.Count * like.Width)];
        for (int row = 0; row < rows.Count; row++)
            for (int column = 0; column < like.Width; column++)
                numbers[row * like.Width + column] = rows[row].From.Number(rows[row].At * like.Width + column);
        LabelColumn[] labels = [.. like.Labels.Select((label, i) => label with { Values = [.. rows.Select(row => row.From.Labels[i].Values[row.At])] })];
        return new TimeSeries(like.Columns, ToFloats(numbers), like.exact is null ? null : numbers, labels);
    }

    /// <summary>The same names and labels with other values, which are kept as exactly as these.</summary>
    internal TimeSeries With(double[] numbers) => new(Columns, ToFloats(numbers), exact is null ? null : numbers, Labels);

    /// <summary>The same numbers with other labels.</summary>
    internal TimeSeries Relabeled(IReadOnlyList<LabelColumn> labels) => new(Columns, values, exact, labels);

    /// <summary>The same names and labels with other values.</summary>
    internal TimeSeries With(float[] other) => new(Columns, other, Labels);

    T[] Pick<T>(T[] from, int[] sources)
    {
        var selected = new T[Rows * sources.Length];
        for (int row = 0; row < Rows; row++)
            for (int i = 0; i < sources.Length; i++)
                selected[row * sources.Length + i] = from[row * Width + sources[i]];
        return selected;
    }

    static float[] ToFloats(double[] numbers)
    {
        ArgumentNullException.ThrowIfNull(numbers, "values");
        var floats = new float[numbers.Length];
        for (int i = 0; i < floats.Length; i++)
            floats[i] = (float)numbers[i];
        return floats;
    }
}
