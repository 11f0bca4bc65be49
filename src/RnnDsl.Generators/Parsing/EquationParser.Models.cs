using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using RnnDsl.Generators.Diagnostics;
using RnnDsl.Generators.Ir;

namespace RnnDsl.Generators.Parsing;

/// <summary>Models as layers. The graph of the called method replaces the call, with its cells and parameters under the layer's path.</summary>
internal sealed partial class EquationParser
{
    Item? ModelCall(LayerSlot layer, ExpressionSyntax receiver, InvocationExpressionSyntax call)
    {
        if (Method(call) is not { } called)
            return null;
        // For a method that returns a tuple: its elements.
        MethodModel[] elements = [.. layer.Model!.Methods.Where(m => m.Call.Method == called.Name)];
        if (layer.Model.IsBroken)
        {
            reporter.InvalidateElsewhere();
            return null;
        }
        if (elements.Length == 0)
        {
            string[] known = [.. layer.Model.Methods.Select(m => m.Call.Method).Distinct()];
            ReportExpression(call, $"{called.Name} is not compiled in {layer.Type}, whose compiled methods take and return Vec, Seq and Scalar" + (known.Length == 0 ? "" : $": {string.Join(", ", known)}"));
            return null;
        }
        MethodModel method = elements[0];
        if (Ordered(called, call) is not { } arguments || arguments.Length != method.Inputs.Count)
        {
            reporter.Invalidate(call.GetLocation());
            return null;
        }
        Value?[] values = Values(arguments, i => Default(Body(called).Parameters[i]));
        var inputs = new Dictionary<string, Node>();
        for (int i = 0; i < values.Length; i++)
            if (values[i] is { } value && Input(layer, method, method.Inputs[i], value, arguments[i] ?? call, receiver) is { } node)
                inputs.Add(method.Inputs[i].Name, node);
        if (inputs.Count < values.Length)
            return Results(elements.Select(e => Placeholder(e.Result.Shape, e.Result.Domain)));
        Counts = CountedSteps.After(Counts, method.Counts, builder, inputs);
        Node[] copies = Splice(method.Graph, layer.Name.Length == 0 ? "" : layer.Name + ".", inputs);
        return Results(elements.Select(e => new Value(copies[e.Graph.Result("return").Id])));

        Item Results(IEnumerable<Value> values) => method.Call.Element.Length == 0 ? values.First() : new TupleItem([.. values]);
    }

    /// <summary>The node that the method's graph gets as an input; null after a diagnostic.</summary>
    Node? Input(LayerSlot layer, MethodModel method, ValueDecl input, Value value, ExpressionSyntax argument, ExpressionSyntax receiver)
    {
        bool isSequence = input.Domain.IsSteps, isOneHot = value.Node.Op == Op.OneHot;
        if (value.Shape != input.Written || value.IsSequence != isSequence)
            reporter.Report(Descriptors.LayerInput, argument.GetLocation(), Origin(argument) ?? Origin(receiver), layer.Name.Length == 0 ? method.Call.Method : $"{ElementName.Written(layer.Name)}.{method.Call.Method}",
                $"{Value.Describe(input.Written, isSequence)} as '{input.Name}'", Text(argument), Describe(argument, value), "");
        else if (input.Units is not null && !isOneHot)
            ReportExpression(argument, $"{layer.Type}.{method.Call.Method} takes one-hot vectors as '{input.Name}', and these are none; leave [OneHot] out there");
        else if (input is { Units: null, Target: not null } && isOneHot)
            ReportExpression(argument, $"the loss {layer.Type}.{method.Call.Method} takes '{input.Name}' as its target, and these are one-hot vectors; mark it [OneHot] there");
        else
        {
            AddTarget(value.Node, input.Target);
            return input.Units is null ? value.Node : builder.Input(value.Node, 0);
        }
        return null;
    }

    /// <summary>Records that an input of the method is the target of a loss.</summary>
    void AddTarget(Node labels, string? asked)
    {
        if (asked is not null && (labels.Op == Op.OneHot ? builder.Input(labels, 0) : labels) is { Op: Op.Input } target)
            Targets[target.Name] = Targets.TryGetValue(target.Name, out string? other) && other == "Distribution" ? other : asked;
    }

    /// <summary>Copies a method's graph. Its axes become those of the sequences that it is given.</summary>
    Node[] Splice(Graph graph, string path, Dictionary<string, Node> inputs)
    {
        int equation = builder.Equation;
        int[] texts = [.. graph.Equations.Select(EquationOf)];
        var axes = new Dictionary<int, int>();
        var steps = new Dictionary<string, Dim>();
        foreach (Node leaf in graph.Nodes.Where(n => n.Op == Op.Input && n.Domain.IsSteps))
            Tie(leaf.Axis, GraphBuilder.AxisOf(inputs[leaf.Name]));
        foreach (Domain nested in graph.Nodes.Where(n => n.Op == Op.Input && n.Domain.IsNested).Select(n => n.Domain))
            Tie(nested.OuterAxis, builder.ParentOf(axes[nested.Axis]));
        var copies = new Node[graph.Nodes.Count];
        foreach (Node node in graph.Nodes)
        {
            builder.Equation = node.Equation < 0 ? equation : texts[node.Equation];
            Node[] x = [.. node.Inputs.Select(i => copies[i])];
            copies[node.Id] = node.Op switch
            {
                Op.Input => inputs[node.Name],
                Op.Parameter => builder.Leaf(Op.Parameter, node.Shape, Domain.Parameters, path + node.Name),
                Op.Length => builder.Leaf(Op.Length, node.Shape, Domain.Examples(On(node))),
                Op.Scan or Op.ScanReversed or Op.Map => builder.Name(builder.Shaped(node.Op, node.Shape, new Argument.Named(path + node.Name), x), node.Label),
                // Each call of a method drops units anew.
                Op.Dropout => builder.Name(builder.Dropout(x[0], node.Mask.Rate), node.Label),
                Op.Broadcast => builder.Broadcast(x[0], node.Shape, Domain.Join(node.Domain, x[0].Domain).OnAxis(On(node))),
                Op.Every => builder.Name(builder.Every(x[0], node.Stride.Steps), node.Label),
                // The order of examples is determined when everything is inlined.
                Op.Reorder when node.Domain.IsSteps => builder.Unnest(x[0]),
                Op.Reorder when node.Domain.IsNested => builder.Nest(x[0], On(node)),
                Op.Reorder => x[0],
                _ => builder.Copy(node with { Shape = node.Shape.Rename(steps) }, x),
            };
            if (node.Op == Op.Every)
                Tie(node.Axis, GraphBuilder.AxisOf(copies[node.Id]));
        }
        builder.Equation = equation;
        return copies;

        int On(Node node) => axes.TryGetValue(node.Axis, out int here) ? here
            : node.Domain.IsSteps || node.Op == Op.Length ? throw new InvalidOperationException($"Axis {node.Axis} of '{path}' is that of no input, and of no steps that are taken of one.") : 0;

        // Identifies an axis of the method's graph with an axis here.
        void Tie(int axis, int here)
        {
            if (axes.TryGetValue(axis, out int known))
                builder.Join(known, here);
            else
            {
                axes.Add(axis, here);
                steps.Add(Dim.Steps(axis).Text, Dim.Steps(here));
            }
        }
    }

    /// <summary>The index of an equation's text. Each text has one index only.</summary>
    int EquationOf(string text)
    {
        if (!equations.TryGetValue(text, out int equation))
            equations.Add(text, equation = builder.AddEquation(text));
        return equation;
    }
}
