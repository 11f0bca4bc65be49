using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using RnnDsl.Generators.Diagnostics;
using RnnDsl.Generators.Ir;

namespace RnnDsl.Generators.Parsing;

/// <summary>The result of parsing one class.</summary>
/// <param name="Model">Null if no part of the class can be generated.</param>
/// <param name="Diagnostics">They contain real locations, so they must never be cached with the model.</param>
/// <param name="Name">The class's name.</param>
/// <param name="Location">The location of the class's name.</param>
internal sealed record ParsedModule(ModuleModel? Model, ImmutableArray<Diagnostic> Diagnostics, string Name, Location Location);

/// <summary>The entry point: parses a class marked [Cell] or [Model], or an abstract model.</summary>
internal static class ModuleParser
{
    /// <summary>A class marked [Cell] or [Model].</summary>
    public static ParsedModule Parse(GeneratorAttributeSyntaxContext context, bool isModel, ParseCache cache, CancellationToken cancellation) =>
        Parse(context.TargetNode, (INamedTypeSymbol)context.TargetSymbol, context.SemanticModel, isModel, type => IsFirst(context, type), cache, cancellation);

    /// <summary>Parses a class that may be an abstract model. Null if it is none, or if it is marked.</summary>
    public static ParsedModule? ParseAbstract(ClassDeclarationSyntax node, Compilation compilation, ParseCache cache, CancellationToken cancellation)
    {
        SemanticModel semantics = compilation.GetSemanticModel(node.SyntaxTree);
        return semantics.GetDeclaredSymbol(node, cancellation) is { } type && !KnownSymbols.IsMarkedModel(type) && KnownSymbols.IsAbstractModel(type)
            ? Parse(node, type, semantics, isModel: true, _ => IsFirst(node, type), cache, cancellation) : null;
    }

    /// <summary>Never throws unless it is canceled. A fault becomes a diagnostic on the class, because an exception would stop the generator, and with it all other classes.</summary>
    static ParsedModule Parse(SyntaxNode node, INamedTypeSymbol type, SemanticModel semantics, bool isModel, Func<INamedTypeSymbol, bool> isFirst, ParseCache cache, CancellationToken cancellation)
    {
        var reporter = new Reporter();
        Location location = ((TypeDeclarationSyntax)node).Identifier.GetLocation();
        try
        {
            return cache.Get(node, semantics.Compilation, () =>
            {
                var cells = new CellSource(semantics, cancellation);
                cells.Declare(type);
                if (!isFirst(type))
                    return (new ParsedModule(null, [], type.Name, location), cells.Files);
                ModuleModel? model = !IsWellDeclared(type, isModel, location, reporter, cancellation) ? null
                    : isModel ? ModelParser.Parse(type, cells, reporter) : CellParser.Parse(type, cells, reporter);
                // A class without generated code must always get an explanation.
                if (reporter.IsSilent && !cells.HasErrorsOfCSharp(reporter))
                    reporter.Report(Descriptors.UnsupportedExpression, reporter.FirstUnexplained ?? location, type.Name, "the compiler does not understand what stands here");
                return (new ParsedModule(model, reporter.ToArray(), type.Name, location), cells.Files);
            });
        }
        catch (Exception fault) when (fault is not OperationCanceledException || !cancellation.IsCancellationRequested)
        {
            // The result is not cached, so the next edit tries again.
            reporter.Report(Descriptors.Internal, location, type.Name, Descriptors.Describe(fault));
            return new ParsedModule(null, reporter.ToArray(), type.Name, location);
        }
    }

    /// <summary>False if a name is still missing, which C# reports.</summary>
    static bool IsNamed(INamedTypeSymbol type)
    {
        for (INamespaceOrTypeSymbol? outer = type; outer is not null and not INamespaceSymbol { IsGlobalNamespace: true };
            outer = outer.ContainingType ?? (INamespaceOrTypeSymbol?)outer.ContainingNamespace)
            if (outer.Name.Length == 0 || outer is INamedTypeSymbol named && named.TypeParameters.Any(p => p.Name.Length == 0))
                return false;
        return true;
    }

    /// <summary>False if a second part of the class is marked too, which C# reports.</summary>
    static bool IsFirst(GeneratorAttributeSyntaxContext context, INamedTypeSymbol type)
    {
        SyntaxReference? first = type.GetAttributes().FirstOrDefault(a =>
            SymbolEqualityComparer.Default.Equals(a.AttributeClass, context.Attributes[0].AttributeClass))?.ApplicationSyntaxReference;
        return first is null || (first.SyntaxTree == context.TargetNode.SyntaxTree && context.TargetNode.Span.Contains(first.Span));
    }

    /// <summary>True for only one of the parts that declare an abstract model abstract.</summary>
    static bool IsFirst(SyntaxNode node, INamedTypeSymbol type) => node == type.DeclaringSyntaxReferences.Select(r => r.GetSyntax()).Where(AbstractClasses.IsCandidate)
        .OrderBy(n => n.SyntaxTree.FilePath, StringComparer.Ordinal).ThenBy(n => n.SpanStart).FirstOrDefault();

    /// <summary>True if code can be generated into the class.</summary>
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
        if (type.IsRecord)
            reporter.Report(Descriptors.NotPartial, location, type.Name, "a class and no record", type.Name);
        if (type.IsFileLocal)
            reporter.Report(Descriptors.NotPartial, location, type.Name, "visible outside of its file", type.Name);
        foreach (ITypeParameterSymbol parameter in KnownSymbols.CellParameters(type))
            if (!KnownSymbols.IsAbstractModel(type))
                reporter.Report(Descriptors.AbstractModel, TypeDecls.LocationOf(parameter), parameter.Name, $"a type parameter of {type.Name}", isModel
                    ? "it stands for a cell, and only a class that is abstract is over any cell; make it abstract, and let another, marked [Model], derive from it with a cell in its place"
                    : "it stands for a cell, and a cell contains layers of known classes; a model that is abstract is over any cell");
        if (isModel && type.BaseType is { IsAbstract: true, TypeKind: TypeKind.Class } above && KnownSymbols.IsModel(above) && !KnownSymbols.IsAbstractModel(above.OriginalDefinition))
            reporter.Report(Descriptors.AbstractModel, location, above.Name, $"the base of {type.Name}", KnownSymbols.IsMarkedModel(above.OriginalDefinition) ? "it is marked [Model], which is for the class that derives from it"
                : SymbolEqualityComparer.Default.Equals(above.ContainingAssembly, type.ContainingAssembly) ? "it is not declared partial" : $"{above.ContainingAssembly.Name} was not compiled with this version of RnnDsl or a later one");
        else if (isModel ? !KnownSymbols.IsModelBase(type.BaseType) && !(type.BaseType is { } model && KnownSymbols.IsAbstractModel(model.OriginalDefinition)) : !KnownSymbols.IsCellBase(type.BaseType))
            reporter.Report(Descriptors.WrongBase, location, type.Name, isModel ? "Model" : "Cell", isModel ? "Model" : "Cell<TIn, TOut>");
        return IsNamed(type) && !reporter.HasErrors;
    }
}
