using System.Numerics.Tensors;
using RnnDsl.CompilerServices;

namespace RnnDsl.Tuning;

/// <summary>What a <see cref="ModelAdapter"/> adds to one parameter: a product of two thin matrices, or a difference of the parameter's own shape.</summary>
public sealed class AdaptedParameter
{
    AdaptedParameter(string name, int rows, int columns, int rank, float[] a, float[] b, float[] difference) =>
        (Name, Rows, Columns, Rank, A, B, Difference) = (name, rows, columns, rank, a, b, difference);

    /// <summary>Adds B·A.</summary>
    /// <param name="name">The parameter.</param>
    /// <param name="rows">Its rows.</param>
    /// <param name="columns">Its columns.</param>
    /// <param name="rank">The rows of A and columns of B.</param>
    /// <param name="a">[rank × columns].</param>
    /// <param name="b">[rows × rank]. It contains the weight of the correction.</param>
    internal static AdaptedParameter LowRank(string name, int rows, int columns, int rank, float[] a, float[] b) => new(name, rows, columns, rank, a, b, []);

    /// <summary>Adds a difference [rows × columns].</summary>
    internal static AdaptedParameter Of(string name, int rows, int columns, float[] difference) => new(name, rows, columns, 0, [], [], difference);

    /// <summary>The parameter: "encoder.Ui".</summary>
    public string Name { get; }

    /// <summary>The rows of the parameter; the units of a vector.</summary>
    public int Rows { get; }

    /// <summary>The columns of the parameter; 1 for a vector.</summary>
    public int Columns { get; }

    /// <summary>The rank of the product; 0 for a difference.</summary>
    public int Rank { get; }

    /// <summary>The number of floats that it holds.</summary>
    public int Length => A.Length + B.Length + Difference.Length;

    internal float[] A { get; }

    internal float[] B { get; }

    internal float[] Difference { get; }

    /// <summary>Adds it to the values of the parameter.</summary>
    internal void AddTo(Span<float> values)
    {
        if (Rank == 0)
            TensorPrimitives.Add(values, Difference, values);
        else
            AddProduct(values, Columns, A, B, Rank, 1);
    }

    /// <summary>Adds scale·B·A to a matrix. The products of thin matrices are computed row by row.</summary>
    internal static void AddProduct(Span<float> values, int columns, ReadOnlySpan<float> a, ReadOnlySpan<float> b, int rank, float scale)
    {
        for (int row = 0; row * rank < b.Length; row++)
            for (int k = 0; k < rank; k++)
                // A zero is skipped, so that the original keeps even the signs of its zeros.
                if (b[row * rank + k] is var weight and not 0)
                    TensorPrimitives.MultiplyAdd(a.Slice(k * columns, columns), scale * weight, values.Slice(row * columns, columns), values.Slice(row * columns, columns));
    }

    /// <summary>Two matrices A [rank × columns] and B [rows × rank] whose product it is, also for a difference.</summary>
    internal (int Rank, float[] A, float[] B) Factors() =>
        Rank > 0 ? (Rank, A, B) : Rows <= Columns ? (Rows, Difference, Identity(Rows)) : (Columns, Identity(Columns), Difference);

    /// <summary>The same with another weight.</summary>
    internal AdaptedParameter Weighted(float weight)
    {
        if (weight == 1)
            return this;
        float[] b = [.. B], difference = [.. Difference];
        TensorPrimitives.Multiply(b, weight, b);
        TensorPrimitives.Multiply(difference, weight, difference);
        return new(Name, Rows, Columns, Rank, A, b, difference);
    }

    /// <summary>The sum of two of the same parameter. Products become one product of the summed rank.</summary>
    internal AdaptedParameter Plus(AdaptedParameter other)
    {
        if (Rank == 0)
        {
            float[] sum = [.. Difference];
            TensorPrimitives.Add(sum, other.Difference, sum);
            return Of(Name, Rows, Columns, sum);
        }
        int rank = Rank + other.Rank;
        var b = new float[Rows * rank];
        for (int row = 0; row < Rows; row++)
        {
            B.AsSpan(row * Rank, Rank).CopyTo(b.AsSpan(row * rank));
            other.B.AsSpan(row * other.Rank, other.Rank).CopyTo(b.AsSpan(row * rank + Rank));
        }
        return LowRank(Name, Rows, Columns, rank, [.. A, .. other.A], b);
    }

    /// <summary>The index of the first value that is not finite.</summary>
    internal int? FirstNotFinite => CompilerServices.Rows.FirstNotFinite(A) ?? CompilerServices.Rows.FirstNotFinite(B) ?? CompilerServices.Rows.FirstNotFinite(Difference);

    static float[] Identity(int size)
    {
        var identity = new float[size * size];
        for (int i = 0; i < size; i++)
            identity[i * size + i] = 1;
        return identity;
    }
}
