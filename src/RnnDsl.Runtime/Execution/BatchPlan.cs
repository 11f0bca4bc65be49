using System.Numerics;
using RnnDsl.CompilerServices;
using RnnDsl.Sequences;

namespace RnnDsl.Execution;

/// <summary>
/// How a batch is divided into shards. With a gradient, the division depends on the batch and the model alone and never on the number of threads, so that sums are formed in the same
/// order everywhere. Without a gradient no sum goes over examples, and an example's values do not depend on its neighbors: threads and caches decide.
/// </summary>
sealed class BatchPlan(ExecutionOptions options, int threads = 1, int parameters = 0, bool hasRecurrence = true)
{
    /// <summary>Above <see cref="ManyParameters"/> floats the weights overflow the L2 cache, so a shard takes <see cref="ManyExamples"/> examples to reuse each load.</summary>
    const int ManyExamples = 64, ManyParameters = 256 * 1024;

    /// <summary>Without a gradient, fewer examples than this are not worth a thread.</summary>
    const int FewestExamples = 4;

    /// <summary>With this many examples the weights in the caches are used well; more gain nothing.</summary>
    const int UsualExamples = 16;

    /// <summary>Batches of up to 256 examples are cut into this many shards for a gradient, if there is work for all of them.</summary>
    const int UsualShards = 16;

    /// <summary>A shard of a gradient has at least this many examples, even if there are then fewer than <see cref="UsualShards"/>. Products of fewer rows are slow, and with more than
    /// <see cref="ManyParameters"/> floats they wait for weights that the L2 cache does not hold.</summary>
    const int FewestOfGradient = 2, FewestOfLargeGradient = 4;

    /// <summary>Least product of parameters and steps in a shard: about 25 microseconds of work. With less, starting the shard takes a large part of the time.</summary>
    const long LeastWork = 256 * 1024;

    /// <summary>Least product of parameters and examples in a shard of a model with a recurrence, which is the work of one step. With less, starting each step's products and loops takes a large part of the time.</summary>
    const int LeastWorkOfStep = 16 * 1024;

    /// <summary>Least number of steps in a shard of a model with this many parameters, over all its examples and axes. Each shard writes its gradient to memory, reads it again for the sum, and reads all
    /// weights twice; with this many steps the products still take most of the time.</summary>
    const int HugeParameters = 1024 * 1024, LeastStepsOfHuge = 192;

    int[] examples = [], numbers = [], order = [], shardStarts = [], shardParts = [], partEnds = [], counted = [];
    long[] keys = [];
    int[][] lengths = [[]];
    long[][] offsets = [[]];
    long[] rows = [0];

    /// <summary>Number of examples.</summary>
    public int Count { get; private set; }

    public int Shards { get; private set; }

    /// <summary>Sum of the examples' weights in the loss before they are made to sum to 1: the number of examples, or of steps that count.</summary>
    public long Weight { get; private set; }

    /// <summary>The part of <see cref="Weight"/> that one example of the batch has.</summary>
    public int CountOf(int position) => counted[position];

    /// <summary>Weight of an example of the batch in the mean loss. Where nothing counts it is 0.</summary>
    public float WeightOf(int position) => (float)(counted[position] / Math.Max(1.0, Weight));

    /// <summary>How many lengths an example has: one for each axis.</summary>
    public int Axes { get; private set; }

    /// <summary>Sum of the lengths along an axis.</summary>
    public long RowsOf(int axis) => rows[axis];

    /// <summary>Number in the data set of each example of the batch.</summary>
    public ReadOnlySpan<int> Examples => examples.AsSpan(0, Count);

    /// <summary>Number of each example of the batch within its part of the data; with one part the same as <see cref="Examples"/>.</summary>
    public ReadOnlySpan<int> Numbers => numbers.AsSpan(0, Count);

    /// <summary>Steps of each example of the batch along an axis.</summary>
    public ReadOnlySpan<int> LengthsOf(int axis) => lengths[axis].AsSpan(0, Count);

    /// <summary>Sum of the lengths along an axis of the examples before each example of the batch.</summary>
    public ReadOnlySpan<long> OffsetsOf(int axis) => offsets[axis].AsSpan(0, Count);

    /// <summary>The positions in the batch of a shard's examples, by falling length.</summary>
    public ReadOnlySpan<int> Shard(int shard) => order.AsSpan(shardStarts[shard]..shardStarts[shard + 1]);

    /// <summary>The part of the data of which a shard's examples are.</summary>
    public int PartOf(int shard) => shardParts[shard];

    /// <summary>Divides a batch of data in one part.</summary>
    public void Build(MethodInfo method, Column[] columns, ReadOnlySpan<int> chosen, bool gradient) => Build(method, [columns], [0], chosen, gradient);

    /// <param name="method">The method to run.</param>
    /// <param name="parts">For each part of the data a column for each input.</param>
    /// <param name="firsts">For each part the number of its first example, and then the number of all.</param>
    /// <param name="chosen">The numbers of the examples. Those of one part follow each other, in the order of the parts.</param>
    /// <param name="gradient">Whether the shards are those of a gradient. With several parts, each has the same number of them then, a power of two, of which the last may be
    /// empty, so that each part is a subtree of the sum.</param>
    /// <param name="counts">What of each example counts, or null for each example once.</param>
    public void Build(MethodInfo method, Column[][] parts, ReadOnlySpan<int> firsts, ReadOnlySpan<int> chosen, bool gradient, CountedSteps? counts = null)
    {
        if (chosen.IsEmpty)
            throw new ArgumentException($"The batch for {method.Name} is empty: it needs at least one example.");
        Reserve(chosen.Length, method.Axes);
        Count = chosen.Length;
        chosen.CopyTo(examples);
        Locate(firsts, parts.Length);
        rows.AsSpan(0, Axes).Clear();
        Weight = 0;
        for (int part = 0, i = 0; part < parts.Length; part++)
        {
            int first = i;
            for (; i < partEnds[part]; i++)
            {
                for (int axis = 0; axis < Axes; axis++)
                {
                    lengths[axis][i] = InputBinding.Length(method, parts[part], numbers[i], axis);
                    offsets[axis][i] = rows[axis];
                    rows[axis] += lengths[axis][i];
                }
                Weight += counted[i] = counts?.Of(parts[part], numbers[i]) ?? 1;
                keys[i] = FallingLengths.Key(lengths[0][i], i);
            }
            keys.AsSpan(first, i - first).Sort();
        }
        for (int i = 0; i < Count; i++)
            order[i] = FallingLengths.Position(keys[i]);
        int wanted = gradient ? Math.Min(ShardsOfGradient(), options.MaxShards)
            : Math.Max(Math.Min(threads, Parts(FewestExamples)), Parts(parameters > ManyParameters ? ManyExamples : ExamplesPerShard));
        Divide(wanted, parts.Length, gradient);
    }

    /// <summary>Finds where in the batch each part's examples end, and their numbers within the part.</summary>
    void Locate(ReadOnlySpan<int> firsts, int parts)
    {
        if (partEnds.Length < parts)
            partEnds = new int[parts];
        int part = 0;
        for (int i = 0; i < Count; i++)
        {
            for (; part < parts - 1 && examples[i] >= firsts[part + 1]; part++)
                partEnds[part] = i;
            numbers[i] = examples[i] - firsts[part];
        }
        partEnds.AsSpan(part, parts - part).Fill(Count);
    }

    int ExamplesPerShard => options.ExamplesPerShard > 0 ? options.ExamplesPerShard : UsualExamples;

    int ShardsOfGradient()
    {
        int least = Parts(ExamplesPerShard);
        if (options.ExamplesPerShard > 0)
            return least;
        int most = Math.Min(UsualShards, Parts(FewestExamplesOfGradient));
        if (parameters > HugeParameters)
            most = (int)Math.Min(most, Work() / LeastStepsOfHuge);
        return Math.Max(least, (int)Math.Min(most, Work() * parameters / LeastWork));
    }

    int FewestExamplesOfGradient => parameters > ManyParameters ? Math.Max(FewestOfLargeGradient, FewestOfSteps) : FewestOfSteps;

    /// <summary>With a recurrence, one product takes a step of all examples, so a shard needs several. Without one, the steps of a single example are rows enough.</summary>
    int FewestOfSteps => hasRecurrence ? Math.Max(FewestOfGradient, LeastWorkOfStep / Math.Max(parameters, 1) + 1) : 1;

    int Parts(int most) => (Count + most - 1) / most;

    /// <summary>Steps of all examples, of all axes.</summary>
    long Work()
    {
        long work = 0;
        for (int axis = 0; axis < Axes; axis++)
            work += rows[axis];
        return work;
    }

    int Steps(int position)
    {
        int steps = 0;
        for (int axis = 0; axis < Axes; axis++)
            steps += lengths[axis][position];
        return steps;
    }

    /// <summary>Divides each part's examples. No shard has examples of two parts.</summary>
    void Divide(int wanted, int parts, bool gradient)
    {
        int each = parts == 1 ? wanted : (int)BitOperations.RoundUpToPowerOf2((uint)((wanted + parts - 1) / parts));
        if (shardStarts.Length <= parts * each + wanted)
            (shardStarts, shardParts) = (new int[parts * each + wanted + 1], new int[parts * each + wanted + 1]);
        Shards = 0;
        shardStarts[0] = 0;
        for (int part = 0, begin = 0; part < parts; begin = partEnds[part++])
        {
            int end = partEnds[part];
            Divide(part, begin, end, parts == 1 || gradient ? each : (int)(((long)wanted * (end - begin) + Count - 1) / Count));
            while (gradient && parts > 1 && Shards < (part + 1) * each)
                EndShard(part, end);
        }
    }

    /// <summary>Ends a shard where the steps so far reach the next equal share of the steps of its part.</summary>
    void Divide(int part, int begin, int end, int wanted)
    {
        long done = 0, work = 0;
        for (int i = begin; i < end; i++)
            work += Steps(order[i]);
        int reached = 0;
        for (int i = begin; i < end; i++)
        {
            done += Steps(order[i]);
            int share = (int)(done * wanted / work);
            if (share > reached || i == end - 1)
            {
                EndShard(part, i + 1);
                reached = share;
            }
        }
    }

    void EndShard(int part, int end)
    {
        shardParts[Shards] = part;
        shardStarts[++Shards] = end;
    }

    void Reserve(int count, int axes)
    {
        Axes = axes;
        if (count <= examples.Length && axes <= lengths.Length)
            return;
        examples = new int[count];
        numbers = new int[count];
        order = new int[count];
        counted = new int[count];
        keys = new long[count];
        rows = new long[axes];
        lengths = new int[axes][];
        offsets = new long[axes][];
        for (int axis = 0; axis < axes; axis++)
            (lengths[axis], offsets[axis]) = (new int[count], new long[count]);
    }
}
