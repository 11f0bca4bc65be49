using System.Globalization;

namespace RnnDsl.Text;

/// <summary>Forms of words that a model reads beside or in place of the words as they are written.</summary>
public static class WordForms
{
    /// <summary>Number of <see cref="Shape(string)"/>s.</summary>
    public const int ShapeCount = 8;

    /// <summary>
    /// How a word is written: 0 other (signs, emoji, letters without case), 1 lower case, 2 first letter upper case, 3 all upper case, 4 one upper case letter alone, 5 mixed case, 6 digits (with signs), 7 letters and digits.
    /// </summary>
    public static int Shape(string word) => Shape(word.AsSpan());

    internal static int Shape(ReadOnlySpan<char> word)
    {
        int upper = 0, lower = 0, digits = 0, letters = 0;
        foreach (char c in word)
        {
            upper += char.IsUpper(c) ? 1 : 0;
            lower += char.IsLower(c) ? 1 : 0;
            letters += char.IsLetter(c) ? 1 : 0;
            digits += char.IsDigit(c) ? 1 : 0;
        }
        return digits > 0 ? letters > 0 ? 7 : 6
            : upper + lower == 0 ? 0
            : upper == 0 ? 1
            : lower == 0 ? letters == 1 ? 4 : 3
            : upper == 1 && char.IsUpper(word[0]) ? 2 : 5;
    }

    /// <summary>The word in lower case, and each digit as 0: what a vocabulary of words counts, and word vectors are usually asked for.</summary>
    public static string Folded(string word)
    {
        bool isFolded = true;
        foreach (char c in word)
            isFolded &= !char.IsDigit(c) && char.ToLowerInvariant(c) == c;
        return isFolded ? word : string.Create(word.Length, word, static (target, source) => Fold(source, target));
    }

    internal static void Fold(ReadOnlySpan<char> word, Span<char> target)
    {
        for (int i = 0; i < word.Length; i++)
            target[i] = char.IsDigit(word[i]) ? '0' : char.ToLowerInvariant(word[i]);
    }

    /// <summary>The last letters of a word, in lower case; the whole word if it is no longer.</summary>
    public static string Suffix(string word, int letters = 3) => Ending(word, letters).ToString().ToLowerInvariant();

    /// <summary>The last letters as they are written. Of a word with very long letters, as emoji of families are, fewer.</summary>
    internal static ReadOnlySpan<char> Ending(ReadOnlySpan<char> word, int letters)
    {
        ReadOnlySpan<char> end = word.Length <= 8 * letters ? word : word[^(8 * letters)..];
        int count = 0, from = 0;
        for (int at = 0; at < end.Length; count++)
            at += StringInfo.GetNextTextElementLength(end[at..]);
        for (; count > letters; count--)
            from += StringInfo.GetNextTextElementLength(end[from..]);
        return end[from..];
    }
}
