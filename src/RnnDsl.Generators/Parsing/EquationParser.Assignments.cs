using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using RnnDsl.Generators.Diagnostics;
using RnnDsl.Generators.Ir;

namespace RnnDsl.Generators.Parsing;

/// <summary>Assignments: to states, locals, elements of arrays and tuples.</summary>
internal sealed partial class EquationParser
{
    Item? Assign(AssignmentExpressionSyntax assignment)
    {
        if (assignment.Left is TupleExpressionSyntax or DeclarationExpressionSyntax)
            return Deconstruct(assignment);
        if (!IsTarget(assignment.Left))
        {
            Evaluate(assignment.Right);
            ReportExpression(assignment.Left, "an equation assigns one state or one local");
            return null;
        }
        Target target = TargetOf(assignment.Left);
        Item? value;
        if (assignment.IsKind(SyntaxKind.SimpleAssignmentExpression))
            value = Read(assignment.Right);
        else if (bindings.Operation(assignment) is ICompoundAssignmentOperation { OperatorMethod: null } compound
            && Arithmetic.IsKnown(compound.Target.Type))
            value = Compounded(compound, assignment);
        else if (Operator(assignment.Kind()) is { } op)
            value = Binary(op, assignment.Left, Before(target), assignment.Right, Evaluate(assignment.Right), assignment);
        else
        {
            ReportExpression(assignment, $"'{assignment.OperatorToken.ValueText}' is no operator of equations");
            return null;
        }
        return Store(target, value, assignment.Right);
    }

    static bool IsTarget(ExpressionSyntax left) => left is IdentifierNameSyntax or ElementAccessExpressionSyntax or MemberAccessExpressionSyntax { Expression: ThisExpressionSyntax };

    /// <summary>The result of a compound assignment such as += to a number, in the number's own type.</summary>
    Value? Compounded(ICompoundAssignmentOperation compound, AssignmentExpressionSyntax assignment)
    {
        if (Evaluate(assignment.Left)?.Number is not { } x || Evaluate(assignment.Right)?.Number is not { } y)
            return null;
        // The count of a shift does not widen what is shifted, and booleans are what they are.
        bool isShift = compound.OperatorKind is BinaryOperatorKind.LeftShift or BinaryOperatorKind.RightShift or BinaryOperatorKind.UnsignedRightShift;
        SpecialType promoted = Arithmetic.Promoted(x, isShift ? x : y);
        if ((x is bool ? x : Arithmetic.Promote(x, promoted)) is { } left && (y is bool || isShift ? y : Arithmetic.Promote(y, promoted)) is { } right
            && Arithmetic.Binary(compound.OperatorKind, left, right, compound.IsChecked) is { } result
            && Arithmetic.Convert(result, compound.Target.Type, compound.IsChecked) is { } converted)
            return Known(converted, assignment);
        Open(assignment);
        return null;
    }

    /// <summary>Applies ++ or -- to a local, and returns the value of the expression.</summary>
    object? Incremented(IIncrementOrDecrementOperation increment, ExpressionSyntax whole)
    {
        if (increment.Target.Syntax is not ExpressionSyntax target || increment.Target is not (ILocalReferenceOperation or IParameterReferenceOperation) || Evaluate(target)?.Number is not { } before)
            return Open(whole);
        SpecialType promoted = Arithmetic.Promoted(before, 1);
        BinaryOperatorKind kind = increment.Kind == OperationKind.Increment ? BinaryOperatorKind.Add : BinaryOperatorKind.Subtract;
        if (Arithmetic.Promote(before, promoted) is not { } left || Arithmetic.Promote(1, promoted) is not { } one
            || Arithmetic.Binary(kind, left, one, increment.IsChecked) is not { } result
            || Arithmetic.Convert(result, increment.Target.Type, increment.IsChecked) is not { } after)
            return Open(whole);
        Store(TargetOf(target), Known(after, whole), target);
        return increment.IsPostfix ? before : after;
    }

    /// <summary>What an assignment assigns. As in C#, the indices of array elements are computed first, before the old value is read and the new one is computed.</summary>
    /// <param name="Syntax">The state, local or tuple.</param>
    /// <param name="Element">For an element of an array: the element; null after a diagnostic.</param>
    /// <param name="Parts">For a tuple: its elements.</param>
    sealed record Target(ExpressionSyntax Syntax, Slot? Element, Target[] Parts);

    Target TargetOf(ExpressionSyntax left) =>
        new(left, left is ElementAccessExpressionSyntax access ? Element(access) : null, left is TupleExpressionSyntax tuple ? [.. tuple.Arguments.Select(a => TargetOf(a.Expression))] : []);

    /// <summary>The value of a target before the assignment.</summary>
    Value? Before(Target target) =>
        target.Syntax is not ElementAccessExpressionSyntax ? Evaluate(target.Syntax) : target.Element is { } element ? Item(element) as Value : null;

    /// <summary>Assigns a state or local.</summary>
    /// <param name="to">The state or local.</param>
    /// <param name="item">The new value.</param>
    /// <param name="right">The expression of the new value.</param>
    Item? Store(Target to, Item? item, ExpressionSyntax right)
    {
        ExpressionSyntax left = to.Syntax;
        if (left is ElementAccessExpressionSyntax)
            return to.Element is not { } element ? item : element is StateSlot { State: var part } ? Store(part, item, right)
                : ReportReadOnly(left, element is LayerSlot ? "a layer" : Parameter, item);
        if (!IsTarget(left))
        {
            ReportExpression(left, "an equation assigns one state or one local");
            return item;
        }
        if (Symbol(left) is not { } target)
            return null;
        item = target switch { ILocalSymbol variable => Converted(item, variable.Type), IParameterSymbol variable => Converted(item, variable.Type), IFieldSymbol field => Converted(item, field.Type), _ => item };
        Slot? slot = members.Slot(target);
        if (slot is StateSlot { State: var state })
            return Store(state, item, right);
        if (target switch { ILocalSymbol local => local.Type, IParameterSymbol parameter when frame.Values.ContainsKey(parameter) => parameter.Type, _ => null } is { } held)
        {
            // A local that its first assignment declares implicitly has the shape of its type.
            if (item is null or Value && Members.ReadShape(held, dims, left.GetLocation(), frame.Bound) is { } shape)
                item = Fit(shape, KnownSymbols.IsSeq(held), item as Value, target.Name, right);
            if (target is ILocalSymbol)
                usage.Locals.Add(target);
            return frame.Values[target] = Named(item, target.Name);
        }
        if (KnownSymbols.IsStepNumber(target))
        {
            // C# says that it cannot be assigned.
            reporter.Invalidate(left.GetLocation());
            return item;
        }
        if (IsBroken(target))
            return item;
        string? what = slot is ParameterSlot ? Parameter : slot is LayerSlot ? "a layer"
            : members.IsDeclared(target) ? "an array, whose elements are assigned one by one," : null;
        if (what is not null)
            return ReportReadOnly(left, what, item);
        if (target is IDiscardSymbol)
            ReportExpression(left, "a value that is not needed is not computed");
        else
            reporter.Report(Descriptors.Captured, left.GetLocation(), Text(left), "it is neither a state nor a local");
        return item;
    }

    const string Parameter = "a parameter, which only training changes,";

    Item? ReportReadOnly(ExpressionSyntax left, string what, Item? item)
    {
        reporter.Report(Descriptors.ReadOnlyTarget, left.GetLocation(), left is MemberAccessExpressionSyntax { Name.Identifier.ValueText: var name } ? name : Text(left), what);
        return item;
    }

    Value Store(StateDecl state, Item? item, ExpressionSyntax right)
    {
        usage.Assigned.Add(state.Name);
        assignments++;
        Value value = Fit(state.Shape.OfStep, state.Shape.IsSequence, item as Value, ElementName.Written(state.Name), right);
        return states[state.Name] = value with { Node = builder.Name(value.Node, state.Name) };
    }

    /// <summary>Assigns the elements of a tuple: <c>var (a, b) = …</c>, <c>(h, c) = …</c>.</summary>
    Item? Deconstruct(AssignmentExpressionSyntax assignment)
    {
        Target target = TargetOf(assignment.Left);
        Item? right = Read(assignment.Right);
        Deconstruct(target, right, assignment.Right);
        return right;
    }

    void Deconstruct(Target target, Item? right, ExpressionSyntax syntax)
    {
        switch (target.Syntax)
        {
            case TupleExpressionSyntax:
                for (int i = 0; i < target.Parts.Length; i++)
                    Deconstruct(target.Parts[i], Part(right, i), Part(syntax, i));
                break;
            case DeclarationExpressionSyntax { Designation: var designation } declaration:
                Deconstruct(designation, declaration.Type, right, syntax);
                break;
            case IdentifierNameSyntax { Identifier.ValueText: "_" } discard when bindings.Symbol(discard).Symbol is null or IDiscardSymbol:
                break;
            default:
                Store(target, right, syntax);
                break;
        }
    }

    void Deconstruct(VariableDesignationSyntax designation, TypeSyntax type, Item? right, ExpressionSyntax syntax)
    {
        if (designation is ParenthesizedVariableDesignationSyntax several)
            for (int i = 0; i < several.Variables.Count; i++)
                Deconstruct(several.Variables[i], type, Part(right, i), Part(syntax, i));
        else if (designation is SingleVariableDesignationSyntax single && Semantics(single).GetDeclaredSymbol(single, cells.Cancellation) is ILocalSymbol local)
            Declare(local, right, type, syntax);
    }

    static Item? Part(Item? item, int place) => item is TupleItem { Elements: var elements } && place < elements.Count ? elements[place] : null;

    static ExpressionSyntax Part(ExpressionSyntax syntax, int place) =>
        syntax is TupleExpressionSyntax { Arguments: var arguments } && place < arguments.Count ? arguments[place].Expression : syntax;
}
