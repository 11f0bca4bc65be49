using RnnDsl.Generators.Ir;

namespace RnnDsl.Generators.Ops;

/// <summary>What adjoint rules can use: the builder, and the gradients collected so far.</summary>
internal abstract class Adjoints(GraphBuilder builder)
{
    public GraphBuilder Builder { get; } = builder;

    /// <summary>The operand of a node.</summary>
    public Node Operand(Node node, int index) => Builder.Input(node, index);

    /// <summary>
    /// Adds to the gradient of an operand. If the gradient has a larger shape or domain than the operand, the operand was broadcast, and the gradient is summed.
    /// </summary>
    public abstract void Add(Node operand, Node gradient);

    /// <summary>Adds to the gradient of a shift's operand (a back edge), and to that of its initial value.</summary>
    public abstract void AddShift(Node shift, Node gradient);

    /// <summary>Adds to the gradient of a sequence, at its last (or first) step only.</summary>
    public abstract void AddAtEnd(Node sequence, Node gradient, bool last);
}
