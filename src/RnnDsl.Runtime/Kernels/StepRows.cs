using System.ComponentModel;
using RnnDsl.Memory;

namespace RnnDsl.CompilerServices;

/// <summary>Where the rows of some steps of one sequence lie: one after another, or among those of other sequences.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly struct StepRows
{
    readonly Floats values;
    readonly RowSpace? space;
    readonly int sequence, begin;

    /// <summary>Rows that lie one after another.</summary>
    /// <param name="values">The first row.</param>
    /// <param name="stride">Floats from row to row.</param>
    public StepRows(Floats values, int stride) => (this.values, Stride) = (values, stride);

    /// <summary>Rows among those of the other sequences of an axis.</summary>
    /// <param name="values">The first row of the axis.</param>
    /// <param name="stride">Floats from row to row.</param>
    /// <param name="space">The rows of the axis.</param>
    /// <param name="sequence">The number of the sequence.</param>
    /// <param name="begin">The first of the steps.</param>
    public StepRows(Floats values, int stride, RowSpace space, int sequence, int begin)
    {
        (this.values, Stride) = (values, stride);
        // If the axis has one sequence only, its rows follow each other anyway.
        if (space.Batch == 1)
            this.values += (nint)begin * stride;
        else
            (this.space, this.sequence, this.begin) = (space, sequence, begin);
    }

    /// <summary>Floats from row to row.</summary>
    internal int Stride { get; }

    /// <summary>The number of rows, from one row on and of those that are asked for, that are evenly spaced. A sequence's rows lie among those of all sequences that still run,
    /// whose number falls over time.</summary>
    /// <param name="row">The first row, counted from the first of these steps.</param>
    /// <param name="rows">The number of rows that are asked for.</param>
    /// <param name="apart">The floats from each row to the next.</param>
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
        // If the last row lies where it would if the number of running sequences were constant, it was constant.
        if (offsets[^1] - offsets[0] != (long)running * (rows - 1))
            for (even = 2; offsets[even] - offsets[even - 1] == running;)
                even++;
        return even;
    }

    /// <summary>True if all rows are evenly spaced.</summary>
    internal bool IsEven(int rows, out int apart) => EvenFrom(0, rows, out apart) == rows;

    /// <summary>The row of a step, counted from the first of these steps.</summary>
    internal Floats this[nint row] => values + (nint)(space is null ? row : space.RowOffsets[begin + (int)row] + sequence) * Stride;
}
