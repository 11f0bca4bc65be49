using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using RnnDsl.Generators.Diagnostics;
using RnnDsl.Generators.Ir;

namespace RnnDsl.Generators.Parsing;

/// <summary><c>Each(x, f)</c>: the equations of f apply to every step of x at once. Sequences from outside stand in them as whole sequences.</summary>
internal sealed partial class EquationParser
{
    /// <summary>How many functions of a single step are being read.</summary>
    int singleSteps;

    Value? Each(ExpressionSyntax sequenceSyntax, ExpressionSyntax? beside, ExpressionSyntax function, InvocationExpressionSyntax call)
    {
        if (Evaluate(sequenceSyntax) is not { } sequence)
            return null;
        if (!sequence.IsSequence)
        {
            reporter.Report(Descriptors.OperationArgument, sequenceSyntax.GetLocation(), Origin(sequenceSyntax), KnownSymbols.Each, "a sequence", Text(sequenceSyntax), Describe(sequenceSyntax, sequence), "");
            return null;
        }
        bool isOfSequences = sequence.Node.Domain.IsNested && bindings.Type(sequenceSyntax) is { } type && KnownSymbols.IsSeqs(type);
        if (isOfSequences && singleSteps == 0)
            return EachSequence(sequence, beside, function);
        // Within a function of a step all other sequences stand as a whole. One that is made there from sequences of sequences would not.
        if (isOfSequences || sequence.Node.Shape.IsSequence)
        {
            ReportExpression(call, IsModel ? "Each within Each is not compiled; take the inner one before" : "a cell has one step at a time; in a model, Each goes over the steps");
            return null;
        }
        Value[] steps = [new Value(builder.SingleStep(sequence.Node))];
        if (beside is not null)
        {
            if (SecondSequence(beside) is not { } other)
                return null;
            builder.Join(sequence.Node.Axis, other.Node.Axis);
            steps = [.. steps, new Value(builder.SingleStep(other.Node))];
        }
        singleSteps++;
        Item? result = Applied(function, steps);
        singleSteps--;
        if (result is not Value one)
            return null;
        if (!one.IsSequence && !one.Shape.IsMatrix)
            return new Value(builder.AllSteps(NodeOf(one), sequence.Node.Axis));
        ReportExpression(function, $"it gives {one.Describe()} for each step, and Each takes functions that give a vector or a scalar");
        return null;
    }

    /// <summary>A function of the sequence at each step, and optionally of another sequence's value at that step.</summary>
    Value? EachSequence(Value sequences, ExpressionSyntax? beside, ExpressionSyntax function)
    {
        int axis = sequences.Node.Axis, steps = builder.ParentOf(axis);
        Value[] arguments = [sequences];
        if (beside is not null)
        {
            if (SecondSequence(beside) is not { } other)
                return null;
            builder.Join(steps, other.Node.Axis);
            arguments = [sequences, new Value(builder.Nest(other.Node, axis))];
        }
        if (Applied(function, arguments) is not Value { Node: var node } made)
            return null;
        if (made.IsSequence && node.Domain.IsNested)
            return made;
        if (!made.IsSequence && !made.Shape.IsMatrix)
            return new Value(node.Domain is { IsNested: true, IsExamples: true } ? builder.Unnest(NodeOf(made)) : builder.AllSteps(NodeOf(made), steps));
        ReportExpression(function, $"it gives {made.Describe()} for each step, and Each takes functions that give a vector, a scalar or a sequence");
        return null;
    }

    /// <summary>A sequence that goes step by step beside another; null after a diagnostic.</summary>
    Value? SecondSequence(ExpressionSyntax syntax)
    {
        Value? other = Evaluate(syntax);
        if (other is null or { IsSequence: true, Node: { Shape.IsSequence: false, Domain.IsNested: false } })
            return other;
        if (other.IsSequence)
        {
            ReportExpression(syntax, "within sequences that stand at each step, and among whole sequences, Each takes one sequence");
            return null;
        }
        reporter.Report(Descriptors.OperationArgument, syntax.GetLocation(), Origin(syntax), KnownSymbols.Each, "a sequence beside the first one", Text(syntax), Describe(syntax, other), "");
        return null;
    }

    /// <summary>The result of a lambda or a named method for the given arguments.</summary>
    Item? Applied(ExpressionSyntax function, params Value[] arguments)
    {
        if (function is ParenthesizedExpressionSyntax { Expression: var inner })
            return Applied(inner, arguments);
        if (bindings.Symbol(function).Symbol is not IMethodSymbol method || method.Parameters.Length != arguments.Length)
        {
            reporter.Invalidate(function.GetLocation());
            return null;
        }
        if (function is LambdaExpressionSyntax lambda)
            return Applied(lambda, method, arguments);
        if (!IsHelper(method))
        {
            ReportExpression(function, "Each takes a lambda, or a method of the class or a static one; write a lambda that calls it");
            return null;
        }
        Item?[] values = [.. arguments];
        return Inline(Body(method), method.ReturnType, Bind(method, values, function.GetLocation()), values);
    }

    /// <summary>Whether a name stands behind a dot: <c>this.letters</c> is a field, whatever the variables are called.</summary>
    static bool IsMember(IdentifierNameSyntax name) => name.Parent is MemberAccessExpressionSyntax access && access.Name == name;

    static bool IsNested(Value[] arguments) => arguments[0].Node.Domain is { IsNested: true, IsSingle: false };

    /// <summary>What is outside as it stands in a function of a single step: sequences are whole, also those in tuples.</summary>
    Item? AsWhole(Item? outside) => outside switch
    {
        Value { IsSequence: true, Node.Shape.IsSequence: false } sequence => new Value(builder.Whole(sequence.Node)),
        TupleItem tuple when HasSequence(tuple) => new TupleItem([.. tuple.Elements.Select(AsWhole)]),
        _ => outside,
    };

    static bool HasSequence(Item? item) => item is Value { IsSequence: true } || (item is TupleItem tuple && tuple.Elements.Any(HasSequence));

    Item? Applied(LambdaExpressionSyntax lambda, IMethodSymbol method, Value[] arguments)
    {
        int equation = builder.Equation, assigned = assignments;
        Frame outside = frame;
        HashSet<string> mentioned = [.. lambda.DescendantNodes().OfType<IdentifierNameSyntax>().Where(n => !IsMember(n)).Select(n => n.Identifier.ValueText).Except(method.Parameters.Select(p => p.Name))];
        frame = new Frame(method, method.ReturnType, outside.Bound, outside);
        foreach (KeyValuePair<ISymbol, Item?> captured in outside.Values.Where(v => mentioned.Contains(v.Key.Name)))
            frame.Values[captured.Key] = IsNested(arguments) ? captured.Value : AsWhole(captured.Value);
        Dictionary<ISymbol, Item?> before = new(frame.Values, SymbolEqualityComparer.Default);
        for (int i = 0; i < arguments.Length; i++)
            frame.Values[method.Parameters[i]] = arguments[i];
        if (lambda.Block is { } block)
            Statements(block.Statements);
        else if (lambda.ExpressionBody is { } body)
            Guarded(body, () => Return(body));
        Item? result = frame.Result;
        foreach (KeyValuePair<ISymbol, Item?> captured in before.Where(c => HasSequence(c.Value) && IsNested(arguments)))
            ReportExpression(lambda, $"it reads '{captured.Key.Name}', a sequence from outside, for every sequence; give it as the second argument, if the steps are those that have the sequences, or take before what does not depend on them");
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
