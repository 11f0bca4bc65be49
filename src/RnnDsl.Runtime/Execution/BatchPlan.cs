using RnnDsl.CompilerServices;
using RnnDsl.Sequences;

namespace RnnDsl.Execution;

/// <summary>
/// How a batch is divided into shards. For a gradient that depends on the batch and the model alone, never on threads, so that sums are formed in the same order
/// everywhere. Without one no sum goes over examples, and an example's values do not depend on those beside it: then threads and caches decide.
/// </summary>
sealed class BatchPlan(ExecutionOptions options, int threads = 1, int parameters = 0, bool hasRecurrence = true)
{
    /// <summary>Weights that the second cache does not hold are read anew at each step: for how many examples at once then, in floats from when on.</summary>
    const int ManyExamples = 64, ManyParameters = 256 * 1024;

    /// <summary>Without a gradient, fewer are not worth a thread.</summary>
    const int FewestExamples = 4;

    /// <summary>Examples that make good use of the weights in the caches: more do not.</summary>
    const int UsualExamples = 16;

    /// <summary>Shards of a gradient that batches up to 256 are cut into, if there is work for them.</summary>
    const int UsualShards = 16;

    /// <summary>A shard of a gradient has no fewer examples, if that is what <see cref="UsualShards"/> would take: products of fewer rows than that are slow, and those with
    /// <see cref="ManyParameters"/> wait for weights that no second cache holds.</summary>
    const int FewestOfGradient = 2, FewestOfLargeGradient = 4;

    /// <summary>Parameters times steps of all examples of a shard at least: some 25 microseconds. In less, starting the shard is a large part.</summary>
    const long LeastWork = 256 * 1024;

    /// <summary>Parameters times examples of a shard at least, if there is a recurrence: the work of one step. In less, starting each step's products and loops is a large part.</summary>
    const int LeastWorkOfStep = 16 * 1024;

    /// <summary>Each shard writes a gradient of so many parameters to memory and reads it again to sum it up, and reads all weights twice: steps of all its examples at least, of all axes,
    /// so that products take most of the time.</summary>
    const int HugeParameters = 1024 * 1024, LeastStepsOfHuge = 192;

    int[] examples = [], order = [], shardStarts = [], counted = [];
    long[] keys = [];
    int[][] lengths = [[]];
    long[][] offsets = [[]];
    long[] rows = [0];

    /// <summary>Number of examples.</summary>
    public int Count { get; private set; }

    public int Shards { get; private set; }

    /// <summary>Sum of the examples' weights in the loss before they are made to sum to 1: the number of examples, or of steps that count.</summary>
    public long Weight { get; private set; }

    /// <summary>Of an example of the batch its part of <see cref="Weight"/>.</summary>
    public int CountOf(int position) => counted[position];

    /// <summary>Weight of an example of the batch in the mean loss. Where nothing counts it is 0.</summary>
    public float WeightOf(int position) => (float)(counted[position] / Math.Max(1.0, Weight));

    /// <summary>Lengths that an example has.</summary>
    public int Axes { get; private set; }

    /// <summary>Sum of the lengths along an axis.</summary>
    public long RowsOf(int axis) => rows[axis];

    /// <summary>Number in the data set of each example of the batch.</summary>
    public ReadOnlySpan<int> Examples => examples.AsSpan(0, Count);

    /// <summary>Steps of each example of the batch along an axis.</summary>
    public ReadOnlySpan<int> LengthsOf(int axis) => lengths[axis].AsSpan(0, Count);

    /// <summary>Sum of the lengths along an axis of the examples before each example of the batch.</summary>
    public ReadOnlySpan<long> OffsetsOf(int axis) => offsets[axis].AsSpan(0, Count);

    /// <summary>The positions in the batch of a shard's examples, by falling length.</summary>
    public ReadOnlySpan<int> Shard(int shard) => order.AsSpan(shardStarts[shard]..shardStarts[shard + 1]);

    public void Build(MethodInfo method, Column[] columns, ReadOnlySpan<int> chosen, bool gradient, CountedSteps? counts = null)
    {
        if (chosen.IsEmpty)
            throw new ArgumentException($"The batch for {method.Name} is empty: it needs at least one example.");
        Reserve(chosen.Length, method.Axes);
        Count = chosen.Length;
        chosen.CopyTo(examples);
        for (int axis = 0; axis < Axes; axis++)
        {
            rows[axis] = 0;
            for (int i = 0; i < Count; i++)
            {
                lengths[axis][i] = InputBinding.Length(method, columns, examples[i], axis);
                offsets[axis][i] = rows[axis];
                rows[axis] += lengths[axis][i];
            }
        }
        Weight = 0;
        for (int i = 0; i < Count; i++)
            Weight += counted[i] = counts?.Of(columns, examples[i]) ?? 1;
        for (int i = 0; i < Count; i++)
            keys[i] = FallingLengths.Key(lengths[0][i], i);
        keys.AsSpan(0, Count).Sort();
        for (int i = 0; i < Count; i++)
            order[i] = FallingLengths.Position(keys[i]);
        int wanted = gradient ? Math.Min(ShardsOfGradient(), options.MaxShards)
            : Math.Max(Math.Min(threads, Parts(FewestExamples)), Parts(parameters > ManyParameters ? ManyExamples : ExamplesPerShard));
        Divide(wanted);
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

    /// <summary>Of what goes step by step, a step of all examples is one product; else one example has rows enough.</summary>
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

    /// <summary>Cuts where the steps so far reach the next part of the whole.</summary>
    void Divide(int wanted)
    {
        if (shardStarts.Length <= wanted)
            shardStarts = new int[wanted + 1];
        Shards = 0;
        shardStarts[0] = 0;
        long done = 0, work = Work();
        int reached = 0;
        for (int i = 0; i < Count; i++)
        {
            done += Steps(order[i]);
            int part = (int)(done * wanted / work);
            if (part > reached || i == Count - 1)
            {
                shardStarts[++Shards] = i + 1;
                reached = part;
            }
        }
    }

    void Reserve(int count, int axes)
    {
        Axes = axes;
        if (count <= examples.Length && axes <= lengths.Length)
            return;
        examples = new int[count];
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
