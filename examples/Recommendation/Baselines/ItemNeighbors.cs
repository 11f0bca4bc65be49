namespace RnnDsl.Examples.Recommendation;

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
