using System.ComponentModel;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using RnnDsl.Memory;

namespace RnnDsl.CompilerServices;

/// <summary>
/// Products of a matrix with one-hot vectors: rows or columns that are copied, and gradients that are added to rows or columns. A matrix is dense and row-major. The number −1
/// stands for the zero vector: nothing is copied or added. Numbers were checked against the size when the data were bound.
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

    /// <summary>Adds each row of values to the gradient's row with the corresponding number.</summary>
    /// <param name="rows">The number of rows of values.</param>
    /// <param name="values">The first row of values.</param>
    /// <param name="stride">The floats from one row to the next.</param>
    /// <param name="width">The columns of the gradient.</param>
    /// <param name="numbers">One number for each row.</param>
    /// <param name="gradient">The gradient.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void AddRows(nint rows, Floats values, int stride, int width, Floats numbers, Floats gradient)
    {
        for (nint row = 0; row < rows; row++, values += stride)
            if ((int)numbers[row] is >= 0 and int number)
                Add(values, gradient + (nint)number * width, width);
    }

    /// <summary>Adds a row to another.</summary>
    internal static void Add(Floats row, Floats sum, int width) => TensorPrimitives.Add(sum.Span(width), row.Span(width), sum.Span(width));

    /// <summary>Adds each row of values to the gradient's column with the corresponding number; see <see cref="AddRows"/>.</summary>
    /// <param name="rows">The number of rows of values.</param>
    /// <param name="values">The first row of values.</param>
    /// <param name="stride">The floats from one row to the next.</param>
    /// <param name="height">The rows of the gradient.</param>
    /// <param name="numbers">One number for each row.</param>
    /// <param name="gradient">The gradient.</param>
    /// <param name="columns">The columns of the gradient.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void AddColumns(nint rows, Floats values, int stride, int height, Floats numbers, Floats gradient, int columns)
    {
        for (nint row = 0; row < rows; row++, values += stride)
            if ((int)numbers[row] is >= 0 and int number)
                for (int i = 0; i < height; i++)
                    gradient.Pointer[number + (nint)i * columns] += values.Pointer[i];
    }
}
