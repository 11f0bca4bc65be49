using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using RnnDsl.Generators.Diagnostics;
using RnnDsl.Generators.Ir;
using RnnDsl.Generators.Ops;

namespace RnnDsl.Generators.Parsing;

/// <summary>Expressions: names and arithmetic.</summary>
internal sealed partial class EquationParser
{
    /// <summary>The value of an expression. Null after a mistake that leaves not even its shape, and for a call that returns nothing.</summary>
    Value? Evaluate(ExpressionSyntax expression, bool isStatement = false)
    {
        Item? item = Read(expression, isStatement);
        string? why = item switch
        {
            LayerItem => "a layer is run by its methods: Scan, ScanReversed or Map, and those of a model",
            ArrayItem or TableItem => "it is an array; take its elements one by one",
            TupleItem when !isStatement => "it is a tuple; take its elements one by one",
            _ => null,
        };
        if (why is not null)
            reporter.Report(Descriptors.Captured, expression.GetLocation(), Text(expression), why);
        return item as Value;
    }

    /// <summary>The item that an expression stands for; null in the same cases as for <see cref="Evaluate"/>.</summary>
    Item? Read(ExpressionSyntax expression, bool isStatement = false)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        Item? item = Reported(IsNumber(expression) ? Number(expression) : Composed(expression, isStatement), expression, isStatement);
        NoteMaker(expression);
        return item;
    }

    /// <summary>Ensures that a missing value is explained: if neither we nor C# have reported anything, this reports it.</summary>
    Item? Reported(Item? item, ExpressionSyntax expression, bool isStatement = false)
    {
        if (item is null && !isStatement && !reporter.HasErrors)
            ReportExpression(expression, "the compiler does not understand it");
        return item;
    }

    Item? Composed(ExpressionSyntax expression, bool isStatement)
    {
        switch (expression)
        {
            case ParenthesizedExpressionSyntax parenthesised:
                return Read(parenthesised.Expression);
            case PostfixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.SuppressNullableWarningExpression } suppressed:
                return Read(suppressed.Operand);
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
            case LiteralExpressionSyntax or DefaultExpressionSyntax or BaseObjectCreationExpressionSyntax when ScalarOfNumber(expression) is { } made:
                return made;
            case ElementAccessExpressionSyntax access:
                return Element(access) is { } slot ? Item(slot) : null;
            case TupleExpressionSyntax tuple:
                return Tuple(tuple);
            case ConditionalExpressionSyntax choice:
                return Condition(choice.Condition, choice.QuestionToken, "A condition") is { } holds ? Read(holds ? choice.WhenTrue : choice.WhenFalse) : null;
            case CollectionExpressionSyntax or ArrayCreationExpressionSyntax or ImplicitArrayCreationExpressionSyntax:
                ReportExpression(expression, "arrays are fields of the class, with [Count]; write locals, or a tuple");
                return null;
            case SwitchExpressionSyntax choice:
                return Chosen(choice);
            default:
                ReportExpression(expression, "equations are built from +, -, *, /, the functions of Ops, helpers of the class, and layers");
                return null;
        }
    }

    /// <summary>A comparison, which only Where accepts.</summary>
    Value? Compare(BinaryExpressionSyntax comparison)
    {
        Value? left = Evaluate(comparison.Left), right = Evaluate(comparison.Right);
        if (Binary(Op.SelectGreater, comparison.Left, left, comparison.Right, right, comparison) is not { } compared || left is null || right is null)
            return null;
        bool swapped = comparison.IsKind(SyntaxKind.LessThanExpression) || comparison.IsKind(SyntaxKind.GreaterThanOrEqualExpression);
        bool negated = comparison.IsKind(SyntaxKind.GreaterThanOrEqualExpression) || comparison.IsKind(SyntaxKind.LessThanOrEqualExpression);
        return compared with { Node = Intrinsics.Compare(builder, NodeOf(swapped ? right : left), NodeOf(swapped ? left : right), negated) };
    }

    /// <summary>Sums and products of any length. It follows their left operands without recursion.</summary>
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
            value = Reported(Binary(Operator(next.Kind())!.Value, next.Left, value, next.Right, Evaluate(next.Right), next), next) as Value;
            NoteMaker(next);
        }
        return value;
    }

    /// <summary>A scalar that is created from a number (<c>new Scalar(2)</c>, <c>default</c>); null if the expression is something else.</summary>
    Value? ScalarOfNumber(ExpressionSyntax expression)
    {
        if (bindings.Type(expression) is not { } made || !KnownSymbols.IsScalar(made))
            return null;
        if (expression is not BaseObjectCreationExpressionSyntax creation)
            return new Value(builder.Constant(0));
        if (creation.Initializer is not null)
            return null;
        return creation.ArgumentList is { Arguments: [{ } argument] }
            ? Converted(Evaluate(argument.Expression), made) as Value : new Value(builder.Constant(0));
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
        value = Converted(value, target) as Value;
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

    /// <summary>The symbol that a name stands for, even if C# finds it inapplicable; null if there is none (C# says so).</summary>
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

    Item? Name(ExpressionSyntax expression)
    {
        if (Symbol(expression) is not { } symbol)
            return null;
        if (expression is MemberAccessExpressionSyntax { Expression: not ThisExpressionSyntax and { } whole } && !symbol.IsStatic)
        {
            if (symbol is IFieldSymbol { ContainingType.IsTupleType: true } element)
                return TupleElement(element, whole);
            ReportExpression(expression, "an equation does not look into a value or another object");
            return null;
        }
        usage.Read.Add(symbol);
        if (frame.Values.TryGetValue(symbol, out Item? item))
            return item;
        if (members.Slot(symbol) is { } slot)
            return Item(slot);
        if (members.Elements(symbol) is { } elements)
            return new ArrayItem(elements);
        if (KnownSymbols.IsStepNumber(symbol))
        {
            CountsSteps = true;
            return new Value(StepNumber);
        }
        if (symbol is IPropertySymbol { IsStatic: true } property && KnownSymbols.IsReadOnlySpan(property.Type))
            return ConstantTable(property, expression);
        if (IsBroken(symbol) || symbol is ILocalSymbol)
        {
            // The declaration was reported, by us or by C#.
            reporter.Invalidate(expression.GetLocation());
            return null;
        }
        string why = symbol switch
        {
            IFieldSymbol { IsConst: true } => "it is not a number",
            IFieldSymbol { IsStatic: true, Type: IArrayTypeSymbol } => ElementsChange,
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

    /// <summary>True for a field whose declaration was reported, by us or by C#.</summary>
    bool IsBroken(ISymbol symbol)
    {
        if (symbol is not IFieldSymbol field || !SymbolEqualityComparer.Default.Equals(field.ContainingType.OriginalDefinition, type) || members.IsDeclared(field))
            return false;
        ITypeSymbol declared = KnownSymbols.Element(field.Type);
        bool broken = declared.TypeKind == TypeKind.Error || KnownSymbols.IsLayer(declared)
            || KnownSymbols.IsMat(declared) || KnownSymbols.IsVec(declared) || KnownSymbols.IsScalar(declared);
        if (broken)
            reporter.Invalidate(field.Locations[0]);
        return broken;
    }

    Value? Binary(Op op, ExpressionSyntax leftSyntax, Value? left, ExpressionSyntax rightSyntax, Value? right, ExpressionSyntax whole)
    {
        if (left is { Shape.IsMatrix: true } && op == Op.Multiply && right is not { Shape.IsScalar: true })
            return Product(leftSyntax, left, rightSyntax, right, whole);
        if (left is null || right is null)
            // The other operand of a vector is a vector or a scalar. In front of *, it may also be a matrix.
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
            return IsModel ? null : Placeholder(result, Domain.Examples());
        if (vector.Shape.IsVector && vector.Shape.Rows!.Equals(matrix.Shape.Columns))
            return new Value(builder.Product(matrix.Node, vector.Node, matrix.Transposed ? Over.Rows : Over.Columns));
        if (vector.Shape.IsMatrix && vector.Shape.Rows!.Equals(matrix.Shape.Columns))
            return OfMatrices(matrix, vector, whole);
        reporter.Report(Descriptors.Product, whole.GetLocation(), Origin(vectorSyntax) ?? Origin(matrixSyntax), Text(matrixSyntax),
            matrix.Describe(), $"a {(vector.Shape.IsMatrix ? "matrix that maps to" : "vector of")} {matrix.Shape.Columns}", Text(vectorSyntax), Describe(vectorSyntax, vector), HintProduct(matrixSyntax, matrix, vectorSyntax, vector, whole));
        // What multiplies a matrix that is none is not judged.
        return vector.Shape.IsMatrix ? null : Placeholder(result, vector.Node.Domain);
    }

    static string OperatorText(Op op) => op switch { Op.Add => "+", Op.Subtract => "-", Op.Multiply => "*", Op.SelectGreater => "is compared with", _ => "/" };

    void ReportExpression(ExpressionSyntax expression, string why) =>
        reporter.Report(Descriptors.UnsupportedExpression, expression.GetLocation(), $"'{Text(expression)}'", why);
}
