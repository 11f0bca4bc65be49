using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using RnnDsl.Memory;
using Bits = System.Runtime.Intrinsics.Vector512;

namespace RnnDsl.CompilerServices;

/// <summary>16 floats: AVX-512.</summary>
[method: MethodImpl(MethodImplOptions.AggressiveInlining)]
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly struct Simd512(Vector512<float> value) : ISimd<Simd512>
{
    readonly Vector512<float> value = value;

    /// <inheritdoc/>
    public static int Count
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => 16;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe Simd512 Load(Floats source, nint index) => new(Bits.Load(source.Pointer + index));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe void Store(Simd512 value, Floats target, nint index) => value.value.Store(target.Pointer + index);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe Simd512 Load(float* source) => new(Bits.Load(source));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe void Store(Simd512 value, float* target) => value.value.Store(target);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512 Broadcast(float value) => new(Bits.Create(value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512 operator +(Simd512 a, Simd512 b) => new(a.value + b.value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512 operator -(Simd512 a, Simd512 b) => new(a.value - b.value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512 operator *(Simd512 a, Simd512 b) => new(a.value * b.value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512 operator /(Simd512 a, Simd512 b) => new(a.value / b.value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512 operator -(Simd512 a) => new(-a.value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512 MultiplyAdd(Simd512 a, Simd512 b, Simd512 c) => new(Bits.MultiplyAddEstimate(a.value, b.value, c.value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512 MultiplyAdd(Simd512 a, float b, float c) => new(Bits.MultiplyAddEstimate(a.value, Bits.Create(b), Bits.Create(c)));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512 MultiplyAdd(Simd512 a, float b, Simd512 c) => new(Bits.MultiplyAddEstimate(a.value, Bits.Create(b), c.value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512 MultiplyAdd(Simd512 a, Simd512 b, float c) => new(Bits.MultiplyAddEstimate(a.value, b.value, Bits.Create(c)));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512 Clamp(Simd512 a, float limit) =>
        new(Bits.MinNative(Bits.Create(limit), Bits.MaxNative(Bits.Create(-limit), a.value)));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512 Min(float a, Simd512 b) => new(Bits.MinNative(Bits.Create(a), b.value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe Simd512 MultiplyAdd(Simd512 a, Floats b, nint index, Simd512 c) =>
        new(Bits.MultiplyAddEstimate(a.value, Bits.Load(b.Pointer + index), c.value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512 Min(Simd512 a, Simd512 b) => new(Bits.MinNative(a.value, b.value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512 Max(Simd512 a, Simd512 b) => new(Bits.MaxNative(a.value, b.value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512 IfNumber(Simd512 a, Simd512 x) => new(Bits.ConditionalSelect(Bits.Equals(a.value, a.value), x.value, a.value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512 Abs(Simd512 a) => new(Bits.Abs(a.value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512 Sqrt(Simd512 a) => new(Bits.Sqrt(a.value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512 Floor(Simd512 a) => new(Bits.Floor(a.value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512 SelectGreater(Simd512 a, Simd512 b, Simd512 x, Simd512 y) =>
        new(Bits.ConditionalSelect(Bits.GreaterThan(a.value, b.value), x.value, y.value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512 PowerOfTwo(Simd512 n) => new(((n.value + Bits.Create(FloatBits.BiasedRound)).AsInt32() << 23).AsSingle());

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512 Scale(Simd512 x, Simd512 n) => Avx512F.IsSupported ? new(Avx512F.Scale(x.value, n.value)) : VectorMath.ScaleTwice(x, n);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512 Exponent(Simd512 a) =>
        new(Bits.ConvertToSingle((a.value.AsInt32() - Bits.Create(FloatBits.RootHalf)) >> 23));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512 Mantissa(Simd512 a)
    {
        Vector512<int> bits = a.value.AsInt32();
        return new((bits - ((bits - Bits.Create(FloatBits.RootHalf)) & Bits.Create(FloatBits.ExponentMask))).AsSingle());
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512 FirstLanes(Simd512 value, nint count, float fill)
    {
        if (count >= Count)
            return value;
        Vector512<int> kept = Bits.GreaterThan(Bits.Create((int)count), Vector512<int>.Indices);
        return new(Bits.ConditionalSelect(kept.AsSingle(), value.value, Bits.Create(fill)));
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreFirst(Simd512 value, nint count, Floats target, nint index)
    {
        if (count < Count)
            value = new(Bits.ConditionalSelect(Bits.GreaterThan(Bits.Create((int)count), Vector512<int>.Indices).AsSingle(), value.value, Load(target, index).value));
        Store(value, target, index);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512 Unit(Simd512 number, nint unit) =>
        new(Bits.ConditionalSelect(Bits.Equals(Bits.Create((float)unit) + Vector512<float>.Indices, number.value), Vector512<float>.One, Vector512<float>.Zero));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512 Drop(Simd512 value, ulong row, nint unit, int below)
    {
        Vector512<uint> h = Bits.Create((uint)row + (uint)unit) + Vector512<uint>.Indices;
        h = (h ^ (h >> 16)) * DropoutMask.FirstFactor;
        h = (h ^ (h >> 15) ^ Bits.Create((uint)(row >> 32))) * DropoutMask.SecondFactor;
        return new(Bits.ConditionalSelect(Bits.LessThan(h.AsInt32(), Bits.Create(below)).AsSingle(), Vector512<float>.Zero, value.value));
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe Simd512 MultiplyAddBytes(Simd512 operand, float* weights, Simd512 sums) =>
        new(ByteDot.MultiplyAdd(operand.value.AsSByte(), Bits.Load((sbyte*)weights), sums.value.AsInt32()).AsSingle());

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512 MultiplyAddBytes(Simd512 operand, Simd512 weights, Simd512 sums) =>
        new(ByteDot.MultiplyAdd(operand.value.AsSByte(), weights.value.AsSByte(), sums.value.AsInt32()).AsSingle());

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512 AddIntegers(Simd512 a, Simd512 b) => new((a.value.AsInt32() + b.value.AsInt32()).AsSingle());

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe Simd512 FromIntegers(Simd512 a, float* offset, float* scale, float factor) =>
        new(Bits.ConvertToSingle(a.value.AsInt32() + Bits.Load((int*)offset)) * (Bits.Load(scale) * Bits.Create(factor)));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Sum(Simd512 value) => Simd256.Sum(new(value.value.GetLower() + value.value.GetUpper()));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float MaxAcross(Simd512 value) => Bits.EqualsAll(value.value, value.value) ? Simd256.LargestNumber(Vector256.MaxNative(value.value.GetLower(), value.value.GetUpper())) : float.NaN;
}
