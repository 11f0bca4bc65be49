using RnnDsl.Generators.Ir;

namespace RnnDsl.Generators.Passes;

/// <summary>
/// The graph without its dropouts, which drop nothing but in training. What was multiplied by ones is multiplied no more, and what differed by its mask
/// alone is shared again.
/// </summary>
internal static class RemoveDropouts
{
    public static Graph Run(Graph graph) => graph.Nodes.All(n => n.Op != Op.Dropout) ? graph
        : Simplify.Run(Simplify.Rewrite(graph, null, (builder, node, made) => node.Op == Op.Dropout
            ? builder.Name(builder.Broadcast(made[node.Inputs[0]], node.Shape, node.Domain), node.Label)
            : null));
}
