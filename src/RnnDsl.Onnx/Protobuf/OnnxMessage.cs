using Google.Protobuf;
using RnnDsl.Storage;

namespace RnnDsl.Onnx.Protobuf;

/// <summary>
/// Base of the messages of the ONNX format that are used here; field numbers are those of the public specification (onnx.proto). Reading skips fields that
/// are not used.
/// </summary>
abstract class OnnxMessage
{
    /// <summary>Writes the fields, without a length before them.</summary>
    public abstract void WriteTo(CodedOutputStream output);

    public ByteString ToByteString()
    {
        using var buffer = new MemoryStream();
        using (var output = new CodedOutputStream(buffer, leaveOpen: true))
            WriteTo(output);
        return UnsafeByteOperations.UnsafeWrap(buffer.GetBuffer().AsMemory(0, (int)buffer.Length));
    }

    protected static void Write(CodedOutputStream output, int field, long value)
    {
        output.WriteTag(field, WireFormat.WireType.Varint);
        output.WriteInt64(value);
    }

    protected static void Write(CodedOutputStream output, int field, float value)
    {
        output.WriteTag(field, WireFormat.WireType.Fixed32);
        output.WriteFloat(value);
    }

    protected static void Write(CodedOutputStream output, int field, string value)
    {
        WellFormed.Check($"the name '{value}'", value);
        output.WriteTag(field, WireFormat.WireType.LengthDelimited);
        output.WriteString(value);
    }

    protected static void Write(CodedOutputStream output, int field, ByteString value)
    {
        output.WriteTag(field, WireFormat.WireType.LengthDelimited);
        output.WriteBytes(value);
    }

    protected static void Write(CodedOutputStream output, int field, IEnumerable<string> values)
    {
        foreach (string value in values)
            Write(output, field, value);
    }

    protected static void Write(CodedOutputStream output, int field, IEnumerable<OnnxMessage> messages)
    {
        foreach (OnnxMessage message in messages)
            Write(output, field, message.ToByteString());
    }
}
