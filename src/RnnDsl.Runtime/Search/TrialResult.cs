using System.Globalization;

namespace RnnDsl.Search;

/// <summary>Whether small or large values are good.</summary>
public enum SearchGoal
{
    /// <summary>Small values are good, as of a loss.</summary>
    Minimize,

    /// <summary>Large values are good, as of an accuracy.</summary>
    Maximize,
}

/// <summary>How a trial ended.</summary>
public enum TrialState
{
    /// <summary>It ran to its end.</summary>
    Finished,

    /// <summary>The stopping rule ended it early.</summary>
    Stopped,

    /// <summary>It reported a value that is not finite, it reported none, or it threw an exception.</summary>
    Failed,
}

/// <summary>A trial that has ended.</summary>
public sealed class TrialResult
{
    internal TrialResult(int number, int seed, TrialValues values, TrialState state, IReadOnlyList<double> reports, SearchGoal goal)
    {
        (Number, Seed, Values, State, Reports, Goal) = (number, seed, values, state, reports, goal);
        Best = reports.Count == 0 ? double.NaN : goal == SearchGoal.Minimize ? reports.Min() : reports.Max();
    }

    /// <summary>The number of the trial, from 1.</summary>
    public int Number { get; }

    /// <summary>The seed of the trial. With <see cref="Values"/> it decides every bit of the trial.</summary>
    public int Seed { get; }

    /// <summary>The values of the hyper-parameters.</summary>
    public TrialValues Values { get; }

    /// <summary>How it ended.</summary>
    public TrialState State { get; }

    /// <summary>All reported values, one for each epoch as a rule. They are finite.</summary>
    public IReadOnlyList<double> Reports { get; }

    /// <summary>The best of <see cref="Reports"/>, which is what the trial is judged by; NaN if there is none.</summary>
    public double Best { get; }

    /// <summary>Which values are good.</summary>
    public SearchGoal Goal { get; }

    /// <summary>Why it failed; "" if it did not.</summary>
    public string Message { get; init; } = "";

    /// <summary>The time that it took.</summary>
    public double Seconds { get; init; }

    /// <summary>The same trial to run once more, alone: with these values and this seed, and without a rule that stops it. It has the same bits.</summary>
    public Trial Again() => new(Values, Seed);

    /// <summary>The trial in a line.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"trial {Number}: {State switch { TrialState.Finished => "", TrialState.Stopped => "stopped, ", _ => "failed, " }}{Best:G5} in {Reports.Count} reports, {Seconds:F1} s; "
        + $"{Values}{(Message.Length > 0 ? $" ({Message})" : "")}");

    /// <summary>The best value of the first reports, as a number of which less is better; infinity if there are fewer and the trial failed.</summary>
    internal double CostAt(int reports) => Reports.Count < reports ? double.PositiveInfinity : Reports.Take(reports).Min(Cost);

    internal double Cost(double value) => Goal == SearchGoal.Minimize ? value : -value;

    /// <summary>From the best trial to the worst: finished ones by their best value, then stopped ones by how far they came and by their best value, then those that failed.</summary>
    internal static IEnumerable<TrialResult> Ranked(IEnumerable<TrialResult> trials) => trials
        .OrderBy(t => t.State).ThenByDescending(t => t.State == TrialState.Stopped ? t.Reports.Count : 0)
        .ThenBy(t => t.Reports.Count == 0 ? double.PositiveInfinity : t.Cost(t.Best)).ThenBy(t => t.Number);
}
