using RnnDsl.Generators.Ir;
using RnnDsl.Generators.Ops;

namespace RnnDsl.Generators.Emit;

/// <summary>What the sizes that the compiler knows say about the loops of a streaming step.</summary>
internal sealed class StepSizes(Graph graph, ProgramSignature signature)
{
    /// <summary>Of the widest vectors.</summary>
    const int MostLanes = 16;

    /// <summary>Weights that surely stay in the first cache from step to step.</summary>
    const int CachedWeights = 6 << 10;

    readonly Dictionary<Dim, bool> cached = [];

    public int? Known(Dim dim) => signature.KnownSize(dim);

    /// <summary>True if a loop over these units is known to have a single turn, on some processor.</summary>
    public bool FitsOneVector(Dim units) => Known(units) <= MostLanes;

    public bool MayFitOneVector(Dim units) => !(Known(units) > MostLanes);

    /// <summary>
    /// True for loops whose products are better made by themselves: what depends on them is one long chain of operations, which fills the processor's
    /// window and keeps the next turn's products waiting. Where weights come from further away, that is the time in which they come.
    /// </summary>
    public bool Separates(Dim units) => Known(units) > MostLanes && AreCached(units);

    /// <summary>
    /// True for loops whose weights, as far as is known, are more than the first cache holds. Such a loop runs forth and back by turns: it begins with the
    /// weights that the step before read last.
    /// </summary>
    public bool Alternates(Dim units) => !FitsOneVector(units) && !AreCached(units);

    bool AreCached(Dim units)
    {
        if (!cached.TryGetValue(units, out bool known))
            cached.Add(units, known = graph.Nodes.Where(n => OpTable.Kind(n) == OpKind.Product && n.Shape.Rows!.Equals(units))
                .Sum(n => (long)(Known(units) * Known(graph.Input(n, 1).Shape.Rows!) ?? CachedWeights + 1)) <= CachedWeights);
        return known;
    }
}
