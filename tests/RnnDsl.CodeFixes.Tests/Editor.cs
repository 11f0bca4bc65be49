using System.Collections.Immutable;
using Basic.Reference.Assemblies;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CodeRefactorings;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Text;
using RnnDsl.Generators;

namespace RnnDsl.CodeFixes.Tests;

/// <summary>A project with one file, as an editor holds it: the generator runs in it, and fixes are offered for what it and C# say.</summary>
sealed class Editor
{
    const string File = "Source.cs";
    const string Usings = "global using System; global using System.Linq; global using RnnDsl; global using static RnnDsl.Ops;\n";

    static readonly CSharpParseOptions ParseOptions = new(LanguageVersion.CSharp14);

    readonly Document document;

    Editor(Document document) => this.document = document;

    /// <param name="source">The file; a place that is selected stands between <c>[|</c> and <c>|]</c>.</param>
    /// <param name="usings">Whether the language is imported everywhere.</param>
    /// <param name="tests">Whether the project has xunit.</param>
    public static Editor Open(string source, bool usings = true, bool tests = false)
    {
        var workspace = new AdhocWorkspace();
        Project project = workspace.AddProject(ProjectInfo.Create(ProjectId.CreateNewId(), VersionStamp.Default, "Program", "Program", LanguageNames.CSharp,
            compilationOptions: new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable), parseOptions: ParseOptions,
            metadataReferences: [.. Net100.References.All, MetadataReference.CreateFromFile(typeof(Dim).Assembly.Location), .. tests ? [MetadataReference.CreateFromFile(typeof(FactAttribute).Assembly.Location)] : Array.Empty<MetadataReference>()],
            analyzerReferences: [new GeneratorReference()]));
        if (usings)
            project = project.AddDocument("Usings.cs", Usings).Project;
        return new(project.AddDocument(File, source));
    }

    /// <summary>The file's text, and after the name of each that was added, that of the file.</summary>
    public async Task<string> Text()
    {
        string text = (await document.GetTextAsync()).ToString();
        foreach (Document other in document.Project.Documents.Where(d => d.Name is not (File or "Usings.cs")))
            text += $"// {other.Name}\n{await other.GetTextAsync()}";
        return text;
    }

    /// <summary>What the generator and C# say of the file, from its beginning to its end.</summary>
    public async Task<ImmutableArray<Diagnostic>> Diagnostics()
    {
        Compilation whole = (await document.Project.GetCompilationAsync())!;
        IEnumerable<SyntaxTree?> halves = await Task.WhenAll((await document.Project.GetSourceGeneratedDocumentsAsync()).Select(d => d.GetSyntaxTreeAsync()));
        Compilation written = whole.RemoveSyntaxTrees(halves.OfType<SyntaxTree>());
        GeneratorDriver driver = CSharpGeneratorDriver.Create([new RnnDslGenerator().AsSourceGenerator()], parseOptions: ParseOptions).RunGenerators(written);
        return [.. driver.GetRunResult().Diagnostics.Concat(whole.GetDiagnostics()).Where(d => !d.IsSuppressed).OrderBy(d => d.Location.SourceSpan.Start)];
    }

    /// <summary>The program, compiled and loaded.</summary>
    public async Task<System.Reflection.Assembly> Load()
    {
        var stream = new MemoryStream();
        Assert.Empty((await document.Project.GetCompilationAsync())!.Emit(stream).Diagnostics.Where(d => d.Severity == DiagnosticSeverity.Error));
        return System.Reflection.Assembly.Load(stream.ToArray());
    }

    public async Task<IReadOnlyList<CodeAction>> Fixes(CodeFixProvider provider, string id)
    {
        var actions = new List<CodeAction>();
        foreach (Diagnostic diagnostic in (await Diagnostics()).Where(d => d.Id == id))
            await provider.RegisterCodeFixesAsync(new CodeFixContext(document, diagnostic, (action, _) => actions.Add(action), default));
        return [.. actions.DistinctBy(a => a.Title)];
    }

    /// <summary>The fix of all diagnostics of a kind in the file at once.</summary>
    public Task<CodeAction?> FixAll(CodeFixProvider provider, string id, string kind) =>
        provider.GetFixAllProvider()!.GetFixAsync(new FixAllContext(document, provider, FixAllScope.Document, kind, [id], new All(this), default));

    public async Task<IReadOnlyList<CodeAction>> Refactorings(CodeRefactoringProvider provider, TextSpan span)
    {
        var actions = new List<CodeAction>();
        await provider.ComputeRefactoringsAsync(new CodeRefactoringContext(document, span, actions.Add, default));
        return actions;
    }

    public async Task<Editor> Apply(CodeAction action)
    {
        Solution changed = (await action.GetOperationsAsync(default)).OfType<ApplyChangesOperation>().Single().ChangedSolution;
        return new(changed.GetDocument(document.Id)!);
    }

    sealed class All(Editor editor) : FixAllContext.DiagnosticProvider
    {
        public override async Task<IEnumerable<Diagnostic>> GetAllDiagnosticsAsync(Project project, CancellationToken cancellationToken) => await editor.Diagnostics();

        public override async Task<IEnumerable<Diagnostic>> GetDocumentDiagnosticsAsync(Document document, CancellationToken cancellationToken) => await editor.Diagnostics();

        public override Task<IEnumerable<Diagnostic>> GetProjectDiagnosticsAsync(Project project, CancellationToken cancellationToken) => Task.FromResult<IEnumerable<Diagnostic>>([]);
    }

    sealed class GeneratorReference : AnalyzerReference
    {
        public override string FullPath => "RnnDsl.Generators.dll";

        public override object Id => FullPath;

        public override ImmutableArray<DiagnosticAnalyzer> GetAnalyzers(string language) => [];

        public override ImmutableArray<DiagnosticAnalyzer> GetAnalyzersForAllLanguages() => [];

        // A workspace knows generators by their objects.
        readonly ImmutableArray<ISourceGenerator> generators = [new RnnDslGenerator().AsSourceGenerator()];

        public override ImmutableArray<ISourceGenerator> GetGenerators(string language) => generators;

        public override ImmutableArray<ISourceGenerator> GetGeneratorsForAllLanguages() => generators;
    }
}
