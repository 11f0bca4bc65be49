using System.Globalization;
using RnnDsl.Onnx.Protobuf;

namespace RnnDsl.Onnx.Export;

/// <summary>Adds nodes to an ONNX graph. Constants go to the outermost graph, whose values are also seen by the bodies of scans.</summary>
sealed class GraphWriter
{
    readonly GraphWriter root;
    readonly Names names;
    readonly Dictionary<string, string> constants = [];

    GraphWriter(GraphWriter? root, Names names)
    {
        this.root = root ?? this;
        this.names = names;
    }

    public GraphProto Graph { get; } = new();

    public static GraphWriter Create(Names names) => new(null, names);

    /// <summary>An inner graph, for the body of a scan.</summary>
    public GraphWriter Body() => new(root, names);

    public string Unique(string name) => names.Unique(name);

    /// <summary>Adds a node with one output.</summary>
    /// <returns>The output's name: the hint, made unique.</returns>
    public string Add(string op, string hint, string[] inputs, params AttributeProto[] attributes) => AddMany(op, [hint], inputs, attributes)[0];

    public string[] AddMany(string op, string[] hints, string[] inputs, params AttributeProto[] attributes)
    {
        var node = new NodeProto { OpType = op };
        string[] outputs = [.. hints.Select(names.Unique)];
        node.Name = outputs[0];
        node.Input.AddRange(inputs);
        node.Output.AddRange(outputs);
        node.Attribute.AddRange(attributes);
        Graph.Node.Add(node);
        return outputs;
    }

    /// <summary>Adds a node whose output has a name that was reserved before.</summary>
    public void Output(string op, string name, params string[] inputs)
    {
        var node = new NodeProto { OpType = op, Name = name };
        node.Input.AddRange(inputs);
        node.Output.Add(name);
        Graph.Node.Add(node);
    }

    public string Tensor(string name, ReadOnlySpan<float> values, params ReadOnlySpan<long> shape)
    {
        if (root.constants.TryGetValue("tensor " + name, out string? known))
            return known;
        string unique = names.Unique(name);
        root.Graph.Initializer.Add(TensorProto.Of(unique, values, shape));
        root.constants.Add("tensor " + name, unique);
        return unique;
    }

    public string Number(double value)
    {
        string key = "number " + ((float)value).ToString("R", CultureInfo.InvariantCulture);
        if (root.constants.TryGetValue(key, out string? known))
            return known;
        string unique = names.Unique("constant");
        root.Graph.Initializer.Add(TensorProto.Of(unique, [(float)value]));
        root.constants.Add(key, unique);
        return unique;
    }

    /// <summary>A row of integers, for axes, sizes and offsets.</summary>
    public string Ints(params ReadOnlySpan<long> values)
    {
        string key = "ints " + string.Join(',', values.ToArray());
        if (root.constants.TryGetValue(key, out string? known))
            return known;
        string unique = names.Unique("ints");
        root.Graph.Initializer.Add(TensorProto.Of(unique, values, values.Length));
        root.constants.Add(key, unique);
        return unique;
    }

    /// <summary>An integer without axes.</summary>
    public string Int(long value)
    {
        string key = "int " + value.ToString(CultureInfo.InvariantCulture);
        if (root.constants.TryGetValue(key, out string? known))
            return known;
        string unique = names.Unique("int");
        root.Graph.Initializer.Add(TensorProto.Of(unique, [value]));
        root.constants.Add(key, unique);
        return unique;
    }

    /// <summary>A value of the outermost graph, which is written at its first use.</summary>
    public string Shared(string key, Func<GraphWriter, string> make)
    {
        if (!root.constants.TryGetValue("shared " + key, out string? known))
            root.constants.Add("shared " + key, known = make(root));
        return known;
    }
}
