using System.Diagnostics;
using Basic.Reference.Assemblies;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Text;
using RnnDsl.Execution;
using RnnDsl.Generators;

namespace RnnDsl.Benchmarks;

/// <summary>What the compiler costs a build: cells and models from nothing, stacks of layers, and a letter typed in a project that has been compiled. Median and least of several runs.</summary>
internal static class Build
{
    const int Cells = 20;

    static readonly CSharpParseOptions Parsed = new(LanguageVersion.CSharp14);

    public static void Run(int runs)
    {
        Console.WriteLine("work\tmedian_ms\tleast_ms\tgenerated_lines");
        var stacks = new List<double>();
        foreach (int layers in new[] { 1, 3, 12 })
        {
            CSharpCompilation stack = Compile([Stack(layers)]);
            stacks.Add(Report($"a stack of {layers} LSTM layers", runs, () => Driver().RunGenerators(stack)));
        }
        Console.WriteLine($"twelve layers over one\t{stacks[2] / stacks[0]:F2}");
        Report($"{Cells} cells", runs, () => Driver().RunGenerators(Cell));
        Report($"{Cells} cells and four models", runs, () => Driver().RunGenerators(All));
        GeneratorDriver warm = Driver().RunGenerators(All);
        SyntaxTree edited = All.SyntaxTrees.First(t => t.ToString().Contains("return", StringComparison.Ordinal));
        int typed = 0;
        Report("a letter typed in one of them", runs, () =>
        {
            string text = edited.ToString();
            SourceText changed = SourceText.From(text.Insert(text.IndexOf("return", StringComparison.Ordinal), $"var typed{typed++} = 1;\n        "));
            return warm.RunGenerators(All.ReplaceSyntaxTree(edited, edited.WithChangedText(changed)));
        });
    }

    static readonly CSharpCompilation Cell = Compile(CellSources()), All = Compile([.. CellSources(), Resource("TaskModels")]);

    static double Report(string work, int runs, Func<GeneratorDriver> run)
    {
        for (int i = 0; i < 3; i++)
            run();
        var times = new double[runs];
        GeneratorDriver? last = null;
        for (int i = 0; i < runs; i++)
        {
            long start = Stopwatch.GetTimestamp();
            last = run();
            times[i] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        }
        Array.Sort(times);
        int lines = last!.GetRunResult().GeneratedTrees.Sum(t => t.GetText().Lines.Count);
        Console.WriteLine($"{work}\t{times[runs / 2]:F1}\t{times[0]:F1}\t{lines}");
        return times[runs / 2];
    }

    static CSharpCompilation Compile(string[] sources)
    {
        var compilation = CSharpCompilation.Create("Built", sources.Select(s => CSharpSyntaxTree.ParseText(s, Parsed)),
            [.. Net100.References.All, MetadataReference.CreateFromFile(typeof(Module).Assembly.Location)],
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable));
        // The compiler reads these in any case.
        compilation.GetDiagnostics();
        return compilation;
    }

    static GeneratorDriver Driver() => CSharpGeneratorDriver.Create([new RnnDslGenerator().AsSourceGenerator()], parseOptions: Parsed);

    static string Stack(int layers) => $$"""
        using RnnDsl;
        using static RnnDsl.Ops;

        [Model]
        public partial class Stack : Model
        {
            class Feature : Dim; class Hidden : Dim; class Tag : Dim;

            Lstm<Feature, Hidden> first;
            {{(layers > 1 ? $"[Count({layers - 1})] Lstm<Hidden, Hidden>[] deep;" : "")}}
            Linear<Hidden, Tag> head;

            Scalar Loss(Seq<Feature> x, Seq<Tag> y)
            {
                var h = first.Scan(x);
                for (int i = 0; i < {{layers - 1}}; i++)
                    h = deep[i].Scan(h);
                return CrossEntropy(head.Map(h), y);
            }
        }
        """;

    /// <summary>The library's cells, in a namespace of their own.</summary>
    static string[] CellSources() => [.. typeof(Build).Assembly.GetManifestResourceNames().Where(n => n.StartsWith("Cells/", StringComparison.Ordinal)).Order().Take(Cells)
        .Select(name => "using RnnDsl;\nusing RnnDsl.Execution;\n" + Resource(name).Replace("namespace RnnDsl;", "namespace Copied;"))];

    static string Resource(string name)
    {
        using var reader = new StreamReader(typeof(Build).Assembly.GetManifestResourceStream(name)!);
        return reader.ReadToEnd();
    }
}
