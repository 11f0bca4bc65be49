using System.Globalization;
using RnnDsl.Tuning;

namespace RnnDsl.Training;

/// <summary>Starts a run, or continues one.</summary>
public sealed partial class Trainer
{
    TrainingRun Begun()
    {
        if (EpochsDone >= Epochs)
            throw new ArgumentOutOfRangeException(nameof(EpochsDone), EpochsDone, $"It must be below the {Epochs} epochs in all.");
        return new TrainingRun { Epoch = EpochsDone };
    }

    /// <summary>The average of a run. One of another kind begins anew.</summary>
    AveragedParameters? AverageOf(TrainingRun run) => Averaging is null ? null
        : run.Average is { } average && average.Rule.ToString() == Averaging.ToString() ? average : Averaging.Begin(trainable.Parameters);

    /// <summary>What is trained under attached adapters would be lost with their next step, and again when they are removed.</summary>
    void RequireNoAdapters()
    {
        if (!ReferenceEquals(trainable.Parameters, trainable.Module.Parameters))
            return;
        if (trainable.Module.Outermost is var whole && whole != trainable.Module && AdapterTraining.AttachedTo(whole).Count > 0)
            throw new InvalidOperationException($"Adapters that are attached to {whole.Info.Name} may write parameters of {trainable.Module.Info.Name}, which is a layer of it: {AdapterTraining.WayOut} first.");
        foreach (AdapterTraining adapters in AdapterTraining.AttachedTo(trainable.Module))
            for (int i = 0; i < trainable.Parameters.Slices.Count; i++)
                if (adapters.Writes(i) && Optimizer.Multiplier(trainable.Parameters.Slices[i], trainable.Multipliers, i) != 0)
                    throw new InvalidOperationException($"Adapters that are attached to {trainable.Module.Info.Name} write '{trainable.Parameters.Slices[i].Name}': " +
                        $"train the adapters in the model's place, or freeze what they write, or {AdapterTraining.WayOut}.");
    }

    /// <summary>The text of an average or a rule that there is not.</summary>
    internal const string None = "none";

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
        Add(nameof(Averaging), Averaging?.ToString() ?? None);
        Add(nameof(Execution), Execution with { Threads = 0 });
        Add(nameof(Optimizer.LearningRate), optimizer.LearningRate);
        Add(nameof(Optimizer.WeightDecay), optimizer.WeightDecay);
        Add(nameof(Optimizer.MovesAllRows), optimizer.MovesAllRows);
        optimizer.Describe(settings);
        Add(nameof(GradientRule), GradientRule?.GetType().Name ?? None);
        Add(nameof(trainable.Multipliers), Text(trainable.Multipliers));
        // A curve is described by its values.
        Add(nameof(Schedule), string.Join(' ', Enumerable.Range(0, 8).Select(i => Text(Schedule.Factor(i / 8.0 * Epochs, Epochs)))));
        return settings;

        void Add(string name, object value) => settings.Add(name, Convert.ToString(value, CultureInfo.InvariantCulture)!);
    }

    internal static string Text(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    internal static string Text(ReadOnlySpan<float> values) => string.Join(' ', values.ToArray().Select(v => Text(v)));
}
