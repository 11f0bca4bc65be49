namespace RnnDsl.Generators.Ir;

/// <summary>One operation of a graph, named by its place in <see cref="Graph.Nodes"/>.</summary>
/// <param name="Id">Index in the graph.</param>
/// <param name="Op">What it does.</param>
/// <param name="Inputs">Operands. They come earlier in the graph, save the first operand of a <see cref="Op.Shift"/>.</param>
/// <param name="Shape">Shape of the value.</param>
/// <param name="Domain">Over what it varies.</param>
/// <param name="Argument">What the operation is told besides.</param>
/// <param name="Label">The user's name for the value, if it has one. It does not distinguish nodes.</param>
/// <param name="Equation">Index in <see cref="Graph.Equations"/> of the equation it comes from, or -1.</param>
internal sealed record Node(
    int Id, Op Op, EquatableArray<int> Inputs, Shape Shape, Domain Domain, Argument Argument, string? Label = null, int Equation = -1)
{
    /// <summary>The axis along which its rows stand.</summary>
    public int Axis => Domain.Axis;

    /// <summary>While equations are read: true for a sequence, also one that stands as a whole; false for one step of it.</summary>
    public bool IsSequence => Shape.IsSequence || Domain is { IsSteps: true, IsSingle: false };

    /// <summary>Of an input, a parameter, a state or a call the name.</summary>
    public string Name => ((Argument.Named)Argument).Name;

    /// <summary>The value of a constant.</summary>
    public double Number => ((Argument.Number)Argument).Value;

    /// <summary>True for the constant of that value.</summary>
    public bool Is(double value) => Op == Op.Constant && Number == value;

    /// <summary>Of a <see cref="Op.Size"/> the dimension.</summary>
    public Dim Dim => ((Argument.Extent)Argument).Dim;

    /// <summary>Where the units begin that a slice takes or an embedding puts.</summary>
    public Argument.Offset Offset => (Argument.Offset)Argument;

    /// <summary>Of how many steps one is taken.</summary>
    public Argument.Stride Stride => (Argument.Stride)Argument;

    /// <summary>The mask of a dropout.</summary>
    public Argument.Mask Mask => (Argument.Mask)Argument;

    /// <summary>True for a shift towards later steps: the state of a forward scan.</summary>
    public bool IsForward => Argument is Argument.Direction { Forward: true };

    /// <summary>Of a shift, true for a state of a scan; false for Previous and Next, whose operand does not depend on them.</summary>
    public bool IsRecurrence => Inputs[0] > Id;

    /// <summary>Over what it sums, gathers or repeats.</summary>
    public Over Over => Argument is Argument.Reduction reduction ? reduction.Over : ((Argument.Side)Argument).Over;

    /// <summary>True for a reduction that takes the largest.</summary>
    public bool IsMax => Argument is Argument.Reduction { Monoid: Monoid.Max };

    /// <summary>True for a reduction over just that.</summary>
    public bool Reduces(Over over) => Argument is Argument.Reduction reduction && reduction.Over == over;

    /// <summary>True for a sum over just that.</summary>
    public bool Sums(Over over) => Argument is Argument.Reduction { Monoid: Monoid.Sum } reduction && reduction.Over == over;

    /// <summary>True for a reduction over the rows or columns of a matrix.</summary>
    public bool ReducesSide => Reduces(Over.Rows) || Reduces(Over.Columns);

    /// <summary>True for a product of a matrix, or the transposed one, and a vector.</summary>
    public bool IsMatrixProduct => Op == Op.Product && Over is Over.Rows or Over.Columns;

    /// <summary>The sides of a matrix; of vectors of steps that stand for one the steps and the units.</summary>
    public (Dim Rows, Dim Columns) Sides => Shape.IsMatrix ? (Shape.Rows!, Shape.Columns!) : (Dim.Steps(Axis), Shape.Rows!);

    /// <summary>True for the sum over each example's steps of one vector times the other, transposed: a matrix.</summary>
    public bool IsSumOfSteps => Op == Op.Product && Over == Over.Steps;
}

/// <summary>A named result of a graph.</summary>
internal sealed record Result(string Name, int Node)
{
    const string Gradient = "gradient:";

    /// <summary>True for the gradient of a parameter, or of a matrix a part of it.</summary>
    public bool IsGradient => Name.StartsWith(Gradient, StringComparison.Ordinal);

    /// <summary>True for the value that a scan leaves of a state.</summary>
    public bool IsState => Name.StartsWith("state:", StringComparison.Ordinal);

    /// <summary>The parameter whose gradient it is.</summary>
    public string Parameter => Name.Substring(Gradient.Length);
}
