using System.Text.RegularExpressions;

namespace RnnDsl.Text;

/// <summary>A word of a text, and where it stands there.</summary>
/// <param name="Word">As it is written.</param>
/// <param name="Start">Index of its first character (UTF-16) in the text.</param>
public readonly record struct Token(string Word, int Start);

/// <summary>
/// Splits raw text into words, as most corpora do: punctuation stands alone, contractions of English are two words ("do n't", "John 's"), addresses, numbers, hashtags and emoticons stay whole.
/// Of Chinese and Japanese each letter is a word, of which models of letters find the words themselves. Emoji are words.
/// </summary>
public static partial class WordTokenizer
{
    /// <summary>The words of a text in order; none of one without any.</summary>
    public static string[] Split(string text) => [.. Tokens(text).Select(t => t.Word)];

    /// <summary>The words of a text and where they stand.</summary>
    public static IEnumerable<Token> Tokens(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        int at = 0;
        while (at < text.Length)
        {
            if (char.IsWhiteSpace(text[at]) || char.IsControl(text[at]))
            {
                at++;
                continue;
            }
            Match match = Word().Match(text, at);
            int length = match.Success && match.Index == at ? match.Length : System.Globalization.StringInfo.GetNextTextElementLength(text, at);
            string word = text.Substring(at, length);
            int cut = Contraction(word);
            if (cut > 0)
                yield return new Token(word[..cut], at);
            yield return new Token(word[cut..], at + cut);
            at += length;
        }
    }

    /// <summary>Where the second word of a contraction begins; 0 if there is none.</summary>
    static int Contraction(string word)
    {
        Match match = EnglishContraction().Match(word);
        return match.Success ? match.Index : 0;
    }

    // In this order: addresses, names on the net, numbers, abbreviations, words (with marks of accents, hyphens and apostrophes within), dots in a row, emoticons.
    // What may fail behind many letters has bounds, so that the time is linear.
    [GeneratedRegex(@"\G(?:https?://[^\s<>""]+[^\s<>"".,;:!?)\]]|www\.[^\s<>""]+[^\s<>"".,;:!?)\]]|[\w.+-]{1,64}@[\w-]{1,64}(?:\.[\w-]{1,64}){1,8}|[@#]\w[\w-]*"
        + @"|[+-]?\p{Nd}{1,64}(?:[.,:/-]\p{Nd}{1,64}){0,16}(?:%|st|nd|rd|th)?(?!\w)|(?:\p{Lu}\.){2,}|(?:Mr|Mrs|Ms|Dr|Prof|St|Inc|Ltd|Co|Corp|vs|etc|Jr|Sr|No)\.(?=\s|$)"
        + @"|[^\W\p{Lo}_][^\W\p{Lo}]*(?:['’\-][^\W\p{Lo}]+)*|\.{2,}|[:;=]-?[)(DPp/\\|](?!\w)|[\p{Lo}-[\p{IsCJKUnifiedIdeographs}\p{IsHiragana}\p{IsKatakana}]][\p{L}\p{M}]*)", RegexOptions.CultureInvariant)]
    private static partial Regex Word();

    [GeneratedRegex(@"(?:n['’]t|['’](?:s|m|d|re|ve|ll))$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex EnglishContraction();
}
