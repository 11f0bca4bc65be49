using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using RnnDsl.Generators.Diagnostics;
using RnnDsl.Generators.Ir;

namespace RnnDsl.Generators.Parsing;

/// <summary>What parsing one class yields.</summary>
/// <param name="Model">Null if no half can be generated at all.</param>
/// <param name="Diagnostics">With real locations, so never to be cached with the model.</param>
/// <param name="Location">Of the class's name.</param>
internal sealed record ParsedModule(ModuleModel? Model, ImmutableArray<Diagnostic> Diagnostics, Location Location);

/// <summary>The entry: a class marked [Cell] or [Model].</summary>
internal static class ModuleParser
{
    public static ParsedModule Parse(GeneratorAttributeSyntaxContext context, bool isModel, CancellationToken cancellation)
    {
        var type = (INamedTypeSymbol)context.TargetSymbol;
        Location location = ((ClassDeclarationSyntax)context.TargetNode).Identifier.GetLocation();
        var reporter = new Reporter();
        ModuleModel? model = null;
        try
        {
            if (IsWellDeclared(type, isModel, location, reporter, cancellation))
            {
                var cells = new CellSource(context.SemanticModel.Compilation, cancellation);
                model = isModel ? ModelParser.Parse(type, cells, reporter) : CellParser.Parse(type, cells, reporter);
            }
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            // A fault here must not take the other classes of the compilation with it.
            reporter.Report(Descriptors.Internal, location, type.Name, Descriptors.Describe(fault));
        }
        return new ParsedModule(model, reporter.ToArray(), location);
    }

    static bool IsWellDeclared(INamedTypeSymbol type, bool isModel, Location location, Reporter reporter, CancellationToken cancellation)
    {
        for (INamedTypeSymbol? outer = type; outer is not null; outer = outer.ContainingType)
            foreach (SyntaxReference reference in outer.DeclaringSyntaxReferences)
                if (reference.GetSyntax(cancellation) is TypeDeclarationSyntax declaration && !declaration.Modifiers.Any(SyntaxKind.PartialKeyword))
                    reporter.Report(Descriptors.NotPartial, declaration.Identifier.GetLocation(), outer.Name, type.Name);
        if (isModel ? !KnownSymbols.IsModelBase(type.BaseType) : !KnownSymbols.IsCellBase(type.BaseType))
            reporter.Report(Descriptors.WrongBase, location, type.Name, isModel ? "Model" : "Cell", isModel ? "Model" : "Cell<TIn, TOut>");
        return !reporter.HasErrors;
    }
}
