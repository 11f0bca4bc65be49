using System.Globalization;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using System.Text.RegularExpressions;

namespace RnnDsl.Package.Tests;

/// <summary>The README's first example as a program of its own, with the package alone.</summary>
[Collection(PackedCollection.Name)]
public sealed partial class ReadmeExampleTests(PackedLibraries packed)
{
    /// <summary>Compiled ahead of time the lanes may be narrower, so sums come in another order; over 20 epochs this share of the loss may come of it.</summary>
    const double LossTolerance = 1e-5;

    const long LargestBinary = 4_000_000;

    static double[]? jitLosses;

    [Fact]
    public void It_trains_with_the_jit() => AssertTrains(JitLosses());

    [AotFact]
    public void It_trains_compiled_ahead_of_time()
    {
        string folder = Program("ReadmeAot", "<PublishAot>true</PublishAot><InvariantGlobalization>true</InvariantGlobalization>");
        string output = Path.Combine(folder, "out");
        Tool.Dotnet(folder, "publish", "-c", "Release", "--use-current-runtime", "-o", output, "-p:TrimmerSingleWarn=false")
            .SucceededWithoutWarnings();
        string binary = Path.Combine(output, OperatingSystem.IsWindows() ? "ReadmeAot.exe" : "ReadmeAot");
        Assert.InRange(new FileInfo(binary).Length, 1, LargestBinary);

        ToolResult run = Tool.Run(binary, folder).Succeeded();
        double[] losses = Losses(run), jit = JitLosses();
        AssertTrains(losses);
        Assert.Equal(jit.Length, losses.Length);
        for (int epoch = 0; epoch < jit.Length; epoch++)
            Assert.True(Math.Abs(losses[epoch] - jit[epoch]) <= LossTolerance * jit[epoch],
                $"Epoch {epoch + 1}: {losses[epoch]} ahead of time, {jit[epoch]} with the JIT.");
        // The package asks for AVX2 on x64; without it vectors would be emulated.
        if (RuntimeInformation.ProcessArchitecture == Architecture.X64 && Avx2.IsSupported)
            Assert.Contains("lanes 8", run.Output);
    }

    [AotFact]
    public void A_program_that_reads_tables_with_RnnDsl_Data_publishes_ahead_of_time_without_a_warning()
    {
        string folder = packed.NewProgram("TableAot", "<PublishAot>true</PublishAot><InvariantGlobalization>true</InvariantGlobalization>", ("Program.cs", """
            RnnDsl.Sequences.TimeSeries series = RnnDsl.Data.CsvSeries.Read(args[0]);
            Console.WriteLine($"{string.Join(' ', series.Columns)}: {series.Width} columns");
            """));
        // The data package brings the other one.
        string project = Path.Combine(folder, "TableAot.csproj"), output = Path.Combine(folder, "out"), table = Path.Combine(folder, "table.csv");
        File.WriteAllText(project, File.ReadAllText(project).Replace("Include=\"RnnDsl\"", "Include=\"RnnDsl.Data\"", StringComparison.Ordinal));
        File.WriteAllText(table, "load,wind\n1,2.5\n3,4\n");
        Tool.Dotnet(folder, "publish", "-c", "Release", "--use-current-runtime", "-o", output, "-p:TrimmerSingleWarn=false").SucceededWithoutWarnings();
        string binary = Path.Combine(output, OperatingSystem.IsWindows() ? "TableAot.exe" : "TableAot");
        Assert.Equal("load wind: 2 columns", Tool.Run(binary, folder, table).Succeeded().Output.Trim());
    }

    /// <summary>Both tests need them; one program makes them.</summary>
    double[] JitLosses()
    {
        if (jitLosses is null)
        {
            string folder = Program("ReadmeJit", "");
            Tool.Dotnet(folder, "build", "-c", "Release").SucceededWithoutWarnings();
            jitLosses = Losses(Tool.Dotnet(folder, Path.Combine("bin", "Release", "net10.0", "ReadmeJit.dll")));
        }
        return jitLosses;
    }

    string Program(string name, string properties) => packed.NewProgram(name, properties,
        ("Example.cs", Example()),
        // Names that the library has too are those of .NET where the file asks for these.
        ("Names.cs", "using System.Reflection; static class Names { public static string Of(MethodInfo method, Module module, ParameterInfo parameter) => $\"{method.Name} {module.MetadataToken} {parameter.Name}\"; }"),
        ("Program.cs", File.ReadAllText(Path.Combine(PackedLibraries.Repository, "tests", "RnnDsl.Package.Tests", "Consumer", "Program.cs"))));

    static string Example()
    {
        Match block = CSharpBlock().Match(File.ReadAllText(Path.Combine(PackedLibraries.Repository, "README.md")).ReplaceLineEndings("\n"));
        Assert.True(block.Success, "README.md has no C# block.");
        return block.Groups[1].Value;
    }

    static double[] Losses(ToolResult run) =>
        [.. LossLine().Matches(run.Succeeded().Output).Select(m => double.Parse(m.Groups[1].Value, CultureInfo.InvariantCulture))];

    static void AssertTrains(double[] losses)
    {
        Assert.True(losses.Length > 1, "Nothing was trained.");
        Assert.True(losses.Min() < losses[0] / 2, $"The loss hardly fell: {string.Join(' ', losses)}.");
    }

    [GeneratedRegex("```csharp\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex CSharpBlock();

    [GeneratedRegex(@"^loss (\S+)", RegexOptions.Multiline)]
    private static partial Regex LossLine();
}
