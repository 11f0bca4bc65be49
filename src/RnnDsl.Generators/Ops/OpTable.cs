using RnnDsl.Generators.Ir;

namespace RnnDsl.Generators.Ops;

/// <summary>The one table of operations: operation → shape rule, adjoint, templates, cost, algebra.</summary>
internal static class OpTable
{
    /// <summary>Text of an example's weight that is its own; without text it is that of all examples.</summary>
    public const string EachWeight = "each";

    static readonly Dictionary<Op, OpInfo> Rows = AllRows().ToDictionary(r => r.Op);

    public static OpInfo Get(Op op) => Rows[op];

    public static OpKind Kind(Node node) => Rows[node.Op].Kind;

    public static IEnumerable<OpInfo> All => Rows.Values;

    static IEnumerable<OpInfo> AllRows() =>
        Leaves().Concat(Unary()).Concat(Binary()).Concat(Reductions()).Concat(Products()).Concat(Structure()).Concat(Time()).Concat(Calls());

    static IEnumerable<OpInfo> Leaves()
    {
        foreach (Op op in new[]
            {
                Op.Input, Op.Parameter, Op.Constant, Op.State, Op.InitialState, Op.Size, Op.Length, Op.ExampleWeight, Op.OutputGradient,
            })
            yield return new OpInfo(op, OpKind.Leaf, _ => Shape.Scalar, _ => Space.Parameter);
    }

    static IEnumerable<OpInfo> Unary()
    {
        yield return Elementwise(Op.Negate, 1, "-{0}", "-{0}", "−{0}",
            (g, n, d) => g.Add(g.Operand(n, 0), g.Builder.Apply(Op.Negate, d)),
            (b, x) => x[0].Op == Op.Negate ? b.Input(x[0], 0) : Evaluate(b, x, v => -v[0]));
        yield return Elementwise(Op.Sigmoid, 12, "VectorMath.Sigmoid({0})", "ScalarMath.Sigmoid({0})", "σ({0})",
            (g, n, d) => g.Add(g.Operand(n, 0), g.Builder.Multiply(d, g.Builder.Multiply(n, g.Builder.Subtract(g.Builder.Constant(1), n)))));
        yield return Elementwise(Op.Tanh, 12, "VectorMath.Tanh({0})", "MathF.Tanh({0})", "tanh({0})",
            (g, n, d) => g.Add(g.Operand(n, 0), g.Builder.Multiply(d, g.Builder.Subtract(g.Builder.Constant(1), g.Builder.Multiply(n, n)))), Algebra.Tanh);
        yield return Elementwise(Op.Exp, 12, "VectorMath.Exp({0})", "MathF.Exp({0})", "exp({0})",
            (g, n, d) => g.Add(g.Operand(n, 0), g.Builder.Multiply(d, n)));
        yield return Elementwise(Op.Log, 14, "VectorMath.Log({0})", "MathF.Log({0})", "ln({0})",
            (g, n, d) => g.Add(g.Operand(n, 0), g.Builder.Divide(d, g.Operand(n, 0))), Algebra.Log);
        yield return Elementwise(Op.Sqrt, 8, "V.Sqrt({0})", "MathF.Sqrt({0})", "√({0})",
            (g, n, d) => g.Add(g.Operand(n, 0), g.Builder.Divide(g.Builder.Multiply(g.Builder.Constant(0.5), d), n)),
            Algebra.Sqrt);
        yield return Elementwise(Op.Abs, 1, "V.Abs({0})", "MathF.Abs({0})", "|{0}|",
            (g, n, d) =>
            {
                Node x = g.Operand(n, 0), zero = g.Builder.Constant(0);
                g.Add(x, g.Builder.SelectGreater(x, zero, d, g.Builder.SelectGreater(zero, x, g.Builder.Apply(Op.Negate, d), zero)));
            },
            (b, x) => Evaluate(b, x, v => Math.Abs(v[0])));
        yield return Elementwise(Op.Softplus, 24, "VectorMath.Softplus({0})", "ScalarMath.Softplus({0})", "softplus({0})",
            (g, n, d) => g.Add(g.Operand(n, 0), g.Builder.Multiply(d, g.Builder.Apply(Op.Sigmoid, g.Operand(n, 0)))));
        yield return Elementwise(Op.Sin, 14, "VectorMath.Sin({0})", "MathF.Sin({0})", "sin({0})",
            (g, n, d) => g.Add(g.Operand(n, 0), g.Builder.Multiply(d, g.Builder.Apply(Op.Cos, g.Operand(n, 0)))));
        yield return Elementwise(Op.Cos, 14, "VectorMath.Cos({0})", "MathF.Cos({0})", "cos({0})",
            (g, n, d) => g.Add(g.Operand(n, 0), g.Builder.Apply(Op.Negate, g.Builder.Multiply(d, g.Builder.Apply(Op.Sin, g.Operand(n, 0))))));
        yield return Elementwise(Op.Floor, 1, "V.Floor({0})", "MathF.Floor({0})", "⌊{0}⌋", null);
        yield return Elementwise(Op.Spread, 0, "{0}", "{0}", "{0}", (g, n, d) => g.Add(g.Operand(n, 0), d));
        yield return Elementwise(Op.OneHot, 1, "V.Unit({0}, j)", "", "onehot({0})", null);
        yield return Elementwise(Op.StopGradient, 0, "{0}", "{0}", "stop({0})", null);
        // Never of vectors of parameters alone: every example has a mask of its own. The gradient goes through the same mask, which is made again from the number. A matrix
        // has one mask a training step; what is dropped there are ones by which it is multiplied, so that no gradient goes through.
        yield return Elementwise(Op.Dropout, 6, "V.Drop({0}, {1}, j, {2}) * {3}", "{0}", "dropout({0})",
            (g, n, d) => g.Add(g.Operand(n, 0), g.Builder.Dropout(d, n.Value, n.Text))) with
        {
            Shape = x => x[0].Shape,
            Space = x => x[0].Space == Space.Parameter && !x[0].Shape.IsMatrix ? Space.Batch : x[0].Space,
        };
    }

    static IEnumerable<OpInfo> Binary()
    {
        yield return Elementwise(Op.Add, 1, "{0} + {1}", "{0} + {1}", "{0} + {1}",
            (g, n, d) =>
            {
                g.Add(g.Operand(n, 0), d);
                g.Add(g.Operand(n, 1), d);
            },
            Algebra.Add);
        yield return Elementwise(Op.Subtract, 1, "{0} - {1}", "{0} - {1}", "{0} − {1}",
            (g, n, d) =>
            {
                g.Add(g.Operand(n, 0), d);
                g.Add(g.Operand(n, 1), g.Builder.Apply(Op.Negate, d));
            },
            Algebra.Subtract);
        yield return Elementwise(Op.Multiply, 1, "{0} * {1}", "{0} * {1}", "{0} ⊙ {1}",
            (g, n, d) =>
            {
                g.Add(g.Operand(n, 0), g.Builder.Multiply(d, g.Operand(n, 1)));
                g.Add(g.Operand(n, 1), g.Builder.Multiply(d, g.Operand(n, 0)));
            },
            Algebra.Multiply);
        yield return Elementwise(Op.Divide, 6, "{0} / {1}", "{0} / {1}", "{0} / {1}",
            (g, n, d) =>
            {
                Node quotient = g.Builder.Divide(d, g.Operand(n, 1));
                g.Add(g.Operand(n, 0), quotient);
                g.Add(g.Operand(n, 1), g.Builder.Apply(Op.Negate, g.Builder.Multiply(quotient, n)));
            },
            Algebra.Divide);
        yield return Extremum(Op.Min, "V.Min({0}, {1})", "MathF.Min({0}, {1})", "min({0}, {1})", (a, b) => (b, a));
        yield return Extremum(Op.Max, "V.Max({0}, {1})", "MathF.Max({0}, {1})", "max({0}, {1})", (a, b) => (a, b));
        yield return Elementwise(Op.SelectGreater, 2, "V.SelectGreater({0}, {1}, {2}, {3})", "({0} > {1} ? {2} : {3})", "({0} > {1} ? {2} : {3})",
            (g, n, d) =>
            {
                Node a = g.Operand(n, 0), b = g.Operand(n, 1), zero = g.Builder.Constant(0);
                g.Add(g.Operand(n, 2), g.Builder.SelectGreater(a, b, d, zero));
                g.Add(g.Operand(n, 3), g.Builder.SelectGreater(a, b, zero, d));
            });
    }

    /// <summary>The gradient goes to the larger (smaller) operand; at a tie to the second, so that relu has none at zero.</summary>
    static OpInfo Extremum(Op op, string vector, string scalar, string notation, Func<Node, Node, (Node, Node)> greater) =>
        Elementwise(op, 1, vector, scalar, notation, (g, n, d) =>
        {
            Node first = g.Operand(n, 0), second = g.Operand(n, 1), zero = g.Builder.Constant(0);
            (Node large, Node small) = greater(first, second);
            g.Add(first, g.Builder.SelectGreater(large, small, d, zero));
            g.Add(second, g.Builder.SelectGreater(large, small, zero, d));
        });

    static IEnumerable<OpInfo> Reductions()
    {
        yield return new OpInfo(Op.Sum, OpKind.Reduction, _ => Shape.Scalar, Widest, 1, Notation: "Σ({0})",
            Adjoint: (g, n, d) => g.Add(g.Operand(n, 0), d));
        yield return new OpInfo(Op.MaxAcross, OpKind.Reduction, _ => Shape.Scalar, Widest, 1, Notation: "maxᵢ({0})",
            Adjoint: (g, n, d) => AddToLargest(g, n, d, Op.Sum));
    }

    /// <summary>Units, or steps, that tie for the largest share its gradient.</summary>
    static void AddToLargest(Adjoints g, Node n, Node d, Op sum)
    {
        Node x = g.Operand(n, 0);
        Node largest = g.Builder.SelectGreater(n, x, g.Builder.Constant(0), g.Builder.Constant(1));
        g.Add(x, g.Builder.Divide(g.Builder.Multiply(d, largest), g.Builder.Apply(sum, largest)));
    }

    static IEnumerable<OpInfo> Products()
    {
        yield return new OpInfo(Op.MatVec, OpKind.Product, x => Shape.Vector(x[0].Shape.Rows!), Widest, 100, Notation: "{0}·{1}",
            Adjoint: (g, n, d) =>
            {
                g.Add(g.Operand(n, 0), g.Builder.Apply(Op.Outer, d, g.Operand(n, 1)));
                g.Add(g.Operand(n, 1), g.Builder.Apply(Op.MatVecTransposed, g.Operand(n, 0), d));
            },
            Fold: (b, x) => Gathered(b, x, "columns") ?? Untransposed(b, x, Op.MatVecTransposed) ?? OfParameters(b, x, "columns"));
        yield return new OpInfo(Op.MatVecTransposed, OpKind.Product, x => Shape.Vector(x[0].Shape.Columns!), Widest, 100, Notation: "{0}ᵀ·{1}",
            Adjoint: (g, n, d) =>
            {
                g.Add(g.Operand(n, 0), g.Builder.Apply(Op.Outer, g.Operand(n, 1), d));
                g.Add(g.Operand(n, 1), g.Builder.Apply(Op.MatVec, g.Operand(n, 0), d));
            },
            Fold: (b, x) => Gathered(b, x, "rows") ?? Untransposed(b, x, Op.MatVec) ?? OfParameters(b, x, "rows"));
        yield return new OpInfo(Op.Outer, OpKind.Product, x => Shape.Matrix(x[0].Shape.Rows!, x[1].Shape.Rows!), _ => Space.Parameter, 100,
            Notation: "Σ {0} ⊗ {1}");
        yield return new OpInfo(Op.Scatter, OpKind.Product, x => x[0].Shape, _ => Space.Parameter, 10, Notation: "Σ {0} at {1}");
    }

    /// <summary>A matrix times a one-hot vector is one of its columns, or of the transposed one's: a row.</summary>
    static Node? Gathered(GraphBuilder b, Node[] x, string side) => b.KeepsForm || x[1].Op != Op.OneHot ? null
        : b.Shaped(Op.Gather, Shape.Vector(side == "rows" ? x[0].Shape.Columns! : x[0].Shape.Rows!), side, x[0], b.Input(x[1], 0));

    /// <summary>A product with a matrix that is transposed is the other product with the matrix itself.</summary>
    static Node? Untransposed(GraphBuilder b, Node[] x, Op other) => !b.KeepsForm && x[0].Op == Op.Transpose ? b.Apply(other, b.Input(x[0], 0), x[1]) : null;

    /// <summary>
    /// A matrix that is computed, times a vector of parameters: sums over its rows or columns. So no product has to wait in the preparation until a matrix that is made there is packed, and no
    /// outer product behind the last row for another's gradient.
    /// </summary>
    static Node? OfParameters(GraphBuilder b, Node[] x, string over) => b.KeepsForm || x[0].Op == Op.Parameter || x[1].Space != Space.Parameter ? null
        : b.SumOver(b.Multiply(x[0], b.Across(b.Spread(x[1], Shape.Vector(over == "rows" ? x[0].Shape.Rows! : x[0].Shape.Columns!), Space.Parameter), x[0].Shape, over == "rows" ? "columns" : "rows")), over);

    /// <summary>True for what is a part of a matrix's gradient.</summary>
    public static bool IsOuter(Node node) => node.Op is Op.Outer or Op.Scatter;

    /// <summary>True for operations whose shape does not follow from their operands' alone.</summary>
    public static bool HasOwnShape(Op op) => op is Op.Slice or Op.Embed or Op.OneHot or Op.Gather or Op.Scatter or Op.SumOver or Op.Across;

    static IEnumerable<OpInfo> Structure()
    {
        yield return new OpInfo(Op.Concat, OpKind.Structure, x => Shape.Vector(Ir.Dim.Concat(x[0].Shape.Rows!, x[1].Shape.Rows!)), Widest, 1,
            Notation: "[{0}; {1}]",
            Adjoint: (g, n, d) =>
            {
                Node left = g.Operand(n, 0), right = g.Operand(n, 1);
                g.Add(left, g.Builder.Shaped(Op.Slice, left.Shape, "0", d));
                g.Add(right, g.Builder.Shaped(Op.Slice, right.Shape, left.Shape.Rows!.Text, d));
            });
        yield return new OpInfo(Op.Slice, OpKind.Structure, x => x[0].Shape, Widest, 1, Notation: "{0}[…]",
            Adjoint: (g, n, d) => g.Add(g.Operand(n, 0), g.Builder.Shaped(Op.Embed, g.Operand(n, 0).Shape, n.Text, d)));
        yield return new OpInfo(Op.Transpose, OpKind.Structure, x => Shape.Matrix(x[0].Shape.Columns!, x[0].Shape.Rows!), Widest, 1, Notation: "{0}ᵀ",
            Adjoint: (g, n, d) => g.Add(g.Operand(n, 0), g.Builder.Apply(Op.Transpose, d)),
            Fold: (b, x) => x[0].Op == Op.Transpose ? b.Input(x[0], 0) : null);
        yield return new OpInfo(Op.SumOver, OpKind.Structure, x => x[0].Shape, Widest, 1, Notation: "Σ({0})",
            Adjoint: (g, n, d) => g.Add(g.Operand(n, 0), g.Builder.Across(d, g.Operand(n, 0).Shape, n.Text)));
        yield return new OpInfo(Op.Across, OpKind.Structure, x => x[0].Shape, Widest, 1, Notation: "[{0} …]",
            Adjoint: (g, n, d) => g.Add(g.Operand(n, 0), g.Builder.SumOver(d, n.Text)));
        yield return new OpInfo(Op.Gather, OpKind.Structure, x => x[0].Shape, Widest, 10, Notation: "{0}[{1}]",
            Adjoint: (g, n, d) => g.Add(g.Operand(n, 0), g.Builder.Shaped(Op.Scatter, g.Operand(n, 0).Shape, n.Text, d, g.Operand(n, 1))));
        yield return new OpInfo(Op.Embed, OpKind.Structure, x => x[0].Shape, Widest, 1, Notation: "[0; {0}; 0]",
            Adjoint: (g, n, d) => g.Add(g.Operand(n, 0), g.Builder.Shaped(Op.Slice, g.Operand(n, 0).Shape, n.Text, d)));
    }

    static IEnumerable<OpInfo> Time()
    {
        yield return new OpInfo(Op.Shift, OpKind.Time, x => x[1].Shape, _ => Space.Sequence, 1, Notation: "{0}",
            Adjoint: (g, n, d) => g.AddShift(n, d));
        yield return new OpInfo(Op.Final, OpKind.Time, x => x[0].Shape, _ => Space.Batch, 1, Notation: "final({0})");
        yield return new OpInfo(Op.Last, OpKind.Time, x => x[0].Shape, _ => Space.Batch, 1, Notation: "last({0})",
            Adjoint: (g, n, d) => g.AddAtEnd(g.Operand(n, 0), d, last: true));
        yield return new OpInfo(Op.First, OpKind.Time, x => x[0].Shape, _ => Space.Batch, 1, Notation: "first({0})",
            Adjoint: (g, n, d) => g.AddAtEnd(g.Operand(n, 0), d, last: false));
        yield return new OpInfo(Op.PlaceLast, OpKind.Time, x => x[0].Shape, _ => Space.Sequence, 1, Notation: "{0} at the last step",
            Adjoint: (g, n, d) => g.Add(g.Operand(n, 0), g.Builder.Apply(Op.Last, d)));
        yield return new OpInfo(Op.PlaceFirst, OpKind.Time, x => x[0].Shape, _ => Space.Sequence, 1, Notation: "{0} at the first step",
            Adjoint: (g, n, d) => g.Add(g.Operand(n, 0), g.Builder.Apply(Op.First, d)));
        yield return new OpInfo(Op.Reorder, OpKind.Time, x => x[0].Shape, _ => Space.Batch, 1, Notation: "{0}",
            Adjoint: (g, n, d) => g.Add(g.Operand(n, 0), g.Builder.Reorder(d, g.Operand(n, 0).Axis)));
        yield return new OpInfo(Op.SumTime, OpKind.Rows, x => x[0].Shape, _ => Space.Batch, 1, Notation: "Σₜ {0}",
            Adjoint: (g, n, d) => g.Add(g.Operand(n, 0), d));
        yield return new OpInfo(Op.MaxTime, OpKind.Rows, x => x[0].Shape, _ => Space.Batch, 1, Notation: "maxₜ {0}",
            Adjoint: (g, n, d) => AddToLargest(g, n, d, Op.SumTime));
        yield return new OpInfo(Op.SumRows, OpKind.Rows, x => x[0].Shape, _ => Space.Parameter, 1, Notation: "Σ {0}",
            Fold: (b, x) => x[0].Op == Op.SumTime ? b.Apply(Op.SumRows, b.Input(x[0], 0)) : null);
    }

    static IEnumerable<OpInfo> Calls()
    {
        foreach (Op op in new[] { Op.Scan, Op.ScanReversed, Op.Map })
            yield return new OpInfo(op, OpKind.Call, x => x[0].Shape, x => x[0].Space);
    }

    static OpInfo Elementwise(
        Op op, int cost, string vector, string scalar, string notation, Action<Adjoints, Node, Node>? adjoint, Func<GraphBuilder, Node[], Node?>? fold = null) =>
        new(op, OpKind.Elementwise, Broadcast, Widest, cost, vector, scalar, notation, adjoint, fold);

    static Shape Broadcast(Node[] operands)
    {
        Shape shape = Shape.Scalar;
        foreach (Node operand in operands)
            if (!operand.Shape.IsScalar)
            {
                if (!shape.IsScalar && shape != operand.Shape)
                    throw new InvalidOperationException($"Shapes {shape} and {operand.Shape} do not fit.");
                shape = operand.Shape;
            }
        return shape;
    }

    static Space Widest(Node[] operands) => operands.Max(o => o.Space);

    static Node? Evaluate(GraphBuilder builder, Node[] operands, Func<double[], double> function) => Algebra.Evaluate(builder, operands, function);
}
