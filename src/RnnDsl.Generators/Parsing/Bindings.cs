using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace RnnDsl.Generators.Parsing;

/// <summary>
/// The results of C#'s semantic analysis for the expressions of a class. To answer for one expression, the semantic model walks up to the method, which takes long in a long sum.
/// So it is asked once for each equation, and for single expressions only if that answer does not contain them.
/// </summary>
internal sealed class Bindings(CellSource cells)
{
    readonly HashSet<SyntaxNode> read = [];
    readonly Dictionary<SyntaxNode, IOperation> operations = [];

    /// <summary>Analyzes an equation and all its parts.</summary>
    public void Read(SyntaxNode equation)
    {
        if (!read.Add(equation))
            return;
        var open = new Stack<IOperation>();
        try
        {
            if (cells.Semantics(equation).GetOperation(equation, cells.Cancellation) is { } root)
                open.Push(root);
        }
        catch (InsufficientExecutionStackException)
        {
            // The parts are asked for one by one then, and the first one that is too deep is reported.
        }
        while (open.Count > 0)
        {
            IOperation operation = open.Pop();
            if (!operation.IsImplicit)
                operations[operation.Syntax] = operation;
            foreach (IOperation part in operation.ChildOperations)
                open.Push(part);
        }
    }

    /// <summary>C#'s operation for an expression, without the conversion that follows; null if there is none.</summary>
    public IOperation? Operation(ExpressionSyntax expression) =>
        Known(expression) ?? cells.Semantics(expression).GetOperation(expression, cells.Cancellation);

    /// <summary>The expression's own type, before the conversion that follows.</summary>
    public ITypeSymbol? Type(ExpressionSyntax expression) => Known(expression)?.Type ?? cells.Semantics(expression).GetTypeInfo(expression, cells.Cancellation).Type;

    public Optional<object?> Constant(ExpressionSyntax expression) =>
        Known(expression) is { } operation ? operation.ConstantValue : cells.Semantics(expression).GetConstantValue(expression, cells.Cancellation);

    /// <summary>The symbol that an expression stands for, or the candidates among which C# could not choose.</summary>
    public (ISymbol? Symbol, IEnumerable<ISymbol> Candidates) Symbol(ExpressionSyntax expression)
    {
        ISymbol? symbol = Known(expression) switch
        {
            ILocalReferenceOperation { Local: var local } => local,
            IParameterReferenceOperation { Parameter: var parameter } => parameter,
            IFieldReferenceOperation { Field: var field } => field,
            // For an extension method, the operation would count its receiver among the parameters.
            IInvocationOperation { TargetMethod: { IsExtensionMethod: false } method } => method,
            _ => null,
        };
        if (symbol is not null)
            return (symbol, []);
        SymbolInfo info = cells.Semantics(expression).GetSymbolInfo(expression, cells.Cancellation);
        return (info.Symbol, info.CandidateSymbols);
    }

    IOperation? Known(ExpressionSyntax expression)
    {
        while (expression is ParenthesizedExpressionSyntax parenthesized)
            expression = parenthesized.Expression;
        return operations.TryGetValue(expression, out IOperation? operation) && operation is not IInvalidOperation
            && operation.Type is { TypeKind: not TypeKind.Error } ? operation : null;
    }
}
