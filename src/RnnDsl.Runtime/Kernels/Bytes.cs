using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace RnnDsl.CompilerServices;

/// <summary>Converts floats to integers of one byte.</summary>
static unsafe class Bytes
{
    /// <summary>Adding this rounds a small number to the nearest integer, ties to even, and leaves the integer in the lowest byte.</summary>
    const float ToWhole = 3 << 22;

    /// <summary>A smaller scale has no inverse that is a float. All numbers become zero then.</summary>
    const float LeastScale = 1.17549435e-38f;

    /// <summary>The largest magnitude; NaN if one of the values is NaN, zero if there are none.</summary>
    public static float Largest(float* values, int count)
    {
        int i = 0;
        float largest = 0;
        if (Vector256.IsHardwareAccelerated && count >= Vector256<float>.Count)
        {
            Vector256<float> wide = Vector256<float>.Zero;
            for (; i <= count - Vector256<float>.Count; i += Vector256<float>.Count)
                wide = Vector256.Max(wide, Vector256.Abs(Vector256.Load(values + i)));
            largest = Simd256.MaxAcross(new Simd256(wide));
        }
        if (i <= count - Vector128<float>.Count)
        {
            Vector128<float> narrow = Vector128<float>.Zero;
            for (; i <= count - Vector128<float>.Count; i += Vector128<float>.Count)
                narrow = Vector128.Max(narrow, Vector128.Abs(Vector128.Load(values + i)));
            largest = Math.Max(largest, Simd128.MaxAcross(new Simd128(narrow)));
        }
        for (; i < count; i++)
            largest = Math.Max(largest, Math.Abs(values[i]));
        return largest;
    }

    /// <summary>Writes values / scale plus the offset, rounded to nearest and clamped to ±127 before the offset is added. Every processor gives the same bits.</summary>
    public static void Round(float* values, int count, float scale, sbyte* target, int offset)
    {
        float inverse = scale >= LeastScale ? 1 / scale : 0, whole = ToWhole + offset;
        int i = 0;
        if (Vector256.IsHardwareAccelerated)
            for (; i <= count - 32; i += 32)
                Vector256.Narrow(
                    Vector256.Narrow(RoundEight(Vector256.Load(values + i), inverse, whole), RoundEight(Vector256.Load(values + i + 8), inverse, whole)),
                    Vector256.Narrow(RoundEight(Vector256.Load(values + i + 16), inverse, whole), RoundEight(Vector256.Load(values + i + 24), inverse, whole))).Store(target + i);
        for (; i <= count - 4; i += 4)
            *(int*)(target + i) = RoundFour(Vector128.Load(values + i), inverse, whole);
        for (; i < count; i++)
            target[i] = (sbyte)RoundFour(Vector128.CreateScalar(values[i]), inverse, whole);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector256<int> RoundEight(Vector256<float> values, float inverse, float whole) => (Vector256.MinNative(Vector256.MaxNative(
        values * inverse, Vector256.Create(-(float)Int8Weights.MostByte)), Vector256.Create((float)Int8Weights.MostByte)) + Vector256.Create(whole)).AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static int RoundFour(Vector128<float> values, float inverse, float whole)
    {
        Vector128<int> numbers = (Vector128.MinNative(Vector128.MaxNative(values * inverse, Vector128.Create(-(float)Int8Weights.MostByte)),
            Vector128.Create((float)Int8Weights.MostByte)) + Vector128.Create(whole)).AsInt32();
        Vector128<short> shorts = Vector128.Narrow(numbers, numbers);
        return Vector128.Narrow(shorts, shorts).AsInt32().ToScalar();
    }
}
