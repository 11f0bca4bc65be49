using RnnDsl.Memory;

namespace RnnDsl.Search;

/// <summary>What a sampler or a stopping rule knows: the trials whose results a trial may depend on.</summary>
/// <param name="space">The ranges.</param>
/// <param name="goal">Which values are good.</param>
/// <param name="trials">The earlier trials that count, by number.</param>
public sealed class SearchView(SearchSpace space, SearchGoal goal, IReadOnlyList<TrialResult> trials)
{
    /// <summary>The ranges.</summary>
    public SearchSpace Space => space;

    /// <summary>Which values are good.</summary>
    public SearchGoal Goal => goal;

    /// <summary>The earlier trials that count, by number: the first ones without a gap. All have ended.</summary>
    public IReadOnlyList<TrialResult> Trials => trials;

    /// <summary>These trials from the best to the worst: finished ones by their best value, then stopped ones by how far they came and then by their best value, then failed ones.</summary>
    public IReadOnlyList<TrialResult> Ranked { get; } = [.. TrialResult.Ranked(trials)];
}

/// <summary>Chooses the values of the next trial. It keeps no state of its own: what it chooses depends on the trials that it is given and on the random numbers alone.</summary>
public abstract class Sampler
{
    /// <summary>The name and all settings, by which a file recognizes it: "TPE, startup 10".</summary>
    public abstract string Describe();

    /// <summary>Chooses the value of each range, in the order of the ranges, for those that exist with the values before.</summary>
    /// <param name="view">The earlier trials.</param>
    /// <param name="range">The range.</param>
    /// <param name="random">The random numbers of this trial.</param>
    /// <returns>A value of the range: a number, or the index of an option.</returns>
    protected abstract double Choose(SearchView view, SearchRange range, RandomStream random);

    /// <summary>The values of the next trial.</summary>
    internal TrialValues Choose(SearchView view, RandomStream random)
    {
        var values = new double[view.Space.Ranges.Count];
        Array.Fill(values, double.NaN);
        for (int i = 0; i < values.Length; i++)
            if (view.Space.Exists(i, values))
                values[i] = Choose(view, view.Space.Ranges[i], random);
        return new TrialValues(view.Space, values);
    }

    /// <exception cref="ArgumentOutOfRangeException">A setting is less than its least value.</exception>
    internal static int AtLeast(int least, int value, string name) => value >= least ? value : throw new ArgumentOutOfRangeException(name, value, FormattableString.Invariant($"{name} must be at least {least}."));

    /// <summary>A value with the probability that the range gives it.</summary>
    protected static double Draw(SearchRange range, RandomStream random) => range.ValueAt(random.Uniform());
}

/// <summary>Draws each value at random, whatever earlier trials gave (Bergstra &amp; Bengio 2012). It is the baseline, and hard to beat with fewer than about twenty trials.</summary>
public sealed class RandomSampler : Sampler
{
    /// <inheritdoc/>
    public override string Describe() => "random";

    /// <inheritdoc/>
    protected override double Choose(SearchView view, SearchRange range, RandomStream random) => Draw(range, random);
}

/// <summary>
/// The tree-structured Parzen estimator (Bergstra, Bardenet, Bengio &amp; Kégl 2011, "Algorithms for hyper-parameter optimization", section 4), in its independent form: each range is modeled by itself, among the earlier trials in which it exists, so that
/// conditional ranges need no special rule. It estimates how the values of the best trials are distributed, ℓ(x), and those of all others, g(x), draws candidates from ℓ and takes the one with the largest ℓ(x)/g(x). Failed trials are among the others. Other than in the paper, an option of a choice is drawn from ℓ alone.
/// </summary>
public sealed class TpeSampler : Sampler
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
        // Of few options the best ratio is always that of the same one, so that an option that was unlucky at first would never be tried again.
        if (range is ChoiceRange)
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
