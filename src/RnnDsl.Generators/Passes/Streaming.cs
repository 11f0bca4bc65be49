using RnnDsl.Generators.Ir;
using RnnDsl.Generators.Ops;

namespace RnnDsl.Generators.Passes;

/// <summary>
/// Turns a forward graph into its streaming counterpart: one step of one example, whose result after t steps is the method's own result on the first t steps. The last value so far
/// is the one just computed. Sums over time become states.
/// </summary>
internal sealed class Streaming
{
    readonly GraphBuilder builder = new();
    Node? count;

    /// <summary>The shifts that start from a given value, and the values that they carry.</summary>
    readonly List<(Node Shift, Node Before)> begun = [];

    /// <summary>The graph of one step.</summary>
    public static Graph Run(Graph graph) => Simplify.Run(OrderSums.Run(new Streaming().Rewrite(graph)));

    public const string SeveralLengths = "reads sequences of different lengths, so that a step of one is no step of the other", SequencesAtSteps = "reads a sequence at every step",
        SomeSteps = "takes each k-th step (Every), so that not each step has an answer";

    /// <summary>
    /// Why a graph cannot be streamed, or null. After each step, a stream gives the answer that the method gives for the steps so far. It keeps states and sums, not the steps
    /// themselves, so nothing that it keeps may change when the sequence grows.
    /// </summary>
    public static string? Refuse(Graph graph)
    {
        if (graph.Nodes.Any(n => n.Domain.IsNested))
            return SequencesAtSteps;
        if (graph.Nodes.Any(n => n.Domain.Thinned is not null))
            return SomeSteps;
        if (graph.Nodes.Any(n => n.Op == Op.Whole))
            return "looks from a step at a whole sequence, to its end";
        if (graph.Nodes.Any(n => n is { Op: Op.Shift, IsForward: false } && graph.Input(n, 1).Op != Op.InitialState))
            return "looks at the next step (Next), which is not there yet";
        if (graph.Nodes.Any(n => n is { Op: Op.Shift, IsForward: false }))
            return "scans in reverse, so nothing is known before a sequence ends";
        bool[] grows = Growing(graph);
        foreach (Node node in graph.Nodes)
            if ((node.Op is Op.Shift or Op.First || node.Reduces(Over.Steps)) && node.Inputs.Any(i => grows[i]))
                return $"gives what depends on the whole sequence so far (its last step, or a mean over time) to {(node.Op == Op.Shift ? node.IsRecurrence ? "a recurrence" : "Previous" : node.Op == Op.First ? "First" : node.IsMax ? "a maximum over time" : "another mean over time")}, " +
                    "which every new step would change from the first step on";
        return null;
    }

    /// <summary>For each node: whether its value at a past step changes when a step is added, because it depends on the last step or on a sum over all steps.</summary>
    static bool[] Growing(Graph graph)
    {
        var grows = new bool[graph.Nodes.Count];
        // Operands come first, except what a shift carries; a growing value there is refused.
        foreach (Node node in graph.Nodes)
            grows[node.Id] = node.Op is Op.Last or Op.Length || node.Reduces(Over.Steps) || (node.Op != Op.Shift && node.Inputs.Any(i => grows[i]));
        return grows;
    }

    Graph Rewrite(Graph graph)
    {
        foreach (string equation in graph.Equations)
            builder.AddEquation(equation);
        Node[] copies = Simplify.CopyTo(builder, graph, null, (node, made) => node.Op switch
        {
            Op.Last => made[node.Inputs[0]],
            Op.First => First(made[node.Inputs[0]]),
            Op.Reduce when node.Sums(Over.Steps) => Total(made[node.Inputs[0]], node.Label),
            Op.Reduce when node.Reduces(Over.Steps) => Largest(made[node.Inputs[0]]),
            Op.Shift when graph.Input(node, 1).Op is not (Op.InitialState or Op.Constant) => AfterFirst(node, made[node.Inputs[1]]),
            Op.Length => Count,
            // A step is of one example, whose values stand in one order. That of some steps (Every) remains where equations do not read what they are given.
            Op.Broadcast when node.Domain is { IsExamples: true, Axis: > 0 } => builder.Broadcast(made[node.Inputs[0]], node.Shape, Domain.Examples()),
            Op.Reorder when node.Domain is { IsExamples: true, Axis: > 0 } => made[node.Inputs[0]],
            _ => null,
        });
        foreach ((Node shift, Node before) in begun)
            builder.Connect(before, copies[shift.Inputs[0]]);
        foreach (Node shift in graph.Nodes.Where(n => IsStepNumber(graph, n)))
            CountOn(copies[shift.Id]);
        builder.AddResult("return", copies[graph.Result("return").Id]);
        return builder.ToGraph();
    }

    /// <summary>The number of steps so far, including this one.</summary>
    Node Count => count ??= Total(builder.Constant(1), "count");

    /// <summary>The end of the label of a state that holds the rounding error of a sum.</summary>
    public const string Rounding = " rounding";

    /// <summary>A sum over the steps so far that carries its rounding error along (Kahan 1965). A stream has no end, and a plain sum of floats stops growing once a step's value is
    /// less than half a unit in its last place; a count stops at 2²⁴.</summary>
    Node Total(Node value, string? label)
    {
        Node before = State(value.Shape, label ?? "sum"), lost = State(value.Shape, (label ?? "sum") + Rounding);
        Node sum = Sum(before, lost, value, label ?? "sum");
        builder.Connect(before, sum);
        return sum;
    }

    Node Sum(Node before, Node lost, Node value, string label)
    {
        Node added = builder.Subtract(value, lost);
        Node sum = builder.Name(builder.Add(before, added), label);
        builder.Connect(lost, builder.Subtract(builder.Subtract(sum, before), added));
        return sum;
    }

    /// <summary>Whether a node is the number of the step (StepNumber) that a scan counts.</summary>
    static bool IsStepNumber(Graph graph, Node node) => node is { Op: Op.Shift, Label: StateDecl.StepNumber } && node.Shape.IsScalar && graph.Input(node, 1).Op == Op.InitialState
        && graph.Input(node, 0) is { Op: Op.Add } next && next.Inputs.Contains(node.Id) && next.Inputs.Any(i => graph[i].Is(1));

    /// <summary>Counts steps in the same way as <see cref="Total"/>, beyond what a float can count.</summary>
    void CountOn(Node before) =>
        builder.Connect(before, Sum(before, State(before.Shape, StateDecl.StepNumber + Rounding), builder.Constant(1), StateDecl.StepNumber));

    /// <summary>A value that is carried from step to step and starts from zero.</summary>
    Node State(Shape shape, string label) => builder.Name(builder.Shift(builder.Constant(0), forward: true, shape, Domain.Steps()), label);

    /// <summary>The value of the first step: computed there, then kept.</summary>
    Node First(Node value)
    {
        Node before = State(value.Shape, "first");
        Node kept = builder.Name(builder.SelectGreater(Count, builder.Constant(1), before, value), "first");
        builder.Connect(before, kept);
        return kept;
    }

    /// <summary>The largest value of the steps so far.</summary>
    Node Largest(Node value)
    {
        Node before = State(value.Shape, "largest");
        Node largest = builder.Name(builder.SelectGreater(Count, builder.Constant(1), builder.Apply(Op.Max, before, value), value), "largest");
        builder.Connect(before, largest);
        return largest;
    }

    /// <summary>The value of the previous step; at the first step, a given value.</summary>
    Node AfterFirst(Node shift, Node start)
    {
        Node before = State(shift.Shape, shift.Label ?? "previous");
        begun.Add((shift, before));
        return builder.SelectGreater(Count, builder.Constant(1), before, start);
    }

    /// <summary>Two stages of one region each: what depends on parameters alone, and the step. Products are made where their units are used.</summary>
    public static Schedule ScheduleStep(Graph graph)
    {
        var schedule = new Schedule(graph) { OneRow = true };
        var prepare = new Stage(StageKind.Prepare);
        var step = new Stage(StageKind.Step);
        foreach (Node node in graph.Nodes)
            if (OpTable.Kind(node) != OpKind.Leaf)
                (node.Domain.IsParameters && node.Op != Op.Shift ? prepare : step).Nodes.Add(node.Id);
        foreach (Stage stage in new[] { prepare, step })
        {
            var phase = new Phase();
            // A carried value that is the answer is stored before it is replaced.
            phase.Nodes.AddRange(stage.Nodes.Where(id => graph[id].Op != Op.Shift || schedule.IsResult(id)));
            phase.Carries.AddRange(stage.Nodes.Where(id => graph[id].Op == Op.Shift));
            stage.Phases.Add(phase);
            schedule.Stages.Add(stage);
        }
        return schedule;
    }
}
