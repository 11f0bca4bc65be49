using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;
using RnnDsl.Memory;
using Bits = System.Runtime.Intrinsics.Vector128;

namespace RnnDsl.CompilerServices;

/// <summary>4 floats: SSE, NEON, or plain scalar code.</summary>
[method: MethodImpl(MethodImplOptions.AggressiveInlining)]
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly struct Simd128(Vector128<float> value) : ISimd<Simd128>
{
    readonly Vector128<float> value = value;

    /// <inheritdoc/>
    public static int Count
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => 4;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe Simd128 Load(Floats source, nint index) => new(Bits.Load(source.Pointer + index));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe void Store(Simd128 value, Floats target, nint index) => value.value.Store(target.Pointer + index);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe Simd128 Load(float* source) => new(Bits.Load(source));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe void Store(Simd128 value, float* target) => value.value.Store(target);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128 Broadcast(float value) => new(Bits.Create(value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128 operator +(Simd128 a, Simd128 b) => new(a.value + b.value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128 operator -(Simd128 a, Simd128 b) => new(a.value - b.value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128 operator *(Simd128 a, Simd128 b) => new(a.value * b.value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128 operator /(Simd128 a, Simd128 b) => new(a.value / b.value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128 operator -(Simd128 a) => new(-a.value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128 MultiplyAdd(Simd128 a, Simd128 b, Simd128 c) => new(Bits.MultiplyAddEstimate(a.value, b.value, c.value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128 MultiplyAdd(Simd128 a, float b, float c) => new(Bits.MultiplyAddEstimate(a.value, Bits.Create(b), Bits.Create(c)));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128 MultiplyAdd(Simd128 a, float b, Simd128 c) => new(Bits.MultiplyAddEstimate(a.value, Bits.Create(b), c.value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128 MultiplyAdd(Simd128 a, Simd128 b, float c) => new(Bits.MultiplyAddEstimate(a.value, b.value, Bits.Create(c)));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128 Clamp(Simd128 a, float limit) =>
        new(Bits.MinNative(Bits.Create(limit), Bits.MaxNative(Bits.Create(-limit), a.value)));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128 Min(float a, Simd128 b) => new(Bits.MinNative(Bits.Create(a), b.value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe Simd128 MultiplyAdd(Simd128 a, Floats b, nint index, Simd128 c) =>
        new(Bits.MultiplyAddEstimate(a.value, Bits.Load(b.Pointer + index), c.value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128 Min(Simd128 a, Simd128 b) => new(Bits.MinNative(a.value, b.value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128 Max(Simd128 a, Simd128 b) => new(Bits.MaxNative(a.value, b.value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128 IfNumber(Simd128 a, Simd128 x) => new(Bits.ConditionalSelect(Bits.Equals(a.value, a.value), x.value, a.value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128 Abs(Simd128 a) => new(Bits.Abs(a.value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128 Sqrt(Simd128 a) => new(Bits.Sqrt(a.value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128 Floor(Simd128 a) => new(Bits.Floor(a.value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128 SelectGreater(Simd128 a, Simd128 b, Simd128 x, Simd128 y) =>
        new(Bits.ConditionalSelect(Bits.GreaterThan(a.value, b.value), x.value, y.value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128 PowerOfTwo(Simd128 n) => new(((n.value + Bits.Create(FloatBits.BiasedRound)).AsInt32() << 23).AsSingle());

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128 Scale(Simd128 x, Simd128 n) => VectorMath.ScaleTwice(x, n);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128 Exponent(Simd128 a) =>
        new(Bits.ConvertToSingle((a.value.AsInt32() - Bits.Create(FloatBits.RootHalf)) >> 23));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128 Mantissa(Simd128 a)
    {
        Vector128<int> bits = a.value.AsInt32();
        return new((bits - ((bits - Bits.Create(FloatBits.RootHalf)) & Bits.Create(FloatBits.ExponentMask))).AsSingle());
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128 FirstLanes(Simd128 value, nint count, float fill)
    {
        if (count >= Count)
            return value;
        Vector128<int> kept = Bits.GreaterThan(Bits.Create((int)count), Vector128<int>.Indices);
        return new(Bits.ConditionalSelect(kept.AsSingle(), value.value, Bits.Create(fill)));
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreFirst(Simd128 value, nint count, Floats target, nint index)
    {
        if (count < Count)
            value = new(Bits.ConditionalSelect(Bits.GreaterThan(Bits.Create((int)count), Vector128<int>.Indices).AsSingle(), value.value, Load(target, index).value));
        Store(value, target, index);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128 Unit(Simd128 number, nint unit) =>
        new(Bits.ConditionalSelect(Bits.Equals(Bits.Create((float)unit) + Vector128<float>.Indices, number.value), Vector128<float>.One, Vector128<float>.Zero));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128 Drop(Simd128 value, ulong row, nint unit, int below)
    {
        Vector128<uint> h = Bits.Create((uint)row + (uint)unit) + Vector128<uint>.Indices;
        h = (h ^ (h >> 16)) * DropoutMask.FirstFactor;
        h = (h ^ (h >> 15) ^ Bits.Create((uint)(row >> 32))) * DropoutMask.SecondFactor;
        return new(Bits.ConditionalSelect(Bits.LessThan(h.AsInt32(), Bits.Create(below)).AsSingle(), Vector128<float>.Zero, value.value));
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe Simd128 MultiplyAddBytes(Simd128 operand, float* weights, Simd128 sums)
    {
        // Written here rather than in another call: a step makes many of these, and the JIT compiler limits inlining.
        if (AvxVnni.IsSupported)
            return new(AvxVnni.MultiplyWideningAndAdd(sums.value.AsInt32(), operand.value.AsByte(), Bits.Load((sbyte*)weights)).AsSingle());
        if (Dp.IsSupported)
            return new(Dp.DotProduct(sums.value.AsInt32(), operand.value.AsSByte(), Bits.Load((sbyte*)weights)).AsSingle());
        return new(ByteDot.MultiplyAdd(operand.value.AsSByte(), Bits.Load((sbyte*)weights), sums.value.AsInt32()).AsSingle());
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128 MultiplyAddBytes(Simd128 operand, Simd128 weights, Simd128 sums) =>
        new(ByteDot.MultiplyAdd(operand.value.AsSByte(), weights.value.AsSByte(), sums.value.AsInt32()).AsSingle());

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128 AddIntegers(Simd128 a, Simd128 b) => new((a.value.AsInt32() + b.value.AsInt32()).AsSingle());

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe Simd128 FromIntegers(Simd128 a, float* offset, float* scale, float factor) =>
        new(Bits.ConvertToSingle(a.value.AsInt32() + Bits.Load((int*)offset)) * (Bits.Load(scale) * Bits.Create(factor)));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Sum(Simd128 value) => Bits.Sum(value.value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float MaxAcross(Simd128 value) => Bits.EqualsAll(value.value, value.value) ? LargestNumber(value.value) : float.NaN;

    /// <summary>The largest lane, if all lanes are numbers. Each comparison takes one instruction.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static float LargestNumber(Vector128<float> value)
    {
        Vector128<float> pairs = Bits.MaxNative(value, Bits.Shuffle(value, Bits.Create(2, 3, 0, 1)));
        return Bits.MaxNative(pairs, Bits.Shuffle(pairs, Bits.Create(1, 0, 3, 2))).ToScalar();
    }
}
