using System.Text.RegularExpressions;
using RnnDsl.Package.Tests;

namespace RnnDsl.Aot.Tests;

/// <summary>examples/EdgeLibrary as a shared library in C programs.</summary>
[Collection(PublishedCollection.Name)]
public sealed partial class LibraryTests(Published published)
{
    static string Example => Path.Combine(Published.Repository, "examples", "EdgeLibrary", "example.c");

    [LinuxFact]
    public void A_c_program_gets_the_managed_answers_to_the_bit()
    {
        string program = Compile("example", Example), input = Series.Lines(300);
        Run c = Run.WithInput(input, program).Succeeded();
        float[][] managed = Run.Managed(input, published.ManagedProgram).Succeeded().Rows;
        // Nine digits tell all floats apart.
        Assert.Equal(managed, c.Rows);
        string weights = Path.Combine(Published.Repository, "examples", "EdgePredictor", "weights.safetensors");
        Assert.Equal(c.Output, Run.WithInput(input, program, weights).Succeeded().Output);
    }

    [LinuxFact]
    public void Errors_reach_c_as_text()
    {
        string program = Compile("example", Example);
        string text = published.Write("bad.safetensors", "This is not a file of weights.\n");
        Run.Of(program, text).FailedWith($"{text}: ");
        Run.Of(program, text).FailedWith("not a safetensors file");
        Run.Of(program, published.PathOf("nowhere.safetensors")).FailedWith("There is no file");
        Run.WithInput("50\nnan\n", program).FailedWith("is NaN");
    }

    [LinuxFact]
    public void State_is_a_value_in_c()
    {
        string program = Compile("state", Path.Combine(Published.Repository, "tests", "RnnDsl.Aot.Tests", "Native", "state.c"));
        Assert.Equal(["ok"], Run.Of(program).Succeeded().Lines);
    }

    [LinuxFact]
    public void No_function_ends_the_host_whatever_stream_it_gets()
    {
        string source = Path.Combine(Published.Repository, "tests", "RnnDsl.Aot.Tests", "Native", "bad.c"), text = File.ReadAllText(source);
        string header = File.ReadAllText(Path.Combine(published.LibraryFolder, "edge_predictor.h"));
        Assert.All(Declaration().Matches(header), function => Assert.Contains(function.Groups[1].Value + "(", text));
        Assert.Equal(["ok"], Run.Of(Compile("bad", source)).Succeeded().Lines);
    }

    [LinuxFact("nm")]
    public void The_header_declares_what_is_exported()
    {
        string header = File.ReadAllText(Path.Combine(published.LibraryFolder, "edge_predictor.h"));
        string symbols = Tool.Run(Tools.Find("nm")!, published.LibraryFolder, "-D", "--defined-only", Published.LibraryName).Succeeded().Output;
        string[] exported = [.. Function().Matches(symbols).Select(m => m.Groups[1].Value).Order(StringComparer.Ordinal)];
        Assert.NotEmpty(exported);
        Assert.Equal(Declaration().Matches(header).Select(m => m.Groups[1].Value).Order(StringComparer.Ordinal), exported);
    }

    [LinuxFact]
    public void The_documentations_c_program_runs()
    {
        string text = File.ReadAllText(Path.Combine(Published.Repository, "docs", "prediction.md")).ReplaceLineEndings("\n");
        string source = published.Write("documented.c", CBlock().Match(text).Groups[1].Value);
        Run run = Run.WithInput("50\n51.5\n", Compile("documented", source)).Succeeded();
        Assert.Equal(2, run.Lines.Length);
    }

    /// <summary>Compiles a C program against the library, beside it.</summary>
    string Compile(string name, string source)
    {
        string program = Path.Combine(published.LibraryFolder, name);
        Tool.Run(Tools.Compiler, published.LibraryFolder, "-std=c99", "-Wall", "-Wextra", "-Werror", "-I.", source, Published.LibraryName,
            "-Wl,-rpath,$ORIGIN", "-o", program).Succeeded();
        return program;
    }

    [GeneratedRegex(@" T ([^@\s]+)")]
    private static partial Regex Function();

    [GeneratedRegex(@"^[a-z].*\b(edge_\w+)\(", RegexOptions.Multiline)]
    private static partial Regex Declaration();

    [GeneratedRegex("```c\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex CBlock();
}
