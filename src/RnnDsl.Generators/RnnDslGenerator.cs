using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
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

    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        IncrementalValueProvider<bool> emitPasses = context.AnalyzerConfigOptionsProvider.Select((options, _) =>
            options.GlobalOptions.TryGetValue(KnownSymbols.EmitPassesProperty, out string? value) && bool.TryParse(value, out bool emit) && emit);
        var cache = new ParseCache();
        Register(context, KnownSymbols.CellAttribute, isModel: false, cache, emitPasses);
        Register(context, KnownSymbols.ModelAttribute, isModel: true, cache, emitPasses);
    }

    static void Register(
        IncrementalGeneratorInitializationContext context, string attribute, bool isModel, ParseCache cache, IncrementalValueProvider<bool> emitPasses)
    {
        IncrementalValuesProvider<ParsedModule> parsed = context.SyntaxProvider.ForAttributeWithMetadataName(
            attribute, (node, _) => node is ClassDeclarationSyntax, (target, cancellation) => ModuleParser.Parse(target, isModel, cache, cancellation)).WithTrackingName(ParseStep);

        // Models compare by value: what follows runs only when the equations have changed. No provider of many values is combined with one of a single value: after
        // a class is gone, a driver that tracks its steps confuses the others then (Microsoft.CodeAnalysis 5.0).
        IncrementalValuesProvider<ModuleModel> models = parsed.Select((module, _) => module.Model!).Where(model => model is not null).WithTrackingName(ModelStep);
        IncrementalValuesProvider<GeneratedHalf> halves = models.Select((model, _) => HalfWriter.Write(model)).WithTrackingName(SourceStep);
        context.RegisterSourceOutput(halves, (output, half) =>
        {
            if (half.Text.Length > 0)
                output.AddSource(half.HintName + ".g.cs", half.Text);
        });
        context.RegisterSourceOutput(models.Collect().Combine(emitPasses), (output, pair) =>
        {
            foreach (ModuleModel model in pair.Right ? pair.Left : [])
                output.AddSource(model.Type.HintName + ".Passes.g.cs", HalfWriter.Passes(model));
        });

        // Diagnostics keep their locations in the user's text, so that #pragma and editors find them; nothing is cached here.
        IncrementalValueProvider<ImmutableArray<GeneratedHalf>> failures = halves.Where(half => half.Failure is not null).Collect();
        context.RegisterSourceOutput(parsed.Collect().Combine(failures), (output, pair) =>
        {
            foreach (ParsedModule module in pair.Left)
                Report(output.ReportDiagnostic, module, pair.Right);
        });
    }

    /// <summary>Reports what was found in a class and what failed in compiling it. One that cannot be reported becomes a fault on the class.</summary>
    internal static void Report(Action<Diagnostic> report, ParsedModule module, ImmutableArray<GeneratedHalf> failures)
    {
        string name = module.Location.SourceTree?.GetText().ToString(module.Location.SourceSpan) ?? "";
        foreach (Diagnostic diagnostic in module.Diagnostics)
            try
            {
                report(diagnostic);
            }
            catch (ArgumentException fault)
            {
                report(Diagnostic.Create(Descriptors.Internal, module.Location, name, $"{diagnostic.Id} was to be reported; {Descriptors.Describe(fault)}"));
            }
        foreach (GeneratedHalf failure in failures)
            if (failure.HintName == module.Model?.Type.HintName)
                report(Diagnostic.Create(Descriptors.Internal, module.Location, module.Model.Type.Name, failure.Failure));
    }
}
