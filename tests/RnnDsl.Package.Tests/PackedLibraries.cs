using System.Runtime.CompilerServices;

namespace RnnDsl.Package.Tests;

/// <summary>
/// The packages, packed once for all tests into a temporary folder with all their intermediate files, so that a build of the solution at
/// the same time does not meet them. Their version is one that nothing else has, so that no cache holds another package of that name.
/// </summary>
public sealed class PackedLibraries : IDisposable
{
    readonly string version = FormattableString.Invariant($"0.2.0-test.{DateTime.UtcNow.Ticks}");

    public PackedLibraries()
    {
        Folder = Directory.CreateTempSubdirectory("rnndsl-package-").FullName;
        Feed = Path.Combine(Folder, "feed");
        try
        {
            // Without analyzers, which the solution's own build runs; the generator runs.
            foreach (string project in new[] { "src/RnnDsl.Runtime", "src/RnnDsl.Data", "src/RnnDsl.Text", "src/RnnDsl.Audio", "templates" })
                Tool.Dotnet(Repository, "pack", project, "-c", "Release", "-o", Feed, "--artifacts-path", Path.Combine(Folder, "artifacts"),
                    $"-p:PackageVersion={version}", "-p:RunAnalyzers=false").SucceededWithoutWarnings();
            File.WriteAllText(Path.Combine(Folder, "NuGet.config"), $"""
                <configuration>
                  <packageSources>
                    <add key="rnndsl-under-test" value="{Feed}" />
                  </packageSources>
                </configuration>
                """);
            // Nothing from folders above, and no advisory of today.
            File.WriteAllText(Path.Combine(Folder, "Directory.Build.props"),
                "<Project><PropertyGroup><NuGetAudit>false</NuGetAudit></PropertyGroup></Project>");
            File.WriteAllText(Path.Combine(Folder, "Directory.Build.targets"), "<Project />");
            File.WriteAllText(Path.Combine(Folder, "Directory.Packages.props"), "<Project />");
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Root of the repository.</summary>
    public static string Repository { get; } = Path.GetFullPath(Path.Combine(ThisFolder(), "..", ".."));

    /// <summary>For everything of this run. Projects under it find the packages beside the machine's usual sources.</summary>
    public string Folder { get; }

    /// <summary>Holds the packages.</summary>
    public string Feed { get; }

    public string Version => version;

    public string PathOf(string id, string extension = "nupkg") => Path.Combine(Feed, $"{id}.{version}.{extension}");

    /// <summary>A new folder with a console program.</summary>
    public string NewProgram(string name, string properties, params (string Name, string Text)[] files)
    {
        string folder = Directory.CreateDirectory(Path.Combine(Folder, name)).FullName;
        File.WriteAllText(Path.Combine(folder, name + ".csproj"), $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <Nullable>enable</Nullable>
                <ImplicitUsings>enable</ImplicitUsings>
                {properties}
              </PropertyGroup>
              <ItemGroup>
                <PackageReference Include="RnnDsl" Version="{version}" />
              </ItemGroup>
            </Project>
            """);
        foreach ((string file, string text) in files)
            File.WriteAllText(Path.Combine(folder, file), text);
        return folder;
    }

    public void Dispose()
    {
        string cache = Tool.Dotnet(Folder, "nuget", "locals", "global-packages", "--list").Output;
        string root = cache[(cache.IndexOf(':') + 1)..].Trim();
        foreach (string id in new[] { "rnndsl", "rnndsl.data" })
            if (Directory.Exists(Path.Combine(root, id, version)))
                Directory.Delete(Path.Combine(root, id, version), recursive: true);
        Directory.Delete(Folder, recursive: true);
    }

    static string ThisFolder([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;
}

/// <summary>One set of packages, one test after the other: builds side by side would only take turns.</summary>
[CollectionDefinition(Name)]
public sealed class PackedCollection : ICollectionFixture<PackedLibraries>
{
    public const string Name = "packed";
}
