using RnnDsl.Text;

namespace RnnDsl.Examples.Dialogue;

/// <summary>
/// Reads the first question and answer of each conversation of a file in the form of the ChatterBot corpus, the part of YAML that it uses: "- - question", then
/// "  - answer", plain, in quotes, on several lines, or as a block.
/// </summary>
static class ConversationFile
{
    /// <param name="path">The file.</param>
    /// <returns>The exchanges, and the number of further lines of conversations, which are not read.</returns>
    public static (List<Exchange> Exchanges, int Further) Read(string path)
    {
        string intent = Path.GetFileNameWithoutExtension(path);
        var exchanges = new List<Exchange>();
        var texts = new List<List<string>>();
        int further = 0;
        foreach (TextLine line in TextFile.ReadLines(path))
        {
            bool begins = line.Text.StartsWith("- - ", StringComparison.Ordinal), replies = line.Text.StartsWith("  - ", StringComparison.Ordinal);
            if (begins)
                Take();
            if (begins || replies && texts.Count > 0)
                texts.Add([line.Text[4..]]);
            else if (texts.Count > 0)
                texts[^1].Add(line.Text);
        }
        Take();
        return (exchanges, further);

        void Take()
        {
            if (Exchange(texts, intent) is { } exchange)
                exchanges.Add(exchange);
            further += Math.Max(0, texts.Count - 2);
            texts.Clear();
        }
    }

    static Exchange? Exchange(List<List<string>> texts, string intent) =>
        texts.Count < 2 || Text(texts[0]) is not { Length: > 0 } question || Text(texts[1]) is not { Length: > 0 } answer ? null : new Exchange(question, answer, intent);

    static string Text(List<string> lines)
    {
        string first = lines[0].Trim();
        bool isBlock = first is "|" or "|-" or ">" or ">-";
        string text = string.Join(isBlock && first[0] == '|' ? '\n' : ' ', (isBlock ? lines.Skip(1) : lines).Select(l => l.Trim())).Trim();
        return text is ['\'', .., '\''] && !isBlock ? text[1..^1].Replace("''", "'", StringComparison.Ordinal)
            : text is ['"', .., '"'] && !isBlock ? text[1..^1].Replace("\\\"", "\"", StringComparison.Ordinal).Replace("\\n", "\n", StringComparison.Ordinal) : text;
    }
}
