using RnnDsl.Memory;

namespace RnnDsl.Kernels;

/// <summary>
/// A vector of floats of a width that the type knows. Kernels and generated loops are written once over it and
/// compiled for 128, 256 and 512 bits.
/// </summary>
public interface ISimd<V> where V : struct, ISimd<V>
{
    /// <summary>Number of lanes: 4, 8 or 16.</summary>
    static abstract int Count { get; }

    static abstract V Load(Floats source, nint index);
    static abstract void Store(V value, Floats target, nint index);
    static abstract V Broadcast(float value);

    static abstract V operator +(V a, V b);
    static abstract V operator -(V a, V b);
    static abstract V operator *(V a, V b);
    static abstract V operator /(V a, V b);
    static abstract V operator -(V a);

    /// <summary>a·b + c, fused where the processor has it.</summary>
    static abstract V MultiplyAdd(V a, V b, V c);

    static abstract V Min(V a, V b);
    static abstract V Max(V a, V b);
    static abstract V Abs(V a);
    static abstract V Sqrt(V a);

    /// <summary>Lane by lane: a &gt; b ? x : y.</summary>
    static abstract V SelectGreater(V a, V b, V x, V y);

    /// <summary>The first <paramref name="count"/> lanes of <paramref name="value"/>, the others <paramref name="fill"/>.
    /// A count of zero or less fills all, one of <see cref="Count"/> or more none.</summary>
    static abstract V FirstLanes(V value, nint count, float fill);

    /// <summary>Sum over the lanes.</summary>
    static abstract float Sum(V value);

    /// <summary>Largest lane.</summary>
    static abstract float MaxAcross(V value);
}
