using RnnDsl.Onnx.Protobuf;

namespace RnnDsl.Onnx.Import;

/// <summary>A model that was read, with its values by name.</summary>
sealed class OnnxFile
{
    /// <summary>Larger files are refused: recurrent models stay far below.</summary>
    public const long MaximumBytes = 1L << 30;

    readonly Dictionary<string, NodeProto> producers = [];
    readonly Dictionary<string, List<NodeProto>> consumers = [];

    OnnxFile(GraphProto graph, long bytes)
    {
        Graph = graph;
        Bytes = bytes;
        Inputs = [.. graph.Input.Select(i => i.Name)];
        Initializers = [];
        foreach (TensorProto tensor in graph.Initializer)
            if (!Initializers.TryAdd(tensor.Name, tensor))
                throw new InvalidDataException($"Two tensors are called '{tensor.Name}'.");
        foreach (NodeProto node in graph.Node)
        {
            foreach (string output in node.Output.Where(o => o.Length > 0))
                if (!producers.TryAdd(output, node))
                    throw new InvalidDataException($"Two nodes make the value '{output}'.");
            foreach (string input in node.Input)
            {
                if (!consumers.TryGetValue(input, out List<NodeProto>? known))
                    consumers.Add(input, known = []);
                known.Add(node);
            }
        }
    }

    public GraphProto Graph { get; }

    /// <summary>Length of the file.</summary>
    public long Bytes { get; }

    public HashSet<string> Inputs { get; }

    public Dictionary<string, TensorProto> Initializers { get; }

    public NodeProto? Producer(string value) => producers.GetValueOrDefault(value);

    public IReadOnlyList<NodeProto> Consumers(string value) => consumers.GetValueOrDefault(value) ?? [];

    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">It is too large, or no ONNX model.</exception>
    public static OnnxFile Open(string path)
    {
        CheckLength(path);
        return Parse(File.ReadAllBytes(path));
    }

    public static void CheckLength(string path)
    {
        long length = new FileInfo(path).Length;
        if (length > MaximumBytes)
            throw new InvalidDataException($"The file has {length} bytes, more than the {MaximumBytes} that are read.");
    }

    public static OnnxFile Parse(byte[] bytes)
    {
        ModelProto model = ProtoReader.Parse(bytes, ModelProto.Read);
        if (model.Graph.Node.Count == 0)
            throw new InvalidDataException("It is not an ONNX model, or its graph has no nodes.");
        return new OnnxFile(model.Graph, bytes.Length);
    }

    /// <summary>True for an input without a default.</summary>
    public bool IsOpenInput(string name) => Inputs.Contains(name) && !Initializers.ContainsKey(name);

    /// <summary>"node 'lstm_1' (LSTM)"; a node without a name is called by its first output.</summary>
    public static string Describe(NodeProto node) => $"node '{NameOf(node)}' ({node.OpType})";

    /// <summary>Where a value comes from: "comes from node 'sine' (Sin)".</summary>
    public string Origin(string value) => Producer(value) is { } maker ? $"comes from {Describe(maker)}"
        : Inputs.Contains(value) ? "is an input of the graph" : "is made by no node";

    public static string NameOf(NodeProto node) => node.Name.Length > 0 ? node.Name : node.Output.FirstOrDefault() ?? "";
}
