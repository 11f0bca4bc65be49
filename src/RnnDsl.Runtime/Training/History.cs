using System.Globalization;
using System.Text;

namespace RnnDsl.Training;

/// <summary>The result of one training step.</summary>
/// <param name="Epoch">The epoch, from 1.</param>
/// <param name="Step">The step, from 1, counted over all epochs.</param>
/// <param name="Steps">The steps of all epochs. With chunks of shuffled sequences of unequal length it is an estimate.</param>
/// <param name="Loss">The mean loss of the batch, before the step.</param>
/// <param name="LearningRate">The learning rate, with the schedule's factor.</param>
/// <param name="GradientNorm">The norm of the gradient, before clipping.</param>
public readonly record struct StepReport(int Epoch, long Step, long Steps, double Loss, double LearningRate, double GradientNorm);

/// <summary>The result of one epoch.</summary>
/// <param name="Epoch">The epoch, from 1.</param>
/// <param name="TrainLoss">The mean of the losses of its steps, each before the step.</param>
/// <param name="ValidationLoss">The validation loss after the epoch; null without validation data.</param>
/// <param name="LearningRate">The learning rate of the last step.</param>
/// <param name="GradientNorm">The mean norm of the gradient over the steps, before clipping.</param>
/// <param name="Seconds">The time of the epoch, including the validation.</param>
/// <param name="Improved">Whether the validation loss is the lowest so far, including the one before the first epoch. Without validation data, whether the training loss is.</param>
public sealed record EpochReport(
    int Epoch, double TrainLoss, double? ValidationLoss, double LearningRate, double GradientNorm, double Seconds, bool Improved)
{
    /// <summary>The loss that decides which epoch is best.</summary>
    public double Monitored => ValidationLoss ?? TrainLoss;

    /// <summary>The trainer's <see cref="Trainer.Metrics"/> on the validation data. Epochs from a checkpoint of an earlier version have none.</summary>
    public IReadOnlyList<MetricValue> Metrics { get; init; } = [];

    /// <summary>The epoch in a line, in the same form everywhere.</summary>
    public override string ToString()
    {
        // No interpolation of numbers, whose code would make native programs larger by two pages.
        string text = "epoch " + Epoch + ": training loss " + Text(TrainLoss);
        if (ValidationLoss is { } loss)
            text += ", validation loss " + Text(loss);
        for (int i = 0; i < Metrics.Count; i++)
            text += ", " + Metrics[i].Name + " " + Text(Metrics[i].Value);
        return text + ", learning rate " + Text(LearningRate) + ", gradient " + Text(GradientNorm) + ", " + Text(Seconds) + " s";

        static string Text(double number) => number.ToString("G4", CultureInfo.InvariantCulture);
    }
}

/// <summary>The value of a metric after an epoch.</summary>
/// <param name="Name">The name of the <see cref="Metric"/>.</param>
/// <param name="Value">The value on the validation data.</param>
public sealed record MetricValue(string Name, double Value);

/// <summary>The reason why training ended.</summary>
public enum StopReason
{
    /// <summary>All epochs are done.</summary>
    Finished,
    /// <summary>The loss had not improved for as many epochs as the trainer's patience.</summary>
    Patience,
    /// <summary>The caller canceled it.</summary>
    Canceled,
}

/// <summary>The course of a training.</summary>
/// <param name="Epochs">The complete epochs; for a run that continued from a <see cref="Storage.Checkpoint"/>, those since then.</param>
/// <param name="Stop">The reason why it ended.</param>
public sealed record History(IReadOnlyList<EpochReport> Epochs, StopReason Stop)
{
    /// <summary>The validation loss before the first epoch; null without validation data, or if training was canceled before it started.</summary>
    public double? StartLoss { get; init; }

    /// <summary>For a run that continued from a <see cref="Storage.Checkpoint"/>: the complete epochs before it.</summary>
    public IReadOnlyList<EpochReport> Earlier { get; init; } = [];

    /// <summary>For a run that continued from a <see cref="Storage.Checkpoint"/>: the settings that differ from before, and whether the data do, with a sentence for each. If there are none, the run ends
    /// exactly like an uninterrupted one, to the bit. Checkpoints of earlier versions hold no checksum of the data, and fewer settings.</summary>
    public IReadOnlyList<string> Differences { get; init; } = [];

    /// <summary>Whether no epoch improved on the validation loss before the first. With <see cref="Trainer.KeepBest"/> the model then keeps its old parameters: training did not help.</summary>
    public bool StartWasBest => StartLoss is not null && Earlier.Count + Epochs.Count > 0 && Best is null;

    /// <summary>The epoch with the lowest monitored loss, which is the last one that improved; null if none was completed, or if none improved on the start (<see
    /// cref="StartWasBest"/>).</summary>
    public EpochReport? Best => Earlier.Concat(Epochs).LastOrDefault(epoch => epoch.Improved);

    /// <summary>A table with a line for each epoch, with a star for those that improved, and a line with the reason why the training ended and the best epoch.</summary>
    public override string ToString()
    {
        IReadOnlyList<MetricValue> metrics = Epochs is [.., var last] ? last.Metrics : [];
        var text = new StringBuilder("epoch  train loss  validation");
        foreach (MetricValue metric in metrics)
            text.Append(CultureInfo.InvariantCulture, $"  {metric.Name,9}");
        text.Append("  learning rate  seconds\n");
        foreach (EpochReport epoch in Earlier.Concat(Epochs))
        {
            text.Append(CultureInfo.InvariantCulture, $"{epoch.Epoch,5}  {epoch.TrainLoss,10:G5}  {(epoch.ValidationLoss is { } loss ? loss.ToString("G5", CultureInfo.InvariantCulture) : "-"),10}");
            for (int i = 0; i < metrics.Count; i++)
                text.Append(CultureInfo.InvariantCulture, $"  {(i < epoch.Metrics.Count ? epoch.Metrics[i].Value.ToString("G4", CultureInfo.InvariantCulture) : "-"),9}");
            text.Append(CultureInfo.InvariantCulture, $"  {epoch.LearningRate,13:G4}  {epoch.Seconds,7:F1}{(epoch.Improved ? " *" : "")}\n");
        }
        string why = Stop switch { StopReason.Patience => "The patience ended", StopReason.Canceled => "It was canceled", _ => "All epochs are done" };
        return text.Append(CultureInfo.InvariantCulture, $"{why}; {(Best is { } best ? $"epoch {best.Epoch} was best" : StartWasBest ? "no epoch was better than the start" : "no epoch was completed")}.").ToString();
    }
}

/// <summary>The loss or its gradient is no longer finite.</summary>
/// <param name="message">Where it happened, and what to try.</param>
public sealed class DivergenceException(string message) : ArithmeticException(message);
