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
            yield return new($"Make {state.Name} a parameter", "Parameter", declaration.Variables.Count == 1 ? [WithoutMark(mark)]
                : [Fields.Without(declarator), Edit.Insert(place.Tree, Lines.EndOf(declared), Fields.Alone(declared, declarator, declaration.Type.ToString(), []))]);
    }

    /// <summary>The one expression that the step returns, if the state is read and can hold it, and no other state does.</summary>
    static ExpressionSyntax? Returned(Place place, IFieldSymbol state)
    {
        if (state.ContainingType.GetMembers("Step").OfType<IMethodSymbol>().FirstOrDefault(m => m.IsOverride) is not { DeclaringSyntaxReferences: [var reference] } step || !Known.Same(step.ReturnType, state.Type)
            || reference.SyntaxTree != place.Tree || reference.GetSyntax(place.Cancellation) is not MethodDeclarationSyntax method)
            return null;
        ExpressionSyntax[] returned = [.. method.DescendantNodes().OfType<ReturnStatementSyntax>().Select(r => r.Expression).OfType<ExpressionSyntax>(), .. method.ExpressionBody is { } body ? new[] { body.Expression } : []];
        bool isRead = method.Parent!.DescendantNodes().OfType<IdentifierNameSyntax>().Any(n => n.Identifier.ValueText == state.Name && SymbolEqualityComparer.Default.Equals(place.SymbolOf(n), state));
        return isRead && returned is [not AssignmentExpressionSyntax and not ThrowExpressionSyntax and var only] && !(only is IdentifierNameSyntax name && place.SymbolOf(name) is IFieldSymbol) ? only : null;
    }

    static AttributeSyntax? Mark(Place place, FieldDeclarationSyntax declared) =>
        declared.AttributeLists.SelectMany(list => list.Attributes).FirstOrDefault(a => place.TypeOf(a) is { Name: "StateAttribute" });

    static Edit WithoutMark(AttributeSyntax mark)
    {
        var list = (AttributeListSyntax)mark.Parent!;
        int at = list.Attributes.IndexOf(mark);
        TextSpan span = list.Attributes.Count == 1 ? TextSpan.FromBounds(list.SpanStart, list.GetLastToken().GetNextToken().SpanStart)
            : at > 0 ? TextSpan.FromBounds(list.Attributes[at - 1].Span.End, mark.Span.End) : TextSpan.FromBounds(mark.SpanStart, list.Attributes[1].SpanStart);
        return new(mark.SyntaxTree, span, "");
    }
}
