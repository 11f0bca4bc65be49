using RnnDsl.Generators.Ir;
using RnnDsl.Generators.Ops;

namespace RnnDsl.Generators.Emit;

/// <summary>What the known sizes imply for the loops of a streaming step.</summary>
internal sealed class StepSizes(Graph graph, ProgramSignature signature)
{
    /// <summary>The lanes of the widest vectors.</summary>
    const int MostLanes = 16;

    /// <summary>So many weights surely stay in the L1 cache from step to step.</summary>
    const int CachedWeights = 6 << 10;

    readonly Dictionary<Dim, bool> cached = [];

    public int? Known(Dim dim) => signature.KnownSize(dim);

    /// <summary>True if a loop over these units is known to have a single iteration, on some processor.</summary>
    public bool FitsOneVector(Dim units) => Known(units) <= MostLanes;

    public bool MayFitOneVector(Dim units) => !(Known(units) > MostLanes);

    /// <summary>
    /// True for units whose products should be made in loops of their own. The values that depend on them are one long chain of operations, which fills the processor's reorder
    /// window and delays the next iteration's products. If weights come from a farther cache, that delay hides their latency instead.
    /// </summary>
    public bool Separates(Dim units) => Known(units) > MostLanes && AreCached(units);

    /// <summary>
    /// True for loops whose weights, as far as is known, exceed the L1 cache. Such a loop alternates its direction from step to step: it starts with the weights that the previous
    /// step read last.
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
