using RnnDsl.Onnx.Equations;
using RnnDsl.Onnx.Protobuf;

namespace RnnDsl.Onnx.Export;

// In here, so that Dim is the graph's and not the language's, which this file may see too.
using RnnDsl.Generators.Ir;
using RnnDsl.Generators.Ops;

/// <summary>
/// Writes the nodes of equations as ONNX nodes. A value has the axes [units] if it depends on parameters alone, [batch, units] if it belongs to
/// an example, [length, batch, units] if it belongs to a step; a scalar has one unit, and a matrix has the axes [rows, columns] in place of [units]. With these axes, ONNX broadcasts values as the language does.
/// </summary>
sealed class EquationWriter
{
    readonly ModuleEquations equations;
    readonly MatrixWriter matrices;
    readonly OneHotWriter oneHot;

    public EquationWriter(ModuleEquations equations, RunSizes sizes)
    {
        this.equations = equations;
        Sizes = sizes;
        matrices = new(sizes, this);
        oneHot = new(equations);
    }

    public RunSizes Sizes { get; }

    /// <summary>Writes a scan of a layer with states.</summary>
    public Func<GraphWriter, Node, LayerDecl, string, Value[], Value>? Scan { get; set; }

    /// <summary>The name of a state's value after a scan, from the name of the scan's output and the state's name.</summary>
    public Func<string, string, string>? End { get; set; }

    /// <summary>Writes one node.</summary>
    /// <param name="writer">Takes the nodes.</param>
    /// <param name="node">An operation, not an input or a state.</param>
    /// <param name="x">Its operands.</param>
    /// <param name="path">Path of the layer that the node belongs to.</param>
    /// <param name="layers">The layers that it may call.</param>
    public Value Write(GraphWriter writer, Node node, Value[] x, string path, EquatableArray<LayerDecl> layers)
    {
        Value Result(string name, Shape? shape = null, Domain? domain = null) =>
            new(name, shape ?? node.Shape, domain ?? Widest()) { Repeats = Repeats(x) };
        Domain Widest() => x.Aggregate(Domain.Parameters, (widest, value) => Domain.Join(widest, value.Domain));
        Value Apply(string op, params AttributeProto[] attributes) => Result(writer.Add(op, Hint(node, path), [.. x.Select(v => v.Name)], attributes));
        Value Picked(Value vector) => Result(oneHot.Row(writer, node.Over == Over.Columns ? Transposed(writer, x[0]) : x[0].Name, vector, Hint(node, path)));
        x = Operands(writer, node, x, path);
        switch (node.Op)
        {
            case Op.Parameter: return Result(Parameter(writer, ModuleEquations.Join(path, node.Name)));
            case Op.Constant: return Result(writer.Number(node.Number));
            case Op.Size when !node.Dim.IsSteps: return Result(writer.Number(equations.Size(node.Dim)));
            case Op.Size or Op.Length: return Result(Sizes.StepCount(writer, node.Op == Op.Length ? node.Axis : node.Dim.Axis), domain: Domain.Examples());
            case Op.Negate: return Apply("Neg");
            case Op.Sigmoid or Op.Tanh or Op.Exp or Op.Log or Op.Sqrt or Op.Abs or Op.Softplus or Op.Sin or Op.Cos or Op.Floor or Op.Min or Op.Max: return Apply(node.Op.ToString());
            case Op.Add: return Apply("Add");
            case Op.Subtract: return Apply("Sub");
            case Op.Multiply: return Apply("Mul");
            case Op.Divide: return Apply("Div");
            case Op.StopGradient or Op.Dropout or Op.Reorder: return x[0];
            case Op.Broadcast: return Lift(writer, x[0], node.Shape, Domain.Join(x[0].Domain, node.Domain));
            case Op.OneHot: return new Value("", node.Shape, x[0].Domain) { Hot = x[0] };
            case Op.SelectGreater:
                string greater = writer.Add("Greater", Hint(node, path) + ".greater", [x[0].Name, x[1].Name]);
                return Result(writer.Add("Where", Hint(node, path), [greater, x[2].Name, x[3].Name]));
            case Op.Reduce when !node.Reduces(Over.Steps): return matrices.Reduce(writer, node, x[0], Hint(node, path));
            case Op.Across:
                Value across = MatrixWriter.Across(writer, x[0], node.Shape, node.Over, Hint(node, path));
                return across.Domain.IsParameters ? matrices.Full(writer, across, Hint(node, path)) : across;
            case Op.Transpose: return Result(MatrixWriter.Transpose(writer, x[0], Hint(node, path)));
            case Op.MatMul: return Apply("MatMul");
            case Op.Gather:
                return Picked(new Value("", Shape.Vector(node.Over == Over.Columns ? x[0].Shape.Columns! : x[0].Shape.Rows!), x[1].Domain) { Hot = x[1] });
            case Op.Product when x[1].Hot is not null: return Picked(x[1]);
            case Op.Product when !x[0].Domain.IsParameters || x[0].Shape.IsSequence || x[0].Shape.Columns!.IsSteps: return matrices.Product(writer, node, x[0], x[1], Hint(node, path));
            case Op.Product:
                return Result(writer.Add("MatMul", Hint(node, path), [x[1].Name, node.Over == Over.Columns ? Transposed(writer, x[0]) : x[0].Name]));
            case Op.Whole: return Result(MatrixWriter.Whole(writer, Sequence(writer, x[0], node.Shape.Rows!.Axis), Hint(node, path)), domain: Domain.Examples());
            case Op.Delay: return matrices.Delay(writer, node, x[0], x[1], Hint(node, path));
            case Op.Concat:
                string[] parts = [.. x.Select(v => Lift(writer, v, v.Shape, Widest()).Name)];
                return Result(writer.Add("Concat", Hint(node, path), parts, AttributeProto.Of("axis", -1)));
            case Op.Slice:
                int start = node.Offset.After is { } after ? equations.Size(after) : node.Offset.Units;
                int end = start + equations.Width(node.Shape);
                return Result(writer.Add("Slice", Hint(node, path), [x[0].Name, writer.Ints(start), writer.Ints(end), writer.Ints(-1)]));
            case Op.Last when Sizes.Padding(AxisOf(node, x)) is { } padding:
                return Result(Total(writer, node, path, Padding.Only(writer, Padding.Like(writer, padding.IsLast(writer), node.Shape), Sequence(writer, x[0], AxisOf(node, x)).Name)), domain: Domain.Examples());
            case Op.Last or Op.First:
                string step = writer.Int(node.Op == Op.Last ? -1 : 0);
                return Result(writer.Add("Gather", Hint(node, path), [Sequence(writer, x[0], AxisOf(node, x)).Name, step], AttributeProto.Of("axis", 0)), domain: Domain.Examples());
            case Op.Reduce:
                string steps = Sequence(writer, x[0], AxisOf(node, x)).Name;
                if (Sizes.Padding(AxisOf(node, x)) is { } filled)
                    steps = Padding.Only(writer, Padding.Like(writer, filled.IsStep(writer), node.Shape), steps, node.IsMax ? double.NegativeInfinity : 0);
                return Result(node.IsMax ? writer.Add("ReduceMax", Hint(node, path), [steps], AttributeProto.Of("axes", [0L]), AttributeProto.Of("keepdims", 0))
                    : Total(writer, node, path, steps), domain: Domain.Examples());
            case Op.Shift:
                return Result(Along(writer, node, AxisOf(node, x), path, Sequence(writer, x[0], AxisOf(node, x)).Name, Lift(writer, x[1], node.Shape, Domain.Examples()).Name), domain: Domain.Steps(AxisOf(node, x)));
            case Op.Every:
                return Result(writer.Add("Slice", Hint(node, path), [Sequence(writer, x[0], AxisOf(node, x)).Name, writer.Ints(0), writer.Ints(int.MaxValue), writer.Ints(0), writer.Ints(node.Stride.Steps)]), domain: node.Domain);
            case Op.Map or Op.Scan or Op.ScanReversed:
                LayerDecl layer = layers.First(l => l.Field == node.Name);
                string layerPath = ModuleEquations.Join(path, node.Name);
                return node.Op == Op.Map || layer.Cell.States.Count == 0 ? Map(writer, layer.Cell, layerPath, x[0])
                    : Scan!(writer, node, layer, layerPath, [Sequence(writer, x[0], AxisOf(node, x)), .. x.Skip(1)]);
            case Op.End: return Result(End!(x[0].Name, node.Name), domain: Domain.Examples());
            default: throw new NotSupportedException($"The operation {node.Op} has no form in ONNX.");
        }
    }

    /// <summary>The axis of the sequence that an operation reads. It is taken from the operand, because the result of each example has the first axis in the equations, whichever axis was read.</summary>
    static int AxisOf(Node node, Value[] x) => x[0].Domain.IsSteps ? x[0].Domain.Axis : node.Axis;

    static string Total(GraphWriter writer, Node node, string path, string sequence) =>
        writer.Add("ReduceSum", Hint(node, path), [sequence, writer.Ints(0)], AttributeProto.Of("keepdims", 0));

    /// <summary>The previous step or the next one. Beyond the end it is a given value, [batch, units].</summary>
    string Along(GraphWriter writer, Node node, int axis, string path, string sequence, string beyond)
    {
        string step = writer.Add("Unsqueeze", beyond + ".step", [beyond, writer.Ints(0)]);
        string rest = writer.Add("Slice", sequence + ".rest", node.IsForward ? [sequence, writer.Ints(0), writer.Ints(-1), writer.Ints(0)]
            : [sequence, writer.Ints(1), writer.Ints(int.MaxValue), writer.Ints(0)]);
        string moved = writer.Add("Concat", Hint(node, path), node.IsForward ? [step, rest] : [rest, step], AttributeProto.Of("axis", 0));
        return node.IsForward || Sizes.Padding(axis) is not { } padding ? moved
            : writer.Add("Where", Hint(node, path) + ".end", [Padding.Like(writer, padding.IsLast(writer), node.Shape), step, moved]);
    }

    /// <summary>Applies a cell without states to a vector, or to every step of a sequence.</summary>
    Value Map(GraphWriter writer, CellModel cell, string path, Value argument)
    {
        var values = new Value[cell.Step.Nodes.Count];
        foreach (Node node in cell.Step.Nodes)
            values[node.Id] = node.Op == Op.Input ? argument : Write(writer, node, [.. node.Inputs.Select(i => values[i])], path, cell.Layers);
        return Lift(writer, values[cell.Step.Result("return").Id], cell.Output, argument.Domain);
    }

    /// <summary>The operands in the form that the operation takes. A one-hot vector stays its number where the operation can use the number. A matrix that repeats a vector stays the vector where broadcasting repeats it.</summary>
    Value[] Operands(GraphWriter writer, Node node, Value[] x, string path)
    {
        if (!(node.Op is Op.Map or Op.Scan or Op.ScanReversed or Op.StopGradient or Op.Dropout || (node.Op == Op.Product && x[0].Domain.IsParameters && !x[0].Shape.Columns!.IsSteps && !x[0].Shape.IsSequence)))
            x = [.. x.Select(v => Dense(writer, v))];
        if (OpTable.Get(node.Op).Kind != OpKind.Elementwise)
            return [.. x.Select(v => matrices.Full(writer, v, Hint(node, path) + ".full"))];
        if (node.Op == Op.Broadcast || !node.Shape.IsMatrix)
            return x;
        return [.. x.Select(v => MatrixWriter.ToMatrix(writer, v))];
    }

    /// <summary>Whether an elementwise result repeats one vector in its rows or columns. It does if all of its matrices repeat one in the same way.</summary>
    static Over? Repeats(Value[] x)
    {
        Value[] of = [.. x.Where(v => v.Shape.IsMatrix)];
        return of.Length > 0 && of.All(v => v.Repeats == of[0].Repeats) ? of[0].Repeats : null;
    }

    /// <summary>The value; a one-hot vector is written as a vector and not as its number.</summary>
    public Value Dense(GraphWriter writer, Value value) => value.Hot is null ? value : oneHot.Vector(writer, value);

    /// <summary>The value, broadcast to a shape and domain if it has others.</summary>
    public Value Lift(GraphWriter writer, Value value, Shape shape, Domain domain)
    {
        if (value.Shape == shape && value.Domain.IsLike(domain))
            return Dense(writer, matrices.Full(writer, value, value.Name + ".full"));
        value = Dense(writer, value);
        string name = (shape.IsMatrix ? MatrixWriter.ToMatrix(writer, value) : value).Name;
        return new Value(writer.Add("Expand", value.Name + ".spread", [name, Sizes.Of(writer, shape, domain)]), shape, domain);
    }

    /// <summary>The value at each step of an axis. A one-hot vector stays its number.</summary>
    public Value Sequence(GraphWriter writer, Value value, int axis) => value.Domain.IsSteps ? matrices.Full(writer, value, value.Name + ".full")
        : value.Hot is { } number ? value with { Hot = Lift(writer, number, Shape.Scalar, Domain.Steps(axis)), Domain = Domain.Steps(axis) }
        : Lift(writer, value, value.Shape, Domain.Steps(axis));

    /// <summary>The user's name for the value, or the operation's.</summary>
    static string Hint(Node node, string path) => ModuleEquations.Join(path, node.Label ?? StoredText.NameOf(node));

    string Parameter(GraphWriter writer, string name)
    {
        Parameter parameter = equations.Module.Parameters.Find(name);
        ReadOnlySpan<long> shape = [parameter.Info.Rows, parameter.Info.Columns];
        return writer.Tensor(name, equations.Module.Parameters.Of(parameter), shape[..parameter.Info.Rank]);
    }

    /// <summary>The transpose of a matrix that depends on parameters alone, written once.</summary>
    static string Transposed(GraphWriter writer, Value matrix) =>
        writer.Shared("transposed " + matrix.Name, root => root.Add("Transpose", matrix.Name + ".T", [matrix.Name], AttributeProto.Of("perm", [1L, 0L])));
}
