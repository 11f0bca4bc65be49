using System.Globalization;
using RnnDsl.Generators.Ops;

namespace RnnDsl.Generators.Ir;

/// <summary>
/// Makes the nodes of a graph. Equal nodes are shared and constants folded as they come, so that nothing later blows up.
/// Shapes must fit: the parser has checked them, and a misfit here is a bug of the compiler.
/// </summary>
internal sealed partial class GraphBuilder
{
    readonly List<Node> nodes = [];
    readonly Dictionary<(Op, EquatableArray<int>, Shape, Argument, Domain), int> known = [];
    readonly List<string> equations = [];
    readonly List<Result> results = [];
    int dropouts;

    /// <summary>While equations are read: for each axis one that it is joined with, in the end itself.</summary>
    readonly List<int> joined = [];

    /// <summary>For each axis within another the other.</summary>
    readonly Dictionary<int, int> parents = [];

    /// <summary>
    /// Whether logarithms and the like are left as they are written: in the graphs that are parsed, by which stored parameters are known. The
    /// passes put better ones in their place.
    /// </summary>
    public bool KeepsForm { get; init; }

    /// <summary>Equation that new nodes come from, or -1.</summary>
    public int Equation { get; set; } = -1;

    /// <summary>The axis of what is broadcast, where nothing else tells: that of the scan whose cell is copied.</summary>
    public int Axis { get; set; }

    public int Count => nodes.Count;

    /// <summary>How many masks of dropouts there are.</summary>
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

    /// <summary>A leaf. While equations are read, each input that is a sequence has an axis of its own, until another is combined with it.</summary>
    public Node Leaf(Op op, Shape shape, Domain domain, Argument? argument = null)
    {
        if (KeepsForm && op == Op.Input && domain.IsSteps)
        {
            domain = domain.OnAxis(joined.Count);
            joined.Add(domain.Axis);
        }
        return Make(op, [], shape, domain, argument ?? Argument.None);
    }

    /// <summary>While equations are read: an input that has a sequence at each step of an axis.</summary>
    public Node LeafOfSequences(Shape shape, string name)
    {
        int of = joined.Count;
        joined.Add(of);
        parents.Add(of + 1, of);
        return Leaf(Op.Input, shape, Domain.Steps(), name);
    }

    /// <summary>The axis within which one is; -1 of one whose sequences are those of examples.</summary>
    public int ParentOf(int axis) => parents.TryGetValue(KeepsForm && axis < joined.Count ? Find(axis) : axis, out int of) ? of : -1;

    /// <summary>What each sequence of an axis within another has, as a sequence along that.</summary>
    public Node Unnest(Node value) => value.Op == Op.Reorder && Input(value, 0).Domain is { IsSteps: true } domain && domain.Axis == ParentOf(value.Axis) ? Input(value, 0)
        : Make(Op.Reorder, Ids([value]), value.Shape, Domain.Steps(ParentOf(value.Axis)), Argument.None);

    /// <summary>What each step of an axis has, for each sequence of one within it.</summary>
    public Node Nest(Node value, int axis) => value.Op == Op.Reorder && Input(value, 0) is { Domain: { IsExamples: true, IsNested: true } } nested && nested.Axis == axis ? nested
        : Make(Op.Reorder, Ids([value]), value.Shape, Domain.Examples(axis), Argument.None);

    /// <summary>An input, a parameter, or a state.</summary>
    public Node Leaf(Op op, Shape shape, Domain domain, string name) => Leaf(op, shape, domain, new Argument.Named(name));

    public Node Constant(double value) => Make(Op.Constant, [], Shape.Scalar, Domain.Parameters, new Argument.Number(value));

    public Node Size(Dim dim) => Make(Op.Size, [], Shape.Scalar, Domain.Parameters, new Argument.Extent(dim));

    /// <summary>Any operation whose shape follows from its operands.</summary>
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

    /// <summary>An operation whose result has a shape that its operands do not tell (slice, embed, call).</summary>
    public Node Shaped(Op op, Shape shape, Argument argument, params Node[] operands) =>
        (KeepsForm ? WholeSequences.Make(this, op, argument, shape, operands) : null) ?? Make(op, operands, shape, argument);

    /// <summary>An operation whose shape is known already.</summary>
    internal Node Exactly(Op op, Shape shape, Argument argument, params Node[] operands) => Make(op, operands, shape, argument);

    /// <summary>A product within each example, whose left operand may be the steps of another axis.</summary>
    internal Node ProductOfExamples(Node like, Over contracted, Node left, Node right) => Make(Op.Product, Ids([left, right]), like.Shape, like.Domain, new Argument.Side(contracted));

    /// <summary>A sequence as one value.</summary>
    public Node Whole(Node sequence) => Apply(Op.Whole, sequence);

    /// <summary>A whole sequence one step later (forward) or earlier, and what comes in at the end.</summary>
    public Node Delay(Node whole, Node beyond, bool forward) => Make(Op.Delay, [whole, beyond], whole.Shape, new Argument.Direction(forward));

    /// <summary>A whole sequence that is 1 at its first or last step and 0 elsewhere.</summary>
    public Node AtEnd(Shape shape, bool last)
    {
        Node ones = Broadcast(Constant(1), Shape.Vector(shape.Rows!), Domain.Parameters);
        Node end = Apply(Op.Subtract, Constant(1), Delay(ones, Constant(0), !last));
        return shape.IsMatrix ? Across(end, shape, Over.Columns) : end;
    }

    /// <summary>While equations are read: one step of a sequence, whichever.</summary>
    public Node SingleStep(Node sequence) => sequence.Op == Op.OneHot ? OneHot(SingleStep(Input(sequence, 0)), sequence.Shape.Rows!)
        : Make(Op.Broadcast, Ids([sequence]), sequence.Shape, sequence.Domain.AsSingle(true), Argument.None);

    /// <summary>While equations are read: what was made of each step of an axis, as a sequence.</summary>
    public Node AllSteps(Node one, int axis) => one.Op == Op.OneHot && one.Domain.IsSteps ? OneHot(AllSteps(Input(one, 0), axis), one.Shape.Rows!)
        : Make(Op.Broadcast, Ids([one]), one.Shape, Domain.Steps(axis), Argument.None);

    /// <summary>The axis of a sequence, also of one that stands as a whole.</summary>
    public static int AxisOf(Node sequence) => sequence.Shape.IsSequence ? sequence.Shape.Rows!.Axis : sequence.Axis;

    /// <summary>The sum over units, rows, columns, steps or the domain.</summary>
    public Node Sum(Node x, Over over) => Reduce(x, over, Monoid.Sum);

    public Node Reduce(Node x, Over over, Monoid monoid) => Apply(Op.Reduce, new Argument.Reduction(over, monoid), x);

    /// <summary>The product that contracts columns or rows of a matrix, or the domain.</summary>
    public Node Product(Node left, Node right, Over contracted) => Apply(Op.Product, new Argument.Side(contracted), left, right);

    /// <summary>The operand, broadcast to a shape and domain if it has not got them.</summary>
    public Node Broadcast(Node operand, Shape shape, Domain domain)
    {
        // How long a sequence is no parameter tells.
        domain = Nested(!KeepsForm && shape.IsSequence && domain.IsParameters ? Domain.Examples(shape.Rows!.Axis) : domain);
        operand = operand.Domain.IsExamples && !KeepsForm ? Reorder(operand, domain.Axis) : operand;
        return operand.Shape == shape && operand.Domain.IsLike(domain) ? operand : Make(Op.Broadcast, Ids([operand]), shape, domain, Argument.None);
    }

    /// <summary>How many steps each example has along an axis, in the order of another's sequences.</summary>
    Node LengthOf(int axis, int order) =>
        axis == order ? Leaf(Op.Length, Shape.Scalar, Domain.Examples(order)) : Leaf(Op.Size, Shape.Scalar, Domain.Examples(order), new Argument.Extent(Dim.Steps(axis)));

    /// <summary>A value of each example, in the order of an axis' sequences.</summary>
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
        // By way of the examples' own order.
        Node from = value.Axis != 0 && axis != 0 ? Reorder(value, 0) : value;
        return Make(Op.Reorder, Ids([from]), value.Shape, value.Domain.OnAxis(axis), Argument.None);
    }

    /// <summary>The matrix with a vector in each of its columns or rows.</summary>
    public Node Across(Node vector, Shape matrix, Over over)
    {
        // How long a sequence is no parameter tells.
        if (!KeepsForm && matrix.IsSequence && vector.Domain.IsParameters)
            vector = Broadcast(vector, Shape.Vector(over == Over.Rows ? matrix.Columns! : matrix.Rows!), Domain.Examples(matrix.Rows!.Axis));
        return Make(Op.Across, [vector], matrix, new Argument.Side(over));
    }

    /// <summary>The vector of a dimension that is 1 at the unit with a number.</summary>
    public Node OneHot(Node number, Dim dim) => Shaped(Op.OneHot, Shape.Vector(dim), Argument.None, number);

    /// <summary>An elementwise operation broadcasts by itself: a spread operand is needed only if no other has the full shape and domain.</summary>
    Node[] AbsorbBroadcasts(OpInfo info, Node[] operands, Argument argument)
    {
        if (!Array.Exists(operands, o => o.Op == Op.Broadcast))
            return operands;
        Node[] absorbed = operands.Select(o => o.Op == Op.Broadcast ? nodes[o.Inputs[0]] : o).ToArray();
        return info.Shape(absorbed, argument) == info.Shape(operands, argument) && info.Domain(absorbed, argument) is var domain && domain.IsLike(info.Domain(operands, argument)) && domain.IsSingle == info.Domain(operands, argument).IsSingle ? absorbed : operands;
    }

    /// <summary>The operand one step earlier or later; the operand, and the initial value if it is not there yet, follow through <see cref="Connect"/>.</summary>
    /// <param name="domain">The steps along which it goes. They may be the only ones of their axis that are left, and it alone says what that axis is of another.</param>
    public Node Shift(Node? initial, bool forward, Shape shape, Domain domain)
    {
        initial = initial is null ? null : Reorder(initial, domain.Axis);
        nodes.Add(new Node(nodes.Count, Op.Shift, new EquatableArray<int>([-1, initial?.Id ?? -1]), shape, Nested(domain), new Argument.Direction(forward), Equation: Equation));
        return nodes[nodes.Count - 1];
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

    /// <summary>A dropout with a mask that no other has.</summary>
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
    /// What an operation combines varies over the steps of one axis, and over examples in the order of that axis' sequences. While equations are read, they say so which inputs
    /// share an axis; afterwards what stands in another order is reordered. Values of examples alone are combined in the order of the examples, unless all stand in another.
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
        int[] orders = [.. operands.Where(o => o.Domain.IsExamples && o.Op != Op.ExampleWeight).Select(o => o.Axis).Distinct()];
        int order = axis = sequences.Length > 0 ? sequences[0] : orders.Length == 1 ? orders[0] : operands.FirstOrDefault(o => o.Domain is { IsNested: true, IsExamples: true })?.Axis ?? 0;
        if (sequences.Any(s => s != order))
            throw new InvalidOperationException("Sequences of different lengths do not fit.");
        return [.. operands.Select(o => Reorder(o, order))];
    }

    /// <summary>The domain with what its axis is within. Where nodes of another graph come, they say so.</summary>
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

    /// <summary>Says that two axes are one.</summary>
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

    /// <summary>The graph with axes that are joined as one, in the order in which inputs have them. What they alone told apart is shared.</summary>
    Graph Numbered()
    {
        int[] roots = [.. Enumerable.Range(0, joined.Count).Where(a => joined[a] == a)];
        var copy = new GraphBuilder { KeepsForm = true };
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
        var key = (op, inputs, shape, argument, domain);
        if (known.TryGetValue(key, out int id))
            return nodes[id];
        var node = new Node(nodes.Count, op, inputs, shape, domain, argument, null, Equation);
        nodes.Add(node);
        known.Add(key, node.Id);
        return node;
    }
}
