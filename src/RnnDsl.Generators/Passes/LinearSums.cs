using RnnDsl.Generators.Ir;

namespace RnnDsl.Generators.Passes;

/// <summary>
/// Sums over units of values that need another sum over units: Σ(a·v + b·w), with b from a sum, becomes a·Σv + b·Σw. No sum waits for another then, and
/// a region has a loop less. Deviations from the mean add up to nothing.
/// </summary>
internal sealed class LinearSums
{
    readonly GraphBuilder builder;
    readonly Dictionary<int, bool> needsSum = [];

    LinearSums(GraphBuilder builder) => this.builder = builder;

    public static Graph Run(Graph graph)
    {
        LinearSums? pass = null;
        return Simplify.Rewrite(graph, null, (builder, node, made) =>
            node.Op == Op.Sum ? (pass ??= new LinearSums(builder)).Total(made[node.Inputs[0]]) : null);
    }

    Node Total(Node x)
    {
        Node a, b;
        switch (x.Op)
        {
            case Op.Negate:
                return builder.Apply(Op.Negate, Total(builder.Input(x, 0)));
            case Op.Multiply when Factor(x) is int factor:
                return Scaled(builder.Input(x, factor), Total(builder.Input(x, 1 - factor)));
            case Op.Add or Op.Subtract:
                (a, b) = (builder.Input(x, 0), builder.Input(x, 1));
                if (x.Op == Op.Subtract && IsMeanOf(b, a))
                    return builder.Constant(0);
                if (a.Shape == b.Shape && (IsLate(a) || IsLate(b)))
                    return builder.Apply(x.Op, Total(a), Total(b));
                break;
        }
        return builder.Apply(Op.Sum, x);
    }

    /// <summary>A number times a sum; nothing, if the sum is: what is no number in the factor is none in the vector that it scales either.</summary>
    Node Scaled(Node factor, Node sum) => sum is { Op: Op.Constant, Value: 0 } ? sum : builder.Multiply(factor, sum);

    /// <summary>Which operand of a product is a number, the other a vector.</summary>
    int? Factor(Node product) => (builder.Input(product, 0).Shape.IsScalar, builder.Input(product, 1).Shape.IsScalar) switch
    {
        (true, false) => 0,
        (false, true) => 1,
        _ => null,
    };

    bool IsMeanOf(Node mean, Node x) => mean.Op == Op.Divide && builder.Input(mean, 1) is { Op: Op.Size } size && size.Text == x.Shape.Rows?.Text
        && builder.Input(mean, 0) is { Op: Op.Sum } sum && sum.Inputs[0] == x.Id;

    /// <summary>A term, or a sum of terms, with a factor that needs a sum over units.</summary>
    bool IsLate(Node x) => x.Op switch
    {
        Op.Negate => IsLate(builder.Input(x, 0)),
        Op.Add or Op.Subtract => x.Shape.IsVector && (IsLate(builder.Input(x, 0)) || IsLate(builder.Input(x, 1))),
        Op.Multiply => Factor(x) is int factor && NeedsSum(x.Inputs[factor]),
        _ => false,
    };

    bool NeedsSum(int id)
    {
        if (!needsSum.TryGetValue(id, out bool needs))
            needsSum.Add(id, needs = builder[id].Op == Op.Sum || (builder[id].Op != Op.Shift && builder[id].Inputs.Any(NeedsSum)));
        return needs;
    }
}
