using RnnDsl.Generators.Ir;
using RnnDsl.Generators.Ops;

namespace RnnDsl.Generators.Passes;

/// <summary>Drops nodes that no result needs. The <see cref="GraphBuilder"/> shares nodes, folds constants and applies algebra when nodes are made.</summary>
internal static class Simplify
{
    public static Graph Run(Graph graph)
    {
        bool[] used = Reachable(graph);
        return Rewrite(graph, node => used[node.Id]);
    }

    /// <summary>The graph in the forms that do not lose digits (<see cref="Algebra"/>); the same graph if it has no other forms.</summary>
    public static Graph Stable(Graph graph)
    {
        bool[] used = Reachable(graph);
        // The second run drops the nodes for which the first run has found better forms.
        Graph simple = Run(Run(graph));
        return simple.Nodes.Count(IsLosing) < graph.Nodes.Count(n => used[n.Id] && IsLosing(n)) ? simple : graph;

        static bool IsLosing(Node node) => node.Op is Op.Log or Op.Sqrt || (node.Op == Op.Constant && !Algebra.IsSingle(node.Number));
    }

    /// <summary>The layer and its own layers in these forms.</summary>
    public static LayerDecl Stable(LayerDecl layer) => layer with
    {
        Cell = layer.Cell with { Step = Stable(layer.Cell.Step), Layers = layer.Cell.Layers.Select(Stable).ToEquatable() },
    };

    /// <summary>True for each node that a result depends on, also through time. A scan computes states, even if nothing reads its output.</summary>
    static bool[] Reachable(Graph graph)
    {
        var used = new bool[graph.Nodes.Count];
        var open = new Stack<int>(graph.Results.Select(r => r.Node).Concat(graph.Nodes.Where(n => n.Op is Op.Scan or Op.ScanReversed).Select(n => n.Id)));
        while (open.Count > 0)
        {
            int id = open.Pop();
            if (used[id])
                continue;
            used[id] = true;
            foreach (int input in graph[id].Inputs)
                open.Push(input);
        }
        return used;
    }

    /// <summary>A copy of a graph, with its equations and results, in which some nodes are replaced by others.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="keep">The nodes to copy; null for all.</param>
    /// <param name="replace">Given the copies so far: the node that replaces a node's copy, or null.</param>
    public static Graph Rewrite(Graph graph, Func<Node, bool>? keep, Func<GraphBuilder, Node, Node[], Node?>? replace = null)
    {
        var builder = new GraphBuilder(graph.Nodes.Count);
        foreach (string equation in graph.Equations)
            builder.AddEquation(equation);
        Node[] copies = CopyTo(builder, graph, keep, replace is null ? null : (node, made) => replace(builder, node, made));
        foreach (Result result in graph.Results)
            builder.AddResult(result.Name, copies[result.Node]);
        return builder.ToGraph();
    }

    /// <summary>Copies a graph into a builder, node by node. The shifts are connected at the end.</summary>
    /// <param name="builder">Takes the copies.</param>
    /// <param name="graph">The graph.</param>
    /// <param name="keep">The nodes to copy; null for all.</param>
    /// <param name="replace">Given the copies so far: the node that replaces a node's copy, or null.</param>
    public static Node[] CopyTo(GraphBuilder builder, Graph graph, Func<Node, bool>? keep = null, Func<Node, Node[], Node?>? replace = null)
    {
        var copies = new Node[graph.Nodes.Count];
        foreach (Node node in graph.Nodes)
        {
            if (keep is not null && !keep(node))
                continue;
            builder.Equation = node.Equation;
            copies[node.Id] = replace?.Invoke(node, copies)
                ?? (node.Op == Op.Shift ? builder.Name(builder.Shift(copies[node.Inputs[1]], node.IsForward, node.Shape, node.Domain), node.Label) : null)
                ?? builder.Copy(node, node.Inputs.ConvertAll(i => copies[i]));
        }
        foreach (Node node in graph.Nodes)
            if (node.Op == Op.Shift && copies[node.Id] is { Op: Op.Shift })
                builder.Connect(copies[node.Id], copies[node.Inputs[0]], copies[node.Inputs[1]]);
        builder.Equation = -1;
        return copies;
    }
}
