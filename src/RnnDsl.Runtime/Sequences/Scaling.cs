namespace RnnDsl.Sequences;

/// <summary>Ways to scale a column.</summary>
public enum Scaling
{
    /// <summary>Values as they are.</summary>
    None,
    /// <summary><see cref="StandardScaler"/>.</summary>
    Standard,
    /// <summary><see cref="MinMaxScaler"/> to 0..1.</summary>
    MinMax,
}

/// <summary>Scales each column to mean 0 and standard deviation 1 (of the population: divided by n).</summary>
public static class StandardScaler
{
    /// <summary>Fits on the first <paramref name="rows"/> rows, the training part, so that nothing leaks from later rows. A column that is constant there keeps its scale and
    /// becomes 0.</summary>
    /// <exception cref="ArgumentException">A value is missing, or the values differ by so little (less than about 1e-160) that their deviation is 0 in 64 bits.</exception>
    public static Scaler Fit(TimeSeries series, int rows) => Fit(series, rows, []);

    /// <summary>Fits on the first rows.</summary>
    /// <param name="series">The rows.</param>
    /// <param name="rows">How many are fitted on.</param>
    /// <param name="targets">The columns that a model predicts, of which findings speak in another way.</param>
    /// <param name="numbers">Which rows of the user's table these are; null if they are the first ones.</param>
    internal static Scaler Fit(TimeSeries series, int rows, string[] targets, int[]? numbers = null) => Fitting.Fit(series, rows, targets, numbers, column =>
    {
        double mean = 0;
        foreach (double value in column)
            mean += value;
        mean /= column.Length;
        double squares = 0;
        foreach (double value in column)
            squares += (value - mean) * (value - mean);
        return (mean, Math.Sqrt(squares / column.Length));
    });
}

/// <summary>Scales each column so that its smallest value becomes <c>low</c> and its largest <c>high</c>.</summary>
public static class MinMaxScaler
{
    /// <summary>Fits on the first <paramref name="rows"/> rows, the training part, so that nothing leaks from later rows. Later values may fall outside the range. A column that is
    /// constant in these rows keeps its scale and becomes <paramref name="low"/>.</summary>
    /// <exception cref="ArgumentException">A value is missing, or <paramref name="low"/> is not below <paramref name="high"/>.</exception>
    public static Scaler Fit(TimeSeries series, int rows, double low = 0, double high = 1) => Fit(series, rows, [], low, high);

    /// <inheritdoc cref="StandardScaler.Fit(TimeSeries, int, string[], int[])"/>
    internal static Scaler Fit(TimeSeries series, int rows, string[] targets, double low = 0, double high = 1, int[]? numbers = null)
    {
        if (!(low < high))
            throw new ArgumentException(FormattableString.Invariant($"The range {low} to {high} is empty."));
        return Fitting.Fit(series, rows, targets, numbers, column =>
        {
            double smallest = column.Min(), largest = column.Max();
            double scale = smallest == largest ? 1 : (largest - smallest) / (high - low);
            return (smallest - low * scale, scale);
        });
    }
}

static class Fitting
{
    /// <summary>A scaler of the kind that was chosen; null for values as they are.</summary>
    public static Scaler? Of(Scaling scaling, TimeSeries series, int rows, string[] targets, int[]? numbers = null) => scaling switch
    {
        Scaling.None => null,
        Scaling.Standard => StandardScaler.Fit(series, rows, targets, numbers),
        Scaling.MinMax => MinMaxScaler.Fit(series, rows, targets, numbers: numbers),
        _ => throw new ArgumentOutOfRangeException(nameof(scaling), scaling, "There is no such way to scale."),
    };

    public static Scaler Fit(TimeSeries series, int rows, string[] targets, int[]? numbers, Func<double[], (double Offset, double Scale)> fit)
    {
        if (rows < 1 || rows > series.Rows)
            throw new ArgumentOutOfRangeException(nameof(rows), $"Cannot fit a scaler on {rows} of {series.Rows} rows.");
        var offsets = new double[series.Width];
        var scales = new double[series.Width];
        var findings = new List<string>();
        for (int i = 0; i < series.Width; i++)
        {
            double[] column = series.DoubleColumn(series.Columns[i])[..rows];
            int missing = Array.FindIndex(column, double.IsNaN);
            if (missing >= 0)
                throw new ArgumentException(
                    $"Column '{series.Columns[i]}', row {missing}: a missing value. Resolve missing values before scaling.",
                    nameof(series));
            (offsets[i], double scale) = fit(column);
            scales[i] = column.AsSpan().ContainsAnyExcept(column[0]) ? scale : 1;
            if (ScaleFinding.Of(series.Columns[i], column, scales[i], Array.IndexOf(targets, series.Columns[i]) >= 0, numbers) is string finding)
                findings.Add(finding);
        }
        return new Scaler(series.Columns, offsets, scales) { Findings = findings };
    }
}
