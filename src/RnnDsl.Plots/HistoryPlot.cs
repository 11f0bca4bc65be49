using RnnDsl.Training;
using ScottPlot;

namespace RnnDsl.Plots;

/// <summary>The course of a training as a picture.</summary>
public static class HistoryPlot
{
    /// <summary>Draws the losses of the training and of the validation data by epoch, and marks the best epoch. Losses that are not finite are left out. A run that went on from a checkpoint is drawn with the epochs before it.</summary>
    /// <param name="history">The course of a training.</param>
    /// <param name="path">The file, which ends in .png or .svg. An existing one is replaced.</param>
    /// <param name="title">Above the picture.</param>
    /// <exception cref="ArgumentException">The file has another ending.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void SavePlot(this History history, string path, string title = "Training")
    {
        ArgumentNullException.ThrowIfNull(history);
        var plot = new Plot();
        EpochReport[] epochs = [.. history.Earlier.Concat(history.Epochs)];
        Add("training", epoch => epoch.TrainLoss);
        Add("validation", epoch => epoch.ValidationLoss ?? double.NaN);
        if (history.Best is { } best)
            plot.Add.VerticalLine(best.Epoch).LegendText = $"best: epoch {best.Epoch}";
        plot.Axes.Bottom.TickGenerator = Picture.WholeNumbers;
        plot.XLabel("epoch");
        plot.YLabel("loss");
        plot.Title(title);
        plot.ShowLegend(Alignment.UpperRight);
        Picture.Save(plot, path, 800, 500);

        void Add(string name, Func<EpochReport, double> loss)
        {
            EpochReport[] known = [.. epochs.Where(epoch => double.IsFinite(loss(epoch)))];
            if (known.Length > 0)
                plot.Add.Scatter(known.Select(epoch => (double)epoch.Epoch).ToArray(), known.Select(loss).ToArray()).LegendText = name;
        }
    }
}
