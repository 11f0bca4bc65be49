using System.Runtime.CompilerServices;
using RnnDsl.Memory;

namespace RnnDsl.CompilerServices;

public static unsafe partial class Gemm
{
    /// <summary>The columns of a packed block. With <see cref="DepthBlock"/> rows, it stays in the L2 cache.</summary>
    const int ColumnBlock = 256;

    /// <summary>With at most this number of columns, packing the other operand costs more than it saves.</summary>
    const int FewColumns = 64;

    /// <summary>Gradients of weights. For each target: Gradient[o, k] = (or +=) Σ d[r, Offset + o]·x[r, k]. Only the dense gradients are written.</summary>
    /// <param name="rows">The rows of d and x, over which the sum runs.</param>
    /// <param name="d">The gradients of the outputs, row-major.</param>
    /// <param name="dStride">The floats from one row of d to the next.</param>
    /// <param name="x">The inputs, row-major. Only the first <paramref name="columns"/> floats of each row are read.</param>
    /// <param name="xStride">The floats from one row of x to the next.</param>
    /// <param name="columns">The columns of x and of each gradient.</param>
    /// <param name="targets">The weights that were multiplied by x.</param>
    /// <param name="accumulate">Whether to add to the gradients instead of overwriting them.</param>
    public static void Outer<V>(int rows, Floats d, int dStride, Floats x, int xStride, int columns, ReadOnlySpan<OuterTarget> targets,
        bool accumulate) where V : struct, ISimd<V> => Outer<V>(rows, d, dStride, x, xStride, columns, targets, columns, accumulate);

    /// <summary>The same into rows that are <paramref name="targetStride"/> floats apart.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Outer<V>(int rows, Floats d, int dStride, Floats x, int xStride, int columns, ReadOnlySpan<OuterTarget> targets,
        int targetStride, bool accumulate) where V : struct, ISimd<V>
    {
        bool swap = SavesBySwapping<V>(columns, targets);
        foreach (var (row, block) in new Split(rows, DepthBlock))
        {
            bool add = accumulate || row > 0;
            float* dBlock = d.Pointer + (nint)row * dStride, xBlock = x.Pointer + (nint)row * xStride;
            if (swap)
            {
                foreach (ref readonly OuterTarget target in targets)
                    foreach (var (output, count) in new Split(target.Outputs, ColumnBlock))
                    {
                        float* source = dBlock + target.Offset + output;
                        // The block is read only once, so it need not be packed.
                        float* panels = columns > Tile.MaxRows<V>() ? PackPanels<V>(source, dStride, block, count) : null;
                        MultiplyPanels<V>(block, xBlock, xStride, columns, source, dStride, panels, count,
                            target.Gradient.Pointer + (nint)output * targetStride, 1, targetStride, add);
                    }
                continue;
            }
            foreach (var (column, count) in new Split(columns, ColumnBlock))
            {
                // The block is read only once, so it need not be packed.
                float* panels = targets.Length != 1 || targets[0].Outputs > Tile.MaxRows<V>() ? PackPanels<V>(xBlock + column, xStride, block, count) : null;
                foreach (ref readonly OuterTarget target in targets)
                    MultiplyPanels<V>(block, dBlock + target.Offset, dStride, target.Outputs, xBlock + column, xStride, panels, count,
                        target.Gradient.Pointer + column, targetStride, 1, add);
            }
        }
    }

    /// <summary>Whether the outputs fill vectors so much better than the columns that they should take the lanes. The result must then be written transposed.</summary>
    static bool SavesBySwapping<V>(int columns, ReadOnlySpan<OuterTarget> targets) where V : struct, ISimd<V>
    {
        long straight = 0, swapped = 0;
        foreach (ref readonly OuterTarget target in targets)
        {
            straight += (long)target.Outputs * Panels.Pad<V>(columns);
            swapped += (long)Panels.Pad<V>(target.Outputs) * columns;
        }
        return 5 * swapped < 4 * straight;
    }

    /// <summary>result[i·rowStep + j·columnStep] = (or +=) Σ left[r, i]·right[r, j] for i below height and j below columns. The panels are the packed right operand, or null.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void MultiplyPanels<V>(int rows, float* left, int leftStride, int height, float* right, int rightStride, float* panels,
        int columns, float* result, nint rowStep, nint columnStep, bool accumulate) where V : struct, ISimd<V>
    {
        float* packedLeft = Workspace<V>() + PanelFloats<V>(), packedRight = packedLeft + Tile.MaxRows<V>() * DepthBlock;
        float* corner = packedRight + 2 * V.Count * DepthBlock;
        foreach (var (i, count) in new Split(height, Tile.MaxRows<V>()))
        {
            float* a = left + i;
            nint aStep = leftStride;
            if (columns > FewColumns)
            {
                Panels.CopyColumns<V>(a, aStep, rows, count, packedLeft, count);
                a = packedLeft;
                aStep = count;
            }
            for (int j = 0; j < columns; j += 2 * V.Count)
            {
                int width = Width<V>(columns - j), used = Math.Min(width, columns - j);
                float* b = panels + (nint)j * rows;
                nint bStep = width;
                if (panels == null && used == width)
                {
                    b = right + j;
                    bStep = rightStride;
                }
                else if (panels == null)
                    PackPanel<V>(right + j, rightStride, rows, used, b = packedRight);
                float* target = result + i * rowStep + j * columnStep;
                bool direct = columnStep == 1 && used == width;
                Tile.Multiply<V>(count, width > V.Count, rows, a, 1, aStep, b, bStep,
                    direct ? target : corner, direct ? rowStep : width, direct && accumulate ? target : null, rowStep, b, 0);
                if (!direct)
                    WriteCorner(corner, width, count, used, target, rowStep, columnStep, accumulate);
            }
        }
    }

    /// <summary>Copies a block of rows into panels with the layout of <see cref="Panels"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static float* PackPanels<V>(float* source, nint stride, int rows, int columns) where V : struct, ISimd<V>
    {
        float* panels = Workspace<V>();
        for (int column = 0; column < columns; column += 2 * V.Count)
            PackPanel<V>(source + column, stride, rows, Math.Min(columns - column, 2 * V.Count), panels + (nint)column * rows);
        return panels;
    }

    /// <summary>Copies up to two vectors of columns. The tail of the last vector is set to zero.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void PackPanel<V>(float* source, nint stride, int rows, int columns, float* panel) where V : struct, ISimd<V>
    {
        int width = Width<V>(columns);
        if (columns < width)
            new Span<float>(panel, rows * width).Clear();
        Panels.CopyColumns<V>(source, stride, rows, columns, panel, width);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void WriteCorner(float* corner, int width, int rows, int columns, float* target, nint rowStep, nint columnStep, bool accumulate)
    {
        for (int i = 0; i < rows; i++)
            for (int j = 0; j < columns; j++)
            {
                float* to = target + i * rowStep + j * columnStep;
                *to = corner[i * width + j] + (accumulate ? *to : 0);
            }
    }

    /// <summary>The width of a panel that begins where <paramref name="left"/> columns are left.</summary>
    static int Width<V>(int left) where V : struct, ISimd<V> => left > V.Count ? 2 * V.Count : V.Count;

    /// <summary>The most floats of the panels of a block.</summary>
    static int PanelFloats<V>() where V : struct, ISimd<V> => DepthBlock * (ColumnBlock + V.Count);

    /// <summary>Room for the panels of a block, a packed tile of the left operand, one panel, and a tile of the result.</summary>
    static float* Workspace<V>() where V : struct, ISimd<V> =>
        Scratch.Take(PanelFloats<V>() + (Tile.MaxRows<V>() + 2 * V.Count) * DepthBlock + Tile.MaxRows<V>() * 2 * V.Count);
}
