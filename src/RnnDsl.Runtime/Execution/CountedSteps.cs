using RnnDsl.Sequences;

namespace RnnDsl.Execution;

/// <summary>The steps of an example that count in a loss, as the compiler determined them.</summary>
/// <param name="Input">The index of the input that has the steps; below 0 if the example counts once.</param>
/// <param name="Labels">Whether only steps with a label count, rather than all.</param>
/// <param name="First">The number of steps with a label at the beginning that are no targets.</param>
/// <param name="Last">The number of such steps at the end.</param>
sealed record CountedSteps(int Input, bool Labels, int First, int Last)
{
    /// <summary>No target is a sequence, so the example counts once.</summary>
    public static readonly CountedSteps Once = new(-1, false, 0, 0);

    /// <summary>The method calls no loss function, so nothing says which steps count.</summary>
    public static readonly CountedSteps Unknown = new(-1, false, 0, 0);

    /// <summary>Whether examples count by their steps.</summary>
    public bool IsBySteps => Input >= 0;

    /// <summary>The number of counted steps in an example.</summary>
    public int Of(Column[] columns, int example) => Of(columns[Input], example);

    /// <summary>The number of counted steps in an example, by the column of the input.</summary>
    public int Of(Column column, int example)
    {
        if (column.Counted is { } known && known.As == this)
            return known.Numbers[example];
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
