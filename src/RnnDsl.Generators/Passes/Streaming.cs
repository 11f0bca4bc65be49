using RnnDsl.Generators.Ir;
using RnnDsl.Generators.Ops;

namespace RnnDsl.Generators.Passes;

/// <summary>
/// Makes the streaming twin of a forward graph: one step of one example, whose result after t steps is the method's own on the first t steps.
/// The last value so far is the one just made; sums over time become states.
/// </summary>
internal sealed class Streaming
{
    readonly GraphBuilder builder = new();
    Node? count;

    /// <summary>The graph of one step, or null if a scan runs in reverse: then no result is known before the end.</summary>
    public static Graph? Run(Graph graph) =>
        graph.Nodes.Any(n => n is { Op: Op.Shift, IsForward: false }) ? null : Simplify.Run(OrderSums.Run(new Streaming().Rewrite(graph)));

    Graph Rewrite(Graph graph)
    {
        foreach (string equation in graph.Equations)
            builder.AddEquation(equation);
        Node[] copies = Simplify.CopyTo(builder, graph, null, (node, made) => node.Op switch
        {
            Op.Last => made[node.Inputs[0]],
            Op.First => First(made[node.Inputs[0]]),
            Op.SumTime => Total(made[node.Inputs[0]], node.Label),
            Op.Length => Count,
            _ => null,
        });
        builder.AddResult("return", copies[graph.Result("return").Id]);
        return builder.ToGraph();
    }

    /// <summary>Steps so far, this one included.</summary>
    Node Count => count ??= Total(builder.Constant(1), "count");

    /// <summary>Ends the label of a state that holds what rounding took from a sum.</summary>
    public const string Rounding = " rounding";

    /// <summary>A sum over the steps so far, with what rounding took from it carried on (Kahan 1965): a stream has no end, and a bare sum of floats stands still once a
    /// step's value is less than half a unit of its last place, a count at 2²⁴.</summary>
    Node Total(Node value, string? label)
    {
        Node before = Carried(label ?? "sum"), lost = Carried((label ?? "sum") + Rounding);
        Node added = builder.Subtract(value, lost);
        Node sum = builder.Name(builder.Add(before, added), label ?? "sum");
        builder.Connect(before, sum);
        builder.Connect(lost, builder.Subtract(builder.Subtract(sum, before), added));
        return sum;

        Node Carried(string name) => builder.Name(builder.Shift(builder.Constant(0), forward: true, value.Shape), name);
    }

    /// <summary>The value of the first step: made there, then kept.</summary>
    Node First(Node value)
    {
        Node before = builder.Name(builder.Shift(builder.Constant(0), forward: true, value.Shape), "first");
        Node kept = builder.Name(builder.SelectGreater(Count, builder.Constant(1), before, value), "first");
        builder.Connect(before, kept);
        return kept;
    }

    /// <summary>Two stages, what depends on parameters alone and the step, each of one region: products are made where their units are used.</summary>
    public static Schedule Levels(Graph graph)
    {
        var schedule = new Schedule(graph) { OneRow = true };
        var prepare = new Stage(StageKind.Prepare);
        var step = new Stage(StageKind.Step);
        foreach (Node node in graph.Nodes)
            if (OpTable.Kind(node) != OpKind.Leaf)
                (node.Space == Space.Parameter && node.Op != Op.Shift ? prepare : step).Nodes.Add(node.Id);
        foreach (Stage stage in new[] { prepare, step })
        {
            var phase = new Phase();
            phase.Nodes.AddRange(stage.Nodes.Where(id => graph[id].Op != Op.Shift));
            phase.Carries.AddRange(stage.Nodes.Where(id => graph[id].Op == Op.Shift));
            stage.Phases.Add(phase);
            schedule.Stages.Add(stage);
        }
        return schedule;
    }
}
