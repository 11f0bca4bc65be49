using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace RnnDsl.CodeFixes;

/// <summary>RNN3003: writes a condition on values with <c>Where</c>.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(ChooseWhere)), Shared]
public sealed class ChooseWhere() : TextFix("RNN3003")
{
    private protected override IEnumerable<Proposal> Propose(Place place, Diagnostic diagnostic)
    {
        if (place.Node is ConditionalExpressionSyntax choice && Where(place, choice.Condition, choice.WhenTrue, choice.WhenFalse) is { } where)
            yield return Written(where, place, choice.Span, where);
        else if (place.Node is IfStatementSyntax statement && statement.IfKeyword.Span == place.Span && If(place, statement) is { } written)
            yield return written;
    }

    static Proposal Written(string title, Place place, TextSpan span, string text) => new($"Write {title}", nameof(ChooseWhere), new Edit(place.Tree, span, text));

    /// <summary>Both branches return a value, or assign one to the same place.</summary>
    static Proposal? If(Place place, IfStatementSyntax statement)
    {
        StatementSyntax? next = (statement.Parent as BlockSyntax)?.Statements.SkipWhile(s => s != statement).Skip(1).FirstOrDefault();
        StatementSyntax? first = Single(statement.Statement), second = statement.Else is { } otherwise ? Single(otherwise.Statement) : next;
        int end = statement.Else is null && first is ReturnStatementSyntax ? next?.Span.End ?? 0 : statement.Span.End;
        TextSpan span = TextSpan.FromBounds(statement.SpanStart, Math.Max(end, statement.Span.End));
        // What a person has written beside an equation is not lost.
        if (place.Root.DescendantTrivia(span).Any(t => span.Contains(t.Span) && Lines.IsRemark(t)))
            return null;
        if (first is ReturnStatementSyntax { Expression: { } a } && second is ReturnStatementSyntax { Expression: { } b })
            return Where(place, statement.Condition, a, b) is { } returned ? Written($"return {returned}", place, span, $"return {returned};") : null;
        if (Assigned(first) is not ({ } target, { } x))
            return null;
        ExpressionSyntax? y = statement.Else is null ? target : Assigned(second) is ({ } other, { } value) && other.ToString() == target.ToString() ? value : null;
        return y is not null && Where(place, statement.Condition, x, y) is { } chosen ? Written($"{target} = {chosen}", place, span, $"{target} = {chosen};") : null;
    }

    static StatementSyntax? Single(StatementSyntax statement) => statement is BlockSyntax block ? block.Statements.Count == 1 ? block.Statements[0] : null : statement;

    static (ExpressionSyntax? Target, ExpressionSyntax? Value) Assigned(StatementSyntax? statement) =>
        statement is ExpressionStatementSyntax { Expression: AssignmentExpressionSyntax { RawKind: (int)SyntaxKind.SimpleAssignmentExpression, Left: IdentifierNameSyntax target } assignment } ? (target, assignment.Right) : (null, null);

    /// <summary>The choice as a call of <c>Where</c>, if C# finds one that takes these values. Both are computed then, so neither may change anything.</summary>
    static string? Where(Place place, ExpressionSyntax condition, ExpressionSyntax a, ExpressionSyntax b)
    {
        if (!Known.IsCompared(place.TypeOf(condition)) || Changes(place, a) || Changes(place, b))
            return null;
        string text = $"{place.Written(Known.Ops, "Where")}({condition}, {a}, {b})";
        return place.Semantics.GetSpeculativeSymbolInfo(condition.SpanStart, SyntaxFactory.ParseExpression(text), SpeculativeBindingOption.BindAsExpression).Symbol is null ? null : text;
    }

    /// <summary>Whether an expression assigns something, or calls a helper that does.</summary>
    static bool Changes(Place place, ExpressionSyntax expression) => Assigns(expression) || expression.DescendantNodesAndSelf().OfType<InvocationExpressionSyntax>().Any(call =>
        place.SymbolOf(call) is IMethodSymbol { DeclaringSyntaxReferences: { Length: > 0 } helpers } && helpers.Any(h => Assigns(h.GetSyntax(place.Cancellation))));

    static bool Assigns(SyntaxNode node) => node.DescendantNodesAndSelf().Any(n => n is AssignmentExpressionSyntax or PostfixUnaryExpressionSyntax
        || n.Kind() is SyntaxKind.PreIncrementExpression or SyntaxKind.PreDecrementExpression);
}
