namespace RnnDsl.Execution;

/// <summary>How a batch is divided.</summary>
public sealed record ExecutionOptions
{
    /// <summary>Threads to run on, the caller's among them; 0 for one per processor. Results do not depend on it.</summary>
    public int Threads { get; init; }

    /// <summary>
    /// For a gradient, a batch of n examples is cut into ⌈n / this⌉ shards, with about as many steps each; a shard is one thread's work. More examples
    /// make better use of the caches' weights, fewer let more threads take part. Without a gradient each thread
    /// gets a shard, if there are four examples for it, and models whose weights fill a cache take more examples at once.
    /// </summary>
    public int ExamplesPerShard { get; init; } = 16;

    /// <summary>For a gradient, shards of a batch at most. Each needs a gradient buffer of its own.</summary>
    public int MaxShards { get; init; } = 16;

    internal void Check()
    {
        ArgumentOutOfRangeException.ThrowIfNegative(Threads);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(ExamplesPerShard);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(MaxShards);
    }
}
