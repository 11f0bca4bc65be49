using RnnDsl.CompilerServices;
using RnnDsl.Execution;
using RnnDsl.Generators.Ir;
using RnnDsl.Onnx.Equations;
using RnnDsl.Onnx.Import;
using RnnDsl.Onnx.Protobuf;
using RnnDsl.Onnx.Weights;
using RnnDsl.Sequences;
using RnnDsl.Storage;

namespace RnnDsl.Onnx;

/// <summary>
/// Loads weights from an ONNX file: those of LSTM, GRU and RNN nodes of any direction, and those of Gemm or MatMul (with the Add after it) for Linear. The model keeps its own
/// equations. Only these layers of the graph are read, and the report's <see cref="LoadReport.Unused"/> says which of them were not used.
/// <list type="bullet">
/// <item>An LSTM becomes Lstm, with peepholes PeepholeLstm, with input_forget CoupledLstm. A GRU becomes Gru if linear_before_reset is 1, otherwise GruResetBefore.
/// An RNN becomes Elman (Tanh) or ElmanRelu (Relu). With clip they become ClippedLstm, ClippedCoupledLstm, ClippedGru, ClippedGruResetBefore, ClippedElman, whose bound
/// is also loaded.</item>
/// <item>Cells of the same form with other activations take the weights of nodes that have these activations: see docs/exchange.md.</item>
/// <item>Computed weights are refused, because the model has no equivalent. Weights that are inputs of the graph are given by <see cref="OnnxInputs"/>. Weights in other files (external data)
/// are read if these files are in the model's folder or below it.</item>
/// <item>Layers inside branches of If, or inside bodies of Loop and Scan, are used only if a map names them.</item>
/// <item>sequence_lens and layout concern only the data. An initial state that is an input of the graph is left to the caller. One that is a constant other than zero is reported.</item>
/// </list>
/// </summary>
public static class OnnxImport
{
    /// <summary>Loads the file's weights into the model's cells. If anything fails, the model stays as it was.</summary>
    /// <param name="module">The model, or a cell by itself (whose name is "").</param>
    /// <param name="path">The ONNX file, of at most 1 GiB.</param>
    /// <param name="map">Tells which cell gets which node. Null: cells and nodes are paired in order, and both must match in number and form. Cells are in the order in which the
    /// model's prediction calls them, nodes in the order of the file. The forward direction of a bidirectional node comes first.</param>
    /// <param name="inputs">Values for weights that are inputs of the graph; null: none.</param>
    /// <exception cref="InvalidDataException">The file is broken, or something in it is missing or does not fit. The message names the node.</exception>
    /// <exception cref="ArgumentException">The map names a cell or parameter that the model does not have, or loads a parameter twice; or the module was compiled by another version.</exception>
    public static LoadReport Load(Module module, string path, OnnxMap? map = null, OnnxInputs? inputs = null) =>
        OneLine.Named(path, () => Load(module, OnnxGraph.Open(path), map, inputs));

    /// <inheritdoc cref="Load(Module, string, OnnxMap?, OnnxInputs?)"/>
    /// <param name="content">Content of an ONNX file.</param>
    public static LoadReport Load(Module module, byte[] content, OnnxMap? map = null, OnnxInputs? inputs = null) =>
        OneLine.Named(null, () => Load(module, OnnxGraph.Parse(content), map, inputs));

    static LoadReport Load(Module module, OnnxGraph file, OnnxMap? map, OnnxInputs? inputs)
    {
        Dictionary<string, OnnxTensor> given = inputs?.For(file.Graph) ?? [];
        var constants = new Constants(file, given);
        var transfer = new WeightTransfer(module, cell => cell.Form.HasOperator());
        (OnnxGraph Graph, Constants Constants)[] graphs = [.. Graphs(file, constants)];
        SourceLayer[] sources = [.. graphs.SelectMany(g => g.Graph.Graph.Node.SelectMany(node => Layers(g.Graph, g.Constants, node)))];
        var used = new HashSet<SourceLayer>();
        void Take(TargetLayer target, SourceLayer source)
        {
            Transfer(transfer, target, source);
            used.Add(source);
        }
        if (map is null)
            foreach ((TargetLayer target, SourceLayer source) in InOrder(transfer, sources))
                Take(target, source);
        else
            foreach ((string name, OnnxLayer layer) in map)
                if (transfer.IsParameter(name))
                    transfer.Single(name, layer.Node, new WeightReader(new ConstantSource(graphs, given)));
                else
                    Take(transfer.Layer(name), Find(sources, layer));
        return transfer.Commit(sources.Except(used).Select(s => s.ToString()));
    }

    /// <summary>The model's graph and the graphs inside its nodes, at any depth.</summary>
    static IEnumerable<(OnnxGraph, Constants)> Graphs(OnnxGraph graph, Constants constants) =>
        graph.Inner.SelectMany(inner => Graphs(inner, new Constants(inner, constants))).Prepend((graph, constants));

    static IEnumerable<SourceLayer> Layers(OnnxGraph file, Constants constants, NodeProto node)
    {
        if (node.Domain is not ("" or "ai.onnx"))
            return [];
        if (node.OpType is "LSTM" or "GRU" or "RNN")
            return RecurrentLayer.Of(file, constants, node);
        return AffineLayer.Of(file, constants, node) is { } head ? [head] : [];
    }

    static SourceLayer Find(SourceLayer[] sources, OnnxLayer layer)
    {
        // The name may be that of a node with its path, that of a node alone, or that of any output of a node.
        SourceLayer[] named = new Func<SourceLayer, bool>[] { s => s.Name == layer.Node, s => OnnxGraph.NameOf(s.Node) == layer.Node, s => s.Node.Output.Contains(layer.Node) }
            .Select(sources.Where).FirstOrDefault(found => found.Any())?.ToArray() ?? throw new InvalidDataException(
                $"The file has no layer '{layer.Node}'. {NearestName.Hint(layer.Node, [.. sources.Select(s => s.Name).Distinct().Take(40)])}");
        SourceLayer[] nodes = [.. named.DistinctBy(s => s.Node)];
        if (nodes.Length > 1)
            throw new InvalidDataException($"The file has {nodes.Length} layers '{layer.Node}': say " + string.Join(" or ", nodes.Take(10)
                .Select(s => $"'{(sources.Any(o => o.Node != s.Node && o.Name == s.Name) ? s.Node.Output.Find(o => o.Length > 0) : s.Name)}'")) + ".");
        return named.FirstOrDefault(s => s.IsReverse == layer.Reverse)
            ?? throw new InvalidDataException($"{named[0]} has no {(layer.Reverse ? "reverse" : "forward")} direction.");
    }

    static IEnumerable<(TargetLayer, SourceLayer)> InOrder(WeightTransfer transfer, SourceLayer[] sources)
    {
        TargetLayer[] targets = [.. CalledLayers(transfer)];
        // It is not known which branch will run, so layers inside a node's graph are used only if a map names them.
        SourceLayer[] all = sources;
        sources = [.. sources.Where(s => s.IsOfModel)];
        bool pairs = targets.Length == sources.Length && targets.Zip(sources).All(p => p.Second.Forms.Contains(p.First.Form));
        return pairs ? targets.Zip(sources) : throw new InvalidDataException(
            $"The file's layers do not pair up with the model's cells, so say which belongs to which. The file has {Listed(all)}; the model has {Listed(targets)}.");
    }

    static string Listed<T>(T[] items) => items.Length == 0 ? "none" : string.Join(", ", items.Take(20)) + (items.Length > 20 ? $" and {items.Length - 20} more" : "");

    /// <summary>The layers in the order in which the model's prediction first calls them.</summary>
    static IEnumerable<TargetLayer> CalledLayers(WeightTransfer transfer)
    {
        MethodModel method = OnnxExport.Choose(transfer.Equations, null);
        return method.Graph.Nodes.Where(n => n.Op is Op.Scan or Op.ScanReversed or Op.Map).Select(n => n.Name).Distinct()
            .Select(field => transfer.Layers.FirstOrDefault(l => l.Path == field)).OfType<TargetLayer>();
    }

    static void Transfer(WeightTransfer transfer, TargetLayer target, SourceLayer source)
    {
        // If the model scans the cell in the other direction, its weights would be right but its results wrong.
        if (source is RecurrentLayer && target.Path.Length > 0 && transfer.ScansBackward(target) is { } backward && source.IsReverse != backward)
            throw new InvalidDataException($"{source} runs {(source.IsReverse ? "from the last step to the first" : "from the first step to the last")}, " +
                $"and the model scans {target.Path} the other way.");
        source.Transfer(transfer, target);
    }

    /// <summary>The constants of all graphs as tensors, from which single parameters are loaded.</summary>
    sealed class ConstantSource : TensorSource
    {
        readonly Dictionary<string, (Constants Constants, string Name)> places = [];

        public ConstantSource(IEnumerable<(OnnxGraph Graph, Constants Constants)> graphs, Dictionary<string, OnnxTensor> given)
        {
            foreach ((OnnxGraph graph, Constants constants) in graphs)
                foreach (string name in graph.Path.Length == 0 ? graph.Initializers.Keys.Union(given.Keys) : graph.Initializers.Keys)
                    places.TryAdd(graph.Path + name, (constants, name));
            Shapes = places.ToDictionary(p => p.Key, p => p.Value.Constants.Shape(p.Value.Name)!);
        }

        public override IReadOnlyDictionary<string, long[]> Shapes { get; }

        public override float[] Read(string name) => Array.ConvertAll(places[name].Constants.Find(places[name].Name)!.Values, v => (float)v);

        public override void Dispose()
        {
        }
    }
}
