using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;
using RnnDsl.Memory;

namespace RnnDsl.CompilerServices;

/// <summary>
/// Weights laid out in the order in which the product reads them. The outputs are cut into panels of two vectors, the last one of
/// one vector if that is enough; in a panel, the outputs of one depth lie side by side: packed[panel][depth][output].
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static unsafe class Panels
{
    /// <summary>Floats of a packed matrix: <paramref name="outputs"/> rounded up to whole vectors, times the depth.</summary>
    public static long Floats<V>(int outputs, int depth) where V : struct, ISimd<V> => (long)Pad<V>(outputs) * depth;

    /// <summary>
    /// Writes a block of weights into a packed matrix of <paramref name="outputs"/> × <paramref name="depth"/>: the dense row-major
    /// <paramref name="weights"/> [rows × columns] become outputs [outputOffset, + rows) at depths [depthOffset, + columns);
    /// transposed, outputs [outputOffset, + columns) at depths [depthOffset, + rows). Other entries keep what they held.
    /// </summary>
    public static void Pack<V>(Floats packed, int outputs, int depth, Floats weights, int rows, int columns, bool transpose,
        int outputOffset, int depthOffset) where V : struct, ISimd<V>
    {
        var block = new PackedBlock(packed, outputs, depth, weights, rows, columns, transpose, outputOffset, depthOffset);
        if (PackHelp.Current?.Run(block, V.Count) != true)
            Pack<V>(block, outputOffset, block.End);
    }

    /// <summary>The outputs of a block from one to before another.</summary>
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
        // The last vector ends with the last column, whatever it shares with the one before.
        int last = count - V.Count;
        for (int k = 0; k < depth; k++, source += stride, target += step)
        {
            for (int o = 0; o < last; o += V.Count)
                V.Store(V.Load(source + o), target + o);
            V.Store(V.Load(source + last), target + last);
        }
    }

    /// <summary>target[k·step + o] = source[o·columns + k] for o below rows, k below columns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Transpose(float* source, nint columns, int rows, float* target, nint step)
    {
        int o = 0;
        for (; o <= rows - 4; o += 4)
        {
            float* s0 = source + o * columns, s1 = s0 + columns, s2 = s1 + columns;
            Transpose(s0, s1, s2, s2 + columns, columns, target + o, step);
        }
        for (; o < rows; o++)
            for (nint k = 0; k < columns; k++)
                target[k * step + o] = source[o * columns + k];
    }

    /// <summary>Four rows, wherever they lie, as columns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Transpose(float* s0, float* s1, float* s2, float* s3, nint columns, float* target, nint step)
    {
        nint k = 0;
        for (; k <= columns - 4; k += 4, target += 4 * step)
            Transpose4(s0 + k, s1 + k, s2 + k, s3 + k, target, step);
        for (; k < columns; k++, target += step)
            Vector128.Store(Vector128.Create(s0[k], s1[k], s2[k], s3[k]), target);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Transpose4(float* s0, float* s1, float* s2, float* s3, float* target, nint step)
    {
        // Two rounds of interleaving: rows 0 and 2, 1 and 3, then the results.
        var (r0, r1, r2, r3) = (Vector128.Load(s0), Vector128.Load(s1), Vector128.Load(s2), Vector128.Load(s3));
        var (low02, high02) = Interleave(r0, r2);
        var (low13, high13) = Interleave(r1, r3);
        var (t0, t1) = Interleave(low02, low13);
        var (t2, t3) = Interleave(high02, high13);
        t0.Store(target);
        t1.Store(target + step);
        t2.Store(target + 2 * step);
        t3.Store(target + 3 * step);
    }

    /// <summary>a0 b0 a1 b1 and a2 b2 a3 b3.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static (Vector128<float> Low, Vector128<float> High) Interleave(Vector128<float> a, Vector128<float> b) =>
        Sse.IsSupported ? (Sse.UnpackLow(a, b), Sse.UnpackHigh(a, b)) :
        AdvSimd.Arm64.IsSupported ? (AdvSimd.Arm64.ZipLow(a, b), AdvSimd.Arm64.ZipHigh(a, b)) :
        (Vector128.Create(a[0], b[0], a[1], b[1]), Vector128.Create(a[2], b[2], a[3], b[3]));
}
