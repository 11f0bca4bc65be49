using System.Reflection;

namespace RnnDsl.Execution.Tests;

/// <summary>The parameters of layers, which are a part of those of the module that they belong to.</summary>
internal static class LayerParameters
{
    /// <summary>All layers at any depth with their paths.</summary>
    public static IEnumerable<(Module Layer, string Path)> Of(Module module)
    {
        for (Type? type = module.GetType(); type is not null; type = type.BaseType)
            foreach (FieldInfo field in type.GetFields(BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public | BindingFlags.DeclaredOnly))
            {
                // The base classes' own fields, such as the owner of a layer.
                if (type == typeof(Module))
                    continue;
                (Module, string)[] layers = field.GetValue(module) switch
                {
                    Module layer => [(layer, field.Name)],
                    Array array => [.. array.OfType<Module>().Select((layer, i) => (layer, $"{field.Name}.{i}"))],
                    _ => [],
                };
                foreach ((Module layer, string path) in layers)
                {
                    yield return (layer, path);
                    foreach ((Module below, string name) in Of(layer))
                        yield return (below, $"{path}.{name}");
                }
            }
    }

    /// <summary>What is wrong with the parameters of some layer, or null.</summary>
    public static string? Fault(Module module)
    {
        float[] kept = module.Parameters.Snapshot();
        try
        {
            for (int i = 0; i < kept.Length; i++)
                module.Parameters.Values[i] = i % 4096;
            foreach ((Module layer, string path) in Of(module))
            {
                // A layer that is an abstract model has no description; its own layers have.
                if (layer.GetType() is { IsNested: true, IsSealed: true, BaseType.IsAbstract: true } && layer is Model && layer.GetType().BaseType != typeof(Model))
                    continue;
                foreach (Parameter slice in layer.Parameters.Slices)
                    if (!layer.Parameters.ReadOnlyValues.Slice(slice.Offset, slice.Length).SequenceEqual(module.Parameters[$"{path}.{slice.Name}"]))
                        return $"'{slice.Name}' of the layer '{path}' is not '{path}.{slice.Name}' of {module.Info.Name}";
                int before = module.Parameters.Version;
                if (layer.Parameters.Length == 0)
                    continue;
                (float old, layer.Parameters.Values[0]) = (layer.Parameters.ReadOnlyValues[0], -1);
                if (module.Parameters.Version == before || module.Parameters[$"{path}.{layer.Parameters.Slices[0].Name}"][0] != -1)
                    return $"what is written to the layer '{path}' does not reach {module.Info.Name}";
                layer.Parameters.Values[0] = old;
            }
            return null;
        }
        finally
        {
            module.Parameters.Restore(kept);
        }
    }
}
