using System.ComponentModel;
using RnnDsl.Memory;

namespace RnnDsl.CompilerServices;

/// <summary>
/// One step of a method under a condition: the inputs of one axis come step by step, and what the others, the condition, make alone is given. An instance knows how long the condition's sequences
/// are, and holds a pointer to the given values; what the generated description makes is a pattern with empty sequences, of which <see cref="Under"/> makes the others.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class ConditionalStepProgram : StepProgram
{
    /// <summary>Floats of the given values.</summary>
    public long GivenFloats { get; protected init; }

    /// <summary>Where each given value lies among these floats, in the order of <see cref="Shard.Given"/>.</summary>
    public IReadOnlyList<nint> GivenPlaces { get; protected init; } = [];

    /// <summary>The given values: vectors, and sequences step after step without padding.</summary>
    public Floats Given { get; internal set; }

    /// <summary>The same step for sequences of these lengths.</summary>
    /// <param name="lengths">Steps of the example along each axis.</param>
    public abstract ConditionalStepProgram Under(int[] lengths);
}
