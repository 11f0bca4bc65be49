using System.Buffers;
using System.Buffers.Binary;

namespace RnnDsl.Storage;

/// <summary>
/// A file of named tensors in the safetensors format (huggingface/safetensors), which many other programs write and read. Opening it reads and checks the header, and all of the file if it has a checksum, as those of models,
/// checkpoints and adapters have. It takes no more memory than the length of the file.
/// </summary>
public sealed class SafetensorsFile : IDisposable
{
    const int ChunkBytes = 1 << 16;

    readonly Stream stream;

    /// <summary>Reads the header.</summary>
    /// <param name="stream">A stream that can seek, at the beginning of the file. It is disposed with this object.</param>
    /// <exception cref="InvalidDataException">The content is not a complete and consistent safetensors file.</exception>
    public SafetensorsFile(Stream stream)
    {
        this.stream = stream;
        long bytes = stream.Length - stream.Position;
        Span<byte> prefix = stackalloc byte[SafetensorsHeader.PrefixBytes];
        if (bytes < prefix.Length)
            throw new InvalidDataException(FormattableString.Invariant($"{bytes} bytes are too few for a safetensors file."));
        stream.ReadExactly(prefix);
        ulong length = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        if (length > (ulong)(bytes - prefix.Length) || length > int.MaxValue)
            throw new InvalidDataException(FormattableString.Invariant(
                $"The header would be {length} bytes long, the file is {bytes}: it is cut short or not a safetensors file."));
        var header = new byte[(int)length];
        stream.ReadExactly(header);
        DataStart = stream.Position;
        (Tensors, Metadata) = SafetensorsHeader.Read(header, bytes - prefix.Length - header.Length);
        Span<byte> written = stackalloc byte[FileChecksum.Unknown.Length];
        if (FileChecksum.TakeFrom(header, written))
            Check(written, prefix, header);
    }

    /// <exception cref="InvalidDataException">The file has another checksum.</exception>
    void Check(ReadOnlySpan<byte> written, ReadOnlySpan<byte> prefix, ReadOnlySpan<byte> header)
    {
        var sum = new FileChecksum();
        sum.Add(prefix);
        sum.Add(header);
        byte[] chunk = ArrayPool<byte>.Shared.Rent(ChunkBytes);
        for (int count; (count = stream.Read(chunk, 0, ChunkBytes)) > 0;)
            sum.Add(chunk.AsSpan(0, count));
        ArrayPool<byte>.Shared.Return(chunk);
        Span<byte> digits = stackalloc byte[FileChecksum.Unknown.Length];
        sum.Write(digits);
        if (!digits.SequenceEqual(written))
            throw new InvalidDataException($"The file is damaged: it does not have the checksum that was written. If it was changed on purpose, take '{FileChecksum.Key}' out of its metadata.");
    }

    /// <summary>The tensors in the order of their data.</summary>
    public IReadOnlyList<Tensor> Tensors { get; }

    /// <summary>Free texts by name.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>The position in the stream from which the tensors' positions count.</summary>
    internal long DataStart { get; }

    /// <summary>Opens the file for reading.</summary>
    /// <exception cref="FileNotFoundException">The file does not exist.</exception>
    /// <exception cref="InvalidDataException">The file is not a complete and consistent safetensors file.</exception>
    public static SafetensorsFile Open(string path)
    {
        FileStream stream = InputFile.Open(path);
        try
        {
            return new SafetensorsFile(stream);
        }
        catch (InvalidDataException e)
        {
            stream.Dispose();
            throw new InvalidDataException($"{path}: {OneLine.Of(e.Message)}", e);
        }
    }

    /// <summary>The tensor of that name, or null.</summary>
    public Tensor? Find(string name) => Tensors.FirstOrDefault(tensor => tensor.Name == name);

    /// <summary>Reads a tensor of F32, F64, F16 or BF16 as floats.</summary>
    /// <param name="tensor">One of <see cref="Tensors"/>.</param>
    /// <param name="values">The target. It is as long as the tensor.</param>
    /// <exception cref="InvalidDataException">The tensor holds another type of numbers.</exception>
    public void Read(Tensor tensor, Span<float> values)
    {
        if (tensor.DType is not ("F32" or "F64" or "F16" or "BF16"))
            throw new InvalidDataException(OneLine.Of($"{tensor} does not hold floating-point numbers that can be read as floats."));
        ReadNumbers(tensor, values);
    }

    /// <summary>Like <see cref="Read"/>, also for I8.</summary>
    internal void ReadNumbers(Tensor tensor, Span<float> values)
    {
        if (values.Length != tensor.Length)
            throw new ArgumentException($"{tensor} has {tensor.Length} values, the span {values.Length}.", nameof(values));
        if (tensor.DType is not ("F32" or "F64" or "F16" or "BF16" or "I8"))
            throw new InvalidDataException(OneLine.Of($"{tensor} does not hold numbers that can be read as floats."));
        int size = Tensor.BytesOf(tensor.DType);
        stream.Position = DataStart + tensor.Begin;
        byte[] chunk = ArrayPool<byte>.Shared.Rent(ChunkBytes);
        try
        {
            while (!values.IsEmpty)
            {
                int count = Math.Min(values.Length, ChunkBytes / size);
                stream.ReadExactly(chunk, 0, count * size);
                Convert(tensor.DType, chunk.AsSpan(0, count * size), values[..count]);
                values = values[count..];
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(chunk);
        }
    }

    /// <summary>Writes tensors as F32 or BF16. With BF16, each value is rounded to the nearest, ties to even, and a value beyond ±3.39e38 becomes infinite.</summary>
    /// <param name="stream">The target.</param>
    /// <param name="tensors">The name and shape of each tensor. All names must be different.</param>
    /// <param name="values">Called with the index of each tensor in turn. It returns the values.</param>
    /// <param name="metadata">Free texts by name.</param>
    /// <param name="precision">The type of the numbers in the file.</param>
    public static void Write(
        Stream stream,
        IReadOnlyList<(string Name, long[] Shape)> tensors,
        Func<int, ReadOnlySpan<float>> values,
        IEnumerable<KeyValuePair<string, string>> metadata,
        StoredPrecision precision = StoredPrecision.Float32)
    {
        if (precision == StoredPrecision.Int8)
            throw new ArgumentOutOfRangeException(nameof(precision), precision, "Bytes need scales, which only a model's file stores.");
        Write(stream, [.. tensors.Select((tensor, i) => new StoredTensor(tensor.Name, precision.DType(), tensor.Shape, () => values(i)))], metadata, hasChecksum: false);
    }

    /// <summary>Writes tensors of F32, BF16, or I8, whose values are integers. Tensors of the widest type come first, so that each begins at a multiple of its numbers' size, as
    /// programs require that map a file into memory. With a checksum, the stream must be able to seek, and the file begin where it stands.</summary>
    internal static void Write(Stream stream, IReadOnlyList<StoredTensor> tensors, IEnumerable<KeyValuePair<string, string>> metadata, bool hasChecksum = true)
    {
        long start = hasChecksum ? stream.Position : 0;
        var entries = new List<Tensor>();
        long offset = 0;
        var ordered = new List<StoredTensor>();
        for (int size = sizeof(float); size > 0; size /= 2)
            ordered.AddRange(tensors.Where(tensor => Tensor.BytesOf(tensor.DType) == size));
        foreach (StoredTensor tensor in ordered)
        {
            long bytes = Tensor.BytesOf(tensor.DType);
            foreach (long extent in tensor.Shape)
                bytes = checked(bytes * extent);
            entries.Add(new Tensor(tensor.Name, tensor.DType, tensor.Shape, offset, checked(offset + bytes)));
            offset += bytes;
        }
        byte[] header = SafetensorsHeader.Write(entries, metadata, hasChecksum);
        Span<byte> prefix = stackalloc byte[SafetensorsHeader.PrefixBytes];
        BinaryPrimitives.WriteUInt64LittleEndian(prefix, (ulong)header.Length);
        var sum = new FileChecksum();
        Put(prefix);
        Put(header);
        var chunk = new byte[ChunkBytes];
        for (int i = 0; i < entries.Count; i++)
        {
            ReadOnlySpan<float> rest = ordered[i].Values();
            if (rest.Length != entries[i].Length)
                throw new ArgumentException($"{entries[i]} has {entries[i].Length} values, but {rest.Length} were given.", "values");
            int size = Tensor.BytesOf(entries[i].DType);
            while (!rest.IsEmpty)
            {
                int count = Math.Min(rest.Length, ChunkBytes / size);
                Convert(rest[..count], entries[i].DType, chunk);
                Put(chunk.AsSpan(0, count * size));
                rest = rest[count..];
            }
        }
        if (!hasChecksum)
            return;
        stream.Position = start + FileChecksum.Position;
        Span<byte> digits = stackalloc byte[FileChecksum.Unknown.Length];
        sum.Write(digits);
        stream.Write(digits);
        stream.Seek(0, SeekOrigin.End);

        void Put(ReadOnlySpan<byte> bytes)
        {
            sum.Add(bytes);
            stream.Write(bytes);
        }
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => stream.Dispose();

    static void Convert(string dtype, ReadOnlySpan<byte> bytes, Span<float> values)
    {
        for (int i = 0; i < values.Length; i++)
            values[i] = dtype switch
            {
                "F32" => BinaryPrimitives.ReadSingleLittleEndian(bytes[(4 * i)..]),
                "F64" => (float)BinaryPrimitives.ReadDoubleLittleEndian(bytes[(8 * i)..]),
                "F16" => (float)BinaryPrimitives.ReadHalfLittleEndian(bytes[(2 * i)..]),
                "I8" => (sbyte)bytes[i],
                _ => BFloat16.Widen(BinaryPrimitives.ReadUInt16LittleEndian(bytes[(2 * i)..])),
            };
    }

    static void Convert(ReadOnlySpan<float> values, string dtype, Span<byte> bytes)
    {
        for (int i = 0; i < values.Length; i++)
            if (dtype == "BF16")
                BinaryPrimitives.WriteUInt16LittleEndian(bytes[(2 * i)..], BFloat16.Round(values[i]));
            else if (dtype == "I8")
                bytes[i] = (byte)(sbyte)values[i];
            else
                BinaryPrimitives.WriteSingleLittleEndian(bytes[(4 * i)..], values[i]);
    }
}
