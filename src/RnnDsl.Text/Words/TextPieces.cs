using System.Text;
using System.Text.Json;
using RnnDsl.Storage;

namespace RnnDsl.Text;

/// <summary>What texts are cut into.</summary>
public enum PieceKind
{
    /// <summary>Words and punctuation marks, as <see cref="WordTokenizer"/> finds them; of Chinese and Japanese each letter.</summary>
    Words,

    /// <summary>Letters, see <see cref="TextElements"/>.</summary>
    Letters,

    /// <summary>Pieces of words, see <see cref="SubwordVocabulary"/>.</summary>
    Subwords,
}

/// <summary>
/// Cuts texts into pieces with numbers, and makes texts of pieces again: for models that write. White space is a part of the pieces (a word that follows a space begins with it), so the text that comes out is the one that went in, but
/// for white space at its ends and rows of white space, which become one space. What it knows was counted in training data. It is saved with the model.
/// </summary>
/// <example><code>
/// TextPieces target = TextPieces.Learn(corpus.Targets, PieceKind.Words);
/// int[] numbers = [.. target.Numbers("Guten Tag!"), target.End];
/// string text = target.Text(numbers);
/// </code></example>
public sealed class TextPieces
{
    const string Space = " ";

    readonly SubwordVocabulary? subwords;

    /// <summary>Whether the first word counts as one behind a space, as in languages with spaces between words. Then a word is the same piece at the beginning and in the middle.</summary>
    readonly bool isSpaced;

    TextPieces(PieceKind kind, Vocabulary pieces, SubwordVocabulary? subwords, bool isSpaced) => (Kind, Pieces, this.subwords, this.isSpaced) = (kind, pieces, subwords, isSpaced);

    /// <summary>Learns the pieces of training texts.</summary>
    /// <param name="texts">The texts.</param>
    /// <param name="kind">What they are cut into.</param>
    /// <param name="minCount">Words or letters that occur less often are unknown: usually 2 for words, so that a model learns what an unknown word is like. Subwords have rules of their own.</param>
    /// <param name="size">The most pieces, the unknown one included; null for all words or letters, and for 8,000 subwords.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is below 1, or the size below 2.</exception>
    /// <exception cref="ArgumentException">The texts have no piece.</exception>
    public static TextPieces Learn(IEnumerable<string> texts, PieceKind kind, int minCount = 2, int? size = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(minCount, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(size ?? 2, 2, nameof(size));
        string[] all = [.. texts.Select(Plain)];
        bool isSpaced = kind == PieceKind.Subwords || (kind == PieceKind.Words && 2 * all.Count(t => t.Contains(' ', StringComparison.Ordinal)) > all.Length);
        SubwordVocabulary? subwords = kind == PieceKind.Subwords ? SubwordVocabulary.Learn(all.SelectMany(t => t.Split(' ', StringSplitOptions.RemoveEmptyEntries)), size ?? 8000) : null;
        Vocabulary pieces = subwords?.Pieces ?? Vocabulary.Count(all.SelectMany(t => Cut(t, kind, isSpaced)), minCount, size - 1);
        return pieces.Size > 1 ? new TextPieces(kind, pieces, subwords, isSpaced) : throw new ArgumentException($"The texts have no {(kind == PieceKind.Words ? "word" : "letter")} that occurs {minCount} times: there is nothing to learn.", nameof(texts));
    }

    /// <summary>What texts are cut into.</summary>
    public PieceKind Kind { get; }

    /// <summary>The pieces; number 0 is for what was not learned.</summary>
    public Vocabulary Pieces { get; }

    /// <summary>The number that ends a text, behind those of the pieces.</summary>
    public int End => Pieces.Size;

    /// <summary>The number of symbols, the unknown piece and the end among them: the size of the model's dimension.</summary>
    public int Size => Pieces.Size + 1;

    /// <summary>The pieces of a text as they are written, also those that are unknown.</summary>
    public string[] Split(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        string plain = Plain(text);
        return subwords is null ? [.. Cut(plain, Kind, isSpaced)] : [.. plain.Split(' ', StringSplitOptions.RemoveEmptyEntries).SelectMany(subwords.Split)];
    }

    /// <summary>The numbers of a text's pieces, without an end. An empty text has none.</summary>
    public int[] Numbers(string text) => Pieces.Numbers(Split(text));

    /// <summary>The text of numbers, to the first end. <see cref="Vocabulary.Unknown"/> stands for unknown pieces.</summary>
    public string Text(IEnumerable<int> numbers) => Join(numbers.TakeWhile(n => n != End).Select(n => n == 0 ? Space + Vocabulary.Unknown : Pieces[n]));

    /// <summary>The text of pieces.</summary>
    public static string Join(IEnumerable<string> pieces) => Plain(string.Concat(pieces));

    /// <summary>The text without white space at its ends, and with one space for each row of white space. Characters that end lines or control terminals are white space.</summary>
    static string Plain(string text)
    {
        var plain = new StringBuilder(text.Length);
        foreach (char c in text)
            if (!char.IsWhiteSpace(c) && !char.IsControl(c))
                plain.Append(c);
            else if (plain.Length > 0 && plain[^1] != ' ')
                plain.Append(' ');
        while (plain.Length > 0 && plain[^1] == ' ')
            plain.Length--;
        return plain.ToString();
    }

    static IEnumerable<string> Cut(string plain, PieceKind kind, bool isSpaced)
    {
        if (kind == PieceKind.Letters)
        {
            foreach (string letter in TextElements.Split(plain))
                yield return letter;
            yield break;
        }
        foreach (Token token in WordTokenizer.Tokens(plain))
            yield return (token.Start == 0 ? isSpaced : plain[token.Start - 1] == ' ') ? Space + token.Word : token.Word;
    }

    /// <summary>What a model's file holds of it: <c>ModelFile.Save(path, model, metadata: …)</c>. A translator has one for each language.</summary>
    /// <param name="name">By which <see cref="Read(ModelFileInfo, string)"/> finds it.</param>
    public KeyValuePair<string, string> Metadata(string name) => new(Key(name), ToJson());

    /// <summary>The pieces that were saved with a model.</summary>
    /// <exception cref="InvalidDataException">The model was saved without them, or the text is something else.</exception>
    public static TextPieces Read(ModelFileInfo info, string name) => FromJson(info.Metadata.TryGetValue(Key(name), out string? json) ? json
        : throw new InvalidDataException($"The file of {info.Model} holds no pieces of texts under the name '{name}'."));

    static string Key(string name) => $"text pieces: {name}";

    /// <summary>One line of JSON.</summary>
    public string ToJson() => JsonText.Write(version: 1, writer =>
    {
        writer.WriteString("kind", Kind.ToString());
        writer.WriteBoolean("spaced", isSpaced);
        if (subwords is null)
            Pieces.Write(writer, "pieces");
        else
            subwords.Write(writer, "subwords");
    });

    /// <summary>Reads what <see cref="ToJson"/> wrote.</summary>
    /// <exception cref="InvalidDataException">The text is something else.</exception>
    public static TextPieces FromJson(string json) => JsonText.Read(json, "the JSON of pieces of texts", version: 1, root =>
    {
        PieceKind kind = root.GetProperty("kind").GetString() switch
        {
            nameof(PieceKind.Words) => PieceKind.Words,
            nameof(PieceKind.Letters) => PieceKind.Letters,
            nameof(PieceKind.Subwords) => PieceKind.Subwords,
            var other => throw new FormatException($"'{other}' is no kind of pieces"),
        };
        SubwordVocabulary? subwords = kind == PieceKind.Subwords ? SubwordVocabulary.Read(root.GetProperty("subwords")) : null;
        return new TextPieces(kind, subwords?.Pieces ?? Vocabulary.Read(root.GetProperty("pieces")), subwords, root.GetProperty("spaced").GetBoolean());
    });

    /// <summary>"4,211 entries and one for what is unknown: words".</summary>
    public override string ToString() => $"{Pieces}: {Kind.ToString().ToLowerInvariant()}";
}
