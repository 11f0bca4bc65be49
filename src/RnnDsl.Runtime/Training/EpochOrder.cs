using RnnDsl.Memory;
using RnnDsl.Sequences;

namespace RnnDsl.Training;

/// <summary>
/// The order of an epoch's examples, cut into groups of a fixed number of them, of which the last may have fewer. Where data have several parts, each group takes the same share
/// of every part's remaining examples, to within one
/// example, and has them in the order of the parts. So every rank that holds some of the parts has an equal share of each group. The order depends only on the numbers of
/// examples, not on the ranks.
/// </summary>
sealed class EpochOrder
{
    /// <summary>The number of blocks whose examples are mixed.</summary>
    const int MixedBlocks = 16;

    readonly Dataset data;
    readonly int size;
    readonly int? block;

    /// <summary>The examples, part by part.</summary>
    readonly int[] order;

    /// <summary>For each group and part, how many of the part's examples are in earlier groups; and one group more for the end.</summary>
    readonly int[] taken;

    readonly int[] group;

    /// <param name="data">The data set.</param>
    /// <param name="size">The examples of a group.</param>
    /// <param name="block">The examples of a block that stays together, or null.</param>
    /// <param name="mixesParts">Whether a group takes from all parts, rather than from a single one.</param>
    public EpochOrder(Dataset data, int size, int? block, bool mixesParts = true)
    {
        (this.data, this.size, this.block) = (data, Math.Min(size, data.Count), block);
        order = new int[data.Count];
        group = new int[this.size];
        Begin(null);
        taken = mixesParts && data.Partition is { } partition ? partition.MixedGroups(this.size) : OneByOne();
        Count = taken.Length / Parts - 1;
    }

    /// <summary>The number of groups.</summary>
    public int Count { get; }

    int Parts => data.Parts.Length;

    /// <summary>The examples of a group, until the next call.</summary>
    public ReadOnlySpan<int> this[int number]
    {
        get
        {
            int count = 0;
            for (int part = 0; part < Parts; part++)
            {
                ReadOnlySpan<int> own = Of(part, number, number + 1);
                own.CopyTo(group.AsSpan(count));
                count += own.Length;
            }
            return group.AsSpan(0, count);
        }
    }

    /// <summary>The examples of a part in some groups. The caller may put them into another order.</summary>
    /// <param name="part">The number of the part.</param>
    /// <param name="first">The first group.</param>
    /// <param name="end">The group after the last; it may lie beyond all.</param>
    public Span<int> Of(int part, int first, int end) =>
        order.AsSpan((data.Firsts[part] + taken[first * Parts + part])..(data.Firsts[part] + taken[Math.Min(end, Count) * Parts + part]));

    /// <summary>The first part with an example in a group.</summary>
    public int PartOf(int number)
    {
        int part = 0;
        while (part < Parts - 1 && Of(part, number, number + 1).IsEmpty)
            part++;
        return part;
    }

    /// <summary>Puts the examples into the order of an epoch.</summary>
    /// <param name="random">The random numbers; null for the order of the data.</param>
    public void Begin(RandomStream? random)
    {
        // It starts from the natural order, so that an epoch does not depend on earlier ones.
        SetIdentity(order, 0);
        for (int part = 0; random is not null && part < Parts; part++)
            Shuffle(order.AsSpan(data.Firsts[part]..data.Firsts[part + 1]), data.Firsts[part], random);
    }

    void Shuffle(Span<int> examples, int firstExample, RandomStream random)
    {
        if (block is not int length || length >= examples.Length)
        {
            random.Shuffle(examples);
            return;
        }
        var blocks = new int[(examples.Length - 1) / length + 1];
        SetIdentity(blocks, 0);
        random.Shuffle<int>(blocks);
        for (int first = 0, placed = 0; first < blocks.Length; first += MixedBlocks)
        {
            int begin = placed;
            foreach (int number in blocks.AsSpan(first, Math.Min(MixedBlocks, blocks.Length - first)))
                for (int example = number * length; example < Math.Min((long)(number + 1) * length, examples.Length); example++)
                    examples[placed++] = firstExample + example;
            random.Shuffle(examples[begin..placed]);
        }
    }

    /// <summary>The numbers of a range, in rising order.</summary>
    public static void SetIdentity(Span<int> numbers, int first)
    {
        for (int i = 0; i < numbers.Length; i++)
            numbers[i] = first + i;
    }

    /// <summary>Groups of one part after another.</summary>
    int[] OneByOne()
    {
        int groups = 0;
        foreach (Dataset part in data.Parts)
            groups += (part.Count - 1) / size + 1;
        var sums = new int[(groups + 1) * Parts];
        for (int part = 0, number = 0; part < Parts; part++)
            for (int done = 0; done < data.Parts[part].Count; number++)
            {
                done = (int)Math.Min(done + (long)size, data.Parts[part].Count);
                sums.AsSpan(number * Parts, Parts).CopyTo(sums.AsSpan((number + 1) * Parts));
                sums[(number + 1) * Parts + part] = done;
            }
        return sums;
    }
}
