namespace RnnDsl.Runtime.Tests.Data;

/// <summary>
/// Public data sets that lie outside the repository: in the folder that RNNDSL_DATA names, or in shared/data beside a folder above.
/// </summary>
static class SharedData
{
    static readonly string? Folder = FindFolder();

    public static string Path(string file) => System.IO.Path.Combine(Folder!, file);

    public static bool Has(string file) => Folder is not null && File.Exists(Path(file));

    static string? FindFolder()
    {
        if (Environment.GetEnvironmentVariable("RNNDSL_DATA") is { Length: > 0 } named)
            return named;
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (Directory.Exists(System.IO.Path.Combine(folder.FullName, "shared", "data")))
                return System.IO.Path.Combine(folder.FullName, "shared", "data");
        return null;
    }
}

/// <summary>A test that reads one of the public data sets, and is skipped where it is not at hand.</summary>
sealed class SharedDataFactAttribute : FactAttribute
{
    public SharedDataFactAttribute(string file)
    {
        File = file;
        if (!SharedData.Has(file))
            Skip = $"The data set {file} is not here; RNNDSL_DATA names the folder of the data sets.";
    }

    public string File { get; }
}
