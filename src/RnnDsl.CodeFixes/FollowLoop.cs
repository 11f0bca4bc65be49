using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace RnnDsl.CodeFixes;

/// <summary>RNN3003 and RNN3002: writes a loop that the compiler does not follow as one that it does: <c>do</c> as <c>while</c>, <c>foreach</c> over <c>Enumerable.Range</c> as <c>for</c>.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(FollowLoop)), Shared]
public sealed class FollowLoop() : TextFix("RNN3003", "RNN3002")
{
    private protected override IEnumerable<Proposal> Propose(Place place, Diagnostic diagnostic)
    {
        if (place.Node is DoStatementSyntax { Statement: BlockSyntax block } loop && loop.DoKeyword.Span == place.Span && !Continues(block))
            yield return new("Write while", "While", Edit.Replace(loop.DoKeyword, "while (true)"), Edit.Insert(place.Tree, block.CloseBraceToken.SpanStart, End(loop, block)),
                new Edit(place.Tree, TextSpan.FromBounds(block.CloseBraceToken.Span.End, loop.Span.End), ""));
        if (place.Node.FirstAncestorOrSelf<ForEachStatementSyntax>(f => f.Expression.Span.Contains(place.Span) || f.ForEachKeyword.Span == place.Span) is { Expression: InvocationExpressionSyntax call } each
            && place.SymbolOf(call) is IMethodSymbol { Name: "Range", ContainingType: { Name: "Enumerable" } container } && container.ContainingNamespace.ToDisplayString() == "System.Linq"
            && call.ArgumentList.Arguments is [{ NameColon: null } start, { NameColon: null } count] && !Assigns(place, each))
            yield return new("Write for", "For", new Edit(place.Tree, TextSpan.FromBounds(each.ForEachKeyword.SpanStart, each.CloseParenToken.Span.End),
                $"for (int {each.Identifier.Text} = {start}; {each.Identifier.Text} < {Sum(start.Expression, count.Expression)}; {each.Identifier.Text}++)"));
    }

    /// <summary>Whether the loop goes on from its middle: where its condition is asked then, <c>while</c> would not ask.</summary>
    static bool Continues(BlockSyntax block) =>
        block.DescendantNodes(n => n == block || !(n is ForStatementSyntax or CommonForEachStatementSyntax or WhileStatementSyntax or DoStatementSyntax)).Any(n => n is ContinueStatementSyntax);

    static string End(DoStatementSyntax loop, BlockSyntax block)
    {
        string condition = $"if (!({loop.Condition}))";
        if (block.OpenBraceToken.GetLocation().GetLineSpan().EndLinePosition.Line == block.CloseBraceToken.GetLocation().GetLineSpan().StartLinePosition.Line)
            return condition + " break; ";
        string line = Lines.NewLine(loop), indentation = Lines.Indentation(loop);
        // The text stands before the brace, whose own line has begun.
        return $"    {condition}{line}{indentation}        break;{line}{indentation}";
    }

    /// <summary>Whether the loop's variable is written to, which C# does not allow in <c>foreach</c>; or what it counts to is.</summary>
    static bool Assigns(Place place, ForEachStatementSyntax each) => ((InvocationExpressionSyntax)each.Expression).ArgumentList.DescendantNodes().OfType<IdentifierNameSyntax>().Any(name =>
        place.SymbolOf(name) is ILocalSymbol { IsConst: false } or IParameterSymbol && each.Statement.DescendantNodes().OfType<IdentifierNameSyntax>().Any(n => n.Identifier.ValueText == name.Identifier.ValueText
            && n.Parent is AssignmentExpressionSyntax or PrefixUnaryExpressionSyntax or PostfixUnaryExpressionSyntax));

    static string Sum(ExpressionSyntax start, ExpressionSyntax count) => start is LiteralExpressionSyntax { Token.ValueText: "0" } ? Operand(count) : $"{Operand(start)} + {Operand(count)}";

    static string Operand(ExpressionSyntax expression) => expression is LiteralExpressionSyntax or IdentifierNameSyntax or MemberAccessExpressionSyntax or InvocationExpressionSyntax or ParenthesizedExpressionSyntax
        ? expression.ToString() : $"({expression})";
}
