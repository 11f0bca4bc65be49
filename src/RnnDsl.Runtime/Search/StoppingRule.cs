namespace RnnDsl.Search;

/// <summary>Ends bad trials early. It keeps no state of its own: what it decides depends on what it is given alone.</summary>
public abstract class StoppingRule
{
    /// <summary>The name and all settings, by which a file recognizes it.</summary>
    public abstract string Describe();

    /// <summary>Whether a trial should end after its latest report.</summary>
    /// <param name="view">The earlier trials with which it is compared.</param>
    /// <param name="reports">All reports of the trial, at least one.</param>
    public abstract bool Stops(SearchView view, IReadOnlyList<double> reports);
}

/// <summary>
/// Asynchronous successive halving (ASHA; Li et al. 2020, "A system for massively parallel hyperparameter tuning", algorithm 2), in the form that stops instead of pausing. After r, r·η,
/// r·η², … reports a trial is on a rung, and goes on only if its best value so far is
/// among the best 1/η of the earlier trials that came to this rung, itself included. On a rung with fewer than η trials it goes on. A trial that failed before the rung counts as one that is worse.
/// </summary>
/// <remarks>The paper's form pauses a trial on its rung and lets it go on when later trials turn out to be worse. There the result depends on which trial comes to a rung first. Here a trial
/// is compared with trials of lower numbers alone, all of which have ended, so that the result
/// does not depend on time; a trial that was stopped is not taken up again.</remarks>
public sealed class SuccessiveHalving : StoppingRule
{
    /// <summary>η, the inverse of the share of trials that goes on from each rung; 3 and 4 are usual.</summary>
    public int Reduction { get; init => field = TrialSampler.AtLeast(2, value, nameof(Reduction)); } = 3;

    /// <summary>r, the number of reports before the first rung. It should be enough for a good trial to show itself.</summary>
    public int MinimumReports { get; init => field = TrialSampler.AtLeast(1, value, nameof(MinimumReports)); } = 1;

    /// <inheritdoc/>
    public override string Describe() => FormattableString.Invariant($"successive halving, reduction {Reduction}, minimum reports {MinimumReports}");

    /// <inheritdoc/>
    public override bool Stops(SearchView view, IReadOnlyList<double> reports)
    {
        long rung = MinimumReports;
        while (rung < reports.Count)
            rung *= Reduction;
        if (rung != reports.Count)
            return false;
        double own = view.Goal == SearchGoal.Minimize ? reports.Min() : -reports.Max();
        double[] others = [.. view.Trials.Where(t => t.Reports.Count >= reports.Count || t.State == TrialState.Failed).Select(t => t.CostAt(reports.Count))];
        int all = others.Length + 1;
        return all >= Reduction && others.Count(other => other < own) >= all / Reduction;
    }
}
