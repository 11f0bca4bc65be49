using Google.Protobuf;

namespace RnnDsl.Onnx.Protobuf;

/// <summary>
/// Reads the fields of one message. The file's size bounds the cost of reading: a length never goes beyond the message that holds it, messages
/// are not nested deeper than <see cref="MaximumDepth"/>, there are at most <see cref="MaximumMessages"/> of them, and at most <see cref="MaximumItems"/>
/// numbers and texts one by one (raw_data is one item, however long).
/// </summary>
sealed class ProtoReader
{
    public const int MaximumDepth = 16, MaximumMessages = 250_000, MaximumItems = 1 << 27;

    readonly CodedInputStream input;
    readonly Budget budget;
    readonly int depth;
    uint tag;

    ProtoReader(CodedInputStream input, Budget budget, int depth)
    {
        this.input = input;
        this.budget = budget;
        this.depth = depth;
    }

    sealed class Budget
    {
        public int Messages = MaximumMessages, Items = MaximumItems;
    }

    /// <summary>Reads a whole message.</summary>
    /// <exception cref="InvalidDataException">The bytes are no such message, or it is nested too deep or has too many parts.</exception>
    public static T Parse<T>(ReadOnlyMemory<byte> bytes, Func<ProtoReader, T> read)
    {
        try
        {
            return read(new ProtoReader(UnsafeByteOperations.UnsafeWrap(bytes).CreateCodedInput(), new Budget(), 0));
        }
        catch (InvalidProtocolBufferException e)
        {
            throw new InvalidDataException($"It is not an ONNX model, or it is damaged: {e.Message}", e);
        }
    }

    /// <summary>The number of the next field, or 0 at the end.</summary>
    public int Next() => WireFormat.GetTagFieldNumber(tag = input.ReadTag());

    public void Skip() => input.SkipLastField();

    public long Int()
    {
        Spend();
        return Is(WireFormat.WireType.Varint).ReadInt64();
    }

    public float Float()
    {
        Spend();
        return Is(WireFormat.WireType.Fixed32).ReadFloat();
    }

    public string String()
    {
        Spend();
        return Is(WireFormat.WireType.LengthDelimited).ReadString();
    }

    public ByteString Bytes() => Is(WireFormat.WireType.LengthDelimited).ReadBytes();

    public T Message<T>(Func<ProtoReader, T> read)
    {
        if (depth >= MaximumDepth)
            throw new InvalidDataException($"Its messages are nested deeper than {MaximumDepth}.");
        if (--budget.Messages < 0)
            throw new InvalidDataException($"It has more than {MaximumMessages} parts.");
        return read(new ProtoReader(Bytes().CreateCodedInput(), budget, depth + 1));
    }

    /// <summary>Adds one number, or a packed row of them.</summary>
    public void Ints(List<long> numbers)
    {
        if (!Packed(out CodedInputStream row))
            numbers.Add(Int());
        else
            for (; !row.IsAtEnd; Spend())
                numbers.Add(row.ReadInt64());
    }

    /// <inheritdoc cref="Ints"/>
    public void Floats(List<float> numbers)
    {
        if (!Packed(out CodedInputStream row))
            numbers.Add(Float());
        else
            for (; !row.IsAtEnd; Spend())
                numbers.Add(row.ReadFloat());
    }

    /// <inheritdoc cref="Ints"/>
    public void Doubles(List<double> numbers)
    {
        if (!Packed(out CodedInputStream row))
            numbers.Add(Is(WireFormat.WireType.Fixed64).ReadDouble());
        else
            for (; !row.IsAtEnd; Spend())
                numbers.Add(row.ReadDouble());
    }

    void Spend()
    {
        if (--budget.Items < 0)
            throw new InvalidDataException($"It has more than {MaximumItems} numbers and texts.");
    }

    bool Packed(out CodedInputStream row)
    {
        bool packed = WireFormat.GetTagWireType(tag) == WireFormat.WireType.LengthDelimited;
        row = packed ? input.ReadBytes().CreateCodedInput() : input;
        return packed;
    }

    CodedInputStream Is(WireFormat.WireType expected) => WireFormat.GetTagWireType(tag) == expected
        ? input : throw new InvalidDataException($"It is not an ONNX model: field {WireFormat.GetTagFieldNumber(tag)} is of another type.");
}
