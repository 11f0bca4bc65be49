using RnnDsl.Generators.Ir;

namespace RnnDsl.Generators.Passes;

/// <summary>
/// Removes the dropouts from a graph, since nothing is dropped outside of training. Multiplications by ones disappear, and nodes that differed only in their masks are shared again.
/// </summary>
internal static class RemoveDropouts
{
    public static Graph Run(Graph graph) => graph.Nodes.All(n => n.Op != Op.Dropout) ? graph
        : Simplify.Run(Simplify.Rewrite(graph, null, (builder, node, made) => node.Op == Op.Dropout
            ? builder.Name(builder.Broadcast(made[node.Inputs[0]], node.Shape, node.Domain), node.Label)
            : null));
}
