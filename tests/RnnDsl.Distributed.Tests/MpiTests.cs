using System.Globalization;
using RnnDsl.Sequences;
using RnnDsl.Training;
using Xunit.Abstractions;

namespace RnnDsl.Distributed.Tests;

/// <summary>The test program under the mpirun of this machine.</summary>
public class MpiTests(ITestOutputHelper log)
{
    [MpiFact]
    public void Ranks_of_mpirun_have_the_bits_of_one_process()
    {
        string alone = Run(1);
        foreach (int ranks in new[] { 2, 4 })
            Assert.Equal(alone, Run(ranks));

        static string Run(int ranks)
        {
            using var folder = new TemporaryFolder();
            using var run = new Mpirun(ranks, folder.Path);
            (int code, string output, string errors) = run.Finish();
            Assert.True(code == 0, errors);
            // The first rank writes for all.
            Assert.Equal(2, output.Split($"{ranks} ranks with").Length);
            return Assert.IsType<string>(run.Hash());
        }
    }

    [MpiFact]
    public void A_rank_with_other_data_and_a_rank_that_fails_end_all_with_a_sentence()
    {
        using var folder = new TemporaryFolder();
        using var other = new Mpirun(3, folder.Path, "--other-data-on", "2");
        (int code, _, string errors) = other.Finish();
        Assert.NotEqual(0, code);
        Assert.Contains("The training data: 200 examples of fingerprint", errors, StringComparison.Ordinal);
        using var failing = new Mpirun(2, folder.Path, "--fail-on", "1");
        (code, _, errors) = failing.Finish();
        Assert.NotEqual(0, code);
        Assert.Contains("The disk is full.", errors, StringComparison.Ordinal);
        Assert.True(errors.Contains("Rank 1 of 2 cannot go on: The disk is full.", StringComparison.Ordinal) || errors.Contains("Rank 0 of 2 was told to end", StringComparison.Ordinal), errors);
        Assert.True(File.Exists(folder.File("run.safetensors")));
    }

    [MpiFact]
    public void A_rank_that_makes_calls_which_others_do_not_make_is_told_so()
    {
        using var folder = new TemporaryFolder();
        using var run = new Mpirun(2, folder.Path, "--epochs", "1", "--first-goes-on", "yes");
        (int code, _, string errors) = run.Finish();
        Assert.NotEqual(0, code);
        Assert.Contains("Rank 1 of 2 has ended, while others wait for it", errors, StringComparison.Ordinal);
    }

    [MpiFact]
    public void Ranks_that_have_the_files_of_their_own_parts_alone_have_the_bits_of_one_process()
    {
        const int parts = 8;
        using var data = new TemporaryFolder();
        foreach (int ranks in new[] { 1, 2, 4 })
            for (int part = 0; part < parts; part++)
            {
                string own = Directory.CreateDirectory(data.File($"{part * ranks / parts} of {ranks}")).FullName;
                DatasetFile.Write(PartitionedDataset.PathOf(own, part, parts), Trainings.Texts(20 + part, seed: part));
            }
        using TemporaryFolder alone = new(), interrupted = new();
        string hash = Finished(1, alone);
        using var failing = new Mpirun(2, interrupted.Path, "--parts", data.Path, "--fail-on", "1");
        Assert.NotEqual(0, failing.Finish().Code);
        Assert.True(File.Exists(interrupted.File("run.safetensors")));
        Assert.Equal(hash, Finished(4, interrupted));
        Directory.Delete(data.File("1 of 2"), recursive: true);
        using var lacking = new Mpirun(2, alone.Path, "--parts", data.Path);
        (int code, _, string errors) = lacking.Finish();
        Assert.NotEqual(0, code);
        Assert.Contains("Part 5 of 8 is missing", errors, StringComparison.Ordinal);

        string Finished(int ranks, TemporaryFolder folder)
        {
            using var run = new Mpirun(ranks, folder.Path, "--parts", data.Path);
            (int code, _, string errors) = run.Finish();
            Assert.True(code == 0, errors);
            return Assert.IsType<string>(run.Hash());
        }
    }

    /// <summary>RNNDSL_KILLS is the number of times that each rank is killed with each of the settings; by default each rank once, with one of them.</summary>
    [MpiFact]
    public void Killed_runs_go_on_on_other_ranks_to_the_same_bits()
    {
        int seed = Environment.TickCount, kills = int.Parse(Environment.GetEnvironmentVariable("RNNDSL_KILLS") ?? "0", CultureInfo.InvariantCulture), interrupted = 0;
        var random = new Random(seed);
        log.WriteLine($"Seed {seed}.");
        string[][] all = [["--epochs", "4", "--delay", "8", "--chunks", "yes"], ["--epochs", "6", "--delay", "8"]];
        foreach (string[] settings in all.Take(kills == 0 ? 1 : all.Length))
        {
            using var quiet = new TemporaryFolder();
            using var whole = new Mpirun(2, quiet.Path, settings);
            Assert.Equal(0, whole.Finish().Code);
            string hash = Assert.IsType<string>(whole.Hash());
            TimeSpan longest = File.GetLastWriteTimeUtc(quiet.File("result.0")) - File.GetLastWriteTimeUtc(quiet.File("pid.0"));
            for (int i = 0; i < 2 * Math.Max(kills, 1); i++)
            {
                int ranks = 2 + i / 2 % 3;
                interrupted += KillAndGoOn(ranks, i < 2 ? i : random.Next(ranks), longest * random.NextDouble(), 1 + random.Next(4), settings, hash) ? 1 : 0;
            }
        }
        log.WriteLine($"{interrupted} runs were interrupted.");
        Assert.True(interrupted > 0, "No run was interrupted.");
    }

    bool KillAndGoOn(int ranks, int victim, TimeSpan after, int others, string[] settings, string hash)
    {
        using var folder = new TemporaryFolder();
        using var run = new Mpirun(ranks, folder.Path, settings);
        run.Kill(victim, after);
        (_, _, string errors) = run.Finish();
        bool isKilled = run.Hash() is null, isSaved = errors.Contains("is saved in", StringComparison.Ordinal);
        log.WriteLine($"Rank {victim} of {ranks} killed after {after.TotalMilliseconds:F0} ms: {(isKilled ? errors.Split('\n').FirstOrDefault(line => line.StartsWith("Rank", StringComparison.Ordinal)) : "it had ended")}");
        Assert.True(!isKilled || isSaved || errors.Contains("No training had begun", StringComparison.Ordinal), errors);
        Assert.True(!isSaved || File.Exists(folder.File("run.safetensors")));
        using var rest = new Mpirun(others, folder.Path, settings);
        (int code, _, errors) = rest.Finish();
        Assert.True(code == 0, errors);
        Assert.Equal(hash, rest.Hash());
        return isKilled;
    }
}
