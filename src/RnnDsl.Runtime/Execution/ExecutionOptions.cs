using RnnDsl.CompilerServices;

namespace RnnDsl.Execution;

/// <summary>How a batch is divided.</summary>
public sealed record ExecutionOptions
{
    /// <summary>The number of threads, including the caller's, at most 1,024; 0 for one per processor. Results do not depend on it.</summary>
    public int Threads { get; init; }

    /// <summary>
    /// 0, or a number of your own: for a gradient, a batch of n examples is then cut into ⌈n / this⌉ shards, with about as many steps each; a shard is one thread's work at a
    /// time. More examples make better use of the caches' weights, fewer let more threads take part. With 0 batches of up to 256 examples become 16 shards, but none of fewer than
    /// two examples (four, if the model has more than a quarter of a million parameters; one, if it attends without a recurrence) nor of so little work that starting a shard or its steps would be a large part of it, and larger batches become shards of 16 examples.
    /// Sums are formed shard by shard, so the bits of a gradient depend on it. Without a gradient each thread gets a shard, if there are four examples for it, and models whose
    /// weights fill a cache take more examples at once.
    /// </summary>
    public int ExamplesPerShard { get; init; }

    /// <summary>The most shards of a batch, for a gradient.</summary>
    public int MaxShards { get; init; } = 256;

    /// <summary>
    /// The most bytes that one thread keeps of the values of all steps that the backward pass reads (activations). If a batch's sequences of 128 steps or more would need more, the
    /// values of some 2·√T of T steps are kept, and the others are computed again (gradient checkpointing, Chen et al. 2016). Results have the same bits. Null is usual: 16 MiB for
    /// matrices of a step, which are cheap to compute again, and 256 MiB for vectors, where a training step then takes about a quarter longer. 0 keeps as little as possible.
    /// </summary>
    public long? ActivationBytes { get; init; }

    internal void Check()
    {
        Workers.Check(Threads);
        ArgumentOutOfRangeException.ThrowIfNegative(ExamplesPerShard);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(MaxShards);
        ArgumentOutOfRangeException.ThrowIfNegative(ActivationBytes ?? 0, nameof(ActivationBytes));
    }
}
