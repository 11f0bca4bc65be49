using System.Numerics;
using System.Runtime.CompilerServices;
using RnnDsl.CompilerServices;
using RnnDsl.Memory;

namespace RnnDsl.Execution;

/// <summary>
/// Runs the shards of a batch and sums up their gradients, always as one binary tree: neighbors first, then pairs of neighbors, and so on, so that the bits do not depend on
/// threads. A worker runs a whole subtree and adds gradients while they are still in its caches. Few threads take large subtrees, which need few buffers. At the end all threads add the sums of
/// the subtrees, each thread a piece of the parameters at a time.
/// </summary>
sealed unsafe class GradientSum(BatchRun run, ShardRunners runners, ParameterStore parameters, int[] tables, FrozenParameters frozen) : IParallelWork
{
    /// <summary>Floats of a piece. What one thread adds at a time stays in its L1 cache.</summary>
    const int Piece = 4096;

    /// <summary>The parameters that have a dense gradient, cut into pieces. Tables that are read by single rows are not among them.</summary>
    readonly List<(int First, int End)> pieces = [];

    /// <summary>The version of what is frozen for which the pieces are cut.</summary>
    int cutFor = -1;

    /// <summary>The sums of the subtrees; the first becomes that of all.</summary>
    readonly List<ShardGradient> roots = [];

    /// <summary>For each worker: gradients that wait for their neighbor's.</summary>
    readonly List<ShardGradient>[] waiting = [.. Enumerable.Range(0, runners.Workers).Select(_ => new List<ShardGradient>())];

    /// <summary>For each table the rows of <see cref="Total"/> that are not zero.</summary>
    readonly TouchedRows[] touched = [.. tables.Select(table => new TouchedRows(parameters.Slices[table]))];

    /// <summary>A subtree has 2 to this power of shards.</summary>
    int height;

    int first, shards, subtrees;
    bool adding;

    /// <summary>The gradient of the whole batch.</summary>
    public Span<float> Total => roots.Count == 0 ? [] : roots[0].Dense.Span;

    /// <summary>For each table that the program reads by single rows, the rows that were read. All other rows have no gradient.</summary>
    public ReadOnlySpan<TouchedRows> Touched => touched;

    /// <summary>How many buffers of the size of the parameters this holds.</summary>
    public int Buffers => roots.Count + waiting.Sum(own => own.Count);

    /// <summary>Null, or the sum over ranks, of which each runs a part of the shards.</summary>
    public RankSum? Ranks { get; set; }

    public void Run(Workers workers)
    {
        if (cutFor != frozen.Version)
        {
            pieces.Clear();
            pieces.AddRange(Pieces());
            cutFor = frozen.Version;
        }
        run.Skipped = frozen.Skipped;
        (first, shards) = Ranks?.Share(run.Plan.Shards) ?? (0, run.Plan.Shards);
        height = 0;
        while (Subtrees(height) > Wanted(workers.Count))
            height++;
        subtrees = Subtrees(height);
        Reserve(roots, Math.Max(subtrees, 1));
        foreach (List<ShardGradient> own in waiting.AsSpan(0, Math.Min(waiting.Length, subtrees)))
            Reserve(own, height);
        adding = false;
        workers.Run(this, subtrees);
        adding = true;
        if (subtrees > 1)
            workers.Run(this, pieces.Count + tables.Length);
        // No rows of frozen tables travel.
        for (int i = 0; i < tables.Length; i++)
            if (frozen[tables[i]])
                roots[0].Tables[i].Begin();
        Ranks?.Complete(roots[0], pieces);
        ClearGaps();
        for (int i = 0; i < touched.Length; i++)
            touched[i].Take(roots[0].Tables[i], Total);
    }

    IEnumerable<(int, int)> Pieces()
    {
        int first = 0;
        for (int i = 0; i <= parameters.Slices.Count; i++)
        {
            Parameter? slice = i < parameters.Slices.Count ? parameters.Slices[i] : null;
            if (slice is not null && !slice.Info.IsFixed && !frozen[i] && !tables.Contains(i))
                continue;
            int end = slice?.Offset ?? parameters.Length;
            for (; first < end; first += Piece)
                yield return (first, Math.Min(first + Piece, end));
            first = end + (int)Layout.Align(slice?.Length ?? 0);
        }
    }

    /// <summary>Subtrees are so large that the threads share them evenly, and so that no more buffers are needed than that takes.</summary>
    static int Wanted(int threads) => threads == 1 ? 1 : Math.Min(Math.Max(4 * threads, 8), Math.Max(2 * threads, 16));

    int Subtrees(int height) => (shards + (1 << height) - 1) >> height;

    void Reserve(List<ShardGradient> buffers, int count)
    {
        while (buffers.Count < count)
            buffers.Add(new ShardGradient(parameters, tables));
    }

    void IParallelWork.Run(int item, int worker)
    {
        if (adding)
            AddRoots(item);
        else
            RunSubtree(item, worker);
    }

    void RunSubtree(int subtree, int worker)
    {
        int own = subtree << height, count = Math.Min(1 << height, shards - own), depth = 0;
        for (int i = 0; i < count; i++)
        {
            if (run.Plan.Shard(first + own + i).IsEmpty)
                SetNothing(Buffer(depth++));
            else
                runners.Run(run, first + own + i, worker, Buffer(depth++));
            // Each trailing 1 bit of the number stands for a finished pair.
            for (int pairs = i; (pairs & 1) != 0; pairs >>= 1)
                AddLast();
        }
        while (depth > 1)
            AddLast();

        void AddLast()
        {
            depth--;
            for (int item = 0; item < pieces.Count + tables.Length; item++)
                Add(Buffer(depth), Buffer(depth - 1), item);
        }

        ShardGradient Buffer(int place) => place == 0 ? roots[subtree] : waiting[worker][place - 1];
    }

    /// <summary>The gradient of no example. Adding −0 changes no number, not even its sign.</summary>
    void SetNothing(ShardGradient gradient)
    {
        foreach ((int from, int end) in pieces)
            gradient.Dense.Span[from..end].Fill(-0f);
        foreach (RowGradient table in gradient.Tables)
            table.Begin();
    }

    void AddRoots(int item)
    {
        for (int step = 1; step < subtrees; step *= 2)
            for (int i = 0; i + step < subtrees; i += 2 * step)
                Add(roots[i + step], roots[i], item);
    }

    /// <summary>A piece of the dense parameters, or one table.</summary>
    void Add(ShardGradient addend, ShardGradient sum, int item)
    {
        if (item < pieces.Count)
            Add(addend.Dense.Floats, sum.Dense.Floats, pieces[item].First, pieces[item].End);
        else if (!frozen[tables[item - pieces.Count]])
            sum.Tables[item - pieces.Count].Add(addend.Tables[item - pieces.Count]);
    }

    /// <summary>Buffers end at the end of a cache line, so the loop has no tail.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Add(Floats addend, Floats sum, int first, int end)
    {
        for (int i = first; i < end; i += Vector<float>.Count)
            Vector.Store(Vector.Load(sum.Pointer + i) + Vector.Load(addend.Pointer + i), sum.Pointer + i);
    }

    /// <summary>Programs may store whole vectors over the end of a slice, and they write something for frozen parameters where another parameter needs the same part of the program.</summary>
    void ClearGaps()
    {
        Span<float> sum = Total;
        IReadOnlyList<Parameter> slices = parameters.Slices;
        // By number: an enumerator would be allocated.
        for (int i = 0; i < slices.Count; i++)
        {
            Parameter slice = slices[i];
            int end = frozen[i] && !tables.Contains(i) ? slice.Offset : slice.Offset + slice.Length;
            sum[end..(slice.Offset + (int)Layout.Align(slice.Length))].Clear();
        }
    }
}

/// <summary>The memory of each worker, made when it first runs a shard.</summary>
sealed class ShardRunners(MethodInfo method, int workers)
{
    readonly ShardRunner?[] runners = new ShardRunner?[workers];

    public int Workers => workers;

    /// <param name="run">The batch to run.</param>
    /// <param name="shard">The number of the shard.</param>
    /// <param name="worker">The number of the worker.</param>
    /// <param name="gradient">Receives the shard's gradient from a training program.</param>
    public void Run(BatchRun run, int shard, int worker, ShardGradient? gradient) =>
        (runners[worker] ??= new ShardRunner(method)).Run(run, shard, gradient?.Dense.Floats ?? Floats.Null, gradient?.Tables ?? []);
}

/// <summary>Runs the shards of a batch without a gradient.</summary>
sealed class ForwardShards(BatchRun run, ShardRunners runners) : IParallelWork
{
    public void Run(int item, int worker) => runners.Run(run, item, worker, null);
}
