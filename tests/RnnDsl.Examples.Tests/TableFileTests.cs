namespace RnnDsl.Examples.Tests;

/// <summary>Tables of the user's own that are written in other ways, in all examples that read them.</summary>
public sealed class TableFileTests : IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("rnndsl-tables-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    /// <summary>Runs of machines as a German program writes them, each with a step that is missing and a gap.</summary>
    string Written(int gap = 5)
    {
        string file = Path.Combine(folder, $"anlage{gap}.csv");
        File.WriteAllLines(file, ["Anlage 7", "Zeit;Lauf;Last;Zustand", .. from run in Enumerable.Range(0, 20) from row in Enumerable.Range(0, 8) where row != 3
            select $"{run + 1:00}.02.2026 {row:00}:00;{run};{(row == gap ? "k. A." : $"1.00{row},{run % 2}5")};{(run % 2 == 0 ? "warm" : "kalt")}"]);
        return file;
    }

    static readonly string[] german = ["--skip", "1", "--decimal", ",", "--thousands", "."];

    [Theory]
    [InlineData("Classification", "--target Zustand --group Lauf --epochs 1 --output B", 20)]
    [InlineData("RemainingLife", "--group Lauf --window 4 --epochs 1 --output B", 20)]
    [InlineData("ContinualLearning", "--target Last --inputs Last --group Lauf --task Zustand --window 2 --ahead 1 --strategy naive --seeds 1 --epochs 1 --threads 1", 10)]
    public void Examples_say_which_option_helps_and_then_read_the_file(string program, string options, int series)
    {
        string[] given = ["--data", Written(), .. options.Split(' ').Select(option => option == "B" ? Path.Combine(folder, "model.safetensors") : option)];
        Ran gap = Ran.Of(program, [.. given, .. german]);
        Assert.Equal(2, gap.ExitCode);
        Assert.EndsWith("Here: --missing.", gap.Error.Trim(), StringComparison.Ordinal);
        Ran unfilled = Ran.Of(program, [.. given, .. german, "--missing", "k. A."]);
        Assert.EndsWith("Here: --fill.", unfilled.Error.Trim(), StringComparison.Ordinal);
        Ran filled = Ran.Of(program, [.. given, .. german, "--missing", "k. A.", "--fill"]);
        Assert.Equal((0, ""), (filled.ExitCode, filled.Error));
        Assert.Contains($"{series} of {series} series of 'Lauf' have no equal steps, the first of them '0': 1 step of 1 hour is missing", filled.Output, StringComparison.Ordinal);
        Assert.Contains("Here: --time sort,drop,fill.", filled.Output, StringComparison.Ordinal);
        Ran atEnds = Ran.Of(program, ["--data", Written(gap: 0), .. given[2..], .. german, "--missing", "k. A.", "--fill"]);
        Assert.EndsWith("Here: --drop-ends.", atEnds.Error.Trim(), StringComparison.Ordinal);
        Ran dropped = Ran.Of(program, ["--data", Written(gap: 0), .. given[2..], .. german, "--missing", "k. A.", "--fill", "--drop-ends"]);
        Assert.Equal((0, ""), (dropped.ExitCode, dropped.Error));
        Ran arranged = Ran.Of(program, [.. given, .. german, "--missing", "k. A.", "--fill", "--time", "drop,fill"]);
        Assert.Equal((0, ""), (arranged.ExitCode, arranged.Error));
        Assert.DoesNotContain("no equal steps", arranged.Output, StringComparison.Ordinal);
    }
}
