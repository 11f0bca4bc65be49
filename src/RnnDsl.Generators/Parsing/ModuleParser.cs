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
    public static ParsedModule Parse(GeneratorAttributeSyntaxContext context, bool isModel, ParseCache cache, CancellationToken cancellation) =>
        cache.Get(context.TargetNode, context.SemanticModel.Compilation, () =>
        {
            var cells = new CellSource(context.SemanticModel, cancellation);
            return (Parse(context, isModel, cells, cancellation), cells.Files);
        });

    static ParsedModule Parse(GeneratorAttributeSyntaxContext context, bool isModel, CellSource cells, CancellationToken cancellation)
    {
        var type = (INamedTypeSymbol)context.TargetSymbol;
        Location location = ((ClassDeclarationSyntax)context.TargetNode).Identifier.GetLocation();
        var reporter = new Reporter();
        ModuleModel? model = null;
        if (!IsFirst(context, type))
            return new ParsedModule(null, [], location);
        try
        {
            if (IsWellDeclared(type, isModel, location, reporter, cancellation))
                model = isModel ? ModelParser.Parse(type, cells, reporter) : CellParser.Parse(type, cells, reporter);
            // Whoever has no compiled half must be told why.
            if (reporter.IsSilent && !cells.HasErrorsOfCSharp(reporter))
                reporter.Report(Descriptors.UnsupportedExpression, reporter.Unsaid ?? location, type.Name, "the compiler does not understand what stands here");
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            // A fault here must not take the other classes of the compilation with it.
            reporter.Report(Descriptors.Internal, location, type.Name, Descriptors.Describe(fault));
        }
        return new ParsedModule(model, reporter.ToArray(), location);
    }

    /// <summary>False where a name is still to be typed, which C# reports.</summary>
    static bool IsNamed(INamedTypeSymbol type)
    {
        for (INamespaceOrTypeSymbol? outer = type; outer is not null and not INamespaceSymbol { IsGlobalNamespace: true };
            outer = outer.ContainingType ?? (INamespaceOrTypeSymbol?)outer.ContainingNamespace)
            if (outer.Name.Length == 0 || outer is INamedTypeSymbol named && named.TypeParameters.Any(p => p.Name.Length == 0))
                return false;
        return true;
    }

    /// <summary>False where a second part of the class is marked too, which C# reports.</summary>
    static bool IsFirst(GeneratorAttributeSyntaxContext context, INamedTypeSymbol type)
    {
        SyntaxReference? first = type.GetAttributes().FirstOrDefault(a =>
            SymbolEqualityComparer.Default.Equals(a.AttributeClass, context.Attributes[0].AttributeClass))?.ApplicationSyntaxReference;
        return first is null || (first.SyntaxTree == context.TargetNode.SyntaxTree && context.TargetNode.Span.Contains(first.Span));
    }

    /// <summary>True if a half can be generated into the class.</summary>
    public static bool IsWellDeclared(INamedTypeSymbol type, bool isModel, Location location, Reporter reporter, CancellationToken cancellation)
    {
        for (INamedTypeSymbol? outer = type; outer is not null; outer = outer.ContainingType)
            foreach (SyntaxReference reference in outer.DeclaringSyntaxReferences)
                if (reference.GetSyntax(cancellation) is TypeDeclarationSyntax declaration)
                {
                    reporter.Read(declaration.BaseList);
                    reporter.Read(declaration.TypeParameterList);
                    if (declaration.Modifiers.Any(SyntaxKind.PartialKeyword))
                        continue;
                    reporter.Report(Descriptors.NotPartial, declaration.Identifier.GetLocation(), outer.Name, "declared partial", type.Name);
                }
        if (type.IsFileLocal)
            reporter.Report(Descriptors.NotPartial, location, type.Name, "visible outside of its file", type.Name);
        if (isModel ? !KnownSymbols.IsModelBase(type.BaseType) : !KnownSymbols.IsCellBase(type.BaseType))
            reporter.Report(Descriptors.WrongBase, location, type.Name, isModel ? "Model" : "Cell", isModel ? "Model" : "Cell<TIn, TOut>");
        return IsNamed(type) && !reporter.HasErrors;
    }
}
