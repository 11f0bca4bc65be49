using System.Runtime.InteropServices;
using RnnDsl.Execution;
using RnnDsl.Metrics;
using RnnDsl.Sequences;
using RnnDsl.Storage;
using RnnDsl.Training;

namespace RnnDsl.Distributed.Tests;

/// <summary>Data in parts: each rank has a folder with the files of its own parts alone, and any number of ranks gives the bits of one that has all.</summary>
public sealed class PartTests : IDisposable
{
    const int Parts = 8;

    static readonly Dataset moreSeries = Trainings.Series(40, seed: 9);

    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    /// <summary>Writes parts of the given sizes, and returns their folder.</summary>
    string Written(string name, Func<int, int, Dataset> make, params int[] sizes)
    {
        string path = Directory.CreateDirectory(folder.File(name)).FullName;
        for (int part = 0; part < sizes.Length; part++)
            DatasetFile.Write(PartitionedDataset.PathOf(path, part, sizes.Length), make(sizes[part], part + 1));
        return path;
    }

    /// <summary>Opens the parts of a folder from one that has a rank's files only.</summary>
    PartitionedDataset Open(string path, Communicator? ranks)
    {
        if (ranks is null or { Ranks: 1 })
            return PartitionedDataset.Open(path, ranks);
        string own = Directory.CreateDirectory(folder.File($"{Path.GetFileName(path)} {Guid.NewGuid()}")).FullName;
        string[] files = [.. Directory.EnumerateFiles(path).Order()];
        for (int part = 0; part < files.Length; part++)
            if (ranks.HolderOf(part, files.Length) == ranks.Rank)
                File.Copy(files[part], Path.Combine(own, Path.GetFileName(files[part])));
        return PartitionedDataset.Open(own, ranks);
    }

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
        PartitionedDataset.Write(folder.File("one"), 1, data);
        using PartitionedDataset parts = PartitionedDataset.Open(folder.File("one"));
        Assert.Equal(90, parts.Examples);
        (Regressor one, Regressor other) = (Trainings.NewRegressor(), Trainings.NewRegressor());
        using Trainer trainer = new(one, new Adam()) { Epochs = 2 }, usual = new(other, new Adam()) { Epochs = 2 };
        AssertSame((other.Parameters.Snapshot(), Numbers(usual.Fit(data, moreSeries), 0)), (one.Parameters.Snapshot(), Numbers(trainer.Fit(parts, moreSeries), 0)));
    }

    [Fact]
    public void Parts_that_are_written_have_each_example_once()
    {
        Dataset[] data = [Trainings.Series(30, seed: 1), Trainings.Series(3, seed: 2), Trainings.Series(12, seed: 3)];
        string path = folder.File("written");
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
        string train = Written("train", (count, seed) => Trainings.Texts(count, seed), 20, 9, 12, 14, 11, 10, 20, 8), path = folder.File("run.safetensors");
        float[] whole = Train(null, int.MaxValue);
        ThreadRanks.Run(2, ranks => Train(ranks, 4));
        foreach (float[] parameters in ThreadRanks.Run(others, ranks => Train(ranks, int.MaxValue)))
            Assert.True(parameters.AsSpan().SequenceEqual(whole));

        float[] Train(Communicator? ranks, int steps)
        {
            using PartitionedDataset parts = Open(train, ranks);
            Tagger model = Trainings.NewTagger();
            var optimizer = new Adam(5e-3);
            if (ranks is not null && ranks.Ranks != 2)
                Checkpoint.Load(path, model, optimizer);
            using var cancellation = new CancellationTokenSource();
            using var trainer = new Trainer(model, optimizer) { Communicator = ranks, Epochs = 2, ChunkSteps = chunk, Threads = 1 };
            trainer.StepDone += step =>
            {
                if (step.Step == steps && ranks!.Rank == 1)
                    cancellation.Cancel();
            };
            History history = trainer.Fit(parts, parts, cancellation.Token);
            Assert.Equal(steps == int.MaxValue ? StopReason.Finished : StopReason.Canceled, history.Stop);
            if (ranks is { Ranks: 2, IsFirst: true })
                Checkpoint.Save(path, model, optimizer);
            return model.Parameters.Snapshot();
        }
    }

    [Fact]
    public void A_run_does_not_go_on_within_an_epoch_on_other_parts()
    {
        string train = Written("train", Trainings.Series, 20, 20, 20, 20), other = Written("other", Trainings.Series, 40, 40);
        using PartitionedDataset parts = PartitionedDataset.Open(train), halves = PartitionedDataset.Open(other);
        var optimizer = new Adam();
        Regressor model = Trainings.NewRegressor();
        using var cancellation = new CancellationTokenSource();
        using var trainer = new Trainer(model, optimizer) { Epochs = 2 };
        trainer.StepDone += _ => cancellation.Cancel();
        trainer.Fit(parts, cancellation: cancellation.Token);
        Checkpoint.Save(folder.File("run.safetensors"), model, optimizer);
        Checkpoint.Load(folder.File("run.safetensors"), model, optimizer);
        Assert.Contains("Examples 80 in parts of 20 20 20 20: it cannot go on with 80 in parts of 40 40", Assert.Throws<InvalidOperationException>(() => trainer.Fit(halves)).Message, StringComparison.Ordinal);
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

    [Fact]
    public void A_rule_that_reads_data_is_refused()
    {
        using PartitionedDataset parts = PartitionedDataset.Open(Written("train", Trainings.Series, 20, 9));
        using var trainer = new Trainer(Trainings.NewRegressor(), new Adam()) { GradientRule = new Reader() };
        Assert.Contains("in 2 parts, which no rank needs to have whole", Assert.Throws<InvalidOperationException>(() => trainer.Fit(parts)).Message, StringComparison.Ordinal);
    }

    sealed class Reader : IGradientRule
    {
        public void Change(GradientStep step) => Assert.NotNull(step.Data);
    }

    [Fact]
    public void What_is_wrong_in_a_part_is_said_with_its_number()
    {
        string train = Written("train", (count, part) => part != 3 ? Trainings.Series(count, part)
            : new Dataset(Column.Sequences("x", 3, [1, 2, 3], [1, float.NaN, 3]), Column.Vectors("y", [1, 2], [3, 4])), 20, 9, 2, 7);
        using PartitionedDataset parts = PartitionedDataset.Open(train);
        using var trainer = new Trainer(Trainings.NewRegressor(), new Adam());
        Assert.Contains("Column 'x' is NaN in part 3, example 1, step 0", Assert.Throws<ArgumentException>(() => trainer.Fit(parts)).Message, StringComparison.Ordinal);
        string words = Written("words", (count, part) => Trainings.Texts(count, part, part == 2 ? 50 : 60), 5, 5);
        Assert.Contains("Parts 1 and 2 of", Assert.Throws<InvalidDataException>(() => PartitionedDataset.Open(words)).Message, StringComparison.Ordinal);
        string lengths = Written("lengths", (count, part) => new Dataset(Column.OneHot("x", 60, [1, 2], [3]), part == 1 ? Column.OneHot("y", 4, [1, 2], [3]) : Column.OneHot("y", 4, [1], [3])), 2, 2);
        using PartitionedDataset odd = PartitionedDataset.Open(lengths);
        using var tagging = new Trainer(Trainings.NewTagger(), new Adam());
        Assert.StartsWith("Part 2 of 2: The sequences of an example", Assert.Throws<ArgumentException>(() => tagging.Fit(odd)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_rank_that_lacks_a_part_says_so_to_all()
    {
        string train = Written("train", Trainings.Series, 20, 9, 2, 7);
        File.Delete(PartitionedDataset.PathOf(train, 3, 4));
        Exception?[] errors = Errors(2, own => PartitionedDataset.Open(train, own));
        Assert.StartsWith("Part 4 of 4 is missing: there is no", Assert.IsType<FileNotFoundException>(errors[1]).Message, StringComparison.Ordinal);
        Assert.Contains("which rank 1 of 2 is to read", errors[1]!.Message, StringComparison.Ordinal);
        Assert.Contains("Rank 1 cannot go on: Part 4 of 4 is missing", Assert.IsType<CommunicatorException>(errors[0]).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Folders_that_do_not_fit_are_refused()
    {
        string train = Written("train", Trainings.Series, 20, 9), halves = Written("halves", Trainings.Series, 9, 9, 9, 9), empty = Directory.CreateDirectory(folder.File("empty")).FullName;
        Refused<ArgumentException>(4, own => PartitionedDataset.Open(train, own), "has 2 parts, so that no more than 2 ranks can share them, and there are 4 ranks");
        Refused<FileNotFoundException>(2, own => PartitionedDataset.Open(empty, own), "has no parts of a data set, such as 'part-00001-of-00008.safetensors'");
        Refused<InvalidDataException>(2, own => PartitionedDataset.Open(own.Rank == 0 ? train : halves, own), "of 2 parts on rank 0, and of 4 on rank 1");
        Refused<FileNotFoundException>(1, own => PartitionedDataset.Open(folder.File("nowhere")), "has no parts of a data set");
        File.Copy(PartitionedDataset.PathOf(train, 0, 2), PartitionedDataset.PathOf(halves, 0, 2));
        Refused<InvalidDataException>(1, own => PartitionedDataset.Open(halves), "of 2 and of 4 parts");
        File.WriteAllText(PartitionedDataset.PathOf(train, 1, 2), "");
        Refused<InvalidDataException>(1, own => PartitionedDataset.Open(train), "part-00002-of-00002.safetensors");
    }

    static Exception?[] Errors<T>(int ranks, Func<Communicator, T> program)
    {
        new ThreadRanks(ranks).Run(program, null, out Exception?[] errors);
        return errors;
    }

    static void Refused<T>(int ranks, Func<Communicator, PartitionedDataset> open, string what) where T : Exception =>
        Assert.All(Errors(ranks, open), error => Assert.Contains(what, Assert.IsType<T>(error).Message, StringComparison.Ordinal));

    [Fact]
    public void Parts_opened_for_other_ranks_are_refused()
    {
        string train = Written("train", Trainings.Series, 20, 9, 12, 14);
        Exception?[] errors = Errors(2, own =>
        {
            using PartitionedDataset parts = PartitionedDataset.Open(train, own);
            using var alone = new Trainer(Trainings.NewRegressor(), new Adam());
            return alone.Fit(parts);
        });
        Assert.All(errors, error => Assert.Contains("which was not opened here: give PartitionedDataset.Open the trainer's Communicator", Assert.IsType<ArgumentException>(error).Message, StringComparison.Ordinal));
        PartitionedDataset closed = PartitionedDataset.Open(train);
        closed.Dispose();
        using var trainer = new Trainer(Trainings.NewRegressor(), new Adam());
        Assert.Throws<ObjectDisposedException>(() => trainer.Fit(closed));
    }

    [Fact]
    public void Ranks_that_have_all_parts_are_compared()
    {
        string train = Written("train", Trainings.Series, 20, 9, 12, 14), other = Written("other", (count, part) => part != 3 ? Trainings.Series(count, part)
            : new Dataset(Trainings.Series(count, part)["x"], Column.Vectors("y", [.. Enumerable.Repeat<float[]>([1, 2], count)])), 20, 9, 12, 14);
        Assert.All(Errors(2, own => Train(own, own.Rank == 0 ? train : other)), error => Assert.Contains("The training data, part 3 of 4: values of fingerprint", Assert.IsAssignableFrom<InvalidOperationException>(error).Message, StringComparison.Ordinal));
        Assert.All(Errors(2, own => Train(own, train)), Assert.Null);

        static History Train(Communicator own, string path)
        {
            using PartitionedDataset parts = PartitionedDataset.Open(path);
            using var trainer = new Trainer(Trainings.NewRegressor(), new Adam()) { Communicator = own, Epochs = 1 };
            return trainer.Fit(parts);
        }
    }

    [Fact]
    public void Values_of_other_ranks_cannot_be_read()
    {
        string train = Written("train", Trainings.Series, 20, 9, 12, 14);
        Exception?[] errors = Errors(2, own =>
        {
            using PartitionedDataset parts = PartitionedDataset.Open(train, own);
            Assert.Equal(own.Rank == 0 ? [0, 1] : [2, 3], parts.Own);
            Assert.Equal(55, parts.Examples);
            return parts[own.Rank == 0 ? 2 : 1].Count;
        });
        Assert.Contains("Part 3 of 4", Assert.IsType<ArgumentException>(errors[0]).Message, StringComparison.Ordinal);
        Assert.Contains("is held by another rank", Assert.IsType<ArgumentException>(errors[1]).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_cannot_be_written_leaves_nothing()
    {
        string path = folder.File("new");
        Assert.Contains("power of two", Assert.Throws<ArgumentOutOfRangeException>(() => PartitionedDataset.Write(path, 6, moreSeries)).Message, StringComparison.Ordinal);
        Assert.Contains("There are 40 examples for 64 parts", Assert.Throws<ArgumentException>(() => PartitionedDataset.Write(path, 64, moreSeries)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => PartitionedDataset.Write(path, 4, [moreSeries, Trainings.Texts(20, seed: 1)]));
        // The third of four files cannot be written, because a folder stands there.
        string third = Directory.CreateDirectory(PartitionedDataset.PathOf(path, 2, 4)).FullName;
        Assert.Throws<IOException>(() => PartitionedDataset.Write(path, 4, moreSeries));
        Assert.Empty(Directory.EnumerateFiles(path));
        Directory.Delete(third);
        PartitionedDataset.Write(path, 4, moreSeries);
        Assert.Contains("has parts of a data set already", Assert.Throws<IOException>(() => PartitionedDataset.Write(path, 8, moreSeries)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(16, new[] { 100, 100, 100, 100 }), InlineData(32, new[] { 5, 100, 60, 31 }), InlineData(3, new[] { 40, 1, 7, 40, 40, 2, 3, 9 }), InlineData(7, new[] { 9 })]
    public void A_batch_takes_evenly_from_all_parts(int size, int[] sizes)
    {
        var data = new Dataset([.. sizes.Select((count, part) => Trainings.Series(count, part))]);
        var order = new EpochOrder(data, size, block: null);
        order.Begin(new Memory.RandomStream(1, "order"));
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
