using RnnDsl.Onnx.Protobuf;
using RnnDsl.Storage;

namespace RnnDsl.Onnx.Import;

/// <summary>A graph of a model that was read, with its values by name. It is the model's own graph or one inside a node (a branch of If, the body of Loop or Scan). An inner graph sees the values of
/// the graph around it.</summary>
sealed class OnnxGraph
{
    /// <summary>Larger files are refused: recurrent models stay far below.</summary>
    public const long MaximumBytes = 1L << 30;

    readonly OnnxGraph? around;
    readonly Dictionary<string, NodeProto> producers = [];
    readonly Dictionary<string, List<NodeProto>> consumers = [];

    OnnxGraph(GraphProto graph, OnnxGraph? around, string path, string where, ExternalData external, long bytes)
    {
        (Graph, this.around, Path, Where, External, Bytes) = (graph, around, path, where, external, bytes);
        Inputs = [.. graph.Input.Select(i => i.Name)];
        Initializers = [];
        foreach (TensorProto tensor in graph.Initializer)
            if (!Initializers.TryAdd(tensor.Name, tensor))
                throw new InvalidDataException($"Two tensors are called '{tensor.Name}'{where}.");
        foreach (NodeProto node in graph.Node)
        {
            foreach (string output in node.Output.Where(o => o.Length > 0))
                if (!producers.TryAdd(output, node))
                    throw new InvalidDataException($"Two nodes make the value '{output}'{where}.");
            foreach (string input in node.Input)
            {
                if (!consumers.TryGetValue(input, out List<NodeProto>? known))
                    consumers.Add(input, known = []);
                known.Add(node);
            }
        }
        Inner = [.. from node in graph.Node
            from attribute in node.Attribute
            from inner in attribute.Graphs
            let own = (Name: Cut(NameOf(node)), Attribute: Cut(attribute.Name), Op: Cut(node.OpType))
            select new OnnxGraph(inner, this, $"{path}{own.Name}/{own.Attribute}/", $" in {own.Attribute} of node '{own.Name}' ({own.Op}){where}", external, bytes)];
    }

    public GraphProto Graph { get; }

    /// <summary>The prefix that distinguishes its nodes from those of other graphs: "" or "if_1/then_branch/".</summary>
    public string Path { get; }

    /// <summary>For messages, behind a node: "" or " in then_branch of node 'if_1' (If)".</summary>
    public string Where { get; }

    /// <summary>Reads the tensors that are in other files.</summary>
    public ExternalData External { get; }

    /// <summary>Length of the file plus the lengths of the other files that it names.</summary>
    public long Bytes { get; }

    public HashSet<string> Inputs { get; }

    public Dictionary<string, TensorProto> Initializers { get; }

    /// <summary>The graphs inside its nodes.</summary>
    public IReadOnlyList<OnnxGraph> Inner { get; }

    /// <summary>This graph and all graphs inside it.</summary>
    public IEnumerable<OnnxGraph> All() => Inner.SelectMany(inner => inner.All()).Prepend(this);

    /// <summary>Whether a value belongs to this graph, and not to one around it.</summary>
    public bool Has(string value) => around is null || Inputs.Contains(value) || Initializers.ContainsKey(value) || producers.ContainsKey(value);

    public NodeProto? Producer(string value) => Owner(value).producers.GetValueOrDefault(value);

    public IReadOnlyList<NodeProto> Consumers(string value) => consumers.GetValueOrDefault(value) ?? [];

    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">It is too large, or no ONNX model.</exception>
    public static OnnxGraph Open(string path) => Parse(Read(path), System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(path)));

    /// <summary>The content of a file that is not too large.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">It is too large, or has no length.</exception>
    public static byte[] Read(string path)
    {
        InputFile.Check(path);
        var info = new FileInfo(path);
        if (info.Length > MaximumBytes)
            throw new InvalidDataException($"The file has {info.Length} bytes, more than the {MaximumBytes} that are read.");
        // A pipe or a device has no length and may have no end, so it is never opened.
        if (info.Length == 0)
            throw new InvalidDataException("The file is empty, or a pipe or a device, whose length is not known: save the content to a file and read that.");
        var bytes = new byte[info.Length];
        using FileStream stream = info.OpenRead();
        stream.ReadExactly(bytes);
        return bytes;
    }

    /// <param name="bytes">The file's content.</param>
    /// <param name="folder">The file's folder; null if the content came without a path.</param>
    public static OnnxGraph Parse(byte[] bytes, string? folder = null)
    {
        ModelProto model = ProtoReader.Parse(bytes, ModelProto.Read);
        if (model.Graph.Node.Count == 0)
            throw new InvalidDataException("It is not an ONNX model, or its graph has no nodes.");
        return new OnnxGraph(model.Graph, null, "", "", new ExternalData(folder), bytes.Length);
    }

    /// <summary>True for an input of the model without a default.</summary>
    public bool IsOpenInput(string name) => IsModelInput(name) && !Owner(name).Initializers.ContainsKey(name);

    /// <summary>True for an input of the model. The inputs of inner graphs are given by the nodes around them.</summary>
    public bool IsModelInput(string name) => Owner(name) is { around: null } model && model.Inputs.Contains(name);

    /// <summary>"node 'lstm_1' (LSTM)"; a node without a name is called by its first output.</summary>
    public static string Describe(NodeProto node) => $"node '{NameOf(node)}' ({node.OpType})";

    /// <summary>Where a value comes from: "comes from node 'sine' (Sin)".</summary>
    public string Origin(string value) => Producer(value) is { } maker ? $"comes from {Describe(maker)}"
        : Owner(value).Inputs.Contains(value) ? "is an input of the graph" : "is made by no node";

    /// <summary>The node's name, or that of its first output. Outputs that are left out have no names.</summary>
    public static string NameOf(NodeProto node) => node.Name.Length > 0 ? node.Name : node.Output.Find(o => o.Length > 0) ?? "";

    /// <summary>A name that is cut to 80 characters, since it is repeated in the paths of all inner graphs.</summary>
    static string Cut(string name) => name.Length <= 80 ? name : name[..80] + "…";

    /// <summary>The innermost graph that has the value, or else the model's.</summary>
    OnnxGraph Owner(string value) => Has(value) ? this : around!.Owner(value);
}
