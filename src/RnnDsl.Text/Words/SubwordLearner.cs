using System.Runtime.InteropServices;

namespace RnnDsl.Text;

/// <summary>
/// Learns which pieces are joined (Sennrich, Haddow &amp; Birch 2016, algorithm 1). The counts of pairs are kept while pieces are joined: each step looks at those words alone that have the pair, and a queue knows the most
/// frequent pair. Counts in the queue may be old; they are compared when their turn comes.
/// </summary>
sealed class SubwordLearner
{
    readonly int size;
    readonly string[] letters;

    /// <summary>The distinct words as numbers of pieces, and how often each occurs.</summary>
    readonly List<(int[] Pieces, int Length, long Count)> words = [];
    readonly List<string> pieces;
    readonly Dictionary<string, int> numbers;
    readonly Dictionary<(int Left, int Right), long> counts = [];

    /// <summary>The words that had a pair when it was counted last; each at least once.</summary>
    readonly Dictionary<(int Left, int Right), List<int>> places = [];
    readonly PriorityQueue<(int Left, int Right), (long Fewer, int Left, int Right)> frequent = new();

    public SubwordLearner(IEnumerable<string> words, int size)
    {
        this.size = size;
        var distinct = words.CountBy(w => w, StringComparer.Ordinal).OrderBy(w => w.Key, StringComparer.Ordinal).Select(w => (Letters: TextElements.Split(w.Key), Count: (long)w.Value)).ToList();
        letters = Letters(distinct).Take(size - 1).ToArray();
        pieces = [Vocabulary.Unknown, .. letters];
        numbers = letters.Select((letter, i) => (letter, i)).ToDictionary(l => l.letter, l => l.i + 1, StringComparer.Ordinal);
        foreach ((string[] own, long count) in distinct)
            this.words.Add(([Number(SubwordVocabulary.WordStart), .. own.Select(Number)], own.Length + 1, count));
    }

    int Number(string letter) => numbers.GetValueOrDefault(letter);

    /// <summary>The letters that occur at least twice, the most frequent first; what begins a word is one of them.</summary>
    static IEnumerable<string> Letters(List<(string[] Letters, long Count)> words)
    {
        var counts = new Dictionary<string, long>(StringComparer.Ordinal) { [SubwordVocabulary.WordStart] = Math.Max(2, words.Sum(w => w.Count)) };
        foreach ((string[] own, long count) in words)
            foreach (string letter in own)
                CollectionsMarshal.GetValueRefOrAddDefault(counts, letter, out _) += count;
        return counts.Where(c => c.Value >= 2 && c.Key.Length <= SubwordVocabulary.LongestPiece && Vocabulary.IsWellFormed(c.Key))
            .OrderByDescending(c => c.Value).ThenBy(c => c.Key, StringComparer.Ordinal).Select(c => c.Key);
    }

    public SubwordVocabulary Learn()
    {
        for (int word = 0; word < words.Count; word++)
            Count(word, 1);
        foreach ((int Left, int Right) pair in counts.Keys)
            Offer(pair);
        List<(int, int)> merges = [];
        HashSet<(int, int)> known = [];
        while (pieces.Count < size && frequent.TryDequeue(out (int Left, int Right) pair, out var order))
        {
            long count = counts.GetValueOrDefault(pair);
            if (-order.Fewer != count || count < 2)
                continue;
            string text = pieces[pair.Left] + pieces[pair.Right];
            if (text.Length > SubwordVocabulary.LongestPiece)
                continue;
            if (numbers.TryAdd(text, pieces.Count))
                pieces.Add(text);
            // A pair that was joined before may come up again behind a later join that gave the same piece.
            if (known.Add(pair))
                merges.Add(pair);
            Join(pair, numbers[text]);
        }
        return new SubwordVocabulary(letters, merges);
    }

    /// <summary>Joins a pair in all words that have it.</summary>
    void Join((int Left, int Right) pair, int piece)
    {
        places.Remove(pair, out List<int>? having);
        var changed = new HashSet<(int, int)>();
        foreach (int word in having!)
        {
            (int[] own, int length, long count) = words[word];
            if (!Has(own.AsSpan(0, length), pair))
                continue;
            Count(word, -1, changed);
            int kept = 0;
            for (int i = 0; i < length; i++)
                own[kept++] = own[i] == pair.Left && i + 1 < length && own[i + 1] == pair.Right ? JoinedAt(ref i) : own[i];
            words[word] = (own, kept, count);
            Count(word, 1, changed);
        }
        foreach ((int, int) other in changed)
            Offer(other);

        int JoinedAt(ref int i)
        {
            i++;
            return piece;
        }
    }

    static bool Has(ReadOnlySpan<int> word, (int Left, int Right) pair)
    {
        for (int i = 0; i + 1 < word.Length; i++)
            if (word[i] == pair.Left && word[i + 1] == pair.Right)
                return true;
        return false;
    }

    /// <summary>Adds a word's pairs to the counts, or takes them off. Unknown letters are in no pair.</summary>
    void Count(int word, int sign, HashSet<(int, int)>? changed = null)
    {
        (int[] own, int length, long count) = words[word];
        for (int i = 0; i + 1 < length; i++)
        {
            (int Left, int Right) pair = (own[i], own[i + 1]);
            if (pair.Left == 0 || pair.Right == 0)
                continue;
            CollectionsMarshal.GetValueRefOrAddDefault(counts, pair, out _) += sign * count;
            changed?.Add(pair);
            if (sign < 0)
                continue;
            ref List<int>? having = ref CollectionsMarshal.GetValueRefOrAddDefault(places, pair, out _);
            having ??= [];
            if (having.Count == 0 || having[^1] != word)
                having.Add(word);
        }
    }

    void Offer((int Left, int Right) pair)
    {
        if (counts[pair] is >= 2 and var count)
            frequent.Enqueue(pair, (-count, pair.Left, pair.Right));
        else if (counts[pair] == 0)
        {
            counts.Remove(pair);
            places.Remove(pair);
        }
    }
}
