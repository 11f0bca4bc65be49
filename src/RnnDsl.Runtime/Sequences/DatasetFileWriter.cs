using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using RnnDsl.Execution;
using RnnDsl.Storage;

namespace RnnDsl.Sequences;

/// <summary>
/// Collects the examples of several data sets, one after another, for a file. Values go to temporary files, one for each buffer, since the header, which comes first, says how many there are.
/// Only what examples use is written. Columns that share a buffer in the first data set share a tensor.
/// </summary>
/// <param name="folder">The folder of the temporary files.</param>
sealed class DatasetFileWriter(string folder) : IDisposable
{
    const int PieceLength = 1 << 20;

    readonly List<Target> columns = [];
    readonly List<Buffer> buffers = [];

    /// <summary>The most floats of a tensor of values.</summary>
    public long MostFloats { get; init; } = int.MaxValue;

    /// <summary>Adds the examples of a data set.</summary>
    public void Add(Dataset part)
    {
        Column[] given = [.. columns.Count == 0 ? part.Columns : columns.Select(c => part[c.Stored.Name])];
        (Column Rows, List<int> Starts)[] used = [.. given.Select(Used)];
        if (columns.Count == 0)
            Begin(given, used);
        for (int i = 0; i < given.Length; i++)
            if (columns[i].Difference(given[i], used[i].Rows) is string difference)
                throw new ArgumentException(difference);
        foreach (IGrouping<Buffer, int> group in Enumerable.Range(0, given.Length).GroupBy(i => columns[i].Buffer))
            foreach (IGrouping<ReadOnlyMemory<float>, int> shared in group.GroupBy(i => used[i].Rows.Values))
                Append(group.Key, shared.Key, [.. shared.Select(i => (columns[i], used[i].Rows))]);
        for (int i = 0; i < given.Length; i++)
            if (given[i].Kind == ValueKind.Sequences)
            {
                columns[i].Starts.AddRange(used[i].Starts);
                columns[i].Lengths.AddRange(given[i].Lengths);
            }
    }

    /// <summary>Writes the file.</summary>
    public void Finish(Stream file)
    {
        if (columns.Count == 0 || columns[0].Lengths.Count == 0)
            throw new ArgumentException("There are no examples to write.");
        var entries = new List<Tensor>();
        long end = 0;
        foreach (Buffer buffer in buffers)
            Entry(buffer.Name, "F32", buffer.Floats % buffer.Width == 0 ? [buffer.Floats / buffer.Width, buffer.Width] : [buffer.Floats], buffer.Floats);
        (string Name, List<int> Numbers)[] numbers = [.. columns.SelectMany(c => c.Numbers)];
        foreach ((string name, List<int> values) in numbers)
            Entry(name, "I32", [values.Count], values.Count);
        byte[] header = SafetensorsHeader.Write(entries, [KeyValuePair.Create(StoredColumn.Key, StoredColumn.Write(columns.Select(c => c.Stored)))]);
        Span<byte> prefix = stackalloc byte[SafetensorsHeader.PrefixBytes];
        BinaryPrimitives.WriteUInt64LittleEndian(prefix, (ulong)header.Length);
        file.Write(prefix);
        file.Write(header);
        foreach (Buffer buffer in buffers)
        {
            buffer.Values.Position = 0;
            buffer.Values.CopyTo(file);
        }
        foreach ((string _, List<int> values) in numbers)
            Write(file, (ReadOnlySpan<int>)CollectionsMarshal.AsSpan(values));

        void Entry(string name, string dtype, long[] shape, long count)
        {
            entries.Add(new Tensor(name, dtype, shape, end, end + 4 * count));
            end += 4 * count;
        }
    }

    /// <summary>Deletes the temporary files.</summary>
    public void Dispose() => buffers.ForEach(buffer => buffer.Values.Dispose());

    /// <summary>Decides by the first data set which columns share a tensor.</summary>
    void Begin(Column[] given, (Column Rows, List<int> Starts)[] used)
    {
        for (int i = 0; i < given.Length; i++)
        {
            int same = Array.FindIndex(used, other => other.Rows.Values.Equals(used[i].Rows.Values));
            if (same == i)
                buffers.Add(new Buffer(StoredColumn.ValuesOf(given[i].Name), Math.Max(1, used[i].Rows.Stride), AtomicFile.Temporary(folder)));
            Buffer buffer = same == i ? buffers[^1] : columns[same].Buffer;
            columns.Add(new Target(new StoredColumn(given[i].Name, given[i].Kind, given[i].Width, used[i].Rows.Stride, given[i].Units, buffer.Name), buffer));
        }
    }

    /// <summary>The sequences whose values a column's examples read, and for sequences at every step where in them each example begins.</summary>
    (Column Rows, List<int> Starts) Used(Column column)
    {
        if (column.Kind != ValueKind.Sequences)
            return (column, []);
        if (column.Parts is not { Kind: ValueKind.Sequence } parts || parts.Width != column.Width || parts.Units != column.Units)
            throw new ArgumentException($"Column '{column.Name}' has a sequence at every step, and its Parts are no such sequences: make it with Column.Sequences or Column.OneHot.");
        var ranges = new List<(long, long)>();
        for (int i = 0; i < column.Count; i++)
        {
            long start = column.Starts[i], end = start + column.Lengths[i];
            if (column.Lengths[i] < 1 || start < 0 || end > parts.Count)
                throw new ArgumentException($"Example {i} of column '{column.Name}' has {column.Lengths[i]} sequences from number {start} on, but the column has {parts.Count}.");
            ranges.Add((start, end));
        }
        var used = new UsedRanges(ranges);
        int before = columns.Find(c => c.Stored.Name == column.Name)?.PartLengths.Count ?? 0;
        Column rows = parts.Select([.. used.Ranges.SelectMany(r => Enumerable.Range((int)r.Begin, (int)(r.End - r.Begin)))]);
        return (rows, [.. column.Starts.Select(start => checked(before + (int)used.Place(start)))]);
    }

    /// <summary>Appends what some columns use of one buffer, and notes where their sequences begin.</summary>
    void Append(Buffer buffer, ReadOnlyMemory<float> values, (Target Target, Column Rows)[] readers)
    {
        var ranges = new List<(long, long)>();
        foreach ((Target target, Column rows) in readers)
            for (int i = 0; i < rows.Count; i++)
            {
                int steps = Steps(rows, i);
                if (steps < 1)
                    throw new ArgumentException($"Example {i} of column '{target.Stored.Name}' has no steps: leave it out.");
                if (rows.IsOutside(i, steps))
                    throw new ArgumentException($"Sequence {i} of column '{target.Stored.Name}' begins at {rows.Starts[i]} and has {steps} steps, {rows.Stride} apart: that is outside its buffer of {values.Length} values.");
                ranges.Add((rows.Starts[i], rows.Start(i, steps - 1) + rows.Width));
            }
        var used = new UsedRanges(ranges);
        if (buffer.Floats + used.Length > MostFloats)
            throw new ArgumentException(string.Create(CultureInfo.InvariantCulture,
                $"The values of column '{readers[0].Target.Stored.Name}' are more than {MostFloats}, which is the most of one column: write several files, and train with one after the other."));
        foreach ((long begin, long end) in used.Ranges)
            Write(buffer.Values, values.Span[(int)begin..(int)end]);
        foreach ((Target target, Column rows) in readers)
            for (int i = 0; i < rows.Count; i++)
            {
                (target.IsNested ? target.PartStarts : target.Starts).Add((int)(buffer.Floats + used.Place(rows.Starts[i])));
                (target.IsNested ? target.PartLengths : target.Lengths).Add(Steps(rows, i));
            }
        buffer.Floats += used.Length;
    }

    /// <summary>Writes numbers in pieces, since those of a whole column may have more bytes than a span.</summary>
    static void Write<T>(Stream stream, ReadOnlySpan<T> numbers) where T : struct
    {
        for (; numbers.Length > PieceLength; numbers = numbers[PieceLength..])
            stream.Write(MemoryMarshal.AsBytes(numbers[..PieceLength]));
        stream.Write(MemoryMarshal.AsBytes(numbers));
    }

    /// <summary>Vectors and scalars have one, whatever their lengths say.</summary>
    static int Steps(Column rows, int example) => rows.Kind == ValueKind.Sequence ? rows.Lengths[example] : 1;

    /// <summary>The values of a tensor so far.</summary>
    sealed class Buffer(string name, int width, FileStream values)
    {
        public string Name { get; } = name;
        public int Width { get; } = width;
        public FileStream Values { get; } = values;
        public long Floats { get; set; }
    }

    /// <summary>A column of the file so far.</summary>
    sealed class Target(StoredColumn stored, Buffer buffer)
    {
        public StoredColumn Stored { get; } = stored;
        public Buffer Buffer { get; } = buffer;
        public List<int> Starts { get; } = [];
        public List<int> Lengths { get; } = [];
        public List<int> PartStarts { get; } = [];
        public List<int> PartLengths { get; } = [];
        public bool IsNested => Stored.Kind == ValueKind.Sequences;

        public IEnumerable<(string, List<int>)> Numbers => IsNested
            ? [(Stored.Starts, Starts), (Stored.Lengths, Lengths), (Stored.PartStarts, PartStarts), (Stored.PartLengths, PartLengths)] : [(Stored.Starts, Starts), (Stored.Lengths, Lengths)];

        /// <summary>A sentence that says in what a column differs from that of the first data set, or null.</summary>
        public string? Difference(Column column, Column rows) =>
            (column.Kind, column.Width, column.Units, rows.Stride) == (Stored.Kind, Stored.Width, Stored.Units, Stored.Stride) ? null
                : $"Column '{Stored.Name}' has {Text(Stored.Kind, Stored.Width, Stored.Units, Stored.Stride)} in the first data set and {Text(column.Kind, column.Width, column.Units, rows.Stride)} in another: make the columns alike.";

        static string Text(ValueKind kind, int width, int units, int stride) => JoinedColumns.Text(kind, width, units) + (stride == width ? "" : $" whose steps begin {stride} values apart");
    }
}
