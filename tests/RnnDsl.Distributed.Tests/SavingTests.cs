using RnnDsl.Execution;
using RnnDsl.Sequences;
using RnnDsl.Training;
using RnnDsl.Tuning;

namespace RnnDsl.Distributed.Tests;

/// <summary>A signal saves the training beside the thread that trains.</summary>
public class SavingTests
{
    /// <summary>The file has the best parameters. The training reads the last ones while it is written.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_training_that_is_saved_while_it_computes_keeps_its_bits(bool hasAdapters)
    {
        using var folder = new TemporaryFolder();
        Dataset train = Trainings.Texts(60, seed: 1), validation = Trainings.Texts(40, seed: 2);
        double[] undisturbed = Losses(null);
        for (int i = 0; i < 3; i++)
            Assert.Equal(undisturbed, Losses(folder.File("run.safetensors")));

        double[] Losses(string? checkpoint)
        {
            Tagger model = Trainings.NewTagger();
            LowRankAdapters? adapters = hasAdapters ? new(model, rank: 2, alpha: 2, ["encoder.*"], ["head.*"]) : null;
            using var alone = new Alone { CheckpointPath = checkpoint };
            // With so high a rate the first epochs are the best.
            var optimizer = new Adam(0.1);
            using Trainer trainer = adapters is null
                ? new(model, optimizer) { Communicator = alone, Epochs = 8, BatchSize = 10, Threads = 1 }
                : new(adapters, optimizer) { Communicator = alone, Epochs = 8, BatchSize = 10, Threads = 1 };
            var losses = new List<double>();
            var said = new HashSet<string>();
            using var begins = new SemaphoreSlim(0);
            bool ended = false;
            var signal = new Thread(() =>
            {
                for (begins.Wait(); !ended; begins.Wait())
                    said.Add(alone.Save());
            });
            trainer.StepDone += step =>
            {
                losses.Add(step.Loss);
                begins.Release();
                // So the next step computes at various moments of the saving.
                Thread.Sleep(losses.Count % 4);
            };
            signal.Start();
            History history = trainer.Fit(train, validation);
            ended = true;
            begins.Release();
            signal.Join();
            Assert.NotSame(history.Epochs[^1], history.Best);
            Assert.True(checkpoint is null || said.Count(sentence => sentence.Contains("is saved in", StringComparison.Ordinal)) > 10, string.Join('\n', said));
            return [.. losses];
        }
    }

    sealed class Alone : Communicator
    {
        public override int Rank => 0;

        public override int Ranks => 1;

        public string Save() => SaveTraining();

        public override void Exchange(int partner, ReadOnlySpan<byte> send, Span<byte> receive) => throw new InvalidOperationException("There is no partner.");

        public override void Fail(string reason)
        {
        }

        public override void Dispose()
        {
        }
    }
}
