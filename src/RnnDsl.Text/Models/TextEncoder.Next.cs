using RnnDsl.Sequences;

namespace RnnDsl.Text;

public sealed partial class TextEncoder
{
    /// <summary>Counts the words of texts without labels, as a language model reads them. Such an encoder has no <see cref="Labels"/>.</summary>
    /// <param name="train">The words of each text.</param>
    /// <param name="options">What is counted.</param>
    /// <exception cref="ArgumentException">There are no texts.</exception>
    public static TextEncoder Fit(IReadOnlyList<IReadOnlyList<string>> train, TextEncoderOptions? options = null) => Fit(train, Vocabulary.None, options ?? new TextEncoderOptions(), null);

    /// <summary>
    /// Texts as inputs and targets of a language model (Bengio et al. 2003): the column <c>words</c> has all words of a text but the last, the column <c>next</c> has the word that follows each of them. A word that the
    /// encoder does not know is the target <see cref="Vocabulary.Unknown"/>.
    /// </summary>
    /// <param name="texts">The words of each. Texts of less than two words are left out, because nothing follows there.</param>
    /// <exception cref="ArgumentException">No text has two words.</exception>
    public Dataset EncodeNext(IReadOnlyList<IReadOnlyList<string>> texts)
    {
        int[][] numbers = [.. texts.Where(t => t.Count > 1).Select(t => t.Select(WordNumber).ToArray())];
        if (numbers.Length == 0)
            throw new ArgumentException("No text has two words, so there is no next word to learn.", nameof(texts));
        return new Dataset(Column.OneHot("words", Words.Size, [.. numbers.Select(n => n[..^1])]), Column.OneHot("next", Words.Size, [.. numbers.Select(n => n[1..])]));
    }
}
