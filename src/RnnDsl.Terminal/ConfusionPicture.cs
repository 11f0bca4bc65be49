using System.Globalization;
using RnnDsl.Metrics;
using RnnDsl.Storage;

namespace RnnDsl.Terminal;

/// <summary>The confusion matrix as a picture in the format SVG, which browsers, editors and word processors show. It names no other file and no font of its own.</summary>
public static class ConfusionPicture
{
    /// <summary>Longer names are cut. The whole name is shown when the mouse points at the cut one.</summary>
    const int LongestName = 24;

    /// <summary>The least share by which a cell with examples is colored, in pictures whose cells are too small for numbers.</summary>
    const double Faint = 0.15;

    const int Margin = 12, AxisFont = 13, TitleFont = 16;

    /// <summary>The SVG text of the picture. Rows are the true classes, columns the predicted ones. The color of a cell is its share of the examples of its row, and its number is their count. With more than 12 classes, cells
    /// without examples have no number. With more than 60, no cell has one, and even a single example has a visible color.</summary>
    /// <param name="report">The report. The picture has its classes, in its order.</param>
    /// <param name="title">Above the picture, or "".</param>
    public static string DrawConfusion(this ClassificationReport report, string title = "")
    {
        ArgumentNullException.ThrowIfNull(report);
        return Draw(new ConfusionCounts(report.Classes, [.. report.Scores.Select(s => s.Support)], report.Confusion), title);
    }

    /// <summary>The picture of counts, as <see cref="DrawConfusion"/> draws it.</summary>
    internal static string Draw(ConfusionCounts report, string title)
    {
        int classes = report.Classes.Count, cell = classes switch { <= 12 => 48, <= 30 => 32, <= 60 => 20, _ => 12 }, font = cell >= 32 ? 12 : cell >= 20 ? 11 : 9;
        string[] names = [.. report.Classes.Select(name => name.Length <= LongestName ? name : name[..(LongestName - 1)] + "…")];
        double longest = names.Max(name => name.Length) * SvgText.Letter * font;
        bool isFlat = longest <= cell - 4;
        double slanted = isFlat ? font : longest * 0.71 + font;
        double left = Margin + AxisFont + 10 + longest + 6, top = Margin + (title.Length > 0 ? TitleFont + 12 : 0) + AxisFont + 10 + slanted + 6, size = (double)classes * cell;
        double legend = left + size + (isFlat ? 20 : Math.Max(20, slanted - cell / 2.0 + 8)), width = Math.Max(legend + 80, title.Length * SvgText.Letter * TitleFont + 2 * Margin), height = Math.Max(top + size + Margin, top + 150);

        var svg = new SvgText();
        svg.Line($"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width:F0}\" height=\"{height:F0}\" viewBox=\"0 0 {width:F0} {height:F0}\" font-family=\"sans-serif\" font-size=\"{font}\">");
        svg.Line($"<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>");
        if (title.Length > 0)
            svg.Text(Margin, Margin + TitleFont, title, $"font-size=\"{TitleFont}\" font-weight=\"bold\"");
        svg.Text(left + size / 2, top - slanted - 14, "predicted", $"text-anchor=\"middle\" font-size=\"{AxisFont}\"");
        svg.Turned(Margin + AxisFont, top + size / 2, -90, "actual", $"text-anchor=\"middle\" font-size=\"{AxisFont}\"");
        for (int i = 0; i < classes; i++)
        {
            double middle = (i + 0.5) * cell;
            svg.Text(left - 6, top + middle + font * 0.35, names[i], "text-anchor=\"end\"", report.Classes[i]);
            if (isFlat)
                svg.Text(left + middle, top - 6, names[i], "text-anchor=\"middle\"", report.Classes[i]);
            else
                svg.Turned(left + middle + font * 0.25, top - 6, -45, names[i], "", report.Classes[i]);
        }
        for (int actual = 0; actual < classes; actual++)
            for (int said = 0; said < classes; said++)
                Cell(svg, report, actual, said, left + said * cell, top + actual * cell, cell);
        svg.Line($"<rect x=\"{left:F1}\" y=\"{top:F1}\" width=\"{size:F1}\" height=\"{size:F1}\" fill=\"none\" stroke=\"#808080\"/>");
        Legend(svg, legend, top);
        svg.Line($"</svg>");
        return svg.ToString();
    }

    /// <summary>Writes the picture to a file. An existing file is replaced.</summary>
    /// <param name="report">The report.</param>
    /// <param name="path">Of the file: "confusion.svg".</param>
    /// <param name="title">Above the picture, or "".</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void SaveConfusion(this ClassificationReport report, string path, string title = "") => AtomicFile.WriteText(path, report.DrawConfusion(title));

    static void Cell(SvgText svg, ConfusionCounts report, int actual, int said, double x, double y, int cell)
    {
        long count = report.Confusion(actual, said), support = report.Support[actual];
        double share = support == 0 ? 0 : (double)count / support;
        bool isSmall = report.Classes.Count > 12, isTiny = cell < 20;
        // The background is white already.
        if (count == 0 && isSmall && support > 0 && actual != said)
            return;
        svg.Line($"<g><title>{SvgText.Escape(report.Classes[actual])}, predicted {SvgText.Escape(report.Classes[said])}: {count} of {support} ({100 * share:F1} %)</title>");
        svg.Line($"<rect x=\"{x:F1}\" y=\"{y:F1}\" width=\"{cell}\" height=\"{cell}\" fill=\"{(support == 0 ? "#eeeeee" : SvgText.Color(isTiny && count > 0 ? Math.Max(share, Faint) : share))}\" stroke=\"{(actual == said ? "#404040" : isTiny ? "none" : "#e0e0e0")}\"/>");
        string text = count.ToString(CultureInfo.InvariantCulture);
        double font = Math.Min(13, (cell - 4) / (text.Length * SvgText.Letter));
        if (!isTiny && font >= 5 && (count > 0 || !isSmall))
            svg.Text(x + cell / 2.0, y + cell / 2.0 + font * 0.35, text, string.Create(CultureInfo.InvariantCulture, $"text-anchor=\"middle\" font-size=\"{font:F1}\" fill=\"{(share > 0.5 ? "#ffffff" : count == 0 ? "#a0a0a0" : "#000000")}\""));
        svg.Line($"</g>");
    }

    static void Legend(SvgText svg, double x, double top)
    {
        const int Steps = 20, Step = 5;
        for (int i = 0; i < Steps; i++)
            svg.Line($"<rect x=\"{x:F1}\" y=\"{top + 16 + i * Step:F1}\" width=\"14\" height=\"{Step + 0.5:F1}\" fill=\"{SvgText.Color(1 - (i + 0.5) / Steps)}\"/>");
        svg.Line($"<rect x=\"{x:F1}\" y=\"{top + 16:F1}\" width=\"14\" height=\"{Steps * Step}\" fill=\"none\" stroke=\"#808080\"/>");
        svg.Text(x, top + 6, "of the row", "font-size=\"11\"");
        foreach (int percent in new[] { 0, 50, 100 })
            svg.Text(x + 19, top + 20 + (100 - percent) * Steps * Step / 100.0, string.Create(CultureInfo.InvariantCulture, $"{percent} %"), "font-size=\"11\"");
    }
}

/// <summary>A confusion matrix.</summary>
/// <param name="Classes">The names of the classes.</param>
/// <param name="Support">For each class, the number of its examples.</param>
/// <param name="Confusion">The number of examples of a class that were called another, or itself.</param>
sealed record ConfusionCounts(IReadOnlyList<string> Classes, IReadOnlyList<long> Support, Func<int, int, long> Confusion);
