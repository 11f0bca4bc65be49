using RnnDsl.Memory;

namespace RnnDsl.Search;

/// <summary>
/// The tree-structured Parzen estimator (Bergstra, Bardenet, Bengio &amp; Kégl 2011, "Algorithms for hyper-parameter optimization", section 4), in its independent form: each range is
/// modeled by itself, among the earlier trials in which it exists, so that
/// conditional ranges need no special rule. It estimates how the values of the best trials are distributed, ℓ(x), and those of all others, g(x), draws candidates from ℓ and takes the one
/// with the largest ℓ(x)/g(x). Failed trials are among the others. Other than in the paper, an option of a choice, and a whole number of a range that has no more of them than candidates, is drawn from ℓ alone.
/// </summary>
public sealed class TpeSampler : TrialSampler
{
    /// <summary>The share of trials that are the best.</summary>
    const double BestShare = 0.15;

    /// <summary>More of the best would blur where they lie.</summary>
    const int MostBest = 25;

    /// <summary>The number of earlier trials below which values are drawn at random; 10 is usual. The trials that run side by side are added to it.</summary>
    public int Startup { get; init => field = AtLeast(1, value, nameof(Startup)); } = 10;

    /// <summary>The number of candidates; 24 is usual. More of them stay nearer to the best trials.</summary>
    public int Candidates { get; init => field = AtLeast(1, value, nameof(Candidates)); } = 24;

    /// <inheritdoc/>
    public override string Describe() => FormattableString.Invariant($"TPE, startup {Startup}, candidates {Candidates}");

    /// <inheritdoc/>
    protected override double Choose(SearchView view, SearchRange range, RandomStream random)
    {
        int index = view.Space.IndexOf(range.Name);
        double[] values = [.. view.Ranked.Select(t => t.Values.Numbers[index]).Where(v => !double.IsNaN(v))];
        // A conditional range may have been in few trials, which say nothing yet.
        if (view.Trials.Count < Startup || values.Length < 2)
            return Draw(range, random);
        int best = Math.Min(MostBest, (int)Math.Ceiling(BestShare * values.Length));
        RangeDensity good = RangeDensity.ByNeighbors(range, values[..best]), other = RangeDensity.ByNeighbors(range, values[best..]);
        // Of no more values than candidates the best ratio is nearly always that of the same one, so that a value that was unlucky at first would never be tried again.
        if (range is ChoiceRange || range.Values is > 0 and var count && count <= Candidates)
            return good.Draw(random);
        (double chosen, double most) = (0, double.NegativeInfinity);
        for (int i = 0; i < Candidates; i++)
        {
            double candidate = good.Draw(random), ratio = good.Of(candidate) / other.Of(candidate);
            if (ratio > most)
                (chosen, most) = (candidate, ratio);
        }
        return chosen;
    }
}
