using System.Globalization;
using RnnDsl.CompilerServices;
using RnnDsl.Execution;
using RnnDsl.Sequences;
using RnnDsl.Storage;

namespace RnnDsl.Continual;

/// <summary>Gives back what a <see cref="StateWriter"/> has written to a file. Every method has an <see cref="InvalidDataException"/> for what is missing, of another size, or
/// not finite; sizes are compared with the file before memory is taken.</summary>
public sealed class StateReader
{
    readonly SafetensorsFile file;
    readonly Dictionary<string, Tensor> tensors;
    readonly string prefix;

    internal StateReader(SafetensorsFile file, ParameterStore? parameters) : this(file, parameters, file.Tensors.ToDictionary(t => t.Name), "")
    {
    }

    StateReader(SafetensorsFile file, ParameterStore? parameters, Dictionary<string, Tensor> tensors, string prefix) =>
        (this.file, Parameters, this.tensors, this.prefix) = (file, parameters, tensors, prefix);

    internal ParameterStore? Parameters { get; }

    /// <summary>Whether there is a text, a number or a data set of this name.</summary>
    /// <param name="name">The name.</param>
    public bool Has(string name) => file.Metadata.ContainsKey(StateFile.Key + "/" + prefix + name);

    /// <summary>Reads a text.</summary>
    /// <param name="name">Its name.</param>
    /// <exception cref="InvalidDataException">There is none.</exception>
    public string ReadText(string name) => file.Metadata.TryGetValue(StateFile.Key + "/" + prefix + name, out string? text) ? text
        : throw new InvalidDataException($"'{prefix}{name}' is missing in it: it is damaged, or was written by another version. Take an older copy of the file.");

    /// <summary>Reads a whole number.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="least">The least that it can be.</param>
    /// <param name="most">The most that it can be.</param>
    /// <exception cref="InvalidDataException">There is none, or it is outside these bounds.</exception>
    public long ReadInteger(string name, long least = 0, long most = long.MaxValue) =>
        long.TryParse(ReadText(name), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number) && number >= least && number <= most ? number
            : throw new InvalidDataException(FormattableString.Invariant($"'{prefix}{name}' is '{ReadText(name)}', which is no whole number from {least} to {most}."));

    /// <summary>Reads a number.</summary>
    /// <param name="name">Its name.</param>
    /// <exception cref="InvalidDataException">There is none, or it is not finite.</exception>
    public double ReadNumber(string name) =>
        double.TryParse(ReadText(name), NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && double.IsFinite(number) ? number
        : throw new InvalidDataException($"'{prefix}{name}' is '{ReadText(name)}', which is no finite number.");

    /// <summary>Reads floats.</summary>
    /// <param name="name">Their name.</param>
    /// <exception cref="InvalidDataException">There are none, or one is not finite.</exception>
    public float[] ReadFloats(string name) => ReadFloats(Find(name, "F32"));

    /// <summary>Reads numbers that are laid out like the trained parameters.</summary>
    /// <param name="name">Their name.</param>
    /// <exception cref="InvalidDataException">Those of a parameter are missing or have another shape, or one is not finite.</exception>
    public float[] ReadParameters(string name)
    {
        var values = new float[Parameters!.Length];
        ReadParameters(name, Parameters.Slices, values);
        return values;
    }

    /// <summary>Reads a data set.</summary>
    /// <param name="name">Its name.</param>
    /// <exception cref="InvalidDataException">There is none, its parts do not fit together, or a value is not finite.</exception>
    public Dataset ReadData(string name)
    {
        List<StoredColumn> stored = StoredColumn.Read(ReadText(name));
        StateReader part = Part(name);
        try
        {
            return new Dataset([.. stored.Select(part.ReadColumn)]);
        }
        catch (Exception e) when (e is ArgumentException or OverflowException)
        {
            throw new InvalidDataException($"'{prefix}{name}' is no data set: {e.Message}", e);
        }
    }

    /// <summary>Requires that a setting is as it was when the file was saved.</summary>
    /// <param name="name">Its name, as it was written.</param>
    /// <param name="value">What it is now.</param>
    /// <exception cref="InvalidDataException">It was another.</exception>
    public void Require(string name, string value)
    {
        if (ReadText(name) != value)
            throw new InvalidDataException($"'{prefix}{name}' is '{ReadText(name)}' in it, and '{value}' here: give it the value of the file, or do not load the file.");
    }

    /// <inheritdoc cref="Require(string, string)"/>
    public void Require(string name, long value) => Require(name, value.ToString(CultureInfo.InvariantCulture));

    /// <inheritdoc cref="Require(string, string)"/>
    public void Require(string name, double value) => Require(name, value.ToString("R", CultureInfo.InvariantCulture));

    /// <summary>A reader of the names that begin with this name and a slash.</summary>
    /// <param name="name">The name of the part.</param>
    public StateReader Part(string name) => new(file, Parameters, tensors, prefix + name + "/");

    internal void ReadParameters(string name, IEnumerable<Parameter> slices, float[] values)
    {
        foreach (Parameter slice in slices)
        {
            Tensor tensor = Find(name + "/" + slice.Name, "F32");
            if (!tensor.Shape.SequenceEqual(StoredParameters.Shape(slice.Info)))
                throw new InvalidDataException($"Parameter '{slice.Name}' is trained here with the shape [{string.Join(", ", StoredParameters.Shape(slice.Info))}], " +
                    $"but the file has {tensor}: train the parameters that the file has.");
            ReadFloats(tensor).CopyTo(values, slice.Offset);
        }
    }

    internal long[] ReadIntegers(string name)
    {
        Tensor tensor = Find(name, "I8");
        if (tensor.Shape is not [_, sizeof(long)])
            throw new InvalidDataException($"{tensor} does not have the {sizeof(long)} bytes of whole numbers.");
        var bytes = new float[Length(tensor)];
        file.ReadNumbers(tensor, bytes);
        var numbers = new long[bytes.Length / sizeof(long)];
        for (int i = 0; i < bytes.Length; i++)
            numbers[i / sizeof(long)] |= (long)(byte)(sbyte)bytes[i] << (8 * (i % sizeof(long)));
        return numbers;
    }

    internal double[] ReadNumbers(string name)
    {
        double[] numbers = Array.ConvertAll(ReadIntegers(name), BitConverter.Int64BitsToDouble);
        return Array.FindIndex(numbers, n => !double.IsFinite(n)) is >= 0 and var index
            ? throw new InvalidDataException(FormattableString.Invariant($"'{prefix}{name}' is {numbers[index]} at index {index}.")) : numbers;
    }

    float[] ReadFloats(Tensor tensor)
    {
        var values = new float[Length(tensor)];
        file.Read(tensor, values);
        return Rows.FirstNotFinite(values) is int index
            ? throw new InvalidDataException(FormattableString.Invariant($"'{tensor.Name}' is {values[index]} at index {index}.")) : values;
    }

    Tensor Find(string name, string dtype) => !tensors.TryGetValue(StateFile.TensorPrefix + prefix + name, out Tensor? tensor)
        ? throw new InvalidDataException($"The tensor '{StateFile.TensorPrefix}{prefix}{name}' is missing in it: it is damaged, or of other trained parameters.")
        : tensor.DType == dtype ? tensor : throw new InvalidDataException($"{tensor} has numbers of another type than {dtype}.");

    static int Length(Tensor tensor) => tensor.Length <= Array.MaxLength ? (int)tensor.Length
        : throw new InvalidDataException($"{tensor} has more numbers than fit into an array.");

    Column ReadColumn(StoredColumn stored)
    {
        float[] values = ReadFloats(StoredColumn.ValuesOf(stored.Name));
        if (values.Length % stored.Width != 0)
            throw new ArgumentException($"column '{stored.Name}' has {values.Length} values, which are no whole steps of {stored.Width}.");
        long steps = values.Length / stored.Width;
        Column column = stored.Kind switch
        {
            ValueKind.Sequences => Nested(stored, Dense(stored, ValueKind.Sequence, values, Lengths(stored.Name + StateFile.PartLengths, steps))),
            ValueKind.Sequence => Dense(stored, ValueKind.Sequence, values, Lengths(stored.Name + StateFile.Lengths, steps)),
            _ => Dense(stored, stored.Kind, values, [.. Enumerable.Repeat(1, (int)steps)]),
        };
        if (stored.Units > 0)
            OneHotNumbers.Check(column.Parts ?? column);
        return column;
    }

    /// <summary>Lengths that make up the whole.</summary>
    int[] Lengths(string name, long whole)
    {
        long[] lengths = ReadIntegers(name);
        long sum = 0;
        foreach (long length in lengths)
            sum = length >= 1 && length <= whole - sum ? sum + length : throw new ArgumentException($"the lengths '{name}' do not fit {whole} steps.");
        return sum == whole ? Array.ConvertAll(lengths, length => (int)length) : throw new ArgumentException($"the lengths '{name}' are {sum} steps, and there are {whole}.");
    }

    Column Nested(StoredColumn stored, Column parts)
    {
        int[] lengths = Lengths(stored.Name + StateFile.Lengths, parts.Count);
        return new Column
        {
            Name = stored.Name, Kind = ValueKind.Sequences, Width = stored.Width, Stride = stored.Width, Units = stored.Units,
            Values = parts.Values, Starts = Sums(lengths, 1), Lengths = lengths, Parts = parts,
        };
    }

    static Column Dense(StoredColumn stored, ValueKind kind, float[] values, int[] lengths) => new()
    {
        Name = stored.Name, Kind = kind, Width = stored.Width, Stride = stored.Width, Units = stored.Units,
        Values = values, Starts = Sums(lengths, stored.Width), Lengths = lengths,
    };

    static int[] Sums(int[] lengths, int width)
    {
        var starts = new int[lengths.Length];
        for (int i = 1; i < starts.Length; i++)
            starts[i] = starts[i - 1] + lengths[i - 1] * width;
        return starts;
    }
}
