using System.Globalization;
using RnnDsl.Generators.Ops;

namespace RnnDsl.Generators.Ir;

/// <summary>
/// Makes the nodes of a graph. Equal nodes are shared and constants folded as they come, so that nothing later blows up.
/// Shapes must fit: the parser has checked them, and a misfit here is a bug of the compiler.
/// </summary>
internal sealed class GraphBuilder
{
    readonly List<Node> nodes = [];
    readonly Dictionary<(Op, EquatableArray<int>, Shape, string, long, int), int> known = [];
    readonly List<string> equations = [];
    readonly List<Result> results = [];
    int dropouts;

    /// <summary>While equations are read: for each axis one that it is joined with, in the end itself.</summary>
    readonly List<int> joined = [];

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

    /// <summary>A leaf, or a node whose shape its operands do not tell.</summary>
    public Node Leaf(Op op, Shape shape, Space space, string text = "", int axis = 0)
    {
        if (KeepsForm && op == Op.Input && space == Space.Sequence)
            joined.Add(axis = joined.Count);
        return Make(op, [], shape, space, text, 0, axis);
    }

    public Node Constant(double value) => Make(Op.Constant, [], Shape.Scalar, Space.Parameter, "", value);

    public Node Size(Dim dim) => Make(Op.Size, [], Shape.Scalar, Space.Parameter, dim.Text, 0);

    /// <summary>Any operation whose shape follows from its operands.</summary>
    public Node Apply(Op op, params Node[] operands) => Apply(op, "", operands);

    public Node Apply(Op op, string text, params Node[] operands)
    {
        OpInfo info = OpTable.Get(op);
        if (info.Kind == OpKind.Elementwise)
            operands = AbsorbSpreads(info, operands);
        if (info.Fold is not null && info.Fold(this, operands) is Node folded)
            return folded;
        return Make(op, operands, info.Shape(operands), info.Space(operands), text, 0);
    }

    /// <summary>An operation whose result has a shape that its operands do not tell (slice, embed, call).</summary>
    public Node Shaped(Op op, Shape shape, string text, params Node[] operands) =>
        Make(op, operands, shape, OpTable.Get(op).Space(operands), text, 0);

    /// <summary>The operand, broadcast to a shape and space if it has not got them.</summary>
    /// <param name="operand">The operand.</param>
    /// <param name="shape">The shape.</param>
    /// <param name="space">The space.</param>
    /// <param name="axis">The axis of the steps, or of the order of the examples; null: the operand's, if it has one, else <see cref="Axis"/>.</param>
    public Node Spread(Node operand, Shape shape, Space space, int? axis = null)
    {
        int on = space == Space.Parameter ? 0 : axis ?? (operand.Space == Space.Parameter ? Axis : operand.Axis);
        operand = operand.Space == Space.Batch && !KeepsForm ? Reorder(operand, on) : operand;
        return operand.Shape == shape && operand.Space == space ? operand : Make(Op.Spread, Ids([operand]), shape, space, space.ToString(), 0, on);
    }

    /// <summary>A value of each example, in the order of an axis' sequences.</summary>
    public Node Reorder(Node value, int axis)
    {
        if (value.Axis == axis || value.Space != Space.Batch)
            return value;
        if (value.Op == Op.ExampleWeight)
            return Leaf(Op.ExampleWeight, value.Shape, value.Space, value.Text, axis);
        if (value.Op == Op.Reorder && Input(value, 0).Axis == axis)
            return Input(value, 0);
        // By way of the examples' own order.
        Node from = value.Axis != 0 && axis != 0 ? Reorder(value, 0) : value;
        return Make(Op.Reorder, Ids([from]), value.Shape, Space.Batch, "", 0, axis);
    }

    /// <summary>Of a matrix the sum of each row (over "columns") or of each column (over "rows").</summary>
    public Node SumOver(Node matrix, string over) => Shaped(Op.SumOver, Shape.Vector(over == "columns" ? matrix.Shape.Rows! : matrix.Shape.Columns!), over, matrix);

    /// <summary>The matrix with a vector in each of its "columns" or "rows".</summary>
    public Node Across(Node vector, Shape matrix, string over) => Shaped(Op.Across, matrix, over, vector);

    /// <summary>The vector of a dimension that is 1 at the unit with a number.</summary>
    public Node OneHot(Node number, Dim dim) => Shaped(Op.OneHot, Shape.Vector(dim), "", number);

    /// <summary>An elementwise operation broadcasts by itself: a spread operand is needed only if no other has the full shape and space.</summary>
    Node[] AbsorbSpreads(OpInfo info, Node[] operands)
    {
        if (operands.All(o => o.Op != Op.Spread))
            return operands;
        Node[] absorbed = operands.Select(o => o.Op == Op.Spread ? nodes[o.Inputs[0]] : o).ToArray();
        return info.Shape(absorbed) == info.Shape(operands) && info.Space(absorbed) == info.Space(operands) ? absorbed : operands;
    }

    /// <summary>The operand one step earlier or later; the operand, and the initial value if it is not there yet, follow through <see cref="Connect"/>.</summary>
    public Node Shift(Node? initial, bool forward, Shape shape, int axis)
    {
        initial = initial is null ? null : Reorder(initial, axis);
        nodes.Add(new Node(nodes.Count, Op.Shift, new EquatableArray<int>([-1, initial?.Id ?? -1]), shape, Space.Sequence, forward ? "forward" : "backward",
            Equation: Equation, Axis: axis));
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
            _ when operands.Length == 0 => Make(node.Op, [], node.Shape, node.Space, node.Text, node.Value, node.Axis),
            Op.Spread when operands[0].Space > node.Space => Spread(operands[0], node.Shape, operands[0].Space),
            Op.Spread => Spread(operands[0], node.Shape, node.Space, node.Axis != 0 ? node.Axis : Axis),
            Op.Reorder => Reorder(operands[0], node.Axis),
            Op.Dropout => Dropout(operands[0], node.Value, node.Text),
            Op.MatVec or Op.MatVecTransposed => Apply(node.Op, node.Text, operands),
            _ when info.Kind == OpKind.Elementwise && !OpTable.HasOwnShape(node.Op) => Apply(node.Op, node.Text, operands),
            _ => Make(node.Op, operands, node.Shape, info.Space(operands), node.Text, node.Value),
        };
        return Name(copy, node.Label);
    }

    public Node Add(Node a, Node b) => Apply(Op.Add, a, b);

    public Node Subtract(Node a, Node b) => Apply(Op.Subtract, a, b);

    public Node Multiply(Node a, Node b) => Apply(Op.Multiply, a, b);

    public Node Divide(Node a, Node b) => Apply(Op.Divide, a, b);

    public Node SelectGreater(Node a, Node b, Node x, Node y) => Apply(Op.SelectGreater, a, b, x, y);

    /// <summary>A dropout with a mask that no other has.</summary>
    public Node Dropout(Node x, double rate) => Dropout(x, rate, (dropouts++).ToString(CultureInfo.InvariantCulture));

    /// <summary>A dropout with the mask of that number.</summary>
    public Node Dropout(Node x, double rate, string mask)
    {
        OpInfo info = OpTable.Get(Op.Dropout);
        return Make(Op.Dropout, [x], info.Shape([x]), info.Space([x]), mask, rate);
    }

    static EquatableArray<int> Ids(Node[] operands) => operands.Select(o => o.Id).ToEquatable();

    Node Make(Op op, Node[] operands, Shape shape, Space space, string text, double value)
    {
        int axis = 0;
        if (joined.Count > 1 || operands.Any(o => o.Axis != 0))
            operands = OnOneAxis(operands, out axis);
        return Make(op, Ids(operands), shape, space, text, value, space == Space.Parameter || (KeepsForm && space == Space.Batch) ? 0 : axis);
    }

    /// <summary>
    /// What an operation combines varies over the steps of one axis, and over examples in the order of that axis' sequences. While equations are read, they say so which inputs
    /// share an axis; afterwards what stands in another order is reordered. Values of examples alone are combined in the order of the examples, unless all stand in another.
    /// </summary>
    Node[] OnOneAxis(Node[] operands, out int axis)
    {
        axis = 0;
        int[] sequences = [.. operands.Where(o => o.Space == Space.Sequence).Select(o => o.Axis)];
        if (KeepsForm)
        {
            foreach (int other in sequences)
                Join(sequences[0], other);
            axis = sequences.Length > 0 ? sequences[0] : 0;
            return operands;
        }
        int[] orders = [.. operands.Where(o => o.Space == Space.Batch && o.Op != Op.ExampleWeight).Select(o => o.Axis).Distinct()];
        int order = axis = sequences.Length > 0 ? sequences[0] : orders.Length == 1 ? orders[0] : 0;
        if (sequences.Any(s => s != order))
            throw new InvalidOperationException("Sequences of different lengths do not fit.");
        return [.. operands.Select(o => Reorder(o, order))];
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
        joined[Math.Max(first, second)] = Math.Min(first, second);
    }

    /// <summary>The graph with axes that are joined as one, in the order in which inputs have them. What they alone told apart is shared.</summary>
    Graph Numbered()
    {
        int[] roots = [.. Enumerable.Range(0, joined.Count).Where(a => joined[a] == a)];
        var copy = new GraphBuilder { KeepsForm = true };
        foreach (string equation in equations)
            copy.AddEquation(equation);
        copy.joined.AddRange(Enumerable.Range(0, roots.Length));
        var copies = new Node[nodes.Count];
        foreach (Node node in nodes)
        {
            copy.Equation = node.Equation;
            int axis = node.Space == Space.Sequence || node.Op == Op.Length ? Array.IndexOf(roots, Find(node.Axis)) : 0;
            copies[node.Id] = copy.Name(copy.Make(node.Op, node.Inputs.Select(i => copies[i].Id).ToEquatable(), node.Shape, node.Space, node.Text, node.Value, axis), node.Label);
        }
        return new(copy.nodes, results.Select(r => r with { Node = copies[r.Node].Id }), equations);
    }

    Node Make(Op op, EquatableArray<int> inputs, Shape shape, Space space, string text, double value, int axis)
    {
        // By its bits: 0 and −0 are equal numbers, but not the same.
        var key = (op, inputs, shape, text, BitConverter.DoubleToInt64Bits(value), axis);
        if (known.TryGetValue(key, out int id))
            return nodes[id];
        var node = new Node(nodes.Count, op, inputs, shape, space, text, value, null, Equation, axis);
        nodes.Add(node);
        known.Add(key, node.Id);
        return node;
    }
}
