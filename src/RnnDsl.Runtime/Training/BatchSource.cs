using RnnDsl.Execution;
using RnnDsl.Memory;
using RnnDsl.Sequences;

namespace RnnDsl.Training;

/// <summary>The batches of an epoch, one after another.</summary>
abstract class BatchSource
{
    /// <summary>The number of blocks whose examples are mixed.</summary>
    const int MixedBlocks = 16;

    /// <summary>The number of batches of an epoch.</summary>
    public int Count { get; protected init; }

    /// <summary>The data of the current batch.</summary>
    public abstract Dataset Data { get; }

    /// <summary>The examples of the current batch.</summary>
    public abstract ReadOnlySpan<int> Examples { get; }

    /// <summary>The number of the group of batches to which the current one belongs. Batches of different groups do not depend on each other.</summary>
    public abstract int Group { get; }

    /// <summary>The states to continue from, or null.</summary>
    public virtual StateBatch? States => null;

    /// <summary>The weight of the batch's mean loss in the mean of the epoch.</summary>
    public abstract double Weight { get; }

    /// <summary>Creates the order of an epoch, which depends only on the seed and the epoch.</summary>
    /// <param name="random">The random numbers; null to keep the order of the data.</param>
    public abstract void Begin(RandomStream? random);

    /// <summary>Goes to the next batch.</summary>
    public abstract bool Next();

    /// <summary>Skips batches of a started epoch, to continue where it was interrupted.</summary>
    /// <param name="batches">The number of batches to skip.</param>
    /// <param name="states">The values of <see cref="States"/> at that point, or null.</param>
    public void Skip(int batches, float[][]? states)
    {
        for (int i = 0; i < batches; i++)
            if (!Next())
                throw new InvalidOperationException($"The training stands after {batches} batches of an epoch, which has only {i} with these data.");
        if (batches == 0 || (states is null && States is null))
            return;
        bool fits = states?.Length == States?.States;
        for (int i = 0; fits && i < states!.Length; i++)
            fits = states[i].Length == States![i].Length;
        if (!fits)
            throw new InvalidOperationException("The training stands within an epoch, with states of another method or of other data.");
        for (int i = 0; i < states!.Length; i++)
            states[i].CopyTo(States![i]);
    }

    /// <summary>A copy of <see cref="States"/>.</summary>
    public float[][]? CopyStates()
    {
        if (States is not { } states)
            return null;
        var copies = new float[states.States][];
        for (int i = 0; i < copies.Length; i++)
            copies[i] = states[i].ToArray();
        return copies;
    }

    /// <summary>The steps of every example, over all its lengths. They are all checked against the method's inputs.</summary>
    protected static int[] Lengths(Module module, MethodInfo method, Dataset data, string name)
    {
        if (data.Count == 0)
            throw new ArgumentException($"The {name} data have no examples.");
        var binding = new InputBinding(module, method);
        binding.Bind(data);
        var lengths = new int[data.Count];
        for (int i = 0; i < lengths.Length; i++)
            for (int axis = 0; axis < method.Axes; axis++)
                lengths[i] += InputBinding.Length(method, binding.Columns, i, axis);
        TargetCheck.Check(module, method, data);
        return lengths;
    }

    /// <summary>Puts the examples into the order of an epoch.</summary>
    /// <param name="order">As many numbers as there are examples.</param>
    /// <param name="random">The random numbers; null for the order of the data.</param>
    /// <param name="block">The examples of a block that stays together, or null.</param>
    protected static void Order(int[] order, RandomStream? random, int? block)
    {
        // It starts from the natural order, so that an epoch does not depend on earlier ones.
        Identity(order.Length).CopyTo(order, 0);
        if (random is null)
            return;
        if (block is not int size || size >= order.Length)
        {
            random.Shuffle<int>(order);
            return;
        }
        int[] blocks = Identity((order.Length - 1) / size + 1);
        random.Shuffle<int>(blocks);
        for (int first = 0, placed = 0; first < blocks.Length; first += MixedBlocks)
        {
            int begin = placed;
            foreach (int number in blocks.AsSpan(first, Math.Min(MixedBlocks, blocks.Length - first)))
                for (int example = number * size; example < Math.Min((long)(number + 1) * size, order.Length); example++)
                    order[placed++] = example;
            random.Shuffle(order.AsSpan(begin, placed - begin));
        }
    }

    protected static int[] Identity(int count)
    {
        var order = new int[count];
        for (int i = 0; i < count; i++)
            order[i] = i;
        return order;
    }
}

/// <summary>Batches of examples that do not depend on each other.</summary>
sealed class ExampleBatches : BatchSource
{
    /// <summary>The number of batches among which examples are exchanged to bring equal lengths together.</summary>
    const int BucketBatches = 32;

    readonly int batchSize;
    readonly bool byLength;
    readonly int? block;
    readonly int[] lengths, order, batches;
    int current;

    public ExampleBatches(Module module, MethodInfo method, Dataset data, string name, int batchSize, bool byLength, int? block = null)
    {
        Data = data;
        this.batchSize = batchSize;
        this.byLength = byLength;
        this.block = block;
        lengths = Lengths(module, method, data, name);
        order = Identity(data.Count);
        Count = (data.Count + batchSize - 1) / batchSize;
        batches = Identity(Count);
    }

    public override Dataset Data { get; }

    public override ReadOnlySpan<int> Examples
    {
        get
        {
            int first = batches[current] * batchSize;
            return order.AsSpan(first, Math.Min(batchSize, order.Length - first));
        }
    }

    public override int Group => current;

    public override double Weight => Examples.Length;

    public override void Begin(RandomStream? random)
    {
        current = -1;
        Identity(batches.Length).CopyTo(batches, 0);
        Order(order, random, block);
        if (!byLength)
            return;
        for (int first = 0; first < order.Length; first += BucketBatches * batchSize)
        {
            Span<int> bucket = order.AsSpan(first, Math.Min(BucketBatches * batchSize, order.Length - first));
            bucket.Sort((a, b) => lengths[a] != lengths[b] ? lengths[b].CompareTo(lengths[a]) : a.CompareTo(b));
        }
        // With blocks, batches stay near the others of their bucket, whose examples lie near each other.
        int together = block is null ? batches.Length : BucketBatches;
        for (int first = 0; first < batches.Length; first += together)
            random?.Shuffle(batches.AsSpan(first, Math.Min(together, batches.Length - first)));
    }

    public override bool Next() => ++current < Count;
}
