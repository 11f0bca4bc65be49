using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using RnnDsl.Memory;
using Bits = System.Runtime.Intrinsics.Vector256;

namespace RnnDsl.CompilerServices;

/// <summary>8 floats: AVX2.</summary>
[method: MethodImpl(MethodImplOptions.AggressiveInlining)]
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly struct Simd256(Vector256<float> value) : ISimd<Simd256>
{
    readonly Vector256<float> value = value;

    /// <inheritdoc/>
    public static int Count
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => 8;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe Simd256 Load(Floats source, nint index) => new(Bits.Load(source.Pointer + index));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe void Store(Simd256 value, Floats target, nint index) => value.value.Store(target.Pointer + index);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe Simd256 Load(float* source) => new(Bits.Load(source));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe void Store(Simd256 value, float* target) => value.value.Store(target);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256 Broadcast(float value) => new(Bits.Create(value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256 operator +(Simd256 a, Simd256 b) => new(a.value + b.value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256 operator -(Simd256 a, Simd256 b) => new(a.value - b.value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256 operator *(Simd256 a, Simd256 b) => new(a.value * b.value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256 operator /(Simd256 a, Simd256 b) => new(a.value / b.value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256 operator -(Simd256 a) => new(-a.value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256 MultiplyAdd(Simd256 a, Simd256 b, Simd256 c) => new(Bits.MultiplyAddEstimate(a.value, b.value, c.value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256 MultiplyAdd(Simd256 a, float b, float c) => new(Bits.MultiplyAddEstimate(a.value, Bits.Create(b), Bits.Create(c)));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256 MultiplyAdd(Simd256 a, float b, Simd256 c) => new(Bits.MultiplyAddEstimate(a.value, Bits.Create(b), c.value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256 MultiplyAdd(Simd256 a, Simd256 b, float c) => new(Bits.MultiplyAddEstimate(a.value, b.value, Bits.Create(c)));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256 Clamp(Simd256 a, float limit) =>
        new(Bits.MinNative(Bits.Create(limit), Bits.MaxNative(Bits.Create(-limit), a.value)));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256 Min(float a, Simd256 b) => new(Bits.MinNative(Bits.Create(a), b.value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe Simd256 MultiplyAdd(Simd256 a, Floats b, nint index, Simd256 c) =>
        new(Bits.MultiplyAddEstimate(a.value, Bits.Load(b.Pointer + index), c.value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256 Min(Simd256 a, Simd256 b) => new(Bits.MinNative(a.value, b.value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256 Max(Simd256 a, Simd256 b) => new(Bits.MaxNative(a.value, b.value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256 IfNumber(Simd256 a, Simd256 x) => new(Bits.ConditionalSelect(Bits.Equals(a.value, a.value), x.value, a.value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256 Abs(Simd256 a) => new(Bits.Abs(a.value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256 Sqrt(Simd256 a) => new(Bits.Sqrt(a.value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256 Floor(Simd256 a) => new(Bits.Floor(a.value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256 SelectGreater(Simd256 a, Simd256 b, Simd256 x, Simd256 y) =>
        new(Bits.ConditionalSelect(Bits.GreaterThan(a.value, b.value), x.value, y.value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256 PowerOfTwo(Simd256 n) => new(((n.value + Bits.Create(FloatBits.BiasedRound)).AsInt32() << 23).AsSingle());

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256 Scale(Simd256 x, Simd256 n) => VectorMath.ScaleTwice(x, n);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256 Exponent(Simd256 a) =>
        new(Bits.ConvertToSingle((a.value.AsInt32() - Bits.Create(FloatBits.RootHalf)) >> 23));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256 Mantissa(Simd256 a)
    {
        Vector256<int> bits = a.value.AsInt32();
        return new((bits - ((bits - Bits.Create(FloatBits.RootHalf)) & Bits.Create(FloatBits.ExponentMask))).AsSingle());
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256 FirstLanes(Simd256 value, nint count, float fill)
    {
        if (count >= Count)
            return value;
        Vector256<int> kept = Bits.GreaterThan(Bits.Create((int)count), Vector256<int>.Indices);
        return new(Bits.ConditionalSelect(kept.AsSingle(), value.value, Bits.Create(fill)));
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreFirst(Simd256 value, nint count, Floats target, nint index)
    {
        if (count < Count)
            value = new(Bits.ConditionalSelect(Bits.GreaterThan(Bits.Create((int)count), Vector256<int>.Indices).AsSingle(), value.value, Load(target, index).value));
        Store(value, target, index);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256 Unit(Simd256 number, nint unit) =>
        new(Bits.ConditionalSelect(Bits.Equals(Bits.Create((float)unit) + Vector256<float>.Indices, number.value), Vector256<float>.One, Vector256<float>.Zero));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256 Drop(Simd256 value, ulong row, nint unit, int below)
    {
        Vector256<uint> h = Bits.Create((uint)row + (uint)unit) + Vector256<uint>.Indices;
        h = (h ^ (h >> 16)) * DropoutMask.FirstFactor;
        h = (h ^ (h >> 15) ^ Bits.Create((uint)(row >> 32))) * DropoutMask.SecondFactor;
        return new(Bits.ConditionalSelect(Bits.LessThan(h.AsInt32(), Bits.Create(below)).AsSingle(), Vector256<float>.Zero, value.value));
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe Simd256 MultiplyAddBytes(Simd256 operand, float* weights, Simd256 sums)
    {
        // Written here rather than in another call: a step makes many of these, and the JIT compiler limits inlining.
        if (AvxVnni.IsSupported)
            return new(AvxVnni.MultiplyWideningAndAdd(sums.value.AsInt32(), operand.value.AsByte(), Bits.Load((sbyte*)weights)).AsSingle());
        return new(ByteDot.MultiplyAdd(operand.value.AsSByte(), Bits.Load((sbyte*)weights), sums.value.AsInt32()).AsSingle());
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256 MultiplyAddBytes(Simd256 operand, Simd256 weights, Simd256 sums) =>
        new(ByteDot.MultiplyAdd(operand.value.AsSByte(), weights.value.AsSByte(), sums.value.AsInt32()).AsSingle());

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256 AddIntegers(Simd256 a, Simd256 b) => new((a.value.AsInt32() + b.value.AsInt32()).AsSingle());

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe Simd256 FromIntegers(Simd256 a, float* offset, float* scale, float factor) =>
        new(Bits.ConvertToSingle(a.value.AsInt32() + Bits.Load((int*)offset)) * (Bits.Load(scale) * Bits.Create(factor)));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Sum(Simd256 value) => Simd128.Sum(new(value.value.GetLower() + value.value.GetUpper()));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float MaxAcross(Simd256 value) => Bits.EqualsAll(value.value, value.value) ? LargestNumber(value.value) : float.NaN;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static float LargestNumber(Vector256<float> value) => Simd128.LargestNumber(Vector128.MaxNative(value.GetLower(), value.GetUpper()));
}
