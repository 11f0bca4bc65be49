using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;

namespace RnnDsl.Generators.Tests;

public class SuppressionTests
{
    const string Unused = """
        [Cell]
        partial class C<Input, Hidden> : Cell<Input, Hidden>
        {
            Mat<Hidden, Input> W;
            [PRAGMA]Vec<Hidden> b;
            protected override Vec<Hidden> Step(Vec<Input> x) => W * x;
        }
        """;

    [Fact]
    public void Pragma_silences_a_warning()
    {
        Assert.Equal("RNN2007", Assert.Single(GeneratorHarness.Run(Unused.Replace("[PRAGMA]", "")).Diagnostics).Id);
        Assert.Empty(GeneratorHarness.Run(Unused.Replace("[PRAGMA]", "\n#pragma warning disable RNN2007\n")).Diagnostics.Where(d => !d.IsSuppressed));
    }

    [Fact]
    public async Task Fields_of_a_class_that_cannot_be_compiled_are_not_reported_as_unassigned()
    {
        CSharpCompilation compilation = GeneratorHarness.Compile("""
            [Cell]
            class C<Input, Hidden> : Cell<Input, Hidden>
            {
                Mat<Hidden, Input> W;
                Linear<Input, Hidden> layer;
                int other;
                protected override Vec<Hidden> Step(Vec<Input> x) => layer.Map(x) + W * x + other;
            }
            """);
        var options = new CompilationWithAnalyzersOptions(new AnalyzerOptions([]), null, true, false, reportSuppressedDiagnostics: true);
        var diagnostics = await compilation.WithAnalyzers([new UnassignedFields()], options).GetAllDiagnosticsAsync();
        Assert.Equal(["CS0649 W True", "CS0649 layer True", "CS0649 other False", "CS8618 layer True"], diagnostics.Where(d => d.Id is "CS0649" or "CS8618")
            .Select(d => $"{d.Id} {d.Location.SourceTree!.GetText().ToString(d.Location.SourceSpan)} {d.IsSuppressed}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_class_that_overrides_compiled_equations_is_reported()
    {
        CSharpCompilation compilation = GeneratorHarness.Compile("""
            class In : Dim;
            class Hid : Dim;
            [Cell]
            partial class C<Input, Hidden> : Cell<Input, Hidden>
            {
                Mat<Hidden, Input> W;
                protected virtual Vec<Hidden> Helper(Vec<Hidden> v) => v;
                protected virtual string Text() => "";
                protected override Vec<Hidden> Step(Vec<Input> x) => Helper(W * x);
            }
            class Helps : C<In, Hid> { protected override Vec<Hid> Helper(Vec<Hid> v) => 2 * v; }
            class Steps : C<In, Hid> { protected override Vec<Hid> Step(Vec<In> x) => 2 * base.Step(x); }
            class Below : Helps { protected sealed override Vec<Hid> Step(Vec<In> x) => 2 * base.Step(x); }
            class Library : Lstm<In, Hid> { public Library() : base(3, 5) { } protected override Vec<Hid> Step(Vec<In> x) => base.Step(x); }
            class Harmless : C<In, Hid> { protected override string Text() => "c"; public override string ToString() => "c"; }
            """);
        var diagnostics = await compilation.WithAnalyzers([new OverriddenEquations()]).GetAnalyzerDiagnosticsAsync();
        Assert.All(diagnostics, d => Assert.Equal("RNN2019", d.Id));
        Assert.Equal(["Below overrides Step", "Helps overrides Helper", "Library overrides Step", "Steps overrides Step"], diagnostics.Select(d => d.GetMessage().Split(',')[0]).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task What_strict_projects_say_of_dimensions_and_fields_is_suppressed()
    {
        CSharpCompilation compilation = GeneratorHarness.Compile("""
            class In : Dim;
            class Other;
            [Cell]
            partial class C<Input, Hidden> : Cell<Input, Hidden>
            {
                Mat<Hidden, Input> W;
                int count;
                protected override Vec<Hidden> Step(Vec<Input> x) => W * x;
            }
            class Box<Item>;
            """);
        var options = new CompilationWithAnalyzersOptions(new AnalyzerOptions([]), null, true, false, reportSuppressedDiagnostics: true);
        var diagnostics = await compilation.WithAnalyzers([new UnassignedFields(), new Strict()], options).GetAllDiagnosticsAsync();
        string Found(string id) => string.Join(' ', diagnostics.Where(d => d.Id == id).Select(d => $"{d.Location.SourceTree!.GetText().ToString(d.Location.SourceSpan)}{(d.IsSuppressed ? "-" : "")}").Order(StringComparer.Ordinal));
        Assert.Equal("Box C In- Other", Found("CA1852"));
        Assert.Equal("Box C In- Other", Found("CA1812"));
        Assert.Equal("Hidden- Input- Item", Found("CA1715"));
        Assert.Equal("W- count", Found("IDE0044"));
    }

    [Fact]
    public async Task A_comment_may_name_a_method_that_has_calls()
    {
        Compilation compilation = GeneratorHarness.Run("""
            /// <summary>Trains <see cref="Loss"/> of what <see cref="Twice"/> gives.</summary>
            [Model]
            partial class M : Model
            {
                class In : Dim;
                Vec<In> w;
                Vec<In> Predict(Seq<In> x) => Mean(x) * w;
                Scalar Loss(Seq<In> x, Vec<In> y) => MeanSquaredError(Predict(x), y);
                static int Twice(int x) => 2 * x;
                static int Twice(double x) => 2;
            }
            """).Output;
        var options = new CompilationWithAnalyzersOptions(new AnalyzerOptions([]), null, true, false, reportSuppressedDiagnostics: true);
        var diagnostics = await compilation.WithAnalyzers([new UnassignedFields()], options).GetAllDiagnosticsAsync();
        Assert.Equal("Loss True, Twice False", string.Join(", ", diagnostics.Where(d => d.Id == "CS0419").Select(d => $"{d.Location.SourceTree!.GetText().ToString(d.Location.SourceSpan)} {d.IsSuppressed}").Order(StringComparer.Ordinal)));
    }

    /// <summary>Says of every class, type parameter and field what an analyzer of a strict project says of some.</summary>
#pragma warning disable RS1036, RS1041 // No compiler loads it.
    [DiagnosticAnalyzer(LanguageNames.CSharp)]
    sealed class Strict : DiagnosticAnalyzer
#pragma warning restore RS1036, RS1041
    {
        static readonly DiagnosticDescriptor[] All = [.. new[] { "CA1852", "CA1812", "CA1715", "IDE0044" }.Select(id => new DiagnosticDescriptor(id, id, id, "Strict", DiagnosticSeverity.Warning, true))];

        public override System.Collections.Immutable.ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics => [.. All];

        public override void Initialize(AnalysisContext context)
        {
            context.EnableConcurrentExecution();
            context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
            context.RegisterSymbolAction(c =>
            {
                Report(c, All[0], c.Symbol);
                Report(c, All[1], c.Symbol);
                foreach (ITypeParameterSymbol parameter in ((INamedTypeSymbol)c.Symbol).TypeParameters)
                    Report(c, All[2], parameter);
            }, SymbolKind.NamedType);
            context.RegisterSymbolAction(c => Report(c, All[3], c.Symbol), SymbolKind.Field);
        }

        static void Report(SymbolAnalysisContext context, DiagnosticDescriptor what, ISymbol symbol) =>
            context.ReportDiagnostic(Diagnostic.Create(what, symbol.Locations[0]));
    }

    [Fact]
    public void A_fault_of_the_compiler_is_reported_on_the_class()
    {
        // Another assembly, whose cell was compiled by a version that wrote another form.
        CSharpCompilation library = GeneratorHarness.Compile("""
            [CellGraph("a later form")]
            public class Foreign<A> : Cell<A, A>
            {
                protected override Vec<A> Step(Vec<A> x) => x;
            }
            """);
        using var stream = new MemoryStream();
        Assert.True(library.WithAssemblyName("Library").Emit(stream).Success);
        stream.Position = 0;
        Markup markup = Markup.Parse("""
            [Model]
            partial class {|RNN9999:M|} : Model
            {
                class Feature : Dim;
                Foreign<Feature> foreign;
                Seq<Feature> Predict(Seq<Feature> x) => foreign.Map(x);
            }
            """);
        GeneratorRun run = GeneratorHarness.Run(markup.Source, references: MetadataReference.CreateFromStream(stream));
        Assert.Equal(markup.ExpectedText, markup.ActualText(run.Diagnostics));
    }
}
