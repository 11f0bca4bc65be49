using System.Globalization;
using System.Runtime.InteropServices;
using RnnDsl.Training;

namespace RnnDsl.Sequences;

/// <summary>A data set of several parts whose values lie apart. Everything that only such data need is asked of this object, so that native programs without them contain nothing
/// of it.</summary>
sealed class DatasetPartition
{
    readonly Dataset[] parts;

    public DatasetPartition(Dataset[] parts)
    {
        this.parts = parts;
        Firsts = new int[parts.Length + 1];
        for (int i = 0; i < parts.Length; i++)
            Firsts[i + 1] = checked(Firsts[i] + parts[i].Count);
    }

    /// <inheritdoc cref="Dataset.Firsts"/>
    public int[] Firsts { get; }

    /// <summary>The number of examples, and those of each part, which also decide their order.</summary>
    public string Sizes => string.Create(CultureInfo.InvariantCulture, $"{Firsts[^1]} in parts of {string.Join(' ', parts.Select(part => part.Count))}");

    /// <summary>The checksum of all parts, those of other ranks among them.</summary>
    public ulong Checksum(Communicator? ranks)
    {
        var sums = new ulong[parts.Length];
        for (int part = 0; part < sums.Length; part++)
            if (!PartIndex.IsAbsent(parts[part]))
                sums[part] = DataChecksum.Of(parts[part]);
        if (ranks?.Share(MemoryMarshal.AsBytes<ulong>(sums).ToArray()) is { } shares)
            for (int part = 0; part < sums.Length; part++)
                sums[part] = MemoryMarshal.Cast<byte, ulong>(shares[ranks.HolderOf(part, sums.Length)])[part];
        return DataChecksum.Of(sums);
    }

    /// <summary>The data set whose parts a function makes of these.</summary>
    public Dataset Map(Func<Dataset, Dataset> function) => new([.. parts.Select(function)]);

    /// <summary>What is wrong with a part, with its number.</summary>
    public ArgumentException Named(int part, ArgumentException error) => new($"Part {part + 1} of {parts.Length}: {error.Message}", error);

    /// <summary>Groups of which each takes of each part what the part has of all examples that are left. What the division leaves over goes to the largest remainders, and among
    /// equal ones evenly over the ranks.</summary>
    /// <param name="size">The examples of a group.</param>
    /// <returns>For each group and part, how many of the part's examples are in earlier groups; and one group more for the end.</returns>
    public int[] MixedGroups(int size)
    {
        int count = Firsts[^1], groups = (count - 1) / size + 1;
        var taken = new int[(groups + 1) * parts.Length];
        var order = new (long Negative, int Turn)[parts.Length];
        for (int number = 0; number < groups; number++)
        {
            ReadOnlySpan<int> before = taken.AsSpan(number * parts.Length, parts.Length);
            Span<int> after = taken.AsSpan((number + 1) * parts.Length, parts.Length);
            long left = count - (long)number * size, wanted = Math.Min(size, left), missing = wanted;
            for (int part = 0; part < parts.Length; part++)
            {
                (long share, long remainder) = Math.DivRem((parts[part].Count - before[part]) * wanted, left);
                after[part] = before[part] + (int)share;
                missing -= share;
                order[part] = (-remainder, Reversed(part));
            }
            Array.Sort(order);
            for (int i = 0; i < missing; i++)
                after[Reversed(order[i].Turn)]++;
        }
        return taken;
    }

    /// <summary>The bits of a part's number, of which there is a power of two, with the lowest first. Parts in this order belong to each rank in turn.</summary>
    int Reversed(int part)
    {
        int reversed = 0;
        for (int bit = 1; bit < parts.Length; bit *= 2, part >>= 1)
            reversed = 2 * reversed + (part & 1);
        return reversed;
    }
}
