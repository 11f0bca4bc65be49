using System.Globalization;
using RnnDsl.Tuning;

namespace RnnDsl.Training;

/// <summary>
/// Continues a run. One is made where a run may be continued: by a checkpoint that is loaded, and by <see cref="Trainer.EpochsDone"/>. All is asked of the object itself, so
/// that native programs without both contain nothing of it.
/// </summary>
sealed class Continuation
{
    /// <summary>Settings that determine the order of the examples, or the sum of their losses. They cannot change within an epoch.</summary>
    static readonly string[] OfOrder = ["Seed", "Shuffle", "ShuffleBlock", "BatchSize", "BucketByLength", "ChunkSteps", "Examples", "LossWeight"];

    /// <summary>The optimizer's run, if it can be continued.</summary>
    /// <exception cref="InvalidOperationException">It is another run than the trainer's, or within an epoch, whose order of examples would change.</exception>
    public TrainingRun? Find(Optimizer optimizer, ITrainable trainable, int epochsDone, IReadOnlyDictionary<string, string> settings)
    {
        if (optimizer.Run is not { } run || !optimizer.Remembers(trainable.Parameters) || !run.Stands(optimizer, trainable.Parameters))
            return null;
        if (run.IsLoaded && epochsDone != 0 && epochsDone != run.Epoch)
            throw new InvalidOperationException($"The checkpoint is of a training of which {run.Epoch} epochs were done, " +
                $"not {epochsDone}: leave {nameof(Trainer.EpochsDone)} out.");
        if (!run.IsLoaded && (epochsDone == 0 || epochsDone != run.Epoch))
            return null;
        if (run.Batches > 0 && OfOrder.FirstOrDefault(name => run.Settings.GetValueOrDefault(name) != settings[name]) is string other)
            throw new InvalidOperationException($"The training stands after {run.Batches} batches of epoch {run.Epoch + 1}, " +
                $"with {other} {Shown(other, run.Settings.GetValueOrDefault(other))}: it cannot go on with {Shown(other, settings[other])}. Set it as it was, or begin anew with the parameters alone.");
        return run;
    }

    /// <summary>Restores parameters, learning rate and factors to those of the run. The latter two are the caller's, unless they are those with which the run started.</summary>
    /// <returns>What differs from the run, with a sentence for each.</returns>
    public List<string> GoOn(TrainingRun run, Optimizer optimizer, ITrainable trainable, IReadOnlyDictionary<string, string> settings)
    {
        if (run.Last is { } last)
        {
            trainable.Parameters.Restore(last);
            trainable.Apply();
            run.Last = null;
        }
        const string rate = nameof(Optimizer.LearningRate), multipliers = nameof(ITrainable.Multipliers);
        if (run.Settings.GetValueOrDefault(rate) == settings[rate])
            optimizer.LearningRate = run.Rate;
        if (run.Settings.GetValueOrDefault(multipliers) == settings[multipliers] && trainable is FineTuning tuning)
            tuning.Resume(run.Multipliers);
        var differences = new List<string>();
        if (run.Settings.Count == 0)
            return differences;
        foreach ((string name, string value) in settings)
            if (run.Settings.TryGetValue(name, out string? before))
            {
                (string was, string now) = name switch
                {
                    rate => (Trainer.Text(run.Rate), Trainer.Text(optimizer.LearningRate)),
                    multipliers => (Trainer.Text(run.Multipliers), Trainer.Text(trainable.Multipliers)),
                    _ => (before, value),
                };
                if (was != now)
                    differences.Add(Difference(name, was, now));
            }
        bool validates = settings.ContainsKey(TrainingRun.ValidationData);
        if (run.Validates != validates)
            differences.Add($"{(run.Validates ? "there were" : "there were no")} validation data, and there are {(run.Validates ? "none" : "some")}");
        // Losses on other data cannot be compared with these, nor can means over something else.
        if (run.Validates != validates || Differs(nameof(Trainer.LossWeight)) || Differs(validates ? TrainingRun.ValidationData : TrainingRun.TrainingData))
            (run.Least, run.Waited, run.Best, run.Start) = (double.PositiveInfinity, 0, null, null);
        return differences;

        bool Differs(string name) => run.Settings.TryGetValue(name, out string? was) && was != settings[name];
    }

    static string Difference(string name, string was, string now) => name switch
    {
        TrainingRun.TrainingData => $"the training data have other values (checksum {was} before, {now} now)",
        TrainingRun.ValidationData => $"the validation data have other values (checksum {was} before, {now} now)",
        nameof(Trainer.Schedule) => CurveDifference(was.Split(' '), now.Split(' ')),
        _ => $"{name} was {Shown(name, was)} and is {Shown(name, now)}",
    };

    static string CurveDifference(string[] was, string[] now)
    {
        int at = 0;
        while (at < Math.Min(was.Length, now.Length) - 1 && was[at] == now[at])
            at++;
        return string.Create(CultureInfo.InvariantCulture, $"Schedule was another curve: after {at}/{was.Length} of the epochs its factor was {was[at]} and is {now[at]}");
    }

    /// <summary>The text of a setting. Of one that need not be, 0 stands for none.</summary>
    static string? Shown(string name, string? value) => value == "0"
        && name is nameof(Trainer.ShuffleBlock) or nameof(Trainer.ChunkSteps) or nameof(Trainer.ClipNorm) or nameof(Trainer.ClipValue) or nameof(Trainer.Patience)
        ? Trainer.None : value;
}
