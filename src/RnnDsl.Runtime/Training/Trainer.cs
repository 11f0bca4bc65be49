using System.Diagnostics;
using RnnDsl.Execution;
using RnnDsl.Memory;
using RnnDsl.Sequences;

namespace RnnDsl.Training;

/// <summary>
/// Trains a module by mini-batch gradient descent. With the same data, seed and settings, the result has the same bits on any number of threads. After the first step of its size,
/// a step allocates nothing. It takes one caller at a time.
/// </summary>
public sealed partial class Trainer : IDisposable
{
    readonly ITrainable trainable;
    readonly Optimizer optimizer;
    readonly OneCaller callers = new("trainer", "make a Trainer, with a model and an optimizer of its own, for each thread");
    readonly GradientBlocks blocks = new();
    readonly AlignedBuffer changed = new();
    Executor? executor;
    bool isDisposed;
    Dataset? seen;
    double rateFactor = 1;
    long step;

    /// <summary>Trains all parameters of a module.</summary>
    public Trainer(Module module, Optimizer optimizer) : this(new WholeModule(module), optimizer)
    {
    }

    /// <summary>Trains a part of a module, or adapters of it.</summary>
    public Trainer(ITrainable trainable, Optimizer optimizer)
    {
        this.trainable = trainable;
        this.optimizer = optimizer;
    }

    /// <summary>What is trained.</summary>
    public ITrainable Trainable => trainable;

    /// <summary>What moves the parameters.</summary>
    public Optimizer Optimizer => optimizer;

    /// <summary>Changes the gradient of each step, before it is clipped; null for none. The reported losses are those of the data alone. With a rule, every row of a table moves at each step, as with <see
    /// cref="Optimizer.MovesAllRows"/>.</summary>
    public IGradientRule? GradientRule { get; set; }

    /// <summary>The name of the loss, a method of the module that returns a Scalar.</summary>
    public string Method { get; init; } = "Loss";

    /// <summary>What losses are averaged over: examples, or all their counted steps. It applies to the gradient of a step and to all reported losses, including those of <see
    /// cref="Evaluate(Dataset)"/> and of validation data. These are means over all data, not means of the batches' means.</summary>
    /// <exception cref="InvalidOperationException">Thrown when it is used: <see cref="LossWeight.ByStep"/> was chosen for a module that was compiled by a version without it, or
    /// for a loss that calls no loss function.</exception>
    public LossWeight LossWeight { get; init; } = LossWeight.ByExample;

    /// <summary>The examples of a step. With <see cref="ChunkSteps"/>, the sequences that run side by side. 16 to 128 are usual.</summary>
    public int BatchSize { get; init; } = 32;

    /// <summary>The number of times that every example is seen. With <see cref="Patience"/>, it is usually more than needed.</summary>
    public int Epochs { get; init; } = 10;

    /// <summary>The number of <see cref="Epochs"/> that are already done. <see cref="Fit(Dataset, Dataset, CancellationToken)"/> starts with the next epoch, its order of examples
    /// and its learning rate. It need not be
    /// set to continue from a <see cref="Storage.Checkpoint"/>, which knows it; if it is set, it must be the same number.</summary>
    public int EpochsDone { get; init; }

    /// <summary>The course of the learning rate.</summary>
    public Schedule Schedule { get; init; } = Schedule.Constant;

    /// <summary>The largest norm of the whole gradient, which is scaled down to it (Pascanu et al. 2013); null for no limit. 1 is usual for recurrent models.</summary>
    public double? ClipNorm { get; init; }

    /// <summary>The largest magnitude of an element of the gradient, before its norm is limited; null for no limit, as is usual with <see cref="ClipNorm"/>.</summary>
    public double? ClipValue { get; init; }

    /// <summary>Training ends when the monitored loss (that of the validation data, or else of the training data) has not improved for this number of epochs; null for never. With
    /// validation data, even the first epoch is compared with the loss at the start. 5 to 20 are usual.</summary>
    public int? Patience { get; init; }

    /// <summary>The amount by which the monitored loss must fall to count as improved, in units of the loss; 0 is usual.</summary>
    public double MinImprovement { get; init; }

    /// <summary>Whether <see cref="Fit(Dataset, Dataset, CancellationToken)"/> leaves the model with the parameters of the lowest validation loss rather than with the last ones.
    /// These are the parameters after one of
    /// the epochs, or those at the start, so training never makes a model worse on the validation data. It has no effect without validation data.</summary>
    public bool KeepBest { get; init; } = true;

    /// <summary>The seed of the order of the examples, and of the units that are dropped where the equations say so.</summary>
    public int Seed { get; init; }

    /// <summary>Whether the examples come in a new random order in each epoch.</summary>
    public bool Shuffle { get; init; } = true;

    /// <summary>
    /// Null to mix all examples. Otherwise <see cref="Shuffle"/> puts blocks of this number of neighboring examples into a random order, and mixes the examples of 16 blocks at a time, so that an epoch reads data
    /// on disk (<see cref="DatasetFile"/>) nearly in order. A block should have some megabytes of values, such as 1,000 examples. Where neighboring examples are alike, larger blocks make batches more varied.
    /// </summary>
    public int? ShuffleBlock { get; init; }

    /// <summary>Whether examples of similar length share a batch, so that all shards stay full to their end. The batches are a little less random then.</summary>
    public bool BucketByLength { get; init; }

    /// <summary>
    /// Null to run every sequence from its first step to its last. Otherwise sequences are cut into chunks of this number of steps. Each chunk is a training step that starts with the
    /// states at the end of the previous one (truncated backpropagation through time). Epochs start with the initial states. Null is usual for sequences of up to some hundreds of
    /// steps, and 50 to 200 for texts and other endless ones.
    /// </summary>
    public int? ChunkSteps { get; init; }

    /// <summary>The number of threads; 0 for one per processor. Results do not depend on it.</summary>
    public int Threads { get => Execution.Threads; init => Execution = Execution with { Threads = value }; }

    /// <summary>How batches are divided into shards.</summary>
    public ExecutionOptions Execution { get; init; } = new();

    /// <summary>Numbers that are computed on the validation data after each epoch, for <see cref="EpochReport.Metrics"/>.</summary>
    public IReadOnlyList<Metric> Metrics { get; init; } = [];

    /// <summary>Raised after each step of <see cref="Fit(Dataset, Dataset, CancellationToken)"/>.</summary>
    public event Action<StepReport>? StepDone;

    /// <summary>Raised after each epoch of <see cref="Fit(Dataset, Dataset, CancellationToken)"/>.</summary>
    public event Action<EpochReport>? EpochDone;

    /// <summary>The norm of the gradient of the last step, before clipping.</summary>
    public double GradientNorm { get; private set; }

    /// <summary>
    /// Trains for all epochs, or until the patience ends or the caller cancels. If a <see cref="Storage.Checkpoint"/> has been loaded into the optimizer, it continues that run from the exact step and
    /// ends like an uninterrupted run, to the bit: with the best parameters of all its epochs, and with the remaining patience. It does the same in one program with the optimizer of a run that
    /// ended early, if <see cref="EpochsDone"/> says how many epochs that run completed.
    /// </summary>
    /// <param name="train">Has a column for each input of the loss.</param>
    /// <param name="validation">The data that decide which epoch is best. They are evaluated before the first epoch and after each.</param>
    /// <param name="cancellation">Ends training between two steps. No exception is thrown, see <see cref="History.Stop"/>. The model has the best parameters so far, or those of the last step.</param>
    /// <exception cref="ArgumentException">The data do not fit the method, or a target is outside [0, 1] in BinaryCrossEntropy or is no distribution in CrossEntropy.</exception>
    /// <exception cref="DivergenceException">The loss is no longer finite. The model is left as after a cancellation.</exception>
    /// <exception cref="InvalidOperationException">The run to continue is at another point: at another epoch than <see cref="EpochsDone"/>, or within an epoch whose examples have another order with
    /// these settings.</exception>
    /// <exception cref="CommunicatorException">With a <see cref="Communicator"/>: a rank is lost or has failed.</exception>
    public History Fit(Dataset train, Dataset? validation = null, CancellationToken cancellation = default)
    {
        using OneCaller.Call call = callers.Enter();
        try
        {
            return FitAll(train, validation, cancellation);
        }
        catch (Exception e) when (Tells(e))
        {
            throw;
        }
        catch (CommunicatorException e)
        {
            throw Saved(e);
        }
    }

    History FitAll(Dataset train, Dataset? validation, CancellationToken cancellation)
    {
        Check();
        RequireNoMetrics(validation);
        BatchSource batches = Source(train, TrainingData, BatchSize, mixesParts: true);
        BatchSource? validating = validation is null ? null : Source(validation, "validation", ChunkSteps is null ? 256 : BatchSize, mixesParts: false);
        Dictionary<string, string> settings = Settings(ExamplesOf(train));
        TrainingRun run = Continued() ?? Begun();
        // A run of a version that knew only this weight.
        if (run.Settings.Count > 0)
            run.Settings.TryAdd(nameof(LossWeight), nameof(LossWeight.ByExample));
        run.RequireOrder(settings);
        Agree(settings, run, train, validation, cancellation);
        ShareCounts(batches);
        bool otherWeight = run.Epoch > 0 && run.Settings.Count > 0 && run.Settings[nameof(LossWeight)] != settings[nameof(LossWeight)];
        List<string> differences;
        bool begins;
        lock (optimizer.Gate)
        {
            differences = GoOn(run, settings);
            if (run.Epoch > 0 && run.Validates != validating is not null)
            {
                // Losses on other data cannot be compared with these.
                (run.Least, run.Waited, run.Best, run.Start) = (double.PositiveInfinity, 0, null, null);
                differences.Add($"{(run.Validates ? "there were" : "there were no")} validation data, and there are {(run.Validates ? "none" : "some")}");
            }
            // Neither can means over something else.
            if (otherWeight)
                (run.Least, run.Waited, run.Best, run.Start) = (double.PositiveInfinity, 0, null, null);
            begins = run.Start is null && !double.IsFinite(run.Least) && run.Batches == 0;
            (run.Validates, run.Settings, run.Earlier) = (validating is not null, settings, run.Reports.Count);
            (run.Trainable, run.IsRunning, run.IsLoaded, optimizer.Run) = (trainable, true, false, run);
        }
        var stop = StopReason.Finished;
        step = run.Step;
        try
        {
            if (begins && validating is not null && !IsCanceled(cancellation))
            {
                double start = Evaluate(validating);
                lock (optimizer.Gate)
                {
                    run.Start = start;
                    // A model that does not give finite numbers yet is no reference.
                    if (double.IsFinite(start))
                        Keep(start);
                }
            }
            while (run.Epoch < Epochs)
            {
                if (run.Waited >= Patience)
                {
                    stop = StopReason.Patience;
                    break;
                }
                long started = Stopwatch.GetTimestamp();
                if (!TrainEpoch(run, batches, cancellation))
                {
                    stop = StopReason.Canceled;
                    break;
                }
                double loss = Mean(run.Losses, run.Weights);
                double? validationLoss = validating is null ? null : Evaluate(validating);
                double monitored = validationLoss ?? loss;
                MetricValue[] metrics = validation is null || Metrics.Count == 0 ? [] : Measured(validation);
                AgreeOnParameters(run.Epoch + 1);
                EpochReport report;
                lock (optimizer.Gate)
                {
                    bool improved = monitored < run.Least - (double.IsFinite(run.Least) ? MinImprovement : 0);
                    if (improved)
                        Keep(monitored);
                    run.Waited = improved ? 0 : run.Waited + 1;
                    run.Epoch++;
                    report = new EpochReport(run.Epoch, loss, validationLoss, optimizer.LearningRate * rateFactor, run.Norms / run.Batches,
                        Stopwatch.GetElapsedTime(started).TotalSeconds, improved)
                    {
                        Metrics = metrics,
                    };
                    run.Batches = 0;
                    run.Reports.Add(report);
                }
                EpochDone?.Invoke(report);
            }
        }
        finally
        {
            lock (optimizer.Gate)
            {
                rateFactor = 1;
                run.Note(optimizer.LearningRate);
                if (run.Best is not null)
                {
                    run.Last = trainable.Parameters.ReadOnlyValues.SequenceEqual(run.Best) ? run.Best : trainable.Parameters.Snapshot();
                    trainable.Parameters.Restore(run.Best);
                    trainable.Apply();
                }
                (run.Trainable, run.Source, run.IsRunning, run.Moves) = (null, null, false, optimizer.Moves(trainable.Parameters));
            }
        }
        return new History([.. run.Reports.Skip(run.Earlier)], stop) { StartLoss = run.Start, Earlier = [.. run.Reports.Take(run.Earlier)], Differences = differences };

        void Keep(double loss)
        {
            run.Least = loss;
            if (KeepBest && validating is not null)
                trainable.Parameters.ReadOnlyValues.CopyTo(run.Best ??= new float[trainable.Parameters.Length]);
        }
    }

    /// <summary>Makes one step on the given examples: loss, gradient, clipping, optimizer.</summary>
    /// <returns>The mean loss of the examples, before the step.</returns>
    /// <exception cref="DivergenceException">The loss or its gradient is not finite. The parameters are unchanged.</exception>
    /// <exception cref="ArgumentException">The data do not fit the method, or its loss; the message says where.</exception>
    public double TrainStep(Dataset data, ReadOnlySpan<int> examples)
    {
        try
        {
            if (!ReferenceEquals(data, seen))
            {
                RequireNoAdapters();
                TargetCheck.Check(trainable.Module, Executor.Method, data);
                if (Communicator is not null)
                    Agree(Settings(ExamplesOf(data)), null, data, null, default);
            }
            seen = data;
            return TrainStep(data, examples, null, null);
        }
        catch (Exception e) when (Tells(e))
        {
            throw;
        }
        catch (CommunicatorException e)
        {
            throw Saved(e);
        }
    }

    /// <summary>The mean loss of all examples, each run from its first step to its last.</summary>
    public double Evaluate(Dataset data)
    {
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
        isDisposed = true;
        executor?.Dispose();
    }

    /// <param name="data">The data of the batch.</param>
    /// <param name="examples">The examples of the batch.</param>
    /// <param name="batches">The batches whose next this is, or null.</param>
    /// <param name="run">Counts the step, or null.</param>
    double TrainStep(Dataset data, ReadOnlySpan<int> examples, BatchSource? batches, TrainingRun? run)
    {
        using OneCaller.Call call = callers.Enter();
        step++;
        // Derived from the optimizer's own count, so that a training that continues from a checkpoint drops the units that it would have dropped.
        Executor.Noise = RandomStream.Derive((uint)Seed, (ulong)optimizer.Moves(trainable.Parameters));
        for (int i = 0; i < trainable.Module.Parameters.Slices.Count; i++)
            Executor.Frozen[i] = !trainable.NeedsGradient(i);
        double loss = Executor.Gradient(data, examples, batches?.States);
        if (!double.IsFinite(loss))
            throw Diverged("loss", loss);
        ParameterStore parameters = trainable.Parameters;
        ReadOnlySpan<float> multipliers = trainable.Multipliers;
        Span<float> gradient = trainable.Gradient(Executor.Gradients);
        // If something other than the module's own parameters is trained, all of it may have a gradient.
        ReadOnlySpan<TouchedRows> touched = ReferenceEquals(parameters, trainable.Module.Parameters) ? Executor.Touched : default;
        if (GradientRule is { } rule)
        {
            // A rule changes a copy, because the executor relies on zeros in the rows that it did not touch.
            changed.Reserve(parameters.Length);
            gradient.CopyTo(changed.Span);
            gradient = changed.Span;
            touched = default;
            rule.Change(new GradientStep(trainable, data, examples, Executor.Noise, loss, gradient));
        }
        GradientNorm = blocks.Norm(parameters, gradient, multipliers, Executor.Workers, touched);
        if (!double.IsFinite(GradientNorm))
            throw Diverged("norm of the gradient", GradientNorm);
        double norm = GradientNorm;
        if (ClipValue is double limit)
        {
            blocks.Clamp(parameters, gradient, multipliers, limit, Executor.Workers, touched);
            norm = blocks.Norm(parameters, gradient, multipliers, Executor.Workers, touched);
        }
        double factor = ClipNorm is double largest ? GradientClip.Factor(norm, largest) : 1;
        lock (optimizer.Gate)
        {
            Executor.KeepStates();
            optimizer.Step(parameters, gradient, rateFactor, factor, multipliers, Executor.Workers, touched);
            trainable.Apply();
            if (run is not null)
            {
                double weight = WeightOf(batches!);
                run.Losses += loss * weight;
                run.Weights += weight;
                run.Norms += GradientNorm;
                run.Batches++;
                run.Step = step;
            }
        }
        return loss;
    }

    DivergenceException Diverged(string what, double value) => new(FormattableString.Invariant(
        $"The {what} is {value} at step {step}, learning rate {optimizer.LearningRate * rateFactor:G3}. ") +
        $"Try a smaller learning rate, {(ClipNorm is null ? "set ClipNorm (1 is usual)" : "a smaller ClipNorm")}, a warm-up, or scale " +
        "the data to about -1 .. 1.");

    /// <summary>Runs an epoch, or the rest of it. Returns false if it was canceled.</summary>
    bool TrainEpoch(TrainingRun run, BatchSource batches, CancellationToken cancellation)
    {
        int epoch = run.Epoch + 1;
        lock (optimizer.Gate)
        {
            batches.Begin(Shuffle ? new RandomStream(Seed, FormattableString.Invariant($"order of epoch {epoch}")) : null);
            batches.Skip(run.Batches, run.States);
            run.Source = batches;
        }
        if (run.Batches == 0)
            lock (optimizer.Gate)
                run.Losses = run.Weights = run.Norms = 0;
        else
            rateFactor = Factor(run.Batches - 1);
        while (batches.Next())
        {
            if (IsCanceled(cancellation))
                return false;
            rateFactor = Factor(run.Batches);
            double loss = TrainStep(batches.Data, batches.Examples, batches, run);
            StepDone?.Invoke(new StepReport(
                epoch, step, (long)batches.Count * Epochs, loss, optimizer.LearningRate * rateFactor, GradientNorm));
        }
        return true;

        double Factor(int done) => Schedule.Factor(epoch - 1 + Math.Min(1, (double)done / batches.Count), Epochs);
    }

    MetricValue[] Measured(Dataset validation)
    {
        var values = new MetricValue[Metrics.Count];
        for (int i = 0; i < values.Length; i++)
            values[i] = new MetricValue(Metrics[i].Name, Metrics[i].Measure(validation));
        return values;
    }

    double Evaluate(BatchSource batches)
    {
        var sum = new LossSum(Ranked);
        batches.Begin(null);
        while (batches.Next())
            if (sum.Takes(Ranked?.Evaluates(batches.Part, batches.Data.Parts.Length, batches.Group) ?? 0))
                sum.Add(Executor.Loss(batches.Data, batches.Examples, batches.States), WeightOf(batches));
        (double losses, double weights) = sum.Complete();
        return Mean(losses, weights);
    }

    /// <summary>The weight of the batch that was just run.</summary>
    double WeightOf(BatchSource batches) => Executor.BySteps ? Executor.Weight : batches.Weight;

    /// <summary>0 if no step counts.</summary>
    static double Mean(double losses, double weights) => weights > 0 ? losses / weights : 0;

    /// <summary>What messages call the data that are trained on.</summary>
    internal const string TrainingData = "training";

    BatchSource Source(Dataset data, string name, int batchSize, bool mixesParts) => ChunkSteps is int steps
        ? new ChunkBatches(trainable.Module, Executor.Method, data, name, batchSize, steps, ShuffleBlock, mixesParts)
        : new ExampleBatches(trainable.Module, Executor.Method, data, name, batchSize, BucketByLength, ShuffleBlock, mixesParts);

    void Check()
    {
        ObjectDisposedException.ThrowIf(isDisposed, this);
        var names = new HashSet<string>();
        foreach (Metric metric in Metrics)
            if (!names.Add(metric.Name))
                throw new ArgumentException($"Two {nameof(Metrics)} are named '{metric.Name}'.", nameof(Metrics));
        Positive(BatchSize, nameof(BatchSize));
        Positive(Epochs, nameof(Epochs));
        Positive(ChunkSteps ?? 1, nameof(ChunkSteps));
        Positive(ShuffleBlock ?? 1, nameof(ShuffleBlock));
        Positive(Patience ?? 1, nameof(Patience));
        Positive(ClipNorm ?? 1, nameof(ClipNorm));
        Positive(ClipValue ?? 1, nameof(ClipValue));
        if (!Enumerable.Range(0, trainable.Parameters.Slices.Count).Any(i => Optimizer.Multiplier(trainable.Parameters.Slices[i], trainable.Multipliers, i) != 0))
            throw new InvalidOperationException($"All parameters of {trainable.Module.Info.Name} are frozen or fixed: there is nothing to train.");
        RequireNoAdapters();
    }

    static void Positive(double value, string setting)
    {
        if (!(value > 0))
            throw new ArgumentOutOfRangeException(setting, value, "It must be above zero.");
    }
}
