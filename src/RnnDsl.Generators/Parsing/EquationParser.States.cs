using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using RnnDsl.Generators.Diagnostics;
using RnnDsl.Generators.Ir;

namespace RnnDsl.Generators.Parsing;

/// <summary>The initial states of scans, and their final states.</summary>
internal sealed partial class EquationParser
{
    /// <summary>The argument for a parameter of a layer's method, by name or by index.</summary>
    static ExpressionSyntax? Argument(InvocationExpressionSyntax call, int place, string name)
    {
        SeparatedSyntaxList<ArgumentSyntax> arguments = call.ArgumentList.Arguments;
        return (arguments.FirstOrDefault(a => a.NameColon?.Name.Identifier.ValueText == name) ?? (place < arguments.Count && arguments[place].NameColon is null ? arguments[place] : null))?.Expression;
    }

    /// <summary>The memory that a cell looks into, as a whole sequence; empty for a cell without a memory; null after a diagnostic.</summary>
    Node[]? Memory(LayerDecl layer, InvocationExpressionSyntax call)
    {
        if (layer.Cell.Memory is not { } shape)
            return [];
        if (Argument(call, 1, CellModel.MemoryName) is not { } syntax)
        {
            reporter.Invalidate(call.GetLocation());
            return null;
        }
        if (Evaluate(syntax) is not { } value)
            return null;
        if (value.IsSequence && value.Shape == shape)
            return [value.Node.Shape.IsSequence ? value.Node : builder.Whole(value.Node)];
        reporter.Report(Descriptors.LayerInput, syntax.GetLocation(), Origin(syntax), $"{ElementName.Written(layer.Field)}.{KnownSymbols.Scan}", $"{Value.Describe(shape, true)} as its memory",
            Text(syntax), Describe(syntax, value), "");
        return null;
    }

    /// <summary>The values from which a scan's states start; empty without such an argument; null after a diagnostic.</summary>
    Node[]? Starts(LayerDecl layer, string called, InvocationExpressionSyntax call)
    {
        if (Argument(call, layer.Cell.Memory is null ? 1 : 2, "start") is not { } syntax)
            return [];
        Item? item = Read(syntax);
        if (item is StatesItem { Scan: { } run })
            return [builder.Shaped(Op.End, Shape.Scalar, new Argument.Named(CellSubstitution.AllStates), run)];
        if (item is not StatesItem { Values: var values })
        {
            if (item is not null)
                ReportExpression(syntax, "a scan starts from Start(…), or from what End gives");
            reporter.Invalidate(call.GetLocation());
            return null;
        }
        // The states of a type parameter are checked when a cell is given for it.
        StateDecl[] states = layer.Cell.Parameter is null ? [.. layer.Cell.DeclaredStates] : [.. values.Select(v => new StateDecl("", v?.Shape ?? Shape.Scalar, 0))];
        if (values.Count > states.Length)
        {
            ReportExpression(syntax, $"{layer.Cell.Name} has {(states.Length == 0 ? "no states" : $"the states {string.Join(", ", states.Select(s => s.Name))}")}, and {values.Count} are given to start from");
            return null;
        }
        var starts = new List<Node>();
        for (int i = 0; i < values.Count; i++)
        {
            if (values[i] is not { } value)
                return null;
            ExpressionSyntax given = syntax is InvocationExpressionSyntax { ArgumentList.Arguments: var written } && written.Count == values.Count ? written[i].Expression : syntax;
            if (value.IsSequence || value.Shape != states[i].Shape)
                reporter.Report(Descriptors.LayerInput, given.GetLocation(), Origin(given), called, $"{Value.Describe(states[i].Shape, false)} as the start of its state '{states[i].Name}'",
                    Text(given), Describe(given, value), "");
            else
                starts.Add(NodeOf(value));
        }
        return starts.Count == values.Count ? [.. starts] : null;
    }

    /// <summary>One of several states, by its index.</summary>
    Item? StateOf(ExpressionSyntax owner, SimpleNameSyntax member, InvocationExpressionSyntax call)
    {
        if (Read(owner) is not StatesItem { Values: var values, Scan: var run } || call.ArgumentList.Arguments is not [{ Expression: { } place }])
        {
            reporter.Invalidate(call.GetLocation());
            return null;
        }
        if (!IsNumber(place) || Computed(place) is not { } computed)
        {
            ReportExpression(place, "a state is taken by a number that is known when the equations are compiled");
            return null;
        }
        double index = Arithmetic.ToDouble(computed);
        bool scalar = member is not GenericNameSyntax;
        Shape? wanted = scalar ? Shape.Scalar : bindings.Type(call) is { } type ? Members.ReadShape(type, dims, call.GetLocation(), frame.Bound) : null;
        if (run is not null && index >= 0)
            return wanted is null ? null : new Value(builder.Shaped(Op.End, wanted, new Argument.Named(CellSubstitution.AllStates + index.ToString(CultureInfo.InvariantCulture)), run));
        if (index < 0 || index >= values.Count)
        {
            ReportExpression(call, $"there is no state {index}: there are {values.Count}");
            return null;
        }
        if (values[(int)index] is not { } value)
            return null;
        if (wanted is null || wanted == value.Shape)
            return value;
        ReportExpression(call, $"that state is {value.Shape.Describe()}");
        return Placeholder(wanted, Domain.Examples());
    }
}
