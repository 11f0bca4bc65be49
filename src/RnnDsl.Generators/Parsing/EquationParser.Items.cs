using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using RnnDsl.Generators.Diagnostics;
using RnnDsl.Generators.Ir;

namespace RnnDsl.Generators.Parsing;

/// <summary>Elements of arrays, and tuples.</summary>
internal sealed partial class EquationParser
{
    /// <summary>The item for a field, or for an element of an array field.</summary>
    Item Item(Slot slot)
    {
        switch (slot)
        {
            case ParameterSlot { Parameter: var parameter }:
                return new Value(builder.Leaf(Op.Parameter, parameter.Shape, Domain.Parameters, parameter.Name));
            case StateSlot { State: var state }:
                if (!states.ContainsKey(state.Name))
                    usage.ReadBefore.Add(state.Name);
                return StateAfter(state);
            default:
                return new LayerItem((LayerSlot)slot);
        }
    }

    /// <summary>The parameter, state or layer that an array element stands for; null after a diagnostic.</summary>
    Slot? Element(ElementAccessExpressionSyntax access)
    {
        Item? whole = Read(access.Expression);
        if (whole is not ArrayItem array)
        {
            if (whole is not null)
                ReportExpression(access, "only arrays of the class have elements");
            return null;
        }
        if (access.ArgumentList.Arguments is not [{ Expression: { } index }])
        {
            reporter.Invalidate(access.GetLocation());
            return null;
        }
        bool fromEnd = index.IsKind(SyntaxKind.IndexExpression);
        ExpressionSyntax number = fromEnd ? ((PrefixUnaryExpressionSyntax)index).Operand : index;
        if (!IsNumber(number))
        {
            ReportExpression(access, "an element is taken by a number that is known when the equations are compiled");
            return null;
        }
        bool before = inIndex;
        inIndex = true;
        object? found = Computed(number);
        inIndex = before;
        if (found is not { } computed)
            return null;
        double place = fromEnd ? array.Elements.Count - Arithmetic.ToDouble(computed) : Arithmetic.ToDouble(computed);
        if (place >= 0 && place < array.Elements.Count)
            return array.Elements[(int)place];
        ReportExpression(access, $"there is no element {place.ToString(CultureInfo.InvariantCulture)}: {Text(access.Expression)} has {array.Elements.Count}");
        return null;
    }

    Item? Tuple(TupleExpressionSyntax tuple) => new TupleItem([.. tuple.Arguments.Select(a => Read(a.Expression))]);

    /// <summary>An element of a tuple, by its name.</summary>
    Item? TupleElement(IFieldSymbol element, ExpressionSyntax tuple)
    {
        string name = (element.CorrespondingTupleField ?? element).Name;
        return Read(tuple) is TupleItem items && int.TryParse(name.Substring(4), NumberStyles.None, CultureInfo.InvariantCulture, out int place) && place <= items.Elements.Count
            ? items.Elements[place - 1] : null;
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
