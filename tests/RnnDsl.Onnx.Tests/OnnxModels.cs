using RnnDsl.Onnx.Protobuf;

namespace RnnDsl.Onnx.Tests;

/// <summary>Small ONNX models, written by hand.</summary>
sealed class OnnxModel(int operatorSet = 17)
{
    public GraphProto Graph { get; } = new() { Name = "test" };

    public NodeProto Node(string op, string name, string[] inputs, string[] outputs, params AttributeProto[] attributes)
    {
        var node = new NodeProto { OpType = op, Name = name };
        node.Input.AddRange(inputs);
        node.Output.AddRange(outputs);
        node.Attribute.AddRange(attributes);
        Graph.Node.Add(node);
        return node;
    }

    public string Tensor(string name, float[] values, params long[] shape)
    {
        Graph.Initializer.Add(TensorProto.Of(name, values, shape));
        return name;
    }

    public string Ints(string name, params long[] values)
    {
        Graph.Initializer.Add(TensorProto.Of(name, values, values.Length));
        return name;
    }

    public string Input(string name, params string[] shape) => Add(Graph.Input, name, TensorProto.Float, shape);

    public string Lengths(string name) => Add(Graph.Input, name, TensorProto.Int32, "batch");

    public void Output(string name, params string[] shape) => Add(Graph.Output, name, TensorProto.Float, shape);

    public byte[] ToBytes()
    {
        var model = new ModelProto { IrVersion = 8, ProducerName = "test", Graph = Graph };
        model.OpsetImport.Add(new OperatorSetIdProto { Version = operatorSet });
        return model.ToByteString().ToByteArray();
    }

    static string Add(List<ValueInfoProto> values, string name, int type, params string[] shape)
    {
        var value = new ValueInfoProto { Name = name, ElementType = type };
        value.Shape.AddRange(shape);
        values.Add(value);
        return name;
    }
}
