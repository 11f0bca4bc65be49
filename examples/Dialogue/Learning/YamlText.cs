using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace RnnDsl.Examples.Dialogue;

/// <summary>A text of YAML, of one line or of several: plain, in quotes, or a block after <c>|</c> or <c>&gt;</c>.</summary>
sealed partial class YamlText
{
    readonly List<string> lines = [];

    /// <summary>A quote, the sign of a block, or a space for a plain text.</summary>
    char kind;

    bool hasEnded, isClosed;

    /// <param name="first">What stands in its first line.</param>
    public YamlText(string first)
    {
        string begin = first.TrimStart();
        kind = Header().IsMatch(begin) || begin is ['\'' or '"', ..] ? begin[0] : ' ';
        if (!IsBlock)
            Add(kind == ' ' ? begin : begin[1..]);
    }

    /// <summary>Whether a comment or another dash at the beginning of the next line is a part of it: in a block, and in quotes that are not closed.</summary>
    public bool TakesAnything => !hasEnded && kind != ' ';

    /// <summary>Whether it may go on in another line.</summary>
    public bool MayGoOn => !hasEnded;

    bool IsBlock => kind is '|' or '>';

    /// <summary>Ends it before its next line.</summary>
    public void End() => hasEnded = true;

    /// <summary>Adds a line, also an empty one.</summary>
    public void Add(string line)
    {
        if (hasEnded)
            return;
        if (kind == ' ')
        {
            Match comment = Comment().Match(line);
            (line, hasEnded) = comment.Success ? (line[..comment.Index], true) : (line, false);
        }
        else if (!IsBlock && End(line) is >= 0 and int end)
        {
            if (string.IsNullOrWhiteSpace(line[(end + 1)..]) || Comment().Match(line, end + 1) is { Success: true } match && string.IsNullOrWhiteSpace(line[(end + 1)..match.Index]))
                (line, hasEnded, isClosed) = (line[..end], true, true);
            else
                // What goes on after its quotes is no text in quotes.
                (line, kind) = lines.Count == 0 ? (kind + line, ' ') : (line, ' ');
        }
        lines.Add(line);
    }

    /// <summary>What it says.</summary>
    public override string ToString()
    {
        if (kind == '|')
        {
            int margin = lines.Where(line => !string.IsNullOrWhiteSpace(line)).Select(line => line.Length - line.TrimStart(' ').Length).DefaultIfEmpty().Min();
            return string.Join('\n', lines.Select(line => line.Length > margin ? line[margin..] : "")).Trim('\n').TrimEnd();
        }
        string text = string.Join('\n', lines).Trim();
        return kind switch
        {
            '\'' when isClosed => Fold().Replace(text, Folded).Replace("''", "'", StringComparison.Ordinal),
            '"' when isClosed => Escaped().Replace(text, match => match.Value[0] == '\\' ? Meant(match.Value[1..]) : Folded(match)),
            '\'' or '"' => kind + Fold().Replace(text, Folded),
            _ => Fold().Replace(text, Folded),
        };
    }

    /// <summary>Where the closing quote stands in a line; −1 if it has none.</summary>
    int End(string line)
    {
        for (int i = 0; i < line.Length; i++)
            if (kind == '"' && line[i] == '\\' || kind == '\'' && line[i] == '\'' && i + 1 < line.Length && line[i + 1] == '\'')
                i++;
            else if (line[i] == kind)
                return i;
        return -1;
    }

    /// <summary>The end of a line is a space, and an empty line is the end of one.</summary>
    static string Folded(Match ends) => ends.Value.Count(c => c == '\n') is > 1 and int count ? new string('\n', count - 1) : " ";

    /// <summary>What stands behind a backslash.</summary>
    static string Meant(string code) => code switch
    {
        ['x' or 'u' or 'U', _, ..] => int.Parse(code[1..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture) is var number && number < 0x10000 ? ((char)number).ToString()
            : Rune.TryCreate(number, out Rune rune) ? rune.ToString() : Rune.ReplacementChar.ToString(),
        ['\n', ..] => "",
        "n" => "\n",
        "t" => "\t",
        "r" => "\r",
        "_" => "\u00a0",
        _ => code,
    };

    [GeneratedRegex(@"^[|>][-+0-9]*\s*(\s#.*)?$")]
    private static partial Regex Header();

    [GeneratedRegex(@"(^|\s)#.*$")]
    private static partial Regex Comment();

    [GeneratedRegex(@"[ \t]*(\n[ \t]*)+")]
    private static partial Regex Fold();

    [GeneratedRegex(@"\\(\n[ \t]*|x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[^\n])|[ \t]*(\n[ \t]*)+")]
    private static partial Regex Escaped();
}
