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

    /// <summary>True if one row lies behind the other.</summary>
    internal bool IsBlock => space is null;

    /// <summary>The row of a step, counted from the first of these.</summary>
    internal Floats this[nint row] => values + (nint)(space is null ? row : space.RowOffsets[begin + (int)row] + sequence) * Stride;
}
