using System.ComponentModel;
using RnnDsl.Memory;

namespace RnnDsl.CompilerServices;

/// <summary>
/// A part of a batch, which one worker runs from its first step to its last: the row space of its first axis, and the inputs and outputs of programs. Every row is padded to <see
/// cref="Layout.Pad"/> floats.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class Shard : RowSpace
{
    /// <summary>
    /// The same examples along another axis, with that axis's steps, lengths and rows, and an order of its own: by falling length of its sequences. Everything else is shared with
    /// this shard. Axis 0 is the shard itself. The code for the rows of an axis is the same as for those of axis 0.
    /// </summary>
    public Shard Of(int axis) => axis == 0 ? first ?? this : others[axis - 1];

    Shard[] others = [];

    /// <summary>Whether its sequences are those of another axis's steps. They have no example of their own, and no weight.</summary>
    internal bool IsNested { get; set; }

    /// <summary>For a further axis: the shard of axis 0.</summary>
    Shard? first;

    /// <summary>Makes room for further axes.</summary>
    internal void SetAxes(int count)
    {
        int before = others.Length;
        Array.Resize(ref others, Math.Max(count - 1, 0));
        for (int i = before; i < others.Length; i++)
            others[i] = new Shard();
    }

    /// <summary>Gives the further axes what they share with this one. It must be called after everything is set, before a program runs.</summary>
    internal void ShareWithAxes()
    {
        foreach (Shard other in others)
        {
            (other.ExampleWeight, other.Noise, other.Skipped) = (ExampleWeight, Noise, Skipped);
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

    /// <summary>The weight of one example in the gradient: 1 / (examples in the whole batch).</summary>
    public float ExampleWeight { get; set; }

    /// <summary>The weight of each example in the gradient, in the order of this axis. They sum to 1 over the whole batch, or are all 0. They are for losses whose target is a
    /// sequence.</summary>
    public float[] ExampleWeights { get; set; } = [];

    /// <summary>The key of the units that a training program drops.</summary>
    public ulong Noise { get; set; }

    /// <summary>The parameters, laid out like their store.</summary>
    public Floats Parameters { get; set; }

    /// <summary>The values that the preparation has computed from the parameters; see <see cref="CompiledProgram"/>.</summary>
    public Floats Prepared { get; set; }

    /// <summary>The working memory of the program, which knows its size.</summary>
    public Floats Arena { get; set; }

    /// <summary>One for each input of the method, in order. A sequence has [Rows × Pad(width)] floats, or [Rows] for scalars; a vector has [Batch × Pad(width)]; a scalar has [Batch].</summary>
    public Floats[] Inputs { get; set; } = [];

    /// <summary>Null, or one for each input: the memory for the gradient of that input (same layout), or a null pointer if it is not wanted.</summary>
    public Floats[]? InputGradients { get; set; }

    /// <summary>The result, with the layout of an input of its type. A loss has one float for each example: [Batch].</summary>
    public Floats Output { get; set; }

    /// <summary>Null, or, for the program of a condition, the memory for each value that it gives. It is that of one example, without padding between the steps of a sequence.</summary>
    public Floats[]? Given { get; set; }

    /// <summary>For programs that differentiate a vector or sequence: the gradient of the result, with the result's layout.</summary>
    public Floats OutputGradient { get; set; }

    /// <summary>The gradient, with the layout of the parameters.</summary>
    public Floats Gradients { get; set; }

    /// <summary>For each of <see cref="CompiledProgram.GradientGroups"/>, whether none of its parameters is trained.</summary>
    internal bool[] Skipped { get; set; } = [];

    /// <summary>Whether the parts of a program that serve one of <see cref="CompiledProgram.GradientGroups"/> have to run.</summary>
    public bool Computes(int group) => Skipped.Length == 0 || !Skipped[group];

    /// <summary>One gradient for each of <see cref="CompiledProgram.RowTables"/>.</summary>
    public RowGradient[] RowGradients { get; set; } = [];

    /// <summary>One for each state of the method, [Batch × Pad(width)]: the state before the first step, in the direction of the scan. A null pointer stands for the state's
    /// initial constant.</summary>
    public Floats[] InitialStates { get; set; } = [];

    /// <summary>One for each state, [Batch × Pad(width)]: the memory for the state after the last step, or a null pointer if it is not wanted.</summary>
    public Floats[] FinalStates { get; set; } = [];

    /// <summary>Null, or one for each state: the memory for the gradient of the initial state, or a null pointer if it is not wanted.</summary>
    public Floats[]? InitialStateGradients { get; set; }
}
