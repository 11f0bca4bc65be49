using System.Runtime.CompilerServices;
using RnnDsl.Package.Tests;

namespace RnnDsl.Aot.Tests;

/// <summary>
/// The examples, published once for all tests into a temporary folder with all their intermediate files, so that a build of the solution at
/// the same time does not meet them. Each when it is first asked for, since all tests may be skipped.
/// </summary>
public sealed class Published : IDisposable
{
    readonly Lazy<string> predictor, library, forArm, translator, recognizer;

    public Published()
    {
        Folder = Directory.CreateTempSubdirectory("rnndsl-aot-").FullName;
        predictor = new(() => Publish("EdgePredictor", "predictor"));
        library = new(() => Publish("EdgeLibrary", "library", "--use-current-runtime"));
        translator = new(() => Publish("EdgeTranslator", "translator"));
        recognizer = new(() => Publish("EdgeRecognizer", "recognizer"));
        forArm = new(() => Publish("EdgePredictor", "arm", "-r", "linux-arm64",
            "-p:CppCompilerAndLinker=clang", "-p:LinkerFlavor=bfd", "-p:ObjCopyName=aarch64-linux-gnu-objcopy"));
    }

    /// <summary>Root of the repository.</summary>
    public static string Repository { get; } = Path.GetFullPath(Path.Combine(ThisFolder(), "..", ".."));

    /// <summary>For everything of this run.</summary>
    public string Folder { get; }

    /// <summary>The native program.</summary>
    public string Program => Native(predictor, "edge-predictor");

    /// <summary>The same program for the JIT, which publishing makes on the way.</summary>
    public string ManagedProgram => Managed(predictor, "EdgePredictor", "edge-predictor");

    /// <summary>The native translator.</summary>
    public string Translator => Native(translator, "edge-translator");

    public string ManagedTranslator => Managed(translator, "EdgeTranslator", "edge-translator");

    /// <summary>The native recognizer of digits.</summary>
    public string Recognizer => Native(recognizer, "edge-recognizer");

    public string ManagedRecognizer => Managed(recognizer, "EdgeRecognizer", "edge-recognizer");

    /// <summary>The program for 64-bit Arm.</summary>
    public string ArmProgram => Path.Combine(forArm.Value, "edge-predictor");

    /// <summary>With the library and its header.</summary>
    public string LibraryFolder => library.Value;

    public const string LibraryName = "libedgepredictor.so";

    public string PathOf(string name) => Path.Combine(Folder, name);

    /// <summary>A new file.</summary>
    public string Write(string name, string text)
    {
        File.WriteAllText(PathOf(name), text);
        return PathOf(name);
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    static string Native(Lazy<string> published, string name) => Path.Combine(published.Value, OperatingSystem.IsWindows() ? $"{name}.exe" : name);

    string Managed(Lazy<string> published, string example, string name)
    {
        _ = published.Value;
        return Path.Combine(Folder, "artifacts", "bin", example, "release", $"{name}.dll");
    }

    /// <summary>Without analyzers, which the solution's own build runs; the generator runs.</summary>
    string Publish(string example, string to, params string[] options)
    {
        string output = Path.Combine(Folder, to);
        Tool.Dotnet(Repository, ["publish", $"examples/{example}", "-c", "Release", "-o", output, "--artifacts-path", Path.Combine(Folder, "artifacts"),
            "-p:RunAnalyzers=false", "-p:TrimmerSingleWarn=false", .. options]).SucceededWithoutWarnings();
        return output;
    }

    static string ThisFolder([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;
}

/// <summary>One set of binaries, one test after the other: they measure time and memory.</summary>
[CollectionDefinition(Name)]
public sealed class PublishedCollection : ICollectionFixture<Published>
{
    public const string Name = "published";
}
