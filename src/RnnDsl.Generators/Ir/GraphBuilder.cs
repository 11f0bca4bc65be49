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
    readonly Dictionary<(Op, EquatableArray<int>, Shape, string, long), int> known = [];
    readonly List<string> equations = [];
    readonly List<Result> results = [];
    int dropouts;

    /// <summary>
    /// Whether logarithms and the like are left as they are written: in the graphs that are parsed, by which stored parameters are known. The
    /// passes put better ones in their place.
    /// </summary>
    public bool KeepsForm { get; init; }

    /// <summary>Equation that new nodes come from, or -1.</summary>
    public int Equation { get; set; } = -1;

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

    public Graph ToGraph() => new(nodes, results, equations);

    /// <summary>A leaf, or a node whose shape its operands do not tell.</summary>
    public Node Leaf(Op op, Shape shape, Space space, string text = "") => Make(op, [], shape, space, text, 0);

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
        return Make(op, Ids(operands), info.Shape(operands), info.Space(operands), text, 0);
    }

    /// <summary>An operation whose result has a shape that its operands do not tell (slice, embed, call).</summary>
    public Node Shaped(Op op, Shape shape, string text, params Node[] operands) =>
        Make(op, Ids(operands), shape, OpTable.Get(op).Space(operands), text, 0);

    /// <summary>The operand, broadcast to a shape and space if it has not got them.</summary>
    public Node Spread(Node operand, Shape shape, Space space) =>
        operand.Shape == shape && operand.Space == space ? operand : Make(Op.Spread, Ids([operand]), shape, space, space.ToString(), 0);

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
    public Node Shift(Node? initial, bool forward, Shape shape)
    {
        nodes.Add(new Node(nodes.Count, Op.Shift, new EquatableArray<int>([-1, initial?.Id ?? -1]), shape, Space.Sequence, forward ? "forward" : "backward",
            Equation: Equation));
        return nodes[nodes.Count - 1];
    }

    /// <summary>Gives a shift its operand, and a new initial value if <paramref name="initial"/> is not null.</summary>
    public void Connect(Node shift, Node operand, Node? initial = null) =>
        nodes[shift.Id] = nodes[shift.Id] with { Inputs = new EquatableArray<int>([operand.Id, initial?.Id ?? nodes[shift.Id].Inputs[1]]) };

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
        Node copy = node.Op == Op.Spread ? Spread(operands[0], node.Shape, operands[0].Space > node.Space ? operands[0].Space : node.Space)
            : node.Op == Op.Dropout ? Dropout(operands[0], node.Value, node.Text)
            : node.Op != Op.OneHot && (info.Kind == OpKind.Elementwise || node.Op is Op.MatVec or Op.MatVecTransposed) ? Apply(node.Op, node.Text, operands)
            : Make(node.Op, Ids(operands), node.Shape, operands.Length == 0 ? node.Space : info.Space(operands), node.Text, node.Value);
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
        return Make(Op.Dropout, Ids([x]), info.Shape([x]), info.Space([x]), mask, rate);
    }

    static EquatableArray<int> Ids(Node[] operands) => operands.Select(o => o.Id).ToEquatable();

    Node Make(Op op, EquatableArray<int> inputs, Shape shape, Space space, string text, double value)
    {
        // By its bits: 0 and −0 are equal numbers, but not the same.
        var key = (op, inputs, shape, text, BitConverter.DoubleToInt64Bits(value));
        if (known.TryGetValue(key, out int id))
            return nodes[id];
        var node = new Node(nodes.Count, op, inputs, shape, space, text, value, null, Equation);
        nodes.Add(node);
        known.Add(key, node.Id);
        return node;
    }
}
