using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace RnnDsl.CompilerServices;

/// <summary>
/// Products of bytes, four in each lane, summed in the lane's 32-bit integer. The sums are exact, so every processor gives the same ones. Bytes are from −127 to 127. Some
/// processors multiply unsigned bytes of the operand (AVX-VNNI). There the operand's bytes have <see cref="Offset"/> added, and the resulting excess, <see cref="Offset"/> times
/// the sum of the weights, is subtracted at the end.
/// </summary>
static class ByteDot
{
    /// <summary>The number that is added to each byte of the operand.</summary>
    public static int Offset
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => AvxVnni.IsSupported ? 128 : 0;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> MultiplyAdd(Vector512<sbyte> operand, Vector512<sbyte> weights, Vector512<int> sums) => Vector512.Create(
        MultiplyAdd(operand.GetLower(), weights.GetLower(), sums.GetLower()), MultiplyAdd(operand.GetUpper(), weights.GetUpper(), sums.GetUpper()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> MultiplyAdd(Vector256<sbyte> operand, Vector256<sbyte> weights, Vector256<int> sums)
    {
        if (AvxVnni.IsSupported)
            return AvxVnni.MultiplyWideningAndAdd(sums, operand.AsByte(), weights);
        if (Avx2.IsSupported)
        {
            // Two products of magnitudes up to 127 fit 16 bits; unsigned bytes up to 255 would saturate.
            Vector256<short> pairs = Avx2.MultiplyAddAdjacent(Avx2.Abs(operand), Avx2.Sign(weights, operand));
            return sums + Avx2.MultiplyAddAdjacent(pairs, Vector256<short>.One);
        }
        return Vector256.Create(
            MultiplyAdd(operand.GetLower(), weights.GetLower(), sums.GetLower()), MultiplyAdd(operand.GetUpper(), weights.GetUpper(), sums.GetUpper()));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> MultiplyAdd(Vector128<sbyte> operand, Vector128<sbyte> weights, Vector128<int> sums)
    {
        if (AvxVnni.IsSupported)
            return AvxVnni.MultiplyWideningAndAdd(sums, operand.AsByte(), weights);
        if (Dp.IsSupported)
            return Dp.DotProduct(sums, operand, weights);
        if (Ssse3.IsSupported)
        {
            Vector128<short> pairs = Ssse3.MultiplyAddAdjacent(Ssse3.Abs(operand), Ssse3.Sign(weights, operand));
            return sums + Sse2.MultiplyAddAdjacent(pairs, Vector128<short>.One);
        }
        Vector128<int> a = operand.AsInt32(), b = weights.AsInt32();
        for (int shift = 0; shift < 32; shift += 8)
            sums += (a << shift >> 24) * (b << shift >> 24);
        return sums;
    }
}
