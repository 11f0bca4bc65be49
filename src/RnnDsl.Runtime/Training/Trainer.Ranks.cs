using System.Globalization;
using RnnDsl.Execution;
using RnnDsl.Sequences;

namespace RnnDsl.Training;

/// <summary>Training on several ranks.</summary>
public sealed partial class Trainer
{
    /// <summary>The ranks that train together, or null for this program alone. Every rank makes the same calls of this trainer with the same data, or with the same <see
    /// cref="PartitionedDataset"/>. The result has the same bits on any number of ranks. When a rank is lost, the
    /// others end with a <see cref="CommunicatorException"/> and a checkpoint at <see cref="Communicator.CheckpointPath"/>.</summary>
    public Communicator? Communicator { get; init; }

    /// <summary>Null if there is but one rank.</summary>
    Communicator? Ranked => Communicator is { Ranks: > 1 } several ? several : null;

    Executor Executor => executor ??= new Executor(trainable.Module, Method, Execution.Threads == 0 && Communicator is { } ranks ? Execution with { Threads = ranks.Threads } : Execution)
    {
        BySteps = LossWeight == LossWeight.ByStep,
        Communicator = Ranked,
        HoldsStates = true,
    };

    /// <summary>Whether this rank, or any other as of the last step, asks to stop. All ranks get the same answer.</summary>
    bool IsCanceled(CancellationToken cancellation)
    {
        if (Executor.Ranks is not { } ranks)
            return cancellation.IsCancellationRequested;
        ranks.Asks = cancellation.IsCancellationRequested;
        return ranks.IsAsked;
    }

    /// <summary>Tells the other ranks of an exception here, unless they have the same. It is used as a filter, and so it never handles the exception.</summary>
    bool Tells(Exception e) => Ranked?.Tells(e) ?? false;

    /// <summary>The same exception, after a checkpoint was written.</summary>
    CommunicatorException Saved(CommunicatorException e) => new($"{e.Message} {Communicator!.SaveTraining()}");

    /// <summary>Compares what the training depends on with the other ranks.</summary>
    void Agree(Dictionary<string, string> settings, TrainingRun? run, Dataset train, Dataset? validation, CancellationToken cancellation)
    {
        Communicator?.Begin(trainable.Module, optimizer);
        if (Ranked is not { } ranks)
            return;
        Executor.Ranks!.IsAsked = ranks.Compare().AddTraining(trainable, optimizer, settings, run, train, validation).Require(cancellation.IsCancellationRequested);
    }

    /// <summary>Equal steps keep equal parameters. A machine that computes wrongly is found here, after the epoch.</summary>
    void AgreeOnParameters(int epoch)
    {
        if (Ranked is { } ranks)
            ranks.Compare().AddParameters($"The parameters after epoch {epoch.ToString(CultureInfo.InvariantCulture)}", trainable.Parameters).Require(asks: false);
    }
}
