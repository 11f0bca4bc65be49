namespace RnnDsl.Generators.Ir;

/// <summary>The operations of the graph. What each means, its shape rule, adjoint and template stand in <c>Ops/OpTable.cs</c>.</summary>
internal enum Op
{
    // Leaves
    Input,
    Parameter,
    Constant,
    /// <summary>A state's value before the step; only in the graph of a cell, where Text names the state.</summary>
    State,
    /// <summary>A state's value before the first step; Text names the state.</summary>
    InitialState,
    /// <summary>Size of the dimension in Text.</summary>
    Size,
    /// <summary>Length of the example's sequence.</summary>
    Length,
    /// <summary>Weight of the example in the loss of the batch: 1 / number of examples, or, with a text, its own.</summary>
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
    /// <summary>In training: the units that are not dropped, over 1 minus the rate, which is Value; Text numbers the masks.</summary>
    Dropout,
    /// <summary>The operand, broadcast to the node's shape and space.</summary>
    Spread,
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

    // Reductions over the units of a vector
    Sum,
    MaxAcross,

    // Products
    /// <summary>W·x.</summary>
    MatVec,
    /// <summary>Wᵀ·x.</summary>
    MatVecTransposed,
    /// <summary>Σ over all rows of d ⊗ x: the gradient of a matrix.</summary>
    Outer,
    /// <summary>Σ over all rows of d in the row (Text "rows") or column ("columns") whose number is the second operand: the gradient of a gather.</summary>
    Scatter,

    // Structure
    Concat,
    /// <summary>Units of a vector from an offset on; Text is the offset (a dimension or a number), the shape says how many.</summary>
    Slice,
    /// <summary>The adjoint of a slice: zeros, with the operand at the offset in Text.</summary>
    Embed,
    /// <summary>A matrix with rows and columns exchanged.</summary>
    Transpose,
    /// <summary>Of a matrix the sum of each row (Text "columns": over those) or of each column ("rows").</summary>
    SumOver,
    /// <summary>The matrix with the operand in each of its columns (Text "columns") or in each of its rows ("rows").</summary>
    Across,
    /// <summary>The row (Text "rows") or column ("columns") of a matrix whose number is the second operand; of −1 zero. A matrix times a one-hot vector.</summary>
    Gather,

    // Time
    /// <summary>The operand one step earlier (Text "forward") or later ("backward"), at the first such step the second operand.</summary>
    Shift,
    /// <summary>What a shift would yield one step past the end: its operand at the last step in its direction.</summary>
    Final,
    Last,
    First,
    /// <summary>A sequence of zeros with the operand at the last step.</summary>
    PlaceLast,
    PlaceFirst,
    /// <summary>A value of each example in the order of another axis' sequences.</summary>
    Reorder,
    /// <summary>Sum over the steps of each example.</summary>
    SumTime,
    /// <summary>Largest over the steps of each example.</summary>
    MaxTime,
    /// <summary>Sum over all examples (and steps).</summary>
    SumRows,

    // Calls, until they are inlined; Text is the field
    Scan,
    ScanReversed,
    Map,
}
