// Writes src/*/PublicAPI.Unshipped.txt anew: dotnet run tools/PublicApi.cs [-- src/RnnDsl.Text …]
//
// The lists are what the analyzer misses when they are empty, generated members of the library's cells included (the code fix of
// `dotnet format` does not see those). Read the difference before committing it.

using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

string root = Path.GetDirectoryName(Path.GetDirectoryName(ThisFile()))!;
foreach (string project in args.Length > 0 ? args : ["src/RnnDsl.Runtime", "src/RnnDsl.Data", "src/RnnDsl.Terminal", "src/RnnDsl.Plots", "src/RnnDsl.Runs", "src/RnnDsl.Text", "src/RnnDsl.Audio", "src/RnnDsl.Distributed"])
{
    string list = Path.Combine(root, project, "PublicAPI.Unshipped.txt");
    string before = File.ReadAllText(list);
    File.WriteAllText(list, "#nullable enable\n");
    string output = Build(project, out bool succeeded);
    if (!succeeded)
    {
        File.WriteAllText(list, before);
        Console.Error.WriteLine(output);
        return 1;
    }
    IEnumerable<string> members = Regex.Matches(output, @"RS0016: Symbol '(.+?)' is not part of the declared public API").Select(m => m.Groups[1].Value);
    string[] lines = [.. members.Distinct().Order(StringComparer.Ordinal)];
    File.AppendAllLines(list, lines);
    Console.WriteLine($"{project}: {lines.Length} members");
}
return 0;

string Build(string project, out bool succeeded)
{
    // What is missing from a list is an error otherwise.
    using var build = Process.Start(new ProcessStartInfo("dotnet",
        ["build", project, "-c", "Release", "-tl:off", "-v:q", "-p:TreatWarningsAsErrors=false"])
    {
        WorkingDirectory = root,
        RedirectStandardOutput = true,
    })!;
    string output = build.StandardOutput.ReadToEnd();
    build.WaitForExit();
    succeeded = build.ExitCode == 0;
    return output;
}

static string ThisFile([CallerFilePath] string path = "") => path;
