using System.Globalization;
using RnnDsl.Sequences;
using RnnDsl.Training;
using ScottPlot;
using SkiaSharp;

namespace RnnDsl.Examples.Forecasting;

/// <summary>The last held-out values beside what was forecast for them, and the course of a training.</summary>
internal static class Picture
{
    /// <summary>The windows that are drawn, the newest ones.</summary>
    const int MostShown = 400;

    /// <summary>Draws the last value of each of the newest windows of a series, over their dates where it has any. Returns false if the machine has no font, and so the picture no labels.</summary>
    /// <param name="path">Where the picture goes.</param>
    /// <param name="title">Above it.</param>
    /// <param name="unit">Beside it.</param>
    /// <param name="series">The series.</param>
    /// <param name="ends">The row of each window's last value.</param>
    /// <param name="horizon">The values of each window.</param>
    /// <param name="forecasts">The values of all windows, one window after the other.</param>
    public static bool Draw(string path, string title, string unit, TimeSeries series, int[] ends, int horizon, IReadOnlyList<(string Name, float[] Values)> forecasts)
    {
        var plot = new Plot();
        int from = Math.Max(0, ends.Length - MostShown);
        int[] rows = ends[from..];
        double[]? dates = Dates(series, rows);
        double[] places = dates ?? [.. rows.Select(row => (double)row)];
        foreach ((string name, float[] values) in forecasts)
        {
            var line = plot.Add.ScatterLine(places, [.. Enumerable.Range(from, rows.Length).Select(i => (double)values[i * horizon + horizon - 1])]);
            line.LegendText = name;
            line.LineWidth = name == "measured" ? 2.5f : 1.5f;
        }
        if (dates is not null)
            plot.Axes.DateTimeTicksBottom();
        plot.XLabel(dates is not null ? "date" : "row");
        plot.YLabel(unit);
        plot.Title(title);
        plot.ShowLegend(Alignment.UpperCenter);
        Replace(path, beside => plot.SavePng(beside, 1200, 500));
        return SKFontManager.Default.FontFamilyCount > 0;
    }

    /// <summary>Draws the losses of a training by epoch, as SVG.</summary>
    public static void Curve(string path, History history)
    {
        var plot = new Plot();
        double[] epochs = [.. history.Epochs.Select(epoch => (double)epoch.Epoch)];
        plot.Add.Scatter(epochs, history.Epochs.Select(epoch => epoch.TrainLoss).ToArray()).LegendText = "training";
        plot.Add.Scatter(epochs, history.Epochs.Select(epoch => epoch.ValidationLoss ?? double.NaN).ToArray()).LegendText = "validation";
        if (history.Best is { } best)
            plot.Add.VerticalLine(best.Epoch).LegendText = $"best: epoch {best.Epoch}";
        plot.XLabel("epoch");
        plot.YLabel("loss (scaled values)");
        plot.Title("Training");
        plot.ShowLegend(Alignment.UpperRight);
        Replace(path, beside => plot.SaveSvg(beside, 800, 500));
    }

    /// <summary>The rows' dates as the plot counts them, from the first column of text that has only dates there; null without one.</summary>
    static double[]? Dates(TimeSeries series, int[] rows)
    {
        foreach (LabelColumn label in series.Labels)
        {
            double[] dates = [.. rows.Select(row => DateTime.TryParse(label.Values[row], CultureInfo.InvariantCulture, DateTimeStyles.None, out DateTime date) ? date.ToOADate() : double.NaN)];
            if (dates.Length > 0 && !dates.Any(double.IsNaN))
                return dates;
        }
        return null;
    }

    /// <summary>Writes beside the file's place: an old picture stays until the new one is whole.</summary>
    static void Replace(string path, Action<string> write)
    {
        string beside = Path.ChangeExtension(path, ".new" + Path.GetExtension(path));
        write(beside);
        File.Move(beside, path, overwrite: true);
    }
}
