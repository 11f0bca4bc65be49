using System.ComponentModel;
using RnnDsl.Memory;

namespace RnnDsl.CompilerServices;

/// <summary>
/// One step of a method under a condition. The inputs of one axis come step by step; the values that depend on the other inputs alone, the condition, are given. An instance knows
/// the lengths of the condition's sequences, and holds a pointer to the given values. The instance in the generated description is a prototype for empty sequences, from which <see
/// cref="Under"/> makes the others.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class ConditionalStepProgram : StepProgram
{
    /// <summary>Floats of the given values.</summary>
    public long GivenFloats { get; protected init; }

    /// <summary>The offset of each given value among these floats, in the order of <see cref="Shard.Given"/>.</summary>
    public IReadOnlyList<nint> GivenPlaces { get; protected init; } = [];

    /// <summary>The given values: vectors, and sequences step after step, without padding.</summary>
    public Floats Given { get; internal set; }

    /// <summary>The same step for sequences of these lengths.</summary>
    /// <param name="lengths">The steps of the example along each axis.</param>
    public abstract ConditionalStepProgram Under(int[] lengths);
}
