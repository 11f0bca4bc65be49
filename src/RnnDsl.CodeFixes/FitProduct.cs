using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace RnnDsl.CodeFixes;

/// <summary>
/// RNN1001: takes the matrix or vector that the message says would fit, transposes the matrix where it stands or where it is declared, or puts brackets around the product that was meant:
/// <c>g * (U * h)</c> for <c>g * U * h</c>.
/// </summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(FitProduct)), Shared]
public sealed class FitProduct() : TextFix("RNN1001")
{
    private protected override IEnumerable<Proposal> Propose(Place place, Diagnostic diagnostic)
    {
        if (place.Node.FirstAncestorOrSelf<BinaryExpressionSyntax>(b => b.Span == place.Span) is not { RawKind: (int)SyntaxKind.MultiplyExpression } product)
            yield break;
        ITypeSymbol? left = place.TypeOf(product.Left), right = place.TypeOf(product.Right);
        if (Known.IsMat(left) && Known.IsMat(right))
            yield break;
        if (Known.IsMat(right))
        {
            if (Bracketed(place, product) is { } bracketed)
                yield return bracketed;
            else if (Known.Same(Known.Units(left), ((INamedTypeSymbol)right!).TypeArguments[1]))
                yield return new($"Write {product.Right} * {InBrackets(product.Left)}", "Swap", Edit.Replace(product.Left, product.Right.ToString()), Edit.Replace(product.Right, InBrackets(product.Left)));
            yield break;
        }
        if (!Known.IsMat(left))
            yield break;
        if (Hint.Of(diagnostic) is { } hint)
            yield return hint.IsTransposed
                ? new($"Write {hint.Name}", "Transpose", Edit.Before(product.Left, place.Written(Known.Ops, "Transpose") + "("), Edit.After(product.Left, ")"))
                : new($"Write {hint.Name} in place of {(hint.IsMatrix ? product.Left : product.Right)}", "Exchange", Edit.Replace(hint.IsMatrix ? product.Left : product.Right, hint.Name));
        if (Declaration(place, product.Left, ((INamedTypeSymbol)left!).TypeArguments) is { } declared)
            yield return declared;
    }

    /// <summary><c>g * (U * h)</c>: brackets go around the product with the next vector to its right, and from around the others.</summary>
    static Proposal? Bracketed(Place place, BinaryExpressionSyntax product)
    {
        var edits = new List<Edit> { Edit.Before(product.Right, "(") };
        string factors = product.Right.ToString();
        for (SyntaxNode inner = product; ; inner = inner.Parent)
            if (inner.Parent is ParenthesizedExpressionSyntax brackets)
                edits.AddRange([Edit.Replace(brackets.OpenParenToken, ""), Edit.Replace(brackets.CloseParenToken, "")]);
            else if (inner.Parent is BinaryExpressionSyntax { RawKind: (int)SyntaxKind.MultiplyExpression } outer && outer.Left == inner)
            {
                factors += $" * {outer.Right}";
                if (Known.Units(place.TypeOf(outer.Right)) is not null)
                    return new($"Write {product.Left} * ({factors})", "Brackets", [.. edits, Edit.After(outer.Right, ")")]);
            }
            else
                return null;
    }

    static string InBrackets(ExpressionSyntax expression) => expression is BinaryExpressionSyntax ? $"({expression})" : expression.ToString();

    /// <summary>Exchanges the dimensions of a matrix where it is declared, if all that it multiplies fits it then.</summary>
    static Proposal? Declaration(Place place, ExpressionSyntax matrix, IReadOnlyList<ITypeSymbol> dimensions)
    {
        if (place.SymbolOf(matrix) is not IFieldSymbol { DeclaringSyntaxReferences: [var reference] } field || Known.Same(dimensions[0], dimensions[1]) || Known.Written(field.ContainingType, place.Tree) is not { } type
            || reference.SyntaxTree != place.Tree || reference.GetSyntax(place.Cancellation) is not VariableDeclaratorSyntax { Parent: VariableDeclarationSyntax { Parent: FieldDeclarationSyntax declared } declaration } declarator
            || declaration.Type is not GenericNameSyntax { TypeArgumentList.Arguments: [var rows, var columns] })
            return null;
        foreach (IdentifierNameSyntax use in type.DescendantNodes().OfType<IdentifierNameSyntax>().Where(n => n.Identifier.ValueText == field.Name && SymbolEqualityComparer.Default.Equals(place.SymbolOf(n), field)))
            if (use.Parent is not BinaryExpressionSyntax { RawKind: (int)SyntaxKind.MultiplyExpression } product || product.Left != use || !Known.Same(Known.Units(place.TypeOf(product.Right)), dimensions[0]))
                return null;
        string title = $"Declare {field.Name} as Mat<{columns}, {rows}>";
        return new(title, "Declaration", Fields.Apart(declarator, Fields.Head(declared, $"Mat<{columns}, {rows}>"), [Edit.Replace(rows, columns.ToString()), Edit.Replace(columns, rows.ToString())]));
    }
}
