using RnnDsl.Generators.Ir;

namespace RnnDsl.Generators.Ops;

/// <summary>
/// Products x·σ(k·x) and their like, as in Silu, Swish and Gelu. Sigmoid and tanh of single precision end at 1 − 1.4e-7 and 1 − 2.7e-7, and so do their derivatives above 0. A large x would make a
/// large number of that. So beyond their ends these products take the limits, which have the derivative 0.
/// </summary>
static class Saturation
{
    /// <summary>Where VectorMath.Tanh comes to its end. The sigmoid does at twice of it.</summary>
    const double EndOfTanh = 7.9;

    /// <summary>How many operations deep the other factor is looked for.</summary>
    const int Depth = 6;

    /// <summary>The product with the limits, or null if neither factor is a sigmoid or tanh that grows with the other.</summary>
    public static Node? Multiply(GraphBuilder b, Node x, Node y)
    {
        if (b.KeepsForm)
            return null;
        if (Limited(b, y, Unscaled(b, x).Id, Depth) is { } right)
            return b.Multiply(x, right);
        return Limited(b, x, Unscaled(b, y).Id, Depth) is { } left ? b.Multiply(left, y) : null;
    }

    /// <summary>A factor with limits: a sigmoid or tanh, also times or plus constants.</summary>
    static Node? Limited(GraphBuilder b, Node factor, int of, int depth)
    {
        if (depth == 0)
            return null;
        switch (factor.Op)
        {
            case Op.Sigmoid:
                return Limited(b, factor, of, 2 * EndOfTanh, least: 0);
            case Op.Tanh:
                return Limited(b, factor, of, EndOfTanh, least: -1);
            case Op.Negate:
                return Limited(b, b.Input(factor, 0), of, depth - 1) is { } negated ? b.Apply(Op.Negate, negated) : null;
            case Op.Add or Op.Subtract or Op.Multiply or Op.Divide:
                Node left = b.Input(factor, 0), right = b.Input(factor, 1);
                if (left.Op == Op.Constant && factor.Op != Op.Divide)
                    return Limited(b, right, of, depth - 1) is { } second ? b.Apply(factor.Op, left, second) : null;
                return right.Op == Op.Constant && Limited(b, left, of, depth - 1) is { } first ? b.Apply(factor.Op, first, right) : null;
            default:
                return null;
        }
    }

    static Node? Limited(GraphBuilder b, Node function, int of, double end, double least)
    {
        Node argument = b.Input(function, 0), inner = Algebra.Unclamped(b, argument);
        if (!Grows(b, inner, of, sums: inner != argument, Depth))
            return null;
        // NaN is on neither side of the bounds, so it stays.
        return b.SelectGreater(inner, b.Constant(end), b.Constant(1), b.SelectGreater(b.Constant(-end), inner, b.Constant(least), function));
    }

    /// <summary>True if an argument is a multiple of the node or, with sums, any polynomial of it.</summary>
    static bool Grows(GraphBuilder b, Node argument, int of, bool sums, int depth) => argument.Id == of
        || (depth > 0 && argument.Op switch
        {
            Op.Multiply => Grows(b, b.Input(argument, 0), of, sums, depth - 1) || Grows(b, b.Input(argument, 1), of, sums, depth - 1),
            Op.Negate or Op.Divide => Grows(b, b.Input(argument, 0), of, sums, depth - 1),
            Op.Add or Op.Subtract => sums && (Grows(b, b.Input(argument, 0), of, sums, depth - 1) || Grows(b, b.Input(argument, 1), of, sums, depth - 1)),
            _ => false,
        });

    /// <summary>The node without constant factors and signs.</summary>
    static Node Unscaled(GraphBuilder b, Node x)
    {
        while (x.Op == Op.Negate || Algebra.Factor(b, x) is not null)
            x = x.Op == Op.Negate ? b.Input(x, 0) : Algebra.Factor(b, x)!.Value.Of;
        return x;
    }
}
