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

/// <summary>A test that publishes with NativeAOT what only a full run needs: with <c>RNNDSL_PUBLISH_ALL=1</c>.</summary>
public sealed class FullRunAotFactAttribute : FactAttribute
{
    public FullRunAotFactAttribute()
    {
        if (Environment.GetEnvironmentVariable("RNNDSL_PUBLISH_ALL") != "1")
            Skip = "Publishes another program: set RNNDSL_PUBLISH_ALL=1.";
        else if (!AotFactAttribute.HasLinker())
            Skip = "Publishing with NativeAOT needs clang or gcc, and neither is on the PATH.";
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
