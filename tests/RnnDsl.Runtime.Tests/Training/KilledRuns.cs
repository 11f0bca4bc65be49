using System.Diagnostics;
using RnnDsl.Execution;
using RnnDsl.Runtime.Tests.Storage;
using RnnDsl.Storage;
using RnnDsl.Training;
using RnnDsl.Tuning;

namespace RnnDsl.Tests.Training;

/// <summary>Trainings that are killed at random moments, again and again, and each time go on from the last checkpoint.</summary>
public sealed class KilledRuns : IDisposable
{
    public const string Command = "train-until-killed";

    /// <summary>After so many it may end; milliseconds that it has for that.</summary>
    const int Kills = 12, Patience = 300_000;

    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    /// <summary>What runs in the process that is killed.</summary>
    internal static void Train(string folder, int seed)
    {
        string checkpoint = Path.Combine(folder, "run.safetensors");
        (Module model, Optimizer optimizer, Trainer trainer) = new RandomRun(seed).Make();
        if (File.Exists(checkpoint))
            Checkpoint.Load(checkpoint, model, optimizer);
        var random = new Random();
        trainer.StepDone += _ =>
        {
            // So that steps take about as long as saving.
            Thread.Sleep(2);
            if (random.Next(4) == 0)
                Checkpoint.Save(checkpoint, model, optimizer);
        };
        trainer.EpochDone += _ => Checkpoint.Save(checkpoint, model, optimizer);
        Console.WriteLine("begun");
        var run = new RandomRun(seed);
        using (trainer)
            trainer.Fit(run.Data, run.Validation);
        ModelFile.Save(Path.Combine(folder, "end.safetensors"), model);
    }

    [Theory]
    [InlineData(1), InlineData(2), InlineData(3), InlineData(5)]
    public void A_run_killed_again_and_again_ends_as_the_whole_one_and_leaves_nothing(int seed)
    {
        var run = new RandomRun(seed);
        (Module whole, Optimizer _, Trainer trainer) = run.Make();
        using (trainer)
            trainer.Fit(run.Data, run.Validation);
        var random = new Random(seed);
        string end = folder.File("end.safetensors");
        int killed = 0;
        for (int attempt = 0; attempt <= Kills && !File.Exists(end); attempt++)
        {
            var start = new ProcessStartInfo(Environment.ProcessPath!.Contains("dotnet", StringComparison.Ordinal) ? Environment.ProcessPath : "dotnet",
                [typeof(KilledRuns).Assembly.Location, Command, folder.Path, seed.ToString(System.Globalization.CultureInfo.InvariantCulture)])
            { RedirectStandardOutput = true };
            using Process process = Process.Start(start)!;
            process.StandardOutput.ReadLine();
            if (process.WaitForExit(attempt < Kills ? random.Next(1, 30) * (2 + attempt) : Patience))
            {
                Assert.Equal(0, process.ExitCode);
                continue;
            }
            // The signal that no process can handle.
            process.Kill();
            process.WaitForExit();
            killed++;
        }
        Assert.True(File.Exists(end), $"{run} did not end");
        Assert.True(killed > 0, $"{run} was never killed");
        (Module rest, Optimizer _, Trainer unused) = run.Make(start: 2);
        unused.Dispose();
        foreach (LowRankAdapters adapters in LowRankAdapters.AttachedTo(rest).ToArray())
            adapters.Remove();
        ModelFile.Load(end, rest);
        Assert.True(whole.Parameters.ReadOnlyValues.SequenceEqual(rest.Parameters.ReadOnlyValues), $"{killed} times killed: {run}");
        Assert.Equal(["end.safetensors", "run.safetensors"], Directory.GetFileSystemEntries(folder.Path).Select(p => Path.GetFileName(p)).Order());
    }
}
