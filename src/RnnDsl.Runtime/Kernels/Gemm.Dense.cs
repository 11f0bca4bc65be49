using System.Runtime.CompilerServices;
using RnnDsl.Memory;

namespace RnnDsl.CompilerServices;

// The product of two matrices of parameters, both dense and row-major.
public static unsafe partial class Gemm
{
    /// <summary>Rows of the result that are computed together.</summary>
    const int DenseRows = 4;

    /// <summary>Writes left · right. It goes panel by panel of the columns, so that a panel of the right matrix stays in the L1 cache while all rows of the left one use it. Each entry is summed in the
    /// order of <paramref name="inner"/>.</summary>
    /// <param name="left">[rows × inner].</param>
    /// <param name="rows">The rows of the result.</param>
    /// <param name="inner">The columns of left, the rows of right.</param>
    /// <param name="right">[inner × columns].</param>
    /// <param name="columns">The columns of the result.</param>
    /// <param name="target">[rows × columns]. It must not overlap the others.</param>
    public static void Dense<V>(Floats left, int rows, int inner, Floats right, int columns, Floats target) where V : struct, ISimd<V>
    {
        int j = 0;
        for (; j <= columns - 2 * V.Count; j += 2 * V.Count)
        {
            int i = 0;
            for (; i <= rows - DenseRows; i += DenseRows)
                DenseTile<V>(left.Pointer + (nint)i * inner, inner, right.Pointer + j, columns, target.Pointer + (nint)i * columns + j);
            for (; i < rows; i++)
                for (int half = 0; half < 2; half++)
                    DensePart<V>(left.Pointer + (nint)i * inner, inner, right.Pointer, j + half * V.Count, columns, target + (nint)i * columns);
        }
        for (; j < columns; j += V.Count)
            for (int i = 0; i < rows; i++)
                DensePart<V>(left.Pointer + (nint)i * inner, inner, right.Pointer, j, columns, target + (nint)i * columns);
    }

    /// <summary>Four rows of two vectors.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void DenseTile<V>(float* left, int inner, float* right, int columns, float* target) where V : struct, ISimd<V>
    {
        V zero = V.Broadcast(0f), a0 = zero, a1 = zero, b0 = zero, b1 = zero, c0 = zero, c1 = zero, d0 = zero, d1 = zero;
        float* second = left + inner, third = second + inner, fourth = third + inner;
        for (int k = 0; k < inner; k++, right += columns)
        {
            V r0 = V.Load(right), r1 = V.Load(right + V.Count);
            V a = V.Broadcast(left[k]), b = V.Broadcast(second[k]), c = V.Broadcast(third[k]), d = V.Broadcast(fourth[k]);
            a0 = V.MultiplyAdd(a, r0, a0);
            a1 = V.MultiplyAdd(a, r1, a1);
            b0 = V.MultiplyAdd(b, r0, b0);
            b1 = V.MultiplyAdd(b, r1, b1);
            c0 = V.MultiplyAdd(c, r0, c0);
            c1 = V.MultiplyAdd(c, r1, c1);
            d0 = V.MultiplyAdd(d, r0, d0);
            d1 = V.MultiplyAdd(d, r1, d1);
        }
        StoreTwo(a0, a1, target);
        StoreTwo(b0, b1, target + columns);
        StoreTwo(c0, c1, target + 2 * (nint)columns);
        StoreTwo(d0, d1, target + 3 * (nint)columns);

        static void StoreTwo(V low, V high, float* row)
        {
            V.Store(low, row);
            V.Store(high, row + V.Count);
        }
    }

    /// <summary>One row, and the columns from one on that fit a vector. What would be read behind the matrix is read from a copy.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void DensePart<V>(float* left, int inner, float* right, int column, int columns, Floats target) where V : struct, ISimd<V>
    {
        int count = Math.Min(V.Count, columns - column), k = 0;
        V sum = V.Broadcast(0f);
        long within = (long)inner * columns - V.Count;
        for (; k < inner && (long)k * columns + column <= within; k++)
            sum = V.MultiplyAdd(V.Broadcast(left[k]), V.Load(right + (nint)k * columns + column), sum);
        float* copy = stackalloc float[V.Count];
        for (; k < inner; k++)
        {
            for (int lane = 0; lane < count; lane++)
                copy[lane] = right[(nint)k * columns + column + lane];
            sum = V.MultiplyAdd(V.Broadcast(left[k]), V.Load(copy), sum);
        }
        V.StoreFirst(sum, count, target, column);
    }
}
