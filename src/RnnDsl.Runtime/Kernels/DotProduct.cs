using System.ComponentModel;
using System.Runtime.CompilerServices;
using RnnDsl.Memory;

namespace RnnDsl.CompilerServices;

/// <summary>The product of a streaming step with a single output. Its lanes run along the row of weights.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class DotProduct
{
    /// <summary>The number of partial sums. It does not depend on the width of vectors, so the result has the same bits with all of them.</summary>
    const int Sums = 16;

    /// <summary>a · b. Both have room for whole vectors, and the floats after <paramref name="depth"/> in <paramref name="b"/> are finite.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Of<V>(Floats a, Floats b, int depth) where V : struct, ISimd<V>
    {
        V s0 = V.Broadcast(0), s1 = s0, s2 = s0, s3 = s0;
        nint whole = depth & -Sums;
        for (nint k = 0; k < whole; k += Sums)
        {
            s0 = V.MultiplyAdd(V.Load(a, k), b, k, s0);
            if (V.Count < 16)
                s1 = V.MultiplyAdd(V.Load(a, k + V.Count), b, k + V.Count, s1);
            if (V.Count < 8)
            {
                s2 = V.MultiplyAdd(V.Load(a, k + 2 * V.Count), b, k + 2 * V.Count, s2);
                s3 = V.MultiplyAdd(V.Load(a, k + 3 * V.Count), b, k + 3 * V.Count, s3);
            }
        }
        if (whole < depth)
        {
            s0 = Rest(a, b, whole, depth, s0);
            if (V.Count < 16)
                s1 = Rest(a, b, whole + V.Count, depth, s1);
            if (V.Count < 8)
            {
                s2 = Rest(a, b, whole + 2 * V.Count, depth, s2);
                s3 = Rest(a, b, whole + 3 * V.Count, depth, s3);
            }
        }
        return V.Sum(V.Count == 16 ? s0 : V.Count == 8 ? s0 + s1 : s0 + s2 + (s1 + s3));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static V Rest<V>(Floats a, Floats b, nint at, int depth, V sums) where V : struct, ISimd<V> =>
        at >= depth ? sums : V.MultiplyAdd(at + V.Count <= depth ? V.Load(a, at) : V.FirstLanes(V.Load(a, at), depth - at, 0), b, at, sums);
}
