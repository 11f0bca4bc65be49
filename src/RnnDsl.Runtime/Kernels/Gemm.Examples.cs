using System.Runtime.CompilerServices;
using RnnDsl.Memory;

namespace RnnDsl.CompilerServices;

// Products within one example: of the steps of a sequence with the matrix of another's, or with each other. Rows that stand among those of other examples are copied together first.
public static unsafe partial class Gemm
{
    /// <summary>Packs the matrix of an example, so that <see cref="MultiplySteps"/> may multiply steps by it.</summary>
    /// <param name="packed">Room for <see cref="Panels.Floats"/> of the outputs and the depth.</param>
    /// <param name="matrix">The matrix, dense and row-major.</param>
    /// <param name="rows">Its rows.</param>
    /// <param name="columns">Its columns.</param>
    /// <param name="transposed">False: a step is multiplied with each row. True: with each column.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void PackSteps<V>(Floats packed, Floats matrix, int rows, int columns, bool transposed) where V : struct, ISimd<V>
    {
        (int outputs, int depth) = transposed ? (columns, rows) : (rows, columns);
        int width = outputs % (2 * V.Count) > V.Count ? 2 * V.Count : V.Count;
        // What is multiplied beyond the last output is no number of an earlier example.
        if (outputs % V.Count != 0)
            new Span<float>(packed.Pointer + (nint)(Panels.Pad<V>(outputs) - width) * depth, width * depth).Clear();
        Panels.Pack<V>(new PackedBlock(packed, outputs, depth, matrix, rows, columns, transposed, 0, 0), 0, outputs);
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
    /// <param name="target">Dense and row-major.</param>
    /// <param name="accumulate">Adds to what is there.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void OuterSteps<V>(int rows, StepRows d, int outputs, StepRows x, int columns, Floats target, bool accumulate) where V : struct, ISimd<V>
    {
        int left = d.IsBlock ? 0 : Layout.Row(Panels.Pad<V>(outputs)), right = x.IsBlock ? 0 : Layout.Row(Panels.Pad<V>(columns));
        Floats copy = Scratch.TakeSteps((long)rows * (left + right));
        (Floats dRows, int dStride) = Together(d, rows, outputs, copy, left);
        (Floats xRows, int xStride) = Together(x, rows, columns, copy + (nint)rows * left, right);
        Outer<V>(rows, dRows, dStride, xRows, xStride, columns, [new(0, outputs, target)], accumulate);
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
