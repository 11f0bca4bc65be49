using System.Globalization;
using RnnDsl.Tuning;

namespace RnnDsl.Training;

/// <summary>Starts a run, or continues one.</summary>
public sealed partial class Trainer
{
    /// <summary>The optimizer's run, if it can be continued.</summary>
    TrainingRun? Continued() => optimizer.Run is not { } run || !optimizer.Remembers(trainable.Parameters) || !run.Stands(optimizer, trainable.Parameters) ? null
        : run.IsLoaded && EpochsDone != 0 && EpochsDone != run.Epoch ? throw new InvalidOperationException(
            $"The checkpoint is of a training of which {run.Epoch} epochs were done, not {EpochsDone}: leave {nameof(EpochsDone)} out.")
        : run.IsRunning ? throw new InvalidOperationException($"This {optimizer.GetType().Name} is used by another {nameof(Fit)} that has not ended.")
        : run.IsLoaded || (EpochsDone > 0 && EpochsDone == run.Epoch) ? run : null;

    TrainingRun Begun()
    {
        if (EpochsDone < 0 || EpochsDone >= Epochs)
            throw new ArgumentOutOfRangeException(nameof(EpochsDone), EpochsDone, $"It must be from 0 to below the {Epochs} epochs in all.");
        return new TrainingRun { Epoch = EpochsDone };
    }

    /// <summary>Restores parameters, learning rate and factors to those of the run. The latter two are the caller's, unless they are those with which the run started.</summary>
    /// <returns>The settings that differ from the run's.</returns>
    List<string> GoOn(TrainingRun run, Dictionary<string, string> settings)
    {
        if (run.Last is { } last)
        {
            trainable.Parameters.Restore(last);
            trainable.Apply();
            run.Last = null;
        }
        if (run.Settings.GetValueOrDefault(nameof(Optimizer.LearningRate)) == settings[nameof(Optimizer.LearningRate)])
            optimizer.LearningRate = run.Rate;
        if (run.Settings.GetValueOrDefault(nameof(trainable.Multipliers)) == settings[nameof(trainable.Multipliers)] && trainable is FineTuning tuning)
            tuning.Resume(run.Multipliers);
        var now = new Dictionary<string, string>(run.Settings);
        if (now.Count > 0)
            (now[nameof(Optimizer.LearningRate)], now[nameof(trainable.Multipliers)]) = (Text(run.Rate), Text(run.Multipliers));
        return [.. Settings(settings["Examples"]).Where(s => now.TryGetValue(s.Key, out string? was) && was != s.Value).Select(s => $"{s.Key} was {now[s.Key]} and is {s.Value}")];
    }

    /// <summary>The average of a run. One of another kind begins anew.</summary>
    AveragedParameters? AverageOf(TrainingRun run) => Averaging is null ? null
        : run.Average is { } average && average.Rule.ToString() == Averaging.ToString() ? average : Averaging.Begin(trainable.Parameters);

    /// <summary>What is trained under attached adapters would be lost with their next step, and again when they are removed.</summary>
    void RequireNoAdapters()
    {
        if (!ReferenceEquals(trainable.Parameters, trainable.Module.Parameters))
            return;
        foreach (AdapterTraining adapters in AdapterTraining.AttachedTo(trainable.Module))
            for (int i = 0; i < trainable.Parameters.Slices.Count; i++)
                if (adapters.Writes(i) && Optimizer.Multiplier(trainable.Parameters.Slices[i], trainable.Multipliers, i) != 0)
                    throw new InvalidOperationException($"Adapters that are attached to {trainable.Module.Info.Name} write '{trainable.Parameters.Slices[i].Name}': " +
                        $"train the adapters in the model's place, or freeze what they write, or {AdapterTraining.WayOut}.");
    }

    /// <summary>The text of a setting without an average.</summary>
    internal const string NoAverage = "none";

    /// <summary>Everything that the course of the training depends on, as text. What has no influence, such as the number of threads, is not included.</summary>
    Dictionary<string, string> Settings(string examples)
    {
        var settings = new Dictionary<string, string>();
        Add(nameof(Method), Method);
        Add(nameof(LossWeight), LossWeight);
        Add(nameof(Seed), Seed);
        Add(nameof(Shuffle), Shuffle);
        Add(nameof(ShuffleBlock), ShuffleBlock ?? 0);
        Add(nameof(BatchSize), BatchSize);
        Add(nameof(BucketByLength), BucketByLength);
        Add(nameof(ChunkSteps), ChunkSteps ?? 0);
        Add("Examples", examples);
        Add(nameof(Epochs), Epochs);
        Add(nameof(ClipNorm), ClipNorm ?? 0);
        Add(nameof(ClipValue), ClipValue ?? 0);
        Add(nameof(Patience), Patience ?? 0);
        Add(nameof(MinImprovement), MinImprovement);
        Add(nameof(KeepBest), KeepBest);
        Add(nameof(Averaging), Averaging?.ToString() ?? NoAverage);
        Add(nameof(Execution), Execution with { Threads = 0 });
        Add(nameof(Optimizer.LearningRate), optimizer.LearningRate);
        Add(nameof(Optimizer.WeightDecay), optimizer.WeightDecay);
        if (optimizer.MovesAllRows)
            Add(nameof(Optimizer.MovesAllRows), true);
        if (GradientRule is { } rule)
            Add(nameof(GradientRule), rule.GetType().Name);
        Add(nameof(trainable.Multipliers), Text(trainable.Multipliers));
        // A curve is described by its values.
        Add(nameof(Schedule), string.Join(' ', Enumerable.Range(0, 8).Select(i => Text(Schedule.Factor(i / 8.0 * Epochs, Epochs)))));
        return settings;

        void Add(string name, object value) => settings.Add(name, Convert.ToString(value, CultureInfo.InvariantCulture)!);
    }

    static string Text(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    static string Text(ReadOnlySpan<float> values) => string.Join(' ', values.ToArray().Select(v => Text(v)));
}
