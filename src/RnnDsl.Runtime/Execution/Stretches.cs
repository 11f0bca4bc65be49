using System.ComponentModel;

namespace RnnDsl.CompilerServices;

/// <summary>
/// Divides the steps of an axis into stretches, for values of a step that are too large to be kept for all steps. They are kept for one stretch. For every other stretch they are
/// recomputed when a later sweep reads it, from the values that loops carried at its border. About √T stretches of about √T steps need the memory of 2·√T steps, and each step is
/// computed twice (Chen, Xu, Zhang &amp; Guestrin 2016, "Training Deep Nets with Sublinear Memory Cost"; Gruslys, Munos, Danihelka, Lanctot &amp; Graves 2016, "Memory-Efficient
/// Backpropagation Through Time").
/// </summary>
/// <remarks>A stretch consists of whole blocks of the sweep that reads it, so that this sweep goes through the same blocks as without stretches. If all steps together keep little
/// memory, there is one stretch.</remarks>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class Stretches
{
    readonly RowSpace space;
    readonly bool rising;

    /// <summary>The first step of each stretch, in rising order, and the end of the last one.</summary>
    int[] borders = [];

    internal Stretches(RowSpace space, bool rising) => (this.space, this.rising) = (space, rising);

    /// <summary>The number of stretches.</summary>
    public int Count { get; private set; }

    /// <summary>The first step of a stretch.</summary>
    public int Begin(int stretch) => borders[stretch];

    /// <summary>The step after the last one of a stretch.</summary>
    public int End(int stretch) => borders[stretch + 1];

    /// <summary>The least number of steps of a stretch, except for the one that is read last.</summary>
    int Steps(int floats) =>
        space.Steps < space.FewestSteps || (long)space.Rows * floats <= space.MostKept ? space.Steps : (int)Math.Ceiling(Math.Sqrt(space.Steps));

    int MostStretches(int floats) => (space.Steps + Steps(floats) - 1) / Steps(floats);

    /// <summary>The most rows of a stretch. A stretch that does not have enough steps gets one more block.</summary>
    /// <param name="blockRows">The rows of a block.</param>
    /// <param name="floats">The floats of a row that are kept for one stretch.</param>
    public int MostRows(int blockRows, int floats) =>
        (int)Math.Min(space.Rows, (long)(Steps(floats) - 1) * space.Batch + RowSpace.MostRows(space.Rows, space.Batch, blockRows));

    /// <summary>The rows of the values that a loop carries, at all borders.</summary>
    /// <param name="floats">The floats of a row that are kept for one stretch.</param>
    public int BorderRows(int floats) => MostStretches(floats) == 1 ? 0 : checked(MostStretches(floats) * space.Batch);

    /// <summary>Finds the borders.</summary>
    /// <param name="blockRows">The rows of a block.</param>
    /// <param name="floats">The floats of a row that are kept for one stretch.</param>
    public void Lay(int blockRows, int floats)
    {
        int steps = Steps(floats), end = rising ? space.Steps : 0;
        if (borders.Length <= MostStretches(floats))
            borders = new int[MostStretches(floats) + 1];
        Count = 0;
        for (int at = borders[0] = space.Steps - end; at != end;)
        {
            at = rising ? space.BlockFrom(at, blockRows) : space.BlockUpTo(at, blockRows);
            if (at == end || Math.Abs(at - borders[Count]) >= steps)
                borders[++Count] = at;
        }
        if (!rising)
            borders.AsSpan(0, Count + 1).Reverse();
    }

    /// <summary>The address from which rows are found by their numbers if only those from a step on are kept. If there is one stretch, all rows are kept.</summary>
    /// <param name="kept">The address of the first row that is kept.</param>
    /// <param name="step">The step.</param>
    /// <param name="stride">Floats from row to row.</param>
    public Floats From(Floats kept, int step, int stride) => Count == 1 ? kept : kept + -(nint)space.RowOffsets[step] * stride;

    /// <summary>The address of the rows that a loop carries at the border of a stretch.</summary>
    public Floats Border(Floats kept, int stretch, int stride) => kept + (nint)stretch * space.Batch * stride;

    /// <summary>The first border after a step, or <paramref name="to"/> if none is before it.</summary>
    public int UpToBorder(int from, int to)
    {
        for (int stretch = 1; stretch < Count; stretch++)
            if (borders[stretch] > from)
                return Math.Min(to, borders[stretch]);
        return to;
    }

    /// <summary>The last border before a step, or <paramref name="from"/> if none is after it.</summary>
    public int DownToBorder(int to, int from)
    {
        for (int stretch = Count - 1; stretch > 0; stretch--)
            if (borders[stretch] < to)
                return Math.Max(from, borders[stretch]);
        return from;
    }

    /// <summary>Keeps the values that a loop carries to a step, if that step is the first one of a stretch in the direction of the loop.</summary>
    /// <param name="step">The step.</param>
    /// <param name="forward">The direction of the loop.</param>
    /// <param name="carry">The carried values.</param>
    /// <param name="kept">The memory for all borders; null while the stretch is recomputed.</param>
    /// <param name="stride">Floats from row to row.</param>
    public void Keep(int step, bool forward, Floats carry, Floats kept, int stride)
    {
        if (kept.IsNull || Count == 1)
            return;
        int stretch = forward ? Array.BinarySearch(borders, 0, Count, step) : Array.BinarySearch(borders, 1, Count, step + 1) - 1;
        if (stretch < 0)
            return;
        // Backward in time, sequences begin within the stretch. It has as many rows as its first step.
        int first = Begin(stretch);
        CompilerServices.Rows.Copy(carry, Border(kept, stretch, stride), (long)(space.RowOffsets[first + 1] - space.RowOffsets[first]) * stride);
    }
}
