using System.Text.Json;
using RnnDsl.Storage;

namespace RnnDsl.Sequences;

/// <summary>
/// An affine map for each column, scaled = (value − offset) / scale, fitted by <see cref="StandardScaler"/> or <see cref="MinMaxScaler"/>. Its JSON form is part of a model's file,
/// so that a program that loads the model scales as the training did.
/// </summary>
public sealed class Scaler
{
    readonly double[] offsets;
    readonly double[] scales;

    /// <summary>A scaler of known numbers; <see cref="StandardScaler"/> and <see cref="MinMaxScaler"/> find them.</summary>
    /// <param name="columns">Names of the columns.</param>
    /// <param name="offsets">For each column the value that becomes 0.</param>
    /// <param name="scales">For each column the difference that becomes 1.</param>
    /// <exception cref="ArgumentException">The sizes differ, two columns have one name, a number is not finite, or a scale not positive.</exception>
    public Scaler(IReadOnlyList<string> columns, IReadOnlyList<double> offsets, IReadOnlyList<double> scales) : this(columns, offsets, scales, mayRepeat: false)
    {
    }

    /// <summary>A scaler of values one after another, of which several may have the scale of one column, or one that an earlier version wrote.</summary>
    internal Scaler(IReadOnlyList<string> columns, IReadOnlyList<double> offsets, IReadOnlyList<double> scales, bool mayRepeat)
    {
        if (columns.Count == 0 || offsets.Count != columns.Count || scales.Count != columns.Count)
            throw new ArgumentException("A scaler needs an offset and a scale for each column: " +
                $"{columns.Count} columns, {offsets.Count} offsets, {scales.Count} scales.");
        if (!mayRepeat && Names.Repeated(columns) is { } repeated)
            throw new ArgumentException($"Two columns of the scaler are named '{repeated}', and it finds columns by name.", nameof(columns));
        for (int i = 0; i < columns.Count; i++)
            if (!double.IsFinite(offsets[i]) || !double.IsFinite(scales[i]) || scales[i] <= 0)
                throw new ArgumentException(FormattableString.Invariant(
                    $"Column '{columns[i]}': offset {offsets[i]} and scale {scales[i]} must be finite, the scale positive; another unit helps."));
        Columns = columns;
        this.offsets = [.. offsets];
        this.scales = [.. scales];
    }

    /// <summary>Names of the columns that it scales, in their order.</summary>
    public IReadOnlyList<string> Columns { get; }

    /// <summary>Value of each column that becomes 0.</summary>
    public IReadOnlyList<double> Offsets => offsets;

    /// <summary>Difference in each column that becomes 1.</summary>
    public IReadOnlyList<double> Scales => scales;

    /// <summary>Findings about the rows that it was fitted on, each a sentence with the name of its column: constant columns, scales near zero, values that swallow the scale of
    /// all others. Empty if nothing was found, and after loading.</summary>
    public IReadOnlyList<string> Findings { get; internal init; } = [];

    /// <summary>A line for each column, such as "load: (value - 120.5) / 33.2".</summary>
    public override string ToString() => string.Join('\n', Columns.Select((column, i) => FormattableString.Invariant($"{column}: (value - {offsets[i]:G6}) / {scales[i]:G6}")));

    /// <summary>The series with each column scaled by the scaler's column of that name.</summary>
    public TimeSeries Apply(TimeSeries series)
    {
        Scaler scaler = Select(series.Columns);
        var values = new float[series.Rows * series.Width];
        for (int i = 0, column = 0; i < values.Length; i++, column = column + 1 == series.Width ? 0 : column + 1)
            values[i] = (float)((series.Number(i) - scaler.offsets[column]) / scaler.scales[column]);
        return series.With(values);
    }

    /// <summary>Scales rows of all columns in place: [rows × columns], row-major.</summary>
    public void Apply(Span<float> rows)
    {
        CheckRows(rows.Length);
        for (int i = 0, column = 0; i < rows.Length; i++, column = column + 1 == scales.Length ? 0 : column + 1)
            rows[i] = (float)((rows[i] - offsets[column]) / scales[column]);
    }

    /// <summary>Undoes <see cref="Apply(Span{float})"/> in place: [rows × columns], row-major.</summary>
    public void Invert(Span<float> rows)
    {
        CheckRows(rows.Length);
        for (int i = 0, column = 0; i < rows.Length; i++, column = column + 1 == scales.Length ? 0 : column + 1)
            rows[i] = (float)(rows[i] * scales[column] + offsets[column]);
    }

    /// <summary>The scaler of some of the columns, in the given order: for example of the targets alone, to bring predictions back to their units.</summary>
    /// <exception cref="ArgumentException">A column was not fitted.</exception>
    public Scaler Select(params IReadOnlyList<string> columns)
    {
        if (columns.SequenceEqual(Columns))
            return this;
        int[] sources = [.. columns.Select(IndexOf)];
        return new Scaler(columns, [.. sources.Select(i => offsets[i])], [.. sources.Select(i => scales[i])], mayRepeat: true);
    }

    /// <summary>This scaler without scaling for columns that hold only 0 and 1 in the first rows. Such a column is a class and not a quantity, and cross-entropies take it as it is.</summary>
    internal Scaler WithoutClasses(TimeSeries series, int rows)
    {
        double[] withoutOffsets = [.. offsets], withoutScales = [.. scales];
        for (int i = 0; i < series.Width; i++)
            if (!series.Column(series.Columns[i]).AsSpan(0, rows).ContainsAnyExcept(0f, 1f))
                (withoutOffsets[i], withoutScales[i]) = (0, 1);
        return new Scaler(Columns, withoutOffsets, withoutScales, mayRepeat: true) { Findings = Findings };
    }

    /// <summary>One line of JSON: <c>{"columns":[…],"offsets":[…],"scales":[…]}</c>.</summary>
    public string ToJson() => JsonText.Write(writer =>
    {
        writer.WriteStartObject();
        writer.WriteStartArray("columns");
        foreach (string column in Columns)
        {
            WellFormed.Check($"the column's name '{column}'", column);
            writer.WriteStringValue(column);
        }
        writer.WriteEndArray();
        WriteNumbers(writer, "offsets", offsets);
        WriteNumbers(writer, "scales", scales);
        writer.WriteEndObject();
    });

    /// <summary>Reads what <see cref="ToJson"/> wrote.</summary>
    /// <exception cref="InvalidDataException">The text is something else.</exception>
    public static Scaler FromJson(string json)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(json);
            JsonElement root = document.RootElement;
            return new Scaler(
                [.. root.GetProperty("columns").EnumerateArray().Select(e => e.GetString() ?? throw new FormatException("a null name"))],
                [.. root.GetProperty("offsets").EnumerateArray().Select(e => e.GetDouble())],
                [.. root.GetProperty("scales").EnumerateArray().Select(e => e.GetDouble())], mayRepeat: true);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException
            or ArgumentException)
        {
            throw new InvalidDataException($"This is not a scaler's JSON: {e.Message}", e);
        }
    }

    static void WriteNumbers(Utf8JsonWriter writer, string name, double[] numbers)
    {
        writer.WriteStartArray(name);
        foreach (double number in numbers)
            writer.WriteNumberValue(number);
        writer.WriteEndArray();
    }

    int IndexOf(string column)
    {
        for (int i = 0; i < Columns.Count; i++)
            if (Columns[i] == column)
                return i;
        throw new ArgumentException($"The scaler was not fitted on column '{column}'. {NearestName.Hint(column, Columns)}");
    }

    void CheckRows(int length)
    {
        if (length % scales.Length != 0)
            throw new ArgumentException($"{length} values are not whole rows of {scales.Length} columns ({string.Join(", ", Columns)}).");
    }
}
