using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace RnnDsl.CodeFixes;

/// <summary>
/// CS0103 in a cell: declares the names of its equations that are not declared. Names that begin with a capital are matrices, others vectors; their dimensions are those that the equations demand. What
/// the equations assign is a state, and so is <c>h</c>.
/// </summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(FillCell)), Shared]
public sealed class FillCell() : TextFix("CS0103")
{
    private protected override bool IsOfOnePlace => false;

    private protected override IEnumerable<Proposal> Propose(Place place, Diagnostic diagnostic)
    {
        if (place.Node is not IdentifierNameSyntax wanted || wanted.FirstAncestorOrSelf<ClassDeclarationSyntax>() is not { } type
            || place.Semantics.GetDeclaredSymbol(type, place.Cancellation) is not { } cell || Known.Attribute(cell, "Cell") is null)
            yield break;
        IdentifierNameSyntax[] missing = [.. Missing(place, type)];
        if (!missing.Any(m => m.Span == wanted.Span) || Inference.Of(place, type, [.. missing.Select(m => m.Identifier.ValueText).Distinct()]) is not { } found)
            yield break;
        string[] states = [.. found.Keys.Where(name => name == "h" || missing.Any(m => m.Identifier.ValueText == name && m.Parent is AssignmentExpressionSyntax assignment && assignment.Left == m))];
        if (!found.ContainsKey(wanted.Identifier.ValueText))
            yield break;
        // In the order in which cells are read: states, matrices, vectors.
        string[] declarations = [.. found.GroupBy(f => (IsState: states.Contains(f.Key), Type: f.Value)).OrderBy(g => !g.Key.IsState).ThenBy(g => g.Key.Type.StartsWith("Vec", StringComparison.Ordinal))
            .Select(g => $"{(g.Key.IsState ? "[State] " : "")}{g.Key.Type} {string.Join(", ", g.Select(f => f.Key))};")];
        string[] names = [.. found.Keys];
        string title = names.Length == 1 ? names[0] : names.Length > 6 ? $"the {names.Length} names that are missing" : $"{string.Join(", ", names.Take(names.Length - 1))} and {names[names.Length - 1]}";
        yield return new("Declare " + title, nameof(FillCell), Insertion(type, declarations));
    }

    /// <summary>Names that C# does not know, but for those that are called.</summary>
    static IEnumerable<IdentifierNameSyntax> Missing(Place place, ClassDeclarationSyntax type)
    {
        IdentifierNameSyntax[] all = [.. place.Semantics.GetDiagnostics(type.Span, place.Cancellation).Where(d => d.Id == "CS0103").Select(d => place.Root.FindNode(d.Location.SourceSpan, getInnermostNodeForTie: true)).OfType<IdentifierNameSyntax>()
            .Where(n => n.FirstAncestorOrSelf<ClassDeclarationSyntax>() == type)];
        string[] called = [.. all.Where(n => n.Parent is InvocationExpressionSyntax call && call.Expression == n).Select(n => n.Identifier.ValueText)];
        return all.Where(n => !called.Contains(n.Identifier.ValueText));
    }

    /// <summary>Behind the fields that are there, or before everything else.</summary>
    static Edit Insertion(ClassDeclarationSyntax type, string[] declarations)
    {
        string line = Lines.NewLine(type);
        if (type.Members.OfType<FieldDeclarationSyntax>().LastOrDefault() is { } last)
            return Edit.Insert(type.SyntaxTree, Lines.EndOf(last), string.Concat(declarations.Select(d => line + Lines.Indentation(last) + d)));
        MemberDeclarationSyntax first = type.Members[0];
        string indentation = Lines.Indentation(first);
        bool isAlone = first.SyntaxTree.GetText().Lines.GetLineFromPosition(first.SpanStart).Start + indentation.Length == first.SpanStart;
        return isAlone ? Edit.Insert(type.SyntaxTree, Start(first), string.Concat(declarations.Select(d => d + line + indentation)).TrimEnd(' ', '\t') + line + indentation) : Edit.Before(first, string.Join(" ", declarations) + " ");
    }

    /// <summary>Where a member begins, with the comment that says what it is.</summary>
    static int Start(MemberDeclarationSyntax member) =>
        member.GetLeadingTrivia().FirstOrDefault(Lines.IsRemark) is { RawKind: not 0 } comment ? comment.FullSpan.Start : member.SpanStart;
}
