using System.ComponentModel;

namespace RnnDsl.CompilerServices;

/// <summary>
/// The rows of one axis in a shard. Sequences are sorted by falling length and stored time-major without padding in time: step t holds rows
/// <c>RowOffsets[t] .. RowOffsets[t + 1]</c>, one for each sequence that is still running, so row b of step t belongs to sequence b.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class RowSpace
{
    private protected RowSpace()
    {
        FallingStretches = new(this, rising: false);
        RisingStretches = new(this, rising: true);
    }

    /// <summary>Longest length of a sequence.</summary>
    public int Steps { get; set; }

    /// <summary>Number of sequences.</summary>
    public int Batch { get; set; }

    /// <summary>Sum of the lengths.</summary>
    public int Rows { get; set; }

    /// <summary>First row of each step; <see cref="Steps"/> + 1 entries are in use.</summary>
    public int[] RowOffsets { get; set; } = [];

    /// <summary>Length of each sequence, falling; <see cref="Batch"/> entries are in use.</summary>
    public int[] Lengths { get; set; } = [];

    /// <summary>For a further axis: for each sequence, in the axis' order, the row of its example in the order of axis 0. For an axis within another: the row of the step to which the sequence belongs.</summary>
    public int[] Parents { get; set; } = [];

    /// <summary>For a further axis: for each example, in the order of axis 0, the row of its sequence in the axis' order. For an axis within another: the same for each row of the outer axis.</summary>
    public int[] Places { get; set; } = [];

    /// <summary>For an axis that has each k-th step of another: for each of its rows, the row of the other axis.</summary>
    public int[] Sources { get; set; } = [];

    /// <summary>For an axis that has each k-th step of another: for each row of the other axis, the row here, or −1 for a step that it does not have.</summary>
    public int[] Targets { get; set; } = [];

    /// <summary>Finds the rows of an axis that has each k-th step of another, from the first step of each sequence on. Both axes are laid out already.</summary>
    internal void LaySources(RowSpace whole, int every)
    {
        if (Sources.Length < Rows)
            Sources = new int[Rows];
        if (Targets.Length < whole.Rows)
            Targets = new int[whole.Rows];
        Targets.AsSpan(0, whole.Rows).Fill(-1);
        for (int step = 0, row = 0; step < Steps; step++)
            for (int sequence = 0; row < RowOffsets[step + 1]; row++, sequence++)
            {
                // An axis without parents has the examples' own order.
                int parent = Parents.Length == 0 ? sequence : Parents[sequence];
                int source = whole.RowOffsets[step * every] + (whole.Places.Length == 0 ? parent : whole.Places[parent]);
                Sources[row] = source;
                Targets[source] = row;
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

    /// <summary>Rows of a block of steps: a multiple of the rows of every microkernel, enough to make products worth while, and few enough that what a
    /// program keeps of them, <paramref name="floats"/> a row, stays in the L2 cache.</summary>
    public static int BlockRows(int floats) => Math.Clamp(BlockFloats / Math.Max(floats, 1) / 12 * 12, 48, 96);

    const int BlockFloats = 128 * 1024;

    /// <summary>Most rows that a block has: it ends with a whole step.</summary>
    public static int MostRows(int rows, int batch, int blockRows) => Math.Min(rows, blockRows - 1 + batch);

    /// <summary>Most rows of a block, for tests that want many blocks of short sequences.</summary>
    internal int MostBlockRows { get; set; } = int.MaxValue;

    /// <summary>The end of the block that begins with this step. The steps that are left are cut into blocks of about equal size.</summary>
    public int BlockFrom(int begin, int blockRows)
    {
        int first = RowOffsets[begin], wanted = Part(Rows - first, Math.Min(blockRows, MostBlockRows)), end = begin + 1;
        while (end < Steps && RowOffsets[end] - first < wanted)
            end++;
        return end;
    }

    /// <summary>Begin of the block that ends before a step.</summary>
    public int BlockUpTo(int end, int blockRows)
    {
        int last = RowOffsets[end], wanted = Part(last, Math.Min(blockRows, MostBlockRows)), begin = end - 1;
        while (begin > 0 && last - RowOffsets[begin] < wanted)
            begin--;
        return begin;
    }

    /// <summary>The steps in stretches that are read against time.</summary>
    public Stretches FallingStretches { get; }

    /// <summary>The steps in stretches that are read in time.</summary>
    public Stretches RisingStretches { get; }

    /// <summary>If the longest sequence has fewer steps than this, there are no stretches, because little memory would be saved.</summary>
    internal int FewestSteps { get; set; } = 128;

    /// <summary>A program that can keep the values of one stretch only keeps at most this many floats of all steps.</summary>
    internal long MostKept { get; set; } = UsuallyKept.Matrices;

    /// <summary>The floats that programs usually keep of all steps, of matrices and of vectors.</summary>
    internal static readonly (long Matrices, long Vectors) UsuallyKept = (4 << 20, 64 << 20);

    const int MostStepsAtOnce = 192;

    /// <summary>Most steps of a sequence that a product within an example takes at once: all of them, or parts of about equal size.</summary>
    public int StepsAtOnce => Part(Steps, MostStepsAtOnce);

    /// <summary>The end of the part of a sequence that begins with this step.</summary>
    public int StepsUpTo(int sequence, int begin) => Math.Min(begin + StepsAtOnce, Lengths[sequence]);

    static int Part(int rows, int most)
    {
        int parts = (rows + most - 1) / most;
        return (rows + parts - 1) / parts;
    }
}
