using RnnDsl.Generators.Ir;

namespace RnnDsl.Generators.Ops;

/// <summary>Rules that simplify a node when it is made. They keep its shape and domain, and NaN and infinities where a value may have them.</summary>
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
        // Products are commutative: one fixed order lets equal ones be shared.
        if (x[0].Id > x[1].Id)
            return b.Multiply(x[1], x[0]);
        return Evaluate(b, x, v => v[0] * v[1]) ?? Scaled(b, x[0], x[1]) ?? Scaled(b, x[1], x[0]) ?? Saturation.Multiply(b, x[0], x[1]);
    }

    public static Node? Divide(GraphBuilder b, Node[] x) =>
        Is(x[1], 1) && Keeps(x, 0) ? x[0] : Evaluate(b, x, v => v[0] / v[1])
            ?? (!b.KeepsForm && x[1].Op == Op.Constant && x[1].Number != 0 && Factor(b, x[0]) is { } scaled && (!IsSingle(scaled.Factor) || !IsSingle(x[1].Number))
                ? Times(b, scaled.Of, scaled.Factor / x[1].Number) : null);

    /// <summary>Merges two constant factors into one of double precision, if one of them is outside the range of single precision.</summary>
    static Node? Scaled(GraphBuilder b, Node x, Node constant) =>
        !b.KeepsForm && constant.Op == Op.Constant && Factor(b, x) is { } scaled && (!IsSingle(scaled.Factor) || !IsSingle(constant.Number))
            ? Times(b, scaled.Of, scaled.Factor * constant.Number) : null;

    /// <summary>What a constant factor or divisor stands beside, and the factor.</summary>
    public static (Node Of, double Factor)? Factor(GraphBuilder b, Node x)
    {
        if (x.Op is not (Op.Multiply or Op.Divide))
            return null;
        Node left = b.Input(x, 0), right = b.Input(x, 1);
        return right.Op == Op.Constant && (x.Op == Op.Multiply || right.Number != 0) ? (left, x.Op == Op.Multiply ? right.Number : 1 / right.Number)
            : left.Op == Op.Constant && x.Op == Op.Multiply ? (right, left.Number) : null;
    }

    static Node? Times(GraphBuilder b, Node x, double factor) =>
        factor == 0 || double.IsNaN(factor) || double.IsInfinity(factor) ? null : b.Multiply(x, b.Constant(factor));

    /// <summary>True if single precision holds the number without underflow or overflow; also true for infinity and NaN.</summary>
    public static bool IsSingle(double value) =>
        value == 0 || double.IsNaN(value) || double.IsInfinity(value) || (Math.Abs(value) >= 1.17549435e-38 && !float.IsInfinity((float)value));

    /// <summary>The root of a square is the absolute value, even where the square is outside the range of single precision.</summary>
    public static Node? Sqrt(GraphBuilder b, Node[] x) => !b.KeepsForm && x[0].Op == Op.Multiply && x[0].Inputs[0] == x[0].Inputs[1]
        ? b.Apply(Op.Abs, b.Input(x[0], 0)) : Evaluate(b, x, v => Math.Sqrt(v[0]));

    /// <summary>
    /// The tanh of a value that grows like a power of its argument, as in Gelu, is computed of the value clamped to ±9, where tanh is 1 up to 2.7e-7. Its derivative is then 0
    /// beyond ±9, rather than 1 − tanh² ≈ 5e-7 times a power of a large number. NaN stays NaN, because the value is the second operand.
    /// </summary>
    public static Node? Tanh(GraphBuilder b, Node[] x) => !b.KeepsForm && HasPower(b, x[0], 5)
        ? b.Apply(Op.Tanh, b.Apply(Op.Min, b.Constant(EndOfPower), b.Apply(Op.Max, b.Constant(-EndOfPower), x[0]))) : null;

    const double EndOfPower = 9;

    /// <summary>The argument of a tanh before <see cref="Tanh"/> clamped it, or the argument itself.</summary>
    public static Node Unclamped(GraphBuilder b, Node argument) =>
        argument.Op == Op.Min && Is(b.Input(argument, 0), EndOfPower) && b.Input(argument, 1) is { Op: Op.Max } inner && Is(b.Input(inner, 0), -EndOfPower)
            ? b.Input(inner, 1) : argument;

    /// <summary>True for sums and products that contain a square, down to a given depth.</summary>
    static bool HasPower(GraphBuilder b, Node x, int depth) => x.Op is Op.Multiply or Op.Add or Op.Subtract && depth > 0
        && ((x.Op == Op.Multiply && x.Inputs[0] == x.Inputs[1]) || HasPower(b, b.Input(x, 0), depth - 1) || HasPower(b, b.Input(x, 1), depth - 1));

    public static Node? Log(GraphBuilder b, Node[] x) =>
        (b.KeepsForm ? null : Exponent(b, x[0])) ?? Evaluate(b, x, v => Math.Log(v[0]));

    /// <summary>
    /// The logarithm of an expression made of exponentials, without the exponentials: these round, overflow and underflow where their logarithms do not. Null if it contains none.
    /// </summary>
    static Node? Exponent(GraphBuilder b, Node x)
    {
        Node Input(int index) => b.Input(x, index);
        switch (x.Op)
        {
            case Op.Exp:
                return Input(0);
            case Op.Sigmoid:
                return LogSigmoid(b, Input(0));
            case Op.Subtract when Is(Input(0), 1) && Input(1).Op == Op.Sigmoid:
                return b.Apply(Op.Negate, b.Apply(Op.Softplus, b.Input(Input(1), 0)));
            case Op.Add when Is(Input(0), 1) && Input(1).Op == Op.Exp:
                return b.Apply(Op.Softplus, b.Input(Input(1), 0));
            case Op.Add when Is(Input(1), 1) && Input(0).Op == Op.Exp:
                return b.Apply(Op.Softplus, b.Input(Input(0), 0));
            case Op.Multiply or Op.Divide:
                Node? left = Exponent(b, Input(0)), right = Exponent(b, Input(1));
                if (left is null && right is null)
                    return null;
                return b.Apply(x.Op == Op.Multiply ? Op.Add : Op.Subtract, left ?? b.Apply(Op.Log, Input(0)), right ?? b.Apply(Op.Log, Input(1)));
            case Op.Min or Op.Max:
                Node? first = Exponent(b, Input(0)), second = Exponent(b, Input(1));
                first ??= second is not null && IsPositive(Input(0)) ? b.Apply(Op.Log, Input(0)) : null;
                second ??= first is not null && IsPositive(Input(1)) ? b.Apply(Op.Log, Input(1)) : null;
                return first is null || second is null ? null : b.Apply(x.Op, first, second);
            case Op.SelectGreater:
                Node? yes = Exponent(b, Input(2)), no = Exponent(b, Input(3));
                return yes is null && no is null ? null
                    : b.SelectGreater(Input(0), Input(1), yes ?? b.Apply(Op.Log, Input(2)), no ?? b.Apply(Op.Log, Input(3)));
            case Op.StopGradient or Op.Last or Op.First:
                return Exponent(b, Input(0)) is { } inner ? b.Apply(x.Op, inner) : null;
            case Op.Slice:
                return Exponent(b, Input(0)) is { } whole ? b.Shaped(Op.Slice, x.Shape, x.Argument, whole) : null;
            default:
                return null;
        }
    }

    /// <summary>log σ(x) = −softplus(−x).</summary>
    public static Node LogSigmoid(GraphBuilder b, Node x) => b.Apply(Op.Negate, b.Apply(Op.Softplus, b.Apply(Op.Negate, x)));

    static bool IsPositive(Node node) => node.Op == Op.Constant && node.Number > 0;

    /// <summary>The constant result, if all operands are constants and the result is finite.</summary>
    public static Node? Evaluate(GraphBuilder b, Node[] x, Func<double[], double> function)
    {
        if (Array.Exists(x, o => o.Op != Op.Constant))
            return null;
        double value = function(x.Select(o => o.Number).ToArray());
        return double.IsNaN(value) || double.IsInfinity(value) ? null : b.Constant(value);
    }

    static bool Is(Node node, double value) => node.Op == Op.Constant && node.Number == value;

    /// <summary>True if the operand alone already has the shape and domain of the result.</summary>
    static bool Keeps(Node[] operands, int index) =>
        operands[index].Shape.Rank == operands.Max(o => o.Shape.Rank) && operands[index].Domain.IsLike(Domain.Join(operands));
}
