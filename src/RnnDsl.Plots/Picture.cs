using System.Text;
using RnnDsl.Storage;
using ScottPlot;
using ScottPlot.TickGenerators;
using SkiaSharp;

namespace RnnDsl.Plots;

/// <summary>Files of pictures.</summary>
static class Picture
{
    public static bool HasFonts => SKFontManager.Default.FontFamilyCount > 0;

    /// <summary>Marks of an axis, at whole numbers alone.</summary>
    public static ITickGenerator WholeNumbers => new NumericAutomatic { IntegerTicksOnly = true };

    /// <summary>Writes a plot in the format that the file's ending names. An old picture stays until the new one is whole.</summary>
    public static void Save(Plot plot, string path, int width, int height)
    {
        byte[] picture = Path.GetExtension(path).ToLowerInvariant() switch
        {
            ".png" => plot.GetImageBytes(width, height, ImageFormat.Png),
            ".svg" => Encoding.UTF8.GetBytes(plot.GetSvgXml(width, height)),
            var other => throw new ArgumentException($"{path} ends in '{other}': pictures are written as .png and .svg.", nameof(path)),
        };
        AtomicFile.Write(path, stream => stream.Write(picture));
    }
}
