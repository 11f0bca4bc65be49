using System.CommandLine;
using RnnDsl.Distributed;
using RnnDsl.Runs;
using RnnDsl.Sequences;
using RnnDsl.Storage;
using RnnDsl.Terminal;
using RnnDsl.Training;

namespace RnnDsl.Examples.Forecasting;

/// <summary>The trainings of the example, which have all settings but the rate alike.</summary>
sealed class TrainingRuns(ParseResult given, MpiCommunicator mpi, string file)
{
    /// <summary>The record of the training for which one was asked.</summary>
    public RunRecord? Record { get; private set; }

    /// <summary>Trains, and says how it went. Under mpirun, a training that lost a rank goes on where it was, on any number of ranks.</summary>
    public History Fit(ITrainable what, string title, Dataset train, Dataset validation, int epochs, double rate, string? runs = null)
    {
        mpi.CheckpointPath = Path.Combine(given.GetValue(Options.Output)!, $"{title.ToLowerInvariant().Replace(' ', '-')}.checkpoint");
        var optimizer = new AdamW(rate) { WeightDecay = 0.01 };
        if (File.Exists(mpi.CheckpointPath))
            Checkpoint.Load(mpi.CheckpointPath, what.Module, optimizer);
        using var trainer = new Trainer(what, optimizer)
        {
            Communicator = mpi,
            BatchSize = 64, Epochs = epochs, ClipNorm = 1, Schedule = Schedule.Cosine(), Patience = 8, Seed = given.GetValue(Options.Seed), Threads = given.GetValue(Options.Threads),
        };
        if (runs is not null && mpi.IsFirst)
            Record = RunRecord.Start(RunRecord.NewFolder(runs, "forecast"), trainer, train, validation, new RunOptions { Notes = new Dictionary<string, string> { ["seed of the model"] = $"{given.GetValue(Options.Seed)}", ["data"] = file } });
        History history = Record is null || runs is null ? trainer.FitWithProgress(train, validation, title) : Record.Fit(() => trainer.FitWithProgress(train, validation, title));
        if (mpi.IsFirst)
            File.Delete(mpi.CheckpointPath);
        Display.Say($"{title}: {history.Epochs.Count} epochs in {history.Epochs.Sum(e => e.Seconds):F1} s, {history.Stop}; validation loss {history.StartLoss:F4} before, {history.Best?.ValidationLoss ?? history.StartLoss:F4} after.");
        if (history.StartWasBest)
            Display.Say($"{title}: no epoch improved on the validation data, so everything stays as it was.");
        return history;
    }
}
