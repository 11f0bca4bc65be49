using System.Globalization;
using System.Net;
using System.Text;
using System.Xml;

namespace RnnDsl.Runs;

/// <summary>Writes a page. All text from outside goes through <see cref="Escape"/>.</summary>
sealed class Html
{
    readonly StringBuilder text = new();

    public Html Line(FormattableString line)
    {
        text.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');
        return this;
    }

    /// <summary>A piece that is HTML already.</summary>
    public Html Raw(string piece)
    {
        text.Append(piece).Append('\n');
        return this;
    }

    /// <summary>A table with a heading row. The cells are text.</summary>
    public Html Table(IReadOnlyList<string> heads, IEnumerable<IReadOnlyList<string>> rows, string caption)
    {
        Line($"<div class=\"wide\"><table><caption>{Escape(caption)}</caption><thead><tr>{Concat(heads, "<th scope=\"col\">", "</th>")}</tr></thead><tbody>");
        foreach (IReadOnlyList<string> row in rows)
            Line($"<tr><th scope=\"row\">{Escape(row[0])}</th>{Concat(row.Skip(1), "<td>", "</td>")}</tr>");
        return Line($"</tbody></table></div>");
    }

    /// <summary>Text as the content of an element or the value of an attribute. Characters that a page cannot hold become U+FFFD.</summary>
    public static string Escape(string what)
    {
        string safe = what;
        if (what.Any(c => char.IsSurrogate(c) || !XmlConvert.IsXmlChar(c)))
        {
            var kept = new StringBuilder(what.Length);
            foreach (Rune rune in what.EnumerateRunes())
                kept.Append(rune.IsBmp && !XmlConvert.IsXmlChar((char)rune.Value) ? "\uFFFD" : rune.ToString());
            safe = kept.ToString();
        }
        return WebUtility.HtmlEncode(safe);
    }

    public override string ToString() => text.ToString();

    static string Concat(IEnumerable<string> cells, string open, string close) => string.Concat(cells.Select(c => open + Escape(c) + close));
}
