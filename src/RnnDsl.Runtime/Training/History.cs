using System.Globalization;
using System.Text;

namespace RnnDsl.Training;

/// <summary>What one step of training did.</summary>
/// <param name="Epoch">From 1.</param>
/// <param name="Step">From 1, over all epochs.</param>
/// <param name="Steps">Steps of all epochs. With chunks of shuffled sequences of unequal length an estimate.</param>
/// <param name="Loss">Mean loss of the batch, before the step.</param>
/// <param name="LearningRate">With the schedule's factor.</param>
/// <param name="GradientNorm">Before clipping.</param>
public readonly record struct StepReport(int Epoch, long Step, long Steps, double Loss, double LearningRate, double GradientNorm);

/// <summary>What one epoch did.</summary>
/// <param name="Epoch">From 1.</param>
/// <param name="TrainLoss">Mean of the losses of its steps, each before the step.</param>
/// <param name="ValidationLoss">After the epoch; null without validation data.</param>
/// <param name="LearningRate">Of the last step.</param>
/// <param name="GradientNorm">Mean over the steps, before clipping.</param>
/// <param name="Seconds">Time taken, with the validation.</param>
/// <param name="Improved">Whether the validation loss is the least so far, that before the first epoch included; without validation data, whether
/// the training loss is.</param>
public sealed record EpochReport(
    int Epoch, double TrainLoss, double? ValidationLoss, double LearningRate, double GradientNorm, double Seconds, bool Improved)
{
    /// <summary>The loss that decides which epoch is best.</summary>
    public double Monitored => ValidationLoss ?? TrainLoss;

    /// <summary>The trainer's <see cref="Trainer.Metrics"/> on the validation data. Epochs that a checkpoint of an earlier version brought have none.</summary>
    public IReadOnlyList<MetricValue> Metrics { get; init; } = [];
}

/// <summary>A metric's value after an epoch.</summary>
/// <param name="Name">That of the <see cref="Metric"/>.</param>
/// <param name="Value">On the validation data.</param>
public sealed record MetricValue(string Name, double Value);

/// <summary>Why training ended.</summary>
public enum StopReason
{
    /// <summary>All epochs are done.</summary>
    Finished,
    /// <summary>The loss had not improved for as many epochs as the trainer's patience.</summary>
    Patience,
    /// <summary>The caller canceled it.</summary>
    Canceled,
}

/// <summary>Course of a training.</summary>
/// <param name="Epochs">The complete epochs; of a run that went on from a <see cref="Storage.Checkpoint"/>, those since then.</param>
/// <param name="Stop">Why it ended.</param>
public sealed record History(IReadOnlyList<EpochReport> Epochs, StopReason Stop)
{
    /// <summary>Validation loss before the first epoch; null without validation data, or if training was canceled before it began.</summary>
    public double? StartLoss { get; init; }

    /// <summary>Of a run that went on from a <see cref="Storage.Checkpoint"/>: the complete epochs before it.</summary>
    public IReadOnlyList<EpochReport> Earlier { get; init; } = [];

    /// <summary>Of a run that went on from a <see cref="Storage.Checkpoint"/>: the settings that are others than before it, a sentence each. If there are none, it ends as
    /// one whole run does, to the bit.</summary>
    public IReadOnlyList<string> Differences { get; init; } = [];

    /// <summary>Whether no epoch improved on the validation loss before the first. With <see cref="Trainer.KeepBest"/> the model then has the
    /// parameters that it had: training did not help.</summary>
    public bool StartWasBest => StartLoss is not null && Earlier.Count + Epochs.Count > 0 && Best is null;

    /// <summary>The epoch with the least monitored loss, the last that improved; null if none was completed, or none improved on the start
    /// (<see cref="StartWasBest"/>).</summary>
    public EpochReport? Best => Earlier.Concat(Epochs).LastOrDefault(epoch => epoch.Improved);

    /// <summary>A table with a line for each epoch, of which those that improved bear a star, and a line that says why the training ended and which epoch was best.</summary>
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

/// <summary>The loss or its gradient is no longer a finite number.</summary>
/// <param name="message">Where, and what to try.</param>
public sealed class DivergenceException(string message) : ArithmeticException(message);
