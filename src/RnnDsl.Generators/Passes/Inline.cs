using RnnDsl.Generators.Ir;
using RnnDsl.Generators.Ops;

namespace RnnDsl.Generators.Passes;

/// <summary>
/// Replaces each call of a layer by the layer's graph. A state becomes a shift: the value that the step computed, one step later. From here on there are no layers, cells and
/// scans; there is one graph, whose cycles run through its shifts.
/// </summary>
internal sealed class Inline
{
    readonly GraphBuilder builder = new();
    readonly List<CarriedState> states = [];

    /// <summary>The number of scans of each layer so far. Every scan carries states of its own.</summary>
    readonly Dictionary<string, int> scans = [];

    public static (Graph Graph, List<CarriedState> States) Run(Graph graph, EquatableArray<LayerDecl> layers)
    {
        var pass = new Inline();
        Node[] copies = pass.CopyAll(graph, layers, "", leaf => pass.builder.Leaf(leaf.Op, leaf.Shape, leaf.Domain, leaf.Argument));
        foreach (Result result in graph.Results)
            pass.builder.AddResult(result.Name, pass.builder.Reorder(copies[result.Node], 0));
        return (pass.builder.ToGraph(), pass.states);
    }

    /// <summary>Copies all nodes: leaves through <paramref name="leaf"/>, parameters under the layer's path, and calls by inlining.</summary>
    Node[] CopyAll(Graph graph, EquatableArray<LayerDecl> layers, string path, Func<Node, Node> leaf, int? memory = null)
    {
        int firstEquation = graph.Equations.Count == 0 ? 0 : builder.AddEquation(graph.Equations[0]);
        for (int i = 1; i < graph.Equations.Count; i++)
            builder.AddEquation(graph.Equations[i]);
        Dictionary<string, LayerDecl> named = layers.ToDictionary(l => l.Field);
        var copies = new Node[graph.Nodes.Count];
        var carried = new Dictionary<int, Dictionary<string, Node>>();
        foreach (Node written in graph.Nodes)
        {
            Node node = memory is { } axis ? OfMemory(written, axis) : written;
            builder.Equation = node.Equation < 0 ? -1 : firstEquation + node.Equation;
            Node[] operands = node.Inputs.ConvertAll(i => copies[i]);
            copies[node.Id] = OpTable.Kind(node) switch
            {
                OpKind.Leaf when node.Op == Op.Parameter => builder.Leaf(Op.Parameter, node.Shape, node.Domain, path + node.Name),
                OpKind.Leaf when node.Op is Op.Input or Op.State => leaf(node),
                OpKind.Call when node.Op == Op.End => builder.Apply(graph.Input(node, 0).Op == Op.Scan ? Op.Last : Op.First, builder.Input(builder[carried[node.Inputs[0]][node.Name].Id], 0)),
                OpKind.Call => Call(node, operands, named[node.Name], path + node.Name, carried),
                // Each call of a layer drops units anew.
                _ when node.Op == Op.Dropout => builder.Name(builder.Dropout(operands[0], node.Mask.Rate), node.Label),
                _ => builder.Copy(node, operands),
            };
        }
        return copies;
    }

    /// <summary>A node of a cell that looks into a memory. The one axis that its graph knows is that of the given sequence.</summary>
    static Node OfMemory(Node node, int axis) => node with
    {
        Shape = node.Shape.Rename(OfAxis(axis)), Domain = node.Domain.IsSteps || node.Op == Op.Length ? node.Domain.OnAxis(axis) : node.Domain,
    };

    static Dictionary<string, Dim> OfAxis(int axis) => new() { [Dim.Steps(0).Text] = Dim.Steps(axis) };

    /// <param name="call">The call.</param>
    /// <param name="operands">What the layer runs over, and the values from which its first states start.</param>
    /// <param name="layer">The layer.</param>
    /// <param name="path">Its path.</param>
    /// <param name="carried">The shifts of the states of each scan.</param>
    Node Call(Node call, Node[] operands, LayerDecl layer, string path, Dictionary<int, Dictionary<string, Node>> carried)
    {
        CellModel cell = layer.Cell;
        Node argument = operands[0];
        int equation = builder.Equation;
        // A memory is given as a whole, but the graph of a step has the sequence.
        Node? memory = cell.Memory is null ? null : builder.Input(operands[1], 0);
        Node[] starts = [.. operands.Skip(memory is null ? 1 : 2)];
        bool map = call.Op == Op.Map;
        var shifts = new Dictionary<string, Node>();
        if (!map)
        {
            int given = starts.Length;
            scans.TryGetValue(path, out int before);
            bool nested = builder.ParentOf(argument.Axis) >= 0;
            if (given < cell.CarriedStates.Count() && !nested)
                scans[path] = before + 1;
            string suffix = before == 0 ? "" : $"#{before + 1}";
            int next = 0;
            foreach (StateDecl declared in cell.States)
            {
                StateDecl state = memory is null ? declared : declared with { Shape = declared.Shape.Rename(OfAxis(memory.Axis)) };
                // A state within a step is not carried further, because there are many of it. Nor is a state that starts from a value of the method, or one that belongs to a memory.
                bool fresh = nested || state.Shape.IsSequence;
                Node? start = !state.Shape.IsSequence && next < given ? builder.Broadcast(starts[next++], state.Shape, Domain.Examples(argument.Axis)) : null;
                string name = (path.Length == 0 ? "" : path + ".") + state.Name + suffix;
                if (start is null && !fresh)
                    states.Add(new CarriedState(name, state.Shape, state.Initial, call.Op == Op.ScanReversed, argument.Axis));
                Node initial = start ?? (fresh ? builder.Constant(state.Initial) : builder.Leaf(Op.InitialState, state.Shape, Domain.Examples(argument.Axis), name));
                shifts.Add(state.Name, builder.Name(builder.Shift(initial, call.Op == Op.Scan, state.Shape, argument.Domain.IsSteps ? argument.Domain : Domain.Steps(argument.Axis)), state.Name));
            }
        }
        string prefix = path.Length == 0 ? "" : path + ".";
        int axis = builder.Axis;
        builder.Axis = argument.Domain.IsParameters ? axis : argument.Axis;
        Node[] copies = CopyAll(cell.Step, cell.Layers, prefix, leaf => leaf.Op != Op.Input ? shifts[leaf.Name] : leaf.Domain.IsSteps ? memory! : argument, memory?.Axis);
        ILookup<string, int> results = cell.Step.Results.ToLookup(r => r.Name, r => r.Node);
        Node At(string result) => copies[results[result].First()];
        foreach (StateDecl state in cell.States)
        {
            Node next = builder.Broadcast(At(state.Name), shifts[state.Name].Shape, Domain.Steps(argument.Axis));
            builder.Connect(shifts[state.Name], builder.Name(next, state.Name));
            // A state is a result too, even if no output depends on it.
            if (builder.Input(builder[shifts[state.Name].Id], 1) is { Op: Op.InitialState } initial)
                builder.AddResult("state:" + initial.Name, builder[shifts[state.Name].Id]);
        }
        if (!map)
            carried[call.Id] = shifts;
        builder.Equation = equation;
        // A layer that is mapped over a parameter may still differ from example to example, by the units that it drops.
        Node result = At("return");
        Node value = builder.Broadcast(result, cell.Output, map ? Domain.Join(result.Domain, argument.Domain) : Domain.Steps(argument.Axis));
        builder.Axis = axis;
        return value;
    }
}
