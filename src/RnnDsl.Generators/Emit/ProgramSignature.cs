using RnnDsl.Generators.Ir;
using RnnDsl.Generators.Ops;

namespace RnnDsl.Generators.Emit;

/// <summary>The members by which the runtime calls a program.</summary>
internal sealed record ProgramSignature(
    IReadOnlyList<DimDecl> Dims,
    IReadOnlyList<ValueDecl> Inputs,
    IReadOnlyList<ParameterDecl> Parameters,
    IReadOnlyList<CarriedState> States,
    bool HasGradients)
{
    /// <summary>For the step of a conditional stream: the values that its condition gives it.</summary>
    public IReadOnlyList<ValueDecl> Given { get; init; } = [];

    /// <summary>The axes whose lengths such a step is made for.</summary>
    public IReadOnlyList<int> Sequences { get; init; } = [];

    readonly Dictionary<string, int> stateIndex = States.Select((s, i) => (s.Name, Index: i)).ToDictionary(s => s.Name, s => s.Index);

    /// <summary>The index of a state among the shard's states, or null.</summary>
    public int? StateIndex(string name) => stateIndex.TryGetValue(name, out int index) ? index : null;

    /// <summary>Matrices from which a program reads only single rows, so that only these rows have a gradient.</summary>
    public List<string> RowTables(Graph graph)
    {
        HashSet<string> tables = [.. graph.Results.Where(r => r.IsGradient).GroupBy(r => r.Parameter).Where(g => g.All(r => graph[r.Node].Op == Op.Scatter && graph[r.Node].Over == Over.Rows && graph.Users(r.Node).Count == 0)).Select(g => g.Key)];
        return [.. Parameters.Select(p => p.Name).Where(tables.Contains)];
    }

    /// <summary>The size of a dimension if the compiler knows it; otherwise null.</summary>
    public int? KnownSize(Dim dim) => dim.IsConcat ? KnownSize(dim.Left!) + KnownSize(dim.Right!) : Dims.FirstOrDefault(d => d.Name == dim.Text)?.FixedSize;
}
