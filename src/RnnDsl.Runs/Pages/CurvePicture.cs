using System.Globalization;
using RnnDsl.Terminal;

namespace RnnDsl.Runs;

/// <summary>A line of a picture.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Points">Its points by rising x. Values that are not finite are gaps.</param>
sealed record CurveLine(string Name, IReadOnlyList<(double X, double Y)> Points);

/// <summary>Curves as a picture in the format SVG, with a legend beside it.</summary>
static class CurvePicture
{
    const int Width = 480, Height = 270, Left = 58, Right = 12, Top = 24, Bottom = 40, Font = 13, Ticks = 5;

    /// <summary>A line has at most this many points: of more, the least and the largest of each stretch.</summary>
    const int MostPoints = 800;

    /// <summary>From this ratio of the largest to the smallest value on, the axis is logarithmic.</summary>
    const double Logarithmic = 20;

    static readonly string[] Dashes = ["", "6 3", "2 3", "9 3 2 3", "1 2", "12 4"];

    /// <summary>The figure with its caption, or "" if no line has a finite point.</summary>
    /// <param name="title">The title.</param>
    /// <param name="across">What the x axis shows.</param>
    /// <param name="lines">The lines, which differ in color and dashes up to the sixth.</param>
    /// <param name="best">The x that is marked, with its word; or null.</param>
    public static string Draw(string title, string across, IReadOnlyList<CurveLine> lines, (double X, string Word)? best = null)
    {
        (double X, double Y)[] all = [.. lines.SelectMany(l => l.Points).Where(p => double.IsFinite(p.X) && double.IsFinite(p.Y))];
        if (all.Length == 0)
            return "";
        double least = all.Min(p => p.Y), most = all.Max(p => p.Y), first = all.Min(p => p.X), last = all.Max(p => p.X);
        bool isLogarithmic = least > 0 && most > Logarithmic * least;
        (double low, double high) = isLogarithmic ? (Math.Log10(least), Math.Log10(most)) : (least, most);
        if (!(high > low))
            (low, high) = (low - Math.Max(Math.Abs(low), 1e-6) / 10, high + Math.Max(Math.Abs(high), 1e-6) / 10);

        var svg = new SvgText();
        svg.Line($"<svg viewBox=\"0 0 {Width} {Height}\" font-size=\"{Font}\" role=\"img\" aria-label=\"{Html.Escape(Described(title, across, lines, best))}\">");
        for (int i = 0; i < Ticks; i++)
        {
            double share = (double)i / (Ticks - 1), at = low + share * (high - low), y = Top + (1 - share) * (Height - Top - Bottom);
            svg.Line($"<line x1=\"{Left}\" y1=\"{y:F1}\" x2=\"{Width - Right}\" y2=\"{y:F1}\" class=\"grid\"/>");
            svg.Text(Left - 6, y + Font * 0.35, Tick(isLogarithmic ? Math.Pow(10, at) : at), "text-anchor=\"end\"");
        }
        foreach (double x in last > first ? [first, Math.Round((first + last) / 2), last] : new[] { first })
            svg.Text(X(x), Height - Bottom + Font + 5, x.ToString("G6", CultureInfo.InvariantCulture), $"text-anchor=\"{(x == last && last > first ? "end" : "middle")}\"");
        svg.Text((Left + Width - Right) / 2.0, Height - 6, across, "text-anchor=\"middle\" style=\"fill:var(--faint)\"");
        if (isLogarithmic)
            svg.Text(4, Height - 6, "vertical axis: logarithmic", "style=\"fill:var(--faint)\"");
        for (int i = 0; i < lines.Count; i++)
            Line(svg, lines[i], i);
        if (best is { } mark && mark.X >= first && mark.X <= last)
        {
            svg.Line($"<line x1=\"{X(mark.X):F1}\" y1=\"{Top}\" x2=\"{X(mark.X):F1}\" y2=\"{Height - Bottom}\" stroke=\"var(--faint)\" stroke-dasharray=\"3 3\"/>");
            bool isRight = X(mark.X) > Width - 120;
            svg.Text(X(mark.X), Top - 8, mark.Word, $"text-anchor=\"{(isRight ? "end" : "middle")}\"");
        }
        svg.Line($"</svg>");
        return new Html().Line($"<figure><figcaption><strong>{Html.Escape(title)}</strong></figcaption>").Raw(svg.ToString()).Raw(Legend(lines)).Raw("</figure>").ToString();

        double X(double x) => last > first ? Left + (x - first) / (last - first) * (Width - Left - Right) : (Left + Width - Right) / 2.0;

        double Y(double y) => Top + (1 - ((isLogarithmic ? Math.Log10(y) : y) - low) / (high - low)) * (Height - Top - Bottom);

        void Line(SvgText svg, CurveLine line, int number)
        {
            string style = Stroke(number);
            foreach (List<(double X, double Y)> piece in Pieces(Thinned(line.Points)))
                if (piece.Count == 1)
                    svg.Line($"<circle cx=\"{X(piece[0].X):F1}\" cy=\"{Y(piece[0].Y):F1}\" r=\"3\" style=\"fill:var(--s{number % Dashes.Length})\"/>");
                else
                    svg.Line($"<polyline fill=\"none\" {style} points=\"{string.Join(' ', piece.Select(p => string.Create(CultureInfo.InvariantCulture, $"{X(p.X):F1},{Y(p.Y):F1}")))}\"/>");
        }
    }

    static string Stroke(int number) => string.Create(CultureInfo.InvariantCulture, $"stroke-width=\"2\" stroke-dasharray=\"{Dashes[number % Dashes.Length]}\" style=\"stroke:var(--s{number % Dashes.Length})\"");

    /// <summary>A number that fits beside the axis.</summary>
    static string Tick(double value) => value.ToString(value != 0 && Math.Abs(value) is < 0.01 or >= 10_000 ? "0.##E+0" : "G3", CultureInfo.InvariantCulture);

    static string Legend(IReadOnlyList<CurveLine> lines) =>
        $"<ul class=\"legend\">{string.Concat(lines.Select((line, i) => $"<li><svg viewBox=\"0 0 30 8\" aria-hidden=\"true\"><line x1=\"0\" y1=\"4\" x2=\"30\" y2=\"4\" {Stroke(i)}/></svg>{Html.Escape(line.Name)}</li>"))}</ul>";

    /// <summary>The picture in words, for those who hear the page.</summary>
    static string Described(string title, string across, IReadOnlyList<CurveLine> lines, (double X, string Word)? best) => $"{title} by {across}. " + string.Join(" ", lines.Select(line =>
    {
        double[] values = [.. line.Points.Select(p => p.Y).Where(double.IsFinite)];
        return values.Length == 0 ? $"{line.Name}: nothing." : string.Create(CultureInfo.InvariantCulture, $"{line.Name}: from {values[0]:G4} to {values[^1]:G4}, least {values.Min():G4}.");
    })) + (best is { } mark ? $" Marked: {mark.Word}." : "");

    static IEnumerable<List<(double X, double Y)>> Pieces(IEnumerable<(double X, double Y)> points)
    {
        List<(double X, double Y)> piece = [];
        foreach ((double X, double Y) point in points)
            if (double.IsFinite(point.Y))
                piece.Add(point);
            else if (piece.Count > 0)
            {
                yield return piece;
                piece = [];
            }
        if (piece.Count > 0)
            yield return piece;
    }

    static IEnumerable<(double X, double Y)> Thinned(IReadOnlyList<(double X, double Y)> points)
    {
        if (points.Count <= MostPoints)
            return points;
        int stretch = (points.Count + MostPoints / 2 - 1) / (MostPoints / 2);
        return points.Chunk(stretch).SelectMany(c => new[] { c.MinBy(p => p.Y), c.MaxBy(p => p.Y) }.OrderBy(p => p.X));
    }
}
