using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Xunit.Abstractions;

namespace RnnDsl.Generators.Tests;

/// <summary>A project is edited at random, and after each edit a driver that has seen all texts before must give what a new one gives: the same sources, and the
/// same diagnostics at the same places of the present text.</summary>
public class RandomEditTests(ITestOutputHelper output)
{
    const int Runs = 6;

    /// <summary>Other edits every day, and the same ones again: RNNDSL_RANDOM_EDITS=20000 RNNDSL_RANDOM_SEED=20261127.</summary>
    static readonly int Edits = Setting("RNNDSL_RANDOM_EDITS", 500),
        Seed = Setting("RNNDSL_RANDOM_SEED", int.Parse(DateTime.UtcNow.ToString("yyyyMMdd", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture));

    static int Setting(string name, int otherwise) => int.TryParse(Environment.GetEnvironmentVariable(name), out int value) ? value : otherwise;

    public static IEnumerable<object[]> Seeds() => Enumerable.Range(0, Runs).Select(run => new object[] { Seed, run });

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Edited_at_random_a_project_gives_what_a_new_build_gives(int seed, int run)
    {
        output.WriteLine($"RNNDSL_RANDOM_SEED={seed}, run {run} of {Runs}, {Edits / Runs} edits");
        var edits = new RandomEdits(unchecked(seed * 31 + run));
        var random = new Random(run);
        // Forks of one driver, of which one or the other is asked next: what one has seen last may lie many edits back.
        GeneratorDriver[] forks = new GeneratorDriver[3];
        Array.Fill(forks, Driver().RunGenerators(edits.Compilation));
        int compiled = 0, reported = 0;
        for (int i = 0; i < Edits / Runs; i++)
        {
            SyntaxTree[] before = [.. edits.Compilation.SyntaxTrees];
            edits.Next();
            int fork = random.Next(4) > 0 ? 0 : random.Next(forks.Length);
            string expected = Run(Driver(), edits.Compilation, out _), actual = Run(forks[fork], edits.Compilation, out forks[fork]);
            if (actual != expected)
                Assert.Fail($"{edits.Last}; RNNDSL_RANDOM_SEED={seed}, run {run}, fork {fork}\n{Difference(expected, actual)}\n\nAll files:\n"
                    + string.Join("\n", edits.Compilation.SyntaxTrees.Select(t => $"==== {t.FilePath}{(before.Contains(t) ? "" : ", edited")}\n{t}")));
            compiled += actual.Contains(": CompiledProgram", StringComparison.Ordinal) ? 1 : 0;
            reported += actual.Contains("RNN", StringComparison.Ordinal) ? 1 : 0;
            if (random.Next(20) == 0)
                forks[random.Next(forks.Length)] = forks[random.Next(forks.Length)];
        }
        output.WriteLine($"{compiled} of the programs had something compiled, {reported} something reported.");
        Assert.True(Edits < 600 || (compiled > Edits / Runs / 10 && reported > Edits / Runs / 10), $"Only {compiled} programs had something compiled, and {reported} something reported.");
    }

    /// <summary>One that does not track its steps: after a class is gone, one that does confuses the others (ForAttributeWithMetadataName in Microsoft.CodeAnalysis
    /// 5.0, with any generator).</summary>
    static GeneratorDriver Driver() => GeneratorHarness.Driver(track: false);

    static string Run(GeneratorDriver driver, CSharpCompilation compilation, out GeneratorDriver after)
    {
        after = driver;
        try
        {
            after = driver.RunGenerators(compilation);
        }
        catch (Exception fault)
        {
            // The driver itself fails where a diagnostic lies in a text of the past.
            return $"{fault}";
        }
        GeneratorRunResult result = after.GetRunResult().Results.Single();
        if (result.Exception is { } ended)
            return $"{ended}";
        return string.Join("\n", result.Diagnostics.Select(d => Describe(d, compilation)).Order(StringComparer.Ordinal)
            .Concat(result.GeneratedSources.OrderBy(s => s.HintName, StringComparer.Ordinal).Select(s => $"==== {s.HintName}\n{s.SourceText}")));
    }

    static string Describe(Diagnostic diagnostic, CSharpCompilation compilation) => diagnostic + string.Concat(diagnostic.AdditionalLocations.Prepend(diagnostic.Location).Select(l =>
        $" [{l.SourceTree?.FilePath} {l.SourceSpan} {(l.SourceTree is null || compilation.ContainsSyntaxTree(l.SourceTree) ? "" : "in a text of the past")}]"));

    static string Difference(string expected, string actual)
    {
        string[] wanted = expected.Split('\n'), got = actual.Split('\n');
        int first = Enumerable.Range(0, Math.Min(wanted.Length, got.Length)).FirstOrDefault(i => wanted[i] != got[i], Math.Min(wanted.Length, got.Length));
        return $"A new driver ({wanted.Length} lines):\n{string.Join("\n", wanted.Skip(first).Take(4))}\nThis one ({got.Length} lines):\n{string.Join("\n", got.Skip(first).Take(4))}";
    }
}
