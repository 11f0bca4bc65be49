using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using RnnDsl.Generators.Diagnostics;
using RnnDsl.Generators.Ir;

namespace RnnDsl.Generators.Parsing;

/// <summary>
/// Walks the syntax of one method and of the helpers it calls, and builds their graph. It keeps a shape of its own for every expression,
/// so that equations that do not bind in C# are still explained. This file: methods and statements.
/// </summary>
internal sealed partial class EquationParser(
    INamedTypeSymbol type, DimScope dims, Members members, Usage usage, CellSource cells, Reporter reporter)
{
    readonly GraphBuilder builder = new() { KeepsForm = true };
    readonly Dictionary<ISymbol, Value?> states = new(SymbolEqualityComparer.Default);
    readonly Dictionary<string, int> equations = [];
    readonly Dictionary<SyntaxNode, int> known = [];
    readonly Bindings bindings = new(cells);
    Frame frame = null!;

    /// <summary>One method that is being inlined.</summary>
    sealed class Frame(IMethodSymbol method, ITypeSymbol resultType, IReadOnlyDictionary<ITypeParameterSymbol, Dim> bound, Frame? caller)
    {
        public IMethodSymbol Method => method;
        public Frame? Caller => caller;

        /// <summary>What the method returns, with the type arguments of the call.</summary>
        public ITypeSymbol ResultType => resultType;

        public Dictionary<ISymbol, Value?> Values { get; } = new(SymbolEqualityComparer.Default);

        /// <summary>Dimensions of the type parameters of a generic helper.</summary>
        public IReadOnlyDictionary<ITypeParameterSymbol, Dim> Bound => bound;

        public Shape? ResultShape { get; set; }
        public Value? Result { get; set; }
        public bool HasReturned { get; set; }
    }

    public GraphBuilder Builder => builder;

    /// <summary>Inputs that were given to a loss as its target, with what it asks of them.</summary>
    public Dictionary<string, string> Targets { get; } = [];

    /// <summary>The steps that count in the loss functions so far; null before the first.</summary>
    public StepCount? Counts { get; private set; }

    /// <summary>The value of a state after the equations so far.</summary>
    public Value? StateAfter(IFieldSymbol state) =>
        states.TryGetValue(state, out Value? value) ? value : StateBefore(state);

    Value StateBefore(IFieldSymbol state) => new(builder.Leaf(Op.State, members.State(state)!.Shape, Space.Batch, state.Name));

    /// <summary>The value of a method that is compiled, or null if it returns nothing known.</summary>
    public Value? Inline(IMethodSymbol method, IReadOnlyList<Value?> arguments) =>
        Inline(method, method.ReturnType, new Dictionary<ITypeParameterSymbol, Dim>(SymbolEqualityComparer.Default), arguments);

    Value? Inline(IMethodSymbol method, ITypeSymbol resultType, IReadOnlyDictionary<ITypeParameterSymbol, Dim> bound, IReadOnlyList<Value?> arguments)
    {
        if (Declaration(method) is not { } syntax)
            return null;
        reporter.Read(syntax);
        int equation = builder.Equation;
        frame = new Frame(method, resultType, bound, frame);
        for (int i = 0; i < method.Parameters.Length; i++)
            frame.Values[method.Parameters[i]] = arguments[i];
        if (!method.ReturnsVoid)
            frame.ResultShape = Members.ReadShape(resultType, dims, syntax.ReturnType.GetLocation(), frame.Bound);
        if (syntax.Body is { } body)
            Statements(body.Statements);
        else if (syntax.ExpressionBody is { } expression)
            Guarded(expression.Expression, () => ExpressionBody(expression.Expression));
        Value? result = frame.Result;
        frame = frame.Caller!;
        builder.Equation = equation;
        return result;
    }

    MethodDeclarationSyntax? Declaration(IMethodSymbol method) =>
        method.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax(cells.Cancellation) as MethodDeclarationSyntax;

    /// <summary>Expressions within expressions are read by recursion: where the stack ends, a diagnostic stands for the end of the compiler.</summary>
    void Guarded(SyntaxNode node, Action read)
    {
        Frame current = frame;
        try
        {
            read();
        }
        catch (InsufficientExecutionStackException)
        {
            frame = current;
            fields.Clear();
            reporter.Report(Descriptors.UnsupportedExpression, node.GetLocation(), "The equation", "it is nested too deeply; compute its parts as locals");
        }
    }

    void Statements(SyntaxList<StatementSyntax> statements)
    {
        foreach (StatementSyntax statement in statements)
        {
            cells.Cancellation.ThrowIfCancellationRequested();
            if (frame.HasReturned)
                return;
            Guarded(statement, () => Statement(statement));
        }
    }

    void Statement(StatementSyntax statement)
    {
        switch (statement)
        {
            case BlockSyntax block:
                Statements(block.Statements);
                break;
            case LocalDeclarationStatementSyntax { UsingKeyword.RawKind: 0 } declaration:
                if (!declaration.IsConst)
                    foreach (VariableDeclaratorSyntax declarator in declaration.Declaration.Variables)
                        Declare(declaration.Declaration.Type, declarator);
                break;
            case ExpressionStatementSyntax { Expression: AssignmentExpressionSyntax assignment }:
                BeginEquation(assignment, () => EquationText.Of(assignment));
                Evaluate(assignment);
                break;
            case ExpressionStatementSyntax { Expression: InvocationExpressionSyntax call }:
                BeginEquation(call, () => EquationText.Of(call));
                Evaluate(call, isStatement: true);
                break;
            case ReturnStatementSyntax { Expression: { } result }:
                BeginEquation(result, () => EquationText.OfReturned(result));
                Return(result);
                break;
            case ReturnStatementSyntax:
                frame.HasReturned = true;
                break;
            case EmptyStatementSyntax:
                break;
            case ExpressionStatementSyntax { Expression: { IsMissing: false } expression }:
                reporter.Report(Descriptors.UnsupportedStatement, expression.GetLocation(), $"'{Text(expression)}'");
                break;
            case ExpressionStatementSyntax:
                // Half a line, which C# reports.
                reporter.Invalidate(statement.GetLocation());
                break;
            case LocalFunctionStatementSyntax function:
                reporter.Report(Descriptors.UnsupportedStatement, function.Identifier.GetLocation(),
                    $"The local function {function.Identifier.ValueText}");
                break;
            default:
                ReportStatement(statement);
                break;
        }
    }

    void ExpressionBody(ExpressionSyntax expression)
    {
        BeginEquation(expression, () => EquationText.OfReturned(expression));
        if (frame.Method.ReturnsVoid)
            Evaluate(expression, isStatement: true);
        else
            Return(expression);
    }

    void BeginEquation(SyntaxNode node, Func<string> write)
    {
        if (!known.TryGetValue(node, out int equation))
        {
            bindings.Read(node);
            string text = write();
            if (!equations.TryGetValue(text, out equation))
                equations.Add(text, equation = builder.AddEquation(text));
            known.Add(node, equation);
        }
        builder.Equation = equation;
    }

    void Declare(TypeSyntax typeSyntax, VariableDeclaratorSyntax declarator)
    {
        SemanticModel semantics = Semantics(declarator);
        if (semantics.GetDeclaredSymbol(declarator, cells.Cancellation) is not ILocalSymbol local)
            return;
        if (declarator.Initializer is not { } initializer)
        {
            frame.Values[local] = null;
            return;
        }
        BeginEquation(declarator, () => EquationText.Of(declarator));
        Value? value = Held(Evaluate(initializer.Value), local.Type);
        if (!typeSyntax.IsVar && Members.ReadShape(local.Type, dims, typeSyntax.GetLocation(), frame.Bound) is { } shape)
            value = Fit(shape, KnownSymbols.IsSeq(local.Type), value, local.Name, initializer.Value);
        usage.Locals.Add(local);
        frame.Values[local] = Named(value, local.Name);
    }

    void Return(ExpressionSyntax expression)
    {
        Value? value = Held(Evaluate(expression), frame.ResultType);
        frame.HasReturned = true;
        if (frame.ResultShape is not { } shape)
        {
            frame.Result = value;
            return;
        }
        bool isSequence = KnownSymbols.IsSeq(frame.ResultType);
        if (value is not null && !Fits(shape, isSequence, value))
        {
            reporter.Report(Descriptors.Return, expression.GetLocation(), Origin(expression), frame.Method.Name,
                Value.Describe(shape, isSequence), Text(expression), Describe(expression, value), HintMap(shape, value));
            value = null;
        }
        // Where the value is not known, its declared shape is: no mistake follows from another.
        frame.Result = value ?? Placeholder(shape, isSequence ? Space.Sequence : Space.Batch);
    }

    Value? Named(Value? value, string name) => value is null ? null : value with { Node = builder.Name(value.Node, name) };

    /// <summary>A value of known shape after a mistake, whether we or C# report it; the graph is dropped.</summary>
    Value Placeholder(Shape shape, Space space)
    {
        reporter.Invalidate(frame.Method.Locations[0]);
        return new Value(builder.Leaf(Op.Input, shape, space, "?"));
    }

    static bool Fits(Shape shape, bool isSequence, Value value) => value.Shape == shape && isSequence == value.IsSequence;

    /// <summary>The value if a variable can hold it; else a diagnostic and a value of the variable's shape.</summary>
    Value Fit(Shape shape, bool isSequence, Value? value, string name, ExpressionSyntax expression)
    {
        if (value is not null && Fits(shape, isSequence, value))
            return value;
        if (value is not null)
            reporter.Report(Descriptors.Assignment, expression.GetLocation(), Origin(expression), name, Value.Describe(shape, isSequence),
                Text(expression), Describe(expression, value), HintMap(shape, value));
        return Placeholder(shape, isSequence ? Space.Sequence : Space.Batch);
    }

    const string Turns = "Write its turns one below the other, or call a helper for each; over time and batch the compiled code loops by itself";

    void ReportStatement(StatementSyntax statement)
    {
        (string What, string Instead)? flow = statement switch
        {
            ForStatementSyntax => ("A for loop", Turns),
            CommonForEachStatementSyntax => ("A foreach loop", Turns),
            WhileStatementSyntax or DoStatementSyntax => ("A while loop", Turns),
            IfStatementSyntax => ("An if statement", "Write a condition on values as arithmetic: Min, Max, Relu, Clip"),
            SwitchStatementSyntax => ("A switch statement", "Write a condition on values as arithmetic: Min, Max, Relu, Clip"),
            _ => null,
        };
        Location keyword = statement.GetFirstToken().GetLocation();
        if (flow is { } f)
            reporter.Report(Descriptors.ControlFlow, keyword, f.What, f.Instead);
        else
            reporter.Report(Descriptors.UnsupportedStatement, keyword, $"'{statement.GetFirstToken().ValueText}'");
    }

    SemanticModel Semantics(SyntaxNode node) => cells.Semantics(node);
}
