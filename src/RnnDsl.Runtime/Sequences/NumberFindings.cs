using RnnDsl.Execution;

namespace RnnDsl.Sequences;

/// <summary>Findings about the size of a data set's numbers.</summary>
static class NumberFindings
{
    /// <summary>A column is named whose numbers are typically larger than the first or, all of them, smaller than the second.</summary>
    const double Large = 100, Small = 0.01;

    /// <summary>A sentence for each column of numbers that are far from those that a model learns from. Numbers of classes, words and the like have no size.</summary>
    public static IEnumerable<string> Of(Dataset data) => data.Columns.Where(column => column.Units == 0).Select(Of).OfType<string>();

    static string? Of(Column column)
    {
        double[] means = new double[column.Width], squares = new double[column.Width];
        long steps = 0;
        for (int example = 0; example < column.Count; example++)
            for (int step = 0; step < (column.Kind == ValueKind.Sequence ? column.Lengths[example] : 1); step++)
            {
                ReadOnlySpan<float> values = column.Step(example, step);
                steps++;
                for (int unit = 0; unit < values.Length; unit++)
                {
                    double from = values[unit] - means[unit];
                    means[unit] += from / steps;
                    squares[unit] += from * (values[unit] - means[unit]);
                }
            }
        double[] deviations = [.. squares.Select(sum => Math.Sqrt(sum / Math.Max(1, steps)))], sizes = [.. means.Zip(deviations, (mean, deviation) => Math.Abs(mean) + deviation)];
        int largest = Array.IndexOf(sizes, sizes.DefaultIfEmpty().Max());
        // What is missing is reported where it is read, with advice on how to fill it.
        if (largest < 0 || !double.IsFinite(sizes[largest]) || sizes[largest] is 0 or (>= Small and <= Large))
            return null;
        return FormattableString.Invariant($"Column '{column.Name}'{(column.Width > 1 ? $", value {largest} of {column.Width}" : "")}: its mean is {means[largest]:G3} and its standard deviation {deviations[largest]:G3}, ") +
            "and models learn best from numbers of about -1 to 1: subtract the mean of the training examples and divide by their standard deviation, or let ForecastData or TableData do that.";
    }
}
