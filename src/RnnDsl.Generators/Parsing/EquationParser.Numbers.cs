using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using RnnDsl.Generators.Diagnostics;
using RnnDsl.Generators.Ir;

namespace RnnDsl.Generators.Parsing;

/// <summary>
/// Numbers: expressions of C#'s own types. They are computed here, in those types and by C#'s rules, and become constants in the graph. Expressions that cannot be computed are reported.
/// </summary>
internal sealed partial class EquationParser
{
    /// <summary>Static fields whose initial values are being computed.</summary>
    readonly Stack<IFieldSymbol> fields = new();

    const string ElementsChange = "the elements of an array of numbers can change; write static ReadOnlySpan<double> Taps => [0.1, 0.2]";

    /// <summary>Whether an index is being computed. Integers that round are meant there.</summary>
    bool inIndex;

    bool IsNumber(ExpressionSyntax expression) => Arithmetic.IsKnown(bindings.Type(expression));

    Value? Number(ExpressionSyntax expression) => Computed(expression) is { } number ? Known(number, expression) : null;

    /// <summary>The value of an argument that must be a number. It does not appear in any graph.</summary>
    object? Computed(ExpressionSyntax expression)
    {
        while (expression is ParenthesizedExpressionSyntax parenthesised)
            expression = parenthesised.Expression;
        try
        {
            return Compute(expression);
        }
        catch (ArithmeticException thrown)
        {
            ReportExpression(expression, $"computing it throws: {thrown.Message}");
            return null;
        }
    }

    /// <summary>A number as a value of the equations.</summary>
    Value Known(object number, ExpressionSyntax? origin)
    {
        double value = Arithmetic.ToDouble(number);
        if (origin is not null && !Ops.Algebra.IsSingle(value))
            extremes.Add((value, origin));
        return new Value(builder.Constant(value), Number: number);
    }

    /// <summary>The item that a variable of a type holds: a number is converted, and in a variable of another type it is no longer a number. A tuple is converted element by element.</summary>
    Item? Converted(Item? item, ITypeSymbol type)
    {
        if (item is TupleItem tuple && type is INamedTypeSymbol { IsTupleType: true, TupleElements: var elements } && elements.Length == tuple.Elements.Count)
            return new TupleItem([.. tuple.Elements.Select((e, i) => Converted(e, elements[i].Type))]);
        if (item is not Value { Number: { } number } value)
            return item;
        if (!Arithmetic.IsKnown(type))
            return value with { Number = null };
        if (Arithmetic.Convert(number, type, isChecked: false) is { } converted)
            return new Value(builder.Constant(Arithmetic.ToDouble(converted)), Number: converted);
        reporter.Invalidate(frame.Method.Locations[0]);
        return null;
    }

    object? Compute(ExpressionSyntax expression)
    {
        while (expression is ParenthesizedExpressionSyntax or CheckedExpressionSyntax)
            expression = expression is ParenthesizedExpressionSyntax parenthesised ? parenthesised.Expression : ((CheckedExpressionSyntax)expression).Expression;
        if (bindings.Constant(expression) is { HasValue: true, Value: { } constant })
        {
            if (expression is IdentifierNameSyntax or MemberAccessExpressionSyntax && bindings.Symbol(expression).Symbol is { } symbol)
                usage.Read.Add(symbol);
            return constant;
        }
        return Compute(bindings.Operation(expression), expression);
    }

    object? Compute(IOperation? operation, ExpressionSyntax whole)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        if (operation is { ConstantValue: { HasValue: true, Value: { } constant } })
            return constant;
        ExpressionSyntax syntax = operation?.Syntax as ExpressionSyntax ?? whole;
        switch (operation)
        {
            case IParenthesizedOperation parenthesised:
                return Compute(parenthesised.Operand, whole);
            case IConversionOperation { OperatorMethod: null } conversion when Arithmetic.IsKnown(conversion.Type) && Arithmetic.IsKnown(conversion.Operand.Type):
                return Compute(conversion.Operand, syntax) is { } operand
                    ? Arithmetic.Convert(operand, conversion.Type, conversion.IsChecked) ?? Open(syntax) : null;
            case IBinaryOperation { OperatorMethod: null, IsLifted: false } binary:
                return Binary(binary, syntax);
            case IUnaryOperation { OperatorMethod: null, IsLifted: false } unary:
                return Compute(unary.Operand, syntax) is { } x ? Arithmetic.Unary(unary.OperatorKind, x, unary.IsChecked) ?? Open(syntax) : null;
            case IConditionalOperation { WhenFalse: { } otherwise } choice:
                return Compute(choice.Condition, syntax) is bool holds ? Compute(holds ? choice.WhenTrue : otherwise, syntax) : null;
            case IInvocationOperation { Syntax: InvocationExpressionSyntax call } invocation when Arithmetic.IsFunction(invocation.TargetMethod):
                return Function(invocation, call);
            case IInvocationOperation { Syntax: InvocationExpressionSyntax call }:
                return (Call(call, isStatement: false) as Value)?.Number;
            case ISimpleAssignmentOperation or ICompoundAssignmentOperation when syntax is AssignmentExpressionSyntax assignment:
                return (Assign(assignment) as Value)?.Number;
            case IIncrementOrDecrementOperation { OperatorMethod: null } increment:
                return Incremented(increment, syntax);
            case ISwitchExpressionOperation choice:
                return Arm(choice, syntax) is { } arm ? Compute(arm.Value, syntax) : null;
            case IIsPatternOperation test:
                return Compute(test.Value, syntax) is { } tested ? Matches(test.Pattern, tested, syntax) : null;
            case IPropertyReferenceOperation { Property: { Name: "Length", ContainingType: var owner }, Instance.Syntax: ExpressionSyntax array }
                when owner.SpecialType == SpecialType.System_Array || KnownSymbols.IsReadOnlySpan(owner):
                return Read(array) switch { ArrayItem { Elements.Count: var count } => count, TableItem { Elements.Count: var count } => count, _ => Open(syntax) };
            case IPropertyReferenceOperation { Property.IsIndexer: true } or IImplicitIndexerReferenceOperation when syntax is ElementAccessExpressionSyntax access:
                return ElementOfTable(access);
            case IFieldReferenceOperation { Field: { IsStatic: true, IsReadOnly: true } field }:
                return StaticField(field, syntax);
            case ILocalReferenceOperation or IParameterReferenceOperation or IFieldReferenceOperation or IPropertyReferenceOperation
                when syntax is IdentifierNameSyntax or MemberAccessExpressionSyntax:
                return (Name(syntax) as Value)?.Number;
            case IArrayElementReferenceOperation:
                ReportExpression(syntax, ElementsChange);
                return null;
            case null or IInvalidOperation:
                // C# says why. Mistakes in known parts are still reported.
                reporter.Invalidate(syntax.GetLocation());
                return syntax is InvocationExpressionSyntax wrong ? (Call(wrong, isStatement: false) as Value)?.Number : null;
            default:
                ReportExpression(syntax, "of numbers only arithmetic, the functions of Math, constants, locals and helpers are known when the equations are compiled");
                return null;
        }
    }

    /// <summary>Sums of any length. It follows their left operands without recursion.</summary>
    object? Binary(IBinaryOperation binary, ExpressionSyntax whole)
    {
        var chain = new Stack<IBinaryOperation>();
        IOperation left = binary;
        while (left is IBinaryOperation { OperatorMethod: null, IsLifted: false, ConstantValue.HasValue: false } next)
        {
            chain.Push(next);
            left = next.LeftOperand;
        }
        object? value = Compute(left, whole);
        while (chain.Count > 0)
        {
            IBinaryOperation next = chain.Pop();
            ExpressionSyntax syntax = next.Syntax as ExpressionSyntax ?? whole;
            // As in C#, an operand that does not matter is not computed.
            if (value is bool known && (next.OperatorKind is BinaryOperatorKind.ConditionalAnd && !known || next.OperatorKind is BinaryOperatorKind.ConditionalOr && known))
                continue;
            object? right = Compute(next.RightOperand, syntax);
            if (value is null || right is null)
                return null;
            if (!inIndex && next.OperatorKind == BinaryOperatorKind.Divide && Arithmetic.IsRounded(value, right))
            {
                ReportExpression(syntax, "it is computed in integers, which round; write a const or a double");
                return null;
            }
            value = Arithmetic.Binary(next.OperatorKind, value, right, next.IsChecked) ?? Open(syntax);
        }
        return value;
    }

    object? Function(IInvocationOperation invocation, InvocationExpressionSyntax call)
    {
        var arguments = new object?[invocation.TargetMethod.Parameters.Length];
        bool known = true;
        foreach (IArgumentOperation argument in invocation.Arguments)
            known &= (arguments[argument.Parameter!.Ordinal] = Compute(argument.Value, call)) is not null;
        return known ? Arithmetic.Function(invocation.TargetMethod, arguments) ?? Open(call) : null;
    }

    object? Open(ExpressionSyntax expression)
    {
        ReportExpression(expression, "its value is not known when the equations are compiled");
        return null;
    }

    /// <summary>The value of a static readonly number: its initializer's, if nothing else can set it and the order of fields cannot matter.</summary>
    object? StaticField(IFieldSymbol symbol, ExpressionSyntax expression)
    {
        IFieldSymbol field = symbol.OriginalDefinition;
        usage.Read.Add(field);
        var declarator = field.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax(cells.Cancellation) as VariableDeclaratorSyntax;
        string? obstacle = declarator is null ? "it is a field of another assembly that is no const"
            : field.ContainingType.StaticConstructors.Any(c => !c.IsImplicitlyDeclared) ? $"the static constructor of {field.ContainingType.Name} may change it; make it a const"
            : fields.Any(f => !IsEarlier(field, f)) ? "its value depends on the order in which fields are set; make it a const"
            : null;
        if (obstacle is not null)
        {
            reporter.Report(Descriptors.Captured, expression.GetLocation(), Text(expression), obstacle);
            return null;
        }
        if (declarator!.Initializer is not { } initializer)
            return field.Type.SpecialType == SpecialType.System_Boolean ? false : Arithmetic.Convert(0, field.Type, isChecked: false);
        fields.Push(field);
        Value? value = Number(initializer.Value);
        fields.Pop();
        return (Converted(value, field.Type) as Value)?.Number;
    }

    /// <summary>The constants of a table: a static property that does nothing but give them.</summary>
    TableItem? ConstantTable(IPropertySymbol property, ExpressionSyntax expression)
    {
        SyntaxNode? syntax = property.OriginalDefinition.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax(cells.Cancellation);
        ExpressionSyntax? body = syntax is not PropertyDeclarationSyntax declaration ? null : declaration.ExpressionBody?.Expression
            ?? declaration.AccessorList?.Accessors.FirstOrDefault(a => a.IsKind(SyntaxKind.GetAccessorDeclaration))?.ExpressionBody?.Expression;
        IEnumerable<ExpressionSyntax?>? written = body switch
        {
            CollectionExpressionSyntax collection => collection.Elements.Select(e => (e as ExpressionElementSyntax)?.Expression),
            ArrayCreationExpressionSyntax { Initializer: { } elements } => elements.Expressions,
            ImplicitArrayCreationExpressionSyntax { Initializer: { } elements } => elements.Expressions,
            _ => null,
        };
        ITypeSymbol type = ((INamedTypeSymbol)property.Type).TypeArguments[0];
        if (written is null || written.Any(e => e is null) || !Arithmetic.IsKnown(type))
        {
            reporter.Report(Descriptors.Captured, expression.GetLocation(), Text(expression), "it is a property that is no table of constants: static ReadOnlySpan<double> Taps => [0.1, 0.2]");
            return null;
        }
        Item?[] values = [.. written.Select(e => Converted(Number(e!), type))];
        return values.All(v => v is Value) ? new TableItem([.. values.Cast<Value>()]) : null;
    }

    /// <summary>An element of a table of constants.</summary>
    object? ElementOfTable(ElementAccessExpressionSyntax access)
    {
        Item? whole = Read(access.Expression);
        if (whole is TableItem table)
            return Place(access, table.Elements.Count) is { } place ? table.Elements[place].Number : null;
        if (whole is not null)
            ReportExpression(access, OnlyArrays);
        return null;
    }

    static bool IsEarlier(IFieldSymbol field, IFieldSymbol than) =>
        SymbolEqualityComparer.Default.Equals(field.ContainingType, than.ContainingType)
        && field.Locations[0].SourceTree == than.Locations[0].SourceTree && field.Locations[0].SourceSpan.Start < than.Locations[0].SourceSpan.Start;
}
