using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using RnnDsl.Generators.Parsing;

namespace RnnDsl.Onnx.Equations;

// In here, so that Dim is the graph's and not the language's, which this file may see too.
using RnnDsl.Generators.Ir;

/// <summary>The cells of the library that other frameworks have too.</summary>
enum StandardCell
{
    Lstm,
    PeepholeLstm,
    Gru,
    GruResetBefore,
    Elman,
    ElmanRelu,
    Linear,
}

/// <summary>Tells which cells are one of the library's, by their equations: a cell of the user's with the same parameters and the same text is
/// one too.</summary>
static class StandardCells
{
    static readonly (StandardCell Kind, CellModel Cell)[] Known =
    [
        (StandardCell.Lstm, Read(typeof(Lstm<,>))),
        (StandardCell.PeepholeLstm, Read(typeof(PeepholeLstm<,>))),
        (StandardCell.Gru, Read(typeof(Gru<,>))),
        (StandardCell.GruResetBefore, Read(typeof(GruResetBefore<,>))),
        (StandardCell.Elman, Read(typeof(Elman<,>))),
        (StandardCell.ElmanRelu, Read(typeof(ElmanRelu<,>))),
        (StandardCell.Linear, Read(typeof(Linear<,>))),
    ];

    public static StandardCell? Recognise(CellModel cell)
    {
        foreach ((StandardCell kind, CellModel known) in Known)
        {
            // The library's cells have two dimensions, those of their input and output.
            var names = new Dictionary<string, Dim> { [known.Dims[0].Name] = cell.Input.Rows!, [known.Dims[1].Name] = cell.Output.Rows! };
            if (Same(CellRenaming.Rename(known, names), cell))
                return kind;
        }
        return null;
    }

    /// <summary>Gates of the standard layers: parameters W… and U… for each.</summary>
    public static string[] Gates(StandardCell kind) => kind switch
    {
        StandardCell.Lstm or StandardCell.PeepholeLstm => ["i", "f", "g", "o"],
        StandardCell.Gru or StandardCell.GruResetBefore => ["r", "z", "n"],
        _ => [""],
    };

    /// <summary>Equal but for names of values, first values, and the class's name.</summary>
    static bool Same(CellModel a, CellModel b) =>
        a.Layers.Count == 0 && b.Layers.Count == 0
        && a.Parameters.Select(p => (p.Name, p.Shape)).SequenceEqual(b.Parameters.Select(p => (p.Name, p.Shape)))
        && a.States.Select(s => (s.Name, s.Shape)).SequenceEqual(b.States.Select(s => (s.Name, s.Shape)))
        && a.Step.Results.Equals(b.Step.Results)
        && a.Step.Nodes.Select(Unlabelled).SequenceEqual(b.Step.Nodes.Select(Unlabelled));

    static Node Unlabelled(Node node) => node with { Label = null, Equation = -1 };

    static CellModel Read([DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.None)] Type type) =>
        CellModelText.Parse(type.GetCustomAttribute<CellGraphAttribute>()!.Graph);
}
