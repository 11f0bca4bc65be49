namespace RnnDsl.Examples.Tests;

/// <summary>Continual learning of tables that the user brings.</summary>
public sealed class OwnStreamTests : IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("rnndsl-streams-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    /// <summary>A machine's states, three runs of each, in a file for each site.</summary>
    string[] Sites() => [.. new[] { "north", "south" }.Select((site, s) =>
    {
        string file = Path.Combine(folder, site + ".csv");
        File.WriteAllLines(file, ["run,load,heat,state", .. from run in Enumerable.Range(0, 20) from row in Enumerable.Range(0, 8)
            select FormattableString.Invariant($"{run},{(run % 2 == 0 ? 1 : -1) * (row % 3) + s},{0.1 * row},{(run % 2 == 0 ? "up" : "down" + s)}")]);
        return file;
    })];

    [Fact]
    public void Files_are_tasks_and_classes_that_come_later_have_their_place()
    {
        Ran ran = Ran.Of("ContinualLearning", ["--data", .. Sites(), "--target", "state", "--group", "run", "--strategy", "naive", "replay", "--seeds", "1", "--epochs", "20", "--threads", "1"]);
        Assert.Equal("", ran.Error);
        Assert.Equal(0, ran.ExitCode);
        Assert.Contains("north.csv, south.csv: state: 2 tasks, 16 examples each.", ran.Output, StringComparison.Ordinal);
        Assert.Contains("accuracy on each task", ran.Output, StringComparison.Ordinal);
        string[] naive = [.. ran.Output.Split('\n').Where(line => line.StartsWith("north ", StringComparison.Ordinal) || line.StartsWith("south ", StringComparison.Ordinal))];
        // The first task is learned, and what only the second has is unknown then.
        Assert.Equal(["north", "1.0000", "0.5000"], naive[0].Split(' ', StringSplitOptions.RemoveEmptyEntries));
    }

    /// <summary>What a table has that is worth a look is told; gaps are filled where that is asked for, and names of tasks may hold what names of files may not.</summary>
    [Fact]
    public void Findings_are_told_and_gaps_are_filled()
    {
        string file = Path.Combine(folder, "sites.csv");
        File.WriteAllLines(file, ["site,load,state", .. from site in new[] { "2024/01", "2024/02" } from row in Enumerable.Range(0, 60)
            select $"{site},{(row == 7 ? "" : row % 5)},{(row > 45 ? "idle" : row % 2 == 0 ? "up" : "down")}"]);
        string[] given = ["--data", file, "--target", "state", "--task", "site", "--window", "3", "--strategy", "naive", "--seeds", "1", "--epochs", "1", "--threads", "1", "--pictures", folder];
        Ran refused = Ran.Of("ContinualLearning", given), filled = Ran.Of("ContinualLearning", [.. given, "--fill"]);
        Assert.Contains("Task '2024/01': 1 of ", refused.Error, StringComparison.Ordinal);
        Assert.EndsWith("Here: --fill.", refused.Error.Trim(), StringComparison.Ordinal);
        Assert.Equal((0, ""), (filled.ExitCode, filled.Error));
        Assert.Contains("Note: task '2024/01': The ", filled.Output, StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(folder, "2024_01-naive.svg")));
    }

    [Fact]
    public void One_file_is_divided_by_a_column_or_by_rows()
    {
        string file = Path.Combine(folder, "load.csv");
        File.WriteAllLines(file, ["load,season", .. Enumerable.Range(0, 300).Select(i => FormattableString.Invariant($"{Math.Sin(0.3 * i)},{(i < 150 ? "wet" : "dry")}"))]);
        string[] given = ["--data", file, "--target", "load", "--inputs", "load", "--window", "12", "--ahead", "3", "--strategy", "naive", "--seeds", "1", "--epochs", "1", "--threads", "1"];
        Ran seasons = Ran.Of("ContinualLearning", [.. given, "--task", "season"]), parts = Ran.Of("ContinualLearning", [.. given, "--every", "100"]);
        Assert.Contains("minus RMSE on each task", seasons.Output, StringComparison.Ordinal);
        Assert.Contains("\nwet ", seasons.Output, StringComparison.Ordinal);
        Assert.Contains("load.csv: load: 3 tasks", parts.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("Note: the last", parts.Output, StringComparison.Ordinal);
        Assert.Contains("Note: the last 60 rows are fewer than --every 120, and no task.", Ran.Of("ContinualLearning", [.. given, "--every", "120"]).Output, StringComparison.Ordinal);
        foreach ((string[] more, string message) in new (string[], string)[]
        {
            ([], "one task alone"), (["--task", "season", "--every", "10"], "not both"), (["--task", "seson"], "Did you mean 'season'?"), (["--every", "14"], "Task 'part 1': "),
            (["--every", "200"], "--every 200 divides the 300 rows into fewer than two tasks"),
        })
        {
            Ran refused = Ran.Of("ContinualLearning", [.. given, .. more]);
            Assert.Equal((2, ""), (refused.ExitCode, refused.Output));
            Assert.Contains(message, refused.Error, StringComparison.Ordinal);
        }
        Assert.Contains("--target", Ran.Of("ContinualLearning", ["--data", file, "--window", "3"]).Error, StringComparison.Ordinal);
        Assert.Contains("--window", Ran.Of("ContinualLearning", ["--data", file, "--target", "load"]).Error, StringComparison.Ordinal);
    }
}
