using RnnDsl.Generators.Ir;
using RnnDsl.Generators.Ops;

namespace RnnDsl.Generators.Parsing;

/// <summary>Finds the input whose steps a loss function averages over.</summary>
internal static class CountedSteps
{
    /// <summary>The counted steps after one more loss function. The first loss whose target is a sequence decides.</summary>
    public static StepCount? After(StepCount? before, Intrinsic intrinsic, GraphBuilder graph, Node prediction, Node target)
    {
        if (intrinsic.Rule != ArgumentRule.Loss || before?.Input is not null)
            return before;
        if (!prediction.Domain.IsSteps && !target.Domain.IsSteps)
            return new StepCount(null);
        if (intrinsic.CountsLabels && target.Op == Op.OneHot)
            return OfLabels(graph, graph.Input(target, 0));
        return (InputOf(graph, target) ?? InputOf(graph, prediction)) is { } input ? new StepCount(input.Name) : before;
    }

    /// <summary>The same after a loss of a layer, which receives these values as its inputs.</summary>
    public static StepCount? After(StepCount? before, StepCount? ofLayer, GraphBuilder graph, IReadOnlyDictionary<string, Node> inputs)
    {
        if (ofLayer is null || before?.Input is not null)
            return before;
        if (ofLayer.Input is null)
            return ofLayer;
        Node given = inputs[ofLayer.Input];
        if (!ofLayer.Labels)
            return InputOf(graph, given) is { } input ? new StepCount(input.Name) : before;
        StepCount? labels = OfLabels(graph, given);
        // If both are shifted, nothing is known about their common steps.
        return labels is null ? before : labels is { First: 0, Last: 0 } ? ofLayer with { Input = labels.Input } : ofLayer is { First: 0, Last: 0 } ? labels : before;
    }

    /// <summary>Labels that are shifted along the sequence leave it at one end.</summary>
    static StepCount? OfLabels(GraphBuilder graph, Node labels)
    {
        // The outermost shift comes last, so shifts are read from the inside out.
        var shifts = new Stack<bool>();
        for (; labels.Op == Op.Shift; labels = graph.Input(labels, 0))
            shifts.Push(labels.IsForward);
        int by = 0, first = 0, last = 0;
        foreach (bool forward in shifts)
        {
            by += forward ? 1 : -1;
            first = Math.Max(first, -by);
            last = Math.Max(last, by);
        }
        return labels.Op == Op.Input ? new StepCount(labels.Name, Labels: true, first, last) : null;
    }

    /// <summary>An input that has the steps of a sequence.</summary>
    static Node? InputOf(GraphBuilder graph, Node node)
    {
        var open = new Stack<Node>([node]);
        var seen = new HashSet<int>();
        while (open.Count > 0)
        {
            Node next = open.Pop();
            if (!next.Domain.IsSteps || !seen.Add(next.Id))
                continue;
            if (next.Op == Op.Input)
                return next;
            foreach (int input in next.Inputs)
                open.Push(graph[input]);
        }
        return null;
    }
}
