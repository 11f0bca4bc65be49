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
    /// <summary>Names of the incremental steps that must not run again if nothing that they depend on has changed.</summary>
    internal const string ParseStep = "Parse", ModelStep = "Model", SourceStep = "Source";

    /// <summary>Whether every pass is checked even if the build does not request it: in the compiler's own tests, and when it is debugged.</summary>
    internal bool Verify { get; init; }
#if DEBUG
        = true;
#endif

    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        IncrementalValueProvider<CompilerSettings> settings = context.AnalyzerConfigOptionsProvider.Select((options, _) =>
            new CompilerSettings(IsSet(options, KnownSymbols.EmitPassesProperty), IsSet(options, KnownSymbols.VerifyProperty)));
        var cache = new ParseCache();
        Register(context, MarkedClasses(context, KnownSymbols.CellAttribute, isModel: false, cache), settings, Verify);
        Register(context, MarkedClasses(context, KnownSymbols.ModelAttribute, isModel: true, cache), settings, Verify);
        Register(context, Abstract(context, cache), settings, Verify);
    }

    static bool IsSet(AnalyzerConfigOptionsProvider options, string property) =>
        options.GlobalOptions.TryGetValue(property, out string? value) && bool.TryParse(value, out bool set) && set;

    static IncrementalValuesProvider<ParsedModule> MarkedClasses(IncrementalGeneratorInitializationContext context, string attribute, bool isModel, ParseCache cache) =>
        context.SyntaxProvider.ForAttributeWithMetadataName(
            attribute, (node, _) => node is ClassDeclarationSyntax or RecordDeclarationSyntax, (target, cancellation) => ModuleParser.Parse(target, isModel, cache, cancellation)).WithTrackingName(ParseStep);

    /// <summary>Abstract models, which have no attribute. They are found in the whole compilation rather than with <c>CreateSyntaxProvider</c>: when a file gains or loses nodes
    /// that this provider yields, the driver confuses the cached results of different nodes (Microsoft.CodeAnalysis 5.0).</summary>
    static IncrementalValuesProvider<ParsedModule> Abstract(IncrementalGeneratorInitializationContext context, ParseCache cache)
    {
        var found = new AbstractClasses();
        return context.CompilationProvider.SelectMany((compilation, cancellation) => found.Of(compilation, cancellation)
            .Select(node => ModuleParser.ParseAbstract(node, compilation, cache, cancellation)).OfType<ParsedModule>()).WithTrackingName(ParseStep);
    }

    static void Register(IncrementalGeneratorInitializationContext context, IncrementalValuesProvider<ParsedModule> parsed, IncrementalValueProvider<CompilerSettings> settings, bool verify)
    {
        // Models compare by value, so what follows runs only if the equations have changed. A provider of many values is never combined with one of a single value: when a class
        // is removed, a driver that tracks its steps confuses the remaining values (Microsoft.CodeAnalysis 5.0).
        IncrementalValuesProvider<ModuleModel> models = parsed.Select((module, _) => module.Model!).Where(model => model is not null).WithTrackingName(ModelStep);
        IncrementalValuesProvider<GeneratedClass> classes = models.Select((model, _) => PartialClassWriter.Write(model, new(EmitPasses: false, verify))).WithTrackingName(SourceStep);
        context.RegisterSourceOutput(classes, (output, generated) =>
        {
            if (generated.Text.Length > 0)
                output.AddSource(generated.HintName + ".g.cs", generated.Text);
        });

        // Outputs that a build requests besides the code come from a second run over all classes. They cost nothing if they are not requested.
        IncrementalValueProvider<EquatableArray<GeneratedClass>> asked = models.Collect().Combine(settings).Select((pair, _) =>
            pair.Right == default ? default : pair.Left.Select(model => PartialClassWriter.Write(model, pair.Right)).ToEquatable());
        context.RegisterSourceOutput(asked, (output, all) =>
        {
            foreach (GeneratedClass generated in all)
                if (generated.Passes is not null)
                    output.AddSource(generated.HintName + ".Passes.g.cs", generated.Passes);
        });

        // Diagnostics keep their locations in the user's text, so that #pragma and editors find them; nothing is cached here.
        IncrementalValueProvider<ImmutableArray<GeneratedClass>> failures = classes.Where(generated => generated.Failure is not null).Collect();
        context.RegisterSourceOutput(parsed.Collect().Combine(failures.Combine(asked)), (output, pair) =>
        {
            foreach (ParsedModule module in pair.Left)
                Report(output.ReportDiagnostic, module, [.. pair.Right.Left, .. pair.Right.Right]);
        });
    }

    /// <summary>Reports the diagnostics of a class, and failures in compiling it. A diagnostic that cannot be reported becomes a fault on the class.</summary>
    internal static void Report(Action<Diagnostic> report, ParsedModule module, IReadOnlyList<GeneratedClass> classes)
    {
        foreach (Diagnostic diagnostic in module.Diagnostics)
            try
            {
                report(diagnostic);
            }
            catch (ArgumentException fault)
            {
                report(Diagnostic.Create(Descriptors.Internal, module.Location, module.Name, $"{diagnostic.Id} could not be reported: {fault.Message}"));
            }
        if (classes.FirstOrDefault(h => h.Failure is not null && h.HintName == module.Model?.Type.HintName) is { } failed)
            report(Diagnostic.Create(Descriptors.Internal, module.Location, module.Name, failed.Failure));
    }
}
