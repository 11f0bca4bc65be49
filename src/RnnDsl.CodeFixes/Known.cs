using Microsoft.CodeAnalysis;

namespace RnnDsl.CodeFixes;

/// <summary>The types and functions of the language, by their names.</summary>
internal static class Known
{
    public const string Namespace = "RnnDsl", Ops = "RnnDsl.Ops";

    public static bool IsMat(ITypeSymbol? type) => Is(type, "Mat", 2);

    public static bool IsVec(ITypeSymbol? type) => Is(type, "Vec", 1);

    public static bool IsSeq(ITypeSymbol? type) => Is(type, "Seq", 1);

    public static bool IsScalar(ITypeSymbol? type) => Is(type, "Scalar", 0);

    /// <summary>Whether a type is the result of a comparison of values.</summary>
    public static bool IsCompared(ITypeSymbol? type) => Is(type, "Compared", 1);

    public static bool IsDim(ITypeSymbol? type) => type is INamedTypeSymbol { TypeKind: TypeKind.Class } && Bases(type).Any(b => Is(b, "Dim", 0));

    /// <summary>Whether a type is <c>Model</c> itself.</summary>
    public static bool IsBaseOfModels(ITypeSymbol? type) => Is(type, "Model", 0);

    public static bool IsModel(ITypeSymbol? type) => type is not null && Bases(type).Any(b => Is(b, "Model", 0));

    public static bool IsCell(ITypeSymbol? type) => type is not null && Bases(type).Any(b => Is(b, "Cell", 2) || Is(b, "Cell", 3));

    /// <summary>The dimension of a vector or of the steps of a sequence.</summary>
    public static ITypeSymbol? Units(ITypeSymbol? type) => IsVec(type) || IsSeq(type) ? ((INamedTypeSymbol)type!).TypeArguments[0] : null;

    /// <summary>An attribute of the language.</summary>
    /// <param name="symbol">The symbol that has the attribute.</param>
    /// <param name="name">Its name in brackets: "State".</param>
    public static AttributeData? Attribute(ISymbol symbol, string name) => symbol.GetAttributes().FirstOrDefault(a => Is(a.AttributeClass, name + "Attribute", 0));

    public static bool Same(ITypeSymbol? a, ITypeSymbol? b) => a is not null && SymbolEqualityComparer.Default.Equals(a, b);

    /// <summary>The one part of a class that a person has written, if it is in this file.</summary>
    public static SyntaxNode? Written(ITypeSymbol type, SyntaxTree file) =>
        type.DeclaringSyntaxReferences.Where(r => !r.SyntaxTree.FilePath.EndsWith(".g.cs", StringComparison.Ordinal)).ToArray() is [var only] && only.SyntaxTree == file ? only.GetSyntax() : null;

    static IEnumerable<ITypeSymbol> Bases(ITypeSymbol type)
    {
        for (ITypeSymbol? up = type.BaseType; up is not null; up = up.BaseType)
            yield return up;
    }

    static bool Is(ITypeSymbol? type, string name, int arity) =>
        type is INamedTypeSymbol named && named.Name == name && named.Arity == arity && named.ContainingNamespace is { Name: Namespace, ContainingNamespace.IsGlobalNamespace: true };
}
