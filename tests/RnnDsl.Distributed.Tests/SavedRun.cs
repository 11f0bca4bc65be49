using RnnDsl.Storage;
using RnnDsl.Training;

namespace RnnDsl.Distributed.Tests;

/// <summary>A run that is saved on some ranks and continued on others.</summary>
static class SavedRun
{
    /// <summary>A run of a tagger that ends after four steps on two ranks and is saved there has, on another number of ranks, the bits of a run that nothing ended.</summary>
    /// <param name="path">The file that it is saved to.</param>
    /// <param name="chunk">The steps of a chunk; null for whole sequences.</param>
    /// <param name="others">The number of ranks that go on, which is not 2.</param>
    /// <param name="fit">Trains.</param>
    public static void GoesOn(string path, int? chunk, int others, Func<Trainer, CancellationToken, History> fit)
    {
        float[] whole = Train(null, int.MaxValue);
        ThreadRanks.Run(2, ranks => Train(ranks, 4));
        foreach (float[] parameters in ThreadRanks.Run(others, ranks => Train(ranks, int.MaxValue)))
            Assert.True(parameters.AsSpan().SequenceEqual(whole));

        float[] Train(Communicator? ranks, int steps)
        {
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
            History history = fit(trainer, cancellation.Token);
            Assert.Empty(history.Differences);
            Assert.Equal(steps == int.MaxValue ? StopReason.Finished : StopReason.Canceled, history.Stop);
            if (ranks is { Ranks: 2, IsFirst: true })
                Checkpoint.Save(path, model, optimizer);
            return model.Parameters.Snapshot();
        }
    }
}
