using RnnDsl.Execution;
using RnnDsl.Sequences;

namespace RnnDsl.Training;

/// <summary>
/// Trains a module by mini-batch gradient descent. With the same data, seed and settings, the result has the same bits on any number of threads. After the first step of its size,
/// a step allocates nothing. It takes one caller at a time, and a module is trained by one trainer at a time.
/// </summary>
/// <remarks>Settings are checked where they are given: one that is out of its range is an <see cref="ArgumentOutOfRangeException"/> that names it.</remarks>
public sealed partial class Trainer : IDisposable
{
    readonly ITrainable trainable;
    readonly Optimizer optimizer;
    readonly OneCaller callers = new("trainer", "make a Trainer, with a model and an optimizer of its own, for each thread");
    readonly OneCaller turns;
    readonly Continuation? continuation;
    Executor? executor;
    double rateFactor = 1;
    long step;

    /// <summary>Trains all parameters of a module.</summary>
    public Trainer(Module module, Optimizer optimizer) : this(new WholeModule(module), optimizer)
    {
    }

    /// <summary>Trains a part of a module, or adapters of it.</summary>
    public Trainer(ITrainable trainable, Optimizer optimizer)
    {
        ArgumentNullException.ThrowIfNull(trainable);
        ArgumentNullException.ThrowIfNull(optimizer);
        (this.trainable, this.optimizer) = (trainable, optimizer);
        Interlocked.CompareExchange(ref trainable.Module.Trainers, new("model for training", "make a model for each Trainer, or let one end before the next begins"), null);
        turns = trainable.Module.Trainers;
    }

    /// <summary>What is trained.</summary>
    public ITrainable Trainable => trainable;

    /// <summary>What moves the parameters.</summary>
    public Optimizer Optimizer => optimizer;

    /// <summary>Changes the gradient of each step, before it is clipped; null for none. The reported losses are those of the data alone. With a rule, every row of a table moves at each step, as with <see
    /// cref="Optimizer.MovesAllRows"/>.</summary>
    public IGradientRule? GradientRule { get; set; }

    /// <summary>The name of the loss, a method of the module that returns a Scalar.</summary>
    public string Method { get; init => field = Given(value, nameof(Method)); } = "Loss";

    /// <summary>What losses are averaged over: examples, or all their counted steps. It applies to the gradient of a step and to all reported losses, including those of <see
    /// cref="Evaluate(Dataset)"/> and of validation data. These are means over all data, not means of the batches' means.</summary>
    /// <exception cref="InvalidOperationException">Thrown when it is used: <see cref="LossWeight.ByStep"/> was chosen for a module that was compiled by a version without it, or
    /// for a loss that calls no loss function.</exception>
    public LossWeight LossWeight
    {
        get;
        init => field = value is LossWeight.ByExample or LossWeight.ByStep ? value : throw new ArgumentOutOfRangeException(nameof(LossWeight), value, "It is ByExample or ByStep.");
    } = LossWeight.ByExample;

    /// <summary>The examples of a step. With <see cref="ChunkSteps"/>, the sequences that run side by side. 16 to 128 are usual.</summary>
    public int BatchSize { get; init => field = Positive(value, nameof(BatchSize)); } = 32;

    /// <summary>The number of times that every example is seen. With <see cref="Patience"/>, it is usually more than needed.</summary>
    public int Epochs { get; init => field = Positive(value, nameof(Epochs)); } = 10;

    /// <summary>The number of <see cref="Epochs"/> that are already done. <see cref="Fit(Dataset, Dataset, CancellationToken)"/> starts with the next epoch, its order of examples
    /// and its learning rate. It need not be
    /// set to continue from a <see cref="Storage.Checkpoint"/>, which knows it; if it is set, it must be the same number.</summary>
    public int EpochsDone
    {
        get;
        init
        {
            field = (int)NotNegative(value, nameof(EpochsDone));
            continuation = new();
        }
    }

    /// <summary>The course of the learning rate.</summary>
    public Schedule Schedule { get; init => field = Given(value, nameof(Schedule)); } = Schedule.Constant;

    /// <summary>The largest norm of the whole gradient, which is scaled down to it (Pascanu et al. 2013); null for no limit. 1 is usual for recurrent models.</summary>
    public double? ClipNorm { get; init => field = Positive(value, nameof(ClipNorm)); }

    /// <summary>The largest magnitude of an element of the gradient, before its norm is limited; null for no limit, as is usual with <see cref="ClipNorm"/>.</summary>
    public double? ClipValue { get; init => field = Positive(value, nameof(ClipValue)); }

    /// <summary>Training ends when the monitored loss (that of the validation data, or else of the training data) has not improved for this number of epochs; null for never. With
    /// validation data, even the first epoch is compared with the loss at the start. 5 to 20 are usual.</summary>
    public int? Patience { get; init => field = Positive(value, nameof(Patience)); }

    /// <summary>The amount by which the monitored loss must fall to count as improved, in units of the loss; 0 is usual.</summary>
    public double MinImprovement { get; init => field = NotNegative(value, nameof(MinImprovement)); }

    /// <summary>Whether <see cref="Fit(Dataset, Dataset, CancellationToken)"/> leaves the model with the parameters of the lowest validation loss rather than with the last ones.
    /// These are the parameters after one of
    /// the epochs, or those at the start, so training never makes a model worse on the validation data. It has no effect without validation data.</summary>
    public bool KeepBest { get; init; } = true;

    /// <summary>
    /// A mean of the parameters over the steps, which <see cref="Fit(Dataset, Dataset, CancellationToken)"/> validates and leaves in the model; null for none. The optimizer moves the
    /// parameters themselves. From its first step on, validation loss, <see cref="Metrics"/>, <see cref="Patience"/>, <see cref="KeepBest"/> and the handlers of <see cref="EpochDone"/>
    /// see the model with the average; <see cref="EpochReport.TrainLoss"/> and the handlers of <see cref="StepDone"/> see the parameters themselves. Of adapters their own numbers are
    /// averaged. It costs three buffers of the size of what is trained, and reading and writing one of them in each step.
    /// </summary>
    public WeightAverage? Averaging { get; init; }

    /// <summary>The seed of the order of the examples, and of the units that are dropped where the equations say so.</summary>
    public int Seed { get; init; }

    /// <summary>Whether the examples come in a new random order in each epoch.</summary>
    public bool Shuffle { get; init; } = true;

    /// <summary>
    /// Null to mix all examples. Otherwise <see cref="Shuffle"/> puts blocks of this number of neighboring examples into a random order, and mixes the examples of 16 blocks at a time, so that an epoch reads data
    /// on disk (<see cref="DatasetFile"/>) nearly in order. A block should have some megabytes of values, such as 1,000 examples. Where neighboring examples are alike, larger blocks make batches more varied.
    /// </summary>
    public int? ShuffleBlock { get; init => field = Positive(value, nameof(ShuffleBlock)); }

    /// <summary>Whether examples of similar length share a batch, so that all shards stay full to their end. The batches are a little less random then.</summary>
    public bool BucketByLength { get; init; }

    /// <summary>
    /// Null to run every sequence from its first step to its last. Otherwise sequences are cut into chunks of this number of steps. Each chunk is a training step that starts with the
    /// states at the end of the previous one (truncated backpropagation through time). Epochs start with the initial states. Null is usual for sequences of up to some hundreds of
    /// steps, and 50 to 200 for texts and other endless ones.
    /// </summary>
    public int? ChunkSteps { get; init => field = Positive(value, nameof(ChunkSteps)); }

    /// <summary>The number of threads; 0 for one per processor. Results do not depend on it.</summary>
    public int Threads { get => Execution.Threads; init => Execution = Execution with { Threads = value }; }

    /// <summary>How batches are divided into shards.</summary>
    public ExecutionOptions Execution
    {
        get;
        init
        {
            Given(value, nameof(Execution)).Check();
            field = value;
        }
    } = new();

    /// <summary>Numbers that are computed on the validation data after each epoch, and without such data not at all, for <see cref="EpochReport.Metrics"/>.</summary>
    public IReadOnlyList<Metric> Metrics { get; init => field = Given(value, nameof(Metrics)); } = [];

    /// <summary>Raised after each step of <see cref="Fit(Dataset, Dataset, CancellationToken)"/>.</summary>
    public event Action<StepReport>? StepDone;

    /// <summary>Raised after each epoch of <see cref="Fit(Dataset, Dataset, CancellationToken)"/>. With <see cref="Averaging"/> the model has the average meanwhile, so a handler must not change parameters.</summary>
    public event Action<EpochReport>? EpochDone;

    /// <summary>The norm of the gradient of the last step, before clipping.</summary>
    public double GradientNorm { get; private set; }

    /// <summary>The mean loss of all examples, each run from its first step to its last.</summary>
    public double Evaluate(Dataset data)
    {
        ArgumentNullException.ThrowIfNull(data);
        using OneCaller.Call call = callers.Enter();
        try
        {
            return Executor.Evaluate(data);
        }
        catch (Exception e) when (Tells(e))
        {
            throw;
        }
    }

    /// <summary>An executor of another method, or of the same, that uses this trainer's threads and weighs a loss as it does. It lives as long as the trainer.</summary>
    internal Executor MakeExecutor(string method) => new(trainable.Module, method, Execution, Executor.Workers)
    {
        BySteps = LossWeight == LossWeight.ByStep && trainable.Module.Method(method).Result.Kind == ValueKind.Scalar,
    };

    /// <summary>Frees the memory, and ends the threads.</summary>
    public void Dispose()
    {
        callers.Close(this);
        executor?.Dispose();
    }

    /// <summary>What messages call the data that are trained on.</summary>
    internal const string TrainingData = "training";

    void Check()
    {
        if (Names.Repeated(Metrics, static m => m.Name) is { } repeated)
            throw new ArgumentException($"Two {nameof(Metrics)} are named '{repeated}'.", nameof(Metrics));
        if (Averaging is { } average && average.FromEpoch > Epochs)
            throw new ArgumentOutOfRangeException(nameof(Averaging), average.FromEpoch,
                $"The average is to begin with this epoch, and there are {Epochs}: begin it earlier, or train for more epochs.");
        if (!TrainsAny())
            throw new InvalidOperationException($"All parameters of {trainable.Module.Info.Name} are frozen or fixed: there is nothing to train.");
        RequireNoAdapters();
    }

    bool TrainsAny()
    {
        for (int i = 0; i < trainable.Parameters.Slices.Count; i++)
            if (Optimizer.Multiplier(trainable.Parameters.Slices[i], trainable.Multipliers, i) != 0)
                return true;
        return false;
    }

    static T Given<T>(T value, string setting) where T : class
    {
        ArgumentNullException.ThrowIfNull(value, setting);
        return value;
    }

    static int Positive(int value, string setting) => value > 0 ? value : throw new ArgumentOutOfRangeException(setting, value, $"{setting} is a whole number above zero.");

    static int? Positive(int? value, string setting) => value is null or > 0 ? value
        : throw new ArgumentOutOfRangeException(setting, value, $"{setting} is a whole number above zero, or null.");

    static double? Positive(double? value, string setting) => value is null || (value > 0 && double.IsFinite(value.Value)) ? value
        : throw new ArgumentOutOfRangeException(setting, value, $"{setting} is a finite number above zero, or null for no limit.");

    static double NotNegative(double value, string setting) => value >= 0 && double.IsFinite(value) ? value
        : throw new ArgumentOutOfRangeException(setting, value, $"{setting} is a finite number, not below zero.");
}
