using RnnDsl.Memory;

namespace RnnDsl.Execution;

/// <summary>
/// A part of a batch, run by one worker from its first step to its last. Sequences are sorted by falling length and
/// stored time-major without padding in time: step t holds rows <c>RowOffsets[t] .. RowOffsets[t + 1]</c>, one for each sequence
/// that is still running, so row b of step t belongs to sequence b. Every row is padded to <see cref="Layout.Pad"/> floats.
/// </summary>
public sealed class Shard
{
    /// <summary>Longest length of a sequence in this shard.</summary>
    public int Steps { get; set; }

    /// <summary>Number of sequences.</summary>
    public int Batch { get; set; }

    /// <summary>Sum of the lengths.</summary>
    public int Rows { get; set; }

    /// <summary>First row of each step; <see cref="Steps"/> + 1 entries are in use.</summary>
    public int[] RowOffsets { get; set; } = [];

    /// <summary>Length of each sequence, falling; <see cref="Batch"/> entries are in use.</summary>
    public int[] Lengths { get; set; } = [];

    /// <summary>Weight of one example in the gradient: 1 / (examples in the whole batch).</summary>
    public float ExampleWeight { get; set; }

    public Floats Parameters { get; set; }
    public Floats Prepared { get; set; }
    public Floats Arena { get; set; }

    /// <summary>One per input of the method, in its order. A sequence: [Rows × Pad(width)]; a vector: [Batch × Pad(width)];
    /// a scalar: [Batch], one float each.</summary>
    public Floats[] Inputs { get; set; } = [];

    /// <summary>Null, or one per input: where the gradient of that input is wanted (same layout), else a null pointer.</summary>
    public Floats[]? InputGradients { get; set; }

    /// <summary>The result. Laid out like an input of the method's return type. A loss: [Batch], one float per example.</summary>
    public Floats Output { get; set; }

    /// <summary>For programs that differentiate a vector or sequence: the gradient of the result, laid out like it.</summary>
    public Floats OutputGradient { get; set; }

    /// <summary>Same layout as the parameters.</summary>
    public Floats Gradients { get; set; }

    /// <summary>One per state of the method, [Batch × Pad(width)]: the state before the first step in the direction of the
    /// scan. A null pointer stands for the state's initial constant.</summary>
    public Floats[] InitialStates { get; set; } = [];

    /// <summary>One per state, [Batch × Pad(width)]: the state after the last step, or a null pointer if not wanted.</summary>
    public Floats[] FinalStates { get; set; } = [];

    /// <summary>Null, or one per state: gradient of the initial state, or a null pointer if not wanted.</summary>
    public Floats[]? InitialStateGradients { get; set; }
}
