using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using RnnDsl.Generators.Diagnostics;
using RnnDsl.Generators.Ir;
using RnnDsl.Generators.Ops;

namespace RnnDsl.Generators.Parsing;

/// <summary>Calls: functions of Ops, slices, layers.</summary>
internal sealed partial class EquationParser
{
    Item? Call(InvocationExpressionSyntax call, bool isStatement)
    {
        if (call.Expression is MemberAccessExpressionSyntax { Expression: not (ThisExpressionSyntax or BaseExpressionSyntax) and { } receiver, Name.Identifier.ValueText: var name }
            && bindings.Type(receiver) is { } receiving && KnownSymbols.IsLayer(receiving) && bindings.Symbol(receiver).Symbol is not ITypeSymbol)
            return Read(receiver) is LayerItem { Layer: var layer } ? layer.Cell is { } cell ? LayerCall(cell, receiver, name, call) : ModelCall(layer, receiver, call) : null;
        if (call.Expression is MemberAccessExpressionSyntax { Expression: { } owner, Name: var member } && bindings.Type(owner) is { } owning && KnownSymbols.IsStates(owning))
            return StateOf(owner, member, call);
        // A local function was reported at its declaration.
        if (Method(call) is not { MethodKind: not MethodKind.LocalFunction } method)
        {
            reporter.Invalidate(call.GetLocation());
            return null;
        }
        if (isStatement && !method.ReturnsVoid && !IsHelper(method))
            reporter.Report(Descriptors.UnsupportedStatement, call.GetLocation(), $"The call of {method.Name} as a statement");
        else if (method.Name == KnownSymbols.Start && KnownSymbols.IsOps(method.ContainingType))
            return new StatesItem([.. call.ArgumentList.Arguments.Select(a => Evaluate(a.Expression))]);
        else if (method.Parameters.Any(p => p.IsParams))
            ReportExpression(call, "a helper takes a fixed number of arguments, not params");
        else if (Ordered(method, call) is not { } arguments)
            reporter.Invalidate(call.GetLocation());
        else if (KnownSymbols.IsOps(method.ContainingType))
            return Operation(method, call, arguments);
        else if (method.ReducedFrom is { } extension && call.Expression is MemberAccessExpressionSyntax { Expression: var extended })
            return Helper(extension, call, [extended, .. arguments]);
        else if (IsHelper(method))
            return Helper(method, call, arguments);
        else if (members.Base is { } above && above.Declares(method))
            return ModelCall(above.AsLayer, call.Expression, call);
        else if (KnownSymbols.IsVec(method.ContainingType) && method.Name == KnownSymbols.Slice
            && call.Expression is MemberAccessExpressionSyntax slice)
            return Slice(slice.Expression, call, arguments);
        else
            ReportExpression(call, "only functions of Ops, methods of the class itself, static methods, and layers can be called");
        return null;
    }

    bool IsModel => KnownSymbols.IsModel(type);

    /// <summary>The method that is called. If none applies, a method with the same number of arguments.</summary>
    IMethodSymbol? Method(InvocationExpressionSyntax call)
    {
        (ISymbol? symbol, IEnumerable<ISymbol> possible) = bindings.Symbol(call);
        if (symbol is IMethodSymbol method)
            return method;
        IMethodSymbol[] candidates = possible.Concat(Semantics(call).GetMemberGroup(call.Expression, cells.Cancellation))
            .OfType<IMethodSymbol>().OrderBy(c => c.Parameters.Length).ToArray();
        int count = call.ArgumentList.Arguments.Count;
        reporter.Invalidate(call.GetLocation());
        return candidates.FirstOrDefault(c => c.Parameters.Length >= count) ?? candidates.FirstOrDefault();
    }

    /// <summary>The arguments in the order of the parameters, with null for omitted ones; null if they do not match the parameters.</summary>
    static ExpressionSyntax?[]? Ordered(IMethodSymbol method, InvocationExpressionSyntax call)
    {
        var ordered = new ExpressionSyntax?[method.Parameters.Length];
        for (int i = 0; i < call.ArgumentList.Arguments.Count; i++)
        {
            ArgumentSyntax argument = call.ArgumentList.Arguments[i];
            int index = argument.NameColon is { Name.Identifier.ValueText: var name } ? method.Parameters.ToList().FindIndex(p => p.Name == name) : i;
            if (index < 0 || index >= ordered.Length || ordered[index] is not null)
                return null;
            ordered[index] = argument.Expression;
        }
        for (int i = 0; i < ordered.Length; i++)
            if (ordered[i] is null && !method.Parameters[i].IsOptional)
                return null;
        return ordered;
    }

    Value?[] Values(IReadOnlyList<ExpressionSyntax?> arguments, Func<int, Value?>? omitted = null) => Each(arguments, a => Evaluate(a), omitted);

    Item?[] Items(IReadOnlyList<ExpressionSyntax?> arguments, Func<int, Item?> omitted) => Each(arguments, a => Read(a), omitted);

    /// <summary>The items of the arguments, with null for omitted ones.</summary>
    static T?[] Each<T>(IReadOnlyList<ExpressionSyntax?> arguments, Func<ExpressionSyntax, T?> read, Func<int, T?>? omitted) where T : Item
    {
        var values = new T?[arguments.Count];
        foreach (int i in InWrittenOrder(arguments))
            values[i] = arguments[i] is { } argument ? read(argument) : omitted?.Invoke(i);
        return values;
    }

    /// <summary>The numbers of arguments, in the order in which C# evaluates them: that in which they are written, whatever parameters they name. Omitted ones come last.</summary>
    static IEnumerable<int> InWrittenOrder(IReadOnlyList<ExpressionSyntax?> arguments) => Enumerable.Range(0, arguments.Count).OrderBy(i => arguments[i]?.SpanStart ?? int.MaxValue);

    /// <summary>An argument that is a number; null after a diagnostic.</summary>
    double? Constant(ExpressionSyntax expression)
    {
        if (IsNumber(expression))
            return Computed(expression) is { } number ? Arithmetic.ToDouble(number) : null;
        Evaluate(expression);
        reporter.Invalidate(expression.GetLocation());
        return null;
    }

    Value? Operation(IMethodSymbol method, InvocationExpressionSyntax call, ExpressionSyntax?[] arguments)
    {
        if (method.Name == KnownSymbols.Transpose)
            return Transposed(arguments[0]!);
        if (method.Name == KnownSymbols.Each)
            return Each(arguments[0]!, arguments.Length > 2 ? arguments[1] : null, arguments[arguments.Length - 1]!, call);
        Intrinsic? intrinsic = Intrinsics.Everything.FirstOrDefault(i =>
            i.Name == method.Name && i.Values + i.Defaults.Length == arguments.Length);
        if (intrinsic is null)
        {
            ReportExpression(call, $"{method.Name} is not known to the compiler");
            return null;
        }
        if (intrinsic.ChangesLength && !IsModel)
        {
            ReportExpression(call, $"{method.Name} makes a sequence of another length, and a cell sees steps one by one; take it in a model");
            return null;
        }
        var values = new Value?[intrinsic.Values];
        var constants = new double[intrinsic.Defaults.Length];
        bool fits = true;
        foreach (int index in InWrittenOrder(arguments))
        {
            int i = index - intrinsic.Values;
            if (i < 0)
            {
                values[index] = Evaluate(arguments[index]!);
                continue;
            }
            double? constant = arguments[index] is { } given ? Constant(given)
                : method.Parameters[index] is { HasExplicitDefaultValue: true, ExplicitDefaultValue: double optional } ? optional : intrinsic.Defaults[i];
            fits &= constant is not null;
            constants[i] = constant ?? 0;
        }
        if (fits && intrinsic.Refuse?.Invoke(constants) is { } reason)
        {
            reporter.Report(Descriptors.ConstantOutOfRange, call.GetLocation(), Text(call), reason);
            fits = false;
        }
        fits &= CheckOperands(intrinsic, arguments, values);
        if (values.Length > 1 && values[1] is { } labels)
            AddTarget(labels.Node, intrinsic.Target);
        if (fits && intrinsic.Rule == ArgumentRule.Loss && values is [{ } prediction, { } of])
            Counts = CountedSteps.After(Counts, intrinsic, builder, prediction.Node, of.Node);
        if (fits && values.All(v => v is not null))
            return new Value(intrinsic.Build(builder, values.Select(v => NodeOf(v!)).ToArray(), constants));
        if (KnownSymbols.IsScalar(method.ReturnType))
            return Placeholder(Shape.Scalar, values.All(v => v is null or { Shape.IsMatrix: true }) ? Domain.Parameters : Domain.Examples());
        if (KnownSymbols.IsScalarSeq(method.ReturnType))
            return Placeholder(Shape.Scalar, Domain.Steps());
        return intrinsic.Rule is ArgumentRule.Elementwise or ArgumentRule.SameVectors
            ? values.FirstOrDefault(v => v is { Shape.IsVector: true } || (v is { Shape.IsMatrix: true } && intrinsic.Rule == ArgumentRule.Elementwise)) : null;
    }

    bool CheckOperands(Intrinsic intrinsic, ExpressionSyntax?[] syntax, Value?[] values)
    {
        bool fits = true;
        Value? first = null;
        for (int i = 0; i < values.Length; i++)
        {
            if (values[i] is not { } value)
                continue;
            if (Misfit(intrinsic, value, first) is { } takes)
            {
                string instead = first is null ? "" : first.Shape.IsMatrix && value.Shape.IsMatrix && HintTransposed(first.Shape, syntax[i]!, value) is { Length: > 0 } transposed ? transposed
                    : HintShape(first.Shape, syntax[0]!);
                reporter.Report(Descriptors.OperationArgument, syntax[i]!.GetLocation(), Origin(syntax[i]!), intrinsic.Name, takes, Text(syntax[i]!),
                    Describe(syntax[i]!, value), instead);
                fits = false;
            }
            else if (first is null || first.Shape.IsScalar)
                first = value;
        }
        return fits;
    }

    /// <summary>What the operation expects instead of a value that does not fit; null if it fits.</summary>
    static string? Misfit(Intrinsic intrinsic, Value value, Value? first)
    {
        Shape shape = value.Shape;
        bool clashes = first is { Shape.IsScalar: false } && !shape.IsScalar && shape != first.Shape;
        string same = first is null ? "" : $"{first.Describe()} here, as its first argument is";
        return intrinsic.Rule switch
        {
            _ when intrinsic.Name is "Left" or "Right" && !(shape.IsVector && shape.Rows!.IsConcat) => "a vector of a concatenation (Cat)",
            ArgumentRule.Elementwise when clashes => same,
            ArgumentRule.VectorOrMatrix when shape.IsScalar => "a vector",
            ArgumentRule.SameVectors or ArgumentRule.Vectors when !shape.IsVector => "a vector",
            ArgumentRule.SameVectors when clashes => same,
            ArgumentRule.Sequence when !value.IsSequence => "a sequence",
            ArgumentRule.SequenceAndStep when first is null && !value.IsSequence => "a sequence",
            ArgumentRule.SequenceAndStep when first is not null && (value.IsSequence || shape != first.Shape) => Value.Describe(first.Shape, isSequence: false) + ", as each step of its first argument is",
            ArgumentRule.Loss when shape.IsMatrix => "a prediction and a target",
            ArgumentRule.Loss when first is not null && (shape != first.Shape || value.IsSequence != first.IsSequence) => same,
            ArgumentRule.Attention when first is null && (value.IsSequence || !shape.IsVector) => "a vector, the query,",
            ArgumentRule.Attention when first is not null && !(value.IsSequence && shape.IsVector) => "a sequence of vectors",
            ArgumentRule.Matrix when !shape.IsMatrix => "a matrix",
            ArgumentRule.MatrixAndRows or ArgumentRule.MatrixAndColumns when first is null && !shape.IsMatrix => "a matrix",
            ArgumentRule.MatrixAndRows when first is not null && shape != Shape.Vector(first.Shape.Rows!) => $"a vector of {first.Shape.Rows}",
            ArgumentRule.MatrixAndColumns when first is not null && shape != Shape.Vector(first.Shape.Columns!) => $"a vector of {first.Shape.Columns}",
            ArgumentRule.Matrix when clashes => same,
            _ => null,
        };
    }

    Value? Transposed(ExpressionSyntax argument)
    {
        Value? value = Evaluate(argument);
        if (value is null || value.Shape.IsMatrix)
            return value is null ? null : value with { Transposed = !value.Transposed };
        reporter.Report(Descriptors.OperationArgument, argument.GetLocation(), Origin(argument), KnownSymbols.Transpose, "a matrix", Text(argument),
            Describe(argument, value), "");
        return null;
    }

    Value? Slice(ExpressionSyntax receiver, InvocationExpressionSyntax call, ExpressionSyntax?[] arguments)
    {
        Value? whole = Evaluate(receiver), like = null;
        double? offset = null;
        foreach (int i in InWrittenOrder(arguments))
            if (i == 0)
                offset = Constant(arguments[0]!);
            else
                like = Evaluate(arguments[1]!);
        if (whole is null || like is null)
            return like is null ? null : Placeholder(like.Shape, Domain.Examples());
        if (offset is not { } start)
            return Placeholder(like.Shape, whole.Node.Domain);
        if (start < 0)
            ReportExpression(arguments[0]!, "a slice starts at a constant whole number from 0");
        else if (!whole.Shape.IsVector || !like.Shape.IsVector || whole.IsSequence)
            reporter.Report(Descriptors.OperationArgument, call.GetLocation(), KnownSymbols.Slice, "a vector", Text(receiver),
                Describe(receiver, whole), "");
        else
            return new Value(builder.Shaped(Op.Slice, like.Shape, new Argument.Offset(null, (int)start), whole.Node));
        return Placeholder(like.Shape, whole.Node.Domain);
    }

    Item? LayerCall(LayerDecl layer, ExpressionSyntax receiver, string method, InvocationExpressionSyntax call)
    {
        Location? declared = Origin(receiver);
        Op? op = method switch
        {
            KnownSymbols.Scan or KnownSymbols.End => Op.Scan,
            KnownSymbols.ScanReversed or KnownSymbols.EndReversed => Op.ScanReversed,
            KnownSymbols.Map => Op.Map,
            _ => null,
        };
        bool ends = method is KnownSymbols.End or KnownSymbols.EndReversed;
        if (op is null || Argument(call, 0, "x") is not { } argument || call.ArgumentList.Arguments.Count > (op == Op.Map ? 1 : layer.Cell.Memory is null ? 2 : 3) || (op == Op.Map && layer.Cell.Memory is not null))
        {
            ReportExpression(call, layer.Cell.Memory is not null ? "a cell that looks into a memory is run by Scan or ScanReversed, on an input and the memory, or asked for its End; it may also be given where it starts"
                : "a cell is run by Scan, ScanReversed or Map, on one input, or asked for its End; a scan may also be given where it starts");
            return op is Op.Scan or Op.ScanReversed && !ends ? Placeholder(layer.Cell.Output, Domain.Steps()) : null;
        }
        if (call.ArgumentList.Arguments.Any(a => a.NameColon is not null) && call.ArgumentList.DescendantNodes().OfType<ExpressionSyntax>().Any(e => e is AssignmentExpressionSyntax || IsIncrement(e)))
            ReportExpression(call, "its arguments are named, and one of them assigns: assign before");
        Value? value = Evaluate(argument);
        bool scans = op != Op.Map;
        if (!scans && layer.Cell.States.Count > 0)
        {
            reporter.Report(Descriptors.StatefulLayer, call.GetLocation(), declared, ElementName.Written(layer.Field), layer.Cell.Name,
                string.Join(", ", layer.Cell.States.Select(s => s.Name)), "use Scan or ScanReversed on a sequence; Map is for layers without states");
            return value is null && IsModel ? null : Placeholder(layer.Cell.Output, value?.Node.Domain ?? Domain.Examples());
        }
        if (value is not null && (value.Shape != layer.Cell.Input || (scans && !value.IsSequence)))
            reporter.Report(Descriptors.LayerInput, argument.GetLocation(), Origin(argument) ?? declared, $"{ElementName.Written(layer.Field)}.{method}",
                Value.Describe(layer.Cell.Input, scans || value.IsSequence), Text(argument), Describe(argument, value),
                HintLayer(layer, value, scans));
        else if (value is not null && Memory(layer, call) is { } memory && Starts(layer, $"{ElementName.Written(layer.Field)}.{method}", call) is { } starts)
        {
            Node run = builder.Shaped(op.Value, layer.Cell.Output, new Argument.Named(layer.Field), [value.Node, .. memory, .. starts]);
            return ends && layer.Cell.Parameter is not null ? new StatesItem([]) { Scan = run }
                : ends ? new StatesItem([.. layer.Cell.DeclaredStates.Select(s => new Value(builder.Shaped(Op.End, s.Shape, new Argument.Named(s.Name), run)))])
                : new Value(run);
        }
        if (ends && layer.Cell.Parameter is null)
            return new StatesItem([.. layer.Cell.DeclaredStates.Select(s => Placeholder(s.Shape, Domain.Examples()))]);
        // In a model, an unknown value may be a sequence.
        return value is null && !scans && IsModel ? null
            : Placeholder(layer.Cell.Output, scans || value is { IsSequence: true } ? Domain.Steps() : Domain.Examples());
    }
}
