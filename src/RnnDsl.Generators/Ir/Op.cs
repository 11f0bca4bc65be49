namespace RnnDsl.Generators.Ir;

/// <summary>
/// The operations of the graph, with the <see cref="Argument"/> that each takes. Shape rule, adjoint and template stand in <c>Ops/OpTable.cs</c>.
/// </summary>
internal enum Op
{
    // Leaves
    /// <summary>Of a method or a cell; named.</summary>
    Input,
    /// <summary>Named.</summary>
    Parameter,
    /// <summary>A number.</summary>
    Constant,
    /// <summary>A state's value before the step; named; only in the graph of a cell.</summary>
    State,
    /// <summary>A state's value before the first step; named.</summary>
    InitialState,
    /// <summary>The size of a dimension; of the steps of an axis that of each example.</summary>
    Size,
    /// <summary>Length of the example's sequence.</summary>
    Length,
    /// <summary>Weight of the example in the loss of the batch: 1 / number of examples, or, of each, its own.</summary>
    ExampleWeight,
    /// <summary>Gradient of the result, where a caller gives it.</summary>
    OutputGradient,

    // Elementwise, one operand
    Negate,
    Sigmoid,
    Tanh,
    Exp,
    Log,
    Sqrt,
    Abs,
    Softplus,
    Sin,
    Cos,
    /// <summary>The largest whole number that is not larger.</summary>
    Floor,
    StopGradient,
    /// <summary>In training: the units that a mask leaves, over 1 minus the rate.</summary>
    Dropout,
    /// <summary>The operand, broadcast to the node's shape and domain.</summary>
    Broadcast,
    /// <summary>The vector that is 1 at the unit of which the operand is the number and 0 elsewhere; of −1 it is zero.</summary>
    OneHot,

    // Elementwise, several operands; a scalar operand is broadcast
    Add,
    Subtract,
    Multiply,
    Divide,
    Min,
    Max,
    /// <summary>a &gt; b ? x : y.</summary>
    SelectGreater,

    /// <summary>A sum or the largest: over units, over the rows or columns of a matrix, over the steps of each example or over the whole domain.</summary>
    Reduce,

    /// <summary>
    /// A product of two values, summed over what is contracted: over the columns of a matrix (W·x), over its rows (Wᵀ·x), or over the operands' whole domain
    /// (Σ d ⊗ x, the gradient of a matrix), or over the steps of each example (the gradient of a matrix that the example has for itself).
    /// </summary>
    Product,

    /// <summary>The row (over rows) or column (over columns) of a matrix whose number is the second operand; of −1 zero. A product with a one-hot vector.</summary>
    Gather,
    /// <summary>Over the whole domain, the first operand added to the row or column whose number is the second: the gradient of a gather.</summary>
    Scatter,

    // Structure
    Concat,
    /// <summary>Units of a vector from an offset on; the shape says how many.</summary>
    Slice,
    /// <summary>The adjoint of a slice: zeros, with the operand at the offset.</summary>
    Pad,
    /// <summary>A matrix with rows and columns exchanged.</summary>
    Transpose,
    /// <summary>The matrix with the operand in each of its columns or in each of its rows.</summary>
    Across,

    /// <summary>A whole sequence one step later or earlier, with the second operand, a scalar, where there is none.</summary>
    Delay,

    // Time
    /// <summary>The operand one step earlier (forward) or later, at the first such step the second operand.</summary>
    Shift,
    /// <summary>What a shift would yield one step past the end: its operand at the last step in its direction.</summary>
    Final,
    Last,
    First,
    /// <summary>A sequence of zeros with the operand at the last step.</summary>
    AtLastStep,
    AtFirstStep,
    /// <summary>A value of each example in the order of another axis' sequences.</summary>
    Reorder,
    /// <summary>Each k-th step of a sequence, from the first on: a sequence along an axis of its own.</summary>
    Every,
    /// <summary>The other way: a sequence of zeros with the operand's steps at each k-th of its own.</summary>
    InsertZeros,
    /// <summary>A sequence as one value of each example: the matrix of its steps, or of scalars the vector.</summary>
    Whole,
    /// <summary>The other way: the rows of a matrix, or units of a vector, as the steps of a sequence.</summary>
    Unfold,

    // Calls of layers, named, until they are inlined
    /// <summary>Of a sequence; further operands are the values from which the first states start.</summary>
    Scan,
    ScanReversed,
    Map,
    /// <summary>What a scan, its operand, leaves of a state, which is named.</summary>
    End,
}
