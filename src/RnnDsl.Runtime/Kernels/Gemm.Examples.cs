using System.Runtime.CompilerServices;
using RnnDsl.Memory;

namespace RnnDsl.CompilerServices;

// Products within one example: of the steps of a sequence with the matrix of another's, or with each other. Rows that stand among those of other examples are copied together first.
public static unsafe partial class Gemm
{
    /// <summary>Packs the matrix of an example, or steps that are its rows, so that <see cref="MultiplySteps"/> may multiply steps by it.</summary>
    /// <param name="packed">Room for <see cref="Panels.Floats"/> of the outputs and the depth.</param>
    /// <param name="matrix">Its rows.</param>
    /// <param name="rows">How many.</param>
    /// <param name="columns">Floats that are read of each.</param>
    /// <param name="transposed">False: a step is multiplied with each row. True: with each column.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void PackSteps<V>(Floats packed, StepRows matrix, int rows, int columns, bool transposed) where V : struct, ISimd<V>
    {
        (int outputs, int depth) = transposed ? (columns, rows) : (rows, columns);
        int width = outputs % (2 * V.Count) > V.Count ? 2 * V.Count : V.Count;
        // What is multiplied beyond the last output is no number of an earlier example.
        if (outputs % V.Count != 0)
            new Span<float>(packed.Pointer + (nint)(Panels.Pad<V>(outputs) - width) * depth, width * depth).Clear();
        if (transposed)
            for (int row = 0; row < rows; row++)
                PackRow<V>(matrix[row].Pointer, columns, packed.Pointer, row, depth);
        else
            for (int row = 0; row < rows; row += 4)
                PackRows<V>(matrix, row, Math.Min(rows - row, 4), rows, columns, packed.Pointer);
    }

    /// <summary>One row of a matrix whose columns are the outputs: a part of each panel.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void PackRow<V>(float* row, int outputs, float* packed, int depth, int depths) where V : struct, ISimd<V>
    {
        int padded = Panels.Pad<V>(outputs);
        for (int output = 0; output < outputs; output += 2 * V.Count)
        {
            int width = Math.Min(padded - output, 2 * V.Count), count = Math.Min(outputs - output, width);
            Panels.CopyColumns<V>(row + output, 0, 1, count, packed + (nint)output * depths + depth * width, width);
        }
    }

    /// <summary>Up to four rows of a matrix whose rows are the outputs: some columns of one panel.</summary>
    static void PackRows<V>(StepRows matrix, int row, int count, int outputs, int depth, float* packed) where V : struct, ISimd<V>
    {
        int panel = row & -(2 * V.Count), width = Math.Min(Panels.Pad<V>(outputs) - panel, 2 * V.Count);
        float* target = packed + (nint)panel * depth + (row - panel);
        if (count == 4)
            Panels.Transpose(matrix[row].Pointer, matrix[row + 1].Pointer, matrix[row + 2].Pointer, matrix[row + 3].Pointer, depth, target, width);
        else
            for (int i = 0; i < count; i++)
                Panels.Transpose(matrix[row + i].Pointer, depth, 1, target + i, width);
    }

    /// <summary>C[r, o] = Σ A[r, k]·W[o, k] for the steps of an example.</summary>
    /// <param name="rows">How many steps.</param>
    /// <param name="a">A; of each row the first <paramref name="depth"/> floats are read.</param>
    /// <param name="depth">Columns of A.</param>
    /// <param name="packed">W, of <see cref="PackSteps"/>.</param>
    /// <param name="outputs">Rows of W.</param>
    /// <param name="c">C; rows that lie one behind the other have room for whole vectors, of others <paramref name="outputs"/> floats are written.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void MultiplySteps<V>(int rows, StepRows a, int depth, Floats packed, int outputs, StepRows c) where V : struct, ISimd<V>
    {
        int left = a.IsBlock ? 0 : Layout.Row(Panels.Pad<V>(depth)), right = c.IsBlock ? 0 : Layout.Row(Panels.Pad<V>(outputs));
        Floats copy = Scratch.TakeSteps((long)rows * (left + right)), made = copy + (nint)rows * left;
        (Floats from, int fromStride) = Together(a, rows, depth, copy, left);
        if (c.IsBlock)
        {
            Multiply<V>(rows, from, fromStride, depth, packed, outputs, c[0], c.Stride, Floats.Null, 0);
            return;
        }
        Multiply<V>(rows, from, fromStride, depth, packed, outputs, made, right, Floats.Null, 0);
        for (int row = 0; row < rows; row++)
            Rows.Copy(made + (nint)row * right, c[row], outputs);
    }

    /// <summary>Target[o, k] = (or +=) Σ d[r, o]·x[r, k] over the steps of an example.</summary>
    /// <param name="rows">How many steps.</param>
    /// <param name="d">The left operand.</param>
    /// <param name="outputs">Floats that are read of each of its rows.</param>
    /// <param name="x">The right operand.</param>
    /// <param name="columns">Floats that are read of each of its rows.</param>
    /// <param name="target">Its rows; of each <paramref name="columns"/> floats are written.</param>
    /// <param name="accumulate">Adds to what is there.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void OuterSteps<V>(int rows, StepRows d, int outputs, StepRows x, int columns, StepRows target, bool accumulate) where V : struct, ISimd<V>
    {
        int left = d.IsBlock ? 0 : Layout.Row(Panels.Pad<V>(outputs)), right = x.IsBlock ? 0 : Layout.Row(Panels.Pad<V>(columns));
        bool direct = target.IsBlock && target.Stride == columns;
        Floats copy = Scratch.TakeSteps((long)rows * (left + right) + (direct ? 0 : (long)outputs * columns)), made = copy + (nint)rows * (left + right);
        (Floats dRows, int dStride) = Together(d, rows, outputs, copy, left);
        (Floats xRows, int xStride) = Together(x, rows, columns, copy + (nint)rows * left, right);
        if (direct)
        {
            Outer<V>(rows, dRows, dStride, xRows, xStride, columns, [new(0, outputs, target[0])], accumulate);
            return;
        }
        Outer<V>(rows, dRows, dStride, xRows, xStride, columns, [new(0, outputs, made)], accumulate: false);
        for (int output = 0; output < outputs; output++)
            if (accumulate)
                Rows.Add(made + (nint)output * columns, target[output], columns);
            else
                Rows.Copy(made + (nint)output * columns, target[output], columns);
    }

    /// <summary>The rows, copied so that one lies behind the other unless they do already.</summary>
    static (Floats Rows, int Stride) Together(StepRows steps, int rows, int width, Floats copy, int stride)
    {
        if (steps.IsBlock)
            return (steps[0], steps.Stride);
        for (int row = 0; row < rows; row++)
            Rows.Copy(steps[row], copy + (nint)row * stride, width);
        return (copy, stride);
    }
}
