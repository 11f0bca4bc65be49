using ScottPlot;
using SkiaSharp;

namespace RnnDsl.Examples.Forecasting;

/// <summary>The last held-out values beside what was forecast for them.</summary>
internal static class Picture
{
    /// <summary>Draws series over a common axis. Returns false if the machine has no font, and so the picture no labels.</summary>
    public static bool Draw(string path, string title, IReadOnlyList<(string Name, double[] Times, double[] Values)> series)
    {
        var plot = new Plot();
        foreach ((string name, double[] times, double[] values) in series)
        {
            var line = plot.Add.ScatterLine(times, values);
            line.LegendText = name;
            line.LineWidth = name == "measured" ? 2.5f : 1.5f;
        }
        plot.Title(title);
        plot.ShowLegend(Alignment.UpperCenter);
        string beside = path + ".new.png";
        plot.SavePng(beside, 1200, 500);
        File.Move(beside, path, overwrite: true);
        return SKFontManager.Default.FontFamilyCount > 0;
    }
}
