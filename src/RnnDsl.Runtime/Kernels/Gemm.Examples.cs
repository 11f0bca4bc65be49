using System.Runtime.CompilerServices;
using RnnDsl.Memory;

namespace RnnDsl.CompilerServices;

// Products within one example: of the steps of a sequence with the matrix of another sequence, or with each other. Rows among those of other examples are read and written in
// place if they are evenly spaced; otherwise they are copied together.
public static unsafe partial class Gemm
{
    /// <summary>Packs the matrix of an example, or steps that are its rows, for <see cref="MultiplySteps"/>.</summary>
    /// <param name="packed">Room for <see cref="Panels.Floats"/> of the outputs and the depth.</param>
    /// <param name="matrix">The rows of the matrix.</param>
    /// <param name="rows">The number of rows.</param>
    /// <param name="columns">The floats that are read of each row.</param>
    /// <param name="transposed">False if a step is multiplied with each row, true if with each column.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void PackSteps<V>(Floats packed, StepRows matrix, int rows, int columns, bool transposed) where V : struct, ISimd<V>
    {
        (int outputs, int depth) = transposed ? (columns, rows) : (rows, columns);
        int width = outputs % (2 * V.Count) > V.Count ? 2 * V.Count : V.Count;
        // Clears the lanes after the last output, so that no numbers of an earlier example are multiplied there.
        if (outputs % V.Count != 0)
            new Span<float>(packed.Pointer + (nint)(Panels.Pad<V>(outputs) - width) * depth, width * depth).Clear();
        for (int row = 0, count; row < rows; row += count)
        {
            count = matrix.EvenFrom(row, rows - row, out int stride);
            if (transposed)
                PackDepths<V>(matrix[row].Pointer, stride, count, columns, packed.Pointer, row, rows);
            else
                PackOutputs<V>(matrix[row].Pointer, stride, row, count, rows, columns, packed.Pointer);
        }
    }

    /// <summary>Packs rows of a matrix whose columns are the outputs: some depths of each panel.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void PackDepths<V>(float* first, nint stride, int rows, int outputs, float* packed, int depth, int depths) where V : struct, ISimd<V>
    {
        int padded = Panels.Pad<V>(outputs);
        for (int output = 0; output < outputs; output += 2 * V.Count)
        {
            int width = Math.Min(padded - output, 2 * V.Count);
            Panels.CopyColumns<V>(first + output, stride, rows, Math.Min(outputs - output, width), packed + (nint)output * depths + (nint)depth * width, width);
        }
    }

    /// <summary>Packs rows of a matrix whose rows are the outputs: some columns of each panel.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void PackOutputs<V>(float* first, nint stride, int output, int rows, int outputs, int depth, float* packed) where V : struct, ISimd<V>
    {
        int padded = Panels.Pad<V>(outputs), end = output + rows;
        while (output < end)
        {
            int panel = output & -(2 * V.Count), width = Math.Min(padded - panel, 2 * V.Count), count = Math.Min(panel + width, end) - output;
            Panels.Transpose(first, stride, depth, count, packed + (nint)panel * depth + (output - panel), width);
            first += count * stride;
            output += count;
        }
    }

    /// <summary>The fewest evenly spaced rows that are worth a product of their own, which reads and writes them in place.</summary>
    const int FewestRows = 24;

    /// <summary>C[r, o] = Σ A[r, k]·W[o, k] for the steps of an example.</summary>
    /// <param name="rows">The number of steps.</param>
    /// <param name="a">A. The first <paramref name="depth"/> floats of each row are read.</param>
    /// <param name="depth">Columns of A.</param>
    /// <param name="packed">W, packed by <see cref="PackSteps"/>.</param>
    /// <param name="outputs">Rows of W.</param>
    /// <param name="c">C. Its rows have room for whole vectors.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void MultiplySteps<V>(int rows, StepRows a, int depth, Floats packed, int outputs, StepRows c) where V : struct, ISimd<V>
    {
        for (int row = 0, count; row < rows; row += count)
        {
            count = Math.Min(a.EvenFrom(row, rows - row, out int aStride), c.EvenFrom(row, rows - row, out int cStride));
            if (count < FewestRows && count < rows - row)
            {
                MultiplyCopies<V>(row, rows - row, a, depth, packed, outputs, c);
                return;
            }
            Multiply<V>(count, a[row], aStride, depth, packed, outputs, c[row], cStride, Floats.Null, 0);
        }
    }

    /// <summary>The same for unevenly spaced steps, from one on. They are copied together, and the results are copied to their rows.</summary>
    static void MultiplyCopies<V>(int first, int rows, StepRows a, int depth, Floats packed, int outputs, StepRows c) where V : struct, ISimd<V>
    {
        int left = Layout.Row(Panels.Pad<V>(depth)), right = Layout.Row(Panels.Pad<V>(outputs));
        Floats copy = Scratch.TakeSteps((long)rows * (left + right)), made = copy + (nint)rows * left;
        for (int row = 0; row < rows; row++)
            Rows.Copy(a[first + row], copy + (nint)row * left, depth);
        Multiply<V>(rows, copy, left, depth, packed, outputs, made, right, Floats.Null, 0);
        for (int row = 0; row < rows; row++)
            Rows.Copy(made + (nint)row * right, c[first + row], outputs);
    }

    /// <summary>Target[o, k] = (or +=) Σ d[r, o]·x[r, k] over the steps of an example.</summary>
    /// <param name="rows">The number of steps.</param>
    /// <param name="d">The left operand.</param>
    /// <param name="outputs">The floats that are read of each of its rows.</param>
    /// <param name="x">The right operand.</param>
    /// <param name="columns">The floats that are read of each of its rows.</param>
    /// <param name="target">The rows of the target. <paramref name="columns"/> floats are written in each.</param>
    /// <param name="accumulate">Whether to add to the target's values.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void OuterSteps<V>(int rows, StepRows d, int outputs, StepRows x, int columns, StepRows target, bool accumulate) where V : struct, ISimd<V>
    {
        bool direct = target.IsEven(outputs, out int targetStride);
        int left = CopyStride<V>(d, rows, outputs), right = CopyStride<V>(x, rows, columns);
        Floats copy = Scratch.TakeSteps((long)rows * (left + right) + (direct ? 0 : (long)outputs * columns)), made = copy + (nint)rows * (left + right);
        (Floats dRows, int dStride) = Contiguous(d, rows, outputs, copy, left);
        (Floats xRows, int xStride) = Contiguous(x, rows, columns, copy + (nint)rows * left, right);
        if (direct)
        {
            Outer<V>(rows, dRows, dStride, xRows, xStride, columns, [new(0, outputs, target[0])], targetStride, accumulate);
            return;
        }
        Outer<V>(rows, dRows, dStride, xRows, xStride, columns, [new(0, outputs, made)], accumulate: false);
        for (int output = 0; output < outputs; output++)
            if (accumulate)
                Rows.Add(made + (nint)output * columns, target[output], columns);
            else
                Rows.Copy(made + (nint)output * columns, target[output], columns);
    }

    /// <summary>The floats from one row's copy to the next; 0 if the rows are evenly spaced and need no copies.</summary>
    static int CopyStride<V>(StepRows steps, int rows, int width) where V : struct, ISimd<V> => steps.IsEven(rows, out _) ? 0 : Layout.Row(Panels.Pad<V>(width));

    /// <summary>The rows in place, or copied together if a stride is given.</summary>
    static (Floats Rows, int Stride) Contiguous(StepRows steps, int rows, int width, Floats copy, int stride)
    {
        if (stride == 0)
            return (steps[0], steps.IsEven(rows, out int apart) ? apart : 0);
        for (int row = 0; row < rows; row++)
            Rows.Copy(steps[row], copy + (nint)row * stride, width);
        return (copy, stride);
    }
}
