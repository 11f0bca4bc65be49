using System.Text.Json;
using RnnDsl.Execution;
using RnnDsl.Storage;

namespace RnnDsl.Sequences;

/// <summary>What a data set's file says of a column in its metadata.</summary>
/// <param name="Name">The column's name.</param>
/// <param name="Kind">What each example has.</param>
/// <param name="Width">Values a step.</param>
/// <param name="Stride">Floats from one step to the next.</param>
/// <param name="Units">Units of one-hot vectors; else 0.</param>
/// <param name="Values">The name of the tensor of its values. Columns that share a buffer name the same tensor.</param>
sealed record StoredColumn(string Name, ValueKind Kind, int Width, int Stride, int Units, string Values)
{
    /// <summary>The entry of the metadata.</summary>
    public const string Key = "rnndsl.dataset";

    const int Version = 1;

    /// <summary>The name of the tensor of values whose first column this is.</summary>
    public static string ValuesOf(string column) => column + ".values";

    /// <summary>For each example its first value; with sequences at every step, its first sequence.</summary>
    public string Starts => Name + ".starts";

    /// <summary>For each example its number of steps.</summary>
    public string Lengths => Name + ".lengths";

    /// <summary>For each of the sequences at every step its first value.</summary>
    public string PartStarts => Name + ".parts.starts";

    /// <summary>For each of the sequences at every step its number of steps.</summary>
    public string PartLengths => Name + ".parts.lengths";

    /// <summary>The text of the metadata.</summary>
    public static string Write(IEnumerable<StoredColumn> columns) => JsonText.Write(Version, writer =>
    {
        writer.WriteStartArray("columns");
        foreach (StoredColumn column in columns)
        {
            writer.WriteStartObject();
            writer.WriteString("name", column.Name);
            writer.WriteString("kind", Text(column.Kind));
            writer.WriteNumber("width", column.Width);
            writer.WriteNumber("stride", column.Stride);
            writer.WriteNumber("units", column.Units);
            writer.WriteString("values", column.Values);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
    });

    /// <summary>Reads the text of the metadata.</summary>
    /// <exception cref="InvalidDataException">The text is something else, or of another version.</exception>
    public static List<StoredColumn> Read(string json) => JsonText.Read(json, "a data set's description", Version, root =>
    {
        List<StoredColumn> columns = [.. root.GetProperty("columns").EnumerateArray().Select(Read)];
        return columns is [] ? throw new FormatException("it has no columns")
            : columns.GroupBy(c => c.Name).FirstOrDefault(g => g.Count() > 1) is { } twice ? throw new FormatException($"it names column '{twice.Key}' twice") : columns;
    });

    static StoredColumn Read(JsonElement column)
    {
        var read = new StoredColumn(Word("name"), Kinds.FirstOrDefault(k => Text(k) == Word("kind"), (ValueKind)(-1)), Number("width"), Number("stride"), Number("units"), Word("values"));
        return (int)read.Kind < 0 ? throw new FormatException($"column '{read.Name}' is of the unknown kind '{Word("kind")}'")
            : read.Width < 1 || read.Stride < 0 || read.Units is < 0 or > OneHotNumbers.MostUnits || (read.Units > 0 && read.Width != 1) ? throw new FormatException(
                $"column '{read.Name}' cannot have {read.Width} values a step, {read.Stride} apart, of {read.Units} units") : read;

        string Word(string name) => column.GetProperty(name).GetString() is { Length: > 0 } word ? word : throw new FormatException($"a column's {name} is empty");
        int Number(string name) => column.GetProperty(name).GetInt32();
    }

    static readonly ValueKind[] Kinds = [ValueKind.Scalar, ValueKind.Vector, ValueKind.Sequence, ValueKind.Sequences];

    static string Text(ValueKind kind) => kind switch
    {
        ValueKind.Scalar => "scalar", ValueKind.Vector => "vector", ValueKind.Sequence => "sequence", ValueKind.Sequences => "sequences",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "A data set's file holds scalars, vectors and sequences."),
    };
}
