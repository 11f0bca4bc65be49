using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace RnnDsl.CodeFixes;

/// <summary>RNN2001: makes a class partial, and the types around it; or drops <c>file</c>.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(MakePartial)), Shared]
public sealed class MakePartial() : TextFix("RNN2001")
{
    private protected override IEnumerable<Proposal> Propose(Place place, Diagnostic diagnostic)
    {
        if (place.Node is not TypeDeclarationSyntax type)
            yield break;
        TypeDeclarationSyntax[] closed = [.. type.AncestorsAndSelf().OfType<TypeDeclarationSyntax>().Where(t => !t.Modifiers.Any(SyntaxKind.PartialKeyword))];
        if (closed.Length > 0)
            yield return new($"Make {string.Join(" and ", closed.Select(t => t.Identifier.ValueText))} partial", nameof(MakePartial), [.. closed.Select(t => Edit.Insert(place.Tree, t.Keyword.SpanStart, "partial "))]);
        else if (type.Modifiers.FirstOrDefault(m => m.IsKind(SyntaxKind.FileKeyword)) is { RawKind: not 0 } file)
            yield return new($"Make {type.Identifier.ValueText} visible outside of its file", "DropFile", new Edit(place.Tree, TextSpan.FromBounds(file.SpanStart, file.GetNextToken().SpanStart), ""));
    }
}
