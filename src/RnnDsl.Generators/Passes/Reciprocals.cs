using RnnDsl.Generators.Ir;

namespace RnnDsl.Generators.Passes;

/// <summary>Replaces the division of a vector or matrix by a scalar by the multiplication with its reciprocal. A row then needs one division rather than one for each unit, and so
/// does its gradient.</summary>
internal static class Reciprocals
{
    public static Graph Run(Graph graph) => Simplify.Rewrite(graph, null, (builder, node, made) =>
        node.Op == Op.Divide && !graph.Input(node, 0).Shape.IsScalar && graph.Input(node, 1).Shape.IsScalar
            ? builder.Name(builder.Multiply(made[node.Inputs[0]], builder.Divide(builder.Constant(1), made[node.Inputs[1]])), node.Label)
            : null);
}
