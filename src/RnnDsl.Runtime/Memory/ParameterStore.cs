using RnnDsl.Execution;

namespace RnnDsl;

/// <summary>A named slice of a <see cref="ParameterStore"/>.</summary>
public sealed record Parameter(ParameterInfo Info, int Offset)
{
    public string Name => Info.Name;
    public int Length => Info.Length;
}

/// <summary>
/// All parameters of a module in one flat, aligned buffer. A parameter is a named slice, dense and row-major; slices begin at
/// multiples of <see cref="Memory.Layout.Alignment"/> floats and the gaps between them are zero.
/// </summary>
public sealed class ParameterStore
{
    readonly Dictionary<string, float[]> slices = [];

    public int Version { get; private set; }

    public Span<float> this[string name] => slices[name];

    public void MarkChanged() => Version++;

    internal static ParameterStore Create(ModuleInfo info, int seed)
    {
        var store = new ParameterStore();
        foreach (ParameterInfo parameter in info.Parameters)
            store.slices[parameter.Name] = new float[parameter.Length];
        return store;
    }
}
