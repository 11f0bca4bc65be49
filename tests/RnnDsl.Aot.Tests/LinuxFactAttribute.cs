using RnnDsl.Package.Tests;

namespace RnnDsl.Aot.Tests;

/// <summary>A test that publishes with NativeAOT and takes something of Linux besides: programs of these names, <c>/proc</c>.</summary>
public sealed class LinuxFactAttribute : FactAttribute
{
    public LinuxFactAttribute(params string[] tools)
    {
        string[] missing = [.. tools.Where(tool => Tools.Find(tool) is null)];
        if (!OperatingSystem.IsLinux())
            Skip = "Runs on Linux alone.";
        else if (!AotFactAttribute.HasLinker())
            Skip = "Publishing with NativeAOT needs clang or gcc, and neither is on the PATH.";
        else if (missing.Length > 0)
            Skip = $"Not on the PATH: {string.Join(", ", missing)}.";
    }
}

internal static class Tools
{
    /// <summary>Where a program of that name lies, or null.</summary>
    public static string? Find(string name) => (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries).Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists);

    /// <summary>The C compiler.</summary>
    public static string Compiler => Find("cc") ?? Find("gcc") ?? Find("clang") ?? throw new InvalidOperationException("No C compiler.");
}
