namespace RnnDsl.Tests.Language;

/// <summary>Dimensions and random values for the tests of the language.</summary>
static class Samples
{
    public sealed class A : Dim;

    public sealed class B : Dim;

    public sealed class C : Dim;

    public static double[] Values(Random random, int count) => [.. Enumerable.Range(0, count).Select(_ => 4 * random.NextDouble() - 2)];

    public static Vec<D> Vector<D>(Random random, int length) => new(Values(random, length));

    public static Mat<R, C> Matrix<R, C>(Random random, int rows, int columns) => new(rows, columns, Values(random, rows * columns));

    public static Seq<D> Sequence<D>(Random random, int steps, int width) => new(width, Values(random, steps * width));

    public static void Close(ReadOnlySpan<double> expected, ReadOnlySpan<double> actual, double tolerance = 1e-12)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
            Close(expected[i], actual[i], tolerance);
    }

    /// <summary>Relative to the expected value where that is above 1.</summary>
    public static void Close(double expected, double actual, double tolerance = 1e-12)
    {
        if (double.IsInfinity(expected))
            Assert.Equal(expected, actual);
        else
            Assert.True(Math.Abs(expected - actual) <= tolerance * Math.Max(1, Math.Abs(expected)), $"expected {expected}, got {actual}");
    }
}
