using System.Globalization;
using RnnDsl.Continual;
using RnnDsl.Storage;

namespace RnnDsl.Terminal;

/// <summary>The scores of continual learning as a heat map in the format SVG. It names no other file and no font of its own.</summary>
public static class ContinualPicture
{
    const int LongestName = 24, Margin = 12, AxisFont = 13, TitleFont = 16, Font = 12;

    /// <summary>The SVG text of the picture. Columns are the tasks on which the model was scored; rows say after which task, the first before learning. The largest of all scores is dark blue, the least white. The cells in
    /// which a task has just been learned have a dark frame. With more than 30 tasks the cells have no numbers.</summary>
    /// <param name="result">The scores.</param>
    /// <param name="title">Above the picture, or "".</param>
    public static string DrawScores(this ContinualResult result, string title = "")
    {
        ArgumentNullException.ThrowIfNull(result);
        int tasks = result.Tasks.Count, cell = tasks <= 12 ? 56 : tasks <= 30 ? 44 : 16;
        string[] names = [.. result.Tasks.Select(name => name.Length <= LongestName ? name : name[..(LongestName - 1)] + "…")];
        double longest = names.Append("before learning").Max(name => name.Length) * SvgText.Letter * Font, slanted = names.Max(name => name.Length) * SvgText.Letter * Font * 0.71 + Font;
        double left = Margin + AxisFont + 10 + longest + 6, top = Margin + (title.Length > 0 ? TitleFont + 12 : 0) + AxisFont + 10 + slanted + 6;
        double right = left + (double)tasks * cell, bottom = top + (tasks + 1.0) * cell, width = Math.Max(right + Math.Max(Margin, slanted), Math.Max(title.Length * SvgText.Letter * TitleFont, result.Score.Length * SvgText.Letter * AxisFont + left + 160) + 2 * Margin);
        (double low, double high) = (double.PositiveInfinity, double.NegativeInfinity);
        for (int after = 0; after <= tasks; after++)
            for (int task = 0; task < tasks; task++)
                (low, high) = (Math.Min(low, result[after, task]), Math.Max(high, result[after, task]));

        var svg = new SvgText();
        svg.Line($"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width:F0}\" height=\"{bottom + Margin:F0}\" viewBox=\"0 0 {width:F0} {bottom + Margin:F0}\" font-family=\"sans-serif\" font-size=\"{Font}\">");
        svg.Line($"<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>");
        if (title.Length > 0)
            svg.Text(Margin, Margin + TitleFont, title, $"font-size=\"{TitleFont}\" font-weight=\"bold\"");
        svg.Text(left, top - slanted - 14, $"{result.Score} (more is better) on", $"font-size=\"{AxisFont}\"");
        svg.Turned(Margin + AxisFont, (top + bottom) / 2, -90, "after", $"text-anchor=\"middle\" font-size=\"{AxisFont}\"");
        for (int task = 0; task < tasks; task++)
            svg.Turned(left + (task + 0.5) * cell + Font * 0.25, top - 6, -45, names[task], "", result.Tasks[task]);
        for (int after = 0; after <= tasks; after++)
        {
            svg.Text(left - 6, top + (after + 0.5) * cell + Font * 0.35, after == 0 ? "before learning" : names[after - 1], "text-anchor=\"end\"", after == 0 ? null : result.Tasks[after - 1]);
            for (int task = 0; task < tasks; task++)
                Cell(svg, result, after, task, high > low ? (result[after, task] - low) / (high - low) : 1, left + (double)task * cell, top + (double)after * cell, cell);
        }
        svg.Line($"</svg>");
        return svg.ToString();
    }

    /// <summary>Writes the picture to a file. An existing file is replaced.</summary>
    /// <param name="result">The scores.</param>
    /// <param name="path">Of the file: "scores.svg".</param>
    /// <param name="title">Above the picture, or "".</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void SaveScores(this ContinualResult result, string path, string title = "") => AtomicFile.WriteText(path, result.DrawScores(title));

    static void Cell(SvgText svg, ContinualResult result, int after, int task, double share, double x, double y, int cell)
    {
        string when = after == 0 ? "before learning" : $"after {result.Tasks[after - 1]}";
        svg.Line($"<g><title>{SvgText.Escape(result.Tasks[task])}, {SvgText.Escape(when)}: {result[after, task]:G5}</title>");
        svg.Line($"<rect x=\"{x:F1}\" y=\"{y:F1}\" width=\"{cell}\" height=\"{cell}\" fill=\"{SvgText.Color(share)}\" stroke=\"{(after == task + 1 ? "#404040" : "#e0e0e0")}\"/>");
        if (result.Tasks.Count <= 30)
        {
            string text = result[after, task].ToString(Math.Abs(result[after, task]) < 100 ? "F3" : "G4", CultureInfo.InvariantCulture);
            double font = Math.Min(Font, (cell - 4) / (text.Length * SvgText.Letter));
            svg.Text(x + cell / 2.0, y + cell / 2.0 + font * 0.35, text, string.Create(CultureInfo.InvariantCulture, $"text-anchor=\"middle\" font-size=\"{font:F1}\" fill=\"{(share > 0.5 ? "#ffffff" : "#000000")}\""));
        }
        svg.Line($"</g>");
    }
}
