using RnnDsl.Memory;

namespace RnnDsl.CompilerServices.Tests;

/// <summary>Masks have the mean that they should have, and no unit, row, dropout or step knows of another.</summary>
public class DropoutMaskTests
{
    const int Rows = 1024, Units = 256;

    /// <summary>Standard deviations that a sum of fair draws may be away; among the thousands of sums here none of fair draws is.</summary>
    const double Limit = 5.5;

    public static TheoryData<double> Rates() => [0.1, 0.3, 0.5, 0.9];

    /// <summary>Kept or not, less the mean, over the standard deviation.</summary>
    static float[] Draw(double rate, ulong noise, int dropout)
    {
        var mask = new DropoutMask(noise, dropout, rate);
        float deviation = (float)Math.Sqrt(rate * (1 - rate));
        var draws = new float[Rows * Units];
        for (int row = 0; row < Rows; row++)
            for (int unit = 0; unit < Units; unit++)
                draws[row * Units + unit] = ((mask.Factor(row, unit) == 0 ? 0 : 1) - (float)(1 - rate)) / deviation;
        return draws;
    }

    static double Correlation(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        double sum = 0;
        for (int i = 0; i < a.Length; i++)
            sum += a[i] * b[i];
        return sum / Math.Sqrt(a.Length);
    }

    static void Fair(double score, string what) => Assert.True(Math.Abs(score) < Limit, $"{what}: {score:F1} standard deviations away.");

    [Theory]
    [MemberData(nameof(Rates))]
    public void The_mean_is_right_and_nothing_is_correlated(double rate)
    {
        float[] draws = Draw(rate, noise: 7, dropout: 0);
        Fair(draws.Sum(d => (double)d) / Math.Sqrt(draws.Length), "mean");
        for (int unit = 0; unit < Units; unit++)
            Fair(Enumerable.Range(0, Rows).Sum(row => (double)draws[row * Units + unit]) / Math.Sqrt(Rows), $"mean of unit {unit}");
        for (int row = 0; row < Rows; row++)
            Fair(draws.AsSpan(row * Units, Units).ToArray().Sum(d => (double)d) / Math.Sqrt(Units), $"mean of row {row}");
        // Neighbors of all distances: within a row, and in the same place of other rows.
        for (int distance = 1; distance < Units; distance++)
        {
            double sum = 0;
            for (int row = 0; row < Rows; row++)
                for (int unit = distance; unit < Units; unit++)
                    sum += draws[row * Units + unit] * draws[row * Units + unit - distance];
            Fair(sum / Math.Sqrt((double)Rows * (Units - distance)), $"units {distance} apart");
            Fair(Correlation(draws.AsSpan(distance * Units), draws.AsSpan(..^(distance * Units))), $"rows {distance} apart");
        }
        for (int other = 1; other < 20; other++)
        {
            Fair(Correlation(draws, Draw(rate, noise: 7, dropout: other)), $"dropout {other}");
            Fair(Correlation(draws, Draw(rate, noise: 7 + (ulong)other, dropout: 0)), $"noise {7 + other}");
            Fair(Correlation(draws, Draw(rate, RandomStream.Derive(7, (ulong)other), dropout: 0)), $"shard {other}");
        }
    }

    [Fact]
    public void The_ends_of_the_rates_are_no_exception()
    {
        DropoutMask least = new(1, 0, double.Epsilon), most = new(1, 0, Math.BitDecrement(1.0));
        Assert.Equal(1, least.Scale);
        for (int unit = 0; unit < 1000; unit++)
            Assert.Equal((1f, 0f), (least.Factor(0, unit), most.Factor(0, unit)));
        Assert.True(float.IsFinite(most.Scale));
    }
}

public abstract class DropLanesTests<V> where V : struct, ISimd<V>
{
    /// <summary>Lanes of any width drop the same units.</summary>
    [Fact]
    public unsafe void Each_lane_is_its_units_own()
    {
        float* lanes = stackalloc float[16];
        foreach (double rate in new[] { 0.2, 0.5, 0.95 })
        {
            var mask = new DropoutMask(3, 1, rate);
            for (nint row = 0; row < 40; row++)
                for (nint unit = 0; unit < 160; unit += V.Count)
                {
                    V.Store(V.Drop(V.Broadcast(mask.Scale), mask.Row(row), unit, mask.Below), lanes);
                    for (int lane = 0; lane < V.Count; lane++)
                        Assert.Equal(mask.Factor(row, (int)unit + lane), lanes[lane]);
                }
        }
        V.Store(V.Drop(V.Broadcast(float.NaN), 1, 0, int.MaxValue), lanes);
        Assert.Equal(0, lanes[V.Count - 1]);
    }
}

public sealed class DropLanesTests128 : DropLanesTests<Simd128>;
public sealed class DropLanesTests256 : DropLanesTests<Simd256>;
public sealed class DropLanesTests512 : DropLanesTests<Simd512>;
