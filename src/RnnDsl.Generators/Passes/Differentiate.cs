using RnnDsl.Generators.Ir;
using RnnDsl.Generators.Ops;

namespace RnnDsl.Generators.Passes;

/// <summary>
/// Reverse-mode differentiation of the whole graph. The adjoint of a shift is a shift in the other direction. Backpropagation through time is therefore a graph of the same kind,
/// and all later passes treat it like the forward graph.
/// </summary>
internal sealed class Differentiate : Adjoints
{
    readonly Dictionary<int, List<Node>> contributions = [];
    readonly Dictionary<int, Node> adjointShifts = [];

    /// <summary>For the operand of a shift and the shift's direction: the adjoint of the first such shift.</summary>
    readonly Dictionary<(int, bool), int> adjointOf = [];
    readonly Dictionary<int, List<Node>> initials = [];
    readonly Dictionary<int, string> argumentOf = [];
    readonly HashSet<string> untrained;
    bool[] wanted = [];

    Differentiate(GraphBuilder builder, HashSet<string> untrained) : base(builder) => this.untrained = untrained;

    /// <summary>
    /// Adds a result "gradient:NAME" for each parameter. A matrix may have several, which are summed: one for each of its products, and one for everything else that is computed
    /// from it. With <paramref name="inputs"/>, the gradient of the result is given by the caller, and "input:NAME" and "initial:STATE" are results too. Parameters that are
    /// <paramref name="untrained"/> have no gradient.
    /// </summary>
    /// <param name="graph">The graph.</param>
    /// <param name="inputs">Whether the gradients of inputs are wanted.</param>
    /// <param name="untrained">Names of parameters that have no gradient.</param>
    /// <param name="eachWeight">For a loss: whether each example has a weight of its own, rather than all the same.</param>
    public static Graph Run(Graph graph, bool inputs, HashSet<string> untrained, bool eachWeight = false)
    {
        // Most nodes have a derivative of one or two nodes.
        var builder = new GraphBuilder(3 * graph.Nodes.Count);
        foreach (string equation in graph.Equations)
            builder.AddEquation(equation);
        Node[] copies = Simplify.CopyTo(builder, graph);
        var pass = new Differentiate(builder, untrained);
        Node root = builder[copies[graph.Results.First(r => r.Name == "return").Node].Id];
        pass.Backward(root, inputs, eachWeight);
        foreach (Result result in graph.Results)
            builder.AddResult(result.Name, builder[copies[result.Node].Id]);
        pass.AddResults(inputs, copies.Length);
        return builder.ToGraph();
    }

    void Backward(Node root, bool inputs, bool eachWeight)
    {
        int count = Builder.Count;
        wanted = Wanted(count, inputs);
        bool[] relevant = Relevant(root, count);
        for (int id = 0; id < count; id++)
            if (Builder[id] is { Label: string label, Inputs.Count: 1 } function && OpTable.Kind(function) == OpKind.Elementwise)
                argumentOf[function.Inputs[0]] = label;
        for (int id = 0; id < count; id++)
        {
            Node shift = Builder[id];
            if (shift.Op != Op.Shift || !wanted[id] || !relevant[id])
                continue;
            Builder.Equation = Operand(shift, 0).Equation;
            Node adjoint = Builder.Name(Builder.Shift(Builder.Constant(0), !shift.IsForward, shift.Shape, shift.Domain), shift.Label is null ? null : "d" + shift.Label);
            adjointShifts.Add(id, adjoint);
            // This does not hold for Previous and Next: their adjoints are complete before all gradients at the end of their operand have arrived.
            if (shift.IsRecurrence && !adjointOf.ContainsKey((shift.Inputs[0], shift.IsForward)))
                adjointOf.Add((shift.Inputs[0], shift.IsForward), adjoint.Id);
            Add(Operand(shift, 0), adjoint);
        }
        Builder.Equation = -1;
        Add(root, root.Shape.IsScalar && !inputs
            ? Builder.Leaf(Op.ExampleWeight, Shape.Scalar, Domain.Examples(), eachWeight ? new Argument.PerExample() : Argument.None)
            : Builder.Leaf(Op.OutputGradient, root.Shape, root.Domain));
        for (int id = count - 1; id >= 0; id--)
        {
            Node node = Builder[id];
            if (!wanted[id] || OpTable.Get(node.Op).Adjoint is not Action<Adjoints, Node, Node> rule)
                continue;
            Builder.Equation = node.Equation;
            Node? gradient = Total(node);
            if (gradient is null && adjointShifts.ContainsKey(id))
                gradient = Builder.Constant(0);
            if (gradient is not null)
                rule(this, node, Named(Builder.Broadcast(gradient, node.Shape, node.Domain), node));
        }
    }

    /// <summary>Names a gradient after its value: "di", or "di_pre" for the gradient of the argument of the nonlinearity that makes i.</summary>
    Node Named(Node gradient, Node of)
    {
        if (of.Label is not null)
            return Builder.Name(gradient, "d" + of.Label);
        return argumentOf.TryGetValue(of.Id, out string? label) ? Builder.Name(gradient, $"d{label}_pre") : gradient;
    }

    public override void Add(Node operand, Node gradient)
    {
        if (operand.Id >= wanted.Length || !wanted[operand.Id])
            return;
        if (operand.Shape.IsScalar && !gradient.Shape.IsScalar)
            gradient = Builder.Sum(gradient, Over.Units);
        if (operand.Domain.IsExamples && gradient.Domain.IsSteps)
            gradient = Builder.Sum(gradient, Over.Steps);
        if (!contributions.TryGetValue(operand.Id, out List<Node>? list))
            contributions.Add(operand.Id, list = []);
        list.Add(gradient);
    }

    public override void AddShift(Node shift, Node gradient)
    {
        Node adjoint = adjointShifts[shift.Id];
        Node operand = Builder.Broadcast(gradient, shift.Shape, shift.Domain);
        Node? initial = initials.TryGetValue(adjoint.Id, out List<Node>? list) ? list.Aggregate(Builder.Add) : null;
        Builder.Connect(adjoint, operand, initial);
        Node start = Operand(shift, 1);
        if (wanted[start.Id])
            Add(start, Builder.Apply(Op.Final, Builder[adjoint.Id]));
    }

    public override void AddAtEnd(Node sequence, Node gradient, bool last)
    {
        // A gradient at the end at which the adjoint recurrence starts is the initial value of that recurrence.
        if (adjointOf.TryGetValue((sequence.Id, last), out int adjoint))
        {
            if (!initials.TryGetValue(adjoint, out List<Node>? list))
                initials.Add(adjoint, list = []);
            list.Add(gradient);
            return;
        }
        Add(sequence, Builder.Apply(last ? Op.AtLastStep : Op.AtFirstStep, gradient));
    }

    /// <summary>The sum of all contributions to a node's gradient, or null. Contributions of one domain are summed before they are reduced to a parameter's domain.</summary>
    Node? Total(Node node) => contributions.TryGetValue(node.Id, out List<Node>? list) ? Total(node, list) : null;

    Node Total(Node node, IEnumerable<Node> list)
    {
        if (!node.Domain.IsParameters)
            return list.Aggregate(Builder.Add);
        IEnumerable<Node> sums = list.GroupBy(g => g.Domain.IsSteps || g.Domain.IsNested ? g.Domain : g.Domain.OnAxis(0)).Select(group =>
        {
            Node sum = group.Aggregate(Builder.Add);
            return group.Key.IsParameters ? sum : Builder.Sum(sum, Over.Domain);
        });
        return sums.Aggregate(Builder.Add);
    }

    void AddResults(bool inputs, int count)
    {
        for (int id = 0; id < count && id < wanted.Length; id++)
        {
            Node leaf = Builder[id];
            if (!wanted[id] || !contributions.TryGetValue(id, out List<Node>? list))
                continue;
            if (leaf.Op == Op.Parameter && leaf.Shape.IsMatrix)
            {
                foreach (Node outer in list.Where(OpTable.IsOuter))
                    Builder.AddResult("gradient:" + leaf.Name, outer);
                Node[] others = [.. list.Where(g => !OpTable.IsOuter(g))];
                if (others.Length > 0)
                    Builder.AddResult("gradient:" + leaf.Name, Builder.Broadcast(Total(leaf, others), leaf.Shape, Domain.Parameters));
            }
            else if (leaf.Op == Op.Parameter)
                Builder.AddResult("gradient:" + leaf.Name, Builder.Broadcast(Total(leaf)!, leaf.Shape, Domain.Parameters));
            else if (inputs && leaf.Op == Op.Input)
                Builder.AddResult("input:" + leaf.Name, Builder.Broadcast(Total(leaf)!, leaf.Shape, leaf.Domain));
            else if (inputs && leaf.Op == Op.InitialState)
                Builder.AddResult("initial:" + leaf.Name, Builder.Broadcast(Total(leaf)!, leaf.Shape, leaf.Domain));
        }
    }

    /// <summary>The nodes that depend, also through time, on a leaf whose gradient is wanted.</summary>
    bool[] Wanted(int count, bool inputs)
    {
        var result = new bool[count];
        var users = new List<int>?[count];
        var open = new Stack<int>();
        for (int id = 0; id < count; id++)
        {
            Node node = Builder[id];
            foreach (int input in node.Inputs)
                (users[input] ??= []).Add(id);
            if ((node.Op == Op.Parameter && !untrained.Contains(node.Name)) || (inputs && (node.Op is Op.Input or Op.InitialState)))
                open.Push(id);
        }
        while (open.Count > 0)
        {
            int id = open.Pop();
            if (result[id] || Builder[id].Op == Op.StopGradient)
                continue;
            result[id] = true;
            foreach (int user in users[id] ?? [])
                open.Push(user);
        }
        return result;
    }

    /// <summary>Nodes that the root depends on.</summary>
    bool[] Relevant(Node root, int count)
    {
        var result = new bool[count];
        var open = new Stack<int>([root.Id]);
        while (open.Count > 0)
        {
            int id = open.Pop();
            if (result[id])
                continue;
            result[id] = true;
            foreach (int input in Builder[id].Inputs)
                open.Push(input);
        }
        return result;
    }
}
