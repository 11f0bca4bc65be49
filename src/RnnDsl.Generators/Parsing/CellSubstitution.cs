using System.Globalization;
using RnnDsl.Generators.Ir;
using RnnDsl.Generators.Ops;

namespace RnnDsl.Generators.Parsing;

/// <summary>
/// Replaces the type parameters of an abstract model by cells. Its graphs name layers by their fields, so little changes in them. The abstract model does not know the states of
/// its cells. Where a scan starts from all states of another scan, or where a state is taken by its index, its graph has an <see cref="Op.End"/> with a special name. Here these
/// become the states of the given cells.
/// </summary>
internal sealed class CellSubstitution
{
    /// <summary>The name of an <see cref="Op.End"/> that stands for all states of a scan. Followed by a number, it stands for the state with that index.</summary>
    public const string AllStates = "*";

    readonly IReadOnlyDictionary<string, GivenCell> cells;
    readonly Dictionary<string, LayerDecl> before, after;
    readonly Action<string, string> refuse;

    CellSubstitution(ModelText model, IReadOnlyDictionary<string, GivenCell> cells, Action<string, string> refuse)
    {
        this.cells = cells;
        this.refuse = refuse;
        before = model.Layers.ToDictionary(l => l.Field);
        after = model.Layers.Select(Given).ToDictionary(l => l.Field);
    }

    /// <summary>The model with the given cells.</summary>
    /// <param name="model">The abstract model, already in the dimensions of the class that gives the cells.</param>
    /// <param name="cells">The cell for each type parameter.</param>
    /// <param name="refuse">Called with a type parameter whose cell does not fit, and the reason.</param>
    public static ModelText Run(ModelText model, IReadOnlyDictionary<string, GivenCell> cells, Action<string, string> refuse)
    {
        if (cells.Count == 0)
            return model;
        var closing = new CellSubstitution(model, cells, refuse);
        foreach (LayerDecl layer in model.Layers)
            closing.CheckShapes(layer);
        return model with
        {
            Layers = model.Layers.Select(l => closing.after[l.Field]).ToEquatable(),
            Methods = model.Methods.Select(m => m with { Graph = closing.Closed(m.Graph) }).ToEquatable(),
        };
    }

    LayerDecl Given(LayerDecl layer) =>
        layer.Cell.Parameter is { } parameter && cells.TryGetValue(parameter, out GivenCell? cell) ? cell.Layer with { Field = layer.Field } : layer;

    void CheckShapes(LayerDecl layer)
    {
        CellModel asked = layer.Cell, given = after[layer.Field].Cell;
        if (asked.Parameter is null || (asked.Input == given.Input && asked.Output == given.Output && asked.Memory == given.Memory))
            return;
        refuse(asked.Parameter, $"it goes {DescribeInputAndOutput(given)}, and {asked.Parameter} goes {DescribeInputAndOutput(asked)}");
    }

    static string DescribeInputAndOutput(CellModel cell) => $"from {cell.Input.Rows} to {cell.Output.Rows}{(cell.Memory is { } memory ? $", and looks into a memory of {memory.Rows}" : "")}";

    Graph Closed(Graph graph)
    {
        if (!graph.Nodes.Any(n => OpTable.Kind(n) == OpKind.Call))
            return graph;
        var nodes = new List<Node>();
        var map = new int[graph.Nodes.Count];
        foreach (Node node in graph.Nodes)
        {
            int[] inputs = [.. node.Inputs.SelectMany(i => States(graph, graph[i], map, nodes))];
            map[node.Id] = nodes.Count;
            if (IsAll(node) && !IsOpen(LayerOf(graph, node)))
                continue;
            Node copy = node with { Id = nodes.Count, Inputs = inputs.ToEquatable(), Argument = node.Op == Op.End ? new Argument.Named(State(graph, node)) : node.Argument };
            Check(copy, nodes);
            nodes.Add(copy);
        }
        return new Graph(nodes, graph.Results.Select(r => r with { Node = map[r.Node] }), graph.Equations);
    }

    /// <summary>The operand itself. If it stands for all states of a scan, each of these states.</summary>
    IEnumerable<int> States(Graph graph, Node operand, int[] map, List<Node> nodes)
    {
        if (!IsAll(operand) || IsOpen(LayerOf(graph, operand)))
        {
            yield return map[operand.Id];
            yield break;
        }
        foreach (StateDecl state in LayerOf(graph, operand).Cell.DeclaredStates)
        {
            Node end = operand with { Id = nodes.Count, Inputs = new([map[operand.Inputs[0]]]), Shape = state.Shape, Argument = new Argument.Named(state.Name) };
            nodes.Add(end);
            yield return end.Id;
        }
    }

    static bool IsAll(Node node) => node.Op == Op.End && node.Name == AllStates;

    /// <summary>The layer whose states an <see cref="Op.End"/> takes.</summary>
    LayerDecl LayerOf(Graph graph, Node end) => after[graph.Input(end, 0).Name];

    static bool IsOpen(LayerDecl layer) => layer.Cell.Parameter is not null;

    /// <summary>The name of the state that is taken, if it is known by now.</summary>
    string State(Graph graph, Node end)
    {
        LayerDecl layer = LayerOf(graph, end);
        if (end.Name[0] != AllStates[0] || IsOpen(layer))
            return end.Name;
        int place = int.Parse(end.Name.Substring(1), CultureInfo.InvariantCulture);
        StateDecl[] states = [.. layer.Cell.DeclaredStates];
        if (place < states.Length && states[place].Shape == end.Shape)
            return states[place].Name;
        Refuse(layer.Field, $"state {place} of what {ElementName.Written(layer.Field)} leaves is taken, {end.Shape.Describe()}, and it has {DescribeStates(states)}");
        return end.Name;
    }

    /// <summary>Checks what could not be checked before the cell was known.</summary>
    void Check(Node call, List<Node> nodes)
    {
        if (call.Op is not (Op.Map or Op.Scan or Op.ScanReversed) || IsOpen(after[call.Name]))
            return;
        LayerDecl layer = after[call.Name];
        string written = ElementName.Written(layer.Field);
        StateDecl[] states = [.. layer.Cell.DeclaredStates];
        if (call.Op == Op.Map)
        {
            if (layer.Cell.States.Count > 0)
                Refuse(layer.Field, $"{written}.Map is for layers without states, and it has {DescribeStates([.. layer.Cell.States])}");
            return;
        }
        Node[] starts = [.. call.Inputs.Skip(layer.Cell.Memory is null ? 1 : 2).Select(i => nodes[i])];
        if (starts.Any(IsAll))
            return;
        if (starts.Length > states.Length)
            Refuse(layer.Field, $"{written} starts from {starts.Length} values, and it has {DescribeStates(states)}");
        else if (starts.Zip(states, (start, state) => (start, state)).FirstOrDefault(p => p.start.Shape != p.state.Shape) is { state: { } wrong, start: { } given })
            Refuse(layer.Field, $"the state '{wrong.Name}' of {written} starts from {given.Shape.Describe()}, and it is {wrong.Shape.Describe()}");
    }

    static string DescribeStates(StateDecl[] states) => states.Length == 0 ? "no states" : $"the states {string.Join(", ", states.Select(s => $"{s.Name} ({s.Shape.Describe()})"))}";

    /// <summary>Refuses the cell of a layer. If the layer's cell was known from the start, the value that it is given comes from a cell that was not.</summary>
    void Refuse(string field, string why) => refuse(before[field].Cell.Parameter ?? cells.Keys.First(), why);
}
