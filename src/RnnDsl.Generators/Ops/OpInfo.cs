using RnnDsl.Generators.Ir;

namespace RnnDsl.Generators.Ops;

internal enum OpKind
{
    Leaf,
    /// <summary>Unit by unit; scalars are broadcast.</summary>
    Elementwise,
    /// <summary>Over the units of one vector.</summary>
    Reduction,
    /// <summary>A matrix product.</summary>
    Product,
    /// <summary>Moves units about, or sums rows and columns of matrices: one call for the whole value.</summary>
    Structure,
    /// <summary>Relates different steps.</summary>
    Time,
    /// <summary>Sums over rows.</summary>
    RowReduction,
    /// <summary>Stands for a layer until it is inlined.</summary>
    Call,
}

/// <summary>One row of the table of operations.</summary>
/// <param name="Op">The operation.</param>
/// <param name="Kind">How it is compiled.</param>
/// <param name="Shape">Shape of the result from the operands.</param>
/// <param name="Domain">Domain of the result from the operands.</param>
/// <param name="Cost">Rough cycles a unit, for choosing between keeping and recomputing.</param>
/// <param name="Vector">C# over the lane type V, with {0}, {1}… for operands; null if no single expression.</param>
/// <param name="Scalar">The same over float.</param>
/// <param name="Notation">How an equation is written in the comments of generated code.</param>
/// <param name="Adjoint">Adds what the gradient of the result gives to each operand; null: no gradient flows.</param>
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
