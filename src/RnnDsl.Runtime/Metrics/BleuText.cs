using System.Text;
using System.Text.RegularExpressions;

namespace RnnDsl.Metrics;

/// <summary>The tokens that BLEU counts, to the token those of sacreBLEU.</summary>
static partial class BleuText
{
    /// <summary>
    /// First and last of the characters that sacreBLEU's tokenizer "zh" sets apart: ideographs, punctuation, wide forms and symbols. U+2001 to U+2A6D is what its range for extension B
    /// means in fact, so that dashes, curved quotes and arrows stand alone too, and ideographs beyond U+FFFF do not.
    /// </summary>
    static readonly (char First, char Last)[] apart =
    [
        ('\u2001', '\u2a6d'), ('\u2e80', '\u2fdf'), ('\u2ff0', '\u303f'), ('\u3100', '\u312f'), ('\u31a0', '\u31bf'), ('\u31c0', '\u31ef'), ('\u3200', '\u4db5'), ('\u4e00', '\u9fbb'),
        ('\uf900', '\ufa2d'), ('\ufa30', '\ufa6a'), ('\ufa70', '\ufad9'), ('\ufe10', '\ufe1f'), ('\ufe30', '\ufe4f'), ('\uff00', '\uffef'),
    ];

    /// <summary>The tokens of a text.</summary>
    public static List<string> Tokens(string text, BleuTokenizer tokenizer, bool lowerCase)
    {
        if (lowerCase)
            text = text.ToLowerInvariant();
        text = ScoredText.TrimEnd(text);
        return tokenizer switch
        {
            BleuTokenizer.V13a => ScoredText.Words(Punctuation($" {Unescaped(text)} ")),
            BleuTokenizer.Chinese => ScoredText.Words(Punctuation(Apart(ScoredText.TrimStart(text)))),
            BleuTokenizer.Character => ScoredText.Words(Spaced(text)),
            _ => ScoredText.Words(text),
        };
    }

    /// <summary>The text without the marks of SGML, and with words joined that a hyphen and a line break had parted.</summary>
    static string Unescaped(string text) => text.Replace("<skipped>", "", StringComparison.Ordinal).Replace("-\n", "", StringComparison.Ordinal).Replace('\n', ' ')
        .Replace("&quot;", "\"", StringComparison.Ordinal).Replace("&amp;", "&", StringComparison.Ordinal).Replace("&lt;", "<", StringComparison.Ordinal).Replace("&gt;", ">", StringComparison.Ordinal);

    /// <summary>Spaces around punctuation. Periods and commas between digits stay where they are, as do apostrophes, and hyphens that follow no digit.</summary>
    static string Punctuation(string text)
    {
        text = Symbol().Replace(text, " $& ");
        text = PointBehindOther().Replace(text, "$1 $2 ");
        text = PointBeforeOther().Replace(text, " $1 $2");
        return DashBehindDigit().Replace(text, "$1 $2 ");
    }

    static string Apart(string text)
    {
        var spaced = new StringBuilder(2 * text.Length);
        foreach (char c in text)
            if (IsApart(c))
                spaced.Append(' ').Append(c).Append(' ');
            else
                spaced.Append(c);
        return spaced.ToString();
    }

    static bool IsApart(char c)
    {
        if (c <= '\u2000')
            return false;
        foreach ((char first, char last) in apart)
            if (c >= first && c <= last)
                return true;
        return false;
    }

    static string Spaced(string text)
    {
        var spaced = new StringBuilder(2 * text.Length);
        foreach (char c in text)
        {
            // The second half of a pair of surrogates belongs to the first.
            if (!char.IsLowSurrogate(c))
                spaced.Append(' ');
            spaced.Append(c);
        }
        return spaced.ToString();
    }

    [GeneratedRegex(@"[!-&(-+/:-@\[-`{-~]", RegexOptions.CultureInvariant)]
    private static partial Regex Symbol();

    [GeneratedRegex("([^0-9])([.,])", RegexOptions.CultureInvariant)]
    private static partial Regex PointBehindOther();

    [GeneratedRegex("([.,])([^0-9])", RegexOptions.CultureInvariant)]
    private static partial Regex PointBeforeOther();

    [GeneratedRegex("([0-9])(-)", RegexOptions.CultureInvariant)]
    private static partial Regex DashBehindDigit();
}
