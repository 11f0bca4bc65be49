using RnnDsl.Generators.Ir;

namespace RnnDsl.Generators.Passes;

/// <summary>A vector or matrix divided by one number is multiplied by its reciprocal: one division a row in the place of one a unit, in the gradient too.</summary>
internal static class Reciprocals
{
    public static Graph Run(Graph graph) => Simplify.Rewrite(graph, null, (builder, node, made) =>
        node.Op == Op.Divide && !graph.Input(node, 0).Shape.IsScalar && graph.Input(node, 1).Shape.IsScalar
            ? builder.Name(builder.Multiply(made[node.Inputs[0]], builder.Divide(builder.Constant(1), made[node.Inputs[1]])), node.Label)
            : null);
}
