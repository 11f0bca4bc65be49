using System.Numerics;
using System.Runtime.InteropServices;
using RnnDsl.Execution;

namespace RnnDsl.Tuning;

/// <summary>A fingerprint of the parameters of a base model, by which an adapter knows its base: a hash of 64 bits over the bits of all values, without the gaps between the parameters. It finds mistakes, and is no
/// protection from forgery.</summary>
static class BaseFingerprint
{
    /// <summary>An odd number with bits in no order: 2⁶⁴ divided by the golden ratio.</summary>
    const ulong Factor = 0x9E3779B97F4A7C15;

    /// <summary>Of values in the layout of the module's parameters.</summary>
    public static ulong Of(Module module, ReadOnlySpan<float> values)
    {
        ulong hash = 0;
        foreach (Parameter slice in Order(module))
            hash = Add(hash, values.Slice(slice.Offset, slice.Length));
        return hash;
    }

    /// <summary>The parameters in the order in which the fingerprint takes them: those outside of cells, then those of cells. So they lay in memory when the first adapters were saved.</summary>
    public static Parameter[] Order(Module module)
    {
        IReadOnlyList<Parameter> slices = module.Parameters.Slices;
        IReadOnlyList<EquationsInfo> parts = module.Info.Equations;
        var order = new Parameter[slices.Count];
        int count = 0;
        // Indexed, because every predictor runs it, also in native programs that have to be small.
        for (int pass = 0; pass < 2; pass++)
            for (int i = 0; i < slices.Count; i++)
                if (IsOfCell(slices[i].Name, parts) == (pass == 1))
                    order[count++] = slices[i];
        return order;
    }

    static bool IsOfCell(string name, IReadOnlyList<EquationsInfo> parts)
    {
        for (int i = 0; i < parts.Count; i++)
            if (parts[i].Part is { Length: > 0 } part && name.Length > part.Length && name[part.Length] == '.' && name.StartsWith(part, StringComparison.Ordinal))
                return true;
        return false;
    }

    /// <summary>With the values of one more parameter.</summary>
    public static ulong Add(ulong hash, ReadOnlySpan<float> values)
    {
        foreach (uint bits in MemoryMarshal.Cast<float, uint>(values))
            hash = BitOperations.RotateLeft(hash ^ bits, 29) * Factor;
        return hash;
    }
}
