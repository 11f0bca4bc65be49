using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using RnnDsl.CompilerServices;
using RnnDsl.Execution;

namespace RnnDsl.Memory;

/// <summary>Computes the initial values of parameters.</summary>
static class Initializer
{
    /// <summary>Fills one parameter, row-major. Its random numbers depend on the seed and its name alone, not on the other parameters.</summary>
    public static void Fill(ParameterInfo info, int seed, Span<float> values)
    {
        if (info.Function is { } function)
        {
            FillComputed(info, function, values);
            return;
        }
        var random = new RandomStream(seed, info.Name);
        double value = info.InitialValue;
        switch (info.Initial)
        {
            case Initial.Constant:
                values.Fill((float)value);
                break;
            case Initial.Xavier:
                FillUniform(values, random, value * Math.Sqrt(6.0 / (info.Rows + info.Columns)));
                break;
            case Initial.Uniform:
                FillUniform(values, random, value);
                break;
            case Initial.Normal:
                for (int i = 0; i < values.Length; i++)
                    values[i] = (float)(value * random.Normal());
                break;
            case Initial.Orthogonal:
                FillOrthogonal(values, info.Rows, info.Columns, random, value);
                break;
            default:
                throw new ArgumentException($"Parameter '{info.Name}' has the unknown initial {info.Initial}.", nameof(info));
        }
    }

    static void FillComputed(ParameterInfo info, Func<int, int, double> function, Span<float> values)
    {
        for (int row = 0; row < info.Rows; row++)
            for (int column = 0; column < info.Columns; column++)
            {
                double value = function(row, column);
                if (!float.IsFinite((float)value))
                    throw new InvalidOperationException(FormattableString.Invariant($"Parameter '{info.Name}' ") + info.Rank switch
                    {
                        2 => FormattableString.Invariant($"at row {row} and column {column}"),
                        1 => FormattableString.Invariant($"at unit {row}"),
                        _ => "",
                    } + FormattableString.Invariant($" would start from {value}, which its method computes: it must be a finite number of single precision."));
                values[row * info.Columns + column] = (float)value;
            }
    }

    static void FillUniform(Span<float> values, RandomStream random, double limit)
    {
        for (int i = 0; i < values.Length; i++)
            values[i] = (float)random.Uniform(limit);
    }

    /// <summary>
    /// Orthonormal rows, or columns if there are fewer columns. It applies Gram–Schmidt to Gaussian vectors, which gives the Q of a QR decomposition whose R has a positive
    /// diagonal, so all orthogonal matrices are equally likely (Mezzadri 2007).
    /// </summary>
    static void FillOrthogonal(Span<float> values, int rows, int columns, RandomStream random, double gain)
    {
        int count = Math.Min(rows, columns), length = Math.Max(rows, columns), vectors = (length + Lanes - 1) / Lanes;
        var basis = new Vector512<double>[count][];
        for (int i = 0; i < count; i++)
        {
            Vector512<double>[] vector = basis[i] = new Vector512<double>[vectors];
            Span<double> numbers = MemoryMarshal.Cast<Vector512<double>, double>(vector.AsSpan())[..length];
            for (int k = 0; k < length; k++)
                numbers[k] = random.Normal();
            // Two passes are enough (Giraud et al. 2005) for nearly dependent vectors, such as the last one of a square matrix.
            for (int pass = 0; pass < 2; pass++)
                for (int j = 0; j < i; j++)
                    Add(-Dot(basis[j], vector), basis[j], vector);
            double norm = Math.Sqrt(Dot(vector, vector));
            for (int k = 0; k < vector.Length; k++)
                vector[k] /= norm;
        }
        double At(int vector, int number) => basis[vector][number / Lanes][number % Lanes];
        for (int row = 0; row < rows; row++)
            for (int column = 0; column < columns; column++)
                values[row * columns + column] = (float)(gain * (rows <= columns ? At(row, column) : At(column, row)));
    }

    // TensorPrimitives is not used: the runtime compiles it late, and until then a matrix of 500 by 500 takes seconds. With lanes of a fixed width and without fused operations,
    // every machine gets the same numbers.

    static int Lanes => Vector512<double>.Count;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static double Dot(Vector512<double>[] a, Vector512<double>[] b)
    {
        Vector512<double> even = default, odd = default;
        int k = 0;
        for (; k + 1 < a.Length; k += 2)
        {
            even += a[k] * b[k];
            odd += a[k + 1] * b[k + 1];
        }
        return Vector512.Sum(k < a.Length ? even + odd + a[k] * b[k] : even + odd);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Add(double factor, Vector512<double>[] a, Vector512<double>[] sum)
    {
        for (int k = 0; k < sum.Length; k++)
            sum[k] += factor * a[k];
    }
}
