using System.ComponentModel;
using RnnDsl.Memory;

namespace RnnDsl.CompilerServices;

/// <summary>
/// A part of a batch, run by one worker from its first step to its last. Sequences are sorted by falling length and
/// stored time-major without padding in time: step t holds rows <c>RowOffsets[t] .. RowOffsets[t + 1]</c>, one for each sequence
/// that is still running, so row b of step t belongs to sequence b. Every row is padded to <see cref="Layout.Pad"/> floats.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
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

    /// <summary>
    /// The same examples along another axis: its own steps, lengths and rows, and an order of its own, by falling length of its sequences. All else is this shard's. Axis 0 is
    /// the shard itself; code for the rows of an axis is the same as for those of axis 0.
    /// </summary>
    public Shard Of(int axis) => axis == 0 ? this : others[axis - 1];

    /// <summary>Of a further axis: for each sequence in its order, the row of its example in the order of axis 0.</summary>
    public int[] Parents { get; set; } = [];

    /// <summary>Of a further axis: for each example in the order of axis 0, the row of its sequence in the axis' order.</summary>
    public int[] Places { get; set; } = [];

    Shard[] others = [];

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
            (other.Batch, other.ExampleWeight, other.Noise) = (Batch, ExampleWeight, Noise);
            (other.Parameters, other.Prepared, other.Arena) = (Parameters, Prepared, Arena);
            (other.Inputs, other.InputGradients, other.Output, other.OutputGradient, other.Gradients, other.RowGradients) = (Inputs, InputGradients, Output, OutputGradient, Gradients, RowGradients);
            (other.InitialStates, other.FinalStates, other.InitialStateGradients) = (InitialStates, FinalStates, InitialStateGradients);
            other.others = others;
            if (ExampleWeights.Length == 0)
                continue;
            if (other.ExampleWeights.Length < Batch)
                other.ExampleWeights = new float[Batch];
            for (int i = 0; i < Batch; i++)
                other.ExampleWeights[i] = ExampleWeights[other.Parents[i]];
        }
    }

    /// <summary>Lays out the rows: the first row of each step, from the falling lengths.</summary>
    /// <param name="lengths">Length of each sequence, falling.</param>
    internal void LayRows(ReadOnlySpan<int> lengths)
    {
        Batch = lengths.Length;
        Steps = lengths[0];
        if (Lengths.Length < lengths.Length)
            Lengths = new int[lengths.Length];
        if (RowOffsets.Length <= Steps)
            RowOffsets = new int[Steps + 1];
        lengths.CopyTo(Lengths);
        int active = lengths.Length;
        for (int step = 0; step < Steps; step++)
        {
            while (Lengths[active - 1] <= step)
                active--;
            long rows = (long)RowOffsets[step] + active;
            RowOffsets[step + 1] = rows <= Array.MaxLength ? (int)rows : throw new InvalidOperationException(
                $"A shard of {lengths.Length} sequences has more than {Array.MaxLength} steps in all: use smaller batches, fewer examples per shard, or shorter sequences.");
        }
        Rows = RowOffsets[Steps];
    }

    /// <summary>Weight of one example in the gradient: 1 / (examples in the whole batch).</summary>
    public float ExampleWeight { get; set; }

    /// <summary>Weight of each example in the gradient, in the order of this axis; they sum to 1 over the whole batch, or are all 0. For losses with a target that is a sequence.</summary>
    public float[] ExampleWeights { get; set; } = [];

    /// <summary>Key of the units that a training program drops.</summary>
    public ulong Noise { get; set; }

    public Floats Parameters { get; set; }
    public Floats Prepared { get; set; }
    public Floats Arena { get; set; }

    /// <summary>One per input of the method, in its order. A sequence: [Rows × Pad(width)], of scalars [Rows]; a vector: [Batch × Pad(width)];
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

    /// <summary>One for each of <see cref="CompiledProgram.RowTables"/>.</summary>
    public RowGradient[] RowGradients { get; set; } = [];

    /// <summary>One per state of the method, [Batch × Pad(width)]: the state before the first step in the direction of the
    /// scan. A null pointer stands for the state's initial constant.</summary>
    public Floats[] InitialStates { get; set; } = [];

    /// <summary>One per state, [Batch × Pad(width)]: the state after the last step, or a null pointer if not wanted.</summary>
    public Floats[] FinalStates { get; set; } = [];

    /// <summary>Null, or one per state: gradient of the initial state, or a null pointer if not wanted.</summary>
    public Floats[]? InitialStateGradients { get; set; }

    /// <summary>Rows of a block of steps: a multiple of every microkernel's, enough for its products to be worth while, and few enough that what a
    /// program keeps of them, <paramref name="floats"/> a row, stays in the second cache.</summary>
    public static int BlockRows(int floats) => Math.Clamp(BlockFloats / Math.Max(floats, 1) / 12 * 12, 48, 96);

    const int BlockFloats = 128 * 1024;

    /// <summary>Most rows that a block has: it ends with a whole step.</summary>
    public static int MostRows(int rows, int batch, int blockRows) => Math.Min(rows, blockRows - 1 + batch);

    /// <summary>End of the block that begins with a step. What is left is cut into parts of about one size.</summary>
    public int BlockFrom(int begin, int blockRows)
    {
        int first = RowOffsets[begin], wanted = Part(Rows - first, blockRows), end = begin + 1;
        while (end < Steps && RowOffsets[end] - first < wanted)
            end++;
        return end;
    }

    /// <summary>Begin of the block that ends before a step.</summary>
    public int BlockUpTo(int end, int blockRows)
    {
        int last = RowOffsets[end], wanted = Part(last, blockRows), begin = end - 1;
        while (begin > 0 && last - RowOffsets[begin] < wanted)
            begin--;
        return begin;
    }

    static int Part(int rows, int most)
    {
        int parts = (rows + most - 1) / most;
        return (rows + parts - 1) / parts;
    }
}
