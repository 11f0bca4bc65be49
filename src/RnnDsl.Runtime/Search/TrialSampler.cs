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
public abstract class TrialSampler
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
public sealed class RandomSampler : TrialSampler
{
    /// <inheritdoc/>
    public override string Describe() => "random";

    /// <inheritdoc/>
    protected override double Choose(SearchView view, SearchRange range, RandomStream random) => Draw(range, random);
}
