using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace RnnDsl.CodeFixes;

/// <summary>RNN3003 and RNN3002: writes a loop that the compiler does not follow as one that it does: <c>foreach</c> over <c>Enumerable.Range</c> as <c>for</c>.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(FollowLoop)), Shared]
public sealed class FollowLoop() : TextFix("RNN3003", "RNN3002")
{
    private protected override IEnumerable<Proposal> Propose(Place place, Diagnostic diagnostic)
    {
        if (place.Node.FirstAncestorOrSelf<ForEachStatementSyntax>(f => f.Expression.Span.Contains(place.Span) || f.ForEachKeyword.Span == place.Span) is { Expression: InvocationExpressionSyntax call } each
            && place.SymbolOf(call) is IMethodSymbol { Name: "Range", ContainingType: { Name: "Enumerable" } container } && container.ContainingNamespace.ToDisplayString() == "System.Linq"
            && call.ArgumentList.Arguments is [{ NameColon: null } start, { NameColon: null } count] && !Assigns(place, each)
            && place.Semantics.GetDeclaredSymbol(each, place.Cancellation) is { Type.SpecialType: SpecialType.System_Int32 or SpecialType.System_Int64 }
            && TextSpan.FromBounds(each.ForEachKeyword.SpanStart, each.CloseParenToken.Span.End) is var head && !place.Root.DescendantTrivia(head).Any(t => head.Contains(t.Span) && Lines.IsRemark(t)))
            yield return new("Write for", "For", new Edit(place.Tree, head,
                $"for ({(each.Type.IsVar ? "int" : each.Type.ToString())} {each.Identifier.Text} = {start}; {each.Identifier.Text} < {Sum(start.Expression, count.Expression)}; {each.Identifier.Text}++)"));
    }

    /// <summary>Whether the loop's variable is written to, which C# does not allow in <c>foreach</c>; or what it counts to is.</summary>
    static bool Assigns(Place place, ForEachStatementSyntax each) => ((InvocationExpressionSyntax)each.Expression).ArgumentList.DescendantNodes().OfType<IdentifierNameSyntax>().Any(name =>
        place.SymbolOf(name) is ILocalSymbol { IsConst: false } or IParameterSymbol && each.Statement.DescendantNodes().OfType<IdentifierNameSyntax>().Any(n => n.Identifier.ValueText == name.Identifier.ValueText
            && n.Parent is AssignmentExpressionSyntax or PrefixUnaryExpressionSyntax or PostfixUnaryExpressionSyntax));

    static string Sum(ExpressionSyntax start, ExpressionSyntax count) => start is LiteralExpressionSyntax { Token.ValueText: "0" } ? Operand(count) : $"{Operand(start)} + {Operand(count)}";

    static string Operand(ExpressionSyntax expression) => expression is LiteralExpressionSyntax or IdentifierNameSyntax or MemberAccessExpressionSyntax or InvocationExpressionSyntax or ParenthesizedExpressionSyntax
        ? expression.ToString() : $"({expression})";
}
