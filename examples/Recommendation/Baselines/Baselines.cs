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

    public string Name => "last-item counts (Markov)";

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
