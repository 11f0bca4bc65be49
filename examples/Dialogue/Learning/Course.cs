using RnnDsl.Training;

namespace RnnDsl.Examples.Dialogue;

/// <summary>The course of a training in words.</summary>
static class Course
{
    /// <summary>"loss 0.123"; or that no epoch came to its end, because somebody ended the training before.</summary>
    public static string Loss(History history) =>
        history.Epochs is [.., var last] ? FormattableString.Invariant($"loss {last.TrainLoss:F3}") : "ended within the first epoch";
}
