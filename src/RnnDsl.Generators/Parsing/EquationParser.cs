using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using RnnDsl.Generators.Diagnostics;
using RnnDsl.Generators.Ir;

namespace RnnDsl.Generators.Parsing;

/// <summary>
/// Walks the syntax of one method and of the helpers that it calls, and builds their graph. It keeps a shape of its own for every expression, so that equations that do not bind in
/// C# are still explained. This file has methods and statements.
/// </summary>
internal sealed partial class EquationParser(
    INamedTypeSymbol type, DimScope dims, Members members, Usage usage, CellSource cells, Reporter reporter)
{
    readonly GraphBuilder builder = new() { KeepsForm = true };
    readonly Dictionary<string, Value> states = [];
    readonly Dictionary<string, int> equations = [];
    readonly Dictionary<SyntaxNode, int> known = [];
    readonly Bindings bindings = new(cells);
    Frame frame = null!;

    /// <summary>One method that is being inlined.</summary>
    sealed class Frame(IMethodSymbol method, ITypeSymbol resultType, IReadOnlyDictionary<ITypeParameterSymbol, Dim> bound, Frame? caller)
    {
        public IMethodSymbol Method => method;
        public Frame? Caller => caller;

        /// <summary>The return type, with the type arguments of the call.</summary>
        public ITypeSymbol ResultType => resultType;

        public Dictionary<ISymbol, Item?> Values { get; } = new(SymbolEqualityComparer.Default);

        /// <summary>The dimensions of the type parameters of a generic helper, and of the static class that it belongs to.</summary>
        public IReadOnlyDictionary<ITypeParameterSymbol, Dim> Bound => bound;

        public Shape? ResultShape { get; set; }
        public Item? Result { get; set; }

        /// <summary>Where control continues after the current statement.</summary>
        public Jump Jump { get; set; }
    }

    enum Jump
    {
        /// <summary>At the next statement.</summary>
        None,
        /// <summary>At the next iteration of the loop.</summary>
        Continue,
        /// <summary>After the loop.</summary>
        Break,
        /// <summary>After the call of the method.</summary>
        Return,
    }

    public GraphBuilder Builder => builder;

    /// <summary>Inputs that are targets of a loss, with the loss's requirement on them.</summary>
    public Dictionary<string, string> Targets { get; } = [];

    /// <summary>Whether the equations read the number of the step, which is then a state of the cell.</summary>
    public bool CountsSteps { get; private set; }

    /// <summary>The steps that count in the loss functions so far; null before the first.</summary>
    public StepCount? Counts { get; private set; }

    /// <summary>The domain of a cell's values at its step.</summary>
    public Domain StepDomain { get; set; } = Domain.Examples();

    /// <summary>The number of the step.</summary>
    public Node StepNumber => builder.Leaf(Op.State, Shape.Scalar, StepDomain, StateDecl.StepNumber);

    /// <summary>The value of a state after the equations that were read so far.</summary>
    public Value StateAfter(StateDecl state) => states.TryGetValue(state.Name, out Value? value) ? value : StateBefore(state);

    Value StateBefore(StateDecl state) => new(builder.Leaf(Op.State, state.Shape, StepDomain, state.Name));

    /// <summary>The value, or tuple of values, of a compiled method; null if it returns nothing known.</summary>
    public Item? Inline(IMethodSymbol method, IReadOnlyList<Value?> arguments)
    {
        NoteMaker(null);
        return Inline(method, method.ReturnType, new Dictionary<ITypeParameterSymbol, Dim>(SymbolEqualityComparer.Default), arguments);
    }

    Item? Inline(IMethodSymbol method, ITypeSymbol resultType, IReadOnlyDictionary<ITypeParameterSymbol, Dim> bound, IReadOnlyList<Item?> arguments)
    {
        if (Declaration(method) is not { } syntax)
            return null;
        // This includes a class without a body that says anything yet.
        cells.Declare(method.ContainingType);
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
        Item? result = frame.Result;
        frame = frame.Caller!;
        builder.Equation = equation;
        return result;
    }

    MethodDeclarationSyntax? Declaration(IMethodSymbol method) =>
        method.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax(cells.Cancellation) as MethodDeclarationSyntax;

    /// <summary>Nested expressions are read by recursion. If the stack runs out, a diagnostic is reported instead of a crash of the compiler.</summary>
    void Guarded(SyntaxNode node, Action read)
    {
        Frame current = frame;
        try
        {
            read();
        }
        catch (WholeSequenceException impossible)
        {
            frame = current;
            reporter.Report(Descriptors.UnsupportedExpression, node.GetLocation(), $"'{EquationText.Of(node)}'", impossible.Description);
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
            if (frame.Jump != Jump.None)
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
                Read(assignment);
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
                frame.Jump = Jump.Return;
                break;
            case BreakStatementSyntax:
                frame.Jump = Jump.Break;
                break;
            case ContinueStatementSyntax:
                frame.Jump = Jump.Continue;
                break;
            case IfStatementSyntax choice:
                If(choice);
                break;
            case ForStatementSyntax loop:
                For(loop);
                break;
            case ForEachStatementSyntax loop:
                ForEach(loop);
                break;
            case WhileStatementSyntax loop:
                While(loop);
                break;
            case DoStatementSyntax loop:
                Do(loop);
                break;
            case SwitchStatementSyntax choice:
                Switch(choice);
                break;
            case CheckedStatementSyntax kept:
                Statements(kept.Block.Statements);
                break;
            case ExpressionStatementSyntax { Expression: var counted } when IsIncrement(counted) && IsNumber(counted):
                bindings.Read(counted);
                Evaluate(counted);
                break;
            case EmptyStatementSyntax:
                break;
            case ExpressionStatementSyntax { Expression: { IsMissing: false } expression }:
                reporter.Report(Descriptors.UnsupportedStatement, expression.GetLocation(), $"'{Text(expression)}'");
                break;
            case ExpressionStatementSyntax:
                // An incomplete line, which C# reports.
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
            known.Add(node, equation = EquationOf(write()));
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
        Declare(local, Read(initializer.Value), typeSyntax, initializer.Value);
    }

    /// <summary>Initializes a local.</summary>
    /// <param name="local">The local.</param>
    /// <param name="item">The item that it stands for.</param>
    /// <param name="type">Its type as written; null, or "var", if no type is written.</param>
    /// <param name="expression">The expression of its value.</param>
    void Declare(ILocalSymbol local, Item? item, TypeSyntax? type, ExpressionSyntax expression)
    {
        item = Converted(item, local.Type);
        if (item is null or Value && type is { IsVar: false } && Members.ReadShape(local.Type, dims, type.GetLocation(), frame.Bound) is { } shape)
            item = Fit(shape, KnownSymbols.IsSeq(local.Type), item as Value, local.Name, expression);
        usage.Locals.Add(local);
        frame.Values[local] = Named(item, local.Name);
    }

    void Return(ExpressionSyntax expression)
    {
        Item? item = Converted(Read(expression), frame.ResultType);
        frame.Jump = Jump.Return;
        if (frame.ResultShape is not { } shape)
        {
            frame.Result = item;
            return;
        }
        var value = item as Value;
        bool isSequence = KnownSymbols.IsSeq(frame.ResultType);
        if (value is not null && !Fits(shape, isSequence, value))
        {
            reporter.Report(Descriptors.Return, expression.GetLocation(), Origin(expression), frame.Method.Name,
                Value.Describe(shape, isSequence), Text(expression), Describe(expression, value), HintMap(shape, value));
            value = null;
        }
        // If the value is unknown, its declared shape is used, so that one mistake does not cause another.
        frame.Result = value ?? Placeholder(shape, isSequence ? Domain.Steps() : Domain.Examples());
    }

    /// <summary>Names a value. If a computed matrix is transposed, the transposed matrix gets the name.</summary>
    Item? Named(Item? item, string name) => item is not Value value ? item
        : value.Transposed && value.Node.Op != Op.Parameter ? new Value(builder.Name(NodeOf(value), name)) : value with { Node = builder.Name(value.Node, name) };

    /// <summary>A value of known shape after a mistake that we or C# report. The graph is dropped.</summary>
    Value Placeholder(Shape shape, Domain domain)
    {
        reporter.Invalidate(frame.Method.Locations[0]);
        return new Value(builder.Leaf(Op.Input, shape, domain, "?"));
    }

    static bool Fits(Shape shape, bool isSequence, Value value) => value.Shape == shape && isSequence == value.IsSequence;

    /// <summary>The value if a variable can hold it; otherwise a diagnostic and a value of the variable's shape.</summary>
    Value Fit(Shape shape, bool isSequence, Value? value, string name, ExpressionSyntax expression)
    {
        if (value is not null && Fits(shape, isSequence, value))
            return value;
        if (value is not null)
            reporter.Report(Descriptors.Assignment, expression.GetLocation(), Origin(expression), name, Value.Describe(shape, isSequence),
                Text(expression), Describe(expression, value), HintMap(shape, value));
        return Placeholder(shape, isSequence ? Domain.Steps() : Domain.Examples());
    }

    void ReportStatement(StatementSyntax statement)
    {
        (string What, string Why)? flow = statement switch
        {
            ForEachVariableStatementSyntax => ("This loop", "loops are foreach over an array of the class, for, while and do"),
            _ => null,
        };
        Location keyword = statement.GetFirstToken().GetLocation();
        if (flow is { } f)
            reporter.Report(Descriptors.ControlFlow, keyword, f.What, f.Why);
        else
            reporter.Report(Descriptors.UnsupportedStatement, keyword, $"'{statement.GetFirstToken().ValueText}'");
    }

    SemanticModel Semantics(SyntaxNode node) => cells.Semantics(node);
}
