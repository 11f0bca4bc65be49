using System.Numerics.Tensors;
using RnnDsl.Execution;

namespace RnnDsl.Memory;

/// <summary>First values of parameters.</summary>
static class Initializer
{
    /// <summary>Fills one parameter, row-major. Its random numbers depend on the seed and its name alone, not on the other
    /// parameters.</summary>
    public static void Fill(ParameterInfo info, int seed, Span<float> values)
    {
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

    static void FillUniform(Span<float> values, RandomStream random, double limit)
    {
        for (int i = 0; i < values.Length; i++)
            values[i] = (float)random.Uniform(limit);
    }

    /// <summary>
    /// Orthonormal rows, or columns where there are fewer of them: Gram–Schmidt on Gaussian vectors, the Q of a QR decomposition whose
    /// R has a positive diagonal, so every orthogonal matrix is as likely as any other (Mezzadri 2007).
    /// </summary>
    static void FillOrthogonal(Span<float> values, int rows, int columns, RandomStream random, double gain)
    {
        int count = Math.Min(rows, columns), length = Math.Max(rows, columns);
        var vectors = new double[count][];
        for (int i = 0; i < count; i++)
        {
            double[] vector = vectors[i] = new double[length];
            for (int k = 0; k < length; k++)
                vector[k] = random.Normal();
            // Twice is enough (Giraud et al. 2005) for vectors that are nearly dependent, such as the last one of a square matrix.
            for (int pass = 0; pass < 2; pass++)
                for (int j = 0; j < i; j++)
                    TensorPrimitives.MultiplyAdd(vectors[j], -TensorPrimitives.Dot<double>(vectors[j], vector), vector, vector);
            TensorPrimitives.Divide(vector, TensorPrimitives.Norm<double>(vector), vector);
        }
        for (int row = 0; row < rows; row++)
            for (int column = 0; column < columns; column++)
                values[row * columns + column] = (float)(gain * (rows <= columns ? vectors[row][column] : vectors[column][row]));
    }
}
