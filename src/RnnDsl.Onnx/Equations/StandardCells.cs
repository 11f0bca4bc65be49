using System.Reflection;
using RnnDsl.Generators.Parsing;

namespace RnnDsl.Onnx.Equations;

// In here, so that Dim is the graph's and not the language's, which this file may see too.
using RnnDsl.Generators.Ir;

/// <summary>A cell that other frameworks have as a layer.</summary>
/// <param name="Form">The form of its equations.</param>
/// <param name="Activations">Its activations in ONNX's order: of the gates, the candidate and the memory cell, as far as the form has them.</param>
/// <param name="Clipping">The clipping of the arguments of all activations except the memory cell's; null if there is none.</param>
sealed record StandardCell(StandardForm Form, Activation[] Activations, Clipping? Clipping)
{
    /// <summary>True if the activations are those of the library's cell of this form.</summary>
    public bool HasUsualActivations => Activations.SequenceEqual(StandardCells.UsualActivations(Form));
}

/// <summary>
/// Recognizes by their equations the cells that other frameworks have as layers. The graph of such a cell equals that of a cell of the library with the same parameters,
/// except that each activation may be another one, and its argument may be clipped.
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
        // The complement of a gate must be the same gate with a negated argument. Otherwise no weights make ONNX's input gate equal to the cell's.
        return needed.ToHashSet().SetEquals(Declared(cell)) && (!form.IsCoupled() || activations[0].IsComplementary)
            ? new StandardCell(form, activations, clipping) : null;
    }

    static IEnumerable<(string Name, Shape Shape)> Declared(CellModel cell) => cell.Parameters.Select(p => (p.Name, p.Shape));

    static CellModel Read(Type type) => CellModelText.Parse(type.GetCustomAttribute<CellGraphAttribute>()!.Graph);
}
