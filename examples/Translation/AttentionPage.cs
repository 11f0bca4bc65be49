using System.Globalization;
using System.Net;
using System.Text;

namespace RnnDsl.Examples.Translation;

/// <summary>A page of HTML with a heat map of each translation: a row for each piece that was written, a column for each piece that was read. It names no other file.</summary>
static class AttentionPage
{
    public static void Save(string path, IEnumerable<Translated> translations) => File.WriteAllText(path, Write(translations));

    public static string Write(IEnumerable<Translated> translations)
    {
        var page = new StringBuilder("""
            <!DOCTYPE html>
            <html><head><meta charset="utf-8"><title>Where the translator looked</title><style>
            body { font: 14px sans-serif; margin: 2em } table { border-collapse: collapse; margin: 1em 0 3em } th { font-weight: normal; padding: 2px 6px; white-space: pre }
            th.read { writing-mode: vertical-rl; transform: rotate(180deg) } th.written { text-align: right } td { width: 1.6em; height: 1.6em; border: 1px solid #eee }
            </style></head><body><h1>Where the translator looked</h1>
            <p>Rows are the pieces that were written, columns those that were read; the darker, the more attention. Point at a cell for its weight.</p>

            """);
        foreach (Translated one in translations)
        {
            page.Append(CultureInfo.InvariantCulture, $"<h2>{Escaped(string.Concat(one.Source))}</h2><table><tr><th></th>");
            foreach (string piece in one.Source.Take(TextTranslator.Positions))
                page.Append(CultureInfo.InvariantCulture, $"<th class=\"read\">{Escaped(piece)}</th>");
            page.Append("</tr>\n");
            for (int row = 0; row < one.Attention.Count; row++)
            {
                page.Append(CultureInfo.InvariantCulture, $"<tr><th class=\"written\">{(row < one.Target.Count ? Escaped(one.Target[row]) : "(end)")}</th>");
                foreach (float weight in one.Attention[row].Take(one.Source.Count))
                    page.Append(CultureInfo.InvariantCulture, $"<td title=\"{weight:F3}\" style=\"background: rgba(8, 69, 148, {weight:F3})\"></td>");
                page.Append("</tr>\n");
            }
            page.Append("</table>\n");
        }
        return page.Append("</body></html>\n").ToString();
    }

    static string Escaped(string text) => WebUtility.HtmlEncode(text.Trim());
}
