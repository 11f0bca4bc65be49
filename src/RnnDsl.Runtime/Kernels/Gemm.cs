using System.ComponentModel;
using System.Runtime.CompilerServices;
using RnnDsl.Memory;

namespace RnnDsl.CompilerServices;

/// <summary>
/// Matrix products of activations with packed weights. Rows are split into tiles of equal height as far as possible; depth and rows are split into blocks that stay in the caches
/// (Goto &amp; van de Geijn 2008).
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static unsafe partial class Gemm
{
    /// <summary>The depth of a block. With two vectors of width, it fills half of the L1 cache or more.</summary>
    const int DepthBlock = 256;

    /// <summary>The rows of a block. With the depth of a block, they stay in the L2 cache.</summary>
    const int RowBlock = 96;

    /// <summary>
    /// C[r, o] = addend[r, o] + Σ A[r, k]·W[o, k], for all o below <paramref name="outputs"/> rounded up to whole vectors. The result of a row does not depend on the number of rows.
    /// </summary>
    /// <param name="rows">The rows of A and C.</param>
    /// <param name="a">A, row-major. Only the first <paramref name="depth"/> floats of each row are read.</param>
    /// <param name="aStride">The floats from one row of A to the next.</param>
    /// <param name="depth">The columns of A.</param>
    /// <param name="packed">W, packed by <see cref="Panels"/> with the same lane type.</param>
    /// <param name="outputs">The rows of W.</param>
    /// <param name="c">C, row-major.</param>
    /// <param name="cStride">The floats from one row of C to the next.</param>
    /// <param name="addend">Null for zero; C itself, to add to its values; or any other rows of as many floats.</param>
    /// <param name="addendStride">The floats from one row of the addend to the next; 0 for a single row that is added to all, such as a bias.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Multiply<V>(int rows, Floats a, int aStride, int depth, Floats packed, int outputs, Floats c, int cStride,
        Floats addend, int addendStride) where V : struct, ISimd<V>
    {
        int padded = Panels.Pad<V>(outputs);
        var depths = new Split(depth, DepthBlock);
        foreach (var (row, height) in new Split(rows, RowBlock))
            foreach (var (k, block) in depths)
            {
                float* left = a.Pointer + (nint)row * aStride + k, target = c.Pointer + (nint)row * cStride;
                float* added = k > 0 ? target : Tile.Advance(addend.Pointer, (nint)row * addendStride);
                int addedStride = k > 0 ? cStride : addendStride;
                if (height > Tile.MaxFewRows)
                    MultiplyBlock<V>(height, left, aStride, block, packed.Pointer, k, depth, padded, target, cStride, added, addedStride);
                else if (height > 0)
                    Tile.MultiplyFewRows<V>(height, block, left, aStride, packed.Pointer, k, depth, padded, target, cStride, added, addedStride);
            }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void MultiplyBlock<V>(int rows, float* a, int aStride, int depth, float* packed, int k, int fullDepth, int outputs,
        float* c, int cStride, float* addend, int addendStride) where V : struct, ISimd<V>
    {
        if (aStride % Layout.AliasingStride == 0 && outputs >= 16 * V.Count)
        {
            // The rows are read often enough to be worth a copy whose rows do not alias in the cache.
            int stride = DepthBlock + Layout.Alignment;
            float* copy = Scratch.Take(RowBlock * stride);
            Panels.CopyColumns<V>(a, aStride, rows, depth, copy, stride);
            a = copy;
            aStride = stride;
        }
        var tiles = new Split(rows, Tile.MaxRows<V>());
        // Weights that are not in a near cache are prefetched one panel ahead. Each tile fetches its share.
        nint share = 2 * V.Count / tiles.Count + 1;
        for (int panel = 0; panel < outputs; panel += 2 * V.Count)
        {
            bool wide = outputs - panel > V.Count;
            int width = wide ? 2 * V.Count : V.Count;
            float* b = packed + (nint)panel * fullDepth + (nint)k * width, ahead = b + 2 * V.Count * (nint)fullDepth;
            foreach (var (row, height) in tiles)
            {
                Tile.Multiply<V>(height, wide, depth, a + (nint)row * aStride, aStride, 1, b, width,
                    c + (nint)row * cStride + panel, cStride, Tile.Advance(addend, (nint)row * addendStride + panel), addendStride, ahead, share);
                ahead += share * depth;
            }
        }
    }
}
