using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace RnnDsl.CodeFixes;

/// <summary>Equations of a model that are selected: an expression, or declarations of locals of which the last is what the others are for.</summary>
/// <param name="Before">Declarations before the last.</param>
/// <param name="Result">The expression, or the value of the last declaration.</param>
internal sealed record StepEquations(IReadOnlyList<StatementSyntax> Before, ExpressionSyntax Result)
{
    /// <summary>Functions that do the same at each step of a sequence as with a vector, and what makes matrices of matrices. A variational dropout has one mask for all steps.</summary>
    static readonly HashSet<string> StepByStep = [.. Inference.UnitByUnit.Except(["VariationalDropout"]),
        "Mod", "Min", "Max", "Clip", "Where", "Sum", "Dot", "LogSumExp", "Concat", "Left", "Right", "Transpose", "Hadamard"];

    public static StepEquations? Selected(Place place)
    {
        if (place.Root.DescendantNodes(place.Span).OfType<ExpressionSyntax>().FirstOrDefault(e => e.Span == place.Span) is { } expression)
            return new([], expression);
        LocalDeclarationStatementSyntax[] statements = [.. place.Root.DescendantNodes(place.Span).OfType<LocalDeclarationStatementSyntax>().Where(s => place.Span.Contains(s.Span))];
        // Comments would go with the statements, and nobody knows to what they belong.
        return statements.Length > 0 && statements.All(s => s.Parent == statements[0].Parent && s is { IsConst: false, Declaration: { Type.IsVar: true, Variables: [{ Initializer: not null }] } })
            && place.Root.DescendantNodes(place.Span).OfType<StatementSyntax>().All(s => s is BlockSyntax || !s.Span.OverlapsWith(place.Span) || statements.Contains(s))
            && !place.Root.DescendantTrivia(place.Span).Any(t => place.Span.Contains(t.Span) && Lines.IsRemark(t))
            ? new([.. statements.Take(statements.Length - 1)], statements[statements.Length - 1].Declaration.Variables[0].Initializer!.Value) : null;
    }

    /// <summary>What a cell of the equations reads.</summary>
    /// <param name="Variable">The name of the sequence or vector.</param>
    /// <param name="Input">Its dimension.</param>
    /// <param name="Output">The result's.</param>
    /// <param name="Fields">Parameters and layers, in the order of their declarations.</param>
    public sealed record Reading(string Variable, ITypeSymbol Input, ITypeSymbol Output, IReadOnlyList<(IFieldSymbol Field, FieldDeclarationSyntax Declaration, VariableDeclaratorSyntax Declarator)> Fields);

    /// <summary>Looks whether a step can say all of it; null if not.</summary>
    public Reading? Read(Place place, INamedTypeSymbol model)
    {
        SyntaxNode[] all = [.. Before, Result];
        bool IsInside(SyntaxNode node) => all.Any(a => a.Span.Contains(node.Span));
        ISymbol? variable = null;
        var fields = new HashSet<IFieldSymbol>(SymbolEqualityComparer.Default);
        var locals = new HashSet<ISymbol>(Before.Select(s => place.Semantics.GetDeclaredSymbol(((LocalDeclarationStatementSyntax)s).Declaration.Variables[0], place.Cancellation)!), SymbolEqualityComparer.Default);
        foreach (SyntaxNode node in all.SelectMany(a => a.DescendantNodesAndSelf()))
            switch (node)
            {
                case IdentifierNameSyntax { Parent: VariableDeclarationSyntax }:
                    break;
                case IdentifierNameSyntax name:
                    if (!Names(place.SymbolOf(name), name))
                        return null;
                    break;
                case BinaryExpressionSyntax or ParenthesizedExpressionSyntax or LiteralExpressionSyntax or PrefixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.UnaryMinusExpression } or InvocationExpressionSyntax
                    or ArgumentListSyntax or ArgumentSyntax { RefKindKeyword.RawKind: 0 } or NameColonSyntax or MemberAccessExpressionSyntax or LocalDeclarationStatementSyntax or VariableDeclarationSyntax or VariableDeclaratorSyntax or EqualsValueClauseSyntax:
                    break;
                default:
                    return null;
            }
        ITypeSymbol? given = variable switch { ILocalSymbol local => local.Type, IParameterSymbol parameter => parameter.Type, _ => null }, result = place.TypeOf(Result);
        if (fields.Count == 0 || Known.Units(given) is not { } input || Known.Units(result) is not { } output || Known.IsSeq(given) != Known.IsSeq(result))
            return null;
        var moved = new List<(IFieldSymbol, FieldDeclarationSyntax, VariableDeclaratorSyntax)>();
        foreach (IFieldSymbol field in fields.OrderBy(f => f.Locations[0].SourceSpan.Start))
            if (Declaration(field) is { } found && IsUnusedElsewhere(field))
                moved.Add((field, found.Declaration, found.Declarator));
            else
                return null;
        return locals.All(IsUnusedElsewhere) ? new(variable!.Name, input, output, moved) : null;

        bool Names(ISymbol? symbol, IdentifierNameSyntax name) => symbol switch
        {
            ILocalSymbol local when locals.Contains(local) => true,
            ILocalSymbol or IParameterSymbol when name.Parent is NameColonSyntax => true,
            ILocalSymbol or IParameterSymbol => SymbolEqualityComparer.Default.Equals(variable ??= symbol, symbol),
            IFieldSymbol field => field is { IsStatic: false, DeclaredAccessibility: Accessibility.Private } && SymbolEqualityComparer.Default.Equals(field.ContainingType, model) && (IsParameter(field) || IsLayer(field, name)) && (fields.Add(field) || true),
            // Over the steps of a sequence there are functions of the same names.
            IMethodSymbol method => method.ContainingType.ToDisplayString() == Known.Ops ? StepByStep.Contains(method.Name) : method.Name == "Map" && name.Parent is MemberAccessExpressionSyntax access && access.Name == name && place.SymbolOf(access.Expression) is IFieldSymbol,
            INamedTypeSymbol type => type.ToDisplayString() == Known.Ops,
            _ => false,
        };

        static bool IsParameter(IFieldSymbol field) => Known.IsMat(field.Type) || Known.IsVec(field.Type) || Known.IsScalar(field.Type);

        static bool IsLayer(IFieldSymbol field, IdentifierNameSyntax name) => Known.IsCell(field.Type) && field.Type is INamedTypeSymbol && name.Parent is MemberAccessExpressionSyntax { Name.Identifier.ValueText: "Map" };

        (FieldDeclarationSyntax Declaration, VariableDeclaratorSyntax Declarator)? Declaration(IFieldSymbol field) =>
            field.DeclaringSyntaxReferences[0].GetSyntax(place.Cancellation) is VariableDeclaratorSyntax { Parent.Parent: FieldDeclarationSyntax declaration } declarator
                // What an attribute names may be a method of the model; what a comment says goes nowhere else.
                && !declaration.AttributeLists.SelectMany(l => l.DescendantNodes()).Any(n => n is InvocationExpressionSyntax) && declaration.Modifiers.Count == 0
                && !declaration.DescendantTrivia().Any(Lines.IsRemark) ? (declaration, declarator) : null;

        bool IsUnusedElsewhere(ISymbol symbol) => !place.Root.DescendantNodes().OfType<IdentifierNameSyntax>().Any(n => n.Identifier.ValueText == symbol.Name && !IsInside(n) && SymbolEqualityComparer.Default.Equals(place.SymbolOf(n), symbol));
    }
}
