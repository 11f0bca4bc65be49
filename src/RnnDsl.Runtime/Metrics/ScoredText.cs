namespace RnnDsl.Metrics;

/// <summary>Texts as the tools that score translations read them: white space is what Python's <c>str.split</c> takes for it.</summary>
static class ScoredText
{
    /// <summary>What separates words. The four separators of ASCII, U+001C to U+001F, are white space in Python, not in .NET.</summary>
    public static bool IsSpace(char c) => char.IsWhiteSpace(c) || c is >= '\u001c' and <= '\u001f';

    /// <summary>The words of a text: what stands between white space.</summary>
    public static List<string> Words(string text)
    {
        var words = new List<string>();
        for (int at = 0; at < text.Length;)
        {
            if (IsSpace(text[at]))
            {
                at++;
                continue;
            }
            int start = at;
            while (at < text.Length && !IsSpace(text[at]))
                at++;
            words.Add(text[start..at]);
        }
        return words;
    }

    public static string TrimEnd(string text)
    {
        int end = text.Length;
        while (end > 0 && IsSpace(text[end - 1]))
            end--;
        return text[..end];
    }

    public static string TrimStart(string text)
    {
        int start = 0;
        while (start < text.Length && IsSpace(text[start]))
            start++;
        return text[start..];
    }

    /// <summary>The code points of a text. Half of a surrogate pair counts as itself.</summary>
    /// <param name="text">The text.</param>
    /// <param name="withSpaces">Whether those of white space are among them.</param>
    public static int[] CodePoints(string text, bool withSpaces)
    {
        var points = new List<int>(text.Length);
        for (int at = 0; at < text.Length; at++)
            if (char.IsHighSurrogate(text[at]) && at + 1 < text.Length && char.IsLowSurrogate(text[at + 1]))
                points.Add(char.ConvertToUtf32(text[at], text[++at]));
            else if (withSpaces || !IsSpace(text[at]))
                points.Add(text[at]);
        return [.. points];
    }
}
