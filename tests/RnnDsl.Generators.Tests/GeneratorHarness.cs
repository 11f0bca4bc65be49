using System.Collections;
using System.Collections.Immutable;
using System.Globalization;
using System.Reflection;
using Basic.Reference.Assemblies;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Text;
using RnnDsl.Generators.Ir;

namespace RnnDsl.Generators.Tests;

/// <summary>What one run of the generator yields.</summary>
/// <param name="Diagnostics">Of the generator, suppressed ones left out.</param>
/// <param name="Output">The compilation with the generated sources.</param>
/// <param name="Generated">Hint name to text.</param>
/// <param name="Models">What was parsed.</param>
sealed record GeneratorRun(
    ImmutableArray<Diagnostic> Diagnostics, Compilation Output, IReadOnlyDictionary<string, string> Generated, IReadOnlyList<ModuleModel> Models)
{
    /// <summary>Errors and warnings of the C# compiler, in the user's text and in the generated one. That the tests' programs leave
    /// members without comments (CS1591) is not counted.</summary>
    public IEnumerable<Diagnostic> CSharp => Output.GetDiagnostics().Where(d =>
        d.Severity >= DiagnosticSeverity.Warning && !d.IsSuppressed && !(d.Id == "CS1591" && d.Location.SourceTree?.FilePath == "Source.cs"));
}

/// <summary>Compiles sources with the generator. Each run also asserts what must always hold: nothing is run again after an edit that
/// changes no equation, no symbol is kept, and the text does not depend on the culture.</summary>
static class GeneratorHarness
{
    const string Usings = "global using System; global using RnnDsl; global using static RnnDsl.Ops;\n";

    static readonly string[] Steps = [RnnDslGenerator.ModelStep, RnnDslGenerator.SourceStep];

    public static readonly CSharpParseOptions ParseOptions = new(LanguageVersion.CSharp14, DocumentationMode.Diagnose);

    static readonly ImmutableArray<MetadataReference> References =
        [.. Net100.References.All, MetadataReference.CreateFromFile(typeof(Dim).Assembly.Location)];

    /// <summary>Runs a program that must be right: nothing is reported, by us or by C#.</summary>
    public static GeneratorRun Valid(string source, params MetadataReference[] references)
    {
        GeneratorRun run = Run(source, references: references);
        Assert.Equal("", string.Join("\n", run.Diagnostics));
        Assert.Empty(run.CSharp.Select(d => d + "\n" + d.Location.SourceTree?.ToString()));
        return run;
    }

    public static GeneratorRun Run(
        string source, IReadOnlyDictionary<string, string>? properties = null, params MetadataReference[] references)
    {
        CSharpCompilation compilation = Compile(source, references);
        GeneratorDriver driver = Driver(properties).RunGenerators(compilation);
        GeneratorDriverRunResult result = driver.GetRunResult();
        Dictionary<string, string> generated = Texts(result);
        Assert.Null(result.Results.Single().Exception);
        AssertCached(driver, compilation);
        AssertNoSymbols(result);
        AssertSameUnderHostileCulture(compilation, properties, generated);
        driver.RunGeneratorsAndUpdateCompilation(compilation, out Compilation output, out _);
        IEnumerable<ModuleModel> models = Outputs(result, RnnDslGenerator.ModelStep).Select(o => (ModuleModel)o.Value);
        return new GeneratorRun(result.Diagnostics, output, generated, [.. models]);
    }

    public static CSharpCompilation Compile(string source, params MetadataReference[] references) => CSharpCompilation.Create(
        "Program", [Tree(Usings, "Usings.cs"), Tree(source, "Source.cs")], References.AddRange(references),
        new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable));

    static SyntaxTree Tree(string text, string path) => CSharpSyntaxTree.ParseText(SourceText.From(text, System.Text.Encoding.UTF8), ParseOptions, path);

    public static CSharpGeneratorDriver Driver(IReadOnlyDictionary<string, string>? properties = null, bool track = true) => CSharpGeneratorDriver.Create(
        [new RnnDslGenerator { Verify = true }.AsSourceGenerator()], parseOptions: ParseOptions, optionsProvider: new Options(properties),
        driverOptions: new GeneratorDriverOptions(IncrementalGeneratorOutputKind.None, trackIncrementalGeneratorSteps: track));

    static Dictionary<string, string> Texts(GeneratorDriverRunResult result) =>
        result.Results.Single().GeneratedSources.ToDictionary(s => s.HintName, s => s.SourceText.ToString());

    static void AssertCached(GeneratorDriver driver, CSharpCompilation compilation)
    {
        SyntaxTree source = compilation.SyntaxTrees.Last();
        CSharpCompilation comment = compilation.ReplaceSyntaxTree(source, Tree("// A comment.\n" + source, source.FilePath));
        CSharpCompilation other = compilation.AddSyntaxTrees(Tree("class Elsewhere { int x = 1; public int X => x; }", "Elsewhere.cs"));
        foreach (CSharpCompilation edited in new[] { comment, other })
        {
            GeneratorDriverRunResult result = driver.RunGenerators(edited).GetRunResult();
            foreach (string step in Steps)
                Assert.All(Outputs(result, step), o => Assert.True(
                    o.Reason is IncrementalStepRunReason.Cached or IncrementalStepRunReason.Unchanged, $"{step} is {o.Reason}"));
        }
    }

    static void AssertNoSymbols(GeneratorDriverRunResult result)
    {
        var seen = new HashSet<object>(ReferenceEqualityComparer.Instance);
        foreach (string step in Steps)
            foreach ((object value, IncrementalStepRunReason _) in Outputs(result, step))
                Walk(value, seen);
    }

    static IEnumerable<(object Value, IncrementalStepRunReason Reason)> Outputs(GeneratorDriverRunResult result, string step) =>
        result.Results.Single().TrackedSteps.TryGetValue(step, out ImmutableArray<IncrementalGeneratorRunStep> runs)
            ? runs.SelectMany(r => r.Outputs) : [];

    static void Walk(object? value, HashSet<object> seen)
    {
        if (value is null or string || value.GetType().IsPrimitive || value.GetType().IsEnum || !seen.Add(value))
            return;
        Assert.False(value is ISymbol or SyntaxNode or SyntaxTree or Compilation or SemanticModel or Location, $"{value.GetType()} is kept in the model");
        if (value is Array array)
        {
            foreach (object? item in array)
                Walk(item, seen);
            return;
        }
        for (Type? type = value.GetType(); type is not null; type = type.BaseType)
            foreach (FieldInfo field in type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
                Walk(field.GetValue(value), seen);
    }

    static void AssertSameUnderHostileCulture(
        CSharpCompilation compilation, IReadOnlyDictionary<string, string>? properties, Dictionary<string, string> expected)
    {
        CultureInfo before = CultureInfo.CurrentCulture;
        var hostile = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        hostile.NumberFormat.NumberDecimalSeparator = ",";
        hostile.NumberFormat.NegativeSign = "−";
        try
        {
            CultureInfo.CurrentCulture = hostile;
            Assert.Equal(expected, Texts(Driver(properties).RunGenerators(compilation).GetRunResult()));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    sealed class Options(IReadOnlyDictionary<string, string>? properties) : AnalyzerConfigOptionsProvider
    {
        public override AnalyzerConfigOptions GlobalOptions { get; } = new Values(properties ?? ImmutableDictionary<string, string>.Empty);

        public override AnalyzerConfigOptions GetOptions(SyntaxTree tree) => GlobalOptions;

        public override AnalyzerConfigOptions GetOptions(AdditionalText textFile) => GlobalOptions;

        sealed class Values(IReadOnlyDictionary<string, string> properties) : AnalyzerConfigOptions
        {
            public override bool TryGetValue(string key, out string value) => properties.TryGetValue(key, out value!);
        }
    }
}
