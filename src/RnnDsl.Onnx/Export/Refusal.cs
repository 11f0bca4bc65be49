namespace RnnDsl.Onnx.Export;

// In here, so that Dim is the graph's and not the language's, which this file may see too.
using RnnDsl.Generators.Ir;

/// <summary>What the written graph, with its one axis of steps and vectors at them, cannot say.</summary>
static class Refusal
{
    /// <summary>Why a method is not exported; null if it is.</summary>
    public static string? Of(MethodModel method, IEnumerable<LayerDecl> layers)
    {
        if (method.Graph.Nodes.Any(n => n.Domain.IsNested))
            return $"{method.Name} reads a sequence at every step, and the written graph has one axis of steps: export a method that takes what is made of them.";
        if (method.Graph.Axes > 1)
            return $"{method.Name} reads sequences of different lengths, and the written graph has one axis of steps: export methods that read one of them.";
        if (LooksIntoWhole(method.Graph))
            return $"{method.Name} looks from each step into a whole sequence (Each), which is not written: export a method that takes what it finds there.";
        if (HasMatrices(method.Graph))
            return $"{method.Name} computes a matrix of each example or step, which is not written: the graph has vectors and numbers of them.";
        HashSet<string> called = [.. method.Graph.Nodes.Where(n => n.Op is Op.Scan or Op.ScanReversed or Op.Map).Select(n => n.Name)];
        foreach (LayerDecl layer in layers.Where(l => called.Contains(l.Field)))
            if (Of(layer.Cell) is { } cell)
                return $"{method.Name} runs {cell.Name}{(layer.Field.Length == 0 ? "" : $" ('{layer.Field}')")}, which {(cell.Memory is not null ? "looks into a memory at each step" : "computes a matrix at each step")}: that is not written. Export a method without it.";
        return null;
    }

    /// <summary>The cell itself, or one in it, that cannot be written.</summary>
    static CellModel? Of(CellModel cell) => cell.Memory is not null || cell.States.Any(s => s.Shape.IsMatrix) || HasMatrices(cell.Step) ? cell : cell.Layers.Select(l => Of(l.Cell)).FirstOrDefault(c => c is not null);

    static bool LooksIntoWhole(Graph graph) => graph.Nodes.Any(n => n.Op == Op.Whole);

    static bool HasMatrices(Graph graph) => graph.Nodes.Any(n => !n.Domain.IsParameters && (n.Shape.IsMatrix || n.Op == Op.Across));
}
