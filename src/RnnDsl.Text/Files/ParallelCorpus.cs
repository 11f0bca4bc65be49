using System.Collections;
using System.Text;
using RnnDsl.Memory;

namespace RnnDsl.Text;

/// <summary>A sentence and its translation.</summary>
/// <param name="Source">What is translated.</param>
/// <param name="Target">What it is in the other language.</param>
public sealed record SentencePair(string Source, string Target);

/// <summary>Sentences and their translations.</summary>
public sealed class ParallelCorpus : IReadOnlyList<SentencePair>
{
    readonly IReadOnlyList<SentencePair> pairs;

    /// <summary>A corpus of pairs.</summary>
    /// <param name="name">What messages call it, such as the files' paths.</param>
    /// <param name="pairs">The pairs.</param>
    /// <param name="findings">What is worth a look before training, a sentence each.</param>
    public ParallelCorpus(string name, IReadOnlyList<SentencePair> pairs, IReadOnlyList<string>? findings = null) => (Name, this.pairs, Findings) = (name, pairs, findings ?? []);

    /// <summary>What messages call it, such as the files' paths.</summary>
    public string Name { get; }

    /// <summary>What is worth a look before training: how many pairs were left out, how many repeat; a sentence each.</summary>
    public IReadOnlyList<string> Findings { get; }

    /// <summary>Number of pairs.</summary>
    public int Count => pairs.Count;

    /// <summary>One of the pairs, from 0.</summary>
    public SentencePair this[int index] => pairs[index];

    /// <summary>The pairs in order.</summary>
    public IEnumerator<SentencePair> GetEnumerator() => pairs.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>The source sentences in order.</summary>
    public IEnumerable<string> Sources => pairs.Select(p => p.Source);

    /// <summary>The target sentences in order.</summary>
    public IEnumerable<string> Targets => pairs.Select(p => p.Target);

    /// <summary>The same pairs, each once. Sentences with several translations keep all of them.</summary>
    public ParallelCorpus Distinct() => new($"{Name}, distinct", [.. pairs.Distinct()]);

    /// <summary>The pairs with source and target exchanged.</summary>
    public ParallelCorpus Reverse() => new($"{Name}, reversed", [.. pairs.Select(p => new SentencePair(p.Target, p.Source))]);

    /// <summary>
    /// Two parts, drawn at random. All pairs with one source sentence are in the same part, so that no sentence of the second part was seen in the first. Letter
    /// case, white space and the way in which letters are composed (é as one character or as two) do not make sentences different.
    /// </summary>
    /// <param name="share">Part of the pairs that is in the first; above 0 and below 1.</param>
    /// <param name="seed">Of the draw.</param>
    /// <exception cref="ArgumentException">One part would be empty.</exception>
    public (ParallelCorpus First, ParallelCorpus Second) Split(double share, int seed = 0)
    {
        (List<int> second, List<int> first) = share is > 0 and < 1 ? Draw(Count - (int)Math.Round(share * Count), seed) : ([], []);
        if (first.Count == 0 || second.Count == 0)
            throw new ArgumentException(FormattableString.Invariant($"{Name} has {Count} pairs: they cannot be split into {share} and the rest."), nameof(share));
        return (Part(first, "first part"), Part(second, "second part"));
    }

    /// <summary>Some pairs for validation or test, drawn at random as by <see cref="Split"/>, and the rest.</summary>
    /// <param name="count">How many pairs are held out. Where sentences have several translations, it may be a few less.</param>
    /// <param name="seed">Of the draw.</param>
    /// <exception cref="ArgumentException">One part would be empty.</exception>
    public (ParallelCorpus Train, ParallelCorpus HeldOut) HoldOut(int count, int seed = 0)
    {
        (List<int> held, List<int> rest) = count > 0 && count < Count ? Draw(count, seed) : ([], []);
        if (held.Count == 0 || rest.Count == 0)
            throw new ArgumentException($"{Name} has {Count} pairs of {pairs.Select(p => Key(p.Source)).Distinct().Count()} source sentences: {count} cannot be held out so that no sentence is in both parts. "
                + "Hold out another number, or read validation and test from files of their own.", nameof(count));
        return (Part(rest, "rest"), Part(held, "held out"));
    }

    /// <summary>The pairs whose source is none of some sentences, such as those of the test data. Sentences are compared as by <see cref="Split"/>.</summary>
    /// <param name="sources">The sentences.</param>
    /// <exception cref="ArgumentException">No pair is left.</exception>
    public ParallelCorpus Without(IEnumerable<string> sources)
    {
        HashSet<string> kept = [.. sources.Select(Key)];
        int[] rest = [.. Enumerable.Range(0, Count).Where(i => !kept.Contains(Key(pairs[i].Source)))];
        return rest.Length == Count ? this : rest.Length > 0 ? Part([.. rest], "rest")
            : throw new ArgumentException($"All {Count} source sentences of {Name} are also in the validation or the test: nothing is left to learn from.", nameof(sources));
    }

    /// <summary>Draws groups of pairs with one source until no further one fits.</summary>
    (List<int> Drawn, List<int> Left) Draw(int count, int seed)
    {
        int[][] groups = [.. Enumerable.Range(0, Count).GroupBy(i => Key(pairs[i].Source)).Select(g => g.ToArray())];
        new RandomStream(seed, "split").Shuffle<int[]>(groups);
        List<int> drawn = [], rest = [];
        foreach (int[] group in groups)
            (drawn.Count + group.Length <= count ? drawn : rest).AddRange(group);
        return (drawn, rest);
    }

    /// <summary>The sentence in lower case, with composed letters, and with one space wherever white space is.</summary>
    static string Key(string sentence)
    {
        var key = new StringBuilder(sentence.Length);
        foreach (char c in ComposedLetters.Of(sentence))
            if (!char.IsWhiteSpace(c))
                key.Append(char.ToLowerInvariant(c));
            else if (key.Length > 0 && key[^1] != ' ')
                key.Append(' ');
        return key.ToString().TrimEnd();
    }

    ParallelCorpus Part(List<int> chosen, string which) => new($"{Name}, {which}", [.. chosen.Order().Select(i => pairs[i])]);

    /// <summary>As "train.tsv: 26,388 pairs, 24,800 source sentences".</summary>
    public override string ToString() => FormattableString.Invariant($"{Name}: {Count:N0} pairs, {Sources.Distinct().Count():N0} source sentences");
}
