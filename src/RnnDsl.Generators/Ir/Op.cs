namespace RnnDsl.Generators.Ir;

/// <summary>
/// The operations of the graph, with the <see cref="Argument"/> that each takes. <c>Ops/OpTable.cs</c> has their shape rules, adjoints and templates.
/// </summary>
internal enum Op
{
    // Leaves
    /// <summary>An input of a method or a cell; named.</summary>
    Input,
    /// <summary>A parameter; named.</summary>
    Parameter,
    /// <summary>A number.</summary>
    Constant,
    /// <summary>A state's value before the step; named. It occurs only in the graph of a cell.</summary>
    State,
    /// <summary>A state's value before the first step; named.</summary>
    InitialState,
    /// <summary>The size of a dimension. For the steps of an axis, the size in each example.</summary>
    Size,
    /// <summary>The length of the example's sequence.</summary>
    Length,
    /// <summary>The weight of the example in the loss of the batch: 1 / number of examples, or the example's own weight.</summary>
    ExampleWeight,
    /// <summary>The gradient of the result, which the caller gives.</summary>
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
    /// <summary>The largest integer that is not larger.</summary>
    Floor,
    StopGradient,
    /// <summary>In training: the units that a mask keeps, divided by 1 minus the rate.</summary>
    Dropout,
    /// <summary>The operand, broadcast to the node's shape and domain.</summary>
    Broadcast,
    /// <summary>The vector that is 1 at the unit whose number is the operand, and 0 elsewhere. For −1 it is zero.</summary>
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

    /// <summary>A sum or a maximum: over units, over the rows or columns of a matrix, over the steps of each example, or over the whole domain.</summary>
    Reduce,

    /// <summary>
    /// A product of two values, summed over what is contracted: the columns of a matrix (W·x), its rows (Wᵀ·x), the operands' whole domain (Σ d ⊗ x, the gradient of a matrix), or
    /// the steps of each example (the gradient of a matrix that each example has for itself).
    /// </summary>
    Product,

    /// <summary>The row (over rows) or column (over columns) of a matrix whose number is the second operand; zero for −1. It is the product with a one-hot vector.</summary>
    Gather,
    /// <summary>Over the whole domain, the first operand is added to the row or column whose number is the second. It is the gradient of a gather.</summary>
    Scatter,

    // Structure
    Concat,
    /// <summary>Consecutive units of a vector, from an offset on. The shape says how many.</summary>
    Slice,
    /// <summary>The adjoint of a slice: zeros, with the operand at the offset.</summary>
    Pad,
    /// <summary>A matrix with rows and columns exchanged.</summary>
    Transpose,
    /// <summary>The product of two matrices of parameters, summed over the columns of the first and the rows of the second.</summary>
    MatMul,
    /// <summary>The matrix that has the operand in each of its columns, or in each of its rows.</summary>
    Across,

    /// <summary>A whole sequence one step later or earlier. The second operand, a scalar, fills the free end.</summary>
    Delay,

    // Time
    /// <summary>The operand one step earlier (forward) or later. At the first step in this direction, the second operand.</summary>
    Shift,
    /// <summary>The value that a shift would have one step past the end: its operand at the last step in its direction.</summary>
    Final,
    Last,
    First,
    /// <summary>A sequence of zeros with the operand at the last step.</summary>
    AtLastStep,
    AtFirstStep,
    /// <summary>A value of each example, in the order of another axis's sequences.</summary>
    Reorder,
    /// <summary>Every k-th step of a sequence, beginning with the first. The result is a sequence along an axis of its own.</summary>
    Every,
    /// <summary>The adjoint of <see cref="Every"/>: a sequence with the operand's steps at every k-th step, and zeros between them.</summary>
    InsertZeros,
    /// <summary>A sequence as one value of each example: the matrix of its steps, or the vector of a sequence of scalars.</summary>
    Whole,
    /// <summary>The inverse: the rows of a matrix, or the units of a vector, as the steps of a sequence.</summary>
    Unfold,

    // Calls of layers, named, until they are inlined
    /// <summary>A scan of a sequence. Further operands are the values from which the first states start.</summary>
    Scan,
    ScanReversed,
    Map,
    /// <summary>The final value of a named state, left by its operand, a scan.</summary>
    End,
}
