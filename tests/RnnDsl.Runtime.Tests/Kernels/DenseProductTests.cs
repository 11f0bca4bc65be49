namespace RnnDsl.CompilerServices.Tests;

/// <summary>Products of two dense matrices.</summary>
public abstract class DenseProductTests<V> where V : struct, ISimd<V>
{
    [Fact]
    public void Products_agree_with_double()
    {
        var random = new Random(11);
        for (int repeat = 0; repeat < 300; repeat++)
        {
            int Size() => random.Next(1, random.Next(3) == 0 ? 80 : 12);
            (int rows, int inner, int columns) = (Size(), Size(), Size());
            using var left = new GuardedBuffer(rows * inner).Randomize(random, rows, inner, inner);
            using var right = new GuardedBuffer(inner * columns, misalignment: random.Next(4)).Randomize(random, inner, columns, columns);
            using var product = new GuardedBuffer(rows * columns, misalignment: random.Next(4));

            Gemm.Dense<V>(left.Floats, rows, inner, right.Floats, columns, product.Floats);

            for (int i = 0; i < rows; i++)
                for (int j = 0; j < columns; j++)
                {
                    double expected = 0;
                    for (int k = 0; k < inner; k++)
                        expected += (double)left.Span[i * inner + k] * right.Span[k * columns + j];
                    Assert.Equal(expected, product.Span[i * columns + j], 3e-7 * (inner + 4));
                }
        }
    }
}

public sealed class DenseProductTests128 : DenseProductTests<Simd128>;
public sealed class DenseProductTests256 : DenseProductTests<Simd256>;
public sealed class DenseProductTests512 : DenseProductTests<Simd512>;
