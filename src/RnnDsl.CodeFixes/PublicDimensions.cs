using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace RnnDsl.CodeFixes;

/// <summary>CS0050 and CS0051 on a method of a model: makes the dimensions of its inputs and result as visible as it is.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(PublicDimensions)), Shared]
public sealed class PublicDimensions() : TextFix("CS0050", "CS0051")
{
    private protected override IEnumerable<Proposal> Propose(Place place, Diagnostic diagnostic)
    {
        if (place.Node.FirstAncestorOrSelf<MethodDeclarationSyntax>() is not { } declared || place.Semantics.GetDeclaredSymbol(declared, place.Cancellation) is not { } method || !Known.IsModel(method.ContainingType))
            yield break;
        INamedTypeSymbol[] hidden = [.. new[] { method.ReturnType }.Concat(method.Parameters.Select(p => p.Type)).SelectMany(Parts)
            .Where(t => t.ContainingType is not null && t.DeclaredAccessibility != Accessibility.Public && t.DeclaringSyntaxReferences.Length > 0).Distinct<INamedTypeSymbol>(SymbolEqualityComparer.Default)];
        // What is no dimension is hidden for a reason that is not known here.
        if (hidden.Length == 0 || !hidden.All(Known.IsDim))
            yield break;
        yield return new($"Make {string.Join(", ", hidden.Select(t => t.Name))} public", nameof(PublicDimensions),
            [.. hidden.SelectMany(t => t.DeclaringSyntaxReferences).Select(r => r.GetSyntax(place.Cancellation)).OfType<ClassDeclarationSyntax>().SelectMany(Open).Select(e => e with { Yields = true })]);
    }

    static IEnumerable<INamedTypeSymbol> Parts(ITypeSymbol type) => type switch
    {
        IArrayTypeSymbol array => Parts(array.ElementType),
        INamedTypeSymbol named => [named, .. named.TypeArguments.SelectMany(Parts)],
        _ => [],
    };

    static IEnumerable<Edit> Open(ClassDeclarationSyntax type)
    {
        SyntaxToken[] access = [.. type.Modifiers.Where(m => m.Kind() is SyntaxKind.PrivateKeyword or SyntaxKind.InternalKeyword or SyntaxKind.ProtectedKeyword)];
        if (access.Length == 0)
            yield return Edit.Insert(type.SyntaxTree, (type.Modifiers.Count > 0 ? type.Modifiers[0] : type.Keyword).SpanStart, "public ");
        for (int i = 0; i < access.Length; i++)
            yield return i == 0 ? Edit.Replace(access[i], "public") : new(type.SyntaxTree, TextSpan.FromBounds(access[i].SpanStart, access[i].GetNextToken().SpanStart), "");
    }
}
