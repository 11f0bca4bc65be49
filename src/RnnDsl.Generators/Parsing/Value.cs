using RnnDsl.Generators.Ir;

namespace RnnDsl.Generators.Parsing;

/// <summary>The value of an expression in the equations. After a mistake the value is null if not even its shape is known.</summary>
/// <param name="Node">Its node; for a transposed matrix, the node of the matrix itself.</param>
/// <param name="Transposed">True for Transpose(W).</param>
/// <param name="Number">For an expression of one of C#'s own types: its value in that type; otherwise null.</param>
internal sealed record Value(Node Node, bool Transposed = false, object? Number = null) : Item
{
    public Shape Shape => Transposed ? Shape.Matrix(Node.Shape.Columns!, Node.Shape.Rows!) : Node.Shape.OfStep;

    public bool IsSequence => Node.IsSequence;

    /// <summary>For users: "a vector of Hidden", "a sequence of Hidden", "Hidden×Input".</summary>
    public string Describe() => Describe(Shape, IsSequence);

    public static string Describe(Shape shape, bool isSequence) => !isSequence ? shape.Describe() : shape.IsVector ? $"a sequence of {shape.Rows}" : shape.IsScalar ? "a sequence of scalars" : shape.Describe();
}
