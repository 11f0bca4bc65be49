using Basic.Reference.Assemblies;
using BenchmarkDotNet.Attributes;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Text;
using RnnDsl.Execution;
using RnnDsl.Generators;

namespace RnnDsl.Benchmarks;

/// <summary>What the compiler costs a build: twenty cells from nothing, and one letter typed in one of them.</summary>
[MemoryDiagnoser]
public class BuildBenchmarks
{
    const int Cells = 20;

    static readonly CSharpParseOptions Options = new(LanguageVersion.CSharp14);

    CSharpCompilation compilation = null!;
    GeneratorDriver warm = null!;
    int typed;

    [GlobalSetup]
    public void Setup()
    {
        compilation = CSharpCompilation.Create("Twenty", Sources().Select(s => CSharpSyntaxTree.ParseText(s, Options)),
            [.. Net100.References.All, MetadataReference.CreateFromFile(typeof(Module).Assembly.Location)],
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable));
        // The compiler reads these in any case.
        compilation.GetDiagnostics();
        warm = Driver().RunGenerators(compilation);
        int made = warm.GetRunResult().GeneratedTrees.Count(t => t.ToString().Contains("ScanForward", StringComparison.Ordinal));
        if (made != Cells)
            throw new InvalidOperationException($"{made} of {Cells} cells were compiled.");
    }

    static GeneratorDriver Driver() => CSharpGeneratorDriver.Create([new RnnDslGenerator().AsSourceGenerator()], parseOptions: Options);

    /// <summary>The library's cells, some of them twice under another name.</summary>
    static IEnumerable<string> Sources()
    {
        string[] names = [.. typeof(BuildBenchmarks).Assembly.GetManifestResourceNames().Where(n => n.StartsWith("Cells/", StringComparison.Ordinal)).Order()];
        for (int i = 0; i < Cells; i++)
        {
            string name = names[i % names.Length];
            using var reader = new StreamReader(typeof(BuildBenchmarks).Assembly.GetManifestResourceStream(name)!);
            yield return "using RnnDsl;\nusing RnnDsl.Execution;\n" + reader.ReadToEnd().Replace("namespace RnnDsl;", $"namespace Copy{i / names.Length};");
        }
    }

    /// <summary>All that the generator does for twenty cells in a fresh build.</summary>
    [Benchmark]
    public GeneratorDriver TwentyCells() => Driver().RunGenerators(compilation);

    /// <summary>A letter typed in an equation: the cell is compiled again, the others are not.</summary>
    [Benchmark]
    public GeneratorDriver Keystroke()
    {
        SyntaxTree cell = compilation.SyntaxTrees[0];
        string text = cell.ToString();
        int at = text.IndexOf("return", StringComparison.Ordinal);
        SyntaxTree edited = cell.WithChangedText(SourceText.From(text.Insert(at, $"var typed{typed++} = 1;\n        ")));
        return warm.RunGenerators(compilation.ReplaceSyntaxTree(cell, edited));
    }
}
