using RnnDsl.Generators.Ir;
using RnnDsl.Generators.Ops;

namespace RnnDsl.Generators.Parsing;

/// <summary>
/// Finds operations that need the units of a one-hot vector. A product needs only the number of the unit, and so does a sum over the vector times another one. An elementwise
/// operation with another vector of the same length, which exists at every step anyway, costs nothing extra. All other operations read as many units as the dimension has.
/// </summary>
internal static class OneHotRules
{
    /// <summary>The one-hot vectors of a graph that must be written out, with the nodes that require it.</summary>
    /// <param name="graph">The nodes of the graph.</param>
    /// <param name="isOneHot">Which nodes are one-hot.</param>
    /// <param name="layers">The layers that its calls run, by field.</param>
    public static IEnumerable<(Node Vector, Node Reader)> WrittenOut(NodeReaders graph, Func<Node, bool> isOneHot, IReadOnlyDictionary<string, LayerDecl> layers) =>
        from vector in graph.Reached
        where isOneHot(vector)
        from reader in graph.Readers(vector)
        where NeedsUnits(graph, reader, isOneHot, layers)
        select (vector, reader);

    public static bool IsCall(Node node) => OpTable.Kind(node) == OpKind.Call;

    static bool NeedsUnits(NodeReaders graph, Node reader, Func<Node, bool> isOneHot, IReadOnlyDictionary<string, LayerDecl> layers) => OpTable.Kind(reader) switch
    {
        OpKind.Product => false,
        OpKind.Call => !layers.TryGetValue(reader.Name, out LayerDecl? layer) || NeedsUnits(layer.Cell),
        OpKind.Elementwise => !graph.Operands(reader).Any(n => !isOneHot(n) && IsLong(n)) && !(reader.Op == Op.Multiply && IsSummed(graph, reader)),
        _ => true,
    };

    /// <summary>True if a cell reads its input in another way than through products.</summary>
    static bool NeedsUnits(CellModel cell)
    {
        var graph = new NodeReaders(cell.Step.Nodes, [.. cell.Step.Results.Select(r => r.Node)]);
        Func<Node, bool> isInput = n => n.Op == Op.Input;
        return graph.Reached.Any(n => isInput(n) && graph.IsResult(n)) || WrittenOut(graph, isInput, cell.Layers.ToDictionary(l => l.Field)).Any();
    }

    /// <summary>True for a vector whose units exist at every step anyway. A vector of parameters alone does not count: it exists only once.</summary>
    static bool IsLong(Node node) => node.Shape.IsVector && !node.Domain.IsParameters && node.Op is not (Op.OneHot or Op.Broadcast or Op.Dropout);

    /// <summary>True if nothing but the sum over a vector's units, or over their negatives, is read.</summary>
    static bool IsSummed(NodeReaders graph, Node node) =>
        !graph.IsResult(node) && graph.Readers(node).All(r => r.Sums(Over.Units) || (r.Op == Op.Negate && IsSummed(graph, r)));
}
