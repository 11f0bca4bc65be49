namespace RnnDsl.Metrics;

/// <summary>How often each class was predicted for examples of each class. Only pairs that occur are stored, so that there may be many classes.</summary>
sealed class PairCounts
{
    /// <summary>Up to so many classes, pairs are found in a table; beyond it, which would be large, in a dictionary.</summary>
    const int MostInTable = 1024;

    readonly long[] keys, times;

    PairCounts(IReadOnlyList<string> names, long[] keys, long[] times)
    {
        (Names, this.keys, this.times) = (names, keys, times);
        Right = new long[names.Count];
        Said = new long[names.Count];
        Are = new long[names.Count];
        for (int i = 0; i < keys.Length; i++)
        {
            (long actual, long predicted) = Math.DivRem(keys[i], names.Count);
            Are[actual] += times[i];
            Said[predicted] += times[i];
            if (actual == predicted)
                Right[actual] += times[i];
            Total += times[i];
        }
    }

    /// <summary>Of all classes.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>Number of examples.</summary>
    public long Total { get; }

    /// <summary>Of each class: how many examples are of it and were predicted to be, were predicted to be, and are of it.</summary>
    public long[] Right { get; }

    public long[] Said { get; }

    public long[] Are { get; }

    /// <summary>Of each pair that occurs.</summary>
    public ReadOnlySpan<long> Times => times;

    /// <summary>How many examples of one class were predicted to be of another.</summary>
    public long this[int actual, int predicted]
    {
        get
        {
            int at = Array.BinarySearch(keys, (long)actual * Names.Count + predicted);
            return at < 0 ? 0 : times[at];
        }
    }

    /// <summary>All pairs that occur, in the order of their numbers.</summary>
    public IEnumerable<(int Actual, int Predicted, long Times)> Pairs()
    {
        for (int i = 0; i < keys.Length; i++)
            yield return ((int)(keys[i] / Names.Count), (int)(keys[i] % Names.Count), times[i]);
    }

    /// <summary>The same pairs with given counts.</summary>
    public PairCounts With(long[] other) => new(Names, keys, other);

    /// <summary>Counts the pairs, and says which each example is.</summary>
    public static PairCounts Of(IReadOnlyList<string> names, ReadOnlySpan<int> actual, ReadOnlySpan<int> predicted, out int[] pairs)
    {
        if (actual.Length != predicted.Length)
            throw new ArgumentException($"{actual.Length} classes that are so and {predicted.Length} that were said: there must be as many.");
        if (actual.Length == 0)
            throw new ArgumentException("A report needs at least one example, and there is none: is the part that it is made of empty?");
        int classes = names.Count;
        int[]? table = classes <= MostInTable ? new int[classes * classes] : null;
        Dictionary<long, int>? slots = table is null ? [] : null;
        var keys = new List<long>();
        var times = new List<long>();
        pairs = new int[actual.Length];
        for (int i = 0; i < actual.Length; i++)
        {
            if ((uint)actual[i] >= (uint)classes || (uint)predicted[i] >= (uint)classes)
                throw new ArgumentException($"Example {i}: class {actual[i]}, said to be {predicted[i]}, but there are {classes} classes, from 0 on.");
            long key = (long)actual[i] * classes + predicted[i];
            // A slot holds the pair's number plus one: 0 is none.
            int slot = table is not null ? table[key] : slots!.GetValueOrDefault(key);
            if (slot == 0)
            {
                keys.Add(key);
                times.Add(0);
                slot = keys.Count;
                if (table is not null)
                    table[key] = slot;
                else
                    slots![key] = slot;
            }
            times[slot - 1]++;
            pairs[i] = slot - 1;
        }
        return Sorted(names, [.. keys], [.. times], pairs);
    }

    static PairCounts Sorted(IReadOnlyList<string> names, long[] keys, long[] times, int[] pairs)
    {
        int[] order = [.. Enumerable.Range(0, keys.Length)];
        Array.Sort(keys, order);
        var places = new int[order.Length];
        for (int i = 0; i < order.Length; i++)
            places[order[i]] = i;
        for (int i = 0; i < pairs.Length; i++)
            pairs[i] = places[pairs[i]];
        return new PairCounts(names, keys, [.. order.Select(o => times[o])]);
    }
}
