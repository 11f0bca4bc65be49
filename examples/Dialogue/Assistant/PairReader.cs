using RnnDsl.Sequences;
using RnnDsl.Text;

namespace RnnDsl.Examples.Dialogue;

/// <summary>Makes the inputs of a <see cref="DualEncoder"/> of texts: the pieces of their words, and their strings of two and three letters.</summary>
sealed class PairReader(TextEncoder encoder)
{
    /// <summary>Strings of letters share so many numbers (Weinberger et al. 2009), so that none is unknown.</summary>
    public const int GramCount = 4096;

    /// <summary>Of longer texts the beginning counts.</summary>
    const int MostPieces = 48, MostGrams = 240;

    /// <summary>Number of pieces, the unknown one included.</summary>
    public int PieceCount => encoder.Subwords!.Size;

    public static string[] Words(string text) => WordTokenizer.Split(text.ToLowerInvariant());

    /// <summary>Texts to compute vectors of.</summary>
    public Dataset Texts(IReadOnlyCollection<string> texts) =>
        new(Column.OneHot("pieces", PieceCount, [.. texts.Select(Pieces)]), Column.OneHot("grams", GramCount, [.. texts.Select(Grams)]));

    /// <summary>The texts of groups of pairs, a group for each example.</summary>
    public IEnumerable<Column> Columns<T>(string pieces, string grams, IReadOnlyList<List<T>> groups, Func<T, string> text) =>
    [
        Column.OneHot(pieces, PieceCount, [.. groups.Select(g => g.Select(p => Pieces(text(p))).ToArray())]),
        Column.OneHot(grams, GramCount, [.. groups.Select(g => g.Select(p => Grams(text(p))).ToArray())]),
    ];

    int[] Pieces(string text)
    {
        int[] pieces = [.. Words(text).SelectMany(encoder.Subwords!.Numbers).Take(MostPieces)];
        return pieces.Length > 0 ? pieces : [0];
    }

    /// <summary>The numbers of all strings of two and three characters, spaces between words included.</summary>
    static int[] Grams(string text)
    {
        string marked = $" {string.Join(' ', text.ToLowerInvariant().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))} ";
        var grams = new List<int>();
        for (int i = 0; i + 2 <= marked.Length && grams.Count < MostGrams; i++)
            for (int length = 2; length <= 3 && i + length <= marked.Length; length++)
                grams.Add(Hash(marked.AsSpan(i, length)));
        return grams.Count > 0 ? [.. grams] : [0];
    }

    /// <summary>FNV-1a, the same on every machine.</summary>
    static int Hash(ReadOnlySpan<char> text)
    {
        uint hash = 2166136261;
        foreach (char c in text)
            hash = (hash ^ c) * 16777619;
        return (int)(hash % GramCount);
    }
}
