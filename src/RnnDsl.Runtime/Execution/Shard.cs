using System.ComponentModel;
using RnnDsl.Memory;

namespace RnnDsl.CompilerServices;

/// <summary>
/// A part of a batch, run by one worker from its first step to its last: the row space of its first axis, and what programs read and write. Every row is padded to
/// <see cref="Layout.Pad"/> floats.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class Shard : RowSpace
{
    /// <summary>
    /// The same examples along another axis: its own steps, lengths and rows, and an order of its own, by falling length of its sequences. All else is this shard's. Axis 0 is
    /// the shard itself; code for the rows of an axis is the same as for those of axis 0.
    /// </summary>
    public Shard Of(int axis) => axis == 0 ? first ?? this : others[axis - 1];

    Shard[] others = [];

    /// <summary>Whether its sequences are those of the steps of another axis; they have no example of their own, and no weight.</summary>
    internal bool IsNested { get; set; }

    /// <summary>Of a further axis the shard that has axis 0.</summary>
    Shard? first;

    /// <summary>Makes room for further axes.</summary>
    internal void SetAxes(int count)
    {
        int before = others.Length;
        Array.Resize(ref others, Math.Max(count - 1, 0));
        for (int i = before; i < others.Length; i++)
            others[i] = new Shard();
    }

    /// <summary>Gives the further axes what they share with this one. To be called after all is set, before a program runs.</summary>
    internal void ShareWithAxes()
    {
        foreach (Shard other in others)
        {
            (other.ExampleWeight, other.Noise) = (ExampleWeight, Noise);
            if (!other.IsNested)
                other.Batch = Batch;
            (other.Parameters, other.Prepared, other.Arena) = (Parameters, Prepared, Arena);
            (other.Inputs, other.InputGradients, other.Output, other.OutputGradient, other.Gradients, other.RowGradients) = (Inputs, InputGradients, Output, OutputGradient, Gradients, RowGradients);
            (other.InitialStates, other.FinalStates, other.InitialStateGradients) = (InitialStates, FinalStates, InitialStateGradients);
            (other.others, other.first) = (others, this);
            if (ExampleWeights.Length == 0 || other.IsNested)
                continue;
            if (other.ExampleWeights.Length < Batch)
                other.ExampleWeights = new float[Batch];
            for (int i = 0; i < Batch; i++)
                other.ExampleWeights[i] = ExampleWeights[other.Parents[i]];
        }
    }

    /// <summary>Weight of one example in the gradient: 1 / (examples in the whole batch).</summary>
    public float ExampleWeight { get; set; }

    /// <summary>Weight of each example in the gradient, in the order of this axis; they sum to 1 over the whole batch, or are all 0. For losses with a target that is a sequence.</summary>
    public float[] ExampleWeights { get; set; } = [];

    /// <summary>Key of the units that a training program drops.</summary>
    public ulong Noise { get; set; }

    /// <summary>The parameters, laid out like their store.</summary>
    public Floats Parameters { get; set; }

    /// <summary>What the preparation made of the parameters; see <see cref="CompiledProgram"/>.</summary>
    public Floats Prepared { get; set; }

    /// <summary>Working memory of the program, whose size it says itself.</summary>
    public Floats Arena { get; set; }

    /// <summary>One per input of the method, in its order. A sequence: [Rows × Pad(width)], of scalars [Rows]; a vector: [Batch × Pad(width)];
    /// a scalar: [Batch], one float each.</summary>
    public Floats[] Inputs { get; set; } = [];

    /// <summary>Null, or one per input: where the gradient of that input is wanted (same layout), else a null pointer.</summary>
    public Floats[]? InputGradients { get; set; }

    /// <summary>The result. Laid out like an input of the method's return type. A loss: [Batch], one float per example.</summary>
    public Floats Output { get; set; }

    /// <summary>Null, or, for the program of a condition, where each value that it gives is wanted: of one example, without padding between the steps of a sequence.</summary>
    public Floats[]? Given { get; set; }

    /// <summary>For programs that differentiate a vector or sequence: the gradient of the result, laid out like it.</summary>
    public Floats OutputGradient { get; set; }

    /// <summary>Same layout as the parameters.</summary>
    public Floats Gradients { get; set; }

    /// <summary>One for each of <see cref="CompiledProgram.RowTables"/>.</summary>
    public RowGradient[] RowGradients { get; set; } = [];

    /// <summary>One per state of the method, [Batch × Pad(width)]: the state before the first step in the direction of the
    /// scan. A null pointer stands for the state's initial constant.</summary>
    public Floats[] InitialStates { get; set; } = [];

    /// <summary>One per state, [Batch × Pad(width)]: the state after the last step, or a null pointer if not wanted.</summary>
    public Floats[] FinalStates { get; set; } = [];

    /// <summary>Null, or one per state: gradient of the initial state, or a null pointer if not wanted.</summary>
    public Floats[]? InitialStateGradients { get; set; }
}
