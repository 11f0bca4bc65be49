namespace RnnDsl.Generators.Ir;

/// <summary>
/// All parameters of a module in the order of its flat buffer: first its own, then those of its layers, each under its path. The parameters of a layer lie together, in the order that they have in the layer by itself, so that the layer's
/// own buffer is a part of its owner's.
/// </summary>
internal static class ModuleParameters
{
    public static IReadOnlyList<ParameterDecl> Of(ModuleModel module) => module.Cell is CellModel cell
        ? [.. Of("", cell.Parameters, cell.Layers)]
        : [.. Together(Of("", module.Parameters, []), Of("", [], module.Layers), from: 0)];

    /// <summary>The names of parameters that are not trained.</summary>
    public static HashSet<string> Fixed(ModuleModel module) => [.. Of(module).Where(p => p.IsFixed).Select(p => p.Name)];

    static IEnumerable<ParameterDecl> Of(string path, IEnumerable<ParameterDecl> own, IEnumerable<LayerDecl> layers)
    {
        foreach (ParameterDecl parameter in own)
            yield return parameter with { Name = path + parameter.Name };
        foreach (LayerDecl layer in layers)
            foreach (ParameterDecl parameter in Of(path + layer.Field + ".", layer.Cell.Parameters, layer.Cell.Layers))
                yield return parameter;
    }

    /// <summary>
    /// Brings together what belongs to one layer: parameters of a model that is a layer, which stand before all cells, come before its first cell. Parameters outside of cells keep their order, and so do those of cells, because fingerprints of
    /// saved adapters go by them (<c>BaseFingerprint</c> of the runtime).
    /// </summary>
    /// <param name="outside">Those outside of cells.</param>
    /// <param name="cells">Those of cells.</param>
    /// <param name="from">The length of the path that all of them have in common.</param>
    static IEnumerable<ParameterDecl> Together(IEnumerable<ParameterDecl> outside, IEnumerable<ParameterDecl> cells, int from)
    {
        var layers = cells.GroupBy(p => FirstPart(p.Name, from)).ToList();
        foreach (IGrouping<string, ParameterDecl> own in outside.GroupBy(p => FirstPart(p.Name, from)))
        {
            int at = layers.FindIndex(layer => layer.Key == own.Key);
            foreach (ParameterDecl parameter in layers.Take(at).SelectMany(layer => layer).Concat(at < 0 ? own : Together(own, layers[at], from + own.Key.Length + 1)))
                yield return parameter;
            layers.RemoveRange(0, at + 1);
        }
        foreach (ParameterDecl parameter in layers.SelectMany(layer => layer))
            yield return parameter;
    }

    static string FirstPart(string name, int from) => name.IndexOf('.', from) is >= 0 and var dot ? name.Substring(from, dot - from) : name.Substring(from);
}
