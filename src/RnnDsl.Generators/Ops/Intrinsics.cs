using RnnDsl.Generators.Ir;

namespace RnnDsl.Generators.Ops;

/// <summary>How an intrinsic's arguments must fit together.</summary>
internal enum ArgumentRule
{
    /// <summary>Any shape. All vectors have the same dimension, and all matrices the same shape; scalars are broadcast.</summary>
    Elementwise,
    /// <summary>Vectors, or sequences of them, all of one dimension.</summary>
    SameVectors,
    /// <summary>Vectors of any dimensions.</summary>
    Vectors,
    /// <summary>One sequence.</summary>
    Sequence,
    /// <summary>A prediction and a target of the same shape and domain.</summary>
    Loss,
    /// <summary>A sequence, and a vector or scalar of the shape of its steps.</summary>
    SequenceAndStep,
    /// <summary>A vector, or a sequence of vectors, or a matrix.</summary>
    VectorOrMatrix,
    /// <summary>Matrices, all of one shape.</summary>
    Matrix,
    /// <summary>A vector, a sequence of such vectors, and another sequence.</summary>
    Attention,
    /// <summary>A matrix, and a vector that has a unit for each of its rows.</summary>
    MatrixAndRows,
    /// <summary>A matrix, and a vector that has a unit for each of its columns.</summary>
    MatrixAndColumns,
}

/// <summary>A function of <c>RnnDsl.Ops</c>: its arguments, and the nodes that it stands for.</summary>
/// <param name="Name">Name in C#.</param>
/// <param name="Values">The number of arguments that are values; the rest are constants.</param>
/// <param name="Defaults">The values of omitted constants, in order.</param>
/// <param name="Rule">How the arguments must fit together.</param>
/// <param name="Build">Makes the nodes.</param>
/// <param name="Refuse">The reason why it cannot be computed with these constants, or null.</param>
/// <param name="Target">The requirement on its second value if that is an input: a TargetKind of the runtime, or null.</param>
internal sealed record Intrinsic(
    string Name, int Values, double[] Defaults, ArgumentRule Rule, Func<GraphBuilder, Node[], double[], Node> Build, Func<double[], string?>? Refuse = null,
    string? Target = null)
{
    /// <summary>Whether its result is a sequence of another length. Only models may use it, since a cell sees one step.</summary>
    public bool ChangesLength { get; init; }

    /// <summary>For a loss over one-hot targets: whether its mean goes over the steps with a label.</summary>
    public bool CountsLabels { get; init; }
}

/// <summary>The functions that equations may call.</summary>
internal static class Intrinsics
{
    static readonly Dictionary<(string, int), Intrinsic> Table = All().ToDictionary(i => (i.Name, i.Values));

    /// <summary>The intrinsic with that name and that number of values.</summary>
    public static Intrinsic? Find(string name, int values) => Table.TryGetValue((name, values), out Intrinsic? found) ? found : null;

    public static IEnumerable<Intrinsic> Everything => Table.Values;

    static IEnumerable<Intrinsic> All()
    {
        yield return Simple("Sigmoid", Op.Sigmoid);
        yield return Simple("Tanh", Op.Tanh);
        yield return Simple("Exp", Op.Exp);
        yield return Simple("Log", Op.Log);
        yield return Simple("Sqrt", Op.Sqrt);
        yield return Simple("Abs", Op.Abs);
        yield return Simple("Softplus", Op.Softplus);
        yield return Simple("Sin", Op.Sin);
        yield return Simple("Cos", Op.Cos);
        yield return Simple("Floor", Op.Floor);
        yield return new Intrinsic("Mod", 2, [], ArgumentRule.Elementwise, (b, x, _) => Mod(b, x[0], x[1]));
        yield return Function("LogSigmoid", (b, x, _) => Algebra.LogSigmoid(b, x));
        yield return Simple("StopGradient", Op.StopGradient);
        yield return Function("Square", (b, x, _) => b.Multiply(x, x));
        yield return Function("Relu", (b, x, _) => b.Apply(Op.Max, x, b.Constant(0)));
        yield return Function("LeakyRelu", (b, x, c) => b.SelectGreater(x, b.Constant(0), x, b.Multiply(b.Constant(c[0]), x)), 0.01);
        // exp of the negative part only: if the branch that is not taken overflowed, its gradient would be 0·∞. At zero the derivative is alpha: the second operand of a tie has the gradient.
        yield return Function("Elu", (b, x, c) => b.SelectGreater(x, b.Constant(0), x,
            b.Multiply(b.Constant(c[0]), b.Subtract(b.Apply(Op.Exp, b.Apply(Op.Min, b.Constant(0), x)), b.Constant(1)))), 1);
        yield return Function("Gelu", Gelu);
        yield return Function("Silu", (b, x, _) => b.Multiply(x, b.Apply(Op.Sigmoid, x)));
        yield return Function("Clip", (b, x, c) => b.Apply(Op.Min, b.Apply(Op.Max, x, b.Constant(c[0])), b.Constant(c[1])), double.NaN, double.NaN) with
        {
            Refuse = c => c[0] <= c[1] ? null : "'low' must not be above 'high'",
        };
        yield return new Intrinsic("Where", 3, [], ArgumentRule.Elementwise, (b, x, _) => Where(b, x[0], x[1], x[2]));
        yield return new Intrinsic("Min", 2, [], ArgumentRule.Elementwise, (b, x, _) => b.Apply(Op.Min, x[0], x[1]));
        yield return new Intrinsic("Max", 2, [], ArgumentRule.Elementwise, (b, x, _) => b.Apply(Op.Max, x[0], x[1]));

        yield return new Intrinsic("Sum", 1, [], ArgumentRule.VectorOrMatrix, (b, x, _) => b.Sum(x[0], Over.Units));
        yield return new Intrinsic("Max", 1, [], ArgumentRule.VectorOrMatrix, (b, x, _) => b.Reduce(x[0], Over.Units, Monoid.Max));
        yield return new Intrinsic("Hadamard", 2, [], ArgumentRule.Matrix, (b, x, _) => b.Multiply(x[0], x[1]));
        yield return new Intrinsic("SumOverColumns", 1, [], ArgumentRule.Matrix, (b, x, _) => b.Sum(x[0], Over.Columns));
        yield return new Intrinsic("SumOverRows", 1, [], ArgumentRule.Matrix, (b, x, _) => b.Sum(x[0], Over.Rows));
        foreach ((string side, Over over) in new[] { ("Columns", Over.Columns), ("Rows", Over.Rows) })
        {
            yield return new Intrinsic("MaxOver" + side, 1, [], ArgumentRule.Matrix, (b, x, _) => b.Reduce(x[0], over, Monoid.Max));
            yield return new Intrinsic("LogSumExpOver" + side, 1, [], ArgumentRule.Matrix, (b, x, _) => LogSumExpOverSide(b, x[0], over));
        }
        yield return new Intrinsic("Outer", 2, [], ArgumentRule.Vectors, (b, x, _) => Outer(b, Op.Multiply, x[0], x[1]));
        yield return new Intrinsic("OuterSum", 2, [], ArgumentRule.Vectors, (b, x, _) => Outer(b, Op.Add, x[0], x[1]));
        yield return new Intrinsic("ScaleRows", 2, [], ArgumentRule.MatrixAndRows, (b, x, _) => b.Multiply(x[0], b.Across(x[1], x[0].Shape, Over.Columns)));
        yield return new Intrinsic("ScaleColumns", 2, [], ArgumentRule.MatrixAndColumns, (b, x, _) => b.Multiply(x[0], b.Across(x[1], x[0].Shape, Over.Rows)));
        yield return new Intrinsic("Dot", 2, [], ArgumentRule.SameVectors, (b, x, _) => b.Sum(b.Multiply(x[0], x[1]), Over.Units));
        yield return new Intrinsic("Attend", 3, [], ArgumentRule.Attention,
            (b, x, _) => b.Sum(b.Multiply(Softmax(b, b.Sum(b.Multiply(x[1], x[0]), Over.Units), Over.Steps), x[2]), Over.Steps));
        yield return new Intrinsic("LogSumExp", 1, [], ArgumentRule.SameVectors, (b, x, _) => LogSumExp(b, x[0], Over.Units));
        // The second name is the older one.
        foreach (string name in new[] { "Normalize", "Normalise" })
            yield return new Intrinsic(name, 1, [1e-5], ArgumentRule.SameVectors, (b, x, c) => Normalize(b, x[0], c[0]),
                c => c[0] >= 0 ? null : "'epsilon' must not be negative");
        // For a matrix, ones are dropped, so that its mask is made once and read again by the gradient.
        yield return Dropout("Dropout", ArgumentRule.VectorOrMatrix, (b, x) => x.Shape.IsMatrix ? b.Broadcast(b.Constant(1), x.Shape, Domain.Parameters) : x);
        yield return Dropout("VariationalDropout", ArgumentRule.SameVectors, (b, x) => b.Broadcast(b.Constant(1), x.Shape, Domain.Examples()));
        yield return new Intrinsic("Softmax", 1, [], ArgumentRule.SameVectors, (b, x, _) => Softmax(b, x[0], Over.Units));
        yield return new Intrinsic("LogSoftmax", 1, [], ArgumentRule.SameVectors, (b, x, _) => LogSoftmax(b, x[0]));
        yield return new Intrinsic("Concat", 2, [], ArgumentRule.Vectors, (b, x, _) => b.Apply(Op.Concat, x[0], x[1]));
        yield return new Intrinsic("Left", 1, [], ArgumentRule.Vectors, (b, x, _) => b.Shaped(Op.Slice, Shape.Vector(x[0].Shape.OfStep.Rows!.Left!), new Argument.Offset(null, 0), x[0]));
        yield return new Intrinsic("Right", 1, [], ArgumentRule.Vectors,
            (b, x, _) => b.Shaped(Op.Slice, Shape.Vector(x[0].Shape.OfStep.Rows!.Right!), new Argument.Offset(x[0].Shape.OfStep.Rows!.Left!, 0), x[0]));

        yield return new Intrinsic("Last", 1, [], ArgumentRule.Sequence, (b, x, _) => b.Apply(Op.Last, x[0]));
        yield return new Intrinsic("First", 1, [], ArgumentRule.Sequence, (b, x, _) => b.Apply(Op.First, x[0]));
        yield return new Intrinsic("SumOverSteps", 1, [], ArgumentRule.Sequence, (b, x, _) => b.Sum(x[0], Over.Steps));
        yield return new Intrinsic("MeanOverSteps", 1, [], ArgumentRule.Sequence, (b, x, _) => MeanTime(b, x[0]));
        yield return new Intrinsic("MaxOverSteps", 1, [], ArgumentRule.Sequence, (b, x, _) => b.Reduce(x[0], Over.Steps, Monoid.Max));
        yield return new Intrinsic("SoftmaxOverSteps", 1, [], ArgumentRule.Sequence, (b, x, _) => Softmax(b, x[0], Over.Steps));
        yield return new Intrinsic("LogSumExpOverSteps", 1, [], ArgumentRule.Sequence, (b, x, _) => LogSumExp(b, x[0], Over.Steps));
        yield return Neighbor("Previous", forward: true);
        yield return NeighborFrom("Previous", forward: true);
        yield return Neighbor("Next", forward: false);
        yield return NeighborFrom("Next", forward: false);
        yield return new Intrinsic("Every", 1, [double.NaN], ArgumentRule.Sequence, (b, x, c) => b.Every(x[0], (int)c[0]), c => c[0] is >= 1 and <= int.MaxValue ? null : "'steps' must be 1 or more")
        {
            ChangesLength = true,
        };
        yield return new Intrinsic("JoinPairs", 1, [], ArgumentRule.Sequence, (b, x, _) => b.Apply(Op.Concat, b.Every(x[0], 2), b.Every(Neighbor(b, x[0], b.Constant(0), forward: false), 2)))
        {
            ChangesLength = true,
        };
        // The mean of a vector's units, or of a sequence over time. C# distinguishes them by type, the graph by domain.
        yield return new Intrinsic("Mean", 1, [], ArgumentRule.VectorOrMatrix, (b, x, _) => x[0].IsSequence ? MeanTime(b, x[0]) : MeanUnits(b, x[0]));

        yield return Loss("MeanSquaredError", (b, p, y, _) => Square(b, b.Subtract(p, y)), mean: true);
        yield return Loss("MeanAbsoluteError", (b, p, y, _) => b.Apply(Op.Abs, b.Subtract(p, y)), mean: true);
        yield return Loss("Huber", Huber, mean: true, 1) with { Refuse = c => c[0] > 0 ? null : "'delta' must be above zero" };
        yield return Loss("CrossEntropy", (b, p, y, _) => b.Apply(Op.Negate, b.Multiply(y, LogSoftmax(b, p))), mean: false) with { Target = "Distribution", CountsLabels = true };
        yield return Loss("BinaryCrossEntropy", (b, p, y, _) => b.Subtract(b.Apply(Op.Softplus, p), b.Multiply(p, y)), mean: true) with { Target = "Probabilities" };
    }

    /// <summary>The matrix of all pairs of units: the row selects the unit of one vector, the column that of the other.</summary>
    static Node Outer(GraphBuilder b, Op op, Node rows, Node columns)
    {
        Shape shape = Shape.Matrix(rows.Shape.Rows!, columns.Shape.Rows!);
        return b.Apply(op, b.Across(rows, shape, Over.Columns), b.Across(columns, shape, Over.Rows));
    }

    static Node LogSumExpOverSide(GraphBuilder b, Node x, Over over)
    {
        Node largest = Largest(b, x, over);
        return b.Add(largest, b.Apply(Op.Log, b.Sum(b.Apply(Op.Exp, b.Subtract(x, b.Across(largest, x.Shape, over))), over)));
    }

    /// <summary>The nodes for <c>a &gt; b</c>, which Where takes apart: 1 where it holds, 0 elsewhere. For <c>a &lt;= b</c> they are exchanged.</summary>
    public static Node Compare(GraphBuilder b, Node greater, Node smaller, bool negated) =>
        b.SelectGreater(greater, smaller, b.Constant(negated ? 0 : 1), b.Constant(negated ? 1 : 0));

    static Node Where(GraphBuilder b, Node compared, Node x, Node y)
    {
        bool isWhole = compared.Op == Op.Whole;
        compared = isWhole ? b.Input(compared, 0) : compared;
        if (compared.Op != Op.SelectGreater || b.Input(compared, 2).Op != Op.Constant)
            return x;       // The placeholder after a mistake, such as a choice in place of a comparison.
        bool negated = b.Input(compared, 2).Number == 0;
        return b.SelectGreater(Side(0), Side(1), negated ? y : x, negated ? x : y);

        // A comparison of whole sequences only was made on their steps.
        Node Side(int i) => b.Input(compared, i) is var side && isWhole && side.Domain.IsSteps ? b.Whole(side) : side;
    }

    /// <summary>The mean over the units of a vector or the entries of a matrix. A scalar is its own mean.</summary>
    public static Node MeanUnits(GraphBuilder b, Node x) => x.Shape.OfStep.IsScalar ? x
        : b.Divide(b.Sum(x, Over.Units), x.Shape.OfStep.IsMatrix ? b.Multiply(b.Size(x.Shape.Rows!), b.Size(x.Shape.Columns!)) : b.Size(x.Shape.OfStep.Rows!));

    static Node MeanTime(GraphBuilder b, Node x) => b.Divide(b.Sum(x, Over.Steps), b.Leaf(Op.Length, Shape.Scalar, Domain.Examples(GraphBuilder.AxisOf(x))));

    /// <summary>The mean over the steps that have a label; 0 if none has one.</summary>
    static Node MeanOfLabeled(GraphBuilder b, Node x, Node label)
    {
        Node counts = b.SelectGreater(b.Input(label, 0), b.Constant(-0.5), b.Constant(1), b.Constant(0));
        return b.Divide(b.Sum(x, Over.Steps), b.Apply(Op.Max, b.Sum(counts, Over.Steps), b.Constant(1)));
    }

    /// <summary>a − b·⌊a / b⌋. Where the rounded quotient comes to the next whole number, or just fails to, one b more or less brings the rest back into its range.</summary>
    static Node Mod(GraphBuilder b, Node x, Node y)
    {
        Node rest = b.Subtract(x, b.Multiply(y, b.Apply(Op.Floor, b.Divide(x, y))));
        rest = b.SelectGreater(b.Constant(0), b.Multiply(rest, y), b.Add(rest, y), rest);
        return b.SelectGreater(b.Apply(Op.Abs, y), b.Apply(Op.Abs, rest), rest, b.Subtract(rest, y));
    }

    static Node Square(GraphBuilder b, Node x) => b.Multiply(x, x);

    /// <summary>Hendrycks &amp; Gimpel 2016, the form with tanh.</summary>
    static Node Gelu(GraphBuilder b, Node x, double[] _)
    {
        Node cube = b.Multiply(b.Multiply(x, x), x);
        Node inner = b.Multiply(b.Constant(Math.Sqrt(2 / Math.PI)), b.Add(x, b.Multiply(b.Constant(0.044715), cube)));
        return b.Multiply(b.Multiply(b.Constant(0.5), x), b.Add(b.Constant(1), b.Apply(Op.Tanh, inner)));
    }

    static Node Normalize(GraphBuilder b, Node x, double epsilon)
    {
        Node centered = b.Subtract(x, MeanUnits(b, x));
        Node variance = MeanUnits(b, Square(b, centered));
        return b.Divide(centered, b.Apply(Op.Sqrt, b.Add(variance, b.Constant(epsilon))));
    }

    /// <summary>Shifted by the largest unit. The shift does not change the result, so no gradient has to flow through it.</summary>
    static Node Shifted(GraphBuilder b, Node x, Over over) => b.Subtract(x, Largest(b, x, over));

    static Node Largest(GraphBuilder b, Node x, Over over) => b.Apply(Op.StopGradient, b.Reduce(x, over, Monoid.Max));

        static Node Softmax(GraphBuilder b, Node x, Over over)
    {
        Node exponentials = b.Apply(Op.Exp, Shifted(b, x, over));
        return b.Divide(exponentials, b.Sum(exponentials, over));
    }

    static Node LogSumExp(GraphBuilder b, Node x, Over over) =>
        b.Add(Largest(b, x, over), b.Apply(Op.Log, b.Sum(b.Apply(Op.Exp, Shifted(b, x, over)), over)));

    /// <summary>The previous or next step, and zeros beyond the end.</summary>
    static Intrinsic Neighbor(string name, bool forward) =>
        new(name, 1, [], ArgumentRule.Sequence, (b, x, _) => Neighbor(b, x[0], b.Constant(0), forward));

    /// <summary>The same with a given value beyond the end.</summary>
    static Intrinsic NeighborFrom(string name, bool forward) =>
        new(name, 2, [], ArgumentRule.SequenceAndStep, (b, x, _) => Neighbor(b, x[0], b.Broadcast(x[1], x[0].Shape.OfStep, Domain.Examples()), forward));

    static Node Neighbor(GraphBuilder b, Node x, Node beyond, bool forward) =>
        // One-hot vectors are shifted by their numbers, and beyond the end there is no unit.
        x.Op == Op.OneHot && beyond.Is(0) ? b.OneHot(Neighbor(b, b.Input(x, 0), b.Constant(-1), forward), x.Shape.Rows!)
            : b.Name(b.Shaped(Op.Shift, x.Shape, new Argument.Direction(forward), x, beyond), forward ? "previous" : "next");

    static Node LogSoftmax(GraphBuilder b, Node x)
    {
        Node shifted = Shifted(b, x, Over.Units);
        return b.Subtract(shifted, b.Apply(Op.Log, b.Sum(b.Apply(Op.Exp, shifted), Over.Units)));
    }

    /// <summary>Huber 1964: ½e² up to δ, and δ(|e| − ½δ) beyond.</summary>
    static Node Huber(GraphBuilder b, Node prediction, Node target, double[] c)
    {
        Node error = b.Subtract(prediction, target), size = b.Apply(Op.Abs, error), delta = b.Constant(c[0]);
        Node quadratic = b.Multiply(b.Constant(0.5), b.Multiply(error, error));
        Node linear = b.Multiply(delta, b.Subtract(size, b.Constant(0.5 * c[0])));
        return b.SelectGreater(size, delta, linear, quadratic);
    }

    /// <param name="name">Its name.</param>
    /// <param name="dropped">The value whose units are dropped: the argument, or ones that multiply it.</param>
    /// <param name="takes">How the argument must fit.</param>
    static Intrinsic Dropout(string name, ArgumentRule takes, Func<GraphBuilder, Node, Node> dropped) =>
        new(name, 1, [double.NaN], takes, (b, x, c) =>
        {
            if (c[0] == 0)
                return x[0];
            Node of = dropped(b, x[0]), rest = b.Dropout(of, c[0]);
            return of == x[0] ? rest : b.Multiply(x[0], rest);
        }, c => c[0] is >= 0 and < 1 ? null : "'rate' must be from 0 to below 1");

    static Intrinsic Simple(string name, Op op) => Function(name, (b, x, _) => b.Apply(op, x));

    static Intrinsic Function(string name, Func<GraphBuilder, Node, double[], Node> build, params double[] defaults) =>
        new(name, 1, defaults, ArgumentRule.Elementwise, (b, x, c) => build(b, x[0], c));

    /// <summary>A loss for each unit, summed or averaged over the units and averaged over time.</summary>
    static Intrinsic Loss(string name, Func<GraphBuilder, Node, Node, double[], Node> unit, bool mean, params double[] defaults) =>
        new(name, 2, defaults, ArgumentRule.Loss, (b, x, c) =>
        {
            Node units = unit(b, x[0], x[1], c);
            Node step = mean ? MeanUnits(b, units) : units.Shape.IsScalar ? units : b.Sum(units, Over.Units);
            return !step.IsSequence ? step : !mean && x[1].Op == Op.OneHot ? MeanOfLabeled(b, step, x[1]) : MeanTime(b, step);
        });
}
