using System.Globalization;
using RnnDsl.Sequences;
using ScottPlot;

namespace RnnDsl.Plots;

/// <summary>Forecasts of a series beside what was measured, as a picture.</summary>
/// <example><code>
/// new ForecastPlot(series, rows) { Title = "Load, a day ahead", Quantity = "Load (MW)" }
///     .Add("measured", actual).Add("LSTM", predicted).Save("forecast.png");
/// </code></example>
public sealed class ForecastPlot
{
    /// <summary>No more rows are drawn, the last ones, so that lines can be told apart.</summary>
    public const int MostRows = 400;

    readonly TimeSeries series;
    readonly int[] rows;
    readonly List<(string Name, double[] Values)> lines = [];

    /// <param name="series">The series. The first of its label columns that has dates for all rows becomes the axis; without one the numbers of the rows do.</param>
    /// <param name="rows">For each forecast, the row for which it was made: of forecasts of several steps the row of the last step.</param>
    /// <exception cref="ArgumentException">There are no rows, or one lies outside the series.</exception>
    public ForecastPlot(TimeSeries series, IEnumerable<int> rows)
    {
        ArgumentNullException.ThrowIfNull(series);
        this.series = series;
        this.rows = [.. rows];
        if (this.rows.Length == 0)
            throw new ArgumentException("There are no rows to draw.", nameof(rows));
        foreach (int row in this.rows)
            if (row < 0 || row >= series.Rows)
                throw new ArgumentException($"Row {row} lies outside the series, which has {series.Rows} rows.", nameof(rows));
    }

    /// <summary>Above the picture.</summary>
    public string Title { get; init; } = "Forecast";

    /// <summary>Beside the picture: what the values are, with their unit.</summary>
    public string Quantity { get; init; } = "value";

    /// <summary>Whether this machine has a font. Without one, pictures have no titles and labels.</summary>
    public static bool HasFonts => Picture.HasFonts;

    /// <summary>Adds a line. The first one is drawn thicker than the others.</summary>
    /// <param name="name">The name in the legend.</param>
    /// <param name="values">The values of all rows. Where a forecast has several steps, those of all its steps, one forecast after the other: [rows × steps]; the last step is drawn.</param>
    /// <exception cref="ArgumentException">The values are not as many as the rows, or a multiple of them.</exception>
    public ForecastPlot Add(string name, ReadOnlySpan<float> values)
    {
        if (values.IsEmpty || values.Length % rows.Length != 0)
            throw new ArgumentException($"{values.Length} values are not one or more for each of {rows.Length} rows.", nameof(values));
        var last = new double[rows.Length];
        int steps = values.Length / rows.Length;
        for (int i = 0; i < last.Length; i++)
            last[i] = values[(i + 1) * steps - 1];
        lines.Add((name, last));
        return this;
    }

    /// <summary>Draws the lines over the last <see cref="MostRows"/> rows.</summary>
    /// <param name="path">The file, which ends in .png or .svg. An existing one is replaced.</param>
    /// <exception cref="ArgumentException">The file has another ending.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Save(string path)
    {
        var plot = new Plot();
        int from = Math.Max(0, rows.Length - MostRows);
        double[]? dates = Dates(rows[from..]);
        double[] places = dates ?? [.. rows[from..].Select(row => (double)row)];
        foreach ((string name, double[] values) in lines)
        {
            var line = plot.Add.ScatterLine(places, values[from..]);
            line.LegendText = name;
            line.LineWidth = name == lines[0].Name ? 2.5f : 1.5f;
        }
        if (dates is not null)
            plot.Axes.DateTimeTicksBottom();
        else
            plot.Axes.Bottom.TickGenerator = Picture.WholeNumbers;
        plot.XLabel(dates is not null ? "date" : "row");
        plot.YLabel(Quantity);
        plot.Title(Title);
        plot.ShowLegend(Alignment.UpperCenter);
        Picture.Save(plot, path, 1200, 500);
    }

    /// <summary>The dates of some rows as the plot counts them, from the first column of text that has only dates there; null without one.</summary>
    double[]? Dates(int[] rows)
    {
        foreach (LabelColumn label in series.Labels)
        {
            double[] dates = [.. rows.Select(row => DateTime.TryParse(label.Values[row], CultureInfo.InvariantCulture, DateTimeStyles.None, out DateTime date) ? date.ToOADate() : double.NaN)];
            if (!dates.Any(double.IsNaN))
                return dates;
        }
        return null;
    }
}
