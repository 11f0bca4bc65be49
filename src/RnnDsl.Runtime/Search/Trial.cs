using RnnDsl.Sequences;
using RnnDsl.Storage;
using RnnDsl.Training;

namespace RnnDsl.Search;

/// <summary>
/// A trial while it runs: its values, its seed, and where it reports how good it is. It belongs to the function that it is given to, which shares nothing with other trials but data that
/// nobody changes. Then the trial has the same bits whether it
/// runs alone or beside others. It takes one caller at a time.
/// </summary>
public sealed class Trial
{
    /// <summary>More reports than any training has epochs. They are kept in memory and in the file.</summary>
    const int MostReports = 100_000;

    readonly List<double> reports = [];
    readonly Func<IReadOnlyList<double>, bool> stops;
    readonly CancellationTokenSource source;

    /// <summary>A trial that runs alone, outside of a search. No rule stops it.</summary>
    /// <param name="values">Its values: those of a <see cref="TrialResult"/>, or of <see cref="SearchSpace.Values"/>.</param>
    /// <param name="seed">Its seed.</param>
    public Trial(TrialValues values, int seed) : this(0, values, seed, _ => false, default)
    {
    }

    internal Trial(int number, TrialValues values, int seed, Func<IReadOnlyList<double>, bool> stops, CancellationToken cancellation)
    {
        (Id, Values, Seed, this.stops) = (number, values, seed, stops);
        source = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        Cancellation = source.Token;
    }

    /// <summary>The number of the trial in its search, from 1; 0 for one that runs alone.</summary>
    public int Id { get; }

    /// <summary>The seed for all that is random in the trial: the model's first parameters, the order of the examples. It is at least 0.</summary>
    public int Seed { get; }

    /// <summary>The values of the hyper-parameters.</summary>
    public TrialValues Values { get; }

    /// <summary>Canceled when the trial should end: the stopping rule ended it, it reported a value that is not finite, or the search was canceled.</summary>
    public CancellationToken Cancellation { get; }

    /// <summary>All finite values that were reported.</summary>
    public IReadOnlyList<double> Reports => reports;

    /// <summary>Whether the stopping rule ended the trial.</summary>
    internal bool IsStopped { get; private set; }

    /// <summary>What was reported instead of a finite number.</summary>
    internal string? Divergence { get; private set; }

    /// <summary>The caller's mistake. It ends the search, since all other trials would fail in the same way.</summary>
    internal Exception? Misuse { get; private set; }

    /// <inheritdoc cref="TrialValues.Has"/>
    public bool Has(string name) => Ask(() => Values.Has(name));

    /// <inheritdoc cref="TrialValues.Number"/>
    public double Number(string name) => Ask(() => Values.Number(name));

    /// <inheritdoc cref="TrialValues.Integer"/>
    public int Integer(string name) => Ask(() => Values.Integer(name));

    /// <inheritdoc cref="TrialValues.Choice(string)"/>
    public string Choice(string name) => Ask(() => Values.Choice(name));

    /// <inheritdoc cref="TrialValues.Choice{T}(string)"/>
    public T Choice<T>(string name) => Ask(() => Values.Choice<T>(name));

    /// <summary>Reports how good the trial is now, once for each epoch as a rule. The best of all reports is what the trial is judged by.</summary>
    /// <param name="value">A loss or a score on validation data. A value that is not finite ends the trial as failed.</param>
    /// <returns>Whether to go on. If not, <see cref="Cancellation"/> is canceled, and later reports have no effect.</returns>
    /// <exception cref="InvalidOperationException">There are more than 100,000 reports.</exception>
    public bool Report(double value)
    {
        if (source.IsCancellationRequested)
            return false;
        if (!double.IsFinite(value))
            Divergence = FormattableString.Invariant($"Report {reports.Count + 1} is {value}: the trial diverged.");
        else if (reports.Count == MostReports)
            throw Misuse = new InvalidOperationException($"A trial has reported {MostReports} values: report once for each epoch, not for each step.");
        else
        {
            reports.Add(value);
            IsStopped = stops(reports);
        }
        if (!IsStopped && Divergence is null)
            return true;
        source.Cancel();
        return false;
    }

    /// <summary>
    /// Trains as <see cref="Trainer.Fit(Dataset, Dataset, CancellationToken)"/>, reports after each epoch, and ends where the trial should end. The model has the best parameters
    /// of its epochs then, if the trainer keeps them.
    /// Set the trainer's <see cref="Trainer.Threads"/> to 1 where
    /// several trials run side by side; the bits do not depend on it.
    /// </summary>
    /// <param name="trainer">A trainer that this trial made, with a model and an optimizer of its own.</param>
    /// <param name="train">As for <see cref="Trainer.Fit(Dataset, Dataset, CancellationToken)"/>.</param>
    /// <param name="validation">As for <see cref="Trainer.Fit(Dataset, Dataset, CancellationToken)"/>. Without it, the training loss is reported, which chooses what learns by
    /// heart.</param>
    /// <param name="metric">The name of one of the trainer's <see cref="Trainer.Metrics"/> to report; null for the validation loss.</param>
    /// <returns>The course of the training.</returns>
    /// <exception cref="ArgumentException">The trainer has no metric of this name.</exception>
    /// <exception cref="DivergenceException">As for <see cref="Trainer.Fit(Dataset, Dataset, CancellationToken)"/>. A search records the trial as failed.</exception>
    public History Fit(Trainer trainer, Dataset train, Dataset? validation = null, string? metric = null)
    {
        string[] names = [.. trainer.Metrics.Select(m => m.Name)];
        if (metric is not null && (validation is null || !names.Contains(metric)))
            throw Misuse = new ArgumentException(validation is null ? $"The metric '{metric}' is measured on validation data, and there are none."
                : $"The trainer has no metric '{metric}'. {NearestName.Hint(metric, names)}", nameof(metric));
        trainer.EpochDone += Epoch;
        try
        {
            return trainer.Fit(train, validation, Cancellation);
        }
        finally
        {
            trainer.EpochDone -= Epoch;
        }

        void Epoch(EpochReport epoch) => Report(metric is null ? epoch.Monitored : epoch.Metrics.First(m => m.Name == metric).Value);
    }

    /// <summary>What has come of the trial.</summary>
    /// <param name="goal">Which values are good.</param>
    /// <param name="failure">The exception that its function threw, or null.</param>
    /// <param name="seconds">The time that it took.</param>
    internal TrialResult Result(SearchGoal goal, Exception? failure, double seconds)
    {
        string? message = Divergence ?? (IsStopped ? null : failure is not null ? $"{failure.GetType().Name}: {failure.Message}" : reports.Count == 0 ? "It reported no value." : null);
        TrialState state = message is not null ? TrialState.Failed : IsStopped ? TrialState.Stopped : TrialState.Finished;
        return new TrialResult(Id, Seed, Values, state, [.. reports], goal) { Message = message is null ? "" : Well(OneLine.Of(message)), Seconds = seconds };
    }

    /// <summary>A message of any origin as text that a file can hold.</summary>
    static string Well(string message) => string.Concat(message.EnumerateRunes());

    /// <summary>The search does not wait for it any more.</summary>
    internal void Release() => source.Dispose();

    T Ask<T>(Func<T> value)
    {
        try
        {
            return value();
        }
        catch (ArgumentException e)
        {
            Misuse = e;
            throw;
        }
    }
}
