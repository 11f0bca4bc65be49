using System.Globalization;
using System.Text;

namespace RnnDsl.Search;

/// <summary>The trials of a search, the best of them, and which hyper-parameters decided it.</summary>
public sealed class SearchResult
{
    internal SearchResult(SearchSpace space, SearchGoal goal, IReadOnlyList<TrialResult> trials)
    {
        (Space, Goal, Trials) = (space, goal, trials);
        Ranked = [.. TrialResult.Ranked(trials)];
        Importance = SearchImportance.Of(space, trials);
    }

    /// <summary>The ranges.</summary>
    public SearchSpace Space { get; }

    /// <summary>Which values are good.</summary>
    public SearchGoal Goal { get; }

    /// <summary>The <see cref="HyperparameterSearch.Task"/>.</summary>
    public string Task { get; init; } = "";

    /// <summary>All trials that have ended, by number.</summary>
    public IReadOnlyList<TrialResult> Trials { get; }

    /// <summary>The trials from the best to the worst: finished ones by their best value, then stopped ones by how far they came and then by their best value, then failed ones.</summary>
    public IReadOnlyList<TrialResult> Ranked { get; }

    /// <summary>The finished trial with the best value; null if none is finished.</summary>
    public TrialResult? Best => Ranked.Count > 0 && Ranked[0].State == TrialState.Finished ? Ranked[0] : null;

    /// <summary>Whether the search was canceled before all trials had ended.</summary>
    public bool IsCanceled { get; init; }

    /// <summary>How much each hyper-parameter decides whether a trial is among the best quarter, by PED-ANOVA (Watanabe, Bansal &amp; Hutter 2023); the most important is the first. A
    /// conditional range is judged among the trials that have it. The shares of few trials are
    /// rough: below about 50, take them as a hint. There are none (NaN) for ranges with fewer than ten trials.</summary>
    public IReadOnlyList<RangeImportance> Importance { get; }

    /// <summary>The trials, the best first, and the importance of each hyper-parameter, as text.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        if (Task.Length > 0)
            text.Append(CultureInfo.InvariantCulture, $"{Task}\n");
        text.Append(CultureInfo.InvariantCulture, $"{Trials.Count} trials, {(Goal == SearchGoal.Minimize ? "less" : "more")} is better{(IsCanceled ? "; the search was canceled" : "")}\n\n");
        text.Append("trial       best  reports  seconds\n");
        foreach (TrialResult trial in Ranked)
        {
            string end = trial.State switch { TrialState.Finished => "", TrialState.Stopped => "  stopped", _ => $"  failed: {trial.Message}" };
            string best = trial.Reports.Count == 0 ? "-" : trial.Best.ToString("G5", CultureInfo.InvariantCulture);
            text.Append(CultureInfo.InvariantCulture, $"{trial.Number,5} {best,10}  {trial.Reports.Count,7}  {trial.Seconds,7:F1}  {trial.Values}{end}\n");
        }
        text.Append(Best is null ? "\nNo trial ran to its end.\n" : "");
        text.Append("\nimportance\n");
        foreach (RangeImportance range in Importance)
        {
            string share = double.IsNaN(range.Share) ? "-" : range.Share.ToString("F2", CultureInfo.InvariantCulture);
            text.Append(CultureInfo.InvariantCulture, $"{share,10}  {range.Name}{(range.Trials < Trials.Count ? FormattableString.Invariant($" (in {range.Trials} trials)") : "")}\n");
        }
        return text.ToString(0, text.Length - 1);
    }
}
