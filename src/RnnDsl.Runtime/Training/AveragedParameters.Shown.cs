namespace RnnDsl.Training;

/// <summary>Gives the model the average of its parameters for a while.</summary>
sealed unsafe partial class AveragedParameters
{
    float[] kept = [], shown = [];

    /// <summary>From here to <see cref="Hide"/> the model has the average, if there is one yet.</summary>
    public void Show(TrainingRun run, ITrainable trainable, Optimizer optimizer)
    {
        if (Steps == 0)
            return;
        ReadOnlySpan<float> values = trainable.Parameters.ReadOnlyValues;
        if (kept.Length != values.Length)
            (kept, shown) = (new float[values.Length], new float[values.Length]);
        lock (optimizer.Gate)
        {
            values.CopyTo(kept);
            Read(kept, shown);
            (run.Last, run.Left) = (kept, shown);
            trainable.Parameters.Restore(shown);
            trainable.Apply();
        }
    }

    /// <summary>The model has the parameters after the last step again.</summary>
    /// <exception cref="InvalidOperationException">Somebody has changed the parameters meanwhile, which would be lost.</exception>
    public void Hide(TrainingRun run, ITrainable trainable, Optimizer optimizer)
    {
        if (run.Last is not { } last)
            return;
        if (!trainable.Parameters.ReadOnlyValues.SequenceEqual(run.Left))
            throw new InvalidOperationException($"Parameters of {trainable.Module.Info.Name} were changed while the model had their average, and training would lose the change: " +
                $"change them in {nameof(Trainer.StepDone)}, or train without {nameof(Trainer.Averaging)}.");
        lock (optimizer.Gate)
        {
            trainable.Parameters.Restore(last);
            trainable.Apply();
            (run.Last, run.Left) = (null, null);
        }
    }
}
