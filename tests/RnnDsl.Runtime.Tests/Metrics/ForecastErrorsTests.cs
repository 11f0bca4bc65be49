using RnnDsl.Metrics;

namespace RnnDsl.Runtime.Tests.Metrics;

public class ForecastErrorsTests
{
    [Fact]
    public void AnExampleByHand()
    {
        ForecastErrors e = ForecastErrors.Measure([1, 2, 3, 0], [2, 2, 1, 0]);
        Assert.Equal(4, e.Count);
        Assert.Equal(0.75, e.Mae, 1e-12);
        Assert.Equal(1.25, e.Mse, 1e-12);
        Assert.Equal(Math.Sqrt(1.25), e.Rmse, 1e-12);
        Assert.Equal(25 * (2.0 / 3 + 0 + 1 + 0), e.Smape, 1e-12);
        Assert.Equal(0, e.R2, 1e-12);   // errors 1 + 0 + 4 + 0 against a spread of 5
    }

    [Fact]
    public void AnyLengthAgreesWithThePlainFormulas()
    {
        var random = new Random(3);
        foreach (int n in new[] { 1, 2, 3, 7, 255, 256, 257, 511, 513, 2000 })
        {
            float[] a = [.. Enumerable.Range(0, n).Select(_ => (float)(1000 + random.NextDouble()))];
            float[] p = [.. a.Select(v => v + (float)random.NextDouble() - 0.5f)];
            ForecastErrors e = ForecastErrors.Measure(a, p);
            double mean = a.Average(v => (double)v);
            double squares = Enumerable.Range(0, n).Sum(i => Math.Pow((double)a[i] - p[i], 2));
            double spread = a.Sum(v => Math.Pow(v - mean, 2));
            Assert.Equal(Enumerable.Range(0, n).Average(i => Math.Abs((double)a[i] - p[i])), e.Mae, 1e-9);
            Assert.Equal(squares / n, e.Mse, 1e-9);
            double relative = Enumerable.Range(0, n).Average(i => 2 * Math.Abs((double)a[i] - p[i]) / ((double)a[i] + p[i]));
            Assert.Equal(100 * relative, e.Smape, 1e-9);
            if (n > 1)
                Assert.Equal(1 - squares / spread, e.R2, 1e-6);
        }
    }

    [Fact]
    public void WhatIsUndefinedIsNaN()
    {
        ForecastErrors e = ForecastErrors.Measure([2, 2], [2, 2]);
        Assert.Equal((0.0, 0.0, 0.0), (e.Mae, e.Rmse, e.Smape));
        Assert.True(double.IsNaN(e.R2));
    }

    [Fact]
    public void SumsAreKeptInDouble()
    {
        var a = new float[1 << 18];
        var p = new float[1 << 18];
        Array.Fill(p, 0.1f);
        Assert.Equal((double)0.1f, ForecastErrors.Measure(a, p).Mae, 1e-12);
    }

    [Fact]
    public void BadValuesAreTold()
    {
        Assert.Contains("3 predictions cannot be compared with 2", Message([1, 2], [1, 2, 3]));
        Assert.Contains("cannot be compared", Message([], []));
        Assert.Contains("The prediction at index 1 is NaN", Message([1, 2], [1, float.NaN]));
        Assert.Contains("The actual value at index 0 is Infinity", Message([float.PositiveInfinity, 2], [1, 2]));

        static string Message(float[] actual, float[] predicted) =>
            Assert.Throws<ArgumentException>(() => ForecastErrors.Measure(actual, predicted)).Message;
    }
}
