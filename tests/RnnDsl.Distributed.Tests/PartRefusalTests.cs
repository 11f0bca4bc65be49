using RnnDsl.Sequences;
using RnnDsl.Storage;
using RnnDsl.Training;

namespace RnnDsl.Distributed.Tests;

/// <summary>Data in parts that do not fit are refused, on all ranks and with a sentence.</summary>
public sealed class PartRefusalTests : PartFolders
{
    static readonly Dataset moreSeries = Trainings.Series(40, seed: 9);

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
        Checkpoint.Save(At("run.safetensors"), model, optimizer);
        Checkpoint.Load(At("run.safetensors"), model, optimizer);
        Assert.Contains("Examples 80 in parts of 20 20 20 20: it cannot go on with 80 in parts of 40 40", Assert.Throws<InvalidOperationException>(() => trainer.Fit(halves)).Message, StringComparison.Ordinal);
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
        string train = Written("train", Trainings.Series, 20, 9), halves = Written("halves", Trainings.Series, 9, 9, 9, 9), empty = Directory.CreateDirectory(At("empty")).FullName;
        Refused<ArgumentException>(4, own => PartitionedDataset.Open(train, own), "has 2 parts, so that no more than 2 ranks can share them, and there are 4 ranks");
        Refused<FileNotFoundException>(2, own => PartitionedDataset.Open(empty, own), "has no parts of a data set, such as 'part-00001-of-00008.safetensors'");
        Refused<InvalidDataException>(2, own => PartitionedDataset.Open(own.Rank == 0 ? train : halves, own), "of 2 parts on rank 0, and of 4 on rank 1");
        Refused<FileNotFoundException>(1, own => PartitionedDataset.Open(At("nowhere")), "has no parts of a data set");
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
        string path = At("new");
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
}
