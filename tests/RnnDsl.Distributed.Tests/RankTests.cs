using System.Runtime.InteropServices;
using RnnDsl.Execution;
using RnnDsl.Memory;
using RnnDsl.Metrics;
using RnnDsl.Sequences;
using RnnDsl.Storage;
using RnnDsl.Training;
using RnnDsl.Tuning;

namespace RnnDsl.Distributed.Tests;

/// <summary>Any number of ranks gives the bits of one.</summary>
public class RankTests
{
    static readonly Dataset texts = Trainings.Texts(70, seed: 1), moreTexts = Trainings.Texts(900, seed: 2), series = Trainings.Series(90, seed: 1), moreSeries = Trainings.Series(700, seed: 2);

    /// <summary>What a training leaves: parameters, losses, norms, and the place where it stands.</summary>
    sealed record Outcome(float[] Parameters, double[] Numbers)
    {
        public static Outcome Of(Module model, History history, double evaluated) => new(model.Parameters.Snapshot(),
            [.. history.Epochs.SelectMany(e => (double[])[e.TrainLoss, e.ValidationLoss ?? 0, e.GradientNorm, e.LearningRate, .. e.Metrics.Select(m => m.Value)]), history.StartLoss ?? 0, evaluated, history.Epochs.Count]);

        public void AssertSame(Outcome other)
        {
            Assert.True(MemoryMarshal.AsBytes(Parameters.AsSpan()).SequenceEqual(MemoryMarshal.AsBytes(other.Parameters.AsSpan())), "The parameters differ.");
            Assert.Equal(Numbers.Select(BitConverter.DoubleToInt64Bits), other.Numbers.Select(BitConverter.DoubleToInt64Bits));
        }
    }

    static Outcome TrainTagger(Communicator? ranks, int? chunk = null, LossWeight weight = LossWeight.ByExample, bool bucket = false, int batch = 32, bool allRows = false)
    {
        Tagger model = Trainings.NewTagger();
        var optimizer = new Adam(5e-3) { MovesAllRows = allRows };
        using var trainer = new Trainer(model, optimizer)
        {
            Communicator = ranks, Epochs = 2, BatchSize = batch, ClipNorm = 0.5, ChunkSteps = chunk, LossWeight = weight, BucketByLength = bucket, Seed = 4, Threads = 1, Metrics = [Metric.Accuracy(model, "y")],
        };
        History history = trainer.Fit(texts, moreTexts);
        return Outcome.Of(model, history, trainer.Evaluate(moreTexts));
    }

    static Outcome TrainRegressor(Communicator? ranks, int epochs = 3, int? patience = null, double rate = 5e-3, int batch = 40, int hidden = 24, int threads = 1)
    {
        Regressor model = Trainings.NewRegressor(hidden);
        using var trainer = new Trainer(model, new AdamW(rate))
        {
            Communicator = ranks, Epochs = epochs, BatchSize = batch, ClipValue = 0.1, Patience = patience, Schedule = Schedule.Cosine(0.1), Threads = threads, Execution = new ExecutionOptions { ExamplesPerShard = 3, Threads = threads },
        };
        History history = trainer.Fit(series, moreSeries);
        return Outcome.Of(model, history, trainer.Evaluate(series));
    }

    static void AssertSameOnRanks(Func<Communicator?, Outcome> train, params int[] counts)
    {
        Outcome alone = train(null);
        foreach (int ranks in counts)
            foreach (Outcome outcome in ThreadRanks.Run(ranks, train))
                alone.AssertSame(outcome);
    }

    [Fact]
    public void Dense_gradients() => AssertSameOnRanks(ranks => TrainRegressor(ranks), 1, 2, 3, 4, 5, 8);

    [Fact]
    public void Gradients_longer_than_a_message_that_is_sent_whole() => AssertSameOnRanks(ranks => TrainRegressor(ranks, epochs: 1, hidden: 50), 2, 3, 4, 8);

    [Fact]
    public void Threads_within_ranks() => AssertSameOnRanks(ranks => TrainRegressor(ranks, threads: 3), 2, 4);

    [Fact]
    public void Ranks_without_a_shard() => AssertSameOnRanks(ranks => TrainRegressor(ranks, epochs: 1, batch: 4), 4, 7);

    [Fact]
    public void Rows_of_a_table_and_dropout() => AssertSameOnRanks(ranks => TrainTagger(ranks), 1, 2, 3, 4, 5);

    [Fact]
    public void Rows_of_a_table_that_moves_as_a_whole() => AssertSameOnRanks(ranks => TrainTagger(ranks, allRows: true), 4);

    [Fact]
    public void Batches_of_one_example() => AssertSameOnRanks(ranks => TrainTagger(ranks, batch: 1), 2);

    [Fact]
    public void Chunks_carry_states() => AssertSameOnRanks(ranks => TrainTagger(ranks, chunk: 5), 2, 3, 4, 5);

    [Fact]
    public void Losses_weighed_by_step() => AssertSameOnRanks(ranks => TrainTagger(ranks, weight: LossWeight.ByStep, bucket: true), 2, 3, 4);

    [Fact]
    public void An_early_end() => AssertSameOnRanks(ranks =>
    {
        Outcome outcome = TrainRegressor(ranks, epochs: 30, patience: 1, rate: 0.2);
        Assert.InRange(outcome.Numbers[^1], 1, 29);
        return outcome;
    }, 2, 3);

    [Fact]
    public void Adapters() => AssertSameOnRanks(ranks =>
    {
        Regressor model = Trainings.NewRegressor();
        var adapters = new LowRankAdapters(model, rank: 2, alpha: 4, ["encoder.*"]);
        using var trainer = new Trainer(adapters, new AdamW(5e-3)) { Communicator = ranks, Epochs = 2, Threads = 1 };
        return Outcome.Of(model, trainer.Fit(series, moreSeries), trainer.Evaluate(series));
    }, 2, 3);

    [Fact]
    public void An_average_of_the_steps() => AssertSameOnRanks(ranks =>
    {
        Tagger model = Trainings.NewTagger();
        using var trainer = new Trainer(model, new Adam(5e-3)) { Communicator = ranks, Epochs = 2, BatchSize = 16, Seed = 4, Threads = 1, Averaging = WeightAverage.Exponential(0.7) };
        return Outcome.Of(model, trainer.Fit(texts, moreTexts), trainer.Evaluate(moreTexts));
    }, 2, 3);

    [Fact]
    public void Single_steps() => AssertSameOnRanks(ranks =>
    {
        Tagger model = Trainings.NewTagger();
        using var trainer = new Trainer(model, new Sgd(0.1)) { Communicator = ranks, Threads = 1 };
        double[] losses = [.. Enumerable.Range(0, 5).Select(step => trainer.TrainStep(texts, [.. Enumerable.Range(step * 7, 30)]))];
        return new Outcome(model.Parameters.Snapshot(), losses);
    }, 2, 3, 4);

    [Theory]
    [InlineData(null)]
    [InlineData(5)]
    public void A_run_saved_on_two_ranks_goes_on_on_three(int? chunk)
    {
        using var folder = new TemporaryFolder();
        string path = folder.File("run.safetensors");
        SavedRun.GoesOn(path, chunk, 3, (trainer, cancellation) => trainer.Fit(texts, moreTexts, cancellation));
    }

    [Fact]
    public void Rows_are_sent_rather_than_tables()
    {
        const int words = 50_000;
        Dataset data = Trainings.Texts(64, seed: 1, words);
        var ranks = new ThreadRanks(2);
        ranks.Run(own =>
        {
            using var trainer = new Trainer(Trainings.NewTagger(words), new Adam()) { Communicator = own, Threads = 1 };
            int[] batch = [.. Enumerable.Range(0, 32)];
            long before = Interlocked.Read(ref ranks.Sent);
            trainer.TrainStep(data, batch);
            return 0;
        }, null, out Exception?[] errors);
        Assert.All(errors, Assert.Null);
        // 32 texts of at most 22 words are read by both ranks; the table has 400,000 numbers.
        Assert.InRange(ranks.Sent, 1, 150_000);
    }

    [Fact]
    public void Ranks_that_differ_are_told_what_differs()
    {
        Refused("BatchSize: 32 on rank 0, 16 on rank 2", own => new Trainer(Trainings.NewRegressor(), new Adam()) { Communicator = own, BatchSize = own.Rank == 2 ? 16 : 32 }, _ => series);
        Refused("The training data: 90 examples of fingerprint", own => new Trainer(Trainings.NewRegressor(), new Adam()) { Communicator = own }, own => own.Rank == 1 ? Trainings.Series(90, seed: 9) : series);
        Refused("The parameters: those of fingerprint", own => new Trainer(new Regressor(feature: 3, hidden: 24, result: 2, seed: own.Rank), new Adam()) { Communicator = own }, _ => series);
        Refused("LearningRate: 0.001 on rank 0, 0.002 on rank 1", own => new Trainer(Trainings.NewRegressor(), new Adam(0.001 * (1 + own.Rank))) { Communicator = own }, _ => series);

        static void Refused(string what, Func<Communicator, Trainer> make, Func<Communicator, Dataset> data)
        {
            new ThreadRanks(3).Run(own =>
            {
                using Trainer trainer = make(own);
                return trainer.Fit(data(own));
            }, null, out Exception?[] errors);
            Assert.All(errors, error => Assert.Contains(what, Assert.IsAssignableFrom<InvalidOperationException>(error).Message, StringComparison.Ordinal));
        }
    }

    [Fact]
    public void A_rank_that_fails_ends_the_others_with_its_words_and_a_checkpoint()
    {
        using var folder = new TemporaryFolder();
        string path = folder.File("run.safetensors");
        new ThreadRanks(3).Run(own =>
        {
            using var trainer = new Trainer(Trainings.NewRegressor(), new Adam()) { Communicator = own, Threads = 1 };
            trainer.StepDone += step =>
            {
                if (step.Step == 3 && own.Rank == 1)
                    throw new IOException("The disk is full.");
            };
            return trainer.Fit(series);
        }, path, out Exception?[] errors);
        Assert.IsType<IOException>(errors[1]);
        foreach (int rank in new[] { 0, 2 })
            Assert.Matches(@"^Rank 1 cannot go on: The disk is full\. The training after [01] epochs? and [0-3] batch(es)? is saved in '.*'\. Load it", Assert.IsType<CommunicatorException>(errors[rank]).Message);
        var optimizer = new Adam();
        Checkpoint.Load(path, Trainings.NewRegressor(), optimizer);
    }

    [Fact]
    public void Not_finite_data_of_one_rank_end_all()
    {
        Dataset Broken()
        {
            Dataset whole = Trainings.Series(90, seed: 1);
            return new Dataset(whole["x"], Column.Vectors("y", [.. Enumerable.Repeat<float[]>([float.NaN, 0], 90)]));
        }
        new ThreadRanks(2).Run(own =>
        {
            using var trainer = new Trainer(Trainings.NewRegressor(), new Adam()) { Communicator = own, Threads = 1 };
            return trainer.Fit(Broken());
        }, null, out Exception?[] errors);
        Assert.All(errors, Assert.NotNull);
        Assert.Contains(errors, error => error is ArgumentException);
    }

    [Fact]
    public void Sums_have_one_tree_on_any_number_of_ranks()
    {
        var random = new RandomStream(1, "sums");
        foreach (int length in new[] { 0, 1, 17, 5000, 40_001 })
            foreach (int ranks in new[] { 1, 2, 3, 4, 6, 8 })
            {
                int computing = Collectives.Computing(ranks);
                float[][] values = [.. Enumerable.Range(0, ranks).Select(_ => Enumerable.Range(0, length).Select(_ => (float)random.Normal()).ToArray())];
                float[][] level = [.. values.Take(computing).Select(v => v.ToArray())];
                while (level.Length > 1)
                    level = [.. level.Chunk(2).Select(pair => pair[0].Zip(pair[1], (a, b) => a + b).ToArray())];
                ThreadRanks.Run(ranks, own =>
                {
                    own.Sum(values[own.Rank], new float[length]);
                    return 0;
                });
                foreach (float[] sum in values)
                    Assert.Equal(level[0], sum);
            }
    }

    [Fact]
    public void Bytes_are_shared()
    {
        foreach (int ranks in Enumerable.Range(1, 9))
            foreach (byte[][] shares in ThreadRanks.Run(ranks, own => own.Share([.. Enumerable.Repeat((byte)own.Rank, own.Rank % 3 * 5)])))
                Assert.Equal(Enumerable.Range(0, ranks).Select(rank => Enumerable.Repeat((byte)rank, rank % 3 * 5).ToArray()), shares);
    }
}
