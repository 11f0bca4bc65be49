using RnnDsl.Execution;
using RnnDsl.Memory;
using RnnDsl.Sequences;

namespace RnnDsl.Training;

/// <summary>The batches of an epoch, one after another.</summary>
abstract class BatchSource
{
    /// <summary>The number of batches of an epoch.</summary>
    public int Count { get; protected init; }

    /// <summary>The data of the current batch.</summary>
    public abstract Dataset Data { get; }

    /// <summary>The examples of the current batch.</summary>
    public abstract ReadOnlySpan<int> Examples { get; }

    /// <summary>The number of the group of batches to which the current one belongs. Batches of different groups do not depend on each other.</summary>
    public abstract int Group { get; }

    /// <summary>The part of the data from which the current batch takes examples, where it does not mix parts.</summary>
    public abstract int Part { get; }

    /// <summary>All data sets of which <see cref="Data"/> is one.</summary>
    public abstract IReadOnlyList<Dataset> AllData { get; }

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
            throw new ArgumentException($"The {name} data have no examples{(name == Trainer.TrainingData ? "." : ": give some, or none (null), and every epoch counts by its training loss.")}");
        try
        {
            return Lengths(module, method, data);
        }
        catch (ArgumentException e) when (name != Trainer.TrainingData)
        {
            // Whoever reads the message looks into the training data first.
            throw new ArgumentException($"The {name} data: {e.Message}", e);
        }
    }

    static int[] Lengths(Module module, MethodInfo method, Dataset data)
    {
        var binding = new InputBinding(module, method);
        // What is wrong with a column is said with the number of the part.
        data.ForEachPart((_, own) => binding.Bind(own));
        binding.Bind(data);
        var lengths = new int[data.Count];
        data.ForEachPart((part, own) =>
        {
            for (int i = 0; i < own.Count; i++)
                for (int axis = 0; axis < method.Axes; axis++)
                    lengths[data.Firsts[part] + i] += InputBinding.Length(method, binding.Parts[part], i, axis);
            TargetCheck.Check(module, method, own);
        });
        return lengths;
    }
}

/// <summary>Batches of examples that do not depend on each other.</summary>
sealed class ExampleBatches : BatchSource
{
    /// <summary>The number of batches among which examples are exchanged to bring equal lengths together.</summary>
    const int BucketBatches = 32;

    readonly bool byLength, keepsNear;
    readonly EpochOrder order;
    readonly int[] lengths, batches;
    int current;

    public ExampleBatches(Module module, MethodInfo method, Dataset data, string name, int batchSize, bool byLength, int? block = null, bool mixesParts = true)
    {
        Data = data;
        this.byLength = byLength;
        keepsNear = block is not null;
        lengths = Lengths(module, method, data, name);
        order = new EpochOrder(data, batchSize, block, mixesParts);
        Count = order.Count;
        batches = new int[Count];
    }

    public override Dataset Data { get; }

    public override IReadOnlyList<Dataset> AllData => [Data];

    public override ReadOnlySpan<int> Examples => order[batches[current]];

    public override int Group => current;

    public override int Part => order.PartOf(batches[current]);

    public override double Weight => Examples.Length;

    public override void Begin(RandomStream? random)
    {
        current = -1;
        EpochOrder.SetIdentity(batches, 0);
        order.Begin(random);
        if (!byLength)
            return;
        for (int first = 0; first < Count; first += BucketBatches)
            for (int part = 0; part < Data.Parts.Length; part++)
                order.Of(part, first, first + BucketBatches).Sort((a, b) => lengths[a] != lengths[b] ? lengths[b].CompareTo(lengths[a]) : a.CompareTo(b));
        // With blocks, batches stay near the others of their bucket, whose examples lie near each other.
        int together = keepsNear ? BucketBatches : batches.Length;
        for (int first = 0; first < batches.Length; first += together)
            random?.Shuffle(batches.AsSpan(first, Math.Min(together, batches.Length - first)));
    }

    public override bool Next() => ++current < Count;
}
