using RnnDsl.Generators.Ops;

namespace RnnDsl.Generators.Ir;

/// <summary>
/// Only while equations are read: operations on a sequence that stands as a whole beside one step of another sequence (<see cref="Op.Whole"/>). A function of that sequence is then
/// a function of the matrix whose rows are its steps.
/// </summary>
internal static class WholeSequences
{
    /// <summary>The node for an operation with such an operand; null if there is no such operand, or if the operation already handles it.</summary>
    /// <param name="b">The builder.</param>
    /// <param name="op">The operation.</param>
    /// <param name="argument">Its argument.</param>
    /// <param name="shape">The shape of the result if the operands do not determine it.</param>
    /// <param name="x">The operands.</param>
    /// <exception cref="WholeSequenceException">The operation cannot be computed for each pair of steps.</exception>
    public static Node? Make(GraphBuilder b, Op op, Argument argument, Shape? shape, Node[] x)
    {
        Node[] wholes = [.. x.Where(o => o.Shape.IsSequence)];
        if (wholes.Length == 0 || op is Op.Whole or Op.Unfold or Op.Across or Op.Broadcast or Op.Delay || (op is Op.Scan or Op.ScanReversed && !x[0].Shape.IsSequence && !x[0].Domain.IsSingle))
            return null;
        foreach (Node whole in wholes)
            b.Join(GraphBuilder.AxisOf(wholes[0]), GraphBuilder.AxisOf(whole));
        if (wholes.All(w => w.Op == Op.Whole) && x.All(o => o.Shape.IsSequence || (!o.Domain.IsSteps && !o.Domain.IsSingle)))
        {
            // Nothing here depends on the single step, so it is computed once, from the sequence itself.
            Node[] sequences = [.. x.Select(o => o.Shape.IsSequence ? b.Input(o, 0) : o)];
            Node made = shape is null ? b.Apply(op, argument, sequences) : b.Shaped(op, shape.OfStep, argument, sequences);
            return made.Domain.IsSteps ? b.Whole(made) : made;
        }
        if (argument is Argument.Reduction reduction)
            return Reduced(b, reduction, x[0]);
        if (op == Op.Shift && x[1].Shape.IsScalar)
            return b.Delay(x[0], x[1], ((Argument.Direction)argument).Forward);
        if (op is Op.Last or Op.First)
            return Reduced(b, new Argument.Reduction(Over.Steps, Monoid.Sum), b.Multiply(x[0], b.AtEnd(x[0].Shape, last: op == Op.Last)));
        if (OpTable.Get(op) is { Kind: OpKind.Elementwise, Scalar: not null } && op is not (Op.Dropout or Op.OneHot))
            return Elementwise(b, op, argument, x, wholes[0].Shape.Rows!);
        throw new WholeSequenceException(op);
    }

    static Node? Reduced(GraphBuilder b, Argument.Reduction reduction, Node x) => (reduction.Over, x.Shape.IsMatrix) switch
    {
        (Over.Units, true) => b.Exactly(Op.Reduce, Shape.Vector(x.Shape.Rows!), reduction with { Over = Over.Columns }, x),
        (Over.Steps, true) => b.Exactly(Op.Reduce, x.Shape.OfStep, reduction with { Over = Over.Rows }, x),
        (Over.Steps, false) => b.Exactly(Op.Reduce, Shape.Scalar, reduction with { Over = Over.Units }, x),
        _ => null,
    };

    /// <summary>A vector of the single step stands in each row; a scalar of each step of the whole sequence stands in each column.</summary>
    static Node? Elementwise(GraphBuilder b, Op op, Argument argument, Node[] x, Dim steps)
    {
        Dim? units = x.Where(o => o.Shape.IsMatrix).Select(o => o.Shape.Columns).FirstOrDefault() ?? x.FirstOrDefault(o => o.Shape.IsVector && !o.Shape.IsSequence)?.Shape.Rows;
        Shape shape = units is null ? Shape.Vector(steps) : Shape.Matrix(steps, units);
        return b.Exactly(op, shape, argument, [.. x.Select(o =>
            o.Shape.IsScalar || o.Shape.Rank == shape.Rank ? o : b.Across(o, shape, o.Shape.IsSequence ? Over.Columns : Over.Rows))]);
    }
}

/// <summary>An operation that cannot be computed for each pair of a step of one sequence and a step of another.</summary>
internal sealed class WholeSequenceException(Op op) : Exception
{
    public string Description => op switch
    {
        Op.Reorder => "a sequence of a step and one beside the steps are combined step by step, and they have nothing to do with each other",
        Op.Every => "some steps of a sequence that depends on the step would be taken; take them before the two are combined",
        Op.InsertZeros => "sequences are combined step by step of which one has each k-th step (Every) and the other has others, so that their lengths differ",
        Op.Product or Op.Map => "a product for each pair of steps would be made; multiply each of the two by a matrix of its own before they are combined",
        Op.Scan or Op.ScanReversed => "a scan over a sequence that depends on the step would be made for each step; scan it before",
        Op.Slice or Op.Pad => "parts of a memory's steps would be taken or joined; take or join them in the model, before the cell is given the memory, or multiply the memory by a matrix there",
        Op.Shift => "Previous or Next of a sequence that depends on the step would begin with a vector; give it a scalar, or take it before the two are combined",
        Op.Dropout => "units are dropped of a sequence that depends on the step; drop them before the two are combined, or of the result",
        _ => $"{op} of a sequence that depends on the step is not compiled; take it before the two are combined",
    };
}
