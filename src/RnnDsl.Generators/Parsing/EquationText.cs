using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace RnnDsl.Generators.Parsing;

/// <summary>The text of the user's equations for comments and messages: one line, without comments.</summary>
internal static class EquationText
{
    public static string Of(SyntaxNode node) =>
        node.ReplaceTokens(node.DescendantTokens(), (token, _) => token.WithLeadingTrivia().WithTrailingTrivia())
            .NormalizeWhitespace(indentation: "", eol: " ").ToString();

    public static string Of(VariableDeclaratorSyntax declarator) => $"{declarator.Identifier.ValueText} = {Of(declarator.Initializer!.Value)}";

    /// <summary>An assignment that is returned is an equation of its own.</summary>
    public static string OfReturned(ExpressionSyntax expression) =>
        expression is AssignmentExpressionSyntax ? Of(expression) : "return " + Of(expression);
}
