using RnnDsl.Generators.Ir;

namespace RnnDsl.Generators.Ops;

/// <summary>Rules that make a node simpler as it is made. They keep shape and space, and NaN and infinities where a value may have them.</summary>
internal static class Algebra
{
    public static Node? Add(GraphBuilder b, Node[] x)
    {
        if (Is(x[0], 0) && Keeps(x, 1))
            return x[1];
        if (Is(x[1], 0) && Keeps(x, 0))
            return x[0];
        if (x[1].Op == Op.Negate)
            return b.Subtract(x[0], b.Input(x[1], 0));
        if (x[0].Op == Op.Negate)
            return b.Subtract(x[1], b.Input(x[0], 0));
        return Evaluate(b, x, v => v[0] + v[1]);
    }

    public static Node? Subtract(GraphBuilder b, Node[] x)
    {
        if (Is(x[1], 0) && Keeps(x, 0))
            return x[0];
        if (Is(x[0], 0) && Keeps(x, 1))
            return b.Apply(Op.Negate, x[1]);
        if (x[1].Op == Op.Negate)
            return b.Add(x[0], b.Input(x[1], 0));
        return Evaluate(b, x, v => v[0] - v[1]);
    }

    public static Node? Multiply(GraphBuilder b, Node[] x)
    {
        if (Is(x[0], 1) && Keeps(x, 1))
            return x[1];
        if (Is(x[1], 1) && Keeps(x, 0))
            return x[0];
        if (Is(x[0], -1) && Keeps(x, 1))
            return b.Apply(Op.Negate, x[1]);
        if (x[0].Op == Op.Negate && x[1].Op == Op.Negate)
            return b.Multiply(b.Input(x[0], 0), b.Input(x[1], 0));
        if (x[0].Op == Op.Negate)
            return b.Apply(Op.Negate, b.Multiply(b.Input(x[0], 0), x[1]));
        if (x[1].Op == Op.Negate)
            return b.Apply(Op.Negate, b.Multiply(x[0], b.Input(x[1], 0)));
        // Products are commutative: one order, so that equal ones are shared.
        if (x[0].Id > x[1].Id)
            return b.Multiply(x[1], x[0]);
        return Evaluate(b, x, v => v[0] * v[1]);
    }

    public static Node? Divide(GraphBuilder b, Node[] x) =>
        Is(x[1], 1) && Keeps(x, 0) ? x[0] : Evaluate(b, x, v => v[0] / v[1]);

    /// <summary>The constant, if all operands are constants and the result is a number.</summary>
    public static Node? Evaluate(GraphBuilder b, Node[] x, Func<double[], double> function)
    {
        if (x.Any(o => o.Op != Op.Constant))
            return null;
        double value = function(x.Select(o => o.Value).ToArray());
        return double.IsNaN(value) || double.IsInfinity(value) ? null : b.Constant(value);
    }

    static bool Is(Node node, double value) => node.Op == Op.Constant && node.Value == value;

    /// <summary>True if the operand alone has the shape and space of the result.</summary>
    static bool Keeps(Node[] operands, int index) =>
        operands[index].Shape.Rank == operands.Max(o => o.Shape.Rank) && operands[index].Space == operands.Max(o => o.Space);
}
