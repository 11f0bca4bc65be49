namespace RnnDsl.Sequences;

/// <summary>Judges a column's scale by its values.</summary>
static class ScaleFinding
{
    /// <summary>A scale that is smaller relative to the column's values comes from their rounding.</summary>
    const double SmallBesideValues = 1e-6;
    const double Small = 1e-10;

    /// <summary>In units of the scale. If all other values lie in a narrower range, the scale says nothing about them.</summary>
    const double Narrow = 0.05;

    /// <summary>A sentence about a column from which a model will learn little, or null.</summary>
    /// <param name="name">The column's name.</param>
    /// <param name="values">Its values in the rows that the scaler is fitted on. None is missing.</param>
    /// <param name="scale">The scale.</param>
    /// <param name="isTarget">Whether a model predicts it.</param>
    /// <param name="numbers">Which rows these are; null if they are the first ones.</param>
    public static string? Of(string name, double[] values, double scale, bool isTarget, int[]? numbers)
    {
        double largest = values.Max(Math.Abs);
        if (!values.AsSpan().ContainsAnyExcept(values[0]))
            return FormattableString.Invariant(
                $"Column '{name}' is {values[0]:G9} in all {values.Length} rows that the scaler is fitted on: ") + (isTarget
                ? "as a target it has nothing to learn. Predict another column, or train on rows in which it changes." : "it tells a model nothing; leave it out.");
        if (scale < SmallBesideValues * largest || scale < Small)
            return FormattableString.Invariant(
                $"Column '{name}' hardly changes, by {scale:G3} at values up to {largest:G9}: scaling makes that change large, which may be rounding or noise. ") +
                "Leave it out, or subtract a constant from it if the change counts.";
        return Outlier(name, values, scale, numbers);
    }

    /// <summary>Finds few values, at most one in a thousand, that lie so far from the others that scaling makes the others nearly equal. A column that is constant except for a few
    /// values is no such column: there the few values are the information.</summary>
    static string? Outlier(string name, double[] values, double scale, int[]? numbers)
    {
        double[] sorted = [.. values];
        Array.Sort(sorted);
        // The far values are either below or above: look for the narrowest range that leaves them out.
        int far = Math.Max(1, values.Length / 1000), first = 0;
        for (int below = 1; below <= far; below++)
            if (Width(below) < Width(first))
                first = below;
        double width = Width(first);
        if (values.Length < 4 || width == 0 || width >= Narrow * scale)
            return null;
        double low = sorted[first], high = sorted[first + values.Length - 1 - far];
        double middle = low + (high - low) / 2;
        double furthest = Math.Abs(sorted[0] - middle) > Math.Abs(sorted[^1] - middle) ? sorted[0] : sorted[^1];
        int row = Array.IndexOf(values, furthest);
        return FormattableString.Invariant(
            $"Column '{name}': {furthest:G6} in row {numbers?[row] ?? row} makes its scale {scale:G3}, beside which nearly all others, {low:G6} to {high:G6}, are one number. ") +
            "Correct it, or read it as missing.";

        double Width(int from) => sorted[from + values.Length - 1 - far] - sorted[from];
    }
}
