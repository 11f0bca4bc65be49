using System.ComponentModel;
using RnnDsl.Memory;

namespace RnnDsl.CompilerServices;

/// <summary>
/// A vector of floats of a width that the type knows. Kernels and generated loops are written once over it and
/// compiled for 128, 256 and 512 bits.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public interface ISimd<V> where V : struct, ISimd<V>
{
    /// <summary>Number of lanes: 4, 8 or 16.</summary>
    static abstract int Count { get; }

    /// <summary>The lanes that begin at an index.</summary>
    static abstract V Load(Floats source, nint index);

    /// <summary>Writes all lanes from an index on.</summary>
    static abstract void Store(V value, Floats target, nint index);

    /// <summary>The lanes that begin there.</summary>
    static abstract unsafe V Load(float* source);

    /// <summary>Writes all lanes from there on.</summary>
    static abstract unsafe void Store(V value, float* target);

    /// <summary>The same number in all lanes.</summary>
    static abstract V Broadcast(float value);

    /// <summary>a + b, lane by lane.</summary>
    static abstract V operator +(V a, V b);

    /// <summary>a − b, lane by lane.</summary>
    static abstract V operator -(V a, V b);

    /// <summary>a · b, lane by lane.</summary>
    static abstract V operator *(V a, V b);

    /// <summary>a / b, lane by lane.</summary>
    static abstract V operator /(V a, V b);

    /// <summary>−a, lane by lane.</summary>
    static abstract V operator -(V a);

    /// <summary>a·b + c, fused where the processor has it.</summary>
    static abstract V MultiplyAdd(V a, V b, V c);

    // Constants as floats: each call less leaves the runtime's compiler room to put more of a loop into one method.

    /// <summary>a·b + c with the same b and c in all lanes.</summary>
    static abstract V MultiplyAdd(V a, float b, float c);

    /// <summary>a·b + c with the same b in all lanes.</summary>
    static abstract V MultiplyAdd(V a, float b, V c);

    /// <summary>a·b + c with the same c in all lanes.</summary>
    static abstract V MultiplyAdd(V a, V b, float c);

    /// <summary>The nearest number from −limit to limit; NaN for NaN.</summary>
    static abstract V Clamp(V a, float limit);

    /// <summary>The smaller; NaN if <paramref name="b"/> is.</summary>
    static abstract V Min(float a, V b);

    /// <summary>a·b + c, b being the vector that begins at an index: the load is a part of the instruction.</summary>
    static abstract V MultiplyAdd(V a, Floats b, nint index, V c);

    /// <summary>The smaller; a NaN in <paramref name="b"/> comes through, one in <paramref name="a"/> need not (one instruction).</summary>
    static abstract V Min(V a, V b);

    /// <summary>The larger; a NaN in <paramref name="b"/> comes through, one in <paramref name="a"/> need not (one instruction).</summary>
    static abstract V Max(V a, V b);

    /// <summary>The magnitude, lane by lane.</summary>
    static abstract V Abs(V a);

    /// <summary>The square root, lane by lane; NaN below zero.</summary>
    static abstract V Sqrt(V a);

    /// <summary>The largest whole number that is not larger; NaN for NaN.</summary>
    static abstract V Floor(V a);

    /// <summary>Lane by lane: a &gt; b ? x : y; y where a or b is NaN.</summary>
    static abstract V SelectGreater(V a, V b, V x, V y);

    /// <summary>2ⁿ for whole n from −126 to 127.</summary>
    static abstract V PowerOfTwo(V n);

    /// <summary>x·2ⁿ for x near 1 and whole n from −252 to 254, rounded once.</summary>
    static abstract V Scale(V x, V n);

    /// <summary>The whole number e with a / 2ᵉ from √½ to √2, for positive normal a.</summary>
    static abstract V Exponent(V a);

    /// <summary>a / 2ᵉ, e being <see cref="Exponent"/>: from √½ to √2, for positive normal a.</summary>
    static abstract V Mantissa(V a);

    /// <summary>The first <paramref name="count"/> lanes of <paramref name="value"/>, the others <paramref name="fill"/>.
    /// A count of zero or less fills all, one of <see cref="Count"/> or more none.</summary>
    static abstract V FirstLanes(V value, nint count, float fill);

    /// <summary>Stores the first <paramref name="count"/> lanes and leaves what lies behind them as it is.</summary>
    static abstract void StoreFirst(V value, nint count, Floats target, nint index);

    /// <summary>1 in the lane whose unit has the number, 0 in the others.</summary>
    /// <param name="number">The number, in all lanes.</param>
    /// <param name="unit">The first lane's unit.</param>
    static abstract V Unit(V number, nint unit);

    /// <summary>The value, but zero in each lane whose unit's number is below a bound; see <see cref="DropoutMask"/>.</summary>
    /// <param name="value">The value.</param>
    /// <param name="row">Key of the row.</param>
    /// <param name="unit">The first lane's unit.</param>
    /// <param name="below">The bound.</param>
    static abstract V Drop(V value, ulong row, nint unit, int below);

    /// <summary>Lane by lane, as integers of 32 bits: the sum, and the products of the four bytes of the operand, as <see cref="Int8Weights"/> makes
    /// them, with those of the weights.</summary>
    static abstract unsafe V MultiplyAddBytes(V operand, float* weights, V sums);

    /// <summary>Lane by lane, as integers of 32 bits: a + b.</summary>
    static abstract V AddIntegers(V a, V b);

    /// <summary>Lane by lane, as integers of 32 bits: a + offset, as a float times scale · factor.</summary>
    static abstract unsafe V FromIntegers(V a, float* offset, float* scale, float factor);

    /// <summary>Sum over the lanes.</summary>
    static abstract float Sum(V value);

    /// <summary>Largest lane; NaN if one is.</summary>
    static abstract float MaxAcross(V value);
}
