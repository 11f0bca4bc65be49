using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using RnnDsl.Distributed;
using RnnDsl.Distributed.Tests;
using RnnDsl.Sequences;
using RnnDsl.Storage;
using RnnDsl.Training;

// Trains as the options say. Each rank writes its process' number to FOLDER/pid.RANK before it trains, and a line with the hash of the parameters and of the losses to FOLDER/result.RANK at the end.
string Option(string name, string otherwise) => Array.IndexOf(args, name) is >= 0 and var at && at + 1 < args.Length ? args[at + 1] : otherwise;
int Number(string name, int otherwise) => int.Parse(Option(name, otherwise.ToString(CultureInfo.InvariantCulture)), CultureInfo.InvariantCulture);

string folder = Option("--folder", "."), checkpoint = Path.Combine(folder, "run.safetensors");
try
{
    using var mpi = MpiCommunicator.Start(checkpoint);
    string own = mpi.Rank.ToString(CultureInfo.InvariantCulture);
    Tagger model = Trainings.NewTagger();
    var optimizer = new Adam(4e-3);
    if (File.Exists(checkpoint))
        Checkpoint.Load(checkpoint, model, optimizer);
    Dataset train = Trainings.Texts(Number("--examples", 200), seed: mpi.Rank == Number("--other-data-on", -1) ? 2 : 1), validation = Trainings.Texts(600, seed: 3);
    using var trainer = new Trainer(model, optimizer)
    {
        Communicator = mpi, Epochs = Number("--epochs", 4), ClipNorm = 1, Seed = 3, LossWeight = LossWeight.ByStep, ChunkSteps = Option("--chunks", "no") == "yes" ? 6 : null,
        Schedule = Schedule.Cosine(0.1),
    };
    int delay = Number("--delay", 0), failing = Number("--fail-on", -1);
    trainer.StepDone += step =>
    {
        if (step.Step == 2 && failing == mpi.Rank)
            throw new InvalidDataException("The disk is full.");
        if (delay > 0)
            Thread.Sleep(delay);
    };
    trainer.EpochDone += _ =>
    {
        if (mpi.IsFirst)
            Checkpoint.Save(checkpoint, model, optimizer);
    };
    File.WriteAllText(Path.Combine(folder, $"pid.{own}"), Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
    // The folder of the parts that this rank shall read, and that has no others.
    using PartitionedDataset? parts = Option("--parts", "") is { Length: > 0 } all ? PartitionedDataset.Open(Path.Combine(all, $"{mpi.Rank} of {mpi.Ranks}"), mpi) : null;
    History history = parts is null ? trainer.Fit(train, validation) : trainer.Fit(parts, parts);
    byte[] losses = MemoryMarshal.AsBytes<double>((double[])[.. history.Earlier.Concat(history.Epochs).SelectMany(epoch => new[] { epoch.TrainLoss, epoch.ValidationLoss!.Value, epoch.GradientNorm }),
        trainer.Evaluate(train)]).ToArray();
    string hash = Convert.ToHexString(SHA256.HashData([.. MemoryMarshal.AsBytes(model.Parameters.ReadOnlyValues), .. losses]));
    File.WriteAllText(Path.Combine(folder, $"result.{own}"), hash);
    if (mpi.IsFirst && Option("--first-goes-on", "no") == "yes")
        trainer.Evaluate(validation);
    Console.WriteLine($"{mpi.Ranks} ranks with {mpi.Threads} threads each: {hash}");
    return 0;
}
catch (Exception e) when (e is CommunicatorException or InvalidOperationException or InvalidDataException or FileNotFoundException)
{
    Console.Error.WriteLine(e.Message);
    return 2;
}
