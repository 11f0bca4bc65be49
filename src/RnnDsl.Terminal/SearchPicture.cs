using System.Globalization;
using RnnDsl.Search;
using RnnDsl.Storage;

namespace RnnDsl.Terminal;

/// <summary>The trials of a search as parallel coordinates in the format SVG. It names no other file and no font of its own.</summary>
public static class SearchPicture
{
    const int Margin = 24, Height = 360, Between = 120, TitleFont = 16, Font = 12, LongestName = 16, MostOptions = 24;

    /// <summary>
    /// The SVG text of the picture: an axis for each range and one for the best value, and a line for each trial that reported a value, from its hyper-parameters to what they gave. The
    /// better a finished trial is, the darker its line; the best is red, and stopped and
    /// failed trials are dotted. Where a range does not exist in a trial, the line goes below its axis. Of a choice with more than 24 options some have no label.
    /// </summary>
    /// <param name="result">The result of a search.</param>
    /// <param name="title">Above the picture, or "".</param>
    public static string DrawTrials(this SearchResult result, string title = "")
    {
        ArgumentNullException.ThrowIfNull(result);
        TrialResult[] trials = [.. result.Ranked.Where(t => t.Reports.Count > 0)];
        (double low, double high) = trials.Length == 0 ? (0, 0) : (trials.Min(t => t.Best), trials.Max(t => t.Best));
        int axes = result.Space.Ranges.Count + 1;
        double left = Margin + 60, top = Margin + (title.Length > 0 ? TitleFont + 12 : 0) + 2 * Font, bottom = top + Height, absent = bottom + 24;
        double width = Math.Max(left + (double)(axes - 1) * Between + 90 + Margin, title.Length * SvgText.Letter * TitleFont + 2 * Margin), height = absent + Margin;

        var svg = new SvgText();
        svg.Line($"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width:F0}\" height=\"{height:F0}\" viewBox=\"0 0 {width:F0} {height:F0}\" font-family=\"sans-serif\" font-size=\"{Font}\">");
        svg.Line($"<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>");
        if (title.Length > 0)
            svg.Text(Margin, Margin + TitleFont, title, $"font-size=\"{TitleFont}\" font-weight=\"bold\"");
        // The best lie above the others.
        for (int i = trials.Length - 1; i >= 0; i--)
        {
            TrialResult trial = trials[i];
            var points = result.Space.Ranges.Select(r => trial.Values.Place(r.Name)).Append(Objective(trial.Best)).Select((place, axis) =>
                string.Create(CultureInfo.InvariantCulture, $"{left + (double)axis * Between:F1},{(double.IsNaN(place) ? absent : bottom - place * Height):F1}"));
            string color = trial == result.Best ? "#c00000" : SvgText.Color(trials.Length == 1 ? 1 : 0.15 + 0.85 * (trials.Length - 1 - i) / (trials.Length - 1));
            svg.Line($"<g><title>{SvgText.Escape(trial.ToString())}</title>");
            svg.Line($"<polyline points=\"{string.Join(' ', points)}\" fill=\"none\" stroke=\"{color}\" stroke-width=\"{(trial == result.Best ? 3 : 1.5):F1}\"{(trial.State == TrialState.Finished ? "" : " stroke-dasharray=\"2 4\"")}/>");
            svg.Line($"</g>");
        }
        for (int axis = 0; axis < axes; axis++)
        {
            double x = left + (double)axis * Between;
            SearchRange? range = axis < axes - 1 ? result.Space.Ranges[axis] : null;
            string name = range?.Name ?? (result.Goal == SearchGoal.Minimize ? "best (less)" : "best (more)");
            svg.Line($"<line x1=\"{x:F1}\" y1=\"{top:F1}\" x2=\"{x:F1}\" y2=\"{bottom:F1}\" stroke=\"#404040\"/>");
            svg.Text(x, top - Font, Cut(name), "text-anchor=\"middle\" font-weight=\"bold\"", name);
            foreach ((double place, string text) in range is null ? trials.Length == 0 ? [] : low == high ? [(0.5, Number(low))] : [(0, Number(low)), (1, Number(high))] : Ticks(range))
                svg.Text(x + 4, bottom - place * Height + Font * 0.35, Cut(text), "fill=\"#404040\" stroke=\"#ffffff\" stroke-width=\"3\" paint-order=\"stroke\"", text);
            if (range?.Parent is not null)
                svg.Text(x + 4, absent + Font * 0.35, "none", "fill=\"#808080\" stroke=\"#ffffff\" stroke-width=\"3\" paint-order=\"stroke\"");
        }
        svg.Line($"</svg>");
        return svg.ToString();

        double Objective(double value) => high > low ? (value - low) / (high - low) : 0.5;
    }

    /// <summary>Writes the picture to a file. An existing file is replaced.</summary>
    /// <param name="result">The result of a search.</param>
    /// <param name="path">Of the file: "trials.svg".</param>
    /// <param name="title">Above the picture, or "".</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void SaveTrials(this SearchResult result, string path, string title = "") => AtomicFile.WriteText(path, result.DrawTrials(title));

    static IEnumerable<(double Place, string Text)> Ticks(SearchRange range) => range switch
    {
        ChoiceRange choice => choice.Options.Select((option, i) => (range.PlaceOf(i), option)).Where((_, i) => i % (1 + (choice.Options.Count - 1) / MostOptions) == 0),
        IntegerRange whole => [(range.PlaceOf(whole.Low), Number(whole.Low)), (range.PlaceOf(whole.High), Number(whole.High))],
        NumberRange number => [(0, Number(number.Low)), (1, Number(number.High))],
        _ => [],
    };

    static string Number(double value) => value.ToString("G4", CultureInfo.InvariantCulture);

    static string Cut(string name) => name.Length <= LongestName ? name : name[..(LongestName - 1)] + "…";
}
