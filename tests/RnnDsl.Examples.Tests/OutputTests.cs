using RnnDsl.Terminal;

namespace RnnDsl.Examples.Tests;

/// <summary>What cannot be written is refused before anything is read or learned.</summary>
public sealed class OutputTests : IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("rnndsl-outputs-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    /// <summary>F stands for a file in a folder that does not exist, B for a file below another file, which is no folder.</summary>
    [Theory]
    [InlineData("Classification", "--output F")]
    [InlineData("Classification", "--runs B")]
    [InlineData("ContinualLearning", "--pictures B")]
    [InlineData("Dialogue", "--output B")]
    [InlineData("Forecasting", "--output B")]
    [InlineData("Forecasting", "--runs B")]
    [InlineData("HyperparameterSearch", "--output B")]
    [InlineData("Recommendation", "--output F")]
    [InlineData("RemainingLife", "--output F")]
    [InlineData("Speech", "--output F")]
    [InlineData("Speech", "strings --output F")]
    [InlineData("Speech", "strings --live --small F")]
    [InlineData("Tagging", "--output F")]
    [InlineData("Tagging", "--onnx F")]
    [InlineData("TextClassification", "--output F")]
    [InlineData("text-generation", "--output B")]
    [InlineData("Translation", "--output F")]
    [InlineData("Translation", "--page F")]
    [InlineData("Translation", "--small F")]
    public void It_is_refused_at_the_start(string program, string line)
    {
        string file = Path.Combine(folder, "file");
        File.WriteAllText(file, "mine");
        string[] arguments = [.. line.Split(' ').Select(part => part switch { "F" => Path.Combine(folder, "none", "out"), "B" => Path.Combine(file, "out"), _ => part })];
        string good = Path.Combine(folder, "good");
        if (!arguments.Contains("--output") && program is not ("ContinualLearning" or "HyperparameterSearch"))
            arguments = [.. arguments, "--output", good];
        Ran ran = Ran.Of(program, arguments);
        Assert.Equal(2, ran.ExitCode);
        Assert.Equal("", ran.Output);
        Assert.Contains(folder, ran.Error, StringComparison.Ordinal);
        Assert.Contains("Cannot ", ran.Error, StringComparison.Ordinal);
        Assert.Equal("mine", File.ReadAllText(file));
    }

    /// <summary>I stands for a file that is read, O for another path: a result is not written over either.</summary>
    [Theory]
    [InlineData("Classification", "--data I --target state --output I")]
    [InlineData("Recommendation", "--data I --output I")]
    [InlineData("RemainingLife", "--data I --group g --output I")]
    [InlineData("Speech", "strings --live --output O --small O")]
    [InlineData("Speech", "strings --data I --output I")]
    [InlineData("Tagging", "--train I --output I")]
    [InlineData("Tagging", "--members 2 --output O.st --onnx O-2.st")]
    [InlineData("TextClassification", "--train I --output I")]
    [InlineData("TextClassification", "--train I --output L")]
    [InlineData("Translation", "--source I --output I")]
    [InlineData("Translation", "--output O --page O")]
    [InlineData("Translation", "--load I --small I")]
    public void What_is_read_or_written_is_not_written_over(string program, string line)
    {
        string file = Path.Combine(folder, "file.csv"), other = Path.Combine(folder, "out"), link = Path.Combine(folder, "link");
        File.WriteAllText(file, "mine");
        if (line.Contains('L'))
            File.CreateSymbolicLink(link, file);
        Ran ran = Ran.Of(program, [.. line.Split(' ').Select(part => part == "I" ? file : part == "L" ? link : part[0] == 'O' ? other + part[1..] : part)]);
        Assert.Equal(2, ran.ExitCode);
        Assert.Equal("", ran.Output);
        Assert.Contains(line.Contains('O') ? "Two results would be written to" : "is read, and a result would be written over it", ran.Error, StringComparison.Ordinal);
        Assert.Equal("mine", File.ReadAllText(file));
        Assert.Equal(file, Assert.Single(Directory.GetFileSystemEntries(folder), entry => entry != link));
    }

    [Fact]
    public void A_check_changes_nothing()
    {
        string old = Path.Combine(folder, "old"), free = Path.Combine(folder, "new");
        File.WriteAllText(old, "mine");
        OutputCheck.RequireFile(old);
        OutputCheck.RequireFile(free);
        OutputCheck.RequireFile(null);
        Assert.Equal("mine", File.ReadAllText(old));
        Assert.Equal([old], Directory.GetFileSystemEntries(folder));
        OutputCheck.RequireFolder(Path.Combine(folder, "deep", "folder"));
        Assert.Empty(Directory.GetFileSystemEntries(Path.Combine(folder, "deep", "folder")));
        OutputCheck.RequireFolder(null);
    }

    [Fact]
    public void Folders_devices_and_files_in_the_way_are_named()
    {
        string old = Path.Combine(folder, "old");
        File.WriteAllText(old, "mine");
        Assert.Contains($"Cannot write '{folder}'", Assert.Throws<IOException>(() => OutputCheck.RequireFile(folder)).Message, StringComparison.Ordinal);
        Assert.Contains("there is a file of that name", Assert.Throws<IOException>(() => OutputCheck.RequireFolder(old)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => OutputCheck.RequireFile(""));
        Assert.Throws<ArgumentException>(() => OutputCheck.RequireFolder(" "));
        if (!OperatingSystem.IsWindows())
            Assert.Contains("Cannot write '/dev/null'", Assert.Throws<IOException>(() => OutputCheck.RequireFile("/dev/null")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_bad_line_does_not_stop_the_device()
    {
        string values = Path.Combine(folder, "values.txt");
        File.WriteAllText(values, $"50\r\nnan\n\n50,5\n{new string('1', 1_000_000)}\n51");
        Ran ran = Ran.Of("edge-predictor", [values]);
        Assert.Equal(2, ran.ExitCode);
        string[] errors = ran.Error.TrimEnd().Split(Environment.NewLine);
        Assert.Equal(["Line 2: 'nan'", "Line 3: ''", "Line 4: '50,5'", $"Line 5: '{new string('1', 60)}…'"], errors.Select(e => e.Split(" is not")[0]));
    }
}
