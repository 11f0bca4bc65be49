using RnnDsl.Sequences;

namespace RnnDsl.Execution;

/// <summary>Which steps of an example count in a loss, as the compiler found them.</summary>
/// <param name="Input">The number of the input that has them; below 0 if the example counts once.</param>
/// <param name="Labels">Only steps with a label count, else all.</param>
/// <param name="First">Of steps with a label, so many at the beginning are no target.</param>
/// <param name="Last">As many at the end.</param>
sealed record CountedSteps(int Input, bool Labels, int First, int Last)
{
    /// <summary>No target is a sequence: the example counts once.</summary>
    public static readonly CountedSteps Once = new(-1, false, 0, 0);

    /// <summary>The method calls no loss function: nothing says what its steps are.</summary>
    public static readonly CountedSteps Unknown = new(-1, false, 0, 0);

    /// <summary>Whether examples count by their steps.</summary>
    public bool IsBySteps => Input >= 0;

    /// <summary>How many there are in an example.</summary>
    public int Of(Column[] columns, int example)
    {
        Column column = columns[Input];
        int steps = column.Lengths[example];
        if (!Labels)
            return steps;
        ReadOnlySpan<float> values = column.Values.Span;
        int count = 0;
        for (int step = First; step < steps - Last; step++)
            if (values[column.Starts[example] + step * column.Stride] > -0.5f)
                count++;
        return count;
    }
}
