using System.Globalization;
using RnnDsl.Memory;

namespace RnnDsl.Metrics;

/// <summary>
/// The rank of the right one of many candidates: recall at k and the mean reciprocal rank (Voorhees 1999), as for answers, documents or next items. A rank counts from 1. Candidates with equal scores are
/// counted pessimistically: the right one is the last of them, so that a model with equal scores for all candidates gains nothing.
/// </summary>
public sealed class RankingReport
{
    readonly long[] ranks;

    /// <summary>Counts ranks.</summary>
    /// <param name="ranks">For each query the rank of the right candidate, from 1; 0 if it was not among the candidates. If several candidates are right, that of the first one.</param>
    /// <exception cref="ArgumentException">There is no rank, or one is negative.</exception>
    public RankingReport(IEnumerable<long> ranks)
    {
        ArgumentNullException.ThrowIfNull(ranks);
        this.ranks = [.. ranks];
        if (this.ranks.Length == 0)
            throw new ArgumentException("There is no rank to count.", nameof(ranks));
        if (Array.FindIndex(this.ranks, r => r < 0) is var wrong and >= 0)
            throw new ArgumentException($"Rank {wrong} (from 0) is {this.ranks[wrong]}. The first rank is 1, and 0 says that the right candidate was not found.", nameof(ranks));
        foreach (long rank in this.ranks)
            MeanReciprocalRank += Reciprocal(rank);
        MeanReciprocalRank /= this.ranks.Length;
    }

    /// <summary>Ranks candidates by their scores, the highest first.</summary>
    /// <param name="scores">For each query the scores of all candidates.</param>
    /// <param name="right">For each query the number of the right candidate, from 0.</param>
    /// <exception cref="ArgumentException">The numbers of queries differ, there is none, a number is not that of a candidate, or the score of a right candidate is NaN.</exception>
    public static RankingReport FromScores(IEnumerable<IReadOnlyList<float>> scores, IEnumerable<int> right)
    {
        ArgumentNullException.ThrowIfNull(scores);
        ArgumentNullException.ThrowIfNull(right);
        var ranks = new List<long>();
        using IEnumerator<int> next = right.GetEnumerator();
        foreach (IReadOnlyList<float> query in scores)
        {
            if (!next.MoveNext())
                throw new ArgumentException($"There are {ranks.Count} right candidates, but scores of more queries.", nameof(right));
            ranks.Add(Rank(query is float[] array ? array : [.. query], next.Current));
        }
        return next.MoveNext() ? throw new ArgumentException($"There are scores of {ranks.Count} queries, but more right candidates.", nameof(right)) : new RankingReport(ranks);
    }

    /// <summary>The rank of a candidate: 1 and the number of other candidates whose score is not lower.</summary>
    /// <param name="scores">Of all candidates.</param>
    /// <param name="candidate">Its number, from 0.</param>
    /// <exception cref="ArgumentException">There is no such candidate, or its score is NaN.</exception>
    public static long Rank(ReadOnlySpan<float> scores, int candidate)
    {
        if ((uint)candidate >= (uint)scores.Length)
            throw new ArgumentException($"There are {scores.Length} candidates, from 0, and no candidate {candidate}.", nameof(candidate));
        float own = scores[candidate];
        if (float.IsNaN(own))
            throw new ArgumentException($"The score of candidate {candidate} is NaN.", nameof(scores));
        long rank = 0;
        foreach (float score in scores)
            // Of itself too, so that ranks begin at 1. What is NaN is not lower.
            if (!(score < own))
                rank++;
        return rank;
    }

    /// <summary>Number of queries.</summary>
    public int Count => ranks.Length;

    /// <summary>The ranks, in the order of the queries; 0 if the right candidate was not found.</summary>
    public IReadOnlyList<long> Ranks => ranks;

    /// <summary>The mean of 1 / rank, where what was not found counts 0.</summary>
    public double MeanReciprocalRank { get; }

    /// <summary>The median rank, the upper one of two; 0 if the right candidate of half of the queries was not found.</summary>
    public long MedianRank => ranks.OrderBy(r => r == 0 ? long.MaxValue : r).ElementAt(ranks.Length / 2);

    /// <summary>Share of the queries whose right candidate is among the first so many. With one right candidate for each query, it is recall at k, and also the hit rate and the top-k accuracy.</summary>
    /// <param name="k">How many candidates are looked at, at least 1.</param>
    public double RecallAt(int k)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(k, 1);
        return (double)ranks.Count(r => r >= 1 && r <= k) / ranks.Length;
    }

    /// <summary>A confidence interval of a score by the bootstrap (<see cref="Bootstrap"/>), which draws queries.</summary>
    /// <param name="measure">The score: <c>r => r.RecallAt(5)</c>.</param>
    /// <param name="level">The confidence level of the interval, between 0 and 1.</param>
    /// <param name="resamples">Number of draws.</param>
    /// <param name="seed">The seed of the draws.</param>
    public ConfidenceInterval Interval(Func<RankingReport, double> measure, double level = 0.95, int resamples = 1000, int seed = 0)
    {
        ArgumentNullException.ThrowIfNull(measure);
        var drawn = new long[ranks.Length];
        return Bootstrap.Interval(measure(this), Draw, level, resamples, seed);

        double Draw(RandomStream random)
        {
            for (int i = 0; i < drawn.Length; i++)
                drawn[i] = ranks[random.Below(drawn.Length)];
            return measure(new RankingReport(drawn));
        }
    }

    /// <summary>As "recall at 1 0.6120, at 5 0.8340, at 10 0.9020, mean reciprocal rank 0.7011, 500 queries".</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"recall at 1 {RecallAt(1):F4}, at 5 {RecallAt(5):F4}, at 10 {RecallAt(10):F4}, mean reciprocal rank {MeanReciprocalRank:F4}, {Count} queries");

    static double Reciprocal(long rank) => rank == 0 ? 0 : 1.0 / rank;
}
