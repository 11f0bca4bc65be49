using RnnDsl.Generators.Ir;
using RnnDsl.Generators.Ops;

namespace RnnDsl.Generators.Parsing;

/// <summary>
/// Finds what needs the units of a one-hot vector. A product needs the number of its unit alone, and so do sums of what it multiplies; what works unit by unit beside another vector as
/// long, which is there at every step, costs nothing more. All else has as many units to read as the dimension has.
/// </summary>
internal static class OneHotRules
{
    /// <summary>The vectors of a graph that are written out, with the nodes for which they are.</summary>
    /// <param name="graph">Its nodes.</param>
    /// <param name="isOneHot">Which of them are one-hot.</param>
    /// <param name="layers">What its calls run, by their fields.</param>
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

    /// <summary>True if a cell reads its input otherwise than through products.</summary>
    static bool NeedsUnits(CellModel cell)
    {
        var graph = new NodeReaders(cell.Step.Nodes, [.. cell.Step.Results.Select(r => r.Node)]);
        Func<Node, bool> isInput = n => n.Op == Op.Input;
        return graph.Reached.Any(n => isInput(n) && graph.IsResult(n)) || WrittenOut(graph, isInput, cell.Layers.ToDictionary(l => l.Field)).Any();
    }

    /// <summary>True for a vector that has all its units anyway: none of parameters alone, which would be there but once.</summary>
    static bool IsLong(Node node) => node.Shape.IsVector && !node.Domain.IsParameters && node.Op is not (Op.OneHot or Op.Broadcast or Op.Dropout);

    /// <summary>True if the sum over a vector's units, or over their negatives, is all that is read of it.</summary>
    static bool IsSummed(NodeReaders graph, Node node) =>
        !graph.IsResult(node) && graph.Readers(node).All(r => r.Sums(Over.Units) || (r.Op == Op.Negate && IsSummed(graph, r)));
}
