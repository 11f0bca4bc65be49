using System.Runtime.InteropServices;
using RnnDsl.Execution;
using RnnDsl.Memory;
using RnnDsl.Metrics;
using RnnDsl.Sequences;
using RnnDsl.Storage;
using RnnDsl.Training;

namespace RnnDsl.Distributed.Tests;

/// <summary>Data in parts: each rank has a folder with the files of its own parts alone, and any number of ranks gives the bits of one that has all.</summary>
public sealed class PartTests : PartFolders
{
    const int Parts = 8;

    static readonly Dataset moreSeries = Trainings.Series(40, seed: 9);

    static double[] Numbers(History history, double evaluated) =>
        [.. history.Epochs.SelectMany(e => (double[])[e.TrainLoss, e.ValidationLoss ?? 0, e.GradientNorm, .. e.Metrics.Select(m => m.Value)]), history.StartLoss ?? 0, evaluated];

    static void AssertSame((float[] Parameters, double[] Numbers) expected, (float[] Parameters, double[] Numbers) actual)
    {
        Assert.True(MemoryMarshal.AsBytes(expected.Parameters.AsSpan()).SequenceEqual(MemoryMarshal.AsBytes(actual.Parameters.AsSpan())), "The parameters differ.");
        Assert.Equal(expected.Numbers.Select(BitConverter.DoubleToInt64Bits), actual.Numbers.Select(BitConverter.DoubleToInt64Bits));
    }

    static void AssertSameOnRanks(Func<Communicator?, (float[], double[])> train, params int[] counts)
    {
        (float[], double[]) alone = train(null);
        foreach (int ranks in counts)
            foreach ((float[], double[]) outcome in ThreadRanks.Run(ranks, train))
                AssertSame(alone, outcome);
    }

    (float[], double[]) TrainRegressor(Communicator? ranks, string train, string validation, int batch = 40, int threads = 1)
    {
        using PartitionedDataset parts = Open(train, ranks), validating = Open(validation, ranks);
        Regressor model = Trainings.NewRegressor();
        using var trainer = new Trainer(model, new AdamW(5e-3)) { Communicator = ranks, Epochs = 3, BatchSize = batch, Threads = threads, ClipNorm = 1 };
        History history = trainer.Fit(parts, validating);
        return (model.Parameters.Snapshot(), Numbers(history, trainer.Evaluate(parts)));
    }

    (float[], double[]) TrainTagger(Communicator? ranks, string train, string validation, LossWeight weight, int? chunk, bool bucket, int? block)
    {
        using PartitionedDataset parts = Open(train, ranks), validating = Open(validation, ranks);
        Tagger model = Trainings.NewTagger();
        using var trainer = new Trainer(model, new Adam(5e-3))
        {
            Communicator = ranks, Epochs = 2, BatchSize = 16, LossWeight = weight, ChunkSteps = chunk, BucketByLength = bucket, ShuffleBlock = block, Seed = 4, Threads = 1,
        };
        History history = trainer.Fit(parts, validating);
        return (model.Parameters.Snapshot(), Numbers(history, trainer.Evaluate(validating)));
    }

    [Theory]
    [InlineData(40, 1), InlineData(5, 1), InlineData(64, 3)]
    public void Dense_gradients_of_unequal_parts(int batch, int threads)
    {
        string train = Written("train", Trainings.Series, 30, 1, 17, 25, 2, 40, 9, 30), validation = Written("validation", Trainings.Series, 300, 3, 20, 9);
        AssertSameOnRanks(ranks => TrainRegressor(ranks, train, validation, batch, threads), 1, 2, 3, 4);
    }

    [Fact]
    public void One_rank_for_each_part()
    {
        string train = Written("train", Trainings.Series, [.. Enumerable.Repeat(12, Parts)]), validation = Written("validation", Trainings.Series, [.. Enumerable.Repeat(3, Parts)]);
        AssertSameOnRanks(ranks => TrainRegressor(ranks, train, validation), 8, 9);
    }

    [Theory]
    [InlineData(LossWeight.ByExample, null, false, null)]
    [InlineData(LossWeight.ByStep, null, true, null)]
    [InlineData(LossWeight.ByStep, 5, false, null)]
    [InlineData(LossWeight.ByExample, 5, false, 3)]
    [InlineData(LossWeight.ByStep, null, true, 2)]
    public void Tables_dropout_weights_chunks_lengths_and_blocks(LossWeight weight, int? chunk, bool bucket, int? block)
    {
        string train = Written("train", Labeled, 20, 9, 1, 14, 11, 10, 20, 8), validation = Written("validation", Labeled, 9, 30, 4, 1);
        AssertSameOnRanks(ranks => TrainTagger(ranks, train, validation, weight, chunk, bucket, block), 2, 4);

        // Every third step has no label and does not count.
        static Dataset Labeled(int count, int seed)
        {
            Dataset texts = Trainings.Texts(count, seed);
            Column y = texts["y"];
            return new Dataset(texts["x"], Column.OneHot("y", 4, [.. Enumerable.Range(0, count).Select(i => Enumerable.Range(0, y.Lengths[i]).Select(step => step % 3 == i % 3 ? -1 : (int)y.Step(i, step)[0]).ToArray())]));
        }
    }

    [Fact]
    public void One_part_trains_to_the_bits_of_a_data_set()
    {
        Dataset data = Trainings.Series(90, seed: 1);
        PartitionedDataset.Write(At("one"), 1, data);
        using PartitionedDataset parts = PartitionedDataset.Open(At("one"));
        Assert.Equal(90, parts.Examples);
        (Regressor one, Regressor other) = (Trainings.NewRegressor(), Trainings.NewRegressor());
        using Trainer trainer = new(one, new Adam()) { Epochs = 2 }, usual = new(other, new Adam()) { Epochs = 2 };
        AssertSame((other.Parameters.Snapshot(), Numbers(usual.Fit(data, moreSeries), 0)), (one.Parameters.Snapshot(), Numbers(trainer.Fit(parts, moreSeries), 0)));
    }

    [Fact]
    public void Parts_that_are_written_have_each_example_once()
    {
        Dataset[] data = [Trainings.Series(30, seed: 1), Trainings.Series(3, seed: 2), Trainings.Series(12, seed: 3)];
        string path = At("written");
        PartitionedDataset.Write(path, Parts, data);
        using PartitionedDataset parts = PartitionedDataset.Open(path);
        Assert.Equal((Parts, 45, Parts), (parts.Count, parts.Examples, parts.Own.Count));
        Assert.All(parts.Own, part => Assert.InRange(parts[part].Count, 5, 6));
        Assert.Equal(data.SelectMany(Sequences).Order(), parts.Own.SelectMany(part => Sequences(parts[part])).Order());
        Assert.Contains("45 examples in 8 parts", parts.ToString(), StringComparison.Ordinal);

        static IEnumerable<string> Sequences(Dataset set) => Enumerable.Range(0, set.Count).Select(i => string.Join(' ', set.Range(i, 1)["x"].ToArray()));
    }

    [Theory]
    [InlineData(null, 1), InlineData(null, 4), InlineData(4, 4), InlineData(4, 1)]
    public void A_run_saved_on_two_ranks_goes_on_on_others(int? chunk, int others)
    {
        string train = Written("train", (count, seed) => Trainings.Texts(count, seed), 20, 9, 12, 14, 11, 10, 20, 8), path = At("run.safetensors");
        SavedRun.GoesOn(path, chunk, others, (trainer, cancellation) =>
        {
            using PartitionedDataset parts = Open(train, trainer.Communicator);
            return trainer.Fit(parts, parts, cancellation);
        });
    }

    [Fact]
    public void All_ranks_have_the_checksum_of_all_parts()
    {
        string train = Written("train", Trainings.Series, 20, 9, 12, 14), other = Written("other", Trainings.Series, 20, 9, 12, 15);
        ulong[] alone = [Of(train, null), Of(other, null)];
        Assert.NotEqual(alone[0], alone[1]);
        foreach (int count in (int[])[2, 3, 5])
            Assert.All(ThreadRanks.Run(count, ranks => (ulong[])[Of(train, ranks), Of(other, ranks)]), sums => Assert.Equal(alone, sums));

        ulong Of(string folder, Communicator? ranks)
        {
            using PartitionedDataset parts = Open(folder, ranks);
            return parts.For(ranks).Partition!.Checksum(ranks);
        }
    }

    [Fact]
    public void Metrics_are_computed_of_data_that_every_rank_has()
    {
        string train = Written("train", Trainings.Series, 20, 9, 12, 14);
        AssertSameOnRanks(ranks => Train(ranks, (trainer, parts) => trainer.Fit(parts, moreSeries)), 2);
        Assert.Contains("validate on a Dataset that every rank has", Assert.Throws<ArgumentException>(() => Train(null, (trainer, parts) => trainer.Fit(parts, parts))).Message, StringComparison.Ordinal);

        (float[], double[]) Train(Communicator? ranks, Func<Trainer, PartitionedDataset, History> fit)
        {
            using PartitionedDataset parts = Open(train, ranks);
            Regressor model = Trainings.NewRegressor();
            using var trainer = new Trainer(model, new Adam()) { Communicator = ranks, Epochs = 1, Threads = 1, Metrics = [new Metric("sum", data => new Executor(model, "Predict").Predict(data).Sum())] };
            return (model.Parameters.Snapshot(), Numbers(fit(trainer, parts), 0));
        }
    }

    [Fact]
    public void Losses_and_gradients_are_those_of_the_examples_together()
    {
        Dataset[] parts = [.. new[] { 7, 3, 20, 1 }.Select((count, part) => Trainings.Series(count, part))];
        Dataset apart = new(parts), joined = Dataset.Join(parts);
        int[] batch = [0, 5, 2, 8, 20, 11, 10, 29, 12];
        using Executor executor = new(Trainings.NewRegressor(), "Loss"), usual = new(Trainings.NewRegressor(), "Loss");
        Assert.Equal(usual.Gradient(joined, batch), executor.Gradient(apart, batch), 1e-6);
        foreach ((float expected, float actual) in usual.Gradients.ToArray().Zip(executor.Gradients.ToArray()))
            Assert.Equal(expected, actual, 1e-6);
        Assert.Equal(usual.Evaluate(joined), executor.Evaluate(apart), 1e-6);
    }

    [Theory]
    [InlineData(16, new[] { 100, 100, 100, 100 }), InlineData(32, new[] { 5, 100, 60, 31 }), InlineData(3, new[] { 40, 1, 7, 40, 40, 2, 3, 9 }), InlineData(7, new[] { 9 })]
    public void A_batch_takes_evenly_from_all_parts(int size, int[] sizes)
    {
        var data = new Dataset([.. sizes.Select((count, part) => Trainings.Series(count, part))]);
        var order = new EpochOrder(data, size, block: null);
        order.Begin(new RandomStream(1, "order"));
        int[][] batches = [.. Enumerable.Range(0, order.Count).Select(i => order[i].ToArray())];
        Assert.Equal(Enumerable.Range(0, data.Count), batches.SelectMany(b => b).Order());
        Assert.All(batches.SkipLast(1), batch => Assert.Equal(size, batch.Length));
        for (int part = 0, first = 0; part < sizes.Length; first += sizes[part++])
            for (int i = 0, left = sizes[part]; i < batches.Length; i++)
            {
                int taken = batches[i].Count(example => example >= first && example < first + sizes[part]);
                Assert.InRange(taken - (double)left * batches[i].Length / (data.Count - i * size), -0.999, 0.999);
                left -= taken;
            }
        var each = new EpochOrder(data, size, block: null, mixesParts: false);
        Assert.Equal(sizes.Sum(count => (count + size - 1) / size), each.Count);
        Assert.Equal(Enumerable.Range(0, data.Count), Enumerable.Range(0, each.Count).SelectMany(i => each[i].ToArray()));
    }
}
