using System.Text;

namespace RnnDsl.Text.Tests;

public class TextPiecesTests
{
    static readonly string[] texts =
    [
        "Hello, world!", "Don't stop: it's 3.50 now.", "Schöne Grüße aus Köln!", "我喜欢 C# 和音乐。", "a", "(see [1], p. 5–7)", "e\u0301tude 👍🏽👍🏽", "“Quoted” … and so on…", "x  y\tz", "low lower lowest slow slower",
    ];

    public static TheoryData<PieceKind> Kinds() => new(PieceKind.Words, PieceKind.Letters, PieceKind.Subwords);

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Pieces_join_to_the_text_that_was_cut(PieceKind kind)
    {
        TextPieces pieces = TextPieces.Learn(texts, kind, minCount: 1, size: kind == PieceKind.Subwords ? 200 : null);
        foreach (string text in texts)
            Assert.Equal(text.Replace("  ", " ", StringComparison.Ordinal).Replace('\t', ' '), TextPieces.Join(pieces.Split(text)));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Random_text_comes_back_also_by_its_numbers(PieceKind kind)
    {
        var random = new Random(1);
        string[] many = [.. Enumerable.Range(0, 300).Select(_ => RandomText(random))];
        TextPieces pieces = TextPieces.Learn(many, kind, minCount: 1), read = TextPieces.FromJson(pieces.ToJson());
        foreach (string text in many.Where(t => t.Length > 0))
        {
            Assert.Equal(text, TextPieces.Join(pieces.Split(text)));
            int[] numbers = pieces.Numbers(text);
            Assert.Equal(numbers, read.Numbers(text));
            // Subwords leave out letters that occur once.
            if (!numbers.Contains(0))
                Assert.Equal(text, read.Text([.. numbers, read.End, 1, 1]));
        }
        Assert.Equal(pieces.Size, read.Size);
        Assert.Equal(pieces.Pieces.Entries, read.Pieces.Entries);
    }

    /// <summary>Words of letters of several scripts, marks and emoji, with one space between them.</summary>
    static string RandomText(Random random)
    {
        string[] letters = ["a", "b", "e\u0301", "ß", ".", ",", "-", "'", "9", "汉", "字", "か", "👍🏽", "\"", "(", "й"];
        var text = new StringBuilder();
        for (int i = random.Next(25); i > 0; i--)
            text.Append(random.Next(5) == 0 && text.Length > 0 && text[^1] != ' ' ? " " : letters[random.Next(letters.Length)]);
        return text.ToString().Trim();
    }

    [Fact]
    public void Words_follow_a_space_or_not()
    {
        TextPieces english = TextPieces.Learn(["the cat, the dog", "a cat!"], PieceKind.Words, minCount: 1);
        Assert.Equal([" the", " cat", ",", " the", " dog"], english.Split("the cat, the dog"));
        Assert.Equal([" the", " bird"], english.Split("the   bird\n"));
        Assert.Equal(0, english.Numbers("bird")[0]);
        Assert.Equal("the <unknown>", english.Text(english.Numbers("the bird")));
        // Where words have no spaces between them, the first one has none either.
        Assert.Equal(["我", "爱", "你", "。"], TextPieces.Learn(["我爱你。", "你爱我。"], PieceKind.Words, minCount: 1).Split("我爱你。"));
        Assert.Empty(english.Split(" \t "));
        Assert.Equal(["a", " ", "b"], TextPieces.Learn(["a b"], PieceKind.Letters, minCount: 1).Split(" a\u0007\r\nb "));
    }

    [Fact]
    public void Rare_words_and_what_is_beyond_the_size_are_unknown()
    {
        TextPieces pieces = TextPieces.Learn(["b b b", "a a c"], PieceKind.Words);
        Assert.Equal([Vocabulary.Unknown, " b", " a"], pieces.Pieces.Entries);
        Assert.Equal((3, 4), (pieces.End, pieces.Size));
        Assert.Equal([Vocabulary.Unknown, " b"], TextPieces.Learn(["b b b", "a a c"], PieceKind.Words, size: 2).Pieces.Entries);
        Assert.InRange(TextPieces.Learn(texts, PieceKind.Subwords, size: 25).Pieces.Size, 20, 25);
    }

    [Fact]
    public void What_cannot_be_learned_or_read_is_refused()
    {
        Assert.Contains("no word that occurs 2 times", Assert.Throws<ArgumentException>(() => TextPieces.Learn(["a b"], PieceKind.Words)).Message, StringComparison.Ordinal);
        Assert.Contains("no letter", Assert.Throws<ArgumentException>(() => TextPieces.Learn([], PieceKind.Letters)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => TextPieces.Learn(["a"], PieceKind.Words, minCount: 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => TextPieces.Learn(["a"], PieceKind.Subwords, size: 1));
        string json = TextPieces.Learn(["a a"], PieceKind.Words).ToJson();
        foreach (string broken in new[] { "", "{}", "[]", "null", json[..^3], json.Replace("\"version\":1", "\"version\":2", StringComparison.Ordinal), json.Replace("Words", "Sounds", StringComparison.Ordinal), json.Replace("\" a\"", "3", StringComparison.Ordinal) })
            Assert.Contains("JSON of pieces of texts", Assert.Throws<InvalidDataException>(() => TextPieces.FromJson(broken)).Message, StringComparison.Ordinal);
    }
}
