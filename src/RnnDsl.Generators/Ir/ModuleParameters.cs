namespace RnnDsl.Generators.Ir;

/// <summary>All parameters of a module in the order of its flat buffer: first its own, then those of its layers, each under its path.</summary>
internal static class ModuleParameters
{
    public static IReadOnlyList<ParameterDecl> Of(ModuleModel module) => module.Cell is CellModel cell
        ? [.. Of("", cell.Parameters, cell.Layers)]
        : [.. Of("", module.Parameters, module.Layers)];

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
}
