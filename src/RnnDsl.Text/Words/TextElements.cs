using System.Globalization;

namespace RnnDsl.Text;

/// <summary>The letters of texts: what a reader takes for one, be it several code points (Unicode text elements, UAX #29). An emoji with its skin color is one letter.</summary>
public static class TextElements
{
    /// <summary>The letters of a text in order; none of an empty one.</summary>
    public static string[] Split(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (IsPlain(text))
            return Array.ConvertAll(text.ToCharArray(), AsciiLetter);
        var letters = new List<string>(text.Length);
        for (int start = 0; start < text.Length;)
        {
            int length = StringInfo.GetNextTextElementLength(text, start);
            letters.Add(text.Substring(start, length));
            start += length;
        }
        return [.. letters];
    }

    /// <summary>The letters of a text, but at most so many: of a longer one the first and the last, half of each, for beginnings and endings of words tell most.</summary>
    /// <param name="text">The text.</param>
    /// <param name="most">At least 2.</param>
    public static string[] Split(string text, int most)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(most, 2);
        return Ends(Split(text), most);
    }

    /// <summary>The first and the last of so many items, half of each; all if they are no more.</summary>
    internal static T[] Ends<T>(T[] items, int most) => items.Length <= most ? items : [.. items[..(most - most / 2)], .. items[^(most / 2)..]];

    static readonly string[] ascii = [.. Enumerable.Range(0, 128).Select(c => ((char)c).ToString())];

    static string AsciiLetter(char letter) => ascii[letter];

    /// <summary>Whether each character is a letter: ASCII without carriage returns, which join with line feeds.</summary>
    static bool IsPlain(string text)
    {
        foreach (char c in text)
            if (c >= 128 || c == '\r')
                return false;
        return true;
    }
}
