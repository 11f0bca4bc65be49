using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using RnnDsl.Generators.Ir;

namespace RnnDsl.Generators.Parsing;

/// <summary>Elements of arrays, and tuples.</summary>
internal sealed partial class EquationParser
{
    const string OnlyArrays = "only arrays of the class and tables of constants have elements";

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
                ReportExpression(access, OnlyArrays);
            return null;
        }
        return Place(access, array.Elements.Count) is { } place ? array.Elements[place] : null;
    }

    /// <summary>The number of the element that an access takes, of an array of so many; null after a diagnostic.</summary>
    int? Place(ElementAccessExpressionSyntax access, int count)
    {
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
        double place = fromEnd ? count - Arithmetic.ToDouble(computed) : Arithmetic.ToDouble(computed);
        if (place >= 0 && place < count)
            return (int)place;
        ReportExpression(access, $"there is no element {place.ToString(CultureInfo.InvariantCulture)}: {Text(access.Expression)} has {count}");
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
}
