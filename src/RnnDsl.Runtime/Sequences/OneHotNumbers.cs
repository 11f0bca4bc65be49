namespace RnnDsl.Sequences;

/// <summary>The valid numbers of units.</summary>
static class OneHotNumbers
{
    /// <summary>Numbers are kept as floats, which hold all whole numbers up to this one.</summary>
    public const int MostUnits = 1 << 24;

    /// <summary>Whether all are whole numbers of at least −1 and below the size.</summary>
    public static bool Fit(ReadOnlySpan<float> numbers, int units)
    {
        foreach (float number in numbers)
            if (!Fits(number, units))
                return false;
        return true;
    }

    public static bool Fits(float number, int units) => number >= -1 && number < units && number == MathF.Floor(number);

    /// <exception cref="ArgumentException">One does not; the message names it.</exception>
    public static void Check(Column column)
    {
        if (!column.AreNumbersChecked && FirstMisfit(column) is { } misfit)
            throw misfit;
        column.AreNumbersChecked = true;
    }

    /// <summary>The exception for a column that was changed after it was checked.</summary>
    public static ArgumentException Misfit(Column column)
    {
        column.AreNumbersChecked = false;
        return FirstMisfit(column) ?? new ArgumentException($"Column '{column.Name}' changed while it was read.");
    }

    static ArgumentException? FirstMisfit(Column column)
    {
        ReadOnlySpan<float> values = column.Values.Span;
        for (int example = 0; example < column.Count; example++)
            for (int step = 0; step < column.Lengths[example]; step++)
                if (column.Start(example, step) is var at && at >= 0 && at < values.Length && !Fits(values[(int)at], column.Units))
                    return Misfit(column, example, step, values[(int)at]);
        return null;
    }

    static ArgumentException Misfit(Column column, int example, int step, float number) => new(FormattableString.Invariant(
        $"Column '{column.Name}', example {example}{(column.Kind == Execution.ValueKind.Sequence ? $", step {step}" : "")}: the unit's number is {number}, but the vectors have {column.Units} units: ") +
        FormattableString.Invariant($"numbers are whole, from 0 to {column.Units - 1}, or -1 for none."));
}
