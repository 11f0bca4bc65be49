using System.Text;

namespace RnnDsl.Storage;

/// <summary>Checks for texts that UTF-8 can hold. The library's JSON writers silently replace half of a surrogate pair by another character.</summary>
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
