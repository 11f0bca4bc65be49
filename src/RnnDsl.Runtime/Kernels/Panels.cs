using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;
using RnnDsl.Memory;

namespace RnnDsl.CompilerServices;

/// <summary>
/// Weights in the order in which the product reads them. The outputs are split into panels of two vectors; the last panel has one vector if that is enough. In a panel, the outputs
/// of one depth lie side by side: packed[panel][depth][output].
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static unsafe class Panels
{
    /// <summary>The floats of a packed matrix: <paramref name="outputs"/> rounded up to whole vectors, times the depth.</summary>
    public static long Floats<V>(int outputs, int depth) where V : struct, ISimd<V> => (long)Pad<V>(outputs) * depth;

    /// <summary>
    /// Writes a block of weights into a packed matrix of <paramref name="outputs"/> × <paramref name="depth"/>. The dense row-major <paramref name="weights"/> [rows × columns]
    /// become outputs [outputOffset, outputOffset + rows) at depths [depthOffset, depthOffset + columns). If transposed, they become outputs [outputOffset, outputOffset + columns)
    /// at depths [depthOffset, depthOffset + rows). Other entries are unchanged.
    /// </summary>
    public static void Pack<V>(Floats packed, int outputs, int depth, Floats weights, int rows, int columns, bool transpose,
        int outputOffset, int depthOffset) where V : struct, ISimd<V>
    {
        var block = new PackedBlock(packed, outputs, depth, weights, rows, columns, transpose, outputOffset, depthOffset);
        if (BlockPacker.Current?.Run(block, V.Count) != true)
            Pack<V>(block, outputOffset, block.End);
    }

    /// <summary>Packs the outputs of a block from <paramref name="begin"/> up to, but not including, <paramref name="end"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Pack<V>(in PackedBlock block, int begin, int end) where V : struct, ISimd<V>
    {
        int width = 2 * V.Count, padded = Pad<V>(block.Outputs);
        for (int output = begin; output < end;)
        {
            int panel = output & -width, step = Math.Min(width, padded - panel), count = Math.Min(panel + step, end) - output;
            float* target = block.Packed.Pointer + (long)panel * block.Depth + (long)block.DepthOffset * step + (output - panel);
            float* weights = block.Weights.Pointer;
            if (block.Transpose)
                CopyColumns<V>(weights + (output - block.OutputOffset), block.Columns, block.Rows, count, target, step);
            else
                Transpose(weights + (long)(output - block.OutputOffset) * block.Columns, block.Columns, count, target, step);
            output += count;
        }
    }

    /// <summary>Outputs rounded up to whole vectors.</summary>
    internal static int Pad<V>(int outputs) where V : struct, ISimd<V> => (outputs + V.Count - 1) & -V.Count;

    /// <summary>target[k·step + o] = source[k·stride + o] for o below count.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void CopyColumns<V>(float* source, nint stride, int depth, int count, float* target, nint step) where V : struct, ISimd<V>
    {
        if (count >= V.Count)
            CopyVectors<V>(source, stride, depth, count, target, step);
        else if (count >= Simd128.Count)
            CopyVectors<Simd128>(source, stride, depth, count, target, step);
        else
            for (int k = 0; k < depth; k++)
                for (int o = 0; o < count; o++)
                    target[k * step + o] = source[k * stride + o];
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void CopyVectors<V>(float* source, nint stride, int depth, int count, float* target, nint step) where V : struct, ISimd<V>
    {
        // The last vector ends with the last column. It may overlap the previous vector.
        int last = count - V.Count;
        for (int k = 0; k < depth; k++, source += stride, target += step)
        {
            for (int o = 0; o < last; o += V.Count)
                V.Store(V.Load(source + o), target + o);
            V.Store(V.Load(source + last), target + last);
        }
    }

    /// <summary>target[k·step + o] = source[o·columns + k] for o below rows, k below columns.</summary>
    internal static void Transpose(float* source, nint columns, int rows, float* target, nint step) => Transpose(source, columns, columns, rows, target, step);

    /// <summary>target[k·step + o] = source[o·stride + k] for o below rows, k below columns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Transpose(float* source, nint stride, nint columns, int rows, float* target, nint step)
    {
        int o = 0;
        if (Avx.IsSupported)
            for (; o <= rows - 8; o += 8)
                Transpose8(source + o * stride, stride, columns, target + o, step);
        for (; o <= rows - 4; o += 4)
            Transpose4(source + o * stride, stride, columns, target + o, step);
        for (; o < rows; o++)
            for (nint k = 0; k < columns; k++)
                target[k * step + o] = source[o * stride + k];
    }

    /// <summary>Writes four rows as columns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Transpose4(float* s0, nint stride, nint columns, float* target, nint step)
    {
        float* s1 = s0 + stride, s2 = s1 + stride, s3 = s2 + stride;
        nint k = 0;
        for (; k <= columns - 4; k += 4, target += 4 * step)
        {
            // Two rounds of interleaving: rows 0 and 2, 1 and 3, then the results.
            var (low02, high02) = Interleave(Vector128.Load(s0 + k), Vector128.Load(s2 + k));
            var (low13, high13) = Interleave(Vector128.Load(s1 + k), Vector128.Load(s3 + k));
            var (t0, t1) = Interleave(low02, low13);
            var (t2, t3) = Interleave(high02, high13);
            t0.Store(target);
            t1.Store(target + step);
            t2.Store(target + 2 * step);
            t3.Store(target + 3 * step);
        }
        for (; k < columns; k++, target += step)
            Vector128.Store(Vector128.Create(s0[k], s1[k], s2[k], s3[k]), target);
    }

    /// <summary>Writes eight rows as columns, if vectors of eight are supported.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Transpose8(float* s0, nint stride, nint columns, float* target, nint step)
    {
        float* s4 = s0 + 4 * stride;
        nint k = 0, stride2 = 2 * stride, stride3 = 3 * stride;
        for (; k <= columns - 4; k += 4, target += 4 * step, s0 += 4, s4 += 4)
        {
            // As for four rows, with rows 0 to 3 in the lower halves and 4 to 7 in the upper ones.
            Vector256<float> r0 = Halves(s0, s4), r1 = Halves(s0 + stride, s4 + stride), r2 = Halves(s0 + stride2, s4 + stride2), r3 = Halves(s0 + stride3, s4 + stride3);
            Vector256<float> low02 = Avx.UnpackLow(r0, r2), high02 = Avx.UnpackHigh(r0, r2), low13 = Avx.UnpackLow(r1, r3), high13 = Avx.UnpackHigh(r1, r3);
            Avx.UnpackLow(low02, low13).Store(target);
            Avx.UnpackHigh(low02, low13).Store(target + step);
            Avx.UnpackLow(high02, high13).Store(target + 2 * step);
            Avx.UnpackHigh(high02, high13).Store(target + 3 * step);
        }
        for (; k < columns; k++, target += step, s0++, s4++)
            Vector256.Create(s0[0], s0[stride], s0[stride2], s0[stride3], s4[0], s4[stride], s4[stride2], s4[stride3]).Store(target);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector256<float> Halves(float* lower, float* upper) => Vector256.Create(Vector128.Load(lower), Vector128.Load(upper));

    /// <summary>a0 b0 a1 b1 and a2 b2 a3 b3.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static (Vector128<float> Low, Vector128<float> High) Interleave(Vector128<float> a, Vector128<float> b) =>
        Sse.IsSupported ? (Sse.UnpackLow(a, b), Sse.UnpackHigh(a, b)) :
        AdvSimd.Arm64.IsSupported ? (AdvSimd.Arm64.ZipLow(a, b), AdvSimd.Arm64.ZipHigh(a, b)) :
        (Vector128.Create(a[0], b[0], a[1], b[1]), Vector128.Create(a[2], b[2], a[3], b[3]));
}
