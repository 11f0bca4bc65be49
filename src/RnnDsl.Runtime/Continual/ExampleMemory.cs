using System.Numerics.Tensors;
using RnnDsl.Execution;
using RnnDsl.Memory;
using RnnDsl.Sequences;

namespace RnnDsl.Continual;

/// <summary>
/// Keeps a uniform sample of all examples that it has seen, within a budget of examples or bytes: a reservoir (Vitter 1985), in the form in which every example draws a random key and
/// those with the least keys stay. All examples of a stream, early or late, stay with the same probability. Balanced by a class, it keeps as many of each class as it can, and a uniform
/// sample within each. What it keeps is a copy. The same seed and stream give the same sample.
/// </summary>
public sealed class ExampleMemory
{
    /// <summary>The most examples seen that a file can state: more keys would take minutes to be drawn again.</summary>
    const long MostSeen = 1L << 36;

    readonly long most;
    readonly bool countsBytes;
    readonly string? balance;
    readonly int seed;
    SortedDictionary<int, Share> classes = [];
    RandomStream random;
    Dataset? kept;
    ContinualStrategy? owner;

    /// <summary>A memory of a number of examples.</summary>
    /// <param name="examples">The most examples that it keeps.</param>
    /// <param name="balance">The name of the column of classes that are kept in equal numbers: one-hot vectors or the probabilities of the classes, of which the largest counts, or scalars that are
    /// whole numbers. Null for a plain sample.</param>
    /// <param name="seed">The seed of the keys.</param>
    /// <exception cref="ArgumentOutOfRangeException">The budget is not above zero.</exception>
    public ExampleMemory(int examples, string? balance = null, int seed = 0) : this(examples, false, balance, seed)
    {
    }

    ExampleMemory(long most, bool countsBytes, string? balance, int seed)
    {
        if (most < 1)
            throw new ArgumentOutOfRangeException(countsBytes ? "bytes" : "examples", most, $"A memory of {most} {(countsBytes ? "bytes" : "examples")} keeps nothing: give it at least one example's room, or take {nameof(NaiveStrategy)}.");
        (this.most, this.countsBytes, this.balance, this.seed) = (most, countsBytes, balance, seed);
        random = Keys();
    }

    /// <summary>A memory of a number of bytes. An example takes four bytes for each of its values, those of its target included. Among examples of unequal lengths, long ones stay a little less often: where room is left
    /// for a short one alone, a short one stays.</summary>
    /// <inheritdoc cref="ExampleMemory(int, string?, int)"/>
    /// <param name="bytes">The most bytes of the values that it keeps.</param>
    /// <param name="balance">The name of the column of classes that are kept in equal numbers; null for a plain sample.</param>
    /// <param name="seed">The seed of the keys.</param>
    public static ExampleMemory OfBytes(long bytes, string? balance = null, int seed = 0) => new(bytes, true, balance, seed);

    /// <summary>The number of examples that it keeps.</summary>
    public int Count => kept?.Count ?? 0;

    /// <summary>The bytes of the values that it keeps.</summary>
    public long Bytes { get; private set; }

    /// <summary>The number of examples that it has seen.</summary>
    public long Seen { get; private set; }

    /// <summary>What it keeps.</summary>
    /// <exception cref="InvalidOperationException">It has seen nothing yet.</exception>
    public Dataset Data => kept ?? throw new InvalidOperationException("The memory has seen no examples yet: add some first.");

    /// <summary>The number of examples that it keeps of each class; of class 0 alone if it is not balanced.</summary>
    public IReadOnlyDictionary<int, int> Classes => classes.Where(c => c.Value.Examples.Count > 0).ToDictionary(c => c.Key, c => c.Value.Examples.Count);

    /// <summary>Shows it examples, of which it keeps some.</summary>
    /// <exception cref="ArgumentException">The columns are others than before, the column of classes is missing or has none, or an example alone is larger than the budget.</exception>
    public void Add(Dataset data)
    {
        int old = Count, count = old;
        Column? labels = balance is null ? null : Labels(data[balance]);
        IReadOnlyList<Column> columns = kept is null ? data.Columns : [.. kept.Columns.Select(c => data[c.Name])];
        if (kept is not null && columns.Zip(kept.Columns, (now, before) => JoinedColumns.Difference(before, now)).FirstOrDefault(d => d is not null) is string difference)
            throw new ArgumentException(difference, nameof(data));
        // All is checked before anything changes.
        (int Label, long Bytes)[] examples = [.. Enumerable.Range(0, data.Count).Select(i => (labels is null ? 0 : Label(labels, i), columns.Sum(c => JoinedColumns.Bytes(c, i))))];
        if (countsBytes && Array.FindIndex(examples, e => e.Bytes > most) is >= 0 and var large)
            throw new ArgumentException($"Example {large} has {examples[large].Bytes} bytes, more than the {most} of the whole memory: give it more, or cut the examples.", nameof(data));
        for (int example = 0; example < data.Count; example++)
        {
            ulong key = random.Bits();
            (int label, long bytes) = examples[example];
            if (!classes.TryGetValue(label, out Share? share))
                classes[label] = share = new Share();
            Seen++;
            // An example above a key that was dropped would have been dropped too.
            if (key >= share.Limit)
                continue;
            share.Examples.Enqueue(new Entry(old + example, bytes), ulong.MaxValue - key);
            (count, Bytes) = (count + 1, Bytes + bytes);
            while (countsBytes ? Bytes > most : count > most)
            {
                Share largest = Largest();
                largest.Examples.TryDequeue(out Entry dropped, out ulong rank);
                largest.Limit = ulong.MaxValue - rank;
                (count, Bytes) = (count - 1, Bytes - dropped.Bytes);
            }
        }
        Compact(data, old);
    }

    /// <summary>The class with the most examples; among several, the one with the largest key, so that none is given up for its number.</summary>
    Share Largest()
    {
        int most = classes.Values.Max(s => s.Examples.Count);
        return classes.Values.Where(s => s.Examples.Count == most).MinBy(s => s.Examples.TryPeek(out _, out ulong rank) ? rank : ulong.MaxValue)!;
    }

    /// <exception cref="InvalidOperationException">Another strategy remembers its tasks here.</exception>
    internal void Claim(ContinualStrategy strategy)
    {
        if (owner is not null && owner != strategy)
            throw new InvalidOperationException($"This {nameof(ExampleMemory)} belongs to another {owner.GetType().Name}: give each strategy a memory of its own. " +
                $"{nameof(Add)}(other.{nameof(Data)}) gives it what another one keeps.");
        owner = strategy;
    }

    /// <summary>Writes the settings, what is kept, and its keys.</summary>
    internal void Write(StateWriter state)
    {
        state.Write("most", most);
        state.Write("unit", Unit);
        state.Write("balance", balance ?? "");
        state.Write("seed", seed);
        state.Write("seen", Seen);
        if (kept is null)
            return;
        state.Write("data", kept);
        state.Write("classes", classes.Keys.Select(c => (long)c).ToArray());
        state.Write("limits", classes.Values.Select(s => (long)s.Limit).ToArray());
        var keys = new long[kept.Count];
        foreach ((Entry entry, ulong rank) in classes.Values.SelectMany(s => s.Examples.UnorderedItems))
            keys[entry.Index] = (long)(ulong.MaxValue - rank);
        state.Write("keys", keys);
    }

    /// <summary>Reads what <see cref="Write"/> has written.</summary>
    /// <returns>What puts it in the place of what is kept now.</returns>
    /// <exception cref="InvalidDataException">It is of other settings, or does not fit together.</exception>
    internal Action Read(StateReader state)
    {
        state.Require("most", most);
        state.Require("unit", Unit);
        state.Require("balance", balance ?? "");
        state.Require("seed", seed);
        long seen = state.ReadInteger("seen", most: MostSeen);
        Dataset? data = state.Has("data") ? state.ReadData("data") : null;
        var shares = new SortedDictionary<int, Share>();
        long bytes = data is null ? 0 : Fill(shares, data, state.ReadIntegers("keys"), state.ReadIntegers("classes"), state.ReadIntegers("limits"));
        if ((countsBytes ? bytes : data?.Count ?? 0) > most || (data?.Count ?? 0) > seen)
            throw new InvalidDataException($"A memory of {most} {Unit} that has seen {seen} examples cannot keep {data?.Count} of {bytes} bytes: the file is damaged.");
        // Every example that was seen has drawn one key.
        RandomStream keys = Keys();
        for (long i = 0; i < seen; i++)
            keys.Bits();
        return () => (kept, classes, random, Bytes, Seen) = (data, shares, keys, bytes, seen);
    }

    string Unit => countsBytes ? "bytes" : "examples";

    RandomStream Keys() => new(seed, "example memory");

    /// <summary>Gives every class its examples with their keys.</summary>
    /// <returns>The bytes of all examples.</returns>
    long Fill(SortedDictionary<int, Share> shares, Dataset data, long[] keys, long[] labels, long[] limits)
    {
        if (keys.Length != data.Count || labels.Length != limits.Length)
            throw new InvalidDataException($"The memory has {data.Count} examples and {keys.Length} keys, " +
                $"{labels.Length} classes and {limits.Length} limits: the file is damaged.");
        for (int i = 0; i < labels.Length; i++)
            if (labels[i] is < int.MinValue or > int.MaxValue || !shares.TryAdd((int)labels[i], new Share { Limit = (ulong)limits[i] }))
                throw new InvalidDataException($"The memory cannot have the class {labels[i]}, or has it twice: the file is damaged.");
        int[] classOf = ClassesOf(data);
        long all = 0;
        for (int i = 0; i < keys.Length; i++)
        {
            ulong key = (ulong)keys[i];
            long bytes = data.Columns.Sum(c => JoinedColumns.Bytes(c, i));
            if (!shares.TryGetValue(classOf[i], out Share? share) || key >= share.Limit)
                throw new InvalidDataException($"Example {i} of the memory has a class or a key that cannot be: the file is damaged.");
            share.Examples.Enqueue(new Entry(i, bytes), ulong.MaxValue - key);
            all += bytes;
        }
        return all;
    }

    int[] ClassesOf(Dataset data)
    {
        try
        {
            Column? labels = balance is null ? null : Labels(data[balance]);
            return [.. Enumerable.Range(0, data.Count).Select(i => labels is null ? 0 : Label(labels, i))];
        }
        catch (ArgumentException e)
        {
            throw new InvalidDataException($"The memory's examples have no classes: {e.Message}", e);
        }
    }

    /// <summary>Copies what is kept, so that the data that were shown can be forgotten.</summary>
    void Compact(Dataset data, int old)
    {
        int[] chosen = [.. classes.Values.SelectMany(s => s.Examples.UnorderedItems.Select(i => i.Element.Index)).Order()];
        int[] before = [.. chosen.Where(i => i < old)], fresh = [.. chosen.Where(i => i >= old).Select(i => i - old)];
        Dataset from = kept ?? data;
        kept = new Dataset([.. from.Columns.Select(c => JoinedColumns.Join(kept is null ? [data[c.Name].Select(fresh)] : [c.Select(before), data[c.Name].Select(fresh)]))]);
        foreach (Share share in classes.Values)
        {
            (Entry Element, ulong Priority)[] entries = [.. share.Examples.UnorderedItems];
            share.Examples.Clear();
            foreach ((Entry entry, ulong priority) in entries)
                share.Examples.Enqueue(entry with { Index = Array.BinarySearch(chosen, entry.Index) }, priority);
        }
    }

    static Column Labels(Column column) => column.Kind is ValueKind.Vector or ValueKind.Scalar && (column.Units > 0 || column.Kind == ValueKind.Scalar || column.Width > 1) ? column
        : throw new ArgumentException($"Column '{column.Name}' has no class for each example: balance the memory by a column of one-hot vectors or scalars, or leave balance out.");

    static int Label(Column column, int example)
    {
        ReadOnlySpan<float> values = column.Step(example, 0);
        if (column.Units == 0 && column.Kind == ValueKind.Vector)
            return TensorPrimitives.Min(values) >= 0 && Math.Abs(TensorPrimitives.Sum(values) - 1) < 1e-3f ? TensorPrimitives.IndexOfMax(values)
                : throw new ArgumentException($"Column '{column.Name}', example {example}: its numbers are no probabilities of classes, which are not below 0 and add up to 1. " +
                    "Balance the memory by a column of classes, or leave balance out.");
        return values[0] == MathF.Floor(values[0]) && Math.Abs(values[0]) < 1 << 24 ? (int)values[0]
            : throw new ArgumentException(FormattableString.Invariant($"Column '{column.Name}', example {example}: {values[0]} is no class. Balance the memory by whole numbers, or leave balance out."));
    }

    /// <summary>An example that is kept.</summary>
    /// <param name="Index">Its number in what is kept, and after that in what is shown now.</param>
    /// <param name="Bytes">Of its values.</param>
    readonly record struct Entry(int Index, long Bytes);

    /// <summary>What is kept of one class, the largest key first.</summary>
    sealed class Share
    {
        public PriorityQueue<Entry, ulong> Examples { get; } = new();

        /// <summary>The least key that was dropped.</summary>
        public ulong Limit { get; set; } = ulong.MaxValue;
    }
}
