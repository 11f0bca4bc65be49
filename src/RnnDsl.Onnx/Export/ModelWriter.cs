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
    readonly IReadOnlyList<StateInfo> states;
    readonly List<(StateInfo State, string Final)> finals = [];

    /// <summary>For the output of each scan, what it leaves of its states.</summary>
    readonly Dictionary<string, Dictionary<string, string>> left = [];

    ModelWriter(ModuleEquations equations, MethodModel method, OnnxExportOptions options, bool standardNodes)
    {
        this.equations = equations;
        this.method = method;
        this.options = options;
        this.standardNodes = standardNodes;
        writer = GraphWriter.Create(names);
        nodes = new EquationWriter(equations) { Scan = Scan, End = (scan, state) => left[scan][state] };
        states = equations.Module.Method(method.Name).States;
    }

    public static GraphProto Write(ModuleEquations equations, MethodModel method, OnnxExportOptions options, bool standardNodes) =>
        new ModelWriter(equations, method, options, standardNodes).Write();

    GraphProto Write()
    {
        writer.Graph.Name = method.Name;
        Reserve();
        if (Refusal.Of(method, equations.Layers) is { } reason)
            throw new NotSupportedException(reason);
        if (method.Inputs.Count == 0)
            throw new ArgumentException($"{method.Name} takes no input, so a batch of it has no size.");
        Sizes();
        Dictionary<string, Value> inputs = method.Inputs.ToDictionary(i => i.Name, Input);
        if (options.Lengths)
            writer.Graph.Input.Add(Info(OnnxExport.LengthsInput, TensorProto.Int32, OnnxExport.BatchAxis));
        var values = new Value[method.Graph.Nodes.Count];
        foreach (Node node in method.Graph.Nodes)
            values[node.Id] = node.Op == Op.Input ? inputs[node.Name] : nodes.Write(writer, node, [.. node.Inputs.Select(i => values[i])], "", equations.Layers);
        Result(nodes.Lift(writer, values[method.Graph.Result("return").Id], method.Result.Shape, method.Result.Domain));
        foreach ((StateInfo state, string final) in finals)
            if (options.States)
            {
                writer.Output("Identity", OnnxExport.FinalName(state.Name), final);
                writer.Graph.Output.Add(Info(OnnxExport.FinalName(state.Name), OnnxExport.BatchAxis, $"{state.Width}"));
            }
        return writer.Graph;
    }

    /// <summary>Names that callers use must be as they are promised.</summary>
    void Reserve()
    {
        IEnumerable<string> promised = method.Inputs.Select(i => i.Name).Append(options.OutputName);
        if (options.Lengths)
            promised = promised.Append(OnnxExport.LengthsInput);
        if (options.States)
            promised = promised.Concat(states.SelectMany(s => new[] { s.Name, OnnxExport.FinalName(s.Name) }));
        foreach (string name in promised)
            if (!names.TryTake(name))
                throw new ArgumentException($"Two inputs or outputs of {method.Name} would be called '{name}': choose another name{(name == options.OutputName ? " for the output" : "")}.");
    }

    /// <summary>Numbers of examples and of steps, from the first inputs that tell them.</summary>
    void Sizes()
    {
        string Axis(ValueDecl input, string hint, int axis)
        {
            string shape = writer.Shared("shape " + input.Name, root => root.Add("Shape", input.Name + ".shape", [input.Name]));
            return writer.Add("Gather", hint, [shape, writer.Ints(axis)], AttributeProto.Of("axis", 0));
        }
        nodes.Batch = Axis(method.Inputs[0], "batch", 0);
        if (method.Inputs.FirstOrDefault(i => i.Domain.IsSteps) is { } sequence)
            nodes.Length = Axis(sequence, "steps", 1);
        if (options.Lengths)
            nodes.Padding = new Padding(OnnxExport.LengthsInput, nodes.Length ?? throw new ArgumentException($"{method.Name} takes no sequence, so that there are no lengths."));
    }

    /// <summary>From the axes that callers see ([batch, length, units], [batch, units], [batch]) to those of the equations.</summary>
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
            string own = nodes.Padding is { } padding ? Padding.Only(writer, padding.IsStep(writer), value.Name) : value.Name;
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
        string[] axes = value.Domain.IsSteps ? [OnnxExport.BatchAxis, OnnxExport.LengthAxis] : [OnnxExport.BatchAxis];
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
    /// <param name="operands">The sequence, and the values from which its first states start; these are carried from and to no caller.</param>
    Value Scan(GraphWriter writer, Node call, LayerDecl layer, string path, Value[] operands)
    {
        Value x = operands[0];
        string[] given = [.. operands.Skip(1).Select((start, i) => nodes.Lift(writer, start, layer.Cell.States[i].Shape, Domain.Examples()).Name)];
        bool reverse = call.Op == Op.ScanReversed;
        StateInfo[] carried = [.. states.Skip(finals.Count).Take(layer.Cell.States.Count - given.Length)];
        var nodeWriter = new StandardNodeWriter(equations);
        StandardCell? standard = standardNodes && StandardCells.Recognise(layer.Cell) is { } cell && nodeWriter.Has(cell, path) ? cell : null;
        string[]? initial = standard is not null && !options.States && given.Length == 0 && carried.All(s => s.Initial == 0) ? null : [.. given, .. carried.Select(Initial)];
        Value output;
        string[] last;
        if (standard is not null)
        {
            (string name, last) = nodeWriter.Write(writer, standard, path, reverse, x.Name, initial, nodes.Padding?.Lengths,
                equations.Width(layer.Cell.Input), equations.Width(layer.Cell.Output));
            output = new Value(name, layer.Cell.Output, Domain.Steps());
        }
        else
            (output, last) = new ScanNodeWriter(equations, nodes).Write(writer, layer.Cell, path, reverse, x, initial!);
        finals.AddRange(carried.Zip(last.Skip(given.Length)));
        left[output.Name] = layer.Cell.States.Zip(last).ToDictionary(s => s.First.Name, s => s.Second);
        return output;
    }

    /// <summary>The state before the first step, [batch, width]: an input that a caller may leave out, with one row for all examples or one for each.</summary>
    string Initial(StateInfo state)
    {
        float[] constants = [.. Enumerable.Repeat(state.Initial, state.Width)];
        string given = state.Name;
        if (options.States)
        {
            writer.Graph.Input.Add(Info(state.Name, "", $"{state.Width}"));
            writer.Graph.Initializer.Add(TensorProto.Of(state.Name, constants, 1, state.Width));
        }
        else
            given = writer.Tensor(state.Name + ".initial", constants, 1, state.Width);
        string axes = writer.Shared($"axes {state.Width} {Domain.Examples().Kind}", root =>
            root.Add("Concat", "axes", [nodes.Batch, root.Ints(state.Width)], AttributeProto.Of("axis", 0)));
        return writer.Add("Expand", state.Name + ".first", [given, axes]);
    }
}
