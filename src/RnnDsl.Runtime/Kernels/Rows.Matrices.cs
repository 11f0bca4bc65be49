using System.Numerics;
using System.Runtime.CompilerServices;
using RnnDsl.Memory;

namespace RnnDsl.CompilerServices;

// Whole matrices, dense and row-major, as parameters are stored.
public static unsafe partial class Rows
{
    /// <summary>Writes the transposed matrix, [columns × rows]. The buffers must not overlap.</summary>
    public static void Transpose(Floats matrix, int rows, int columns, Floats target) => Panels.Transpose(matrix.Pointer, columns, rows, target.Pointer, rows);

    /// <summary>Writes the sum of each row, [rows].</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void SumOverColumns(Floats matrix, int rows, int columns, Floats target)
    {
        float* row = matrix.Pointer;
        for (int i = 0; i < rows; i++, row += columns)
        {
            var sums = Vector<float>.Zero;
            int j = 0;
            for (; j <= columns - Vector<float>.Count; j += Vector<float>.Count)
                sums += Vector.Load(row + j);
            float sum = Vector.Sum(sums);
            for (; j < columns; j++)
                sum += row[j];
            target[i] = sum;
        }
    }

    /// <summary>Writes the sum of each column, [columns].</summary>
    public static void SumOverRows(Floats matrix, int rows, int columns, Floats target)
    {
        Copy(matrix, target, columns);
        for (int i = 1; i < rows; i++)
            Add(matrix + (nint)i * columns, target, columns);
    }

    /// <summary>Writes a matrix with the vector in every column: each row has one of its units in all columns.</summary>
    public static void AcrossColumns(Floats vector, int rows, int columns, Floats target)
    {
        for (int i = 0; i < rows; i++)
            new Span<float>(target.Pointer + (nint)i * columns, columns).Fill(vector[i]);
    }

    /// <summary>Writes a matrix with the vector in every row.</summary>
    public static void AcrossRows(Floats vector, int rows, int columns, Floats target)
    {
        for (int i = 0; i < rows; i++)
            Copy(vector, target + (nint)i * columns, columns);
    }

    /// <summary>Adds the floats of one buffer to those of another.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Add(Floats source, Floats target, long count)
    {
        float* from = source.Pointer, to = target.Pointer;
        long i = 0;
        for (; i <= count - Vector<float>.Count; i += Vector<float>.Count)
            Vector.Store(Vector.Load(to + i) + Vector.Load(from + i), to + i);
        for (; i < count; i++)
            to[i] += from[i];
    }
}
