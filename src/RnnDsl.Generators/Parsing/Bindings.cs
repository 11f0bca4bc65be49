using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace RnnDsl.Generators.Parsing;

/// <summary>
/// What C# has found of the expressions of a class. Asked about one expression, the semantic model walks from there up to the method, and in a long
/// sum that is as far as the sum is long. So it is asked once for each equation, and about single expressions only where that answer leaves them out.
/// </summary>
internal sealed class Bindings(CellSource cells)
{
    readonly HashSet<SyntaxNode> read = [];
    readonly Dictionary<SyntaxNode, IOperation> operations = [];

    /// <summary>Finds what C# makes of an equation and all its parts.</summary>
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
            // Its parts are asked for one by one, and the first that is too deep is reported.
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

    /// <summary>What C# makes of an expression without the conversion that follows; null where it makes nothing of it.</summary>
    public IOperation? Operation(ExpressionSyntax expression) =>
        Known(expression) ?? cells.Semantics(expression).GetOperation(expression, cells.Cancellation);

    /// <summary>The expression's own type, before the conversion that follows.</summary>
    public ITypeSymbol? Type(ExpressionSyntax expression) => Known(expression)?.Type ?? cells.Semantics(expression).GetTypeInfo(expression, cells.Cancellation).Type;

    public Optional<object?> Constant(ExpressionSyntax expression) =>
        Known(expression) is { } operation ? operation.ConstantValue : cells.Semantics(expression).GetConstantValue(expression, cells.Cancellation);

    /// <summary>The symbol that an expression stands for, or those among which C# could not choose.</summary>
    public (ISymbol? Symbol, IEnumerable<ISymbol> Candidates) Symbol(ExpressionSyntax expression)
    {
        ISymbol? symbol = Known(expression) switch
        {
            ILocalReferenceOperation { Local: var local } => local,
            IParameterReferenceOperation { Parameter: var parameter } => parameter,
            IFieldReferenceOperation { Field: var field } => field,
            // An extension method would have its receiver among its parameters here.
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
