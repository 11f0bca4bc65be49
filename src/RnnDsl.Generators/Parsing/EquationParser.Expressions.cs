using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using RnnDsl.Generators.Diagnostics;
using RnnDsl.Generators.Ir;
using RnnDsl.Generators.Ops;

namespace RnnDsl.Generators.Parsing;

/// <summary>Expressions: names, arithmetic and assignments.</summary>
internal sealed partial class EquationParser
{
    /// <summary>The value of an expression; null after a mistake that leaves not even its shape, and of a call that returns nothing.</summary>
    Value? Evaluate(ExpressionSyntax expression, bool isStatement = false)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        return Reported(IsNumber(expression) ? Number(expression) : Composed(expression, isStatement), expression, isStatement);
    }

    /// <summary>No value without a word: where nothing has been reported, by us or by C#, this is.</summary>
    Value? Reported(Value? value, ExpressionSyntax expression, bool isStatement = false)
    {
        if (value is null && !isStatement && !reporter.HasErrors)
            ReportExpression(expression, "the compiler does not understand it");
        return value;
    }

    Value? Composed(ExpressionSyntax expression, bool isStatement)
    {
        switch (expression)
        {
            case ParenthesizedExpressionSyntax parenthesised:
                return Evaluate(parenthesised.Expression);
            case PostfixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.SuppressNullableWarningExpression } suppressed:
                return Evaluate(suppressed.Operand);
            case CastExpressionSyntax cast:
                return Cast(cast);
            case IdentifierNameSyntax or MemberAccessExpressionSyntax:
                return Name(expression);
            case PrefixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.UnaryMinusExpression } minus:
                return Negate(minus);
            case PrefixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.UnaryPlusExpression } plus:
                return Evaluate(plus.Operand);
            case BinaryExpressionSyntax binary when Operator(binary.Kind()) is not null:
                return Chain(binary);
            case BinaryExpressionSyntax { RawKind: (int)SyntaxKind.GreaterThanExpression or (int)SyntaxKind.LessThanExpression or (int)SyntaxKind.GreaterThanOrEqualExpression
                or (int)SyntaxKind.LessThanOrEqualExpression } comparison:
                return Compare(comparison);
            case AssignmentExpressionSyntax assignment:
                return Assign(assignment);
            case InvocationExpressionSyntax call:
                return Call(call, isStatement);
            case CheckedExpressionSyntax kept:
                return Evaluate(kept.Expression);
            case LiteralExpressionSyntax or DefaultExpressionSyntax or BaseObjectCreationExpressionSyntax when Made(expression) is { } made:
                return made;
            case ConditionalExpressionSyntax or SwitchExpressionSyntax:
                reporter.Report(Descriptors.ControlFlow, expression.GetLocation(), "A condition",
                    "Write a condition on values as arithmetic: Min, Max, Relu, Clip");
                return null;
            default:
                ReportExpression(expression, "equations are built from +, -, *, /, the functions of Ops, helpers of the class, and layers");
                return null;
        }
    }

    /// <summary>A comparison, which only Where takes.</summary>
    Value? Compare(BinaryExpressionSyntax comparison)
    {
        Value? left = Evaluate(comparison.Left), right = Evaluate(comparison.Right);
        if (Binary(Op.SelectGreater, comparison.Left, left, comparison.Right, right, comparison) is not { } compared || left is null || right is null)
            return null;
        bool swapped = comparison.IsKind(SyntaxKind.LessThanExpression) || comparison.IsKind(SyntaxKind.GreaterThanOrEqualExpression);
        bool negated = comparison.IsKind(SyntaxKind.GreaterThanOrEqualExpression) || comparison.IsKind(SyntaxKind.LessThanOrEqualExpression);
        return compared with { Node = Intrinsics.Compare(builder, NodeOf(swapped ? right : left), NodeOf(swapped ? left : right), negated) };
    }

    /// <summary>Sums and products of any length: along their left operands without recursion.</summary>
    Value? Chain(BinaryExpressionSyntax whole)
    {
        var chain = new Stack<BinaryExpressionSyntax>();
        ExpressionSyntax left = whole;
        while (left is BinaryExpressionSyntax next && Operator(next.Kind()) is not null && (next == whole || !IsNumber(next)))
        {
            chain.Push(next);
            left = next.Left;
        }
        Value? value = Evaluate(left);
        while (chain.Count > 0)
        {
            cells.Cancellation.ThrowIfCancellationRequested();
            BinaryExpressionSyntax next = chain.Pop();
            value = Reported(Binary(Operator(next.Kind())!.Value, next.Left, value, next.Right, Evaluate(next.Right), next), next);
        }
        return value;
    }

    /// <summary>A scalar that is made of a number: <c>new Scalar(2)</c>, <c>default</c>; null if it is something else.</summary>
    Value? Made(ExpressionSyntax expression)
    {
        if (bindings.Type(expression) is not { } made || !KnownSymbols.IsScalar(made))
            return null;
        if (expression is not BaseObjectCreationExpressionSyntax creation)
            return new Value(builder.Constant(0));
        if (creation.Initializer is not null)
            return null;
        return creation.ArgumentList is { Arguments: [{ } argument] }
            ? Held(Evaluate(argument.Expression), made) : new Value(builder.Constant(0));
    }

    static Op? Operator(SyntaxKind kind) => kind switch
    {
        SyntaxKind.AddExpression or SyntaxKind.AddAssignmentExpression => Op.Add,
        SyntaxKind.SubtractExpression or SyntaxKind.SubtractAssignmentExpression => Op.Subtract,
        SyntaxKind.MultiplyExpression or SyntaxKind.MultiplyAssignmentExpression => Op.Multiply,
        SyntaxKind.DivideExpression or SyntaxKind.DivideAssignmentExpression => Op.Divide,
        _ => null,
    };

    Value? Cast(CastExpressionSyntax cast)
    {
        Value? value = Evaluate(cast.Expression);
        ITypeSymbol? target = Semantics(cast).GetTypeInfo(cast.Type, cells.Cancellation).Type;
        if (target is null || target.TypeKind == TypeKind.Error)
            return value;
        value = Held(value, target);
        if (Members.ReadShape(target, dims, cast.Type.GetLocation(), frame.Bound) is { } shape)
            return Fit(shape, KnownSymbols.IsSeq(target), value, "The cast's result", cast.Expression);
        ReportExpression(cast, "a cast cannot change what a value is");
        return null;
    }

    Value? Negate(PrefixUnaryExpressionSyntax minus)
    {
        Value? value = Evaluate(minus.Operand);
        return value is null ? null : new Value(builder.Apply(Op.Negate, NodeOf(value)));
    }

    /// <summary>The symbol that a name stands for, even where C# finds it inapplicable; null if there is none (C# says so).</summary>
    ISymbol? Symbol(ExpressionSyntax expression)
    {
        (ISymbol? symbol, IEnumerable<ISymbol> candidates) = bindings.Symbol(expression);
        symbol ??= candidates.FirstOrDefault();
        if (symbol is null && Identifier(expression) is { } name
            && dims.Decls.FirstOrDefault(d => d.FixedSize is null && DimScope.ArgumentName(d.Name) + "Size" == name) is { } dim)
            reporter.Report(Descriptors.Captured, expression.GetLocation(), name, $"it is the size of {dim.Name}, which is known only when the program runs");
        else if (symbol is null)
            reporter.Invalidate(expression.GetLocation());
        return symbol;
    }

    static string? Identifier(ExpressionSyntax expression) => expression switch
    {
        IdentifierNameSyntax name => name.Identifier.ValueText,
        MemberAccessExpressionSyntax { Expression: ThisExpressionSyntax, Name: var member } => member.Identifier.ValueText,
        _ => null,
    };

    Value? Name(ExpressionSyntax expression)
    {
        if (Symbol(expression) is not { } symbol)
            return null;
        if (expression is MemberAccessExpressionSyntax { Expression: not ThisExpressionSyntax } && !symbol.IsStatic)
        {
            ReportExpression(expression, "an equation does not look into a value or another object");
            return null;
        }
        usage.Read.Add(symbol);
        if (frame.Values.TryGetValue(symbol, out Value? value))
            return value;
        if (members.Parameter(symbol) is { } parameter)
            return new Value(builder.Leaf(Op.Parameter, parameter.Shape, Space.Parameter, parameter.Name));
        if (members.State(symbol) is not null)
        {
            if (states.TryGetValue(symbol, out value))
                return value;
            usage.ReadBefore.Add(symbol);
            return StateBefore((IFieldSymbol)symbol);
        }
        if (IsBroken(symbol) || symbol is ILocalSymbol)
        {
            // The declaration has been reported, by us or by C#.
            reporter.Invalidate(expression.GetLocation());
            return null;
        }
        string why = symbol switch
        {
            IFieldSymbol when members.Layer(symbol) is not null => "a layer is run by Scan, ScanReversed or Map",
            IFieldSymbol { IsConst: true } => "it is not a number",
            IFieldSymbol { IsStatic: true } => "it is a static field that may change; make it static readonly, or a const",
            IFieldSymbol => "it is a field that is neither parameter, state nor constant; make it a Vec, Mat or Scalar, or a const",
            IPropertySymbol => "it is a property; make it a parameter, a const, or a method",
            IParameterSymbol => "it is a parameter of the constructor; make it a field",
            IMethodSymbol => "it is a method that is not called",
            _ => "it is no value of the equations",
        };
        reporter.Report(Descriptors.Captured, expression.GetLocation(), Text(expression), why);
        return null;
    }

    /// <summary>A field whose declaration has been reported, by us or by C#.</summary>
    bool IsBroken(ISymbol symbol)
    {
        if (symbol is not IFieldSymbol field || !SymbolEqualityComparer.Default.Equals(field.ContainingType.OriginalDefinition, type))
            return false;
        bool broken = field.Type.TypeKind == TypeKind.Error || (KnownSymbols.CellBase(field.Type) is not null && members.Layer(field) is null)
            || KnownSymbols.IsMat(field.Type) || KnownSymbols.IsVec(field.Type) || KnownSymbols.IsScalar(field.Type);
        if (broken)
            reporter.Invalidate(field.Locations[0]);
        return broken;
    }

    Value? Assign(AssignmentExpressionSyntax assignment)
    {
        if (assignment.Left is not (IdentifierNameSyntax or MemberAccessExpressionSyntax { Expression: ThisExpressionSyntax }))
        {
            Evaluate(assignment.Right);
            ReportExpression(assignment.Left, "an equation assigns one state or one local");
            return null;
        }
        Value? value;
        if (assignment.IsKind(SyntaxKind.SimpleAssignmentExpression))
            value = Evaluate(assignment.Right);
        else if (bindings.Operation(assignment) is ICompoundAssignmentOperation { OperatorMethod: null } compound
            && Arithmetic.IsKnown(compound.Target.Type))
            value = Compounded(compound, assignment);
        else if (Operator(assignment.Kind()) is { } op)
            value = Binary(op, assignment.Left, Evaluate(assignment.Left), assignment.Right, Evaluate(assignment.Right), assignment);
        else
        {
            ReportExpression(assignment, $"'{assignment.OperatorToken.ValueText}' is no operator of equations");
            return null;
        }
        return Symbol(assignment.Left) is { } target ? Store(target, value, assignment) : null;
    }

    /// <summary>What a number becomes by +=, in its own type.</summary>
    Value? Compounded(ICompoundAssignmentOperation compound, AssignmentExpressionSyntax assignment)
    {
        if (Evaluate(assignment.Left)?.Number is not { } x || Evaluate(assignment.Right)?.Number is not { } y)
            return null;
        SpecialType promoted = Arithmetic.Promoted(x, y);
        if (Arithmetic.Promote(x, promoted) is { } left && Arithmetic.Promote(y, promoted) is { } right
            && Arithmetic.Binary(compound.OperatorKind, left, right, compound.IsChecked) is { } result
            && Arithmetic.Convert(result, compound.Target.Type, compound.IsChecked) is { } converted)
            return Known(converted, assignment);
        Open(assignment);
        return null;
    }

    Value? Store(ISymbol target, Value? value, AssignmentExpressionSyntax assignment)
    {
        usage.Assigned.Add(target);
        value = target switch { ILocalSymbol { Type: var type } => Held(value, type), IFieldSymbol { Type: var type } => Held(value, type), _ => value };
        if (members.State(target) is { } state)
        {
            assignments++;
            value = Named(Fit(state.Shape, isSequence: false, value, state.Name, assignment.Right), state.Name);
            states[target] = value;
            return value;
        }
        if (target is ILocalSymbol local)
        {
            // A local that a first assignment declares late has the shape of its type.
            if (Members.ReadShape(local.Type, dims, assignment.Left.GetLocation(), frame.Bound) is { } shape)
                value = Fit(shape, KnownSymbols.IsSeq(local.Type), value, local.Name, assignment.Right);
            usage.Locals.Add(local);
            return frame.Values[local] = Named(value, local.Name);
        }
        if (IsBroken(target) && members.Parameter(target) is null && members.Layer(target) is null)
            return value;
        string? what = members.Parameter(target) is not null ? "a parameter, which only training changes,"
            : members.Layer(target) is not null ? "a layer"
            : target is IParameterSymbol ? "an input"
            : null;
        if (what is not null)
            reporter.Report(Descriptors.ReadOnlyTarget, assignment.Left.GetLocation(), target.Name, what);
        else if (target is IDiscardSymbol)
            ReportExpression(assignment.Left, "a value that is not needed is not computed");
        else
            reporter.Report(Descriptors.Captured, assignment.Left.GetLocation(), Text(assignment.Left), "it is neither a state nor a local");
        return value;
    }

    Value? Binary(Op op, ExpressionSyntax leftSyntax, Value? left, ExpressionSyntax rightSyntax, Value? right, ExpressionSyntax whole)
    {
        if (left is { Shape.IsMatrix: true } && op == Op.Multiply && right is not { Shape.IsScalar: true })
            return Product(leftSyntax, left, rightSyntax, right, whole);
        if (left is null || right is null)
            // The other operand of a vector is a vector too, or a scalar; unless it stands before * and may be a matrix.
            return left is { Shape.IsVector: true } ? left : op != Op.Multiply && right is { Shape.IsVector: true } ? right : null;
        if (left.Shape.IsMatrix || right.Shape.IsMatrix)
            return Entries(op, leftSyntax, left, rightSyntax, right, whole);
        if (left.Shape.IsVector && right.Shape.IsVector && left.Shape != right.Shape)
        {
            reporter.Report(Descriptors.Elementwise, whole.GetLocation(), Origin(rightSyntax) ?? Origin(leftSyntax), Text(leftSyntax),
                Describe(leftSyntax, left), Text(rightSyntax), Describe(rightSyntax, right), OperatorText(op),
                HintElementwise(leftSyntax, left, rightSyntax, right));
            return null;
        }
        return new Value(op == Op.SelectGreater ? Intrinsics.Compare(builder, left.Node, right.Node, negated: false) : builder.Apply(op, left.Node, right.Node));
    }

    Value? Product(ExpressionSyntax matrixSyntax, Value matrix, ExpressionSyntax vectorSyntax, Value? vector, ExpressionSyntax whole)
    {
        Shape result = Shape.Vector(matrix.Shape.Rows!);
        if (vector is null)
            return IsModel ? null : Placeholder(result, Space.Batch);
        if (vector.Shape.IsVector && vector.Shape.Rows!.Equals(matrix.Shape.Columns))
            return new Value(builder.Apply(matrix.Transposed ? Op.MatVecTransposed : Op.MatVec, matrix.Node, vector.Node));
        reporter.Report(Descriptors.Product, whole.GetLocation(), Origin(vectorSyntax) ?? Origin(matrixSyntax), Text(matrixSyntax),
            matrix.Describe(), $"a vector of {matrix.Shape.Columns}", Text(vectorSyntax), Describe(vectorSyntax, vector), HintProduct(matrixSyntax, matrix, vectorSyntax, vector, whole));
        return Placeholder(result, vector.Node.Space);
    }

    static string OperatorText(Op op) => op switch { Op.Add => "+", Op.Subtract => "-", Op.Multiply => "*", Op.SelectGreater => "is compared with", _ => "/" };

    void ReportExpression(ExpressionSyntax expression, string why) =>
        reporter.Report(Descriptors.UnsupportedExpression, expression.GetLocation(), $"'{Text(expression)}'", why);
}
