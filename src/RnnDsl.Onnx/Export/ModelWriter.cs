using RnnDsl.Execution;
using RnnDsl.Generators.Ir;
using RnnDsl.Onnx.Equations;
using RnnDsl.Onnx.Protobuf;

namespace RnnDsl.Onnx.Export;

/// <summary>Writes one method of a module as an ONNX graph: inputs, equations, result, and the states before and after.</summary>
sealed class ModelWriter
{
    readonly ModuleEquations equations;
    readonly MethodModel method;
    readonly OnnxExportOptions options;
    readonly bool standardNodes;
    readonly Names names = new();
    readonly GraphWriter writer;
    readonly EquationWriter nodes;
    readonly RunSizes sizes;
    readonly IReadOnlyList<StateInfo> states;
    readonly string[] finals;
    readonly Shape[] shapes;
    int carriedSoFar;

    /// <summary>For the name of each scan's output: the names of its states after the last step.</summary>
    readonly Dictionary<string, Dictionary<string, string>> left = [];

    ModelWriter(ModuleEquations equations, MethodModel method, OnnxExportOptions options, bool standardNodes)
    {
        this.equations = equations;
        this.method = method;
        this.options = options;
        this.standardNodes = standardNodes;
        writer = GraphWriter.Create(names);
        sizes = new RunSizes(equations);
        nodes = new EquationWriter(equations, sizes) { Scan = Scan, End = (scan, state) => left[scan][state] };
        states = equations.Module.Method(method.Name).States;
        finals = new string[states.Count];
        shapes = new Shape[states.Count];
    }

    public static GraphProto Write(ModuleEquations equations, MethodModel method, OnnxExportOptions options, bool standardNodes) =>
        new ModelWriter(equations, method, options, standardNodes).Write();

    GraphProto Write()
    {
        writer.Graph.Name = method.Name;
        Reserve();
        if (Refusal.Of(method) is { } reason)
            throw new NotSupportedException(reason);
        if (method.Inputs.Count == 0)
            throw new ArgumentException($"{method.Name} takes no input, so a batch of it has no size.");
        FindSizes();
        Dictionary<string, Value> inputs = method.Inputs.ToDictionary(i => i.Name, Input);
        foreach (ValueDecl first in options.Lengths ? Axes() : [])
            writer.Graph.Input.Add(Info(NameOn(OnnxExport.LengthsInput, first), TensorProto.Int32, OnnxExport.BatchAxis));
        var values = new Value[method.Graph.Nodes.Count];
        foreach (Node node in method.Graph.Nodes)
            values[node.Id] = node.Op == Op.Input ? inputs[node.Name] : nodes.Write(writer, node, [.. node.Inputs.Select(i => values[i])], "", equations.Layers);
        Result(nodes.Lift(writer, values[method.Graph.Result("return").Id], method.Result.Shape, method.Result.Domain));
        for (int i = 0; options.States && i < finals.Length; i++)
        {
            writer.Output("Identity", OnnxExport.FinalName(states[i].Name), finals[i]);
            writer.Graph.Output.Add(Info(OnnxExport.FinalName(states[i].Name), [OnnxExport.BatchAxis, .. sizes.Names(shapes[i])]));
        }
        return writer.Graph;
    }

    /// <summary>Reserves the names that callers use, so that the file has them unchanged.</summary>
    void Reserve()
    {
        if (string.IsNullOrEmpty(options.OutputName))
            throw new ArgumentException($"The output of {method.Name} needs a name: \"output\" is usual.");
        IEnumerable<string> promised = method.Inputs.Select(i => i.Name).Append(options.OutputName);
        if (options.Lengths)
            promised = promised.Concat(Axes().Select(a => NameOn(OnnxExport.LengthsInput, a)));
        if (options.States)
            promised = promised.Concat(states.SelectMany(s => new[] { s.Name, OnnxExport.FinalName(s.Name) }));
        foreach (string name in promised)
            if (!names.TryTake(name))
                throw new ArgumentException($"Two inputs or outputs of {method.Name} would be called '{name}': choose another name{(name == options.OutputName ? " for the output" : "")}.");
    }

    /// <summary>The first input along each axis of steps.</summary>
    ValueDecl[] Axes() => [.. method.Inputs.Where(i => i.Domain.IsSteps).GroupBy(i => i.Axis).Select(g => g.First()).OrderBy(i => i.Axis)];

    /// <summary>The axes that consist of some steps of another axis and have no input of their own. Each comes after the axis it is taken from.</summary>
    List<Domain> Thinned()
    {
        List<Domain> ordered = [], left = [.. method.Graph.Thinned.Where(d => method.Inputs.All(i => !i.Domain.IsSteps || i.Axis != d.Axis))];
        while (left.Count > 0)
        {
            Domain next = left.First(d => left.All(o => o.Axis != d.Thinned!.SourceAxis));
            ordered.Add(next);
            left.Remove(next);
        }
        return ordered;
    }

    /// <summary>The name itself for the first axis. For other axes the name of their first input is appended.</summary>
    static string NameOn(string name, ValueDecl first) => first.Axis == 0 ? name : $"{name}.{first.Name}";

    /// <summary>Finds the numbers of examples and of steps, from the first inputs that have them.</summary>
    void FindSizes()
    {
        string Size(ValueDecl input, string hint, int axis)
        {
            string shape = writer.Shared("shape " + input.Name, root => root.Add("Shape", input.Name + ".shape", [input.Name]));
            return writer.Add("Gather", hint, [shape, writer.Ints(axis)], AttributeProto.Of("axis", 0));
        }
        sizes.Batch = Size(method.Inputs[0], "batch", 0);
        foreach (ValueDecl first in Axes())
            sizes.Add(first.Axis, Size(first, "steps", 1), NameOn(OnnxExport.LengthAxis, first), options.Lengths ? NameOn(OnnxExport.LengthsInput, first) : null);
        foreach (Domain thinned in Thinned())
            sizes.AddThinned(writer, thinned.Axis, thinned.Thinned!);
        if (options.Lengths && Axes().Length == 0)
            throw new ArgumentException($"{method.Name} takes no sequence, so that there are no lengths.");
    }

    /// <summary>Converts an input from the axes that callers see ([batch, length, units], [batch, units], [batch]) to those of the equations.</summary>
    Value Input(ValueDecl input)
    {
        writer.Graph.Input.Add(Info(input.Name, input.Units is null ? TensorProto.Float : TensorProto.Int64, Axes(input)));
        string given = input.Units is null ? input.Name : writer.Add("Cast", input.Name + ".numbers", [input.Name], AttributeProto.Of("to", TensorProto.Float));
        string name = input.Domain.IsSteps && input.Shape.IsScalar ? writer.Add("Unsqueeze", input.Name + ".units", [given, writer.Ints(2)])
            : input.Shape.IsScalar ? writer.Add("Unsqueeze", input.Name + ".units", [given, writer.Ints(1)])
            : given;
        if (input.Domain.IsSteps)
            name = writer.Add("Transpose", input.Name + ".steps", [name], AttributeProto.Of("perm", [1L, 0L, 2L]));
        return new Value(name, input.Shape, input.Domain);
    }

    void Result(Value value)
    {
        if (value.Domain.IsSteps)
        {
            string own = sizes.Padding(method.Result.Axis) is { } padding ? Padding.Only(writer, padding.IsStep(writer), value.Name) : value.Name;
            if (value.Shape.IsScalar)
            {
                // [length, batch, 1] becomes [batch, length].
                own = writer.Add("Squeeze", "result.steps", [own, writer.Ints(2)]);
                writer.Output("Identity", options.OutputName, writer.Add("Transpose", "result", [own], AttributeProto.Of("perm", [1L, 0L])));
                writer.Graph.Output.Add(Info(options.OutputName, Axes(method.Result)));
                return;
            }
            string swapped = writer.Add("Transpose", "result", [own], AttributeProto.Of("perm", [1L, 0L, 2L]));
            writer.Output("Identity", options.OutputName, swapped);
        }
        else if (value.Shape.IsScalar)
            writer.Output("Squeeze", options.OutputName, value.Name, writer.Ints(1));
        else
            writer.Output("Identity", options.OutputName, value.Name);
        writer.Graph.Output.Add(Info(options.OutputName, Axes(method.Result)));
    }

    string[] Axes(ValueDecl value)
    {
        string[] axes = value.Domain.IsSteps ? [OnnxExport.BatchAxis, sizes.AxisName(value.Axis)] : [OnnxExport.BatchAxis];
        return value.Shape.IsScalar ? axes : [.. axes, $"{equations.Width(value.Shape)}"];
    }

    static ValueInfoProto Info(string name, params string[] axes) => Info(name, TensorProto.Float, axes);

    static ValueInfoProto Info(string name, int type, params string[] axes)
    {
        var info = new ValueInfoProto { Name = name, ElementType = type };
        info.Shape.AddRange(axes);
        return info;
    }

    /// <summary>A scan of a layer with states. Scans come in the order in which the compiler numbers their states.</summary>
    /// <param name="writer">Takes the nodes.</param>
    /// <param name="call">The call.</param>
    /// <param name="layer">The layer.</param>
    /// <param name="path">Its path.</param>
    /// <param name="operands">The sequence, the memory if the cell has one, and the initial states if the call gives them. A state with such a start is neither an input nor an output of the file.</param>
    Value Scan(GraphWriter writer, Node call, LayerDecl layer, string path, Value[] operands)
    {
        Value x = operands[0];
        CellModel cell = layer.Cell.Memory is null ? layer.Cell : Memories.On(layer.Cell, operands[1].Shape.Rows!.Axis);
        Value? memory = cell.Memory is null ? null : MatrixWriter.Sequence(writer, operands[1]);
        Queue<Value> starts = new(operands.Skip(memory is null ? 1 : 2));
        bool fresh = starts.Count == 0, reverse = call.Op == Op.ScanReversed;
        // A state that starts from a value of the method, or belongs to one memory, is neither an input nor an output of the file.
        int[] places = [.. cell.States.Select(s => s.Shape.IsSequence ? -1 : starts.TryDequeue(out _) ? -1 : carriedSoFar++)];
        starts = new(operands.Skip(memory is null ? 1 : 2));
        foreach ((StateDecl state, int place) in cell.States.Zip(places).Where(s => s.Second >= 0))
            shapes[place] = state.Shape;
        var nodeWriter = new StandardNodeWriter(equations);
        StandardCell? standard = standardNodes && StandardCells.Recognize(cell) is { } known && nodeWriter.Has(known, path) ? known : null;
        string[]? initial = standard is not null && !options.States && fresh && places.All(p => states[p].Initial == 0) ? null
            : [.. cell.States.Zip(places, (state, place) => place >= 0 ? Initial(states[place], state.Shape)
                : nodes.Lift(writer, state.Shape.IsSequence ? new Value(writer.Number(state.Initial), Shape.Scalar, Domain.Parameters) : starts.Dequeue(), state.Shape, Domain.Examples()).Name)];
        Value output;
        string[] last;
        if (standard is not null)
        {
            (string name, last) = nodeWriter.Write(writer, standard, path, reverse, nodes.Dense(writer, x).Name, initial, sizes.Padding(x.Domain.Axis)?.Lengths,
                equations.Width(cell.Input), equations.Width(cell.Output));
            output = new Value(name, cell.Output, x.Domain);
        }
        else
            (output, last) = new ScanNodeWriter(nodes).Write(writer, cell, path, reverse, x, memory, initial!);
        for (int i = 0; i < places.Length; i++)
            if (places[i] >= 0)
                finals[places[i]] = last[i];
        left[output.Name] = cell.States.Zip(last).ToDictionary(s => s.First.Name, s => s.Second);
        return output;
    }

    /// <summary>The state before the first step, [batch, width]: an input that a caller may leave out, with one row for all examples or one for each.</summary>
    string Initial(StateInfo state, Shape shape)
    {
        long[] one = shape.IsMatrix ? [1, equations.Size(shape.Rows!), equations.Size(shape.Columns!)] : [1, state.Width];
        float[] constants = [.. Enumerable.Repeat(state.Initial, (int)one.Aggregate(1L, (product, size) => product * size))];
        string given = state.Name;
        if (options.States)
        {
            writer.Graph.Input.Add(Info(state.Name, ["", .. sizes.Names(shape)]));
            writer.Graph.Initializer.Add(TensorProto.Of(state.Name, constants, one));
        }
        else
            given = writer.Tensor(state.Name + ".initial", constants, one);
        return writer.Add("Expand", state.Name + ".first", [given, sizes.Of(writer, shape, Domain.Examples())]);
    }
}
