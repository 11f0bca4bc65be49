using RnnDsl.Generators.Ir;
using RnnDsl.Onnx.Equations;
using RnnDsl.Onnx.Protobuf;

namespace RnnDsl.Onnx.Export;

/// <summary>
/// Writes a scan of any cell as an ONNX Scan (operator set 9 and later), whose body is the cell's step. Values that do not depend on a state are computed
/// outside for all steps at once, and the body receives them as sequences. The body reads values that depend on parameters alone from the outer graph. At padding
/// the states keep their values, so that in either direction only an example's own steps count.
/// </summary>
sealed class ScanNodeWriter(EquationWriter nodes)
{
    /// <returns>The outputs [length, batch, units], and the states after the last step.</returns>
    public (Value Output, string[] Finals) Write(GraphWriter writer, CellModel cell, string path, bool reverse, Value x, Value? memory, string[] initial)
    {
        Graph step = cell.Step;
        bool[] inside = DependOnStates(step);
        var outer = new Value[step.Nodes.Count];
        foreach (Node node in step.Nodes.Where(n => !inside[n.Id]))
            outer[node.Id] = node.Op == Op.Input ? node.Domain.IsSteps ? memory! : x : nodes.Write(writer, node, [.. node.Inputs.Select(i => outer[i])], path, cell.Layers);

        GraphWriter body = writer.Body();
        body.Graph.Name = ModuleEquations.Join(path, "step");
        var states = cell.States.ToDictionary(s => s.Name, s => new Value(Input(body, path, s.Name + ".before", s.Shape), s.Shape, Domain.Examples()));
        var sequences = new List<Value>();
        var inner = new Dictionary<int, Value>();
        Value At(int id)
        {
            if (inside[id] || !outer[id].Domain.IsSteps)
                return inside[id] ? inner[id] : outer[id];
            if (inner.TryGetValue(id, out Value? known))
                return known;
            // The body receives the number of a one-hot vector.
            Value sequence = nodes.Sequence(writer, outer[id], x.Domain.Axis), given = sequence.Hot ?? sequence;
            sequences.Add(given);
            var one = new Value(Input(body, path, step[id].Label ?? StoredText.NameOf(step[id]), given.Shape), given.Shape, Domain.Examples());
            return inner[id] = sequence.Hot is null ? one : new Value("", sequence.Shape, one.Domain) { Hot = one };
        }
        foreach (Node node in step.Nodes.Where(n => inside[n.Id]))
            inner[node.Id] = node.Op == Op.State ? states[node.Name] : nodes.Write(body, node, [.. node.Inputs.Select(At)], path, cell.Layers);

        string? valid = null;
        if (nodes.Sizes.Padding(x.Domain.Axis) is { } padding)
        {
            sequences.Add(new Value(padding.IsStep(writer), Shape.Scalar, x.Domain));
            valid = Input(body, path, "valid", Shape.Scalar, TensorProto.Bool);
        }
        foreach (StateDecl state in cell.States)
        {
            Value after = nodes.Lift(body, At(step.Result(state.Name).Id), state.Shape, Domain.Examples());
            Output(body, path, state.Name + ".after", valid is null ? after
                : after with { Name = body.Add("Where", after.Name + ".kept", [state.Shape.IsMatrix ? body.Add("Unsqueeze", valid + ".entries", [valid, body.Ints(2)]) : valid, after.Name, states[state.Name].Name]) });
        }
        int result = step.Result("return").Id;
        // A result that depends on no state is not an output of the scan. A scan still needs at least one sequence.
        if (inside[result])
            Output(body, path, "return", nodes.Lift(body, At(result), cell.Output, Domain.Examples()));
        if (sequences.Count == 0)
            At(step.Nodes.FirstOrDefault(n => n.Op == Op.Input && !n.Domain.IsSteps)?.Id ?? AddInput());
        int AddInput()
        {
            sequences.Add(nodes.Dense(writer, x));
            Input(body, path, "x", cell.Input);
            return result;
        }

        long direction = reverse ? 1 : 0;
        List<AttributeProto> attributes =
        [
            AttributeProto.Of("body", body.Graph),
            AttributeProto.Of("num_scan_inputs", sequences.Count),
            AttributeProto.Of("scan_input_directions", sequences.Select(_ => direction)),
        ];
        if (inside[result])
            attributes.Add(AttributeProto.Of("scan_output_directions", [direction]));
        string[] hints = [.. cell.States.Select(s => ModuleEquations.Join(path, s.Name + ".last"))];
        string[] outputs = writer.AddMany("Scan", inside[result] ? [.. hints, ModuleEquations.Join(path, "output")] : hints,
            [.. initial, .. sequences.Select(s => s.Name)], [.. attributes]);
        Value output = inside[result] ? new Value(outputs[^1], cell.Output, x.Domain)
            : nodes.Lift(writer, outer[result], cell.Output, x.Domain);
        return (output, outputs[..cell.States.Count]);
    }

    static bool[] DependOnStates(Graph step)
    {
        var depends = new bool[step.Nodes.Count];
        foreach (Node node in step.Nodes)
            depends[node.Id] = node.Op == Op.State || node.Inputs.Any(i => depends[i]);
        return depends;
    }

    string Input(GraphWriter body, string path, string hint, Shape shape, int type = TensorProto.Float)
    {
        ValueInfoProto value = Info(body.Unique(ModuleEquations.Join(path, hint)), shape);
        value.ElementType = type;
        body.Graph.Input.Add(value);
        return value.Name;
    }

    /// <summary>Adds an output with its own name, since one value may be several outputs or come from the outer graph.</summary>
    void Output(GraphWriter body, string path, string hint, Value value)
    {
        string name = body.Add("Identity", ModuleEquations.Join(path, hint), [value.Name]);
        body.Graph.Output.Add(Info(name, value.Shape));
    }

    ValueInfoProto Info(string name, Shape shape)
    {
        var info = new ValueInfoProto { Name = name };
        info.Shape.AddRange([OnnxExport.BatchAxis, .. nodes.Sizes.Names(shape)]);
        return info;
    }
}
