using System.ComponentModel;
using RnnDsl.Memory;

namespace RnnDsl.CompilerServices;

/// <summary>A vector of floats of a fixed width. Kernels and generated loops are written once over it and compiled for 128, 256 and 512 bits.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public interface ISimd<V> where V : struct, ISimd<V>
{
    /// <summary>The number of lanes: 4, 8 or 16.</summary>
    static abstract int Count { get; }

    /// <summary>Loads the lanes from an index on.</summary>
    static abstract V Load(Floats source, nint index);

    /// <summary>Stores all lanes from an index on.</summary>
    static abstract void Store(V value, Floats target, nint index);

    /// <summary>Loads the lanes from an address on.</summary>
    static abstract unsafe V Load(float* source);

    /// <summary>Stores all lanes from an address on.</summary>
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

    // Constants are passed as floats: fewer calls leave the JIT compiler more room to inline a loop into one method.

    /// <summary>a·b + c with the same b and c in all lanes.</summary>
    static abstract V MultiplyAdd(V a, float b, float c);

    /// <summary>a·b + c with the same b in all lanes.</summary>
    static abstract V MultiplyAdd(V a, float b, V c);

    /// <summary>a·b + c with the same c in all lanes.</summary>
    static abstract V MultiplyAdd(V a, V b, float c);

    /// <summary>The nearest number from −limit to limit; NaN for NaN.</summary>
    static abstract V Clamp(V a, float limit);

    /// <summary>The smaller number; NaN if <paramref name="b"/> is NaN.</summary>
    static abstract V Min(float a, V b);

    /// <summary>a·b + c, where b is the vector that begins at an index. The load is a part of the instruction.</summary>
    static abstract V MultiplyAdd(V a, Floats b, nint index, V c);

    /// <summary>The smaller number. A NaN in <paramref name="b"/> is kept, one in <paramref name="a"/> may not be (one instruction).</summary>
    static abstract V Min(V a, V b);

    /// <summary>The larger number. A NaN in <paramref name="b"/> is kept, one in <paramref name="a"/> may not be (one instruction).</summary>
    static abstract V Max(V a, V b);

    /// <summary>Lane by lane: NaN where a is NaN, else x.</summary>
    static abstract V IfNumber(V a, V x);

    /// <summary>The magnitude, lane by lane.</summary>
    static abstract V Abs(V a);

    /// <summary>The square root, lane by lane; NaN below zero.</summary>
    static abstract V Sqrt(V a);

    /// <summary>The largest integer that is not larger; NaN for NaN.</summary>
    static abstract V Floor(V a);

    /// <summary>Lane by lane: a &gt; b ? x : y; y where a or b is NaN.</summary>
    static abstract V SelectGreater(V a, V b, V x, V y);

    /// <summary>2ⁿ for integers n from −126 to 127.</summary>
    static abstract V PowerOfTwo(V n);

    /// <summary>x·2ⁿ for x near 1 and integers n from −252 to 254, rounded once.</summary>
    static abstract V Scale(V x, V n);

    /// <summary>The integer e for which a / 2ᵉ is from √½ to √2, for positive normal a.</summary>
    static abstract V Exponent(V a);

    /// <summary>a / 2ᵉ, where e is <see cref="Exponent"/>: from √½ to √2, for positive normal a.</summary>
    static abstract V Mantissa(V a);

    /// <summary>The first <paramref name="count"/> lanes of <paramref name="value"/>; the others are <paramref name="fill"/>. A count of zero or less fills all lanes, one of <see
    /// cref="Count"/> or more fills none.</summary>
    static abstract V FirstLanes(V value, nint count, float fill);

    /// <summary>Stores the first <paramref name="count"/> lanes and leaves the memory after them unchanged.</summary>
    static abstract void StoreFirst(V value, nint count, Floats target, nint index);

    /// <summary>1 in the lane whose unit has the given number, 0 in the others.</summary>
    /// <param name="number">The number, in all lanes.</param>
    /// <param name="unit">The unit of the first lane.</param>
    static abstract V Unit(V number, nint unit);

    /// <summary>The value, with zeros in the lanes whose unit's number is below a bound; see <see cref="DropoutMask"/>.</summary>
    /// <param name="value">The value.</param>
    /// <param name="row">The key of the row.</param>
    /// <param name="unit">The unit of the first lane.</param>
    /// <param name="below">The bound.</param>
    static abstract V Drop(V value, ulong row, nint unit, int below);

    /// <summary>Lane by lane, as 32-bit integers: the sum plus the products of the operand's four bytes, as <see cref="Int8Weights"/> makes them, with those of the weights.</summary>
    static abstract unsafe V MultiplyAddBytes(V operand, float* weights, V sums);

    /// <summary>The same with weights that are already loaded.</summary>
    static abstract V MultiplyAddBytes(V operand, V weights, V sums);

    /// <summary>Lane by lane, as 32-bit integers: a + b.</summary>
    static abstract V AddIntegers(V a, V b);

    /// <summary>Lane by lane: the 32-bit integer a + offset, converted to a float and multiplied by scale · factor.</summary>
    static abstract unsafe V FromIntegers(V a, float* offset, float* scale, float factor);

    /// <summary>Sum over the lanes.</summary>
    static abstract float Sum(V value);

    /// <summary>Largest lane; NaN if one is.</summary>
    static abstract float MaxAcross(V value);
}
