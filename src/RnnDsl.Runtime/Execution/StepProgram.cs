using System.ComponentModel;
using System.Runtime.CompilerServices;
using RnnDsl.CompilerServices;
using RnnDsl.Memory;

namespace RnnDsl.CompilerServices;

/// <summary>A state of a stream.</summary>
/// <param name="Name">"encoder.h".</param>
/// <param name="Width">The number of its values.</param>
/// <param name="Initial">The initial value of each unit.</param>
/// <param name="Offset">The offset in the stream's memory, in floats.</param>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed record StepState(string Name, int Width, float Initial, nint Offset)
{
    /// <summary>Whether it holds the rounding error of a sum over the steps. Snapshots of streams that were compiled before such states existed lack it; zero is used for them.</summary>
    public bool IsRounding { get; init; }

    /// <summary>Whether it has a value for each step of one of the condition's sequences, so that its width depends on the condition.</summary>
    public bool IsOfCondition { get; init; }
}

/// <summary>A vector that a step multiplies by matrices, in one or more products.</summary>
/// <param name="Name">Its name in the generated step: "x", "h_before".</param>
/// <param name="Width">The number of its values.</param>
/// <param name="Scale">The offset of its scale in the prepared floats.</param>
/// <param name="Words">The offset, in the stream's memory, of the operand in the format in which it is multiplied. If that format has integers, the scale in use comes first.</param>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed record StepOperand(string Name, int Width, nint Scale, nint Words);

/// <summary>A product of a matrix and a vector of the step, in the memory of the products of one stream.</summary>
/// <param name="Matrix">The name of the parameter that is its matrix; null if the matrix is computed, or read in other ways as well.</param>
/// <param name="Vector">The name of the parameter with which its sum begins; null if there is none, or if it is read in other ways as well.</param>
/// <param name="At">The offset of the products of its operand.</param>
/// <param name="Number">Its number among the products of its operand.</param>
/// <param name="Count">The number of products of its operand.</param>
/// <param name="Outputs">The number of its values.</param>
/// <param name="Depth">The number of values of its operand.</param>
/// <param name="IsTransposed">Whether its outputs are the columns of the matrix.</param>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed record StepProduct(string? Matrix, string? Vector, nint At, int Number, int Count, int Outputs, int Depth, bool IsTransposed);

/// <summary>The generated program for streams of one method. It runs one step of one example at a time. An instance knows its sizes and holds no data.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class StepProgram
{
    /// <summary>The floats that <see cref="Prepare"/> writes and all streams share.</summary>
    public long PreparedFloats { get; protected init; }

    /// <summary>The floats of one stream: its states and working memory.</summary>
    public long StreamFloats { get; protected init; }

    /// <summary>The floats of a step's inputs: the inputs of the method, one after another.</summary>
    public int Inputs { get; protected init; }

    /// <summary>The floats of a step's result.</summary>
    public int Outputs { get; protected init; }

    /// <summary>The states that a stream carries, and where they lie in its memory.</summary>
    public IReadOnlyList<StepState> States { get; protected init; } = [];

    /// <summary>The operands of products whose weights have this program's format.</summary>
    public IReadOnlyList<StepOperand> Operands { get; protected init; } = [];

    /// <summary>The pieces of a step that several streams make together. Zero if it has no products, or if it was compiled by a version that had no such steps.</summary>
    public int Pieces { get; protected init; }

    /// <summary>The floats of the products of one stream, in a step that several streams make together.</summary>
    public long SumFloats { get; protected init; }

    /// <summary>The floats of the weights that a step multiplies.</summary>
    public long PackedFloats { get; protected init; }

    /// <summary>The most operands that the products of one piece have.</summary>
    public int MostOperands { get; protected init; }

    /// <summary>The products of which a stream can correct the matrix or the vector. Empty under a condition, and if it was compiled by a version that had no corrections.</summary>
    public virtual IReadOnlyList<StepProduct> Products => [];

    /// <summary>The parameters that the method does not read. Empty under a condition, and if it was compiled by a version that did not state them.</summary>
    public virtual IReadOnlyList<string> Unread => [];

    /// <summary>The same step with weights of 8 bits.</summary>
    public abstract StepProgram Int8();

    /// <summary>The lanes of a step whose longest loop has <paramref name="units"/> units. They are no more than the units fill, since wide vectors divide more slowly, and no more than the weights
    /// allow.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected static int LanesFor<W>(int units) where W : struct, IStepWeights =>
        Math.Min(Math.Min(Layout.Lanes, W.MostLanes), units <= 4 ? 4 : units <= 8 ? 8 : 16);

    /// <summary>Returns the direction opposite to that of the previous step. The direction changes no result.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected static bool TurnBack(Floats direction)
    {
        bool back = direction[0] == 0;
        direction[0] = back ? 1 : 0;
        return back;
    }

    /// <summary>Brings the parameters into the order in which a step reads them. <paramref name="prepared"/> must contain zeros before.</summary>
    public abstract void Prepare(Floats parameters, Floats prepared);

    /// <summary>Runs one step: reads the inputs, updates the states, and writes the result.</summary>
    public abstract void Step(Floats prepared, Floats memory, Floats inputs, Floats outputs);

    /// <summary>Writes where the operands of a piece's products are, in the format in which they are multiplied. The pieces before it have run.</summary>
    public virtual void OperandsOf(int piece, Floats prepared, Floats memory, Floats inputs, Span<Floats> operands) => throw new NotSupportedException();

    /// <summary>Makes the products of a piece for all streams of a group. They have the bits that <see cref="Step"/> would give them.</summary>
    public virtual void MultiplyTogether(int piece, Floats prepared, in StreamGroup group) => throw new NotSupportedException();

    /// <summary>Runs one piece of a step, whose products are made. The last one writes the result.</summary>
    public virtual void StepPiece(int piece, Floats prepared, Floats sums, Floats memory, Floats inputs, Floats outputs) => throw new NotSupportedException();
}
