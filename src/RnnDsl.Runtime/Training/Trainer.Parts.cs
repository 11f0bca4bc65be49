using System.Globalization;
using RnnDsl.Sequences;

namespace RnnDsl.Training;

/// <summary>Training on data in parts.</summary>
public sealed partial class Trainer
{
    /// <summary>Trains on data of which each rank reads its own parts only. With the same parts, the result has the same bits on any number of ranks.</summary>
    /// <inheritdoc cref="Fit(Dataset, Dataset?, CancellationToken)"/>
    public History Fit(PartitionedDataset train, PartitionedDataset? validation = null, CancellationToken cancellation = default) =>
        Fit(Whole(train), validation is null ? null : Whole(validation), cancellation);

    /// <summary>Trains on data of which each rank reads its own parts only, and validates on data that every rank has, which allows <see cref="Metrics"/>.</summary>
    /// <inheritdoc cref="Fit(Dataset, Dataset?, CancellationToken)"/>
    public History Fit(PartitionedDataset train, Dataset validation, CancellationToken cancellation = default) => Fit(Whole(train), validation, cancellation);

    /// <summary>The mean loss of all examples, each run from its first step to its last. Each rank evaluates its own parts.</summary>
    /// <exception cref="ArgumentException">The data were opened for other ranks than those of this trainer.</exception>
    public double Evaluate(PartitionedDataset data) => Evaluate(Whole(data));

    Dataset Whole(PartitionedDataset parts)
    {
        ArgumentNullException.ThrowIfNull(parts);
        try
        {
            return parts.For(Ranked);
        }
        catch (Exception e) when (Tells(e))
        {
            throw;
        }
    }

    static string ExamplesOf(Dataset data) => data.Partition?.Sizes ?? data.Count.ToString(CultureInfo.InvariantCulture);

    string ChecksumOf(Dataset data) => (data.Partition?.Checksum(Ranked) ?? DataChecksum.Of(data)).ToString("x16", CultureInfo.InvariantCulture);

    void RequireMeasurable(Dataset? validation)
    {
        if (Metrics.Count > 0 && validation is { Partition: not null })
            throw new ArgumentException($"{nameof(Metrics)} are computed of all predictions, which need the values of all parts: " +
                $"validate on a {nameof(Dataset)} that every rank has, or leave the metrics out.", nameof(validation));
    }

    /// <summary>Labels decide which steps count, and other ranks have some of them.</summary>
    void ShareCounts(BatchSource batches)
    {
        if (Ranked is { } ranks && batches.AllData[0].Partition is not null && Executor.BySteps && Executor.Method.Counts is { Labels: true } counts)
            ranks.ShareCounts(Executor.Method, counts, batches.AllData);
    }
}
