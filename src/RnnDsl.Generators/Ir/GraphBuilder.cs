using System.Globalization;
using RnnDsl.Generators.Ops;

namespace RnnDsl.Generators.Ir;

/// <summary>
/// Makes the nodes of a graph. It shares equal nodes and folds constants at once, so that a graph never grows without need. Shapes must fit: the parser has checked them, so a
/// misfit here is a bug of the compiler.
/// </summary>
/// <param name="expected">The number of nodes that are expected.</param>
internal sealed partial class GraphBuilder(int expected = 0)
{
    readonly List<Node> nodes = new(expected);

    /// <summary>For each hash: the last node that has it.</summary>
    readonly Dictionary<int, int> known = new(expected);

    /// <summary>For each node: the node before it that has the same hash, or -1.</summary>
    readonly List<int> sameHash = new(expected);

    readonly List<string> equations = [];
    readonly List<Result> results = [];
    int dropouts;

    /// <summary>Only while equations are read: for each axis, an axis that it is joined with. The last one of such a chain points to itself.</summary>
    readonly List<int> joined = [];

    /// <summary>For each axis within another: the outer axis.</summary>
    readonly Dictionary<int, int> parents = [];

    /// <summary>
    /// Whether expressions such as logarithms keep the form in which they are written. Parsed graphs keep it, because stored parameters are recognized by them. The passes replace
    /// these forms by numerically better ones.
    /// </summary>
    public bool KeepsForm { get; init; }

    /// <summary>The equation that new nodes come from, or -1.</summary>
    public int Equation { get; set; } = -1;

    /// <summary>The axis of a broadcast value if nothing else determines it: that of the scan whose cell is being copied.</summary>
    public int Axis { get; set; }

    public int Count => nodes.Count;

    /// <summary>The number of dropout masks.</summary>
    public int Dropouts => dropouts;

    public Node this[int id] => nodes[id];

    public Node Input(Node node, int index) => nodes[node.Inputs[index]];

    public int AddEquation(string text)
    {
        equations.Add(text);
        return Equation = equations.Count - 1;
    }

    public void AddResult(string name, Node node) => results.Add(new Result(name, node.Id));

    public Graph ToGraph() => joined.Count > 1 ? Numbered() : new(nodes, results, equations);

    /// <summary>A leaf. While equations are read, each input sequence gets an axis of its own until it is combined with another one.</summary>
    public Node Leaf(Op op, Shape shape, Domain domain, Argument? argument = null)
    {
        if (KeepsForm && op == Op.Input && domain.IsSteps)
        {
            domain = domain.OnAxis(joined.Count);
            joined.Add(domain.Axis);
        }
        return Make(op, [], shape, domain, argument ?? Argument.None);
    }

    /// <summary>Only while equations are read: an input that has a sequence at each step of an axis.</summary>
    public Node LeafOfSequences(Shape shape, string name)
    {
        int of = joined.Count;
        joined.Add(of);
        parents.Add(of + 1, of);
        return Leaf(Op.Input, shape, Domain.Steps(), name);
    }

    /// <summary>The axis that an axis is within; -1 if its sequences are those of examples.</summary>
    public int ParentOf(int axis) => parents.TryGetValue(KeepsForm && axis < joined.Count ? Find(axis) : axis, out int of) ? of : -1;

    /// <summary>Turns one value per sequence of an inner axis into a sequence along the outer axis.</summary>
    public Node Unnest(Node value) => value.Op == Op.Reorder && Input(value, 0).Domain is { IsSteps: true } domain && domain.Axis == ParentOf(value.Axis) ? Input(value, 0)
        : Make(Op.Reorder, Ids([value]), value.Shape, Domain.Steps(ParentOf(value.Axis)), Argument.None);

    /// <summary>Turns a sequence along an outer axis into one value per sequence of the inner axis.</summary>
    public Node Nest(Node value, int axis) => value.Op == Op.Reorder && Input(value, 0) is { Domain: { IsExamples: true, IsNested: true } } nested && nested.Axis == axis ? nested
        : Make(Op.Reorder, Ids([value]), value.Shape, Domain.Examples(axis), Argument.None);

    /// <summary>An input, a parameter, or a state.</summary>
    public Node Leaf(Op op, Shape shape, Domain domain, string name) => Leaf(op, shape, domain, new Argument.Named(name));

    public Node Constant(double value) => Make(Op.Constant, [], Shape.Scalar, Domain.Parameters, new Argument.Number(value));

    public Node Size(Dim dim) => Make(Op.Size, [], Shape.Scalar, Domain.Parameters, new Argument.Extent(dim));

    /// <summary>An operation whose shape follows from its operands.</summary>
    public Node Apply(Op op, params Node[] operands) => Apply(op, Argument.None, operands);

    public Node Apply(Op op, Argument argument, params Node[] operands)
    {
        OpInfo info = OpTable.Get(op);
        if (KeepsForm && WholeSequences.Make(this, op, argument, null, operands) is { } whole)
            return whole;
        if (info.Kind == OpKind.Elementwise)
            operands = AbsorbBroadcasts(info, operands, argument);
        if (info.Fold is not null && info.Fold(this, operands, argument) is Node folded)
            return folded;
        return Make(op, operands, info.Shape(operands, argument), argument);
    }

    /// <summary>An operation whose shape its operands do not determine (slice, pad, call).</summary>
    public Node Shaped(Op op, Shape shape, Argument argument, params Node[] operands) =>
        (KeepsForm ? WholeSequences.Make(this, op, argument, shape, operands) : null) ?? Make(op, operands, shape, argument);

    /// <summary>An operation whose shape is already known.</summary>
    internal Node Exactly(Op op, Shape shape, Argument argument, params Node[] operands) => Make(op, operands, shape, argument);

    /// <summary>A product within each example. Its left operand may be the steps of another axis.</summary>
    internal Node ProductOfExamples(Node like, Over contracted, Node left, Node right) => Make(Op.Product, Ids([left, right]), like.Shape, like.Domain, new Argument.Side(contracted));

    /// <summary>A sequence as one value.</summary>
    public Node Whole(Node sequence) => Apply(Op.Whole, sequence);

    /// <summary>A whole sequence, one step later (forward) or earlier, and the value that fills the free end.</summary>
    public Node Delay(Node whole, Node beyond, bool forward) => Make(Op.Delay, [whole, beyond], whole.Shape, new Argument.Direction(forward));

    /// <summary>A whole sequence that is 1 at its first or last step and 0 elsewhere.</summary>
    public Node AtEnd(Shape shape, bool last)
    {
        Node ones = Broadcast(Constant(1), Shape.Vector(shape.Rows!), Domain.Parameters);
        Node end = Apply(Op.Subtract, Constant(1), Delay(ones, Constant(0), !last));
        return shape.IsMatrix ? Across(end, shape, Over.Columns) : end;
    }

    /// <summary>Only while equations are read: a single step that stands for any step of a sequence.</summary>
    public Node SingleStep(Node sequence) => sequence.Op == Op.OneHot ? OneHot(SingleStep(Input(sequence, 0)), sequence.Shape.Rows!)
        : Make(Op.Broadcast, Ids([sequence]), sequence.Shape, sequence.Domain.AsSingle(true), Argument.None);

    /// <summary>Only while equations are read: the sequence of the values that were computed from a single step.</summary>
    public Node AllSteps(Node one, int axis) => one.Op == Op.OneHot && one.Domain.IsSteps ? OneHot(AllSteps(Input(one, 0), axis), one.Shape.Rows!)
        : Make(Op.Broadcast, Ids([one]), one.Shape, Domain.Steps(axis), Argument.None);

    /// <summary>The axis of a sequence, including one that stands as a whole.</summary>
    public static int AxisOf(Node sequence) => sequence.Shape.IsSequence ? sequence.Shape.Rows!.Axis : sequence.Axis;

    /// <summary>The sum over units, rows, columns, steps or the domain.</summary>
    public Node Sum(Node x, Over over) => Reduce(x, over, Monoid.Sum);

    public Node Reduce(Node x, Over over, Monoid monoid) => Apply(Op.Reduce, new Argument.Reduction(over, monoid), x);

    /// <summary>The product that contracts the columns or rows of a matrix, or the whole domain.</summary>
    public Node Product(Node left, Node right, Over contracted) => Apply(Op.Product, new Argument.Side(contracted), left, right);

    /// <summary>The operand, broadcast to a shape and domain that it does not have yet.</summary>
    public Node Broadcast(Node operand, Shape shape, Domain domain)
    {
        // No parameter says how long a sequence is.
        domain = Nested(!KeepsForm && shape.IsSequence && domain.IsParameters ? Domain.Examples(shape.Rows!.Axis) : domain);
        operand = operand.Domain.IsExamples && !KeepsForm ? Reorder(operand, domain.Axis) : operand;
        return operand.Shape == shape && operand.Domain.IsLike(domain) ? operand : Make(Op.Broadcast, Ids([operand]), shape, domain, Argument.None);
    }

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

    /// <summary>The matrix that has a vector in each of its columns or rows.</summary>
    public Node Across(Node vector, Shape matrix, Over over)
    {
        // No parameter says how long a sequence is.
        if (!KeepsForm && matrix.IsSequence && vector.Domain.IsParameters)
            vector = Broadcast(vector, Shape.Vector(over == Over.Rows ? matrix.Columns! : matrix.Rows!), Domain.Examples(matrix.Rows!.Axis));
        return Make(Op.Across, [vector], matrix, new Argument.Side(over));
    }

    /// <summary>The vector of a dimension that is 1 at the unit with the given number.</summary>
    public Node OneHot(Node number, Dim dim) => Shaped(Op.OneHot, Shape.Vector(dim), Argument.None, number);

    /// <summary>Elementwise operations broadcast their operands. An explicit broadcast stays only if no other operand has the full shape and domain.</summary>
    Node[] AbsorbBroadcasts(OpInfo info, Node[] operands, Argument argument)
    {
        if (!Array.Exists(operands, o => o.Op == Op.Broadcast))
            return operands;
        Node[] absorbed = operands.Select(o => o.Op == Op.Broadcast ? nodes[o.Inputs[0]] : o).ToArray();
        if (info.Shape(absorbed, argument) != info.Shape(operands, argument) || info.Domain(absorbed, argument) is var domain && (!domain.IsLike(info.Domain(operands, argument)) || domain.IsSingle != info.Domain(operands, argument).IsSingle))
            return operands;
        // What is absorbed may have had the steps of a sequence that nothing else reads.
        if (KeepsForm)
            OnOneAxis(operands, out _);
        return absorbed;
    }

    /// <summary>The operand one step earlier or later. The operand follows through <see cref="Connect"/>, and so does the initial value if it is not known yet.</summary>
    /// <param name="domain">The steps along which it goes. They may be the only remaining steps of their axis, and then nothing else says how that axis depends on another.</param>
    public Node Shift(Node? initial, bool forward, Shape shape, Domain domain)
    {
        initial = initial is null ? null : Reorder(initial, domain.Axis);
        return Add(new Node(nodes.Count, Op.Shift, new EquatableArray<int>([-1, initial?.Id ?? -1]), shape, Nested(domain), new Argument.Direction(forward), Equation: Equation));
    }

    /// <summary>Gives a shift its operand, and a new initial value if <paramref name="initial"/> is not null.</summary>
    public void Connect(Node shift, Node operand, Node? initial = null)
    {
        initial = initial is null ? null : Reorder(initial, shift.Axis);
        nodes[shift.Id] = nodes[shift.Id] with { Inputs = new EquatableArray<int>([operand.Id, initial?.Id ?? nodes[shift.Id].Inputs[1]]) };
    }

    /// <summary>Gives a value the user's name, unless it has one already.</summary>
    public Node Name(Node node, string? label)
    {
        if (label is not null && nodes[node.Id].Label is null && node.Op is not (Op.Constant or Op.Input or Op.Parameter or Op.State))
            nodes[node.Id] = nodes[node.Id] with { Label = label };
        return nodes[node.Id];
    }

    /// <summary>A copy of another graph's node on operands of this graph.</summary>
    public Node Copy(Node node, Node[] operands)
    {
        OpInfo info = OpTable.Get(node.Op);
        // The node may be the only one left that says within which axis its own lies.
        Nested(node.Domain);
        Node copy = node.Op switch
        {
            _ when operands.Length == 0 => Make(node.Op, [], node.Shape, node.Domain, node.Argument),
            Op.Broadcast when operands[0].Domain.IsWiderThan(node.Domain) => Broadcast(operands[0], node.Shape, operands[0].Domain),
            Op.Broadcast => Broadcast(operands[0], node.Shape, node.Axis != 0 ? node.Domain : node.Domain.OnAxis(Axis)),
            Op.Reorder when node.Domain.IsSteps => Unnest(operands[0]),
            Op.Reorder when operands[0].Domain.IsSteps => Nest(operands[0], node.Axis),
            Op.Reorder => Reorder(operands[0], node.Axis),
            Op.Every => Every(operands[0], node.Stride.Steps, node.Domain),
            Op.InsertZeros => InsertZeros(operands[0], node.Stride, node.Domain),
            Op.Across => Across(operands[0], node.Shape, node.Over),
            Op.Delay => Delay(operands[0], operands[1], node.IsForward),
            _ when node.IsMatrixProduct || (info.Kind == OpKind.Elementwise && node.Op != Op.Dropout && !OpTable.HasOwnShape(node.Op)) => Apply(node.Op, node.Argument, operands),
            _ => Make(node.Op, operands, node.Shape, node.Argument),
        };
        return Name(copy, node.Label);
    }

    public Node Add(Node a, Node b) => Apply(Op.Add, a, b);

    public Node Subtract(Node a, Node b) => Apply(Op.Subtract, a, b);

    public Node Multiply(Node a, Node b) => Apply(Op.Multiply, a, b);

    public Node Divide(Node a, Node b) => Apply(Op.Divide, a, b);

    public Node SelectGreater(Node a, Node b, Node x, Node y) => Apply(Op.SelectGreater, a, b, x, y);

    /// <summary>A dropout with a mask of its own.</summary>
    public Node Dropout(Node x, double rate) => Shaped(Op.Dropout, x.Shape, new Argument.Mask(dropouts++, rate), x);

    static EquatableArray<int> Ids(Node[] operands) => new(Array.ConvertAll(operands, o => o.Id));

    Node Make(Op op, Node[] operands, Shape shape, Argument argument)
    {
        int axis = 0;
        if (joined.Count > 1 || Array.Exists(operands, o => o.Axis != 0))
            operands = OnOneAxis(operands, out axis);
        Domain domain = OpTable.Get(op).Domain(operands, argument);
        return Make(op, Ids(operands), shape, domain.OnAxis(KeepsForm && domain.IsExamples && ParentOf(axis) < 0 ? 0 : axis), argument);
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

    Node Make(Op op, EquatableArray<int> inputs, Shape shape, Domain domain, Argument argument)
    {
        domain = Nested(KeepsForm ? domain : domain.AsSingle(false));
        int hash = unchecked((((int)op * 31 + inputs.GetHashCode()) * 31 + shape.GetHashCode()) * 31 + argument.GetHashCode()) ^ domain.Axis;
        int last = known.TryGetValue(hash, out int found) ? found : -1;
        for (int id = last; id >= 0; id = sameHash[id])
            if (nodes[id] is var same && same.Op == op && same.Domain == domain && same.Inputs.Equals(inputs) && same.Shape == shape && same.Argument == argument)
                return same;
        known[hash] = nodes.Count;
        return Add(new Node(nodes.Count, op, inputs, shape, domain, argument, null, Equation), last);
    }

    Node Add(Node node, int before = -1)
    {
        nodes.Add(node);
        sameHash.Add(before);
        return node;
    }
}
