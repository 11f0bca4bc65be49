using System.Buffers;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using RnnDsl.CompilerServices;
using RnnDsl.Execution;
using RnnDsl.Sequences;

namespace RnnDsl.Training;

/// <summary>What every rank knows of a part that another one holds: everything but its values.</summary>
static class PartIndex
{
    /// <summary>What a message may have at most, with room for its lengths.</summary>
    const long MostBytes = 2_000_000_000;

    /// <summary>Gives all ranks the index of a part.</summary>
    /// <param name="ranks">The ranks.</param>
    /// <param name="folder">The folder of the parts.</param>
    /// <param name="part">The number of the part.</param>
    /// <param name="parts">The number of all.</param>
    /// <param name="own">The part on the rank that holds it, and null on all others.</param>
    /// <returns>The part, whose values can be read where <paramref name="own"/> is given.</returns>
    public static Dataset Share(Communicator ranks, string folder, int part, int parts, Dataset? own)
    {
        int holder = ranks.HolderOf(part, parts);
        byte[] bytes = ranks.Share(own is null ? [] : Write(own))[holder];
        return own ?? Read(bytes, $"The values of part {part + 1} of {parts} of '{folder}' are on rank {holder}, and cannot be read on rank {ranks.Rank}.");
    }

    /// <summary>Whether the values of a part are on another rank.</summary>
    public static bool IsAbsent(Dataset part) => MemoryMarshal.TryGetMemoryManager<float, AbsentValues>(part.Columns[0].Values, out _);

    /// <summary>All parts one after another.</summary>
    /// <exception cref="InvalidDataException">The columns of one differ from those of the first.</exception>
    public static Dataset Join(string folder, Dataset[] parts)
    {
        for (int part = 1; part < parts.Length; part++)
            if (Difference(parts[0], parts[part]) is string difference)
                throw new InvalidDataException($"Parts 1 and {part + 1} of '{folder}' do not belong together: {difference}.");
        return parts.Sum(part => (long)part.Count) <= Array.MaxLength ? new Dataset(parts)
            : throw new InvalidDataException($"The parts of '{folder}' have more than {Array.MaxLength} examples in all, which is the most of a data set.");
    }

    static string? Difference(Dataset first, Dataset other)
    {
        foreach (Column column in first.Columns)
            if (other.Columns.FirstOrDefault(c => c.Name == column.Name) is not { } same)
                return $"column '{column.Name}' is missing in the latter";
            else if ((same.Kind, same.Width, same.Units) != (column.Kind, column.Width, column.Units))
                return $"a column is '{Text(column)}' in the former, and '{Text(same)}' in the latter";
        return other.Columns.FirstOrDefault(c => first.Columns.All(own => own.Name != c.Name)) is { } more ? $"column '{more.Name}' is missing in the former" : null;
    }

    /// <summary>The column's name, and what each example has of it.</summary>
    public static string Text(Column column) =>
        string.Create(CultureInfo.InvariantCulture, $"{column.Name}: {column.Kind} of {column.Width} values{(column.Units > 0 ? $", one-hot of {column.Units} units" : "")}");

    /// <exception cref="InvalidDataException">The index of a part is too long to be sent.</exception>
    public static void RequireShort(string path, Dataset data)
    {
        if (data.Columns.Sum(column => 8L * (column.Count + (column.Parts?.Count ?? 0))) is > MostBytes and var bytes)
            throw new InvalidDataException($"The starts and lengths of the sequences in '{path}' have {bytes} bytes, " +
                $"and ranks can exchange {MostBytes} of a part: write more parts.");
    }

    static byte[] Write(Dataset data)
    {
        using var bytes = new MemoryStream();
        using var writer = new BinaryWriter(bytes, Encoding.UTF8);
        writer.Write(data.Columns.Count);
        foreach (Column column in data.Columns)
            Write(writer, column);
        writer.Flush();
        return bytes.ToArray();
    }

    static void Write(BinaryWriter writer, Column column)
    {
        writer.Write(column.Name);
        foreach (int number in (ReadOnlySpan<int>)[(int)column.Kind, column.Width, column.Stride, column.Units, column.Values.Length, column.Count])
            writer.Write(number);
        writer.Write(MemoryMarshal.AsBytes(column.Starts.AsSpan()));
        writer.Write(MemoryMarshal.AsBytes(column.Lengths.AsSpan()));
        writer.Write(column.Parts is not null);
        if (column.Parts is { } nested)
            Write(writer, nested);
    }

    static Dataset Read(byte[] bytes, string refusal)
    {
        using var reader = new BinaryReader(new MemoryStream(bytes), Encoding.UTF8);
        var columns = new Column[reader.ReadInt32()];
        for (int i = 0; i < columns.Length; i++)
            columns[i] = Read(reader, refusal);
        return new Dataset(columns);
    }

    static Column Read(BinaryReader reader, string refusal)
    {
        string name = reader.ReadString();
        (int kind, int width, int stride, int units, int floats, int count) =
            (reader.ReadInt32(), reader.ReadInt32(), reader.ReadInt32(), reader.ReadInt32(), reader.ReadInt32(), reader.ReadInt32());
        return new Column
        {
            Name = name, Kind = (ValueKind)kind, Width = width, Stride = stride, Units = units,
            Values = new AbsentValues(floats, refusal).Memory, Starts = Numbers(), Lengths = Numbers(),
            Parts = reader.ReadBoolean() ? Read(reader, refusal) : null,
            // The rank that holds the values checks them.
            AreNumbersChecked = true, CheckedFor = TargetKind.Distribution,
        };

        int[] Numbers()
        {
            var numbers = new int[count];
            reader.BaseStream.ReadExactly(MemoryMarshal.AsBytes(numbers.AsSpan()));
            return numbers;
        }
    }

    /// <summary>Values of which only the number is known.</summary>
    sealed class AbsentValues(int length, string refusal) : MemoryManager<float>
    {
        public override Memory<float> Memory => CreateMemory(length);

        public override Span<float> GetSpan() => throw new InvalidOperationException(refusal);

        public override MemoryHandle Pin(int elementIndex = 0) => throw new InvalidOperationException(refusal);

        public override void Unpin()
        {
        }

        protected override void Dispose(bool disposing)
        {
        }
    }
}
