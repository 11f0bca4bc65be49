using System.Text.RegularExpressions;
using RnnDsl.Text;

namespace RnnDsl.Examples.Dialogue;

/// <summary>
/// Reads the first question and answer of each conversation of a file in the form of the ChatterBot corpus, the part of YAML that it uses: below <c>conversations:</c>
/// a list of lists of texts, "- - question", then "  - answer". What is no part of that is left out and told.
/// </summary>
sealed partial class ConversationFile
{
    /// <summary>Of longer lines the beginning is shown.</summary>
    const int MostShown = 60;

    readonly string path, intent;
    readonly List<Exchange> exchanges = [];
    readonly List<string> leftOut = [];

    /// <summary>The texts of the conversation that is read; null outside of one.</summary>
    List<YamlText>? texts;

    /// <summary>Where the dashes of conversations and of their texts stand; −1 before the first.</summary>
    int outer = -1, inner = -1;

    int further;

    /// <summary>Whether the part of the file has conversations, and whether what is further right belongs to a line that was left out.</summary>
    bool isRead = true, isBelow;

    ConversationFile(string path) => (this.path, intent) = (path, Path.GetFileNameWithoutExtension(path));

    /// <param name="path">The file.</param>
    /// <returns>The exchanges, the number of further texts of conversations, which are not read, and a sentence for each line that is no part of a conversation.</returns>
    public static (List<Exchange> Exchanges, int Further, List<string> LeftOut) Read(string path)
    {
        var file = new ConversationFile(path);
        foreach (TextLine line in TextFile.ReadLines(path))
            file.Take(line);
        file.Close();
        return (file.exchanges, file.further, file.leftOut);
    }

    void Take(TextLine line)
    {
        string text = line.Text;
        int indent = text.Length - text.TrimStart(' ').Length;
        YamlText? last = texts is [.., var open] ? open : null;
        if (string.IsNullOrWhiteSpace(text) || last is { TakesAnything: true } && indent > inner)
            last?.Add(text);
        else if (text.AsSpan().TrimStart()[0] == '#')
            last?.End();
        else if (Mark().IsMatch(text))
            Close();
        else if (Key().Match(text) is { Success: true } key)
        {
            Close();
            (isRead, outer) = (key.Groups[1].Value is "conversations", -1);
        }
        else if (isRead && !(isBelow && indent > outer))
            Take(line, indent, last);
    }

    void Take(TextLine line, int indent, YamlText? last)
    {
        Match dashes = Dashes().Match(line.Text);
        int[] places = [.. dashes.Groups[1].Captures.Select(dash => dash.Index)];
        string rest = line.Text[dashes.Length..];
        if (places.Length > 0 && (outer < 0 || places[0] == outer))
        {
            Close();
            outer = places[0];
            isBelow = places.Length != 2 && (places.Length != 1 || !Nothing().IsMatch(rest));
            if (isBelow)
                LeaveOut(line);
            else
                (texts, inner) = places is [_, var second] ? (new List<YamlText> { new(rest) }, second) : (new List<YamlText>(), -1);
        }
        else if (places.Length == 1 && texts is not null && (inner < 0 ? places[0] > outer : places[0] == inner))
        {
            inner = places[0];
            texts.Add(new YamlText(rest));
        }
        else if (places.Length == 0 && last is { MayGoOn: true } && indent > inner)
            last.Add(line.Text);
        else
        {
            // What follows a line that is left out is no part of the text before it.
            last?.End();
            LeaveOut(line);
        }
    }

    void LeaveOut(TextLine line)
    {
        string text = line.Text.Trim();
        leftOut.Add($"{path}, line {line.Number}: '{(text.Length > MostShown ? text[..MostShown] + "…" : text)}' is no part of a conversation and was left out. " +
            "A conversation begins with '- - ' and a question, and the dash of each reply stands below the second one.");
    }

    void Close()
    {
        if (texts is [var asked, var told, ..] && asked.ToString() is { Length: > 0 } question && told.ToString() is { Length: > 0 } answer)
            exchanges.Add(new Exchange(question, answer, intent));
        further += Math.Max(0, (texts?.Count ?? 0) - 2);
        (texts, inner, isBelow) = (null, -1, false);
    }

    /// <summary>Dashes at the beginning of a line, each with its place.</summary>
    [GeneratedRegex(@"^ *(?:(-)(?: +|$))*")]
    private static partial Regex Dashes();

    /// <summary>The name of a part of the file.</summary>
    [GeneratedRegex(@"^(\w[^:#]*):(\s|$)")]
    private static partial Regex Key();

    /// <summary>The beginning or the end of a document, or a directive.</summary>
    [GeneratedRegex(@"^(---|\.\.\.)\s*$|^%")]
    private static partial Regex Mark();

    [GeneratedRegex(@"^\s*(#.*)?$")]
    private static partial Regex Nothing();
}
