using System.Runtime.InteropServices;
using RnnDsl.CompilerServices;
using RnnDsl.Memory;
using RnnDsl.Training;

namespace RnnDsl.Execution;

/// <summary>
/// Continues the tree of a <see cref="GradientSum"/> over ranks. Each rank runs a whole subtree of the batch's shards, so that the levels above are those of the same tree. A rank without a shard adds −0, which
/// changes no number, not even its sign. What belongs to single examples, losses and states, is sent in the same message as numbers that all other ranks have as −0.
/// </summary>
sealed unsafe class RankSum(Communicator ranks, BatchRun run)
{
    readonly AlignedBuffer values = new(), received = new();
    byte[] mine = [], theirs = [];
    int[] counts = [], otherCounts = [];
    int first, shards;

    /// <summary>Whether this rank asks all to stop after this step.</summary>
    public bool Asks { get; set; }

    /// <summary>Whether any rank has asked, as of the last step.</summary>
    public bool IsAsked { get; set; }

    /// <summary>The shards of this rank: 2 to some power of them, fewer at the end of the batch, perhaps none.</summary>
    public (int First, int Count) Share(int all)
    {
        int computing = Collectives.Computing(ranks.Ranks), size = 1;
        while ((long)size * computing < all)
            size *= 2;
        first = (int)Math.Min((long)ranks.Rank * size, all);
        shards = ranks.Rank < computing ? Math.Min(size, all - first) : 0;
        return (first, shards);
    }

    /// <summary>Completes a rank's sum to that of all ranks.</summary>
    /// <param name="gradient">The sum of the rank's shards, and then of all shards.</param>
    /// <param name="pieces">The dense parts.</param>
    public void Complete(ShardGradient gradient, List<(int First, int End)> pieces)
    {
        Span<float> packed = Pack(gradient, pieces);
        ranks.Sum(packed, received.Reserve(packed.Length).Span(packed.Length));
        Unpack(packed, gradient, pieces);
        if (gradient.Tables.Length > 0)
            SumTables(gradient.Tables);
    }

    Span<float> Pack(ShardGradient gradient, List<(int First, int End)> pieces)
    {
        int dense = 0, states = 0;
        foreach ((int from, int end) in pieces)
            dense += end - from;
        for (int i = 0; i < (run.FinalStates?.States ?? 0); i++)
            states += run.Method.States[i].Width;
        long length = dense + (1L + states) * run.Plan.Count + 1;
        Span<float> packed = values.Reserve(length).Span(checked((int)length));
        Span<float> rest = packed;
        if (shards == 0)
            packed.Fill(-0f);
        else
        {
            foreach ((int from, int end) in pieces)
                Take(ref rest, end - from, gradient.Dense.Floats + from);
            rest.Fill(-0f);
        }
        rest = packed[dense..];
        packed[^1] = Asks ? 1 : -0f;
        for (int shard = first; shard < first + shards; shard++)
            foreach (int position in run.Plan.Shard(shard))
            {
                rest[position] = run.Output[position];
                Span<float> target = rest[(run.Plan.Count + position * states)..];
                for (int i = 0; run.FinalStates is not null && i < run.FinalStates.States; i++)
                {
                    Span<float> row = run.FinalStates.Row(i, run.Plan.Examples[position]);
                    row.CopyTo(target);
                    target = target[row.Length..];
                }
            }
        return packed;
    }

    static void Take(ref Span<float> rest, int count, Floats source)
    {
        source.Span(count).CopyTo(rest);
        rest = rest[count..];
    }

    void Unpack(ReadOnlySpan<float> rest, ShardGradient gradient, List<(int First, int End)> pieces)
    {
        foreach ((int from, int end) in pieces)
            rest = Give(rest, gradient.Dense.Span[from..end]);
        rest = Give(rest, run.Output.Span(run.Plan.Count));
        for (int position = 0; run.FinalStates is not null && position < run.Plan.Count; position++)
            for (int i = 0; i < run.FinalStates.States; i++)
                rest = Give(rest, run.FinalStates.Row(i, run.Plan.Examples[position]));
        IsAsked = rest[0] > 0;
    }

    static ReadOnlySpan<float> Give(ReadOnlySpan<float> rest, Span<float> target)
    {
        rest[..target.Length].CopyTo(target);
        return rest[target.Length..];
    }

    /// <summary>Tables travel as their touched rows. At each level the rows of the pair's first rank come first, as in a sum over shards.</summary>
    void SumTables(RowGradient[] tables)
    {
        int computing = Collectives.Computing(ranks.Ranks), rank = ranks.Rank;
        if (shards == 0)
            foreach (RowGradient table in tables)
                table.Begin();
        if (rank >= computing)
        {
            ReceiveTables(rank - computing, tables, sends: false);
            foreach (RowGradient table in tables)
                table.Begin();
            AddTables(tables, theirs, otherCounts);
            return;
        }
        for (int distance = 1; distance < computing; distance *= 2)
        {
            ReceiveTables(rank ^ distance, tables, sends: true);
            if ((rank & distance) == 0)
            {
                AddTables(tables, theirs, otherCounts);
                continue;
            }
            foreach (RowGradient table in tables)
                table.Begin();
            AddTables(tables, theirs, otherCounts);
            AddTables(tables, mine, counts);
        }
        if (rank + computing < ranks.Ranks)
        {
            int bytes = PackTables(tables);
            ranks.Exchange(rank + computing, MemoryMarshal.AsBytes(counts.AsSpan()), []);
            ranks.Exchange(rank + computing, mine.AsSpan(0, bytes), []);
        }
    }

    void ReceiveTables(int partner, RowGradient[] tables, bool sends)
    {
        int bytes = PackTables(tables);
        ranks.Exchange(partner, sends ? MemoryMarshal.AsBytes(counts.AsSpan()) : [], MemoryMarshal.AsBytes(otherCounts.AsSpan()));
        int others = Bytes(tables, otherCounts);
        if (theirs.Length < others)
            theirs = GC.AllocateUninitializedArray<byte>(2 * others, pinned: true);
        ranks.Exchange(partner, sends ? mine.AsSpan(0, bytes) : [], theirs.AsSpan(0, others));
    }

    int PackTables(RowGradient[] tables)
    {
        if (counts.Length != tables.Length)
            (counts, otherCounts) = (new int[tables.Length], new int[tables.Length]);
        for (int i = 0; i < tables.Length; i++)
            counts[i] = tables[i].Count;
        int bytes = Bytes(tables, counts);
        if (mine.Length < bytes)
            mine = GC.AllocateUninitializedArray<byte>(2 * bytes, pinned: true);
        Span<byte> rest = mine;
        foreach (RowGradient table in tables)
        {
            ReadOnlySpan<byte> rows = MemoryMarshal.AsBytes(table.Rows), floats = MemoryMarshal.AsBytes(table.Values);
            rows.CopyTo(rest);
            floats.CopyTo(rest[rows.Length..]);
            rest = rest[(rows.Length + floats.Length)..];
        }
        return bytes;
    }

    static int Bytes(RowGradient[] tables, int[] counts)
    {
        long bytes = 0;
        for (int i = 0; i < tables.Length; i++)
            bytes += (long)counts[i] * (1 + tables[i].Width) * sizeof(float);
        return bytes <= Array.MaxLength / 2 ? (int)bytes : throw new InvalidOperationException($"The rows of tables that a batch reads have {bytes} bytes, too many for one message: use smaller batches.");
    }

    /// <summary>The array is pinned, so that the address of its floats holds.</summary>
    static void AddTables(RowGradient[] tables, byte[] packed, int[] counts)
    {
        int at = 0;
        for (int i = 0; i < tables.Length; i++)
        {
            if (counts[i] == 0)
                continue;
            ReadOnlySpan<int> rows = MemoryMarshal.Cast<byte, int>(packed.AsSpan(at, counts[i] * sizeof(int)));
            at += counts[i] * sizeof(int);
            fixed (byte* floats = &packed[at])
                tables[i].Add(rows, new Floats((float*)floats));
            at += counts[i] * tables[i].Width * sizeof(float);
        }
    }
}
