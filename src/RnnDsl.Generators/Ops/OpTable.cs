using RnnDsl.Generators.Ir;

namespace RnnDsl.Generators.Ops;

/// <summary>The one table of operations: for each operation its shape rule, adjoint, templates, cost and algebra.</summary>
internal static class OpTable
{
    static readonly Dictionary<Op, OpInfo> Table = AllOps().ToDictionary(r => r.Op);

    public static OpInfo Get(Op op) => Table[op];

    /// <summary>
    /// How a node is compiled. For a reduction this depends on what it reduces. An operation on the rows of a matrix is a call if the matrix is made of parameters alone. If each
    /// step or example has a matrix of its own, the operation is a part of the loop over that matrix.
    /// </summary>
    public static OpKind Kind(Node node) => node.Op switch
    {
        Op.Reduce => node.Over switch
        {
            Over.Units => OpKind.Reduction,
            Over.Rows or Over.Columns => node.Domain.IsParameters && !node.IsMax ? OpKind.Structure : OpKind.Reduction,
            _ => OpKind.RowReduction,
        },
        Op.Across when !node.Domain.IsParameters => OpKind.Elementwise,
        _ => Table[node.Op].Kind,
    };

    /// <summary>The form of an equation in the comments of generated code.</summary>
    public static string? Notation(Node node) => node.Op switch
    {
        Op.Product => node.Over switch { Over.Columns => "{0}·{1}", Over.Rows => "{0}ᵀ·{1}", Over.Steps => "Σₜ {0} ⊗ {1}", _ => "Σ {0} ⊗ {1}" },
        Op.Reduce => (node.Over, node.IsMax) switch
        {
            (Over.Units, true) => "maxᵢ({0})",
            (Over.Steps, true) => "maxₜ {0}",
            (Over.Steps, false) => "Σₜ {0}",
            (Over.Domain, _) => "Σ {0}",
            _ => "Σ({0})",
        },
        _ => Table[node.Op].Notation,
    };

    public static IEnumerable<OpInfo> All => Table.Values;

    static IEnumerable<OpInfo> AllOps() =>
        Leaves().Concat(Unary()).Concat(Binary()).Concat(Reductions()).Concat(Products()).Concat(Structure()).Concat(Time()).Concat(WholeSequences()).Concat(Calls());

    static IEnumerable<OpInfo> Leaves()
    {
        foreach (Op op in new[]
            {
                Op.Input, Op.Parameter, Op.Constant, Op.State, Op.InitialState, Op.Size, Op.Length, Op.ExampleWeight, Op.OutputGradient,
            })
            yield return new OpInfo(op, OpKind.Leaf, (_, _) => Shape.Scalar, (_, _) => Domain.Parameters);
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
        yield return Elementwise(Op.Broadcast, 0, "{0}", "{0}", "{0}", (g, n, d) => g.Add(g.Operand(n, 0), d));
        yield return Elementwise(Op.OneHot, 1, "V.Unit({0}, j)", "", "onehot({0})", null);
        yield return Elementwise(Op.StopGradient, 0, "{0}", "{0}", "stop({0})", null);
        // Never of vectors of parameters alone, because every example has a mask of its own. The gradient goes through the same mask, which is recomputed from its number. A
        // matrix has one mask for each training step. The dropped values are ones that multiply the matrix, so that no gradient goes through the dropout.
        yield return Elementwise(Op.Dropout, 6, "V.Drop({0}, {1}, j, {2}) * {3}", "{0}", "dropout({0})",
            (g, n, d) => g.Add(g.Operand(n, 0), g.Builder.Shaped(Op.Dropout, d.Shape, n.Argument, d))) with
        {
            Domain = (x, _) => x[0].Domain.IsParameters && !x[0].Shape.IsMatrix ? Domain.Examples() : x[0].Domain,
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
        yield return Extremum(Op.Min, "VectorMath.Min({0}, {1})", "MathF.Min({0}, {1})", "min({0}, {1})", (a, b) => (b, a));
        yield return Extremum(Op.Max, "VectorMath.Max({0}, {1})", "MathF.Max({0}, {1})", "max({0}, {1})", (a, b) => (a, b));
        yield return Elementwise(Op.SelectGreater, 2, "V.SelectGreater({0}, {1}, {2}, {3})", "({0} > {1} ? {2} : {3})", "({0} > {1} ? {2} : {3})",
            (g, n, d) =>
            {
                Node a = g.Operand(n, 0), b = g.Operand(n, 1), zero = g.Builder.Constant(0);
                g.Add(g.Operand(n, 2), g.Builder.SelectGreater(a, b, d, zero));
                g.Add(g.Operand(n, 3), g.Builder.SelectGreater(a, b, zero, d));
            });
    }

    /// <summary>The gradient goes to the larger (smaller) operand. At a tie it goes to the second one, so that relu has none at zero.</summary>
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
        yield return new OpInfo(Op.Reduce, OpKind.Reduction,
            (x, a) => ((Argument.Reduction)a).Over switch
            {
                Over.Units => Shape.Scalar,
                Over.Rows => Shape.Vector(x[0].Shape.Columns!),
                Over.Columns => Shape.Vector(x[0].Shape.Rows!),
                _ => x[0].Shape,
            },
            (x, a) => ((Argument.Reduction)a).Over switch { Over.Steps => Domain.Examples(x[0].Axis), Over.Domain => Domain.Parameters, _ => x[0].Domain },
            1,
            Adjoint: (g, n, d) =>
            {
                if (n.IsMax)
                    AddToLargest(g, n, d);
                else
                    g.Add(g.Operand(n, 0), n.Over is Over.Rows or Over.Columns ? g.Builder.Across(d, g.Operand(n, 0).Shape, n.Over) : d);
            },
            Fold: (b, x, a) => ((Argument.Reduction)a).Over == Over.Domain && x[0].Sums(Over.Steps) ? b.Sum(b.Input(x[0], 0), Over.Domain) : null);
    }

    /// <summary>Units, steps or entries that tie for the maximum share its gradient.</summary>
    static void AddToLargest(Adjoints g, Node n, Node d)
    {
        Node x = g.Operand(n, 0);
        Node largest = g.Builder.SelectGreater(Like(n), x, g.Builder.Constant(0), g.Builder.Constant(1));
        g.Add(x, g.Builder.Multiply(Like(g.Builder.Divide(d, g.Builder.Sum(largest, n.Over))), largest));

        Node Like(Node value) => n.ReducesSide ? g.Builder.Across(value, x.Shape, n.Over) : value;
    }

    static IEnumerable<OpInfo> Products()
    {
        yield return new OpInfo(Op.Product, OpKind.Product,
            (x, a) => Contracted(a) switch
            {
                Over.Columns => Shape.Vector(x[0].Shape.Rows!),
                Over.Rows => Shape.Vector(x[0].Shape.Columns!),
                _ => Shape.Matrix(x[0].Shape.Rows!, x[1].Shape.Rows!),
            },
            (x, a) => Contracted(a) switch { Over.Domain => Domain.Parameters, Over.Steps => Domain.Examples(x[0].Axis), _ => Domain.Join(x) }, 100,
            // The gradient of each operand is the product of the result's gradient with the other operand. It is summed over what the operand does not vary over: the domain, or a
            // side of the result.
            Adjoint: (g, n, d) =>
            {
                Node matrix = g.Operand(n, 0), vector = g.Operand(n, 1);
                bool columns = n.Over == Over.Columns;
                g.Add(matrix, columns ? g.Builder.Product(d, vector, Over.Domain) : g.Builder.Product(vector, d, Over.Domain));
                g.Add(vector, g.Builder.Product(matrix, d, columns ? Over.Rows : Over.Columns));
            },
            Fold: (b, x, a) => b.KeepsForm || Contracted(a) is Over.Domain or Over.Steps ? null
                : Gathered(b, x, Contracted(a)) ?? Untransposed(b, x, Contracted(a)) ?? AsSum(b, x, Contracted(a)));
        yield return new OpInfo(Op.Gather, OpKind.Structure,
            (x, a) => Shape.Vector(Contracted(a) == Over.Rows ? x[0].Shape.Columns! : x[0].Shape.Rows!), Join, 10, Notation: "{0}[{1}]",
            Adjoint: (g, n, d) => g.Add(g.Operand(n, 0), g.Builder.Shaped(Op.Scatter, g.Operand(n, 0).Shape, n.Argument, d, g.Operand(n, 1))));
        yield return new OpInfo(Op.Scatter, OpKind.Product, Same, (_, _) => Domain.Parameters, 10, Notation: "Σ {0} at {1}");
    }

    static Over Contracted(Argument argument) => ((Argument.Side)argument).Over;

    /// <summary>A matrix times a one-hot vector is one of its columns; for the transpose it is a row.</summary>
    static Node? Gathered(GraphBuilder b, Node[] x, Over over) =>
        x[1].Op == Op.OneHot && x[0].Domain.IsParameters ? b.Apply(Op.Gather, new Argument.Side(over), x[0], b.Input(x[1], 0)) : null;

    /// <summary>A product with a transposed matrix is the other kind of product with the matrix itself.</summary>
    static Node? Untransposed(GraphBuilder b, Node[] x, Over over) =>
        x[0].Op == Op.Transpose ? b.Product(b.Input(x[0], 0), x[1], over == Over.Rows ? Over.Columns : Over.Rows) : null;

    /// <summary>
    /// Products as sums over the rows or columns of a matrix. A matrix that each step or example has for itself is then multiplied in the loop that makes it. If a matrix is
    /// computed from parameters and multiplied by a vector of parameters, the product need not wait in the preparation until the matrix is packed, and no outer product after the
    /// last row is needed for its gradient.
    /// </summary>
    static Node? AsSum(GraphBuilder b, Node[] x, Over over)
    {
        if (x[0].Domain.IsParameters && (x[0].Op == Op.Parameter || !x[1].Domain.IsParameters))
            return null;
        if (!x[0].Domain.IsParameters && OfParts(b, x, over) is { } parts)
            return parts;
        Node vector = b.Broadcast(x[1], Shape.Vector(over == Over.Rows ? x[0].Shape.Rows! : x[0].Shape.Columns!), x[1].Domain);
        return b.Sum(b.Multiply(x[0], b.Across(vector, x[0].Shape, over == Over.Rows ? Over.Columns : Over.Rows)), over);
    }

    /// <summary>
    /// Splits a product whose matrix is a matrix of parameters that is scaled, by a number, by rows or by columns, or added to another matrix. The result uses a product with the
    /// matrix of parameters itself, which is packed once.
    /// </summary>
    static Node? OfParts(GraphBuilder b, Node[] x, Over over)
    {
        if (x[0].Op is not (Op.Multiply or Op.Divide or Op.Add or Op.Subtract))
            return null;
        Node left = b.Input(x[0], 0), right = b.Input(x[0], 1);
        if (!(left.Domain.IsParameters && left.Shape.IsMatrix) && !(right.Domain.IsParameters && right.Shape.IsMatrix && x[0].Op != Op.Divide))
            return null;
        if (x[0].Op is Op.Add or Op.Subtract)
            return left.Shape.IsMatrix && right.Shape.IsMatrix ? b.Apply(x[0].Op, b.Product(left, x[1], over), b.Product(right, x[1], over)) : null;
        (Node matrix, Node scale) = left.Domain.IsParameters && left.Shape.IsMatrix ? (left, right) : (right, left);
        if (scale.Shape.IsScalar)
            return b.Apply(x[0].Op, b.Product(matrix, x[1], over), scale);
        if (x[0].Op == Op.Divide || scale.Op != Op.Across)
            return null;
        Node vector = b.Input(scale, 0);
        // A vector that stands in each column scales the rows, which are the result of a product over columns.
        return (scale.Over == Over.Columns) == (over == Over.Columns) ? b.Multiply(b.Product(matrix, x[1], over), vector) : b.Product(matrix, b.Multiply(x[1], vector), over);
    }

    /// <summary>True for a part of a matrix's gradient.</summary>
    public static bool IsOuter(Node node) => node.Op == Op.Scatter || (node.Op == Op.Product && node.Over == Over.Domain);

    /// <summary>True for a sum over rows, which is complete only when its stage has ended.</summary>
    public static bool IsCompleteAtEnd(Node node) => Kind(node) == OpKind.RowReduction || node.IsSumOfSteps;

    /// <summary>True for a sequence that is written example by example, from one value of each.</summary>
    public static bool IsWrittenByExample(Op op) => op is Op.AtLastStep or Op.AtFirstStep or Op.Unfold;

    /// <summary>True for operations whose shape does not follow from their operands alone.</summary>
    public static bool HasOwnShape(Op op) => op is Op.Slice or Op.Pad or Op.OneHot or Op.Scatter or Op.Across;

    static IEnumerable<OpInfo> Structure()
    {
        yield return new OpInfo(Op.Concat, OpKind.Structure, (x, _) => Shape.Vector(Ir.Dim.Concat(x[0].Shape.Rows!, x[1].Shape.Rows!)), Join, 1,
            Notation: "[{0}; {1}]",
            Adjoint: (g, n, d) =>
            {
                Node left = g.Operand(n, 0), right = g.Operand(n, 1);
                g.Add(left, g.Builder.Shaped(Op.Slice, left.Shape, new Argument.Offset(null, 0), d));
                g.Add(right, g.Builder.Shaped(Op.Slice, right.Shape, new Argument.Offset(left.Shape.Rows!, 0), d));
            });
        yield return new OpInfo(Op.Slice, OpKind.Structure, Same, Join, 1, Notation: "{0}[…]",
            Adjoint: (g, n, d) => g.Add(g.Operand(n, 0), g.Builder.Shaped(Op.Pad, g.Operand(n, 0).Shape, n.Argument, d)));
        yield return new OpInfo(Op.Pad, OpKind.Structure, Same, Join, 1, Notation: "[0; {0}; 0]",
            Adjoint: (g, n, d) => g.Add(g.Operand(n, 0), g.Builder.Shaped(Op.Slice, g.Operand(n, 0).Shape, n.Argument, d)));
        yield return new OpInfo(Op.Transpose, OpKind.Structure, (x, _) => Shape.Matrix(x[0].Shape.Columns!, x[0].Shape.Rows!), Join, 1, Notation: "{0}ᵀ",
            Adjoint: (g, n, d) => g.Add(g.Operand(n, 0), g.Builder.Apply(Op.Transpose, d)),
            Fold: (b, x, _) => x[0].Op == Op.Transpose ? b.Input(x[0], 0) : null);
        yield return new OpInfo(Op.MatMul, OpKind.Structure, (x, _) => Shape.Matrix(x[0].Shape.Rows!, x[1].Shape.Columns!), Join, 100, Notation: "{0}·{1}",
            Adjoint: (g, n, d) =>
            {
                Node left = g.Operand(n, 0), right = g.Operand(n, 1);
                g.Add(left, g.Builder.Apply(Op.MatMul, d, g.Builder.Apply(Op.Transpose, right)));
                g.Add(right, g.Builder.Apply(Op.MatMul, g.Builder.Apply(Op.Transpose, left), d));
            });
        yield return new OpInfo(Op.Across, OpKind.Structure, Same, Join, 1, Notation: "[{0} …]",
            Adjoint: (g, n, d) => g.Add(g.Operand(n, 0), g.Builder.Sum(d, n.Over)));
    }

    static IEnumerable<OpInfo> Time()
    {
        yield return new OpInfo(Op.Shift, OpKind.Time, (x, _) => x[1].Shape, Steps, 1, Notation: "{0}",
            Adjoint: (g, n, d) => g.AddShift(n, d));
        yield return new OpInfo(Op.Final, OpKind.Time, Same, Examples, 1, Notation: "final({0})");
        yield return new OpInfo(Op.Last, OpKind.Time, Same, Examples, 1, Notation: "last({0})",
            Adjoint: (g, n, d) => g.AddAtEnd(g.Operand(n, 0), d, last: true));
        yield return new OpInfo(Op.First, OpKind.Time, Same, Examples, 1, Notation: "first({0})",
            Adjoint: (g, n, d) => g.AddAtEnd(g.Operand(n, 0), d, last: false));
        yield return new OpInfo(Op.AtLastStep, OpKind.Time, Same, Steps, 1, Notation: "{0} at the last step",
            Adjoint: (g, n, d) => g.Add(g.Operand(n, 0), g.Builder.Apply(Op.Last, d)));
        yield return new OpInfo(Op.AtFirstStep, OpKind.Time, Same, Steps, 1, Notation: "{0} at the first step",
            Adjoint: (g, n, d) => g.Add(g.Operand(n, 0), g.Builder.Apply(Op.First, d)));
        yield return new OpInfo(Op.Every, OpKind.Time, Same, Steps, 1, Notation: "every({0})",
            Adjoint: (g, n, d) => g.Add(g.Operand(n, 0), g.Builder.InsertZeros(d, n.Stride with { Axis = n.Axis }, g.Operand(n, 0).Domain)));
        yield return new OpInfo(Op.InsertZeros, OpKind.Time, Same, Steps, 1, Notation: "{0} between zeros",
            Adjoint: (g, n, d) => g.Add(g.Operand(n, 0), g.Builder.Every(d, n.Stride.Steps, g.Operand(n, 0).Domain)));
        // From one order of examples to another, or between the steps of an axis and the sequences of an axis within it.
        yield return new OpInfo(Op.Reorder, OpKind.Time, Same, (x, _) => x[0].Domain.IsNested && x[0].Domain.IsExamples ? Domain.Steps(x[0].Domain.OuterAxis) : Domain.Examples(x[0].Axis), 1, Notation: "{0}",
            Adjoint: (g, n, d) => g.Add(g.Operand(n, 0), n.Domain.IsSteps ? g.Builder.Nest(d, g.Operand(n, 0).Axis)
                : g.Operand(n, 0).Domain.IsSteps ? g.Builder.Unnest(d) : g.Builder.Reorder(d, g.Operand(n, 0).Axis)));
    }

    static IEnumerable<OpInfo> WholeSequences()
    {
        yield return new OpInfo(Op.Whole, OpKind.Time, (x, _) => x[0].Shape.IsScalar ? Shape.Vector(Ir.Dim.Steps(x[0].Axis)) : Shape.Matrix(Ir.Dim.Steps(x[0].Axis), x[0].Shape.Rows!), Examples, 1,
            Notation: "{0}",
            Adjoint: (g, n, d) => g.Add(g.Operand(n, 0), g.Builder.Apply(Op.Unfold, d)),
            Fold: (b, x, _) => x[0].Op == Op.Unfold ? b.Input(x[0], 0) : null);
        yield return new OpInfo(Op.Delay, OpKind.Structure, Same, Join, 1, Notation: "{0}",
            Adjoint: (g, n, d) =>
            {
                GraphBuilder b = g.Builder;
                g.Add(g.Operand(n, 0), b.Delay(d, b.Constant(0), !n.IsForward));
                // The gradient of the value that fills the free end.
                g.Add(g.Operand(n, 1), b.Multiply(d, b.AtEnd(n.Shape, last: !n.IsForward)));
            });
        yield return new OpInfo(Op.Unfold, OpKind.Time, (x, _) => x[0].Shape.OfStep, (x, _) => Domain.Steps(x[0].Shape.Rows!.Axis), 1, Notation: "{0}");
    }

    static IEnumerable<OpInfo> Calls()
    {
        foreach (Op op in new[] { Op.Scan, Op.ScanReversed, Op.Map })
            yield return new OpInfo(op, OpKind.Call, Same, (x, _) => x[0].Domain);
        yield return new OpInfo(Op.End, OpKind.Call, Same, Examples);
    }

    static OpInfo Elementwise(
        Op op, int cost, string vector, string scalar, string notation, Action<Adjoints, Node, Node>? adjoint, Func<GraphBuilder, Node[], Node?>? fold = null) =>
        new(op, OpKind.Elementwise, BroadcastShape, Join, cost, vector, scalar, notation, adjoint, fold is null ? null : (b, x, _) => fold(b, x));

    static Shape BroadcastShape(Node[] operands, Argument argument)
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

    static Shape Same(Node[] operands, Argument argument) => operands[0].Shape;

    static Domain Join(Node[] operands, Argument argument) => Domain.Join(operands);

    static Domain Steps(Node[] operands, Argument argument) => Domain.Steps(operands[0].Axis);

    static Domain Examples(Node[] operands, Argument argument) => Domain.Examples(operands[0].Axis);

    static Node? Evaluate(GraphBuilder builder, Node[] operands, Func<double[], double> function) => Algebra.Evaluate(builder, operands, function);
}
