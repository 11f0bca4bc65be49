using RnnDsl.Runtime.Tests.Data;

namespace RnnDsl.Execution.Tests;

/// <summary>The programs of docs/tables.md compile, run, and reach the figures that stand beside them.</summary>
public class TablePagesTests
{
    const string Usings = """
        using System; using System.Collections.Generic; using System.IO; using System.IO.Compression; using System.Linq;
        using RnnDsl; using RnnDsl.Data; using RnnDsl.Metrics; using RnnDsl.Prediction; using RnnDsl.Sequences; using RnnDsl.Storage; using RnnDsl.Training; using static RnnDsl.Ops;

        """;

    static readonly string[] Blocks = [.. File.ReadAllText(Path.Combine(Folder(), "docs", "tables.md")).ReplaceLineEndings("\n").Split("```csharp\n").Skip(1).Select(b => b[..b.IndexOf("```", StringComparison.Ordinal)])];

    [Fact]
    public void A_model_is_trained_on_a_table_saved_and_asked_by_another_program()
    {
        string folder = Directory.CreateTempSubdirectory("rnndsl-tables-").FullName + Path.DirectorySeparatorChar;
        try
        {
            string pumps = Path.Combine(Folder(), "examples", "Classification", "Data", "pumps.csv");
            List<string> said = Run("Epochs = 40", text => text.Replace("\"pumps.csv\"", $"@\"{pumps}\"").Replace("\"pumps.safe", "Root + \"pumps.safe"), folder);
            Assert.True(Number(said.Last().Split("accuracy").Last().Trim().Split(' ').First()) > 0.8, said.Last());
            string answer = Assert.Single(Run("today.csv", text => text.Replace("\"today.csv\"", $"@\"{pumps}\"").Replace("\"pumps.safe", "Root + \"pumps.safe"), folder));
            Assert.Matches("^(normal|imbalance|cavitation|bearing), [0-9]+", answer);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void Objects_become_a_table()
    {
        string block = Blocks.Single(b => b.StartsWith("sealed record Reading", StringComparison.Ordinal));
        int end = block.IndexOf('\n');
        Compiled.Load(Usings + block[..end] + "static class Snippet { public static TimeSeries Run(IEnumerable<Reading> readings) { " + block[end..] + " return table; } }", typeof(RnnDsl.Data.CsvSeries).Assembly);
    }

    [SharedDataFact("occupancy/datatraining.txt.gz")]
    public void Occupancy_is_found()
    {
        double[] accuracies = [.. Run("occupancy/datatraining").Select(Number)];
        Assert.True(accuracies[0] > 0.97 && accuracies[1] > 0.96, string.Join(' ', accuracies));
    }

    [SharedDataFact("japanese-vowels/JapaneseVowels_TRAIN.ts.gz")]
    public void Speakers_are_told_apart() => Assert.InRange(Number(Run("japanese-vowels").Single()), 0.97, 1);

    [SharedDataFact("cmapss-fd001/train_FD001.txt.gz")]
    public void Remaining_life_is_said() => Assert.InRange(Number(Run("cmapss-fd001/train").Single()), 10, 16);

    [SharedDataFact("beijing-pm25/pollution.csv.gz")]
    public void The_air_of_the_next_hour_is_said_better_than_by_the_last_value() => Assert.InRange(Number(Run("beijing-pm25").Single()), 0.04, 0.2);

    /// <summary>With an eighth of the windows, as all of them take a minute; the last value has 1.29.</summary>
    [SharedDataFact("etth1/ETTh1.csv.gz")]
    public void Four_days_of_a_transformer_are_said() => Assert.InRange(Number(Run("etth1", text => text.Replace("Horizon = 96,", "Horizon = 96, Stride = 8,")).Single()), 0.3, 0.65);

    static double Number(string text) => double.Parse(text, System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Compiles the program with this text, with the models of the page, and runs it.</summary>
    /// <returns>What it writes, a text for each call.</returns>
    static List<string> Run(string part, Func<string, string>? change = null, string? root = null)
    {
        string program = Blocks.Single(b => !b.StartsWith("[Model]", StringComparison.Ordinal) && b.Contains(part, StringComparison.Ordinal));
        foreach (string data in new[] { "occupancy", "japanese-vowels", "cmapss-fd001", "beijing-pm25", "etth1" })
            program = program.Replace($"$\"{data}/", $"Root + $\"{data}/").Replace($"(\"{data}/", $"(Root + \"{data}/");
        program = (change?.Invoke(program) ?? program).Replace("Console.WriteLine(", "Write(");
        string source = Usings + string.Concat(Blocks.Where(b => b.StartsWith("[Model]", StringComparison.Ordinal) && program.Contains($"new {b.Split("class ")[1].Split(' ')[0]}(", StringComparison.Ordinal))) + """
            public static class Snippet
            {
                static readonly List<string> written = [];
                static string Root = "";

                static void Write(object? text) => written.Add(Convert.ToString(text, System.Globalization.CultureInfo.InvariantCulture) ?? "");

                public static List<string> Run(string root)
                {
                    Root = root;

            """ + program.Replace("static IEnumerable", "return written; static IEnumerable") + (program.Contains("static IEnumerable", StringComparison.Ordinal) ? "" : "return written;") + " } }";
        System.Reflection.Assembly assembly = Compiled.Load(source, typeof(RnnDsl.Data.CsvSeries).Assembly);
        return (List<string>)assembly.GetType("Snippet")!.GetMethod("Run")!.Invoke(null, [root ?? SharedData.Path("").TrimEnd('/') + "/"])!;
    }

    static string Folder([System.Runtime.CompilerServices.CallerFilePath] string path = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(path)!, "..", ".."));
}
