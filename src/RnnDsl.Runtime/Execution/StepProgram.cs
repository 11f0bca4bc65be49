using System.ComponentModel;
using System.Runtime.CompilerServices;
using RnnDsl.CompilerServices;
using RnnDsl.Memory;

namespace RnnDsl.CompilerServices;

/// <summary>A state of a stream.</summary>
/// <param name="Name">"encoder.h".</param>
/// <param name="Width">Its size.</param>
/// <param name="Initial">What each unit starts from.</param>
/// <param name="Offset">Where it begins in the stream's memory, in floats.</param>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed record StepState(string Name, int Width, float Initial, nint Offset)
{
    /// <summary>Whether it holds what rounding took from a sum over the steps. Snapshots of streams that were compiled before there were such states have none: zero does for them.</summary>
    public bool IsRounding { get; init; }

    /// <summary>Whether it has a value for each step of a sequence of the condition, so that its width is another under another condition.</summary>
    public bool IsOfCondition { get; init; }
}

/// <summary>A vector that a step multiplies by matrices, in one or more products.</summary>
/// <param name="Name">"x", "h_before": its name in the generated step.</param>
/// <param name="Width">Its size.</param>
/// <param name="Scale">Where its scale lies in the prepared floats.</param>
/// <param name="Words">Where it lies in the stream's memory as it is multiplied; of whole numbers the scale in use comes first.</param>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed record StepOperand(string Name, int Width, nint Scale, nint Words);

/// <summary>
/// What the generator makes of one method for streams: one step of one example at a time. An instance knows its sizes and holds no data.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class StepProgram
{
    /// <summary>Floats that <see cref="Prepare"/> writes and all streams share.</summary>
    public long PreparedFloats { get; protected init; }

    /// <summary>Floats of one stream: its states, and working memory.</summary>
    public long StreamFloats { get; protected init; }

    /// <summary>Floats of a step's inputs: those of the method, one behind the other.</summary>
    public int Inputs { get; protected init; }

    /// <summary>Floats of a step's result.</summary>
    public int Outputs { get; protected init; }

    /// <summary>The states that a stream carries, and where they lie in its memory.</summary>
    public IReadOnlyList<StepState> States { get; protected init; } = [];

    /// <summary>The operands of products whose weights have this program's format.</summary>
    public IReadOnlyList<StepOperand> Operands { get; protected init; } = [];

    /// <summary>The same step with weights of 8 bits.</summary>
    public abstract StepProgram Int8();

    /// <summary>Lanes of the vectors of a step whose longest loop has so many units: no more than those fill, since wide vectors divide more slowly,
    /// nor than the weights allow.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected static int LanesFor<W>(int units) where W : struct, IStepWeights =>
        Math.Min(Math.Min(Layout.Lanes, W.MostLanes), units <= 4 ? 4 : units <= 8 ? 8 : 16);

    /// <summary>The other direction than at the step before. It changes no result.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected static bool TurnBack(Floats direction)
    {
        bool back = direction[0] == 0;
        direction[0] = back ? 1 : 0;
        return back;
    }

    /// <summary>Brings the parameters into the order in which a step reads them. <paramref name="prepared"/> must be zero before.</summary>
    public abstract void Prepare(Floats parameters, Floats prepared);

    /// <summary>One step: reads the inputs, moves the states on, writes the result.</summary>
    public abstract void Step(Floats prepared, Floats memory, Floats inputs, Floats outputs);
}
