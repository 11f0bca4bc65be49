using System.Globalization;
using RnnDsl.CompilerServices;
using RnnDsl.Execution;
using RnnDsl.Sequences;
using RnnDsl.Storage;

namespace RnnDsl.Continual;

/// <summary>
/// Takes what a <see cref="ContinualStrategy"/> remembers, by name, for the file of its <see cref="ContinualLearner"/>. A <see cref="StateReader"/> gives it back, with every
/// bit. A name is used once.
/// </summary>
/// <remarks>Texts and single numbers stand in the metadata of the safetensors file. Floats are tensors of F32. Rows of wider numbers are tensors of I8 [count, 8]: the eight
/// bytes of each number, the lowest first.</remarks>
public sealed class StateWriter
{
    readonly string prefix;

    internal StateWriter(ParameterStore? parameters) : this(parameters, [], [], "")
    {
    }

    StateWriter(ParameterStore? parameters, List<StoredTensor> tensors, List<KeyValuePair<string, string>> texts, string prefix) =>
        (Parameters, Tensors, Texts, this.prefix) = (parameters, tensors, texts, prefix);

    internal ParameterStore? Parameters { get; }

    internal List<StoredTensor> Tensors { get; }

    internal List<KeyValuePair<string, string>> Texts { get; }

    /// <summary>Writes a text.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="text">The text.</param>
    public void Write(string name, string text) => Texts.Add(new(StateFile.Key + "/" + prefix + name, text));

    /// <summary>Writes a whole number.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="number">The number.</param>
    public void Write(string name, long number) => Write(name, number.ToString(CultureInfo.InvariantCulture));

    /// <summary>Writes a number.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="number">The number.</param>
    /// <exception cref="InvalidOperationException">It is not finite.</exception>
    public void Write(string name, double number) =>
        Write(name, double.IsFinite(number) ? number.ToString("R", CultureInfo.InvariantCulture)
            : throw new InvalidOperationException(FormattableString.Invariant($"Not saved: '{prefix}{name}' is {number}.")));

    /// <summary>Writes floats.</summary>
    /// <param name="name">Their name.</param>
    /// <param name="values">The floats. They must not change until the file is written.</param>
    /// <exception cref="InvalidOperationException">One is not finite.</exception>
    public void Write(string name, ReadOnlyMemory<float> values) => Write(name, values, [values.Length]);

    /// <summary>Writes numbers that are laid out like the trained parameters: a tensor for each parameter, "NAME/encoder.Wi".</summary>
    /// <param name="name">Their name.</param>
    /// <param name="values">As long as <see cref="ParameterStore.Length"/> of the trained parameters.</param>
    /// <exception cref="ArgumentException">They have another length.</exception>
    /// <exception cref="InvalidOperationException">One is not finite.</exception>
    public void WriteParameters(string name, ReadOnlyMemory<float> values)
    {
        if (values.Length != Parameters!.Length)
            throw new ArgumentException($"'{name}' has {values.Length} floats, and {Parameters.Length} are trained: " +
                "give one for each, laid out like the trained parameters.", nameof(values));
        WriteParameters(name, values, Parameters.Slices);
    }

    /// <summary>Writes a data set: its examples one after the other, without what lies between them in its buffers.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="data">The data set.</param>
    /// <exception cref="InvalidOperationException">A value is not finite.</exception>
    public void Write(string name, Dataset data)
    {
        Column[] columns = [.. data.Columns.Select(c => JoinedColumns.Join([c]))];
        Write(name, StoredColumn.Write(columns.Select(c => new StoredColumn(c.Name, c.Kind, c.Width, c.Stride, c.Units, StoredColumn.ValuesOf(c.Name)))));
        StateWriter part = Part(name);
        foreach (Column column in columns)
        {
            part.Write(StoredColumn.ValuesOf(column.Name), column.Values, [column.Values.Length / column.Width, column.Width]);
            if (column.Parts is { } parts)
                part.Write(column.Name + StateFile.PartLengths, Array.ConvertAll(parts.Lengths, length => (long)length));
            if (column.Kind is ValueKind.Sequence or ValueKind.Sequences)
                part.Write(column.Name + StateFile.Lengths, Array.ConvertAll(column.Lengths, length => (long)length));
        }
    }

    /// <summary>A writer whose names begin with this name and a slash.</summary>
    /// <param name="name">The name of the part.</param>
    public StateWriter Part(string name) => new(Parameters, Tensors, Texts, prefix + name + "/");

    internal void WriteParameters(string name, ReadOnlyMemory<float> values, IEnumerable<Parameter> slices)
    {
        foreach (Parameter slice in slices)
            Write(name + "/" + slice.Name, values.Slice(slice.Offset, slice.Length), StoredParameters.Shape(slice.Info));
    }

    internal void Write(string name, long[] numbers) => Tensors.Add(new(StateFile.TensorPrefix + prefix + name, "I8", [numbers.Length, sizeof(long)], () => Bytes(numbers)));

    internal void Write(string name, double[] numbers)
    {
        if (Array.FindIndex(numbers, n => !double.IsFinite(n)) is >= 0 and var index)
            throw new InvalidOperationException(FormattableString.Invariant($"Not saved: '{prefix}{name}' is {numbers[index]} at index {index}."));
        Write(name, Array.ConvertAll(numbers, BitConverter.DoubleToInt64Bits));
    }

    void Write(string name, ReadOnlyMemory<float> values, long[] shape)
    {
        if (Rows.FirstNotFinite(values.Span) is int index)
            throw new InvalidOperationException(FormattableString.Invariant($"Not saved: '{prefix}{name}' is {values.Span[index]} at index {index}."));
        Tensors.Add(new(StateFile.TensorPrefix + prefix + name, "F32", shape, () => values.Span));
    }

    static float[] Bytes(long[] numbers)
    {
        var bytes = new float[checked(sizeof(long) * numbers.Length)];
        for (int i = 0; i < bytes.Length; i++)
            bytes[i] = (sbyte)(numbers[i / sizeof(long)] >> (8 * (i % sizeof(long))));
        return bytes;
    }
}
