using System.Numerics;
using System.Runtime.InteropServices;

namespace RnnDsl.Tuning;

/// <summary>A fingerprint of the parameters of a base model, by which an adapter knows its base: a hash of 64 bits over the bits of all values, without the gaps between the parameters. It finds mistakes, and is no
/// protection from forgery.</summary>
static class BaseFingerprint
{
    /// <summary>An odd number with bits in no order: 2⁶⁴ divided by the golden ratio.</summary>
    const ulong Factor = 0x9E3779B97F4A7C15;

    /// <summary>Of values in the layout of these parameters.</summary>
    public static ulong Of(ParameterStore parameters, ReadOnlySpan<float> values)
    {
        ulong hash = 0;
        IReadOnlyList<Parameter> slices = parameters.Slices;
        // Indexed, because every predictor runs it, also in native programs that have to be small.
        for (int i = 0; i < slices.Count; i++)
            hash = Add(hash, values.Slice(slices[i].Offset, slices[i].Length));
        return hash;
    }

    /// <summary>With the values of one more parameter.</summary>
    public static ulong Add(ulong hash, ReadOnlySpan<float> values)
    {
        foreach (uint bits in MemoryMarshal.Cast<float, uint>(values))
            hash = BitOperations.RotateLeft(hash ^ bits, 29) * Factor;
        return hash;
    }
}
