namespace RnnDsl.Search;

/// <summary>How much a hyper-parameter decides whether a trial is among the best.</summary>
/// <param name="Name">Of the range.</param>
/// <param name="Share">Its part of the sum over all ranges, from 0 to 1; NaN if too few trials say something.</param>
/// <param name="Trials">The trials in which the range existed.</param>
public sealed record RangeImportance(string Name, double Share, int Trials);

/// <summary>
/// The importance of hyper-parameters by PED-ANOVA (Watanabe, Bansal &amp; Hutter 2023, "PED-ANOVA: efficiently quantifying hyperparameter importance in arbitrary subspaces", equation 16):
/// the Pearson divergence of how a range's values are distributed among the
/// best trials from how they are distributed among all. A range is important if the best trials have other values there than the rest.
/// </summary>
static class SearchImportance
{
    /// <summary>The share of trials that are the best. The paper takes a tenth of many; of few trials that would be one.</summary>
    const double BestShare = 0.25;

    /// <summary>With fewer trials, the best are one or two.</summary>
    const int FewestTrials = 10;

    /// <summary>The cells over which the divergence of numbers is summed.</summary>
    const int Cells = 64;

    public static RangeImportance[] Of(SearchSpace space, IEnumerable<TrialResult> trials)
    {
        TrialResult[] ranked = [.. TrialResult.Ranked(trials)];
        var divergences = new (double Value, int Trials)[space.Ranges.Count];
        for (int i = 0; i < divergences.Length; i++)
        {
            TrialResult[] having = [.. ranked.Where(t => !double.IsNaN(t.Values.Numbers[i]))];
            int best = Best(having);
            divergences[i] = (having.Length < FewestTrials || best == having.Length ? double.NaN : Divergence(space.Ranges[i], [.. having.Select(t => t.Values.Numbers[i])], best), having.Length);
        }
        double sum = divergences.Where(d => !double.IsNaN(d.Value)).Sum(d => d.Value);
        return [.. space.Ranges.Select((range, i) => new RangeImportance(range.Name, sum > 0 ? divergences[i].Value / sum : double.NaN, divergences[i].Trials)).OrderByDescending(r => double.IsNaN(r.Share) ? -1 : r.Share)];
    }

    /// <summary>How many of the ranked trials are the best: a quarter, and those that are as good as its last one, for nothing but their numbers parts them. All, if the quarter holds trials without a value.</summary>
    static int Best(TrialResult[] ranked)
    {
        int best = (int)Math.Ceiling(BestShare * ranked.Length);
        if (ranked.Take(best).Any(t => double.IsNaN(t.Best)))
            return ranked.Length;
        while (best < ranked.Length && ranked[best].State == ranked[best - 1].State && ranked[best].Best == ranked[best - 1].Best && ranked[best].Reports.Count == ranked[best - 1].Reports.Count)
            best++;
        return best;
    }

    /// <summary>∫ (p/q − 1)²·q of the best values' distribution p and the distribution q of all.</summary>
    /// <param name="range">The range.</param>
    /// <param name="values">The values of all trials that have one, those of the best first.</param>
    /// <param name="count">How many are the best.</param>
    static double Divergence(SearchRange range, double[] values, int count)
    {
        RangeDensity best = RangeDensity.ByScott(range, values[..count]), all = RangeDensity.ByScott(range, values);
        int cells = range is ChoiceRange choice ? choice.Options.Count : Cells;
        return Enumerable.Range(0, cells).Sum(cell =>
        {
            double from = (double)cell / cells, to = (cell + 1.0) / cells, p = best.Mass(from, to), q = all.Mass(from, to);
            return (p / q - 1) * (p / q - 1) * q;
        });
    }
}
