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
