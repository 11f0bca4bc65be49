namespace RnnDsl.Package.Tests;

/// <summary>What the package's build files say and decide.</summary>
[Collection(PackedCollection.Name)]
public sealed class BuildFilesTests
{
    readonly PackedLibraries packed;
    readonly string folder;

    public BuildFilesTests(PackedLibraries packed)
    {
        this.packed = packed;
        folder = Path.Combine(packed.Folder, "Checks");
        if (!Directory.Exists(folder))
        {
            packed.NewProgram("Checks", "", ("Program.cs", "return 0;"));
            Tool.Dotnet(folder, "restore").Succeeded();
        }
    }

    [Theory]
    [InlineData("NETCoreSdkVersion=9.0.300", "RNN0001", "needs the .NET SDK 10.0.100 or later, and this build runs on 9.0.300")]
    [InlineData("CompilerApiVersion=roslyn4.14", "RNN0001", "needs the C# compiler 5.0 or later, and this build uses 4.14")]
    [InlineData("LangVersion=13", "RNN0002", "needs C# 14 or later, and this project sets LangVersion to 13")]
    public void An_old_compiler_is_one_error(string property, string code, string text)
    {
        ToolResult result = Tool.Dotnet(folder, "msbuild", "-t:RnnDslCheckCompiler", "-nologo", "-v:q", $"-p:{property}");
        Assert.NotEqual(0, result.ExitCode);
        string line = Assert.Single(result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
        Assert.Contains($"error {code}: RnnDsl {text}", line);
        Assert.True(File.Exists(Path.Combine(PackedLibraries.Repository, "docs", "diagnostics", code + ".md")), $"{code} has no page.");
    }

    [Theory]
    [InlineData("14")]
    [InlineData("preview")]
    public void A_newer_compiler_is_none(string language) =>
        Assert.Equal("", Tool.Dotnet(folder, "msbuild", "-t:RnnDslCheckCompiler", "-nologo", "-v:q", $"-p:LangVersion={language}",
            "-p:NETCoreSdkVersion=11.0.100-preview.1", "-p:CompilerApiVersion=roslyn5.9").Succeeded().Output.Trim());

    [Theory]
    [InlineData("linux-x64", "", "", "x86-64-v3")]
    [InlineData("linux-x64", "RnnDslInstructionSet=x86-64-v4", "", "x86-64-v4")]
    [InlineData("linux-x64", "RnnDslInstructionSet=baseline", "", "")]
    [InlineData("linux-x64", "RnnDslInstructionSet=native", "IlcInstructionSet=avx2", "avx2")]
    [InlineData("linux-arm64", "RnnDslInstructionSet=x86-64-v4", "", "")]
    public void The_instruction_set_is_chosen_for_x64_alone(string runtime, string setting, string own, string chosen)
    {
        string[] settings = [.. new[] { setting, own }.Where(s => s.Length > 0).Select(s => "-p:" + s)];
        ToolResult result = Tool.Dotnet(folder, ["msbuild", "-t:RnnDslChooseInstructionSet", "-nologo", "-p:PublishAot=true",
            $"-p:RuntimeIdentifier={runtime}", .. settings, "-getProperty:IlcInstructionSet"]);
        Assert.Equal(chosen, result.Succeeded().Output.Trim());
    }

    [Fact]
    public void The_compiler_sees_the_settings() => Assert.Contains("RnnDslEmitPasses",
        Tool.Dotnet(folder, "msbuild", "-nologo", "-getItem:CompilerVisibleProperty").Succeeded().Output);

    [Theory]
    [InlineData("ImplicitUsings=enable", true)]
    [InlineData("ImplicitUsings=disable", false)]
    [InlineData("RnnDslImplicitUsings=disable", false)]
    public void Names_are_known_where_implicit_usings_are(string property, bool known) =>
        Assert.Equal(known, Tool.Dotnet(folder, "msbuild", "-nologo", "-getItem:Using", $"-p:{property}").Succeeded().Output.Contains("RnnDsl.Execution.Executor", StringComparison.Ordinal));

    /// <summary>NuGet says it, before any of the package's files is looked at.</summary>
    [Fact]
    public void A_project_for_an_older_framework_is_told_which_one_is_needed()
    {
        string older = packed.NewProgram("Older", "", ("Program.cs", "return 0;"));
        string project = Path.Combine(older, "Older.csproj");
        File.WriteAllText(project, File.ReadAllText(project).Replace("net10.0", "net8.0", StringComparison.Ordinal));
        ToolResult result = Tool.Dotnet(older, "restore");
        Assert.NotEqual(0, result.ExitCode);
        Assert.Contains("error NU1202: Package RnnDsl", result.Output);
        Assert.Contains("is not compatible with net8.0", result.Output);
        Assert.Contains("net10.0", result.Output);
    }
}
