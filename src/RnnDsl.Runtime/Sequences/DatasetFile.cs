using RnnDsl.Execution;
using RnnDsl.Storage;

namespace RnnDsl.Sequences;

/// <summary>
/// A data set in a file that need not fit into memory. The file is mapped: the operating system reads pages of values when an example needs them, and frees them when it needs the memory. <see cref="Data"/>
/// is a data set like any other, and training on it gives the bits of training on the same data in memory. Only <see cref="Column.Starts"/> and <see cref="Column.Lengths"/> are read into memory, 8 bytes
/// for each sequence. The format is safetensors, with the tensors <c>NAME.values</c>, <c>NAME.starts</c> and <c>NAME.lengths</c> of each column.
/// </summary>
/// <remarks>
/// After <see cref="Dispose"/>, every use of the values is an <see cref="ObjectDisposedException"/>. A span that was taken before is valid as long as its column can be reached. A file that is open may be replaced
/// or deleted, except on Windows, but its content must not be changed or cut.
/// </remarks>
public sealed class DatasetFile : IDisposable
{
    readonly SafetensorsFile file;
    readonly MappedFile mapped;

    DatasetFile(FileStream stream)
    {
        file = new SafetensorsFile(stream);
        if (!file.Metadata.TryGetValue(StoredColumn.Key, out string? description))
            throw new InvalidDataException($"This is no data set: it lacks the metadata '{StoredColumn.Key}', which {nameof(DatasetFile)}.{nameof(Write)} writes.");
        List<StoredColumn> columns = StoredColumn.Read(description);
        mapped = new MappedFile(stream);
        var values = new Dictionary<string, ReadOnlyMemory<float>>();
        foreach (string name in columns.Select(c => c.Values).Distinct())
            values.Add(name, Values(name));
        Column[] read = [.. columns.Select(c => Read(c, values[c.Values]))];
        if (read.FirstOrDefault(c => c.Count != read[0].Count) is { } other)
            throw new InvalidDataException($"Column '{other.Name}' has {other.Count} examples, but '{read[0].Name}' has {read[0].Count}.");
        Data = new Dataset(read);
    }

    /// <summary>The data set. It can be used until <see cref="Dispose"/>.</summary>
    public Dataset Data { get; }

    /// <summary>Opens a file, and checks that all its sequences lie within their values. The values are not read.</summary>
    /// <exception cref="FileNotFoundException">The file does not exist.</exception>
    /// <exception cref="InvalidDataException">The file is damaged, or is no data set; the message says what is wrong.</exception>
    /// <exception cref="PlatformNotSupportedException">The machine stores the highest byte of a number first.</exception>
    public static DatasetFile Open(string path)
    {
        RequireLittleEndian();
        FileStream stream = InputFile.Open(path);
        try
        {
            return OneLine.Named(path, () => new DatasetFile(stream));
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <summary>Writes a data set to a file, which replaces an earlier one when it is complete. Only values that examples use are written. Columns that share a buffer, as windows over one series do, share it in
    /// the file.</summary>
    /// <param name="path">The file. Its folder needs as much free space again while it is written.</param>
    /// <param name="data">At least one example.</param>
    /// <exception cref="ArgumentException">There are no examples, a sequence lies outside its values, or a column has more than 2³¹ − 1 values.</exception>
    public static void Write(string path, Dataset data) => Write(path, [data]);

    /// <summary>Writes the examples of several data sets, one after another. They are enumerated once, and only one needs to be in memory at a time.</summary>
    /// <param name="path">The file. Its folder needs as much free space again while it is written.</param>
    /// <param name="parts">Each has the columns of the first, of the same kinds and sizes. More columns are left out.</param>
    /// <exception cref="ArgumentException">There are no examples, a column is missing or of another kind or size, a sequence lies outside its values, or a column has more than 2³¹ − 1 values in all.</exception>
    public static void Write(string path, IEnumerable<Dataset> parts)
    {
        RequireLittleEndian();
        AtomicFile.Write(path, stream =>
        {
            // Beside the new file, which is elsewhere if the path is a link.
            using var writer = new DatasetFileWriter(Path.GetDirectoryName(((FileStream)stream).Name)!);
            foreach (Dataset part in parts)
                writer.Add(part);
            writer.Finish(stream);
        });
    }

    /// <summary>Closes the file. Whoever still reads <see cref="Data"/> gets an <see cref="ObjectDisposedException"/>. The garbage collector frees the addresses when no column is left.</summary>
    public void Dispose()
    {
        mapped.Close();
        file.Dispose();
    }

    static void RequireLittleEndian()
    {
        if (!BitConverter.IsLittleEndian)
            throw new PlatformNotSupportedException("A data set's file is read and written only on machines that store the lowest byte of a number first.");
    }

    Tensor Find(string name, string dtype) => file.Find(name) is not { } tensor ? throw new InvalidDataException($"The tensor '{name}' is missing.")
        : tensor.DType != dtype ? throw new InvalidDataException($"The tensor '{name}' has numbers of type {tensor.DType} instead of {dtype}.")
        : tensor.Length > (dtype == "F32" ? int.MaxValue : Array.MaxLength) ? throw new InvalidDataException($"The tensor '{name}' has {tensor.Length} numbers, more than a column can have: write several files.")
        : tensor;

    ReadOnlyMemory<float> Values(string name)
    {
        Tensor tensor = Find(name, "F32");
        long offset = file.DataStart + tensor.Begin;
        return offset % sizeof(float) == 0 ? new MappedValues(mapped, offset, (int)tensor.Length).Memory
            : throw new InvalidDataException($"The tensor '{name}' begins at byte {offset} of the file, which is no multiple of 4, so that it cannot be mapped.");
    }

    unsafe int[] Numbers(string name)
    {
        Tensor tensor = Find(name, "I32");
        return new ReadOnlySpan<int>(mapped.At(file.DataStart + tensor.Begin), (int)tensor.Length).ToArray();
    }

    Column Read(StoredColumn stored, ReadOnlyMemory<float> values)
    {
        if (stored.Kind != ValueKind.Sequences)
            return Checked(Make(stored, stored.Kind, values, Numbers(stored.Starts), Numbers(stored.Lengths), null));
        Column parts = Checked(Make(stored, ValueKind.Sequence, values, Numbers(stored.PartStarts), Numbers(stored.PartLengths), null));
        return Checked(Make(stored, ValueKind.Sequences, values, Numbers(stored.Starts), Numbers(stored.Lengths), parts));
    }

    static Column Make(StoredColumn stored, ValueKind kind, ReadOnlyMemory<float> values, int[] starts, int[] lengths, Column? parts) => new()
    {
        Name = stored.Name, Kind = kind, Width = stored.Width, Stride = stored.Stride, Units = stored.Units, Values = values, Starts = starts, Lengths = lengths, Parts = parts,
    };

    /// <summary>Requires that each sequence lies within the values, or within the sequences at every step.</summary>
    static Column Checked(Column column)
    {
        if (column.Starts.Length != column.Lengths.Length)
            throw new InvalidDataException($"Column '{column.Name}' has {column.Starts.Length} starts and {column.Lengths.Length} lengths.");
        int buffer = column.Parts?.Count ?? column.Values.Length;
        for (int i = 0; i < column.Count; i++)
        {
            int start = column.Starts[i], steps = column.Lengths[i];
            bool isWithin = steps >= 1 && (column.Kind is ValueKind.Sequence or ValueKind.Sequences || steps == 1)
                && (column.Parts is null ? !column.IsOutside(i, steps) : start >= 0 && (long)start + steps <= buffer);
            if (!isWithin)
                throw new InvalidDataException($"Column '{column.Name}': sequence {i} begins at {start} and has {steps} steps, which does not fit a {column.Kind} within {buffer}.");
        }
        return column;
    }
}
