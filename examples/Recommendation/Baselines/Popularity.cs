namespace RnnDsl.Examples.Recommendation;

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
