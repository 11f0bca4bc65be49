using System.Diagnostics;

namespace RnnDsl.Runs.Tests;

/// <summary>A run whose process was killed can be read up to its last whole line, and a page can be made of it.</summary>
public class KilledRunTests
{
    [Fact]
    public void A_killed_run_is_readable()
    {
        DirectoryInfo root = Directory.CreateTempSubdirectory("rnndsl-runs-");
        try
        {
            string program = typeof(Examples.Classification.Classifier).Assembly.Location, folder = Path.Combine(root.FullName, "runs", "pumps-1"), file = Path.Combine(folder, RunLog.FileName);
            using (var process = Process.Start(new ProcessStartInfo("dotnet", [program, "--epochs", "100000", "--rate", "0.0001", "--runs", Path.Combine(root.FullName, "runs"), "--output", Path.Combine(root.FullName, "model.safetensors")])
            {
                RedirectStandardOutput = true,
            })!)
            {
                var clock = Stopwatch.StartNew();
                // While it goes on, it can be read.
                while (!File.Exists(file) || new FileInfo(file).Length == 0 || RunLog.Read(file).Epochs.Count < 5)
                {
                    Assert.False(process.HasExited, "The training ended early.");
                    Assert.True(clock.Elapsed < TimeSpan.FromSeconds(60), "The training does not begin.");
                    Thread.Sleep(20);
                }
                process.Kill();
                process.WaitForExit();
            }
            RunLog log = RunLog.Read(folder);
            Assert.Equal(RunOutcome.Unknown, log.Outcome);
            Assert.Equal(Enumerable.Range(1, log.Epochs.Count), log.Epochs.Select(e => e.Epoch));
            RunPage.Write(folder);
            Assert.Contains("its process was killed", File.ReadAllText(Path.Combine(folder, RunPage.FileName)));
            Assert.Contains("unknown", RunComparison.Read(Path.Combine(root.FullName, "runs")).ToString());
        }
        finally
        {
            root.Delete(recursive: true);
        }
    }
}
