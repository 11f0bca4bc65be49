using RnnDsl.Generators.Ops;

namespace RnnDsl.Generators.Ir;

// Axes: which sequences have the same steps, and in which order values of examples stand.
internal sealed partial class GraphBuilder
{
    /// <summary>Only while equations are read: for each axis, an axis that it is joined with. The last one of such a chain points to itself.</summary>
    readonly List<int> joined = [];

    /// <summary>For each axis within another: the outer axis.</summary>
    readonly Dictionary<int, int> parents = [];

    /// <summary>The axis that an axis is within; -1 if its sequences are those of examples.</summary>
    public int ParentOf(int axis) => parents.TryGetValue(KeepsForm && axis < joined.Count ? Find(axis) : axis, out int of) ? of : -1;

    /// <summary>Turns one value per sequence of an inner axis into a sequence along the outer axis.</summary>
    public Node Unnest(Node value) => value.Op == Op.Reorder && Input(value, 0).Domain is { IsSteps: true } domain && domain.Axis == ParentOf(value.Axis) ? Input(value, 0)
        : Make(Op.Reorder, Ids([value]), value.Shape, Domain.Steps(ParentOf(value.Axis)), Argument.None);

    /// <summary>Turns a sequence along an outer axis into one value per sequence of the inner axis.</summary>
    public Node Nest(Node value, int axis) => value.Op == Op.Reorder && Input(value, 0) is { Domain: { IsExamples: true, IsNested: true } } nested && nested.Axis == axis ? nested
        : Make(Op.Reorder, Ids([value]), value.Shape, Domain.Examples(axis), Argument.None);

    /// <summary>The number of steps of each example along an axis, in the order of another axis's sequences.</summary>
    Node LengthOf(int axis, int order) =>
        axis == order ? Leaf(Op.Length, Shape.Scalar, Domain.Examples(order)) : Leaf(Op.Size, Shape.Scalar, Domain.Examples(order), new Argument.Extent(Dim.Steps(axis)));

    /// <summary>A value of each example, put into the order of an axis's sequences.</summary>
    public Node Reorder(Node value, int axis)
    {
        if (value.Axis == axis || !value.Domain.IsExamples)
            return value;
        if (ParentOf(axis) is >= 0 and var parent)
            return Nest(value.Domain.IsNested ? Unnest(value) : Broadcast(value, value.Shape, Domain.Steps(parent)), axis);
        if (value.Op == Op.ExampleWeight)
            return Leaf(Op.ExampleWeight, value.Shape, value.Domain.OnAxis(axis), value.Argument);
        if (value.Op == Op.Length || (value.Op == Op.Size && value.Dim.IsSteps))
            return LengthOf(value.Op == Op.Length ? value.Axis : value.Dim.Axis, axis);
        if (value.Op == Op.Reorder && Input(value, 0).Axis == axis)
            return Input(value, 0);
        // Via the order of the examples themselves.
        Node from = value.Axis != 0 && axis != 0 ? Reorder(value, 0) : value;
        return Make(Op.Reorder, Ids([from]), value.Shape, value.Domain.OnAxis(axis), Argument.None);
    }

    /// <summary>
    /// Brings all operands of an operation to the steps of one axis, and values of examples to the order of that axis's sequences. While equations are read, an operation joins the
    /// axes of its input sequences. Afterwards, values in another order are reordered. Values of examples alone are combined in the order of the examples, unless all of them stand
    /// in one other order.
    /// </summary>
    Node[] OnOneAxis(Node[] operands, out int axis)
    {
        axis = 0;
        int[] sequences = [.. operands.Where(o => o.Domain.IsSteps).Select(o => o.Axis)];
        if (KeepsForm)
        {
            foreach (int other in sequences)
                Join(sequences[0], other);
            axis = sequences.Length > 0 ? sequences[0] : operands.FirstOrDefault(o => o.Domain.IsNested)?.Axis ?? 0;
            return operands;
        }
        // The weight of an example is there in each order, so it decides only where nothing else does.
        int[] orders = [.. operands.Where(o => o.Domain.IsExamples && o.Op != Op.ExampleWeight).DefaultIfEmpty(operands.FirstOrDefault(o => o.Op == Op.ExampleWeight)).OfType<Node>().Select(o => o.Axis).Distinct()];
        int order = axis = sequences.Length > 0 ? sequences[0] : orders.Length == 1 ? orders[0] : operands.FirstOrDefault(o => o.Domain is { IsNested: true, IsExamples: true })?.Axis ?? 0;
        if (sequences.Any(s => s != order))
            throw new InvalidOperationException("Sequences of different lengths do not fit.");
        return [.. operands.Select(o => Reorder(o, order))];
    }

    /// <summary>The domain together with the axis that its axis is within. Nodes copied from another graph bring this information with them.</summary>
    Domain Nested(Domain domain)
    {
        if (domain.IsNested && !KeepsForm)
            parents[domain.Axis] = domain.OuterAxis;
        domain = Thin(domain);
        return domain.IsParameters || ParentOf(domain.Axis) is not (>= 0 and var of) ? domain : domain.Within(of);
    }

    int Find(int axis)
    {
        while (joined[axis] != axis)
            axis = joined[axis];
        return axis;
    }

    /// <summary>Makes two axes one.</summary>
    public void Join(int axis, int other)
    {
        int first = Find(axis), second = Find(other);
        if (first == second)
            return;
        JoinThinned(first, second);
        if (ParentOf(first) is var of && ParentOf(second) is var within && of >= 0 && within >= 0)
            Join(of, within);
        else if (of >= 0 || within >= 0)
            throw new WholeSequenceException(Op.Reorder);
        joined[Math.Max(first, second)] = Math.Min(first, second);
        Merge();
    }

    /// <summary>The graph in which joined axes are one axis, numbered in the order of the inputs. Nodes that differed only in joined axes are shared.</summary>
    Graph Numbered()
    {
        int[] roots = [.. Enumerable.Range(0, joined.Count).Where(a => joined[a] == a)];
        var copy = new GraphBuilder(nodes.Count) { KeepsForm = true };
        foreach (string equation in equations)
            copy.AddEquation(equation);
        copy.joined.AddRange(Enumerable.Range(0, roots.Length));
        for (int axis = 0; axis < roots.Length; axis++)
            if (ParentOf(roots[axis]) is >= 0 and var of)
                copy.parents.Add(axis, Array.IndexOf(roots, Find(of)));
        for (int axis = 0; axis < roots.Length; axis++)
            if (thinned.TryGetValue(roots[axis], out Thinning? some))
                copy.thinned.Add(axis, some with { SourceAxis = Array.IndexOf(roots, Find(some.SourceAxis)) });
        var copies = new Node[nodes.Count];
        Dictionary<string, Dim> steps = Enumerable.Range(0, joined.Count).ToDictionary(a => Dim.Steps(a).Text, a => Dim.Steps(Array.IndexOf(roots, Find(a))));
        foreach (Node node in nodes)
        {
            copy.Equation = node.Equation;
            int axis = node.Domain.IsSteps || node.Domain.IsNested || node.Op == Op.Length ? Array.IndexOf(roots, Find(node.Axis)) : 0;
            copies[node.Id] = copy.Name(copy.Make(node.Op, node.Inputs.Select(i => copies[i].Id).ToEquatable(), node.Shape.Rename(steps), node.Domain.OnAxis(axis), node.Argument), node.Label);
        }
        return new(copy.nodes, results.Select(r => r with { Node = copies[r.Node].Id }), equations);
    }
}
