using Google.Protobuf;

namespace RnnDsl.Onnx.Protobuf;

/// <summary>A model: a graph, and the versions of what it is written in.</summary>
sealed class ModelProto : OnnxMessage
{
    public long IrVersion { get; set; }

    public string ProducerName { get; set; } = "";

    public string DocString { get; set; } = "";

    public GraphProto Graph { get; set; } = new();

    public List<OperatorSetIdProto> OpsetImport { get; } = [];

    public override void WriteTo(CodedOutputStream output)
    {
        Write(output, 1, IrVersion);
        Write(output, 2, ProducerName);
        Write(output, 6, DocString);
        Write(output, 7, [Graph]);
        Write(output, 8, OpsetImport);
    }

    public static ModelProto Read(ProtoReader reader)
    {
        var model = new ModelProto();
        while (reader.Next() is int field and not 0)
            switch (field)
            {
                case 1: model.IrVersion = reader.Int(); break;
                case 2: model.ProducerName = reader.String(); break;
                case 7: model.Graph = reader.Message(GraphProto.Read); break;
                case 8: model.OpsetImport.Add(reader.Message(OperatorSetIdProto.Read)); break;
                default: reader.Skip(); break;
            }
        return model;
    }
}

/// <summary>Version of a set of operators; the domain "" is ONNX's own.</summary>
sealed class OperatorSetIdProto : OnnxMessage
{
    public string Domain { get; set; } = "";

    public long Version { get; set; }

    public override void WriteTo(CodedOutputStream output)
    {
        Write(output, 1, Domain);
        Write(output, 2, Version);
    }

    public static OperatorSetIdProto Read(ProtoReader reader)
    {
        var id = new OperatorSetIdProto();
        while (reader.Next() is int field and not 0)
            switch (field)
            {
                case 1: id.Domain = reader.String(); break;
                case 2: id.Version = reader.Int(); break;
                default: reader.Skip(); break;
            }
        return id;
    }
}
