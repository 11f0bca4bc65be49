using System.Runtime.InteropServices;

namespace RnnDsl.Examples.Recommendation;

/// <summary>How often each item came directly after the last one: a Markov chain.</summary>
sealed class LastItemCounts : IRanker
{
    readonly Dictionary<int, int>?[] next;
    readonly Popularity popularity;

    public LastItemCounts(IEnumerable<int[]> sessions, Popularity popularity)
    {
        this.popularity = popularity;
        next = new Dictionary<int, int>?[popularity.Shares.Length];
        foreach (int[] session in sessions)
            for (int i = 1; i < session.Length; i++)
            {
                Dictionary<int, int> own = next[session[i - 1]] ??= [];
                own[session[i]] = own.GetValueOrDefault(session[i]) + 1;
            }
    }

    LastItemCounts(Dictionary<int, int>?[] next, Popularity popularity) => (this.next, this.popularity) = (next, popularity);

    public string Name => "last-item counts (Markov)";

    /// <summary>Mixes the shares of the items that came next into probabilities; after an item that nothing came after, they stay.</summary>
    /// <param name="last">The last item; −1 for none.</param>
    /// <param name="weight">What the shares count, from 0 to 1.</param>
    /// <param name="probabilities">Of each item.</param>
    public void MixInto(int last, double weight, Span<float> probabilities)
    {
        if (weight == 0 || last < 0 || next[last] is not { } own)
            return;
        foreach (ref float probability in probabilities)
            probability *= (float)(1 - weight);
        double all = own.Values.Sum(c => (double)c);
        foreach ((int item, int count) in own)
            probabilities[item] += (float)(weight * count / all);
    }

    /// <summary>The counts as text: numbers of two items and how often the second came after the first.</summary>
    public string ToText()
    {
        int[] numbers = [.. next.Index().SelectMany(n => (n.Item ?? []).OrderBy(p => p.Key).SelectMany(p => new[] { n.Index, p.Key, p.Value }))];
        return Convert.ToBase64String(MemoryMarshal.AsBytes<int>(numbers));
    }

    /// <summary>Reads what <see cref="ToText"/> wrote.</summary>
    /// <param name="text">The text.</param>
    /// <param name="items">How many items there are.</param>
    public static LastItemCounts FromText(string text, int items)
    {
        byte[] bytes;
        try
        {
            bytes = Convert.FromBase64String(text);
        }
        catch (FormatException)
        {
            bytes = [0];
        }
        var next = new Dictionary<int, int>?[items];
        if (bytes.Length % (3 * sizeof(int)) != 0)
            throw new InvalidDataException("The counts in the model's file are damaged.");
        foreach (int[] three in MemoryMarshal.Cast<byte, int>(bytes).ToArray().Chunk(3))
            if ((uint)three[0] >= (uint)items || (uint)three[1] >= (uint)items || three[2] < 1 || !(next[three[0]] ??= []).TryAdd(three[1], three[2]))
                throw new InvalidDataException("The counts in the model's file are damaged.");
        return new LastItemCounts(next, new Popularity([], items));
    }

    public void Score(ReadOnlySpan<int> session, Span<float> scores)
    {
        popularity.Score(session, scores);
        foreach ((int item, int count) in next[session[^1]] ?? [])
            scores[item] += count;
    }
}
