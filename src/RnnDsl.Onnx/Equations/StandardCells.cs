using System.Reflection;
using RnnDsl.Generators.Parsing;

namespace RnnDsl.Onnx.Equations;

// In here, so that Dim is the graph's and not the language's, which this file may see too.
using RnnDsl.Generators.Ir;

/// <summary>A cell that is a layer of other frameworks too.</summary>
/// <param name="Form">Which.</param>
/// <param name="Activations">In ONNX's order: of the gates, the candidate, the memory cell, as far as the form has them.</param>
/// <param name="Clipping">What keeps the arguments of all activations but the memory cell's within bounds, or null.</param>
sealed record StandardCell(StandardForm Form, Activation[] Activations, Clipping? Clipping)
{
    /// <summary>The activations that the form has by itself.</summary>
    public bool HasUsualActivations => Activations.SequenceEqual(StandardCells.UsualActivations(Form));
}

/// <summary>
/// Tells which cells are layers of other frameworks, by their equations: the graph is that of a cell of the library with the same parameters, where
/// each activation may be another one, and its argument clipped.
/// </summary>
static class StandardCells
{
    static readonly (StandardForm Form, CellModel Cell)[] Known =
    [
        (StandardForm.Lstm, Read(typeof(Lstm<,>))),
        (StandardForm.PeepholeLstm, Read(typeof(PeepholeLstm<,>))),
        (StandardForm.CoupledLstm, Read(typeof(CoupledLstm<,>))),
        (StandardForm.CoupledPeepholeLstm, Read(typeof(ClippedCoupledLstm<,>))),
        (StandardForm.ProjectedLstm, Read(typeof(ProjectedLstm<,,>))),
        (StandardForm.Gru, Read(typeof(Gru<,>))),
        (StandardForm.GruResetBefore, Read(typeof(GruResetBefore<,>))),
        (StandardForm.Elman, Read(typeof(Elman<,>))),
        (StandardForm.Linear, Read(typeof(Linear<,>))),
    ];

    public static StandardCell? Recognize(CellModel cell)
    {
        foreach ((StandardForm form, CellModel known) in Known)
            if (Compare(form, known, cell) is { } found)
                return found;
        return null;
    }

    public static Activation[] UsualActivations(StandardForm form) => form.Operator() switch
    {
        "LSTM" => [Activation.Sigmoid, Activation.Tanh, Activation.Tanh],
        "GRU" => [Activation.Sigmoid, Activation.Tanh],
        "RNN" => [Activation.Tanh],
        _ => [],
    };

    static StandardCell? Compare(StandardForm form, CellModel known, CellModel cell)
    {
        if (cell.Layers.Count > 0 || !cell.Input.IsVector || !cell.Output.IsVector)
            return null;
        // The library's cells have the dimensions of their input and output, and of their states.
        var names = new Dictionary<string, Dim> { [known.Input.Rows!.Text] = cell.Input.Rows!, [known.Output.Rows!.Text] = cell.Output.Rows! };
        foreach (StateDecl state in known.States)
            if (cell.States.FirstOrDefault(s => s.Name == state.Name) is { Shape.Rows: { } rows })
                names.TryAdd(state.Shape.Rows!.Text, rows);
        if (known.Dims.Any(d => !names.ContainsKey(d.Name)))
            return null;
        known = CellRenaming.Rename(known, names);
        if (!known.States.Select(s => (s.Name, s.Shape)).SequenceEqual(cell.States.Select(s => (s.Name, s.Shape)))
            || FormMatcher.Match(known.Step, cell.Step) is not var (activations, clipping))
            return null;
        IEnumerable<(string, Shape)> needed = Declared(known).Where(p => !p.Shape.IsScalar);
        if (clipping?.Parameter is { } bound)
            needed = needed.Append((bound, Shape.Scalar));
        // A gate's complement must be the same gate with the other sign, or ONNX's input gate is none of the cell's.
        return needed.ToHashSet().SetEquals(Declared(cell)) && (!form.IsCoupled() || activations[0].IsComplementary)
            ? new StandardCell(form, activations, clipping) : null;
    }

    static IEnumerable<(string Name, Shape Shape)> Declared(CellModel cell) => cell.Parameters.Select(p => (p.Name, p.Shape));

    static CellModel Read(Type type) => CellModelText.Parse(type.GetCustomAttribute<CellGraphAttribute>()!.Graph);
}
