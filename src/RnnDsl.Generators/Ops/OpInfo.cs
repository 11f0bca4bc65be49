using RnnDsl.Generators.Ir;

namespace RnnDsl.Generators.Ops;

internal enum OpKind
{
    Leaf,
    /// <summary>Unit by unit; scalars are broadcast.</summary>
    Elementwise,
    /// <summary>Over the units of a vector, or over the entries, rows or columns of a matrix.</summary>
    Reduction,
    /// <summary>A matrix product.</summary>
    Product,
    /// <summary>Moves units, sums rows and columns of matrices, or multiplies two of them, in one call for the whole value.</summary>
    Structure,
    /// <summary>Relates different steps to each other.</summary>
    Time,
    /// <summary>Reduces over rows: over the steps of each example, or over the whole domain.</summary>
    RowReduction,
    /// <summary>Stands for a layer until the layer is inlined.</summary>
    Call,
}

/// <summary>One entry of the table of operations.</summary>
/// <param name="Op">The operation.</param>
/// <param name="Kind">How it is compiled.</param>
/// <param name="Shape">The shape of the result, from the operands.</param>
/// <param name="Domain">The domain of the result, from the operands.</param>
/// <param name="Cost">Approximate cycles per unit, for choosing between keeping and recomputing.</param>
/// <param name="Vector">C# over the lane type V, with {0}, {1}… for operands; null if it is not a single expression.</param>
/// <param name="Scalar">The same for floats.</param>
/// <param name="Notation">The form of an equation in the comments of generated code.</param>
/// <param name="Adjoint">Adds the gradient of each operand, from the gradient of the result; null if no gradient flows.</param>
/// <param name="Fold">Algebra: a simpler node of the same value, or null.</param>
internal sealed record OpInfo(
    Op Op,
    OpKind Kind,
    Func<Node[], Argument, Shape> Shape,
    Func<Node[], Argument, Domain> Domain,
    int Cost = 0,
    string? Vector = null,
    string? Scalar = null,
    string? Notation = null,
    Action<Adjoints, Node, Node>? Adjoint = null,
    Func<GraphBuilder, Node[], Argument, Node?>? Fold = null);
