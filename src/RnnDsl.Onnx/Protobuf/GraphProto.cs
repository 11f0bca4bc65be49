using Google.Protobuf;

namespace RnnDsl.Onnx.Protobuf;

/// <summary>Nodes in an order in which they can be computed, constants, inputs and outputs.</summary>
sealed class GraphProto : OnnxMessage
{
    public List<NodeProto> Node { get; } = [];

    public string Name { get; set; } = "";

    public List<TensorProto> Initializer { get; } = [];

    public List<ValueInfoProto> Input { get; } = [];

    public List<ValueInfoProto> Output { get; } = [];

    public override void WriteTo(CodedOutputStream output)
    {
        Write(output, 1, Node);
        Write(output, 2, Name);
        Write(output, 5, Initializer);
        Write(output, 11, Input);
        Write(output, 12, Output);
    }

    public static GraphProto Read(ProtoReader reader)
    {
        var graph = new GraphProto();
        while (reader.Next() is int field and not 0)
            switch (field)
            {
                case 1: graph.Node.Add(reader.Message(NodeProto.Read)); break;
                case 2: graph.Name = reader.String(); break;
                case 5: graph.Initializer.Add(reader.Message(TensorProto.Read)); break;
                case 11: graph.Input.Add(reader.Message(ValueInfoProto.Read)); break;
                case 12: graph.Output.Add(reader.Message(ValueInfoProto.Read)); break;
                default: reader.Skip(); break;
            }
        return graph;
    }
}

/// <summary>One operation.</summary>
sealed class NodeProto : OnnxMessage
{
    /// <summary>Names of values; "" where an optional one is left out.</summary>
    public List<string> Input { get; } = [];

    public List<string> Output { get; } = [];

    public string Name { get; set; } = "";

    public string OpType { get; set; } = "";

    public string Domain { get; set; } = "";

    public List<AttributeProto> Attribute { get; } = [];

    public AttributeProto? Find(string attribute) => Attribute.Find(a => a.Name == attribute);

    public override void WriteTo(CodedOutputStream output)
    {
        Write(output, 1, Input);
        Write(output, 2, Output);
        Write(output, 3, Name);
        Write(output, 4, OpType);
        Write(output, 5, Attribute);
        if (Domain.Length > 0)
            Write(output, 7, Domain);
    }

    public static NodeProto Read(ProtoReader reader)
    {
        var node = new NodeProto();
        while (reader.Next() is int field and not 0)
            switch (field)
            {
                case 1: node.Input.Add(reader.String()); break;
                case 2: node.Output.Add(reader.String()); break;
                case 3: node.Name = reader.String(); break;
                case 4: node.OpType = reader.String(); break;
                case 5: node.Attribute.Add(reader.Message(AttributeProto.Read)); break;
                case 7: node.Domain = reader.String(); break;
                default: reader.Skip(); break;
            }
        return node;
    }
}

/// <summary>Name, type and shape of an input or output of a graph; only the name is read.</summary>
sealed class ValueInfoProto : OnnxMessage
{
    public string Name { get; set; } = "";

    public int ElementType { get; set; } = TensorProto.Float;

    /// <summary>A number or a name for each axis.</summary>
    public List<string> Shape { get; } = [];

    public override void WriteTo(CodedOutputStream output)
    {
        Write(output, 1, Name);
        Write(output, 2, [new TypeProto(this)]);
    }

    public static ValueInfoProto Read(ProtoReader reader)
    {
        var value = new ValueInfoProto();
        while (reader.Next() is int field and not 0)
            if (field == 1)
                value.Name = reader.String();
            else
                reader.Skip();
        return value;
    }

    /// <summary>TypeProto, with its tensor_type.</summary>
    sealed class TypeProto(ValueInfoProto value) : OnnxMessage
    {
        public override void WriteTo(CodedOutputStream output) => Write(output, 1, [new TensorType(value)]);
    }

    sealed class TensorType(ValueInfoProto value) : OnnxMessage
    {
        public override void WriteTo(CodedOutputStream output)
        {
            Write(output, 1, value.ElementType);
            Write(output, 2, [new ShapeProto(value.Shape)]);
        }
    }

    sealed class ShapeProto(List<string> axes) : OnnxMessage
    {
        public override void WriteTo(CodedOutputStream output) => Write(output, 1, axes.Select(a => new Dimension(a)));
    }

    sealed class Dimension(string text) : OnnxMessage
    {
        public override void WriteTo(CodedOutputStream output)
        {
            if (long.TryParse(text, out long size))
                Write(output, 1, size);
            else
                Write(output, 2, text);
        }
    }
}
