namespace RnnDsl.Onnx.Export;

// In here, so that Dim is the graph's and not the language's, which this file may see too.
using RnnDsl.Generators.Ir;

/// <summary>Cells that read a memory.</summary>
static class Memories
{
    /// <summary>The cell with the axis of its memory renumbered: the only axis in the cell's graph becomes the axis of the given sequence.</summary>
    public static CellModel On(CellModel cell, int axis)
    {
        Dictionary<string, Dim> names = new() { [Dim.Steps(0).Text] = Dim.Steps(axis) };
        return cell with
        {
            States = cell.States.Select(s => s with { Shape = s.Shape.Rename(names) }).ToEquatable(),
            Step = new Graph(cell.Step.Nodes.Select(n => n with
            {
                Shape = n.Shape.Rename(names), Domain = n.Domain.IsParameters ? n.Domain : n.Domain.OnAxis(axis),
                Argument = n.Argument is Argument.Extent { Dim: { IsSteps: true } } ? new Argument.Extent(Dim.Steps(axis)) : n.Argument,
            }), cell.Step.Results, cell.Step.Equations),
        };
    }
}
