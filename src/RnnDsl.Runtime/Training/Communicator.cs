using RnnDsl.Execution;
using RnnDsl.Storage;

namespace RnnDsl.Training;

/// <summary>
/// The ranks that train a model together: the same program, started several times, each with a number from 0. All run the same steps on the same data, which every rank has or of
/// which each has its parts (<see cref="PartitionedDataset"/>); each computes a part of every batch, and the sums of gradients
/// are formed over all of them. Losses, parameters and checkpoints have the same bits on any number of ranks.
/// <para>This class only carries bytes. What is sent, and in which order sums are formed, is the runtime's. The package RnnDsl.Distributed has one that uses MPI.</para>
/// </summary>
/// <remarks>With a <see cref="Trainer.Communicator"/>, <see cref="Trainer.Fit(Sequences.Dataset, Sequences.Dataset, CancellationToken)"/>, <see
/// cref="Trainer.TrainStep(Sequences.Dataset, ReadOnlySpan{int})"/> and <see cref="Trainer.Evaluate(Sequences.Dataset)"/> are
/// called by every rank, in the same order and with the same arguments.</remarks>
public abstract class Communicator : IDisposable
{
    Training? training;
    (Training Of, TrainingRun Run, int Epoch, int Batches) written;
    string said = "";

    /// <summary>The number of this rank, from 0.</summary>
    public abstract int Rank { get; }

    /// <summary>The number of ranks.</summary>
    public abstract int Ranks { get; }

    /// <summary>Whether this is rank 0, which reports and saves for all.</summary>
    public bool IsFirst => Rank == 0;

    /// <summary>The threads of a trainer that leaves <see cref="Trainer.Threads"/> at 0. By default one for each processor; fewer where several ranks share a machine.</summary>
    public virtual int Threads => 0;

    /// <summary>The path of the <see cref="Storage.Checkpoint"/> that is written when a rank is lost; null for none. A training takes the path that is set when it begins, so that a program with several trainings can give each its own.</summary>
    public string? CheckpointPath { get; set; }

    /// <summary>Sends bytes to a rank and receives others from it, both at once. The partner makes the opposite call at the same time. Both know both lengths. Where a span is empty, nothing goes in that direction.</summary>
    /// <param name="partner">The number of the other rank.</param>
    /// <param name="send">The bytes to send.</param>
    /// <param name="receive">Receives the partner's bytes.</param>
    /// <exception cref="CommunicatorException">The partner is lost, or a rank has called <see cref="Fail"/>.</exception>
    public abstract void Exchange(int partner, ReadOnlySpan<byte> send, Span<byte> receive);

    /// <summary>Tells all other ranks that this one cannot go on. They get a <see cref="CommunicatorException"/> from the <see cref="Exchange"/> in which they wait, or from their next. It does not wait for them, and
    /// throws nothing.</summary>
    /// <param name="reason">A sentence that says why.</param>
    public abstract void Fail(string reason);

    /// <summary>Leaves the ranks.</summary>
    public abstract void Dispose();

    // Asked of the object itself, so that native programs that never make one contain nothing of what follows.

    /// <summary>Tells the other ranks of an exception here, unless they have the same. It is used as a filter, and so it never handles the exception.</summary>
    internal bool Tells(Exception e)
    {
        if (e is not (CommunicatorException or RanksDifferException or DivergenceException))
            Fail(e.Message);
        return false;
    }

    /// <inheritdoc cref="Collectives.Computing"/>
    internal int Computing => Collectives.Computing(Ranks);

    /// <summary>A comparison of all ranks.</summary>
    internal RankAgreement Compare() => new(this);

    /// <summary>A sum of gradients over all ranks.</summary>
    internal RankSum MakeSum(BatchRun run) => new(this, run);

    /// <summary>The rank that computes with a part of the data. All ranks that compute have the same number of parts, so that these are a subtree of each sum of
    /// gradients.</summary>
    internal int HolderOf(int part, int parts) => part / (parts / Computing);

    /// <summary>The rank that evaluates a batch.</summary>
    /// <param name="part">The part of the data whose examples it has.</param>
    /// <param name="parts">The number of parts. With one, the ranks take batches in turn.</param>
    /// <param name="group">The number of the batch, or of those that depend on each other.</param>
    internal int Evaluates(int part, int parts, int group) => parts == 1 ? group % Ranks : HolderOf(part, parts);

    /// <inheritdoc cref="CountShare.Share"/>
    internal void ShareCounts(MethodInfo method, CountedSteps counts, IReadOnlyList<Sequences.Dataset> all) => CountShare.Share(this, method, counts, all);

    /// <inheritdoc cref="Collectives.Share"/>
    internal byte[][] Share(byte[] own) => Collectives.Share(this, own);

    /// <summary>The training that is to be saved when a rank is lost. It stays after its end, since its parameters may not be saved yet.</summary>
    internal void Begin(Module trained, Optimizer moving) => training = new(trained, moving, CheckpointPath);

    /// <summary>Writes the checkpoint of the last training that began, if there is a <see cref="CheckpointPath"/>. It can be called on any thread at any time: it waits while parameters are moved.</summary>
    /// <returns>A sentence that says what was written, or why nothing was.</returns>
    protected internal string SaveTraining()
    {
        if (training is not { } own)
            return "No training had begun, so there is no checkpoint.";
        (Module trained, Optimizer moving, string? place) = own;
        if (place is not { } path)
            return "No checkpoint was written, because no path is given for one.";
        try
        {
            lock (moving.Gate)
            {
                // A second call finds what the first has written, if no step was made meanwhile.
                if (moving.Run is { } stands && written == (own, stands, stands.Epoch, stands.Batches))
                    return said;
                Checkpoint.Save(path, trained, moving);
                string where = moving.Run is { } run ? $" after {run.Epoch} {(run.Epoch == 1 ? "epoch" : "epochs")} and {run.Batches} {(run.Batches == 1 ? "batch" : "batches")}" : "";
                said = $"The training{where} is saved in '{path}'. Load it there (Checkpoint.Load) to continue on any number of ranks.";
                if (moving.Run is { } now)
                    written = (own, now, now.Epoch, now.Batches);
                return said;
            }
        }
        catch (Exception e)
        {
            return $"No checkpoint was written to '{path}': {e.Message}";
        }
    }

    /// <summary>One object, so that another thread sees all of it or nothing.</summary>
    sealed record Training(Module Module, Optimizer Optimizer, string? CheckpointPath);
}

/// <summary>A rank is lost, has failed, or makes other calls than the rest.</summary>
/// <param name="message">Which rank, and why.</param>
public sealed class CommunicatorException(string message) : Exception(message);
