using RnnDsl.Sequences;
using RnnDsl.Text;

namespace RnnDsl.Examples.Dialogue;

/// <summary>Makes the inputs of a <see cref="DualEncoder"/> of texts: the pieces of their words, and their strings of three letters.</summary>
sealed class PairReader(TextEncoder encoder)
{
    /// <summary>Strings of three letters share so many numbers (Weinberger et al. 2009), so that none is unknown.</summary>
    public const int GramCount = 4096;

    /// <summary>Of longer texts the beginning counts.</summary>
    const int MostPieces = 48, MostGrams = 120;

    /// <summary>Number of pieces, the unknown one included.</summary>
    public int PieceCount => encoder.Subwords!.Size;

    public static string[] Words(string text) => WordTokenizer.Split(text.ToLowerInvariant());

    /// <summary>Texts to compute vectors of.</summary>
    public Dataset Texts(IEnumerable<string> texts)
    {
        string[][] words = [.. texts.Select(Words)];
        return new Dataset(Column.OneHot("pieces", PieceCount, [.. words.Select(Pieces)]), Column.OneHot("grams", GramCount, [.. words.Select(Grams)]));
    }

    /// <summary>The texts of groups of pairs, a group for each example.</summary>
    public IEnumerable<Column> Columns<T>(string pieces, string grams, IReadOnlyList<List<T>> groups, Func<T, string> text)
    {
        string[][][] words = [.. groups.Select(g => g.Select(p => Words(text(p))).ToArray())];
        return [Column.OneHot(pieces, PieceCount, [.. words.Select(g => g.Select(Pieces).ToArray())]), Column.OneHot(grams, GramCount, [.. words.Select(g => g.Select(Grams).ToArray())])];
    }

    int[] Pieces(string[] words)
    {
        int[] pieces = [.. words.SelectMany(encoder.Subwords!.Numbers).Take(MostPieces)];
        return pieces.Length > 0 ? pieces : [0];
    }

    /// <summary>The numbers of all strings of three characters within words, which begin and end with a mark.</summary>
    static int[] Grams(string[] words)
    {
        var grams = new List<int>();
        foreach (string word in words)
        {
            string marked = $"<{word}>";
            for (int i = 0; i + 3 <= marked.Length && grams.Count < MostGrams; i++)
                grams.Add(Hash(marked.AsSpan(i, 3)));
        }
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
