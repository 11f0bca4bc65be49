using System.Diagnostics;
using RnnDsl.Runtime.Tests.Storage;
using RnnDsl.Search;

namespace RnnDsl.Tests.Search;

/// <summary>A search that is killed at random moments, again and again, and each time goes on from its file.</summary>
public sealed class KilledSearchTests : IDisposable
{
    public const string Command = "search-until-killed";

    const int Kills = 10, Trials = 60, Patience = 300_000;

    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    /// <summary>What runs in the process that is killed.</summary>
    internal static void Run(string file)
    {
        Console.WriteLine("begun");
        MadeUpSearch.Make(trial => MadeUpSearch.Train(trial, 4), file, threads: 3, trials: Trials).Run();
    }

    [Fact]
    public void A_search_killed_up_to_ten_times_ends_with_the_trials_of_an_undisturbed_one()
    {
        string file = folder.File("search.jsonl");
        string[] whole = MadeUpSearch.Text(MadeUpSearch.Make(trials: Trials).Run());
        var random = new Random(1);
        int killed = 0;
        for (bool ended = false; !ended;)
        {
            var start = new ProcessStartInfo(Environment.ProcessPath!.Contains("dotnet", StringComparison.Ordinal) ? Environment.ProcessPath : "dotnet",
                [typeof(KilledSearchTests).Assembly.Location, Command, file]) { RedirectStandardOutput = true };
            using Process process = Process.Start(start)!;
            // It is killed when the file has grown by some trials. Until then it has begun others, and may be writing.
            process.StandardOutput.ReadLine();
            long enough = Length(file) + random.Next(1, 1000);
            while (killed < Kills && Length(file) < enough && !process.HasExited)
                Thread.Sleep(1);
            if (ended = process.WaitForExit(killed < Kills ? 0 : Patience))
                Assert.Equal(0, process.ExitCode);
            else
            {
                // The signal that no process can handle.
                process.Kill();
                process.WaitForExit();
                killed++;
            }
        }
        // On a busy machine it may end before this process is on again.
        Assert.InRange(killed, 1, Kills);
        SearchResult result = new HyperparameterSearch(MadeUpSearch.Space, _ => Assert.Fail("It had not ended."))
        { File = file, Trials = Trials, SideBySide = 4, Stopping = new SuccessiveHalving(), Sampler = new TpeSampler { Startup = 6 } }.Run();
        Assert.Equal(whole, MadeUpSearch.Text(result));
    }

    static long Length(string file) => File.Exists(file) ? new FileInfo(file).Length : 0;
}
