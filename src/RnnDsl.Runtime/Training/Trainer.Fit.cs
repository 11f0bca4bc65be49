using System.Diagnostics;
using RnnDsl.Execution;
using RnnDsl.Memory;
using RnnDsl.Sequences;

namespace RnnDsl.Training;

/// <summary>A whole training: epochs, validation, the best parameters.</summary>
public sealed partial class Trainer
{
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
    /// these settings. Or the model is being trained by another trainer, or a factor of the <see cref="Schedule"/> is not finite or below zero.</exception>
    /// <exception cref="CommunicatorException">With a <see cref="Communicator"/>: a rank is lost or has failed.</exception>
    public History Fit(Dataset train, Dataset? validation = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(train);
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
        RequireMeasurable(validation);
        BatchSource batches = Source(train);
        // Whole sequences, also where the training has chunks: the loss is that of Evaluate.
        BatchSource? validating = validation is null ? null
            : Whole(validation, "validation", ChunkSteps is null ? 256 : BatchSize, mixesParts: false);
        Dictionary<string, string> settings = Settings(ExamplesOf(train));
        if (optimizer.Run is { IsRunning: true })
            throw new InvalidOperationException($"This {optimizer.GetType().Name} is used by another {nameof(Fit)} that has not ended.");
        if (turns.IsInside)
            throw new InvalidOperationException($"This {trainable.Module.Info.Name} is trained by another {nameof(Fit)} that has not ended.");
        using OneCaller.Call turn = turns.Enter();
        Continuation? before = optimizer.Run?.Continuation ?? continuation;
        TrainingRun run = before?.Find(optimizer, trainable, EpochsDone, settings) ?? Begun();
        Agree(settings, run, train, validation, cancellation);
        ShareCounts(batches);
        // The ranks have compared theirs, and those that have other parts need not.
        settings.Add(TrainingRun.TrainingData, ChecksumOf(train));
        if (validation is not null)
            settings.Add(TrainingRun.ValidationData, ChecksumOf(validation));
        IReadOnlyList<string> differences;
        bool begins;
        lock (optimizer.Gate)
        {
            differences = before?.GoOn(run, optimizer, trainable, settings) ?? [];
            begins = run.Start is null && !double.IsFinite(run.Least) && run.Batches == 0;
            (run.Validates, run.Settings, run.Earlier) = (validating is not null, settings, run.Reports.Count);
            (run.Trainable, run.IsRunning, run.IsLoaded, optimizer.Run) = (trainable, true, false, run);
            run.Average = AverageOf(run);
        }
        var stop = StopReason.Finished;
        step = run.Step;
        try
        {
            if (begins && validating is not null && !IsCanceled(cancellation))
            {
                run.Average?.Show(run, trainable, optimizer);
                double start = Evaluate(validating);
                lock (optimizer.Gate)
                {
                    run.Start = start;
                    // A model that does not give finite numbers yet is no reference.
                    if (double.IsFinite(start))
                        Keep(start);
                }
                run.Average?.Hide(run, trainable, optimizer);
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
                run.Average?.Show(run, trainable, optimizer);
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
                run.Average?.Hide(run, trainable, optimizer);
            }
        }
        finally
        {
            lock (optimizer.Gate)
            {
                rateFactor = 1;
                run.Note(optimizer.LearningRate);
                ReadOnlySpan<float> last = run.Last is { } hidden ? hidden : trainable.Parameters.ReadOnlyValues;
                if (run.Leaves(last) is { } left)
                {
                    (run.Last, run.Left) = (last.SequenceEqual(left) ? left : last.ToArray(), left);
                    trainable.Parameters.Restore(left);
                    trainable.Apply();
                }
                (run.Trainable, run.Source, run.IsRunning, run.Moves) = (null, null, false, optimizer.Moves(trainable.Parameters));
            }
        }
        return new History(run.Reports[run.Earlier..], stop) { StartLoss = run.Start, Earlier = run.Reports[..run.Earlier], Differences = differences };

        void Keep(double loss)
        {
            run.Least = loss;
            if (KeepBest && validating is not null)
                trainable.Parameters.ReadOnlyValues.CopyTo(run.Best ??= new float[trainable.Parameters.Length]);
        }
    }

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

        double Factor(int done)
        {
            double time = epoch - 1 + Math.Min(1, (double)done / batches.Count), factor = Schedule.Factor(time, Epochs);
            return factor >= 0 && double.IsFinite(factor) ? factor : throw new InvalidOperationException(FormattableString.Invariant(
                $"The {nameof(Schedule)} gives the factor {factor} after {time:G4} of {Epochs} epochs: factors of the learning rate are finite numbers, not below zero."));
        }
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

    BatchSource Source(Dataset train) => ChunkSteps is int steps
        ? new ChunkBatches(trainable.Module, Executor.Method, train, TrainingData, BatchSize, steps, ShuffleBlock)
        : Whole(train, TrainingData, BatchSize, mixesParts: true);

    ExampleBatches Whole(Dataset data, string name, int batchSize, bool mixesParts) =>
        new(trainable.Module, Executor.Method, data, name, batchSize, BucketByLength, ShuffleBlock, mixesParts);
}
