using System.Globalization;
using System.Runtime.InteropServices;

namespace RnnDsl.Examples.Recommendation;

/// <summary>Scores all items after the items of a session. Any thread may call.</summary>
interface IRanker
{
    string Name { get; }

    /// <param name="session">The numbers of the items so far, at least one.</param>
    /// <param name="scores">Gets a score for each item.</param>
    void Score(ReadOnlySpan<int> session, Span<float> scores);
}

/// <summary>How often each item is taken, whatever the session.</summary>
sealed class Popularity : IRanker
{
    readonly float[] shares;

    public Popularity(IEnumerable<int[]> sessions, int items)
    {
        shares = new float[items];
        int[] counts = new int[items];
        foreach (int item in sessions.SelectMany(s => s))
            counts[item]++;
        double all = Math.Max(1, counts.Sum(c => (double)c));
        for (int i = 0; i < items; i++)
            shares[i] = (float)(counts[i] / all);
    }

    public string Name => "popularity";

    /// <summary>The share of each item among all that are taken; where a method says the same of two, it may decide.</summary>
    public ReadOnlySpan<float> Shares => shares;

    public void Score(ReadOnlySpan<int> session, Span<float> scores) => shares.CopyTo(scores);
}

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

/// <summary>Item-kNN: the cosine of two items is the number of sessions with both, divided by the root of the product of the numbers of sessions with each (Sarwar et al. 2001; as in Hidasi et al. 2016, of the last item).</summary>
sealed class ItemNeighbors : IRanker
{
    readonly Dictionary<int, int>?[] together;
    readonly int[] sessionsWith;
    readonly Popularity popularity;

    public ItemNeighbors(IEnumerable<int[]> sessions, Popularity popularity)
    {
        this.popularity = popularity;
        sessionsWith = new int[popularity.Shares.Length];
        together = new Dictionary<int, int>?[sessionsWith.Length];
        foreach (int[] session in sessions)
        {
            int[] items = [.. session.Distinct()];
            foreach (int item in items)
            {
                sessionsWith[item]++;
                Dictionary<int, int> own = together[item] ??= [];
                foreach (int other in items)
                    if (other != item)
                        own[other] = own.GetValueOrDefault(other) + 1;
            }
        }
    }

    public string Name => "item-kNN (cosine)";

    public void Score(ReadOnlySpan<int> session, Span<float> scores)
    {
        // Below the cosine of any two items that were ever together.
        for (int i = 0; i < scores.Length; i++)
            scores[i] = 1e-6f * popularity.Shares[i];
        foreach ((int item, int count) in together[session[^1]] ?? [])
            scores[item] += (float)(count / Math.Sqrt((double)sessionsWith[session[^1]] * sessionsWith[item]));
    }
}

/// <summary>Another method that expects items of the session less often again: their scores are multiplied by a factor.</summary>
/// <param name="inner">The method.</param>
/// <param name="factor">From 0 to 1.</param>
sealed class FewerRepeats(IRanker inner, double factor) : IRanker
{
    public string Name => string.Create(CultureInfo.InvariantCulture, $"Markov, repeats × {factor}");

    public void Score(ReadOnlySpan<int> session, Span<float> scores)
    {
        inner.Score(session, scores);
        Apply(session, factor, scores);
    }

    /// <summary>Multiplies what each item of a session has, once.</summary>
    public static void Apply(ReadOnlySpan<int> session, double factor, Span<float> scores)
    {
        for (int i = 0; i < session.Length; i++)
            if (!session[..i].Contains(session[i]))
                scores[session[i]] *= (float)factor;
    }
}
