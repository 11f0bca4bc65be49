using System.Globalization;
using System.Reflection;
using System.Runtime.Loader;
using Basic.Reference.Assemblies;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Emit;
using RnnDsl.Generators;

namespace RnnDsl.Execution.Tests;

/// <summary>Many programs compiled as one assembly. Those that do not compile are left out, each with its reason, and the others go on.</summary>
internal sealed class ProgramBatch : IDisposable
{
    static readonly CSharpParseOptions Parse = new(LanguageVersion.CSharp14);

    static readonly CSharpCompilation Empty = CSharpCompilation.Create("Programs", [],
        [.. Net100.References.All, MetadataReference.CreateFromFile(typeof(Module).Assembly.Location)],
        new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, optimizationLevel: OptimizationLevel.Release,
            nullableContextOptions: NullableContextOptions.Enable, concurrentBuild: false,
            // What nobody reads is written here on purpose; constants of fields that a helper alone would read as well.
            specificDiagnosticOptions: [.. new[] { "RNN2006", "RNN2007", "RNN2008", "RNN2017" }.Select(id => KeyValuePair.Create(id, ReportDiagnostic.Suppress))]));

    readonly AssemblyLoadContext context;

    ProgramBatch(Assembly? assembly, AssemblyLoadContext context, Dictionary<RandomProgram, ProgramFault> faults) => (Assembly, this.context, Faults) = (assembly, context, faults);

    /// <summary>All programs that compile; null if none does.</summary>
    public Assembly? Assembly { get; }

    /// <summary>The programs that do not compile, and the first of what was said of each.</summary>
    public Dictionary<RandomProgram, ProgramFault> Faults { get; }

    public static ProgramBatch Compile(IReadOnlyList<RandomProgram> programs)
    {
        var sources = programs.ToDictionary(p => p.Name, p => CSharpSyntaxTree.ParseText(p.Source, Parse, path: p.Name + ".cs"));
        var byName = programs.ToDictionary(p => p.Name);
        GeneratorDriver driver = CSharpGeneratorDriver.Create([new RnnDslGenerator { Verify = true }.AsSourceGenerator()], parseOptions: Parse);
        driver.RunGeneratorsAndUpdateCompilation(Empty.AddSyntaxTrees(sources.Values), out Compilation compilation, out var diagnostics);
        var faults = new Dictionary<RandomProgram, ProgramFault>();
        compilation = LeaveOut(compilation, diagnostics, byName, faults);
        var context = new AssemblyLoadContext("Programs", isCollectible: true);
        while (faults.Count < programs.Count)
        {
            using var stream = new MemoryStream();
            EmitResult result = compilation.Emit(stream);
            if (Problems(result.Diagnostics).Any())
            {
                compilation = LeaveOut(compilation, result.Diagnostics, byName, faults);
                continue;
            }
            stream.Position = 0;
            return new(context.LoadFromStream(stream), context, faults);
        }
        return new(null, context, faults);
    }

    /// <summary>Whether C# has nothing to say against a source, before anything is generated for it.</summary>
    public static bool Binds(string source)
    {
        SyntaxTree tree = CSharpSyntaxTree.ParseText(source, Parse);
        return !Empty.AddSyntaxTrees(tree).GetSemanticModel(tree).GetDiagnostics().Any(d => d.Severity == DiagnosticSeverity.Error);
    }

    static IEnumerable<Diagnostic> Problems(IEnumerable<Diagnostic> diagnostics) => diagnostics.Where(d => d.Severity >= DiagnosticSeverity.Warning && !d.IsSuppressed);

    /// <summary>The compilation without the programs, sources and what was generated for them, of which something was said.</summary>
    /// <exception cref="InvalidOperationException">What was said belongs to no program.</exception>
    static Compilation LeaveOut(
        Compilation compilation, IEnumerable<Diagnostic> diagnostics, Dictionary<string, RandomProgram> programs, Dictionary<RandomProgram, ProgramFault> faults)
    {
        int before = faults.Count;
        foreach (Diagnostic problem in Problems(diagnostics))
        {
            RandomProgram? program = problem.Location.SourceTree is { } tree && Owner(tree) is { } owner ? programs.GetValueOrDefault(owner) : null;
            if (program is not null && faults.TryAdd(program, Describe(problem, program)))
                compilation = compilation.RemoveSyntaxTrees(compilation.SyntaxTrees.Where(t => Owner(t) == program.Name));
        }
        return faults.Count == before && Problems(diagnostics).FirstOrDefault() is { } unexplained ? throw new InvalidOperationException(unexplained.ToString()) : compilation;
    }

    static ProgramFault Describe(Diagnostic problem, RandomProgram program)
    {
        SyntaxTree tree = problem.Location.SourceTree!;
        int line = problem.Location.GetLineSpan().StartLinePosition.Line;
        bool generated = tree.FilePath != program.Name + ".cs";
        return new($"{problem.Id}{(generated ? " in generated code" : "")}",
            $"{problem.GetMessage(CultureInfo.InvariantCulture)} (line {line + 1}: {tree.GetText().Lines[line].ToString().Trim()})");
    }

    /// <summary>Name of the program to which a tree belongs: each has a namespace of its own, which also begins the names of what is generated for it.</summary>
    static string? Owner(SyntaxTree tree)
    {
        string name = Path.GetFileName(tree.FilePath);
        int end = name.IndexOfAny(['_', '.']);
        return end < 0 ? null : name[..end];
    }

    public void Dispose() => context.Unload();
}
