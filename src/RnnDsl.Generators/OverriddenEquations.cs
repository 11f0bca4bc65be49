using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using RnnDsl.Generators.Diagnostics;
using RnnDsl.Generators.Parsing;

namespace RnnDsl.Generators;

/// <summary>
/// Reports a class that derives from a compiled one and overrides its equations. What is compiled is what stands in the base class, so that the derived class would do one thing
/// uncompiled and another one compiled.
/// </summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class OverriddenEquations : DiagnosticAnalyzer
{
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = [Descriptors.Overridden];

    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.RegisterSymbolAction(Check, SymbolKind.NamedType);
    }

    static void Check(SymbolAnalysisContext context)
    {
        var type = (INamedTypeSymbol)context.Symbol;
        if (type.TypeKind != TypeKind.Class || CompiledBase(type) is not { } compiled)
            return;
        foreach (IMethodSymbol method in type.GetMembers().OfType<IMethodSymbol>())
            if (method is { IsOverride: true, MethodKind: MethodKind.Ordinary } && IsEquation(method.ReturnType))
                context.ReportDiagnostic(Diagnostic.Create(Descriptors.Overridden, method.Locations[0], type.Name, method.Name, compiled.Name));
    }

    /// <summary>The nearest base class that is compiled.</summary>
    static INamedTypeSymbol? CompiledBase(INamedTypeSymbol type)
    {
        for (INamedTypeSymbol? above = type.BaseType; above is not null; above = above.BaseType)
            if (KnownSymbols.IsMarkedCell(above) || KnownSymbols.IsMarkedModel(above))
                return above;
        return null;
    }

    /// <summary>Whether a method of this type may stand in equations.</summary>
    static bool IsEquation(ITypeSymbol type) => KnownSymbols.IsVec(type) || KnownSymbols.IsSeq(type) || KnownSymbols.IsScalar(type) || KnownSymbols.IsMat(type) || KnownSymbols.IsStates(type)
        || KnownSymbols.IsLayer(type) || type is INamedTypeSymbol { IsTupleType: true, TupleElements: var elements } && elements.Any(e => IsEquation(e.Type));
}
