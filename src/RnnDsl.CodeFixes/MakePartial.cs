using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace RnnDsl.CodeFixes;

/// <summary>RNN2001: makes a class partial, and the types around it; or drops <c>file</c>. RNN2018: makes the abstract model partial from which the class derives.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(MakePartial)), Shared]
public sealed class MakePartial() : TextFix("RNN2001", "RNN2018")
{
    private protected override IEnumerable<Proposal> Propose(Place place, Diagnostic diagnostic)
    {
        if (place.Node is not TypeDeclarationSyntax type)
            yield break;
        if (diagnostic.Id == "RNN2018")
        {
            if (diagnostic.GetMessage(System.Globalization.CultureInfo.InvariantCulture).EndsWith("it is not declared partial", StringComparison.Ordinal) && place.Semantics.GetDeclaredSymbol(type, place.Cancellation) is INamedTypeSymbol { BaseType.OriginalDefinition: var above })
                foreach (TypeDeclarationSyntax declaration in above.DeclaringSyntaxReferences.Select(r => r.GetSyntax(place.Cancellation)).OfType<TypeDeclarationSyntax>())
                    yield return Open([.. Closed(declaration)]);
            yield break;
        }
        TypeDeclarationSyntax[] closed = [.. Closed(type)];
        if (closed.Length > 0)
            yield return Open(closed);
        else if (type.Modifiers.FirstOrDefault(m => m.IsKind(SyntaxKind.FileKeyword)) is { RawKind: not 0 } file)
            yield return new($"Make {type.Identifier.ValueText} visible outside of its file", "DropFile", new Edit(place.Tree, TextSpan.FromBounds(file.SpanStart, file.GetNextToken().SpanStart), ""));
    }

    static IEnumerable<TypeDeclarationSyntax> Closed(TypeDeclarationSyntax type) => type.AncestorsAndSelf().OfType<TypeDeclarationSyntax>().Where(t => !t.Modifiers.Any(SyntaxKind.PartialKeyword));

    static Proposal Open(TypeDeclarationSyntax[] closed) =>
        new($"Make {string.Join(" and ", closed.Select(t => t.Identifier.ValueText))} partial", nameof(MakePartial), [.. closed.Select(t => Edit.Insert(t.SyntaxTree, t.Keyword.SpanStart, "partial ") with { Yields = true })]);
}
