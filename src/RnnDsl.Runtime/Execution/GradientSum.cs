using System.Numerics;
using System.Runtime.CompilerServices;
using RnnDsl.CompilerServices;
using RnnDsl.Memory;

namespace RnnDsl.Execution;

/// <summary>
/// Runs the shards of a batch and sums up their gradients, always as one binary tree: neighbours first, then pairs of neighbours, and so on, so that the bits do not depend on
/// threads. A worker runs a whole subtree and adds while what it adds is in its caches; few threads take large subtrees, which need few buffers. What the subtrees
/// leave, all threads add, each a piece of the parameters at a time.
/// </summary>
sealed unsafe class GradientSum(BatchRun run, ShardRunners runners, ParameterStore parameters) : IParallelWork
{
    /// <summary>Floats of a piece: what one thread adds at a time stays in its first cache.</summary>
    const int Piece = 4096;

    /// <summary>The sums of the subtrees; the first becomes that of all.</summary>
    readonly List<AlignedBuffer> roots = [];

    /// <summary>For each worker: gradients that wait for their neighbour's.</summary>
    readonly List<AlignedBuffer>[] waiting = [.. Enumerable.Range(0, runners.Workers).Select(_ => new List<AlignedBuffer>())];

    /// <summary>A subtree has two to the power of so many shards.</summary>
    int height;

    int shards, subtrees;
    bool adding;

    /// <summary>The gradient of the whole batch.</summary>
    public Span<float> Total => roots.Count == 0 ? [] : roots[0].Span;

    /// <summary>Buffers as large as the parameters that this holds.</summary>
    public int Buffers => roots.Count + waiting.Sum(own => own.Count);

    public void Run(Workers workers)
    {
        shards = run.Plan.Shards;
        height = 0;
        while (Subtrees(height) > Wanted(workers.Count))
            height++;
        subtrees = Subtrees(height);
        Reserve(roots, subtrees);
        foreach (List<AlignedBuffer> own in waiting.AsSpan(0, Math.Min(waiting.Length, subtrees)))
            Reserve(own, height);
        adding = false;
        workers.Run(this, subtrees);
        adding = true;
        if (subtrees > 1)
            workers.Run(this, (int)(((long)parameters.Length + Piece - 1) / Piece));
        ClearGaps();
    }

    /// <summary>Enough for the threads to share evenly, and no more buffers than that takes.</summary>
    static int Wanted(int threads) => threads == 1 ? 1 : Math.Min(Math.Max(4 * threads, 8), Math.Max(2 * threads, 16));

    int Subtrees(int height) => (shards + (1 << height) - 1) >> height;

    void Reserve(List<AlignedBuffer> buffers, int count)
    {
        while (buffers.Count < count)
        {
            var buffer = new AlignedBuffer();
            buffer.Reserve(parameters.Length);
            buffers.Add(buffer);
        }
    }

    void IParallelWork.Run(int item, int worker)
    {
        if (adding)
            AddPiece(item * Piece, (int)Math.Min((item + 1L) * Piece, parameters.Length));
        else
            RunSubtree(item, worker);
    }

    void RunSubtree(int subtree, int worker)
    {
        int first = subtree << height, count = Math.Min(1 << height, shards - first), depth = 0;
        for (int i = 0; i < count; i++)
        {
            runners.Run(run, first + i, worker, Buffer(depth++));
            // Each one at the end of the number is a finished pair.
            for (int pairs = i; (pairs & 1) != 0; pairs >>= 1)
                AddLast();
        }
        while (depth > 1)
            AddLast();

        void AddLast()
        {
            depth--;
            Add(Buffer(depth), Buffer(depth - 1), 0, parameters.Length);
        }

        Floats Buffer(int place) => (place == 0 ? roots[subtree] : waiting[worker][place - 1]).Floats;
    }

    void AddPiece(int first, int end)
    {
        for (int step = 1; step < subtrees; step *= 2)
            for (int i = 0; i + step < subtrees; i += 2 * step)
                Add(roots[i + step].Floats, roots[i].Floats, first, end);
    }

    /// <summary>The buffers are whole numbers of cache lines, so there is no tail.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Add(Floats addend, Floats sum, int first, int end)
    {
        for (int i = first; i < end; i += Vector<float>.Count)
            Vector.Store(Vector.Load(sum.Pointer + i) + Vector.Load(addend.Pointer + i), sum.Pointer + i);
    }

    /// <summary>Programs may store whole vectors over the end of a slice.</summary>
    void ClearGaps()
    {
        Span<float> sum = Total;
        IReadOnlyList<Parameter> slices = parameters.Slices;
        // By number: an enumerator would be allocated.
        for (int i = 0; i < slices.Count; i++)
        {
            Parameter slice = slices[i];
            int end = slice.Offset + slice.Length;
            sum[end..(slice.Offset + (int)Layout.Align(slice.Length))].Clear();
        }
    }
}

/// <summary>The memory of each worker, made when it first runs a shard.</summary>
sealed class ShardRunners(MethodInfo method, int workers)
{
    readonly ShardRunner?[] runners = new ShardRunner?[workers];

    public int Workers => workers;

    /// <param name="run">The batch.</param>
    /// <param name="shard">Number of the shard.</param>
    /// <param name="worker">Number of the worker.</param>
    /// <param name="gradient">Where a training program puts the shard's gradient.</param>
    public void Run(BatchRun run, int shard, int worker, Floats gradient) => (runners[worker] ??= new ShardRunner(method)).Run(run, shard, gradient);
}

/// <summary>Runs the shards of a batch without a gradient.</summary>
sealed class ForwardShards(BatchRun run, ShardRunners runners) : IParallelWork
{
    public void Run(int item, int worker) => runners.Run(run, item, worker, Floats.Null);
}
