namespace RnnDsl.Generators.Parsing;

// Inside the namespace, so that Dim is the graph's type and not the language's, which this file may also see.
using RnnDsl.Generators.Ir;

/// <summary>Rewrites a cell or model in the dimensions of the class that contains it.</summary>
internal static class CellRenaming
{
    public static ModelText Rename(ModelText model, IReadOnlyDictionary<string, Dim> names) => model with
    {
        Parameters = Rename(model.Parameters, names),
        Layers = Rename(model.Layers, names),
        Methods = model.Methods.Select(m => m with
        {
            Inputs = m.Inputs.Select(i => Rename(i, names)).ToEquatable(),
            Result = Rename(m.Result, names),
            Graph = Rename(m.Graph, names),
        }).ToEquatable(),
    };

    static ValueDecl Rename(ValueDecl value, IReadOnlyDictionary<string, Dim> names) =>
        value with { Shape = value.Shape.Rename(names), Units = value.Units?.Rename(names) };

    static EquatableArray<ParameterDecl> Rename(EquatableArray<ParameterDecl> parameters, IReadOnlyDictionary<string, Dim> names) =>
        parameters.Select(p => p with { Shape = p.Shape.Rename(names), Function = p.Function is null ? null : ParameterFunction.OfLayer }).ToEquatable();

    static EquatableArray<LayerDecl> Rename(EquatableArray<LayerDecl> layers, IReadOnlyDictionary<string, Dim> names) => layers.Select(l => l with
    {
        Cell = Rename(l.Cell, names),
        Arguments = l.Arguments.Select(a => a.Rename(names)).ToEquatable(),
    }).ToEquatable();

    public static CellModel Rename(CellModel cell, IReadOnlyDictionary<string, Dim> names) => cell with
    {
        Dims = cell.Dims.Select(d => d with { Name = Rename(d.Name, names) }).ToEquatable(),
        Input = cell.Input.Rename(names),
        Memory = cell.Memory?.Rename(names),
        Output = cell.Output.Rename(names),
        Parameters = Rename(cell.Parameters, names),
        States = cell.States.Select(s => s with { Shape = s.Shape.Rename(names) }).ToEquatable(),
        Layers = Rename(cell.Layers, names),
        Step = Rename(cell.Step, names),
    };

    static Graph Rename(Graph graph, IReadOnlyDictionary<string, Dim> names) => new(
        graph.Nodes.Select(n => n with { Shape = n.Shape.Rename(names), Argument = Rename(n.Argument, names) }), graph.Results, graph.Equations);

    static Argument Rename(Argument argument, IReadOnlyDictionary<string, Dim> names) => argument switch
    {
        Argument.Extent extent => new Argument.Extent(extent.Dim.Rename(names)),
        Argument.Offset { After: { } after } offset => offset with { After = after.Rename(names) },
        _ => argument,
    };

    static string Rename(string dim, IReadOnlyDictionary<string, Dim> names) => Dim.Parse(dim).Rename(names).Text;
}
