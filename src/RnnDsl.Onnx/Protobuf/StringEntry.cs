using Google.Protobuf;

namespace RnnDsl.Onnx.Protobuf;

/// <summary>A named text (StringStringEntryProto).</summary>
sealed class StringEntry : OnnxMessage
{
    public string Key { get; set; } = "";

    public string Value { get; set; } = "";

    public override void WriteTo(CodedOutputStream output)
    {
        Write(output, 1, Key);
        Write(output, 2, Value);
    }

    public static StringEntry Read(ProtoReader reader)
    {
        var entry = new StringEntry();
        while (reader.Next() is int field and not 0)
            switch (field)
            {
                case 1: entry.Key = reader.String(); break;
                case 2: entry.Value = reader.String(); break;
                default: reader.Skip(); break;
            }
        return entry;
    }
}
