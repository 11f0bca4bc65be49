namespace RnnDsl.Examples.Tests;

/// <summary>Options of the monitor that cannot be meant: they are refused in a sentence, before anything is read, learned or written.</summary>
public sealed class MonitoringOptionTests : IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("rnndsl-monitoring-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    /// <summary>F stands for a file, L for a link to it.</summary>
    [Theory]
    [InlineData("--source F --page F", 2, "--source and --page are the same file")]
    [InlineData("--source F --state L", 2, "--source and --state are the same file")]
    [InlineData("--source F --alarms ./F", 2, "--source and --alarms are the same file")]
    [InlineData("--state Z --alarms Z", 2, "--state and --alarms are the same file")]
    [InlineData("--page Z --state Z", 2, "--page and --state are the same file")]
    [InlineData("--page Z --output Z", 2, "--page and --output are the same file")]
    [InlineData("--sentiments F --output F", 2, "--sentiments and --output are the same file")]
    [InlineData("--unlabeled F --page F", 2, "--unlabeled and --page are the same file")]
    [InlineData("--load F --state F", 2, "--load and --state are the same file")]
    [InlineData("--source http://", 2, "--source 'http://' is no address of HTTP")]
    [InlineData("--source http://[bad", 2, "--source 'http://[bad' is no address of HTTP")]
    [InlineData("--source https:///x", 2, "--source 'https:///x' is no address of HTTP")]
    [InlineData("--window 0.000001", 1, "--window must be at least 0.01 and below a million.")]
    [InlineData("--keep 900000 --window 0.01", 2, "--history 240 is more than 10,000 times --window 0.01. Give a shorter --history, or a longer --window.")]
    [InlineData("--keep 900000", 2, "--keep 900000 is more than 10,000 times --window 20. Give a shorter --keep, or a longer --window.")]
    [InlineData("--lines-per-minute 0", 1, "--lines-per-minute must be at least 0.01 and below a million.")]
    [InlineData("--lines-per-minute -5", 1, "--lines-per-minute must be at least 0.01 and below a million.")]
    public void They_are_refused(string line, int exitCode, string message)
    {
        string file = Path.Combine(folder, "file.jsonl"), link = Path.Combine(folder, "link.jsonl");
        File.WriteAllText(file, "mine");
        File.CreateSymbolicLink(link, file);
        string[] arguments = [.. line.Split(' ').Select(part => part switch
        {
            "F" => file, "L" => link, "./F" => Path.Combine(folder, ".", "file.jsonl"), "Z" => Path.Combine(folder, "new"), _ => part,
        })];
        if (!arguments.Contains("--output"))
            arguments = [.. arguments, "--output", Path.Combine(folder, "model")];
        Ran ran = Ran.Of("Monitoring", arguments);
        Assert.Equal(exitCode, ran.ExitCode);
        Assert.StartsWith(message, ran.Error, StringComparison.Ordinal);
        Assert.Single(ran.Error.TrimEnd().Split('\n'));
        Assert.Equal("mine", File.ReadAllText(file));
        Assert.Equal(2, Directory.GetFileSystemEntries(folder).Length);
    }
}
