using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using RnnDsl.Generators.Diagnostics;
using RnnDsl.Generators.Ir;

namespace RnnDsl.Generators.Parsing;

/// <summary><c>Each(x, f)</c>: the equations of f stand for every step of x at once. Sequences from outside stand in them as wholes.</summary>
internal sealed partial class EquationParser
{
    Value? Each(ExpressionSyntax sequenceSyntax, ExpressionSyntax function, InvocationExpressionSyntax call)
    {
        if (Evaluate(sequenceSyntax) is not { } sequence)
            return null;
        if (!sequence.IsSequence)
        {
            reporter.Report(Descriptors.OperationArgument, sequenceSyntax.GetLocation(), Origin(sequenceSyntax), KnownSymbols.Each, "a sequence", Text(sequenceSyntax), Describe(sequenceSyntax, sequence), "");
            return null;
        }
        if (sequence.Node.Shape.IsSequence)
        {
            ReportExpression(call, IsModel ? "Each within Each is not compiled; take the inner one before" : "a cell has one step at a time; in a model, Each goes over the steps");
            return null;
        }
        if (Applied(function, new Value(builder.One(sequence.Node))) is not Value { } one)
            return null;
        if (!one.IsSequence && !one.Shape.IsMatrix)
            return new Value(builder.All(NodeOf(one), sequence.Node.Axis));
        ReportExpression(function, $"it gives {one.Describe()} for each step, and Each takes functions that give a vector or a scalar");
        return null;
    }

    /// <summary>What a lambda, or a method that is named, makes of an argument.</summary>
    Item? Applied(ExpressionSyntax function, Value argument)
    {
        if (function is ParenthesizedExpressionSyntax { Expression: var inner })
            return Applied(inner, argument);
        if (bindings.Symbol(function).Symbol is not IMethodSymbol { Parameters.Length: 1 } method)
        {
            reporter.Invalidate(function.GetLocation());
            return null;
        }
        if (function is LambdaExpressionSyntax lambda)
            return Applied(lambda, method, argument);
        if (!IsHelper(method))
        {
            ReportExpression(function, "Each takes a lambda, or a method of the class or a static one; write a lambda that calls it");
            return null;
        }
        Item?[] values = [argument];
        return Inline(Body(method), method.ReturnType, Bind(method, values, function.GetLocation()), values);
    }

    Item? Applied(LambdaExpressionSyntax lambda, IMethodSymbol method, Value argument)
    {
        int equation = builder.Equation, assigned = assignments;
        Frame outside = frame;
        HashSet<string> mentioned = [.. lambda.DescendantNodes().OfType<IdentifierNameSyntax>().Select(n => n.Identifier.ValueText)];
        frame = new Frame(method, method.ReturnType, outside.Bound, outside);
        foreach (KeyValuePair<ISymbol, Item?> captured in outside.Values.Where(v => mentioned.Contains(v.Key.Name)))
            frame.Values[captured.Key] = captured.Value is Value { IsSequence: true, Node.Shape.IsSequence: false } sequence ? new Value(builder.Whole(sequence.Node)) : captured.Value;
        Dictionary<ISymbol, Item?> before = new(frame.Values, SymbolEqualityComparer.Default);
        frame.Values[method.Parameters[0]] = argument;
        if (lambda.Block is { } block)
            Statements(block.Statements);
        else if (lambda.ExpressionBody is { } body)
            Guarded(body, () => Return(body));
        Item? result = frame.Result;
        foreach (KeyValuePair<ISymbol, Item?> captured in before)
            if (!ReferenceEquals(frame.Values[captured.Key], captured.Value))
                ReportExpression(lambda, $"it assigns '{captured.Key.Name}', which is outside; what it makes of a step it returns");
        if (assigned != assignments)
            ReportExpression(lambda, "it assigns a state; in a cell the equations do so themselves");
        frame = outside;
        builder.Equation = equation;
        return result;
    }
}
