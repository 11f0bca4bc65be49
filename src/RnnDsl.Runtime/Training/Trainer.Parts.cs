using System.Globalization;
using System.Runtime.InteropServices;
using RnnDsl.Execution;
using RnnDsl.Sequences;

namespace RnnDsl.Training;

/// <summary>Training on data in parts.</summary>
public sealed partial class Trainer
{
    /// <summary>Trains on data of which each rank reads its own parts only. With the same parts, the result has the same bits on any number of ranks.</summary>
    /// <inheritdoc cref="Fit(Dataset, Dataset?, CancellationToken)"/>
    public History Fit(PartitionedDataset train, PartitionedDataset? validation = null, CancellationToken cancellation = default) => Fit(Whole(train), validation is null ? null : Whole(validation), cancellation);

    /// <summary>Trains on data of which each rank reads its own parts only, and validates on data that every rank has, which allows <see cref="Metrics"/>.</summary>
    /// <inheritdoc cref="Fit(Dataset, Dataset?, CancellationToken)"/>
    public History Fit(PartitionedDataset train, Dataset validation, CancellationToken cancellation = default) => Fit(Whole(train), validation, cancellation);

    /// <summary>The mean loss of all examples, each run from its first step to its last. Each rank evaluates its own parts.</summary>
    /// <exception cref="ArgumentException">The data were opened for other ranks than those of this trainer.</exception>
    public double Evaluate(PartitionedDataset data) => Evaluate(Whole(data));

    Dataset Whole(PartitionedDataset parts)
    {
        try
        {
            return parts.For(Ranked);
        }
        catch (Exception e) when (Tells(e))
        {
            throw;
        }
    }

    /// <summary>The number of examples, and those of each part, which also decide the order.</summary>
    static string ExamplesOf(Dataset data) => data.Parts.Count == 1 ? data.Count.ToString(CultureInfo.InvariantCulture)
        : string.Create(CultureInfo.InvariantCulture, $"{data.Count} in parts of {string.Join(' ', data.Parts.Select(part => part.Count))}");

    void RequireNoMetrics(Dataset? validation)
    {
        if (Metrics.Count > 0 && validation is { Parts.Count: > 1 })
            throw new ArgumentException($"{nameof(Metrics)} are computed of all predictions, which need the values of all parts: validate on a {nameof(Dataset)} that every rank has, or leave the metrics out.", nameof(validation));
    }

    /// <summary>Tells all ranks how many steps count in each example of the others' parts, where labels decide it: the weight of a batch depends on all of its examples.</summary>
    void ShareCounts(BatchSource batches)
    {
        int parts = batches.AllData[0].Parts.Count;
        if (Ranked is not { } ranks || parts == 1 || !Executor.BySteps || Executor.Method.Counts is not { Labels: true } counts)
            return;
        string name = Executor.Method.Inputs[counts.Input].Name;
        for (int part = 0; part < parts; part++)
        {
            int holder = ranks.HolderOf(part, parts);
            Column[] columns = [.. batches.AllData.Select(data => data.Parts[part][name])];
            int[] own = holder != ranks.Rank ? [] : [.. columns.SelectMany(column => Enumerable.Range(0, column.Count).Select(example => counts.Of(column, example)))];
            ReadOnlySpan<int> shared = MemoryMarshal.Cast<byte, int>(ranks.Share(MemoryMarshal.AsBytes(own.AsSpan()).ToArray())[holder]);
            foreach (Column column in columns)
            {
                column.Counted = (counts, shared[..column.Count].ToArray());
                shared = shared[column.Count..];
            }
        }
    }
}
