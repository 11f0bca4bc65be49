namespace RnnDsl.Runs.Equations;

using RnnDsl.Generators.Ir;

/// <summary>Keeps named values of a run of equations, as many as a page can show.</summary>
sealed class ActivityRecorder
{
    readonly HashSet<(string, string)> names = [];

    /// <summary>The values, in the order in which they were computed.</summary>
    public List<UnitTrace> Traces { get; } = [];

    /// <summary>How many are left out, because there are too many.</summary>
    public int LeftOut { get; private set; }

    /// <summary>Adds a value of each step of a method.</summary>
    public void Add(string layer, string name, int axis, Tensor[] values)
    {
        if (Make(layer, name, axis, values[0].Values.Length, values.Length) is not { } trace)
            return;
        for (int t = 0; t < trace.Values.Length; t++)
            Copy(values[t], trace.Values[t]);
    }

    /// <summary>Begins a scan of a cell: its states and the values that have names in its equations are kept.</summary>
    public CellTrace Scan(string layer, CellModel cell, int axis, int steps) => new(this, layer, cell, axis, steps);

    /// <summary>A trace to fill; null if there are too many already.</summary>
    internal UnitTrace? Make(string layer, string name, int axis, int units, int steps)
    {
        string unique = name;
        for (int number = 2; !names.Add((layer, unique)); number++)
            unique = $"{name} ({number})";
        if (Traces.Count == CellActivity.MostTraces)
        {
            LeftOut++;
            return null;
        }
        var values = new float[Math.Min(steps, CellActivity.MostSteps)][];
        for (int t = 0; t < values.Length; t++)
            values[t] = new float[Math.Min(units, CellActivity.MostUnits)];
        var trace = new UnitTrace(layer, unique, axis, units, steps, values);
        Traces.Add(trace);
        return trace;
    }

    internal static void Copy(Tensor from, float[] to)
    {
        for (int unit = 0; unit < to.Length; unit++)
            to[unit] = (float)(from.Values.Length == 1 ? from.Values[0] : from.Values[unit]);
    }
}

/// <summary>The values of one scan.</summary>
sealed class CellTrace(ActivityRecorder recorder, string layer, CellModel cell, int axis, int steps)
{
    (int Node, UnitTrace Trace)[]? kept;

    /// <summary>Keeps the values of a step.</summary>
    public void Add(int t, Tensor[][] step)
    {
        kept ??= [.. Named().Select(n => (n.Node, Trace: recorder.Make(layer, n.Name, axis, step[n.Node][0].Values.Length, steps))).Where(k => k.Trace is not null).Select(k => (k.Node, k.Trace!))];
        foreach ((int node, UnitTrace trace) in kept)
            if (t < trace.Values.Length)
                ActivityRecorder.Copy(step[node][0], trace.Values[t]);
    }

    /// <summary>The nodes with names, then the states whose values have none, then the output if it is nothing of these.</summary>
    IEnumerable<(int Node, string Name)> Named()
    {
        var seen = new HashSet<int>();
        foreach (Node node in cell.Step.Nodes)
            if (node.Label is { } label && !node.Domain.IsParameters && !node.Domain.IsSteps && !node.Shape.IsMatrix && node.Op is not (Op.Input or Op.State) && seen.Add(node.Id))
                yield return (node.Id, label);
        foreach (StateDecl state in cell.DeclaredStates)
            if (cell.Step.Result(state.Name) is { Op: not (Op.Input or Op.State), Shape.IsMatrix: false } node && seen.Add(node.Id))
                yield return (node.Id, state.Name);
        if (cell.Step.Result("return") is { Op: not (Op.Input or Op.State) } output && seen.Add(output.Id))
            yield return (output.Id, "output");
    }
}
