using System.Globalization;
using System.Text;
using System.Xml;

namespace RnnDsl.Terminal;

/// <summary>Writes a picture in the format SVG.</summary>
sealed class SvgText
{
    /// <summary>Width of a letter, as a part of the height of its font.</summary>
    public const double Letter = 0.6;

    readonly StringBuilder text = new();

    public void Line(FormattableString line) => text.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');

    public void Text(double x, double y, string what, string style, string? whole = null) => Line($"<text x=\"{x:F1}\" y=\"{y:F1}\" {style}>{Titled(what, whole)}</text>");

    public void Turned(double x, double y, int degrees, string what, string style, string? whole = null) =>
        Line($"<text transform=\"translate({x:F1} {y:F1}) rotate({degrees})\" {style}>{Titled(what, whole)}</text>");

    public override string ToString() => text.ToString();

    static string Titled(string what, string? whole) => whole is null || whole == what ? Escape(what) : $"{Escape(what)}<title>{Escape(whole)}</title>";

    /// <summary>A text as XML. Characters that XML cannot hold become U+FFFD.</summary>
    public static string Escape(string what)
    {
        var result = new StringBuilder(what.Length);
        for (int i = 0; i < what.Length; i++)
        {
            bool isPair = i + 1 < what.Length && char.IsSurrogatePair(what[i], what[i + 1]);
            if (isPair)
                result.Append(what[i]).Append(what[++i]);
            else
                _ = what[i] switch
                {
                    '&' => result.Append("&amp;"),
                    '<' => result.Append("&lt;"),
                    '>' => result.Append("&gt;"),
                    char c => result.Append(XmlConvert.IsXmlChar(c) ? c : '\uFFFD'),
                };
        }
        return result.ToString();
    }

    /// <summary>The color of a share: white for 0, dark blue for 1.</summary>
    public static string Color(double share)
    {
        return string.Create(CultureInfo.InvariantCulture, $"#{Mixed(8):x2}{Mixed(69):x2}{Mixed(148):x2}");

        int Mixed(int dark) => (int)Math.Round(255 + (dark - 255) * share);
    }
}
