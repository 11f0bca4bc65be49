using RnnDsl.Onnx.Equations;
using RnnDsl.Onnx.Protobuf;

namespace RnnDsl.Onnx.Export;

// In here, so that Dim is the graph's and not the language's, which this file may see too.
using RnnDsl.Generators.Ir;

/// <summary>A value of an ONNX graph, with what it is in the equations.</summary>
sealed record Value(string Name, Shape Shape, Domain Domain);

/// <summary>
/// Writes the nodes of equations as ONNX nodes. A value has the axes [units] if it depends on parameters alone, [batch, units] if it belongs to
/// an example, [length, batch, units] if it belongs to a step; a scalar has one unit, and a matrix the axes [rows, columns]. So ONNX's own broadcasting is that of the language.
/// </summary>
sealed class EquationWriter(ModuleEquations equations)
{
    /// <summary>Rows of integers with one element: examples, and steps of a sequence (null without one).</summary>
    public string Batch { get; set; } = "";

    public string? Length { get; set; }

    /// <summary>Where examples differ in length: which steps are theirs.</summary>
    public Padding? Padding { get; set; }

    /// <summary>Writes a scan of a layer with states.</summary>
    public Func<GraphWriter, Node, LayerDecl, string, Value[], Value>? Scan { get; set; }

    /// <summary>What a scan, called by its output, leaves of a state.</summary>
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
            new(name, shape ?? node.Shape, domain ?? Widest());
        Domain Widest() => x.Aggregate(Domain.Parameters, (widest, value) => Domain.Join(widest, value.Domain));
        Value Apply(string op, params AttributeProto[] attributes) => Result(writer.Add(op, Hint(node, path), [.. x.Select(v => v.Name)], attributes));
        switch (node.Op)
        {
            case Op.Parameter: return Result(Parameter(writer, ModuleEquations.Join(path, node.Name)));
            case Op.Constant: return Result(writer.Number(node.Number));
            case Op.Size: return Result(writer.Number(equations.Size(node.Dim)));
            case Op.Length: return Result(writer.Shared("length", StepCount), domain: Domain.Examples());
            case Op.Negate: return Apply("Neg");
            case Op.Sigmoid or Op.Tanh or Op.Exp or Op.Log or Op.Sqrt or Op.Abs or Op.Softplus or Op.Sin or Op.Cos or Op.Floor or Op.Min or Op.Max: return Apply(node.Op.ToString());
            case Op.Add: return Apply("Add");
            case Op.Subtract: return Apply("Sub");
            case Op.Multiply: return Apply("Mul");
            case Op.Divide: return Apply("Div");
            case Op.StopGradient or Op.Dropout: return x[0];
            case Op.Spread: return Lift(writer, x[0], node.Shape, Domain.Join(x[0].Domain, node.Domain));
            case Op.OneHot:
                int units = equations.Width(node.Shape);
                string numbers = writer.Tensor($"numbers {units}", [.. Enumerable.Range(0, units).Select(n => (float)n)], units);
                return Result(writer.Add("Cast", Hint(node, path), [writer.Add("Equal", Hint(node, path) + ".equal", [x[0].Name, numbers])], AttributeProto.Of("to", TensorProto.Float)));
            case Op.SelectGreater:
                string greater = writer.Add("Greater", Hint(node, path) + ".greater", [x[0].Name, x[1].Name]);
                return Result(writer.Add("Where", Hint(node, path), [greater, x[2].Name, x[3].Name]));
            case Op.Reduce when node.Sums(Over.Units) && x[0].Shape.IsMatrix:
                return Result(writer.Add("ReduceSum", Hint(node, path), [writer.Add("ReduceSum", Hint(node, path) + ".columns", [x[0].Name, writer.Ints(-1)]), writer.Ints(0)], AttributeProto.Of("keepdims", 0)));
            case Op.Reduce when node.Reduces(Over.Units) && x[0].Shape.IsMatrix:
                string largest = writer.Add("ReduceMax", Hint(node, path) + ".columns", [x[0].Name], AttributeProto.Of("axes", [-1L]));
                return Result(writer.Add("ReduceMax", Hint(node, path), [largest], AttributeProto.Of("axes", [0L]), AttributeProto.Of("keepdims", 0)));
            case Op.Reduce when node.Over is Over.Rows or Over.Columns: return Result(writer.Add("ReduceSum", Hint(node, path), [x[0].Name, writer.Ints(node.Over == Over.Rows ? 0 : 1)], AttributeProto.Of("keepdims", 0)));
            case Op.Across:
                string across = node.Over == Over.Rows ? x[0].Name : writer.Add("Unsqueeze", Hint(node, path) + ".column", [x[0].Name, writer.Ints(1)]);
                return Result(writer.Add("Expand", Hint(node, path), [across, writer.Ints(equations.Size(node.Shape.Rows!), equations.Size(node.Shape.Columns!))]));
            case Op.Transpose: return Apply("Transpose", AttributeProto.Of("perm", [1L, 0L]));
            case Op.Reduce when node.Sums(Over.Units): return Result(writer.Add("ReduceSum", Hint(node, path), [x[0].Name, writer.Ints(-1)]));
            case Op.Reduce when node.Reduces(Over.Units): return Apply("ReduceMax", AttributeProto.Of("axes", [-1L]));
            case Op.Product when node.Over != Over.Domain:
                return Result(writer.Add("MatMul", Hint(node, path), [x[1].Name, node.Over == Over.Columns ? Transposed(writer, x[0]) : x[0].Name]));
            case Op.Concat:
                string[] parts = [.. x.Select(v => Lift(writer, v, v.Shape, Widest()).Name)];
                return Result(writer.Add("Concat", Hint(node, path), parts, AttributeProto.Of("axis", -1)));
            case Op.Slice:
                int start = node.Offset.After is { } after ? equations.Size(after) : node.Offset.Units;
                int end = start + equations.Width(node.Shape);
                return Result(writer.Add("Slice", Hint(node, path), [x[0].Name, writer.Ints(start), writer.Ints(end), writer.Ints(-1)]));
            case Op.Last when Padding is not null:
                return Result(Total(writer, node, path, Padding.Only(writer, Padding.IsLast(writer), Sequence(writer, x[0]).Name)), domain: Domain.Examples());
            case Op.Last or Op.First:
                string step = writer.Int(node.Op == Op.Last ? -1 : 0);
                return Result(writer.Add("Gather", Hint(node, path), [Sequence(writer, x[0]).Name, step], AttributeProto.Of("axis", 0)), domain: Domain.Examples());
            case Op.Reduce when node.Sums(Over.Steps):
                string steps = Sequence(writer, x[0]).Name;
                return Result(Total(writer, node, path, Padding is null ? steps : Padding.Only(writer, Padding.IsStep(writer), steps)), domain: Domain.Examples());
            case Op.Reduce when node.Reduces(Over.Steps):
                string all = Sequence(writer, x[0]).Name;
                return Result(writer.Add("ReduceMax", Hint(node, path), [Padding is null ? all : Padding.Only(writer, Padding.IsStep(writer), all, double.NegativeInfinity)],
                    AttributeProto.Of("axes", [0L]), AttributeProto.Of("keepdims", 0)), domain: Domain.Examples());
            case Op.Shift:
                return Result(Along(writer, node, path, Sequence(writer, x[0]).Name, Lift(writer, x[1], node.Shape, Domain.Examples()).Name), domain: Domain.Steps());
            case Op.Map or Op.Scan or Op.ScanReversed:
                LayerDecl layer = layers.First(l => l.Field == node.Name);
                string layerPath = ModuleEquations.Join(path, node.Name);
                return node.Op == Op.Map || layer.Cell.States.Count == 0 ? Map(writer, layer.Cell, layerPath, x[0])
                    : Scan!(writer, node, layer, layerPath, [Sequence(writer, x[0]), .. x.Skip(1)]);
            case Op.End: return Result(End!(x[0].Name, node.Name), domain: Domain.Examples());
            default: throw new NotSupportedException($"The operation {node.Op} has no form in ONNX.");
        }
    }

    static string Total(GraphWriter writer, Node node, string path, string sequence) =>
        writer.Add("ReduceSum", Hint(node, path), [sequence, writer.Ints(0)], AttributeProto.Of("keepdims", 0));

    /// <summary>The step before, or behind; beyond the end a given value, [batch, units].</summary>
    string Along(GraphWriter writer, Node node, string path, string sequence, string beyond)
    {
        string step = writer.Add("Unsqueeze", beyond + ".step", [beyond, writer.Ints(0)]);
        string rest = writer.Add("Slice", sequence + ".rest", node.IsForward ? [sequence, writer.Ints(0), writer.Ints(-1), writer.Ints(0)]
            : [sequence, writer.Ints(1), writer.Ints(int.MaxValue), writer.Ints(0)]);
        string moved = writer.Add("Concat", Hint(node, path), node.IsForward ? [step, rest] : [rest, step], AttributeProto.Of("axis", 0));
        return node.IsForward || Padding is null ? moved : writer.Add("Where", Hint(node, path) + ".end", [Padding.IsLast(writer), step, moved]);
    }

    /// <summary>A cell without states on a vector, or on every step.</summary>
    Value Map(GraphWriter writer, CellModel cell, string path, Value argument)
    {
        var values = new Value[cell.Step.Nodes.Count];
        foreach (Node node in cell.Step.Nodes)
            values[node.Id] = node.Op == Op.Input ? argument : Write(writer, node, [.. node.Inputs.Select(i => values[i])], path, cell.Layers);
        return Lift(writer, values[cell.Step.Result("return").Id], cell.Output, argument.Domain);
    }

    /// <summary>The value, broadcast to a shape and domain if it has not got them.</summary>
    public Value Lift(GraphWriter writer, Value value, Shape shape, Domain domain)
    {
        if (value.Shape == shape && value.Domain.IsLike(domain))
            return value;
        if (shape.IsMatrix)
            return new Value(writer.Add("Expand", value.Name + ".spread", [value.Name, writer.Ints(equations.Size(shape.Rows!), equations.Size(shape.Columns!))]), shape, domain);
        int width = equations.Width(shape);
        string axes = domain.IsParameters ? writer.Ints(width) : writer.Shared($"axes {width} {domain.Kind}", root =>
        {
            string[] sizes = domain.IsExamples ? [Batch, root.Ints(width)] : [Length!, Batch, root.Ints(width)];
            return root.Add("Concat", "axes", sizes, AttributeProto.Of("axis", 0));
        });
        return new Value(writer.Add("Expand", value.Name + ".spread", [value.Name, axes]), shape, domain);
    }

    public Value Sequence(GraphWriter writer, Value value) => Lift(writer, value, value.Shape, Domain.Steps());

    /// <summary>The user's name for the value, or the operation's.</summary>
    static string Hint(Node node, string path) => ModuleEquations.Join(path, node.Label ?? StoredText.NameOf(node));

    string Parameter(GraphWriter writer, string name)
    {
        Parameter parameter = equations.Module.Parameters.Find(name);
        ReadOnlySpan<long> shape = [parameter.Info.Rows, parameter.Info.Columns];
        return writer.Tensor(name, equations.Module.Parameters.Of(parameter), shape[..parameter.Info.Rank]);
    }

    static string Transposed(GraphWriter writer, Value matrix) =>
        writer.Shared("transposed " + matrix.Name, root => root.Add("Transpose", matrix.Name + ".T", [matrix.Name], AttributeProto.Of("perm", [1L, 0L])));

    /// <summary>The number of steps as a value [batch, 1].</summary>
    string StepCount(GraphWriter root)
    {
        if (Padding is not null)
            return root.Add("Unsqueeze", "lengths", [root.Add("Cast", "lengths", [Padding.Lengths], AttributeProto.Of("to", TensorProto.Float)), root.Ints(1)]);
        string number = root.Add("Cast", "length", [Length!], AttributeProto.Of("to", TensorProto.Float));
        return root.Add("Expand", "lengths", [number, root.Add("Concat", "axes", [Batch, root.Ints(1)], AttributeProto.Of("axis", 0))]);
    }
}
