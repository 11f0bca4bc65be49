namespace RnnDsl.Generators.Ir;

/// <summary>One operation of a graph, identified by its index in <see cref="Graph.Nodes"/>.</summary>
/// <param name="Id">Index in the graph.</param>
/// <param name="Op">What it does.</param>
/// <param name="Inputs">The operands. They come earlier in the graph, except the first operand of a <see cref="Op.Shift"/>.</param>
/// <param name="Shape">The shape of the value.</param>
/// <param name="Domain">The domain over which it varies.</param>
/// <param name="Argument">What the operation is told besides its operands.</param>
/// <param name="Label">The user's name for the value, if it has one. It does not make nodes different.</param>
/// <param name="Equation">The index in <see cref="Graph.Equations"/> of the equation that it comes from, or -1.</param>
internal sealed record Node(
    int Id, Op Op, EquatableArray<int> Inputs, Shape Shape, Domain Domain, Argument Argument, string? Label = null, int Equation = -1)
{
    /// <summary>The axis along which its rows stand.</summary>
    public int Axis => Domain.Axis;

    /// <summary>Only while equations are read: true for a sequence, including one that stands as a whole; false for a single step of it.</summary>
    public bool IsSequence => Shape.IsSequence || Domain is { IsSteps: true, IsSingle: false };

    /// <summary>The name of an input, a parameter, a state or a call.</summary>
    public string Name => ((Argument.Named)Argument).Name;

    /// <summary>The value of a constant.</summary>
    public double Number => ((Argument.Number)Argument).Value;

    /// <summary>True for the constant of that value.</summary>
    public bool Is(double value) => Op == Op.Constant && Number == value;

    /// <summary>The dimension of a <see cref="Op.Size"/>.</summary>
    public Dim Dim => ((Argument.Extent)Argument).Dim;

    /// <summary>The first unit that a slice takes, or at which padding puts the operand.</summary>
    public Argument.Offset Offset => (Argument.Offset)Argument;

    /// <summary>The stride with which steps are taken.</summary>
    public Argument.Stride Stride => (Argument.Stride)Argument;

    /// <summary>The mask of a dropout.</summary>
    public Argument.Mask Mask => (Argument.Mask)Argument;

    /// <summary>True for a shift towards later steps, as for the state of a forward scan.</summary>
    public bool IsForward => Argument is Argument.Direction { Forward: true };

    /// <summary>For a shift: true for the state of a scan; false for Previous and Next, whose operand does not depend on them.</summary>
    public bool IsRecurrence => Inputs[0] > Id;

    /// <summary>The side that it reduces, contracts, gathers or repeats.</summary>
    public Over Over => Argument is Argument.Reduction reduction ? reduction.Over : ((Argument.Side)Argument).Over;

    /// <summary>True for a reduction that takes the maximum.</summary>
    public bool IsMax => Argument is Argument.Reduction { Monoid: Monoid.Max };

    /// <summary>True for a reduction over exactly this.</summary>
    public bool Reduces(Over over) => Argument is Argument.Reduction reduction && reduction.Over == over;

    /// <summary>True for a sum over exactly this.</summary>
    public bool Sums(Over over) => Argument is Argument.Reduction { Monoid: Monoid.Sum } reduction && reduction.Over == over;

    /// <summary>True for a reduction over the rows or columns of a matrix.</summary>
    public bool ReducesSide => Reduces(Over.Rows) || Reduces(Over.Columns);

    /// <summary>True for a product of a matrix, or of its transpose, with a vector.</summary>
    public bool IsMatrixProduct => Op == Op.Product && Over is Over.Rows or Over.Columns;

    /// <summary>The two sides of a matrix. If a sequence of vectors stands for a matrix, they are its steps and its units.</summary>
    public (Dim Rows, Dim Columns) Sides => Shape.IsMatrix ? (Shape.Rows!, Shape.Columns!) : (Dim.Steps(Axis), Shape.Rows!);

    /// <summary>True for the sum over each example's steps of one vector times the transpose of the other, which is a matrix.</summary>
    public bool IsSumOfSteps => Op == Op.Product && Over == Over.Steps;
}

/// <summary>A named result of a graph.</summary>
internal sealed record Result(string Name, int Node)
{
    const string Gradient = "gradient:";

    /// <summary>True for the gradient of a parameter, or for one part of a matrix's gradient.</summary>
    public bool IsGradient => Name.StartsWith(Gradient, StringComparison.Ordinal);

    /// <summary>True for the final value of a state after a scan.</summary>
    public bool IsState => Name.StartsWith("state:", StringComparison.Ordinal);

    /// <summary>The parameter whose gradient it is.</summary>
    public string Parameter => Name.Substring(Gradient.Length);
}
