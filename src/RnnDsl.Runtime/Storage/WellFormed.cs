using System.Text;

namespace RnnDsl.Storage;

/// <summary>Texts that UTF-8 can hold. The library's writers of JSON put another character in the place of half a surrogate pair, without a word.</summary>
static class WellFormed
{
    /// <exception cref="ArgumentException">The text holds half of a surrogate pair.</exception>
    public static void Check(string what, string text)
    {
        int at = 0;
        foreach (Rune rune in text.EnumerateRunes())
        {
            if (rune == Rune.ReplacementChar && text[at] != '\uFFFD')
                throw new ArgumentException(OneLine.Of(FormattableString.Invariant(
                    $"Not saved: {what} holds half of a surrogate pair at index {at}, which no text of UTF-8 can hold.")));
            at += rune.Utf16SequenceLength;
        }
    }
}
