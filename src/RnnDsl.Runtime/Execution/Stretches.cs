using System.ComponentModel;

namespace RnnDsl.CompilerServices;

/// <summary>
/// The steps of an axis in stretches, for values of a step that are too large to be kept of all steps: they are kept of one stretch, and made again of each other stretch when a later sweep
/// reads it, from what loops carried at its border. About √T stretches of about √T steps need the memory of 2·√T steps, and each step is made twice (Chen, Xu, Zhang &amp; Guestrin 2016, "Training
/// Deep Nets with Sublinear Memory Cost"; Gruslys, Munos, Danihelka, Lanctot &amp; Graves 2016, "Memory-Efficient Backpropagation Through Time").
/// </summary>
/// <remarks>A stretch is some whole blocks of the sweep that reads it, so that this sweep goes through the same blocks as without stretches. Where all steps have little to keep, there is one stretch.</remarks>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class Stretches
{
    readonly RowSpace space;
    readonly bool rising;

    /// <summary>Where each stretch begins, rising, and where the last one ends.</summary>
    int[] borders = [];

    internal Stretches(RowSpace space, bool rising) => (this.space, this.rising) = (space, rising);

    /// <summary>How many stretches there are.</summary>
    public int Count { get; private set; }

    /// <summary>First step of a stretch.</summary>
    public int Begin(int stretch) => borders[stretch];

    /// <summary>The step behind the last one of a stretch.</summary>
    public int End(int stretch) => borders[stretch + 1];

    /// <summary>Steps of a stretch at least, but of the last that is read.</summary>
    int Steps(int floats) =>
        space.Steps < space.FewestSteps || (long)space.Rows * floats <= space.MostKept ? space.Steps : (int)Math.Ceiling(Math.Sqrt(space.Steps));

    int Most(int floats) => (space.Steps + Steps(floats) - 1) / Steps(floats);

    /// <summary>Most rows of a stretch: one that has not enough steps has one more block.</summary>
    /// <param name="blockRows">Rows of a block.</param>
    /// <param name="floats">Floats of a row that are kept of one stretch.</param>
    public int MostRows(int blockRows, int floats) =>
        (int)Math.Min(space.Rows, (long)(Steps(floats) - 1) * space.Batch + RowSpace.MostRows(space.Rows, space.Batch, blockRows));

    /// <summary>Rows of what a loop carries, at all borders.</summary>
    /// <param name="floats">Floats of a row that are kept of one stretch.</param>
    public int BorderRows(int floats) => Most(floats) == 1 ? 0 : checked(Most(floats) * space.Batch);

    /// <summary>Finds the borders.</summary>
    /// <param name="blockRows">Rows of a block.</param>
    /// <param name="floats">Floats of a row that are kept of one stretch.</param>
    public void Lay(int blockRows, int floats)
    {
        int steps = Steps(floats), end = rising ? space.Steps : 0;
        if (borders.Length <= Most(floats))
            borders = new int[Most(floats) + 1];
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

    /// <summary>Where rows are found by their numbers, if those from a step on are kept; all are, if there is one stretch.</summary>
    /// <param name="kept">Where the first row that is kept lies.</param>
    /// <param name="step">The step.</param>
    /// <param name="stride">Floats from row to row.</param>
    public Floats From(Floats kept, int step, int stride) => Count == 1 ? kept : kept + -(nint)space.RowOffsets[step] * stride;

    /// <summary>Where the rows that a loop carries at the border of a stretch lie.</summary>
    public Floats Border(Floats kept, int stretch, int stride) => kept + (nint)stretch * space.Batch * stride;

    /// <summary>Keeps what a loop carries to a step if that is the first one of a stretch in the direction of the loop.</summary>
    /// <param name="step">The step.</param>
    /// <param name="forward">The direction.</param>
    /// <param name="carry">What it carries.</param>
    /// <param name="kept">Where it is kept at all borders; null while the stretch is made again.</param>
    /// <param name="stride">Floats from row to row.</param>
    public void Keep(int step, bool forward, Floats carry, Floats kept, int stride)
    {
        if (kept.IsNull || Count == 1)
            return;
        int stretch = forward ? Array.BinarySearch(borders, 0, Count, step) : Array.BinarySearch(borders, 1, Count, step + 1) - 1;
        if (stretch < 0)
            return;
        // Against time, sequences begin within the stretch: it has as many as its first step.
        int first = Begin(stretch);
        CompilerServices.Rows.Copy(carry, Border(kept, stretch, stride), (long)(space.RowOffsets[first + 1] - space.RowOffsets[first]) * stride);
    }
}
