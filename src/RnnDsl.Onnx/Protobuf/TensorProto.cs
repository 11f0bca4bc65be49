using System.Buffers.Binary;
using Google.Protobuf;
using RnnDsl.Onnx.Import;

namespace RnnDsl.Onnx.Protobuf;

/// <summary>Numbers and their shape. Writing puts the numbers into raw_data, and reading accepts all fields for numbers.</summary>
sealed class TensorProto : OnnxMessage
{
    // TensorProto.DataType of the specification.
    public const int Float = 1, Int32 = 6, Int64 = 7, Bool = 9, Float16 = 10, Double = 11, BFloat16 = 16;

    readonly List<float> floats = [];
    readonly List<double> doubles = [];
    // This also holds the 16-bit types, whose bits the specification keeps in int32_data.
    readonly List<long> integers = [];

    public List<long> Dims { get; } = [];

    public int DataType { get; private set; }

    public string Name { get; set; } = "";

    public ByteString? RawData { get; private set; }

    /// <summary>The place of the numbers, if they are in another file.</summary>
    public List<StringEntry> External { get; } = [];

    /// <summary>True if the numbers are in another file.</summary>
    public bool IsExternal { get; private set; }

    public static TensorProto Of(string name, ReadOnlySpan<float> values, params ReadOnlySpan<long> shape)
    {
        var bytes = new byte[values.Length * sizeof(float)];
        for (int i = 0; i < values.Length; i++)
            BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(i * sizeof(float)), values[i]);
        var tensor = new TensorProto { Name = name, DataType = Float, RawData = UnsafeByteOperations.UnsafeWrap(bytes) };
        tensor.Dims.AddRange(shape);
        return tensor;
    }

    public static TensorProto Of(string name, ReadOnlySpan<long> values, params ReadOnlySpan<long> shape)
    {
        var bytes = new byte[values.Length * sizeof(long)];
        for (int i = 0; i < values.Length; i++)
            BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(i * sizeof(long)), values[i]);
        var tensor = new TensorProto { Name = name, DataType = Int64, RawData = UnsafeByteOperations.UnsafeWrap(bytes) };
        tensor.Dims.AddRange(shape);
        return tensor;
    }

    /// <summary>A tensor whose numbers are in another file.</summary>
    public static TensorProto InFile(string name, long[] shape, params (string Key, string Value)[] external)
    {
        var tensor = new TensorProto { Name = name, DataType = Float, IsExternal = true };
        tensor.Dims.AddRange(shape);
        tensor.External.AddRange(external.Select(e => new StringEntry { Key = e.Key, Value = e.Value }));
        return tensor;
    }

    /// <summary>The numbers as doubles.</summary>
    /// <param name="external">Reads numbers that are in another file.</param>
    /// <exception cref="InvalidDataException">The numbers have a type that is not supported, do not fit the shape, or are in a file that is missing or refused.</exception>
    public double[] ToDoubles(ExternalData external)
    {
        UInt128 count = 1;
        foreach (long size in Dims)
        {
            // The product is checked at each axis, so that a later zero does not hide sizes that no file can have.
            if (size < 0 || (count *= (UInt128)size) > int.MaxValue)
                throw new InvalidDataException($"Tensor '{Name}': the shape [{string.Join(", ", Dims)}] is not possible.");
        }
        double[] values = IsExternal ? FromBytes(external.Read(Name, External, (long)count * NumberBytes())) : RawData is null ? FromLists() : FromBytes(RawData.Span);
        return values.Length == (int)count ? values : throw new InvalidDataException(
            $"Tensor '{Name}' has {values.Length} numbers, but its shape [{string.Join(", ", Dims)}] needs {count}.");
    }

    double[] FromLists() => DataType switch
    {
        Float => [.. floats],
        Double => [.. doubles],
        Int32 or Int64 => [.. integers],
        Float16 => [.. integers.Select(i => (double)BitConverter.UInt16BitsToHalf((ushort)i))],
        BFloat16 => [.. integers.Select(i => (double)BitConverter.Int32BitsToSingle((int)i << 16))],
        _ => throw UnknownType(),
    };

    double[] FromBytes(ReadOnlySpan<byte> bytes)
    {
        int size = NumberBytes();
        if (bytes.Length % size != 0)
            throw new InvalidDataException($"Tensor '{Name}' has {bytes.Length} bytes, which are not whole numbers of {size} bytes.");
        var values = new double[bytes.Length / size];
        for (int i = 0; i < values.Length; i++)
        {
            ReadOnlySpan<byte> at = bytes[(i * size)..];
            values[i] = DataType switch
            {
                Float => BinaryPrimitives.ReadSingleLittleEndian(at),
                Double => BinaryPrimitives.ReadDoubleLittleEndian(at),
                Int32 => BinaryPrimitives.ReadInt32LittleEndian(at),
                Int64 => BinaryPrimitives.ReadInt64LittleEndian(at),
                Float16 => (double)BinaryPrimitives.ReadHalfLittleEndian(at),
                _ => BitConverter.Int32BitsToSingle(BinaryPrimitives.ReadInt16LittleEndian(at) << 16),
            };
        }
        return values;
    }

    int NumberBytes() => DataType switch { Float or Int32 => 4, Int64 or Double => 8, Float16 or BFloat16 => 2, _ => throw UnknownType() };

    InvalidDataException UnknownType() => new($"Tensor '{Name}' is of data type {DataType}: only floating-point numbers and integers are read.");

    public override void WriteTo(CodedOutputStream output)
    {
        foreach (long size in Dims)
            Write(output, 1, size);
        Write(output, 2, DataType);
        Write(output, 8, Name);
        if (RawData is not null)
            Write(output, 9, RawData);
        if (!IsExternal)
            return;
        Write(output, 13, External);
        Write(output, 14, 1);
    }

    public static TensorProto Read(ProtoReader reader)
    {
        var tensor = new TensorProto();
        while (reader.Next() is int field and not 0)
            switch (field)
            {
                case 1: reader.Ints(tensor.Dims); break;
                case 2: tensor.DataType = (int)reader.Int(); break;
                case 4: reader.Floats(tensor.floats); break;
                case 5 or 7: reader.Ints(tensor.integers); break;
                case 8: tensor.Name = reader.String(); break;
                case 9: tensor.RawData = reader.Bytes(); break;
                case 10: reader.Doubles(tensor.doubles); break;
                case 13: tensor.IsExternal = true; tensor.External.Add(reader.Message(StringEntry.Read)); break;
                case 14: tensor.IsExternal |= reader.Int() == 1; break;
                default: reader.Skip(); break;
            }
        return tensor;
    }
}
