using RnnDsl.Execution;
using RnnDsl.Memory;

namespace RnnDsl.Search;

/// <summary>
/// Runs trials of hyper-parameters, several side by side, and says which was best. Trial n is chosen, and perhaps stopped, by the results of the trials up to n − <see cref="SideBySide"/>
/// alone, all of which have ended by then. So the same space, function, settings and seed give
/// the same trials, to the bit, on any number of threads, whatever the time that each takes, and also where the search was killed and went on from its <see cref="File"/>. It takes one
/// caller at a time.
/// </summary>
/// <param name="space">The ranges.</param>
/// <param name="run">Runs a trial: it makes a model and a trainer with the trial's values and its seed, and reports a value of validation data after each epoch, as <see cref="Trial.Fit"/>
/// does. It is called by several threads at once, each with a trial of its own, and
/// shares nothing between them but data that nobody changes. An exception makes the trial a failed one, except for lack of memory and for a misuse of the trial, such as an unknown name,
/// which end the search.</param>
public sealed class HyperparameterSearch(SearchSpace space, Action<Trial> run)
{
    readonly OneCaller callers = new("search", "make one for each thread");

    /// <summary>The ranges.</summary>
    public SearchSpace Space => space;

    /// <summary>The number of trials, with those that stand in the file already. 20 to 100 are usual. A search with more of them begins with the same trials.</summary>
    public int Trials { get; init => field = TrialSampler.AtLeast(1, value, nameof(Trials)); } = 20;

    /// <summary>Chooses the values of each trial.</summary>
    public TrialSampler Sampler { get; init; } = new TpeSampler();

    /// <summary>Ends bad trials early; null to run all trials to their end.</summary>
    public StoppingRule? Stopping { get; init; }

    /// <summary>Which values are good.</summary>
    public SearchGoal Goal { get; init; } = SearchGoal.Minimize;

    /// <summary>The seed of the choices, from which the seeds of the trials are derived.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>The largest number of trials that run side by side. It is a part of the search, as its seed is: trial n knows the results of the trials up to n − SideBySide. 1 makes the
    /// most of each result, more uses more processors. 4 is the default, on any machine.</summary>
    public int SideBySide { get; init => field = TrialSampler.AtLeast(1, value, nameof(SideBySide)); } = 4;

    /// <summary>The number of threads that run trials, at most <see cref="SideBySide"/>; 0 for one per processor. Results do not depend on it.</summary>
    public int Threads { get; init => field = TrialSampler.AtLeast(0, value, nameof(Threads)); }

    /// <summary>Values that are tried first, in this order, such as those that were used so far: <c>[space.Values(("rate", 0.004), ("hidden", 32))]</c>.</summary>
    public IReadOnlyList<TrialValues> First { get; init; } = [];

    /// <summary>What the function of the trials does and with which data, in a few words. The file holds it, and a file with other words is refused. Change it when you change the function
    /// or the data.</summary>
    public string Task { get; init; } = "";

    /// <summary>The file of all trials that have ended, a line of JSON for each; null for none. If it exists, the search goes on where it ended, also after the process was killed.</summary>
    public string? File { get; init; }

    /// <summary>Raised after each trial that has ended in this call, one at a time, on the thread that ran it. An exception ends the search.</summary>
    public event Action<TrialResult>? TrialDone;

    /// <summary>Runs all trials that have not ended yet.</summary>
    /// <param name="cancellation">Ends the search. No exception is thrown, see <see cref="SearchResult.IsCanceled"/>. Trials that were running are not kept; the search can go on from its
    /// file, and ends as if it had not been canceled.</param>
    /// <returns>All trials.</returns>
    /// <exception cref="InvalidDataException">The file belongs to another search or another version, or is damaged; the message says where. It is left as it is.</exception>
    /// <exception cref="IOException">The file cannot be written, or another process writes it.</exception>
    /// <exception cref="ArgumentException">The values of <see cref="First"/> belong to another space.</exception>
    /// <exception cref="InvalidOperationException">A trial ended the search: it ran out of memory, or asked for what is not there. The trials that have ended are in the file.</exception>
    public SearchResult Run(CancellationToken cancellation = default)
    {
        using OneCaller.Call call = callers.Enter();
        if (First.Any(values => values.Space != Space))
            throw new ArgumentException("The values to try first belong to another search space: make them with Values of this one.");
        using SearchFile? file = File is null ? null : SearchFile.Open(File, this);
        var pending = new SearchRun(this, file, cancellation);
        TrialResult[] trials = pending.Run(Math.Min(SideBySide, Threads == 0 ? Environment.ProcessorCount : Threads));
        return new SearchResult(Space, Goal, trials) { IsCanceled = trials.Length < Trials, Task = Task };
    }

    internal void Execute(Trial trial) => run(trial);

    internal void Notify(TrialResult trial) => TrialDone?.Invoke(trial);

    /// <summary>The seed of a trial.</summary>
    internal int SeedOf(int number) => (int)(new RandomStream(Seed, FormattableString.Invariant($"seed of trial {number}")).Bits() >> 33);

    /// <summary>The values of a trial.</summary>
    /// <param name="number">Of the trial.</param>
    /// <param name="view">The trials that it may depend on.</param>
    internal TrialValues Choose(int number, SearchView view) =>
        number <= First.Count ? First[number - 1] : Sampler.Choose(view, new RandomStream(Seed, FormattableString.Invariant($"values of trial {number}")));
}
