using Google.Protobuf;

namespace RnnDsl.Onnx.Protobuf;

/// <summary>A named constant of a node.</summary>
sealed class AttributeProto : OnnxMessage
{
    // AttributeType of the specification.
    const int FloatType = 1, IntType = 2, StringType = 3, TensorType = 4, GraphType = 5, FloatsType = 6, IntsType = 7, StringsType = 8;

    public string Name { get; private set; } = "";

    public float F { get; private set; }

    public long I { get; private set; }

    public string S { get; private set; } = "";

    public TensorProto? T { get; private set; }

    /// <summary>The graphs of an attribute that holds one or several.</summary>
    public List<GraphProto> Graphs { get; } = [];

    public List<float> Floats { get; } = [];

    public List<long> Ints { get; } = [];

    public List<string> Strings { get; } = [];

    int type;

    public static AttributeProto Of(string name, float value) => new() { Name = name, F = value, type = FloatType };

    public static AttributeProto Of(string name, long value) => new() { Name = name, I = value, type = IntType };

    public static AttributeProto Of(string name, string value) => new() { Name = name, S = value, type = StringType };

    public static AttributeProto Of(string name, TensorProto value) => new() { Name = name, T = value, type = TensorType };

    public static AttributeProto Of(string name, GraphProto value) => new() { Name = name, Graphs = { value }, type = GraphType };

    public static AttributeProto Of(string name, IEnumerable<float> values)
    {
        var attribute = new AttributeProto { Name = name, type = FloatsType };
        attribute.Floats.AddRange(values);
        return attribute;
    }

    public static AttributeProto Of(string name, IEnumerable<long> values)
    {
        var attribute = new AttributeProto { Name = name, type = IntsType };
        attribute.Ints.AddRange(values);
        return attribute;
    }

    public static AttributeProto Of(string name, IEnumerable<string> values)
    {
        var attribute = new AttributeProto { Name = name, type = StringsType };
        attribute.Strings.AddRange(values);
        return attribute;
    }

    public override void WriteTo(CodedOutputStream output)
    {
        Write(output, 1, Name);
        switch (type)
        {
            case FloatType: Write(output, 2, F); break;
            case IntType: Write(output, 3, I); break;
            case StringType: Write(output, 4, S); break;
            case TensorType: Write(output, 5, [T!]); break;
            case GraphType: Write(output, 6, Graphs); break;
            case FloatsType:
                foreach (float value in Floats)
                    Write(output, 7, value);
                break;
            case IntsType:
                foreach (long value in Ints)
                    Write(output, 8, value);
                break;
            default: Write(output, 9, Strings); break;
        }
        Write(output, 20, type);
    }

    public static AttributeProto Read(ProtoReader reader)
    {
        var attribute = new AttributeProto();
        while (reader.Next() is int field and not 0)
            switch (field)
            {
                case 1: attribute.Name = reader.String(); break;
                case 2: attribute.F = reader.Float(); break;
                case 3: attribute.I = reader.Int(); break;
                case 4: attribute.S = reader.Bytes().ToStringUtf8(); break;
                case 5: attribute.T = reader.Message(TensorProto.Read); break;
                case 6 or 11: attribute.Graphs.Add(reader.Message(GraphProto.Read)); break;
                case 7: reader.Floats(attribute.Floats); break;
                case 8: reader.Ints(attribute.Ints); break;
                case 9: attribute.Strings.Add(reader.Bytes().ToStringUtf8()); break;
                case 20: attribute.type = (int)reader.Int(); break;
                default: reader.Skip(); break;
            }
        return attribute;
    }
}
