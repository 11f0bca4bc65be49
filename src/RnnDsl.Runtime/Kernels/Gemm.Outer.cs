using RnnDsl.Memory;

namespace RnnDsl.Kernels;

public static unsafe partial class Gemm
{
    /// <summary>Columns of a packed block: times <see cref="DepthBlock"/>, they stay in the second cache.</summary>
    const int ColumnBlock = 256;

    /// <summary>
    /// Gradients of weights: for each target, Gradient[o, k] = (or +=) Σ d[r, Offset + o]·x[r, k]. Writes nothing but the dense gradients.
    /// </summary>
    /// <param name="rows">Rows of d and x; the sum runs over them.</param>
    /// <param name="d">Gradients of the outputs, row-major.</param>
    /// <param name="dStride">Floats from row to row of d.</param>
    /// <param name="x">Inputs, row-major; of each row only the first <paramref name="columns"/> floats are read.</param>
    /// <param name="xStride">Floats from row to row of x.</param>
    /// <param name="columns">Columns of x and of each gradient.</param>
    /// <param name="targets">The weights that were multiplied by x.</param>
    /// <param name="accumulate">Adds to the gradients instead of overwriting them.</param>
    public static void Outer<V>(int rows, Floats d, int dStride, Floats x, int xStride, int columns, ReadOnlySpan<OuterTarget> targets,
        bool accumulate) where V : struct, ISimd<V>
    {
        foreach (var (row, block) in new Split(rows, DepthBlock))
        {
            bool add = accumulate || row > 0;
            float* left = d.Pointer + (nint)row * dStride, right = x.Pointer + (nint)row * xStride;
            if (columns < V.Count)
            {
                // Inputs narrower than a vector: the outputs take the lanes, and the result is written transposed.
                foreach (ref readonly OuterTarget target in targets)
                    foreach (var (output, count) in new Split(target.Outputs, ColumnBlock))
                    {
                        float* panels = PackPanels<V>(left + target.Offset + output, dStride, block, count);
                        MultiplyPanels<V>(block, right, xStride, columns, panels, count,
                            target.Gradient.Pointer + (nint)output * columns, 1, columns, add);
                    }
                continue;
            }
            foreach (var (column, count) in new Split(columns, ColumnBlock))
            {
                float* panels = PackPanels<V>(right + column, xStride, block, count);
                foreach (ref readonly OuterTarget target in targets)
                    MultiplyPanels<V>(block, left + target.Offset, dStride, target.Outputs, panels, count,
                        target.Gradient.Pointer + column, columns, 1, add);
            }
        }
    }

    /// <summary>Floats of scratch memory for the panels of a block.</summary>
    static long PanelFloats<V>() where V : struct, ISimd<V> => (long)DepthBlock * (ColumnBlock + V.Count);

    /// <summary>Copies a block of rows into panels as <see cref="Panels"/> has them, the tail filled with zeros.</summary>
    static float* PackPanels<V>(float* source, nint stride, int rows, int columns) where V : struct, ISimd<V>
    {
        int most = 2 * V.Count;
        // Behind the panels: one tile of the left operand, and one of the result.
        float* panels = Scratch.Take(PanelFloats<V>() + Tile.MaxRows<V>() * (DepthBlock + most)), target = panels;
        for (int column = 0; column < columns; column += most)
        {
            int left = columns - column, width = left > V.Count ? most : V.Count;
            if (left < width)
                for (int r = 0; r < rows; r++)
                    for (int lane = left; lane < width; lane++)
                        target[r * width + lane] = 0;
            Panels.CopyColumns(source + column, stride, rows, Math.Min(left, width), target, width);
            target += (nint)width * rows;
        }
        return panels;
    }

    /// <summary>result[i·rowStep + j·columnStep] = (or +=) Σ left[r, i]·panels[r, j] for i below height and j below columns.</summary>
    static void MultiplyPanels<V>(int rows, float* left, int leftStride, int height, float* panels, int columns, float* result,
        nint rowStep, nint columnStep, bool accumulate) where V : struct, ISimd<V>
    {
        float* packed = panels + PanelFloats<V>(), corner = packed + Tile.MaxRows<V>() * DepthBlock;
        foreach (var (i, count) in new Split(height, Tile.MaxRows<V>()))
        {
            Panels.CopyColumns(left + i, leftStride, rows, count, packed, count);
            float* target = result + i * rowStep, b = panels;
            for (int j = 0; j < columns; j += 2 * V.Count)
            {
                bool wide = columns - j > V.Count;
                int width = wide ? 2 * V.Count : V.Count;
                if (columnStep == 1 && columns - j >= width)
                    Tile.Multiply<V>(count, wide, rows, packed, 1, count, b, width, target + j, rowStep, accumulate);
                else
                {
                    Tile.Multiply<V>(count, wide, rows, packed, 1, count, b, width, corner, width, false);
                    AddCorner(corner, width, count, Math.Min(width, columns - j), target + j * columnStep, rowStep, columnStep, accumulate);
                }
                b += (nint)width * rows;
            }
        }
    }

    static void AddCorner(float* corner, int width, int rows, int columns, float* target, nint rowStep, nint columnStep, bool accumulate)
    {
        for (int i = 0; i < rows; i++)
            for (int j = 0; j < columns; j++)
            {
                float* to = target + i * rowStep + j * columnStep;
                *to = corner[i * width + j] + (accumulate ? *to : 0);
            }
    }
}
