using System.ComponentModel;
using System.Runtime.CompilerServices;
using RnnDsl.Memory;

namespace RnnDsl.CompilerServices;

/// <summary>
/// Products of a matrix with one-hot vectors: rows or columns that are taken out, and gradients that are added there. A matrix is dense and row-major. A number of
/// −1 stands for the zero vector: nothing is taken or added. Numbers have been checked against the size when data were bound.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static unsafe class TableRows
{
    /// <summary>Row <paramref name="number"/> of a matrix of <paramref name="width"/> columns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Row(Floats matrix, int number, Floats target, int width)
    {
        if (number < 0)
            Rows.Fill(target, width, 0);
        else
            Rows.Copy(matrix + (nint)number * width, target, width);
    }

    /// <summary>Column <paramref name="number"/> of a matrix of <paramref name="columns"/> columns and <paramref name="height"/> rows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Column(Floats matrix, int number, int columns, Floats target, int height)
    {
        if (number < 0)
        {
            Rows.Fill(target, height, 0);
            return;
        }
        float* source = matrix.Pointer + number;
        for (int i = 0; i < height; i++, source += columns)
            target.Pointer[i] = *source;
    }

    /// <summary>Adds each row of values to the row of a gradient whose number stands beside it.</summary>
    /// <param name="rows">How many rows of values.</param>
    /// <param name="values">The first one.</param>
    /// <param name="stride">Floats from one to the next.</param>
    /// <param name="width">Columns of the gradient.</param>
    /// <param name="numbers">One number a row.</param>
    /// <param name="gradient">The gradient.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void AddRows<V>(nint rows, Floats values, int stride, int width, Floats numbers, Floats gradient) where V : struct, ISimd<V>
    {
        for (nint row = 0; row < rows; row++, values += stride)
        {
            int number = (int)numbers[row];
            if (number < 0)
                continue;
            Floats target = gradient + (nint)number * width;
            nint j = 0;
            for (; j <= width - V.Count; j += V.Count)
                V.Store(V.Load(target, j) + V.Load(values, j), target, j);
            for (; j < width; j++)
                target.Pointer[j] += values.Pointer[j];
        }
    }

    /// <summary>Adds each row of values to the column of a gradient whose number stands beside it; see <see cref="AddRows{V}"/>.</summary>
    /// <param name="rows">How many rows of values.</param>
    /// <param name="values">The first one.</param>
    /// <param name="stride">Floats from one to the next.</param>
    /// <param name="height">Rows of the gradient.</param>
    /// <param name="numbers">One number a row.</param>
    /// <param name="gradient">The gradient.</param>
    /// <param name="columns">Its columns.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void AddColumns<V>(nint rows, Floats values, int stride, int height, Floats numbers, Floats gradient, int columns) where V : struct, ISimd<V>
    {
        for (nint row = 0; row < rows; row++, values += stride)
        {
            int number = (int)numbers[row];
            if (number < 0)
                continue;
            float* target = gradient.Pointer + number;
            for (int i = 0; i < height; i++, target += columns)
                *target += values.Pointer[i];
        }
    }
}
