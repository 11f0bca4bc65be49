using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace RnnDsl.Generators.Parsing;

/// <summary>The text of the user's equations for comments and messages: one line, without comments, with uniform spaces. It is built token by token, so neither the length nor the
/// depth of an equation matters.</summary>
internal static class EquationText
{
    public static string Of(SyntaxNode node)
    {
        var text = new StringBuilder();
        SyntaxToken before = default;
        foreach (SyntaxToken token in node.DescendantTokens().Where(t => t.Text.Length > 0))
        {
            if (text.Length > 0 && IsApart(before, token))
                text.Append(' ');
            text.Append(token.Text);
            before = token;
        }
        return text.ToString();
    }

    public static string Of(VariableDeclaratorSyntax declarator) => $"{declarator.Identifier.ValueText} = {Of(declarator.Initializer!.Value)}";

    /// <summary>A returned assignment is an equation of its own.</summary>
    public static string OfReturned(ExpressionSyntax expression) =>
        expression is AssignmentExpressionSyntax ? Of(expression) : "return " + Of(expression);

    static bool IsApart(SyntaxToken before, SyntaxToken token)
    {
        switch (before.Kind())
        {
            case SyntaxKind.OpenParenToken or SyntaxKind.OpenBracketToken or SyntaxKind.DotToken or SyntaxKind.ColonColonToken:
                return false;
            case SyntaxKind.CloseParenToken when before.Parent is CastExpressionSyntax:
                return false;
            case SyntaxKind.LessThanToken when before.Parent is TypeArgumentListSyntax:
                return false;
        }
        if (before.Parent is PrefixUnaryExpressionSyntax prefix && prefix.OperatorToken == before)
            return false;
        return token.Kind() switch
        {
            SyntaxKind.CloseParenToken or SyntaxKind.CloseBracketToken or SyntaxKind.CommaToken or SyntaxKind.SemicolonToken
                or SyntaxKind.DotToken or SyntaxKind.ColonColonToken or SyntaxKind.OpenBracketToken => false,
            SyntaxKind.OpenParenToken => token.Parent is ParenthesizedExpressionSyntax or CastExpressionSyntax or TupleExpressionSyntax
                or ParameterListSyntax or ParenthesizedVariableDesignationSyntax,
            SyntaxKind.LessThanToken or SyntaxKind.GreaterThanToken => token.Parent is not TypeArgumentListSyntax,
            SyntaxKind.ColonToken => token.Parent is not NameColonSyntax,
            SyntaxKind.QuestionToken => token.Parent is ConditionalExpressionSyntax,
            _ => !(token.Parent is PostfixUnaryExpressionSyntax postfix && postfix.OperatorToken == token),
        };
    }
}
