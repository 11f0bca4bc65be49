using RnnDsl.CompilerServices;
using RnnDsl.Onnx.Equations;

namespace RnnDsl.Runs.Equations;

using RnnDsl.Generators.Ir;

/// <summary>
/// Runs the equations of a method on one example, in double precision, from the text that the compiler leaves on each class. Every value in it can be had by the name that it has in the equations.
/// It knows operations alone, and no cell.
/// </summary>
sealed class EquationRun(ModuleEquations equations, ActivityRecorder recorder)
{
    readonly Dictionary<string, Tensor> parameters = [];
    readonly Dictionary<(string, int), Tensor> constants = [];

    /// <summary>The values of the result.</summary>
    public Tensor[] Run(MethodModel method, IReadOnlyDictionary<string, Tensor[]> inputs, Axes axes)
    {
        var scope = new Scope("", equations.Layers, axes, node => inputs[node.Name]);
        Tensor[][] values = Evaluate(method.Graph, scope);
        foreach (Node node in method.Graph.Nodes)
            if (node.Label is { } label && node.Domain is { IsSteps: true, IsNested: false } && !node.Shape.IsMatrix && node.Op != Op.Input)
                recorder.Add(method.Name + "()", label, node.Axis, values[node.Id]);
        return values[method.Graph.Results[0].Node];
    }

    /// <summary>The values of all nodes of a graph.</summary>
    Tensor[][] Evaluate(Graph graph, Scope scope)
    {
        var values = new Tensor[graph.Nodes.Count][];
        var ends = new Dictionary<int, Dictionary<string, Tensor[]>>();
        foreach (Node node in graph.Nodes)
            values[node.Id] = Value(graph, node, values, ends, scope);
        return values;
    }

    Tensor[] Value(Graph graph, Node node, Tensor[][] values, Dictionary<int, Dictionary<string, Tensor[]>> ends, Scope scope)
    {
        switch (node.Op)
        {
            case Op.Input or Op.State: return scope.Leaf(node);
            case Op.Parameter: return [Parameter(ModuleEquations.Join(scope.Path, node.Name))];
            case Op.Constant: return [Tensor.Scalar(node.Number)];
            case Op.Size when !node.Dim.IsSteps: return [Tensor.Scalar(equations.Size(node.Dim))];
            case Op.Size or Op.Length: return [.. scope.Axes[node.Op == Op.Length ? node.Axis : node.Dim.Axis].Select(length => Tensor.Scalar(length))];
            case Op.End: return ends[node.Inputs[0]][node.Name];
            case Op.Map or Op.Scan or Op.ScanReversed: return Call(graph, node, values, ends, scope);
            case Op.Reorder: return values[node.Inputs[0]];
            case Op.Last or Op.First or Op.Whole or Op.Unfold or Op.Shift or Op.Every: return OverTime(graph, node, values, scope.Axes);
            case Op.Reduce when node.Over == Over.Steps: return OverTime(graph, node, values, scope.Axes);
        }
        // What parameters alone determine is the same at every step.
        if (node.Domain.IsParameters && constants.TryGetValue((scope.Path + "\n" + scope.Graph, node.Id), out Tensor known))
            return [known];
        int rows = node.Inputs.Select(i => values[i].Length).Append(node.Op == Op.Broadcast ? scope.Axes.Rows(node.Domain) : 1).Max();
        var result = new Tensor[rows];
        for (int row = 0; row < rows; row++)
        {
            Tensor[] x = [.. node.Inputs.Select(i => scope.Axes.At(values[i], graph[i].Domain, node.Domain, row))];
            int at = row;
            result[row] = StepOperations.Of(node, x, dim => Size(dim, scope.Axes, node.Domain, at));
        }
        if (node.Domain.IsParameters)
            constants[(scope.Path + "\n" + scope.Graph, node.Id)] = result[0];
        return result;
    }

    /// <summary>The size of a dimension. That of steps is the length of the sequence to which a row of a domain belongs.</summary>
    int Size(Dim dim, Axes axes, Domain domain, int row)
    {
        if (!dim.IsSteps)
            return equations.Size(dim);
        Tensor[] lengths = [.. axes[dim.Axis].Select(length => Tensor.Scalar(length))];
        return (int)axes.At(lengths, Domain.Examples(dim.Axis), domain, row).Number;
    }

    /// <summary>Operations that read the steps of whole sequences.</summary>
    static Tensor[] OverTime(Graph graph, Node node, Tensor[][] values, Axes axes)
    {
        Tensor[] x = values[node.Inputs[0]];
        Node operand = graph[node.Inputs[0]];
        if (node.Op == Op.Unfold)
            return [.. x.SelectMany(whole => Enumerable.Range(0, whole.Rows).Select(whole.Row))];
        int axis = operand.Domain.IsSteps ? operand.Axis : node.Axis;
        if (!operand.Domain.IsSteps)
            x = [.. Enumerable.Range(0, axes.Rows(Domain.Steps(axis))).Select(row => axes.At(values[node.Inputs[0]], operand.Domain, Domain.Steps(axis), row))];
        (int First, int Length)[] sequences = [.. axes.Sequences(axis)];
        switch (node.Op)
        {
            case Op.Last: return [.. sequences.Select(s => x[s.First + s.Length - 1])];
            case Op.First: return [.. sequences.Select(s => x[s.First])];
            case Op.Reduce: return [.. sequences.Select(s => x.Skip(s.First).Take(s.Length).Aggregate((a, b) => Joined(a, b, node.IsMax)))];
            case Op.Whole: return [.. sequences.Select(s => new Tensor(s.Length, x[s.First].Values.Length, [.. x.Skip(s.First).Take(s.Length).SelectMany(v => v.Values)]))];
            case Op.Every:
                axes[node.Axis] = [.. sequences.Select(s => (s.Length + node.Stride.Steps - 1) / node.Stride.Steps)];
                return [.. sequences.SelectMany(s => Enumerable.Range(0, s.Length).Where(t => t % node.Stride.Steps == 0).Select(t => x[s.First + t]))];
            default:
                Tensor[] beyond = values[node.Inputs[1]];
                Domain domain = graph[node.Inputs[1]].Domain;
                return [.. sequences.SelectMany(s => Enumerable.Range(0, s.Length).Select(t => (t == 0 && node.IsForward) || (t == s.Length - 1 && !node.IsForward)
                    ? Like(axes.At(beyond, domain, Domain.Steps(axis), s.First + t), x[s.First]) : x[s.First + t + (node.IsForward ? -1 : 1)]))];
        }
    }

    /// <summary>The value; a number stands for all units of a vector.</summary>
    static Tensor Like(Tensor value, Tensor other) => value.Values.Length == other.Values.Length ? value : other.Select(_ => value.Number);

    static Tensor Joined(Tensor a, Tensor b, bool isMax) => a with { Values = [.. a.Values.Zip(b.Values, (x, y) => isMax ? Math.Max(x, y) : x + y)] };

    /// <summary>Runs a layer over a sequence, or applies it to each value.</summary>
    Tensor[] Call(Graph graph, Node node, Tensor[][] values, Dictionary<int, Dictionary<string, Tensor[]>> ends, Scope scope)
    {
        LayerDecl layer = scope.Layers.First(l => l.Field == node.Name);
        string path = ModuleEquations.Join(scope.Path, node.Name);
        Tensor[] x = values[node.Inputs[0]];
        CellModel cell = layer.Cell;
        Node operand = graph[node.Inputs[0]];
        if (node.Op == Op.Map || cell.States.Count == 0)
            return [.. x.Select(value => Step(cell, path, value, [], null)[cell.Step.Result("return").Id][0])];

        int axis = operand.Domain.IsSteps ? operand.Axis : node.Axis;
        Domain steps = Domain.Steps(axis);
        if (!operand.Domain.IsSteps)
            x = [.. Enumerable.Range(0, scope.Axes.Rows(steps)).Select(row => scope.Axes.At(values[node.Inputs[0]], operand.Domain, steps, row))];
        int[] given = [.. node.Inputs.Skip(cell.Memory is null ? 1 : 2)];
        var result = new Tensor[x.Length];
        bool isNested = operand.Domain.IsNested;
        CellTrace? trace = isNested ? null : recorder.Scan(path.Length > 0 ? path : cell.Name, cell, axis, x.Length);
        ends[node.Id] = cell.States.ToDictionary(s => s.Name, _ => new Tensor[scope.Axes[axis].Length]);
        int sequence = 0;
        foreach ((int first, int length) in scope.Axes.Sequences(axis))
        {
            Tensor[]? memory = cell.Memory is null ? null : Rows(scope.Axes.At(values[node.Inputs[1]], graph[node.Inputs[1]].Domain, steps, first));
            Dictionary<string, Tensor> states = cell.States.ToDictionary(s => s.Name, s => Start(s, memory?.Length ?? 0));
            for (int i = 0; i < given.Length; i++)
                states[cell.States[i].Name] = scope.Axes.At(values[given[i]], graph[given[i]].Domain, steps, first);
            for (int i = 0; i < length; i++)
            {
                int t = node.Op == Op.Scan ? i : length - 1 - i;
                Tensor[][] step = Step(cell, path, x[first + t], states, memory);
                result[first + t] = Broadcast(step[cell.Step.Result("return").Id][0], cell.Output);
                trace?.Add(t, step);
                states = cell.States.ToDictionary(s => s.Name, s => Broadcast(step[cell.Step.Result(s.Name).Id][0], s.Shape, memory?.Length ?? 0));
            }
            foreach ((string name, Tensor value) in states)
                ends[node.Id][name][sequence] = value;
            sequence++;
        }
        return result;
    }

    static Tensor[] Rows(Tensor whole) => [.. Enumerable.Range(0, whole.Rows).Select(whole.Row)];

    Tensor Start(StateDecl state, int memory) => Broadcast(Tensor.Scalar(state.Initial), state.Shape, memory);

    /// <summary>The value, or as many copies of a number as the shape has entries.</summary>
    Tensor Broadcast(Tensor value, Shape shape, int memory = 0)
    {
        int Of(Dim dim) => dim.IsSteps ? memory : equations.Size(dim);
        int rows = shape.IsScalar ? 1 : Of(shape.Rows!), columns = shape.IsMatrix ? Of(shape.Columns!) : 1;
        if (value.Values.Length == rows * columns)
            return value;
        var values = new double[rows * columns];
        Array.Fill(values, value.Number);
        return new(rows, columns, values);
    }

    /// <summary>One step of a cell.</summary>
    Tensor[][] Step(CellModel cell, string path, Tensor x, Dictionary<string, Tensor> states, Tensor[]? memory)
    {
        var axes = new Axes();
        if (memory is not null)
            axes[0] = [memory.Length];
        return Evaluate(cell.Step, new Scope(path, cell.Layers, axes, node => node.Op == Op.State ? [states[node.Name]] : node.Domain.IsSteps ? memory! : [x], "step"));
    }

    Tensor Parameter(string name)
    {
        if (!parameters.TryGetValue(name, out Tensor value))
        {
            Parameter parameter = equations.Module.Parameters.Find(name);
            ReadOnlySpan<float> floats = equations.Module.Parameters.ReadOnlyValues.Slice(parameter.Offset, parameter.Length);
            parameters[name] = value = new(parameter.Info.Rows, parameter.Info.Columns, Array.ConvertAll(floats.ToArray(), v => (double)v));
        }
        return value;
    }

    /// <summary>Where a graph stands: the path of its layer, the layers that it may call, its axes and its leaves.</summary>
    sealed record Scope(string Path, EquatableArray<LayerDecl> Layers, Axes Axes, Func<Node, Tensor[]> Leaf, string Graph = "");
}
