using System.ComponentModel;
using RnnDsl.Memory;

namespace RnnDsl.CompilerServices;

/// <summary>Where the rows of some steps of one sequence lie: one behind the other, or among those of other sequences.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly struct StepRows
{
    readonly Floats values;
    readonly RowSpace? space;
    readonly int sequence, begin;

    /// <summary>Rows one behind the other.</summary>
    /// <param name="values">The first.</param>
    /// <param name="stride">Floats from row to row.</param>
    public StepRows(Floats values, int stride) => (this.values, Stride) = (values, stride);

    /// <summary>Rows among those of the other sequences of an axis.</summary>
    /// <param name="values">First row of the axis.</param>
    /// <param name="stride">Floats from row to row.</param>
    /// <param name="space">The rows of the axis.</param>
    /// <param name="sequence">Whose steps.</param>
    /// <param name="begin">The first of the steps.</param>
    public StepRows(Floats values, int stride, RowSpace space, int sequence, int begin)
    {
        (this.values, Stride) = (values, stride);
        // Of one sequence the rows follow each other anyhow.
        if (space.Batch == 1)
            this.values += (nint)begin * stride;
        else
            (this.space, this.sequence, this.begin) = (space, sequence, begin);
    }

    /// <summary>Floats from row to row.</summary>
    internal int Stride { get; }

    /// <summary>How many rows from one on, of those that are asked for, lie evenly far apart: a sequence's rows lie among those of all that still run, which grow fewer with time.</summary>
    /// <param name="row">The first, counted from the first of these.</param>
    /// <param name="rows">How many are asked for.</param>
    /// <param name="apart">Floats from each to the next.</param>
    internal int EvenFrom(int row, int rows, out int apart)
    {
        apart = Stride;
        if (space is null || rows < 2)
            return rows;
        ReadOnlySpan<int> offsets = space.RowOffsets.AsSpan(begin + row, rows);
        int running = offsets[1] - offsets[0], even = rows;
        if ((long)running * Stride > int.MaxValue)
            return 1;
        apart = running * Stride;
        // If the last row lies where it would if as many ran all the time, they did.
        if (offsets[^1] - offsets[0] != (long)running * (rows - 1))
            for (even = 2; offsets[even] - offsets[even - 1] == running;)
                even++;
        return even;
    }

    /// <summary>True if all rows lie evenly far apart.</summary>
    internal bool IsEven(int rows, out int apart) => EvenFrom(0, rows, out apart) == rows;

    /// <summary>The row of a step, counted from the first of these.</summary>
    internal Floats this[nint row] => values + (nint)(space is null ? row : space.RowOffsets[begin + (int)row] + sequence) * Stride;
}
