using RnnDsl.Execution;
using RnnDsl.Memory;
using RnnDsl.Sequences;

namespace RnnDsl.Training;

/// <summary>
/// Long sequences in chunks of a few steps. The states after one chunk are the states before the next, and the gradient ends at the chunk's first step (truncated backpropagation
/// through time, Williams &amp; Peng 1990).
/// </summary>
sealed class ChunkBatches : BatchSource
{
    readonly int steps;
    readonly EpochOrder order;
    readonly int[] lengths, running;
    readonly Dataset[] chunks;
    readonly StateBatch states;
    int group, chunk, active;

    public ChunkBatches(Module module, MethodInfo method, Dataset data, string name, int batchSize, int steps, int? block = null)
    {
        this.steps = steps;
        if (method.States.Count == 0)
            throw new ArgumentException($"{module.Info.Name}.{method.Name} has no state that could be carried from chunk to chunk.");
        if (method.Axes > 1)
            throw new ArgumentException($"{module.Info.Name}.{method.Name} reads sequences of different lengths: a chunk of one is no chunk of the other.");
        if (method.States.FirstOrDefault(s => s.Reverse) is StateInfo reverse)
            throw new ArgumentException(
                $"{module.Info.Name}.{method.Name} runs '{reverse.Name}' from the last step to the first: such a state cannot be " +
                "carried from chunk to chunk.");
        if (method.IsStarted)
            throw new ArgumentException(
                $"A scan of {module.Info.Name}.{method.Name} starts from values of the method (Start): a chunk would start there again. Leave out ChunkSteps.");
        lengths = Lengths(module, method, data, name);
        if (ReferenceEquals(method.Counts, CountedSteps.Once) && lengths.Max() > steps)
            throw new ArgumentException($"{module.Info.Name}.{method.Name} has one target for each example, which would be compared with the answer after every chunk of a longer sequence: leave out ChunkSteps.");
        if (method.WithoutChunks is { } reason && lengths.Max() > steps)
            throw new ArgumentException($"{module.Info.Name}.{method.Name} {reason}. Or leave out ChunkSteps.");
        order = new EpochOrder(data, batchSize, block, mixesParts: true);
        running = new int[Math.Min(batchSize, data.Count)];
        states = new StateBatch(method, data.Count);
        chunks = new Dataset[Chunks(lengths.Max())];
        for (int i = 0; i < chunks.Length; i++)
            chunks[i] = data.Partition?.Map(part => Chunk(part, i)) ?? Chunk(data, i);
        // Shuffling groups the sequences differently in each epoch, which also changes the number of batches. This is the number without shuffling.
        for (int number = 0; number < order.Count; number++)
        {
            int longest = 0;
            foreach (int example in order[number])
                longest = Math.Max(longest, lengths[example]);
            Count += Chunks(longest);
        }
    }

    public override Dataset Data => chunks[chunk];

    public override IReadOnlyList<Dataset> AllData => chunks;

    public override ReadOnlySpan<int> Examples => running.AsSpan(0, active);

    public override int Group => group;

    public override int Part => order.PartOf(group);

    public override StateBatch States => states;

    /// <summary>The examples of the chunk, each as the part of its steps that the chunk has.</summary>
    public override double Weight
    {
        get
        {
            double examples = 0;
            foreach (int example in Examples)
                examples += Math.Min(steps, lengths[example] - (long)chunk * steps) / (double)lengths[example];
            return examples;
        }
    }

    public override void Begin(RandomStream? random)
    {
        states.Reset();
        order.Begin(random);
        group = 0;
        chunk = -1;
    }

    public override bool Next()
    {
        while (group < order.Count)
        {
            chunk++;
            active = 0;
            foreach (int example in order[group])
                if (lengths[example] > (long)chunk * steps)
                    running[active++] = example;
            if (active > 0)
                return true;
            group++;
            chunk = -1;
        }
        return false;
    }

    int Chunks(int length) => (int)((length - 1L + steps) / steps);

    /// <summary>The same buffers from a later step on. Sequences that have ended start at their own beginning, and are never read.</summary>
    Dataset Chunk(Dataset data, int index)
    {
        int first = index * steps;
        var columns = new Column[data.Columns.Count];
        for (int c = 0; c < columns.Length; c++)
        {
            Column column = data.Columns[c];
            var starts = (int[])column.Starts.Clone();
            var counts = (int[])column.Lengths.Clone();
            for (int i = 0; column.Kind == ValueKind.Sequence && i < starts.Length; i++)
            {
                if (counts[i] > first)
                {
                    starts[i] += first * column.Stride;
                    counts[i] -= first;
                }
                counts[i] = Math.Min(steps, counts[i]);
            }
            columns[c] = new Column
            {
                Name = column.Name,
                Kind = column.Kind,
                Width = column.Width,
                Units = column.Units,
                Values = column.Values,
                Stride = column.Stride,
                Starts = starts,
                Lengths = counts,
                CheckedFor = column.CheckedFor,
                AreNumbersChecked = column.AreNumbersChecked,
            };
        }
        return new Dataset(columns);
    }
}
