using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using RnnDsl.Generators.Diagnostics;
using RnnDsl.Generators.Emit;
using RnnDsl.Generators.Ir;
using RnnDsl.Generators.Parsing;

namespace RnnDsl.Generators;

/// <summary>Wiring only: symbols → model → passes → text.</summary>
[Generator(LanguageNames.CSharp)]
public sealed class RnnDslGenerator : IIncrementalGenerator
{
    /// <summary>Names of the steps that must not run again when nothing that they depend on has changed.</summary>
    internal const string ParseStep = "Parse", ModelStep = "Model", SourceStep = "Source";

    /// <summary>Whether every pass is checked, also where the build does not ask for it: in the compiler's own tests, and where it is debugged.</summary>
    internal bool Verify { get; init; }
#if DEBUG
        = true;
#endif

    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        IncrementalValueProvider<CompilerSettings> settings = context.AnalyzerConfigOptionsProvider.Select((options, _) =>
            new CompilerSettings(IsSet(options, KnownSymbols.EmitPassesProperty), Verify || IsSet(options, KnownSymbols.VerifyProperty)));
        var cache = new ParseCache();
        Register(context, KnownSymbols.CellAttribute, isModel: false, cache, settings);
        Register(context, KnownSymbols.ModelAttribute, isModel: true, cache, settings);
    }

    static bool IsSet(AnalyzerConfigOptionsProvider options, string property) =>
        options.GlobalOptions.TryGetValue(property, out string? value) && bool.TryParse(value, out bool set) && set;

    static void Register(
        IncrementalGeneratorInitializationContext context, string attribute, bool isModel, ParseCache cache, IncrementalValueProvider<CompilerSettings> settings)
    {
        IncrementalValuesProvider<ParsedModule> parsed = context.SyntaxProvider.ForAttributeWithMetadataName(
            attribute, (node, _) => node is ClassDeclarationSyntax, (target, cancellation) => ModuleParser.Parse(target, isModel, cache, cancellation)).WithTrackingName(ParseStep);

        // Models compare by value: what follows runs only when the equations have changed.
        IncrementalValuesProvider<GeneratedHalf> halves = parsed
            .Select((module, _) => module.Model).Where(model => model is not null).WithTrackingName(ModelStep)
            .Combine(settings).Select((pair, _) => HalfWriter.Write(pair.Left!, pair.Right)).WithTrackingName(SourceStep);
        context.RegisterSourceOutput(halves, (output, half) =>
        {
            output.AddSource(half.HintName + ".g.cs", half.Text);
            if (half.Passes is not null)
                output.AddSource(half.HintName + ".Passes.g.cs", half.Passes);
        });

        // Diagnostics keep their locations in the user's text, so that #pragma and editors find them; nothing is cached here.
        IncrementalValueProvider<ImmutableArray<GeneratedHalf>> failures = halves.Where(half => half.Failure is not null).Collect();
        context.RegisterSourceOutput(parsed.Combine(failures), (output, pair) => Report(output, pair.Left, pair.Right));
    }

    static void Report(SourceProductionContext output, ParsedModule module, ImmutableArray<GeneratedHalf> failures)
    {
        foreach (Diagnostic diagnostic in module.Diagnostics)
            output.ReportDiagnostic(diagnostic);
        foreach (GeneratedHalf failure in failures)
            if (failure.HintName == module.Model?.Type.HintName)
                output.ReportDiagnostic(Diagnostic.Create(Descriptors.Internal, module.Location, module.Model.Type.Name, failure.Failure));
    }
}
