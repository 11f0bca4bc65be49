using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;

namespace RnnDsl.Package.Tests;

/// <summary>What a program wrote, and how it ended.</summary>
internal sealed partial record ToolResult(string Command, int ExitCode, string Output)
{
    public ToolResult Succeeded()
    {
        Assert.True(ExitCode == 0, $"{Command} ended with {ExitCode}:\n{Output}");
        return this;
    }

    /// <summary>Succeeded, and said nothing that a reader would have to look into.</summary>
    public ToolResult SucceededWithoutWarnings()
    {
        Succeeded();
        Assert.False(Warning().IsMatch(Output), $"{Command} warns:\n{Output}");
        return this;
    }

    /// <summary>Any, but for the count at the end of a build.</summary>
    [GeneratedRegex(@"warning(?!\(s\))", RegexOptions.IgnoreCase)]
    private static partial Regex Warning();
}

/// <summary>Runs programs, <c>dotnet</c> above all, with an environment as in a fresh shell.</summary>
internal static class Tool
{
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    /// <summary>The <c>dotnet</c> that runs the tests.</summary>
    public static string Host { get; } = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";

    public static ToolResult Dotnet(string folder, params string[] arguments) =>
        Run(Host, folder, arguments);

    public static ToolResult Run(string program, string folder, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        RemoveSettingsOfTheRun(start);
        start.Environment["DOTNET_NOLOGO"] = "1";
        start.Environment["DOTNET_CLI_UI_LANGUAGE"] = "en";
        // No servers: they would outlive the run and hold the temporary folder.
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["DOTNET_CLI_USE_MSBUILD_SERVER"] = "0";
        start.Environment["UseSharedCompilation"] = "false";

        string command = $"{Path.GetFileName(program)} {string.Join(' ', arguments)}";
        var output = new StringBuilder();
        using var process = new Process { StartInfo = start };
        process.OutputDataReceived += Append;
        process.ErrorDataReceived += Append;
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        if (!process.WaitForExit(Patience))
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail($"{command} did not end within {Patience}:\n{output}");
        }
        process.WaitForExit();
        lock (output)
            return new ToolResult(command, process.ExitCode, output.ToString());

        void Append(object sender, DataReceivedEventArgs line)
        {
            lock (output)
                output.AppendLine(line.Data);
        }
    }

    /// <summary>The test run's own settings must not reach what it tests: MSBuild's paths, or instruction sets switched off to test others.</summary>
    internal static void RemoveSettingsOfTheRun(ProcessStartInfo start)
    {
        foreach (string name in start.Environment.Keys.Where(IsOfTheRun).ToList())
            start.Environment.Remove(name);
    }

    static bool IsOfTheRun(string name) =>
        name.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase) || name.StartsWith("VSTEST", StringComparison.OrdinalIgnoreCase) ||
        name.StartsWith("DOTNET_Enable", StringComparison.OrdinalIgnoreCase);
}
