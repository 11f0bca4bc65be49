using System.Globalization;
using RnnDsl.Execution;
using RnnDsl.Sequences;
using RnnDsl.Training;

namespace RnnDsl.Continual;

/// <summary>
/// A model that looks after itself. It observes a stream of examples with their targets. When its loss rises (<see cref="LossDrift"/>) or its inputs change (<see cref="InputDrift"/>), it learns the examples since the change, by its learner's
/// strategy. The last part of them is held out: only if the new parameters are better there, by a paired randomization test (Fisher 1935), the update stays. Otherwise the model has its old parameters again, to the bit,
/// and the strategy remembers nothing of it. Every decision leaves a <see cref="MaintenanceRecord"/>.
/// </summary>
/// <remarks>It takes one caller at a time. The same stream, cut into the same pieces, gives the same decisions and bits.</remarks>
public sealed partial class MaintainedModel : IDisposable
{
    readonly ContinualLearner learner;
    readonly Trainer trainer;
    readonly Executor executor;
    readonly List<Dataset> recent = [];
    readonly List<MaintenanceRecord> records = [];
    Dataset reference, usualInputs;
    LossDrift? losses;
    InputDrift? inputs;
    long untested;
    Pending? pending;

    /// <summary>Begins to look after a trained model.</summary>
    /// <param name="learner">Trains the model. Say <see cref="ContinualLearner.Known"/> first, if its strategy is to protect what the model knows.</param>
    /// <param name="reference">Examples that the model has not learned, from when all is well: at least ten, 100 or more are best. They say what losses and inputs are usual.</param>
    /// <exception cref="ArgumentException">There are fewer than ten examples.</exception>
    public MaintainedModel(ContinualLearner learner, Dataset reference)
    {
        if (reference.Count < 10)
            throw new ArgumentException($"There are {reference.Count} examples to compare with: give at least ten that the model has not learned.", nameof(reference));
        this.learner = learner;
        this.reference = usualInputs = reference;
        trainer = learner.MakeTrainer();
        executor = trainer.MakeExecutor(trainer.Method);
    }

    /// <summary>The confidence of the test on the loss; see <see cref="Adwin"/>.</summary>
    public double Delta { get; init => field = Share(value, nameof(Delta), 0.002); } = 0.002;

    /// <summary>The names of the columns whose distributions are watched, each time <see cref="InputExamples"/> have come; none to watch the loss alone.</summary>
    public IReadOnlyList<string> Inputs { get; init; } = [];

    /// <summary>The number of recent examples that a test on the inputs compares.</summary>
    public int InputExamples { get; init => field = Positive(value, nameof(InputExamples), 10); } = 100;

    /// <summary>The probability of a false alarm of one test on the inputs, of all columns together.</summary>
    public double InputAlpha { get; init => field = Share(value, nameof(InputAlpha), 0.001); } = 0.001;

    /// <summary>The number of examples since the change, those held out included, with which the first try of an update is made.</summary>
    public int UpdateExamples { get; init => field = Positive(value, nameof(UpdateExamples), 10); } = 200;

    /// <summary>The share of these that is held out, the latest ones; between 0 and 1.</summary>
    public double HeldOutShare { get; init => field = Share(value, nameof(HeldOutShare), 0.3); } = 0.3;

    /// <summary>The p-value up to which the held-out examples agree.</summary>
    public double Alpha { get; init => field = Share(value, nameof(Alpha), 0.05); } = 0.05;

    /// <summary>The number of tries after a change. Each waits for twice as many examples as the one before.</summary>
    public int Tries { get; init => field = Positive(value, nameof(Tries), 1); } = 3;

    /// <summary>The number of examples that were observed.</summary>
    public long Seen { get; private set; }

    /// <summary>Whether a change was found, and examples of it are being gathered.</summary>
    public bool IsGathering => pending is not null;

    /// <summary>All decisions, in their order.</summary>
    public IReadOnlyList<MaintenanceRecord> Records => records;

    /// <summary>Observes the next examples of the stream, in their order.</summary>
    /// <param name="examples">With inputs and targets. Those that wait are kept as they are, so that data of a file must stay open until they are learned.</param>
    /// <param name="when">What records call this time: "2026-03-02".</param>
    /// <param name="cancellation">Ends an update between two steps; it is rolled back then.</param>
    /// <returns>The decision that was made on this occasion; null if there was none.</returns>
    /// <exception cref="ArgumentException">The examples do not fit the model's loss.</exception>
    /// <exception cref="InvalidOperationException">The loss of an example is NaN. None of the examples is observed.</exception>
    /// <exception cref="OperationCanceledException">It was canceled.</exception>
    public MaintenanceRecord? Observe(Dataset examples, string? when = null, CancellationToken cancellation = default)
    {
        if (examples.Count == 0)
            return null;
        double[] seen = Losses(examples);
        if (Array.FindIndex(seen, double.IsNaN) is >= 0 and var broken)
            throw new InvalidOperationException($"The loss of example {broken} is NaN: leave the example out, or look whether the model's parameters and answers are finite.");
        recent.Add(examples);
        Seen += examples.Count;
        if (pending is null)
            Watch(seen, examples.Count);
        else
            pending.Examples += examples.Count;
        Trim();
        return pending is not null && pending.Examples >= pending.Wanted ? Update(pending, when, cancellation) : null;
    }

    /// <summary>Frees the memory, and ends the threads.</summary>
    public void Dispose() => trainer.Dispose();

    void Watch(double[] seen, int count)
    {
        losses ??= new LossDrift(Losses(reference), Delta);
        if (Inputs.Count > 0)
            inputs ??= new InputDrift(usualInputs, Inputs);
        for (int i = 0; i < count && pending is null; i++)
            if (losses.Add(seen[i]))
            {
                double rank = losses.MeanRank;
                long since = losses.Count + (count - 1 - i);
                pending = new Pending(string.Create(CultureInfo.InvariantCulture, $"The loss has risen: {100 * rank:F0} % of the usual losses are below it in the mean, where 50 % were."), Seen, UpdateExamples) { Examples = since };
            }
        untested += count;
        if (pending is not null || inputs is null || untested < InputExamples)
            return;
        untested = 0;
        if (inputs.Test(Last(InputExamples), InputAlpha) is [var first, ..] changes)
            pending = new Pending(string.Create(CultureInfo.InvariantCulture, $"The inputs have changed: {changes.Count} of them, most '{first.Column}', value {first.Unit} (distance {first.Statistic:F2}, p = {first.PValue:G2})."),
                Seen, UpdateExamples) { Examples = InputExamples };
    }

    MaintenanceRecord Update(Pending change, string? when, CancellationToken cancellation)
    {
        Dataset since = Last((int)Math.Min(change.Examples, Gathered()));
        int held = Math.Clamp((int)Math.Round(since.Count * HeldOutShare), 1, since.Count - 1);
        Dataset train = since.Range(0, since.Count - held), heldOut = since.Range(since.Count - held, held);
        double[] before = Losses(heldOut), after = [.. before.Select(_ => double.NaN)];
        ParameterStore parameters = trainer.Trainable.Parameters;
        float[] old = parameters.Snapshot();
        change.Tried++;
        double p = 1;
        bool keeps = false;
        try
        {
            using ContinualLearner.Attempt attempt = learner.Try(when ?? $"example {Seen}", train, null, cancellation);
            cancellation.ThrowIfCancellationRequested();
            after = Losses(heldOut);
            p = PairedTest.PValue([.. before.Zip(after, (b, a) => b - a)], seed: records.Count);
            if (keeps = p <= Alpha)
                attempt.Keep();
        }
        catch (DivergenceException)
        {
            // The record says so: the loss after it is NaN.
        }
        finally
        {
            if (!keeps)
            {
                parameters.Restore(old);
                trainer.Trainable.Apply();
            }
        }
        MaintenanceDecision decision = keeps ? MaintenanceDecision.Kept : change.Tried < Tries ? MaintenanceDecision.RolledBack : MaintenanceDecision.GaveUp;
        var record = new MaintenanceRecord(Seen, when, change.FoundAt, change.Reason, decision, before.Average(), after.Average(), p, train.Count, held);
        records.Add(record);
        if (decision == MaintenanceDecision.RolledBack)
            change.Wanted = 2 * since.Count;
        else
        {
            // What the model has not learned of the new kind says what is usual from now on.
            reference = keeps && heldOut.Count >= 10 ? heldOut : since;
            usualInputs = since;
            (pending, losses, inputs, untested) = (null, null, null, 0);
        }
        return record;
    }

    /// <summary>The loss of each example.</summary>
    double[] Losses(Dataset data)
    {
        var values = new float[data.Count];
        executor.Predict(data, values);
        return Array.ConvertAll(values, value => (double)value);
    }

    long Gathered() => recent.Sum(d => (long)d.Count);

    /// <summary>The last examples that were observed, or all if there are fewer.</summary>
    Dataset Last(int count)
    {
        Dataset all = Dataset.Join(recent);
        count = Math.Min(count, all.Count);
        return all.Range(all.Count - count, count);
    }

    /// <summary>Forgets what no try and no test will ask for.</summary>
    void Trim()
    {
        long most = Math.Max(InputExamples, pending is null ? (long)UpdateExamples << Math.Min(Tries, 20) : Math.Max(pending.Examples, pending.Wanted));
        for (long all = Gathered(); all - recent[0].Count >= most; recent.RemoveAt(0))
            all -= recent[0].Count;
    }

    static double Share(double value, string name, double usual) => value is > 0 and < 1 ? value
        : throw new ArgumentOutOfRangeException(name, value, FormattableString.Invariant($"{name} lies between 0 and 1; {usual} is usual."));

    static int Positive(int value, string name, int least) => value >= least ? value : throw new ArgumentOutOfRangeException(name, value, $"{name} is at least {least}.");

    /// <summary>A change that was found, and is not dealt with yet.</summary>
    sealed class Pending(string reason, long foundAt, long wanted)
    {
        public string Reason => reason;

        public long FoundAt => foundAt;

        /// <summary>The number of examples at which an update is tried.</summary>
        public long Wanted { get; set; } = wanted;

        /// <summary>The number of examples since the change.</summary>
        public long Examples { get; set; }

        public int Tried { get; set; }
    }
}
