using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace RnnDsl.CodeFixes;

/// <summary>RNN2005: a state that is read and never assigned takes what the step returns, if that is of its dimension; or it becomes a parameter.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(AssignState)), Shared]
public sealed class AssignState() : TextFix("RNN2005")
{
    private protected override IEnumerable<Proposal> Propose(Place place, Diagnostic diagnostic)
    {
        if (place.Node is not VariableDeclaratorSyntax { Parent: VariableDeclarationSyntax { Parent: FieldDeclarationSyntax declared } declaration } declarator
            || place.Semantics.GetDeclaredSymbol(declarator, place.Cancellation) is not IFieldSymbol { Type: not IArrayTypeSymbol } state)
            yield break;
        if (Returned(place, state) is { } returned)
            yield return new($"Assign {state.Name} what the step returns", "Assign", Edit.Before(returned, state.Name + " = "));
        if (!Known.IsSeq(state.Type) && Mark(place, declared) is { } mark)
            yield return new($"Make {state.Name} a parameter", "Parameter", Fields.Apart(declarator, Unmarked(declared, mark) + declaration.Type, WithoutMark(mark)));
    }

    /// <summary>The one expression that the step returns, if the state is read and can hold it, and no other state is assigned: of two, nobody knows what the step says of which.</summary>
    static ExpressionSyntax? Returned(Place place, IFieldSymbol state)
    {
        if (state.ContainingType.GetMembers("Step").OfType<IMethodSymbol>().FirstOrDefault(m => m.IsOverride) is not { DeclaringSyntaxReferences: [var reference] } step || !Known.Same(step.ReturnType, state.Type)
            || reference.SyntaxTree != place.Tree || reference.GetSyntax(place.Cancellation) is not MethodDeclarationSyntax method)
            return null;
        ExpressionSyntax[] returned = [.. method.DescendantNodes().OfType<ReturnStatementSyntax>().Select(r => r.Expression).OfType<ExpressionSyntax>(), .. method.ExpressionBody is { } body ? new[] { body.Expression } : []];
        bool isRead = method.Parent!.DescendantNodes().OfType<IdentifierNameSyntax>().Any(n => n.Identifier.ValueText == state.Name && SymbolEqualityComparer.Default.Equals(place.SymbolOf(n), state));
        return isRead && returned is [not AssignmentExpressionSyntax and not ThrowExpressionSyntax and var only] && !(only is IdentifierNameSyntax name && place.SymbolOf(name) is IFieldSymbol)
            && !method.Parent.DescendantNodes().OfType<AssignmentExpressionSyntax>().Any(a => AssignsState(place, a.Left)) ? only : null;
    }

    static bool AssignsState(Place place, ExpressionSyntax target) =>
        target.DescendantNodesAndSelf().OfType<IdentifierNameSyntax>().Any(n => place.SymbolOf(n) is IFieldSymbol field && Known.Attribute(field, "State") is not null);

    static AttributeSyntax? Mark(Place place, FieldDeclarationSyntax declared) =>
        declared.AttributeLists.SelectMany(list => list.Attributes).FirstOrDefault(a => place.TypeOf(a) is { Name: "StateAttribute" });

    /// <summary>The attributes and modifiers of a declaration, but for the mark.</summary>
    static string Unmarked(FieldDeclarationSyntax declared, AttributeSyntax mark) =>
        string.Concat(declared.AttributeLists.Select(l => l == mark.Parent ? l.WithAttributes(l.Attributes.Remove(mark)) : l).Where(l => l.Attributes.Count > 0).Select(l => l + " "))
        + string.Concat(declared.Modifiers.Select(m => m.Text + " "));

    /// <summary>Takes the mark away, with its brackets or a comma; comments stay.</summary>
    static IEnumerable<Edit> WithoutMark(AttributeSyntax mark)
    {
        var list = (AttributeListSyntax)mark.Parent!;
        int at = list.Attributes.IndexOf(mark);
        if (list.Attributes.Count == 1)
            return [Without(list.SpanStart, list.GetLastToken())];
        SyntaxToken comma = list.Attributes.GetSeparator(Math.Max(at - 1, 0));
        return at > 0 ? [Without(comma.SpanStart, comma), Edit.Replace(mark, "")] : [Without(mark.SpanStart, mark.GetLastToken()), Without(comma.SpanStart, comma)];

        static Edit Without(int start, SyntaxToken last) => new(last.SyntaxTree!, TextSpan.FromBounds(start, Lines.EndOfSpaces(last)), "");
    }
}
