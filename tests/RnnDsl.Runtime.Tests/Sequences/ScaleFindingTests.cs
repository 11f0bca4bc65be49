using RnnDsl.Sequences;

namespace RnnDsl.Runtime.Tests.Sequences;

/// <summary>Columns whose scale says nothing are named, classes are left as they are.</summary>
public class ScaleFindingTests
{
    static readonly Random Random = new(4);

    static double[] Normal(int count, double mean = 0, double deviation = 1) =>
        [.. Enumerable.Range(0, count).Select(_ => mean + deviation * Math.Sqrt(-2 * Math.Log(1 - Random.NextDouble())) * Math.Cos(2 * Math.PI * Random.NextDouble()))];

    static IReadOnlyList<string> Findings(double[] values) => StandardScaler.Fit(new TimeSeries(["load"], values), values.Length).Findings;

    [Theory]
    [InlineData(1e30)]
    [InlineData(-1e30)]
    [InlineData(1e6)]
    public void AnOutlierThatSwallowsTheScaleIsNamed(double outlier)
    {
        foreach (int count in new[] { 10, 100, 5000 })
        {
            double[] values = Normal(count, 20, 3);
            values[count / 2] = outlier;
            string finding = Assert.Single(Findings(values));
            Assert.StartsWith($"Column 'load': {outlier:G6} in row {count / 2} makes its scale", finding);
            Assert.Contains("Column 'load'", Assert.Single(MinMaxScaler.Fit(new TimeSeries(["load"], values), count).Findings));
        }
    }

    [Fact]
    public void SeveralOutliersOfEitherSignAreNamedToo()
    {
        double[] values = Normal(10_000, 20, 3);
        (values[10], values[20], values[30]) = (1e9, -1e9, 1e8);
        Assert.Contains("Column 'load'", Assert.Single(Findings(values)));
    }

    [Fact]
    public void AConstantColumnIsNamed()
    {
        Assert.StartsWith("Column 'load' is 5 in all 20 rows", Assert.Single(Findings([.. Enumerable.Repeat(5.0, 20)])));
        var series = new TimeSeries(["a", "b"], [.. Enumerable.Range(0, 40).Select(i => i % 2 == 0 ? i : 7f)]);
        ForecastData data = ForecastData.Create(series, new WindowOptions { Length = 2, Targets = ["a"] }, new ChronologicalSplit(10, 5, 5));
        Assert.StartsWith("Column 'b' is 7 in all 10 rows", Assert.Single(data.Findings));
    }

    [Theory]
    [InlineData(5, 1e-9)]
    [InlineData(1e6, 1e-2)]
    [InlineData(0, 1e-13)]
    public void AScaleNearZeroIsNamed(double mean, double deviation) =>
        Assert.StartsWith("Column 'load' hardly changes", Assert.Single(Findings(Normal(500, mean, deviation))));

    [Fact]
    public void OrdinaryColumnsAreNot()
    {
        Assert.Empty(Findings(Normal(1000)));
        Assert.Empty(Findings(Normal(1000, 300, 0.5)));
        // Rain: mostly none. Prices: a random walk. Amounts: a long tail. A switch. Counts with a spike that others come near.
        Assert.Empty(Findings([.. Normal(1000).Select(v => v > 2.5 ? v * 10 : 0)]));
        Assert.Empty(Findings([.. Enumerable.Range(0, 1000).Select(i => i == 500 ? 1.0 : 0)]));
        double level = 100;
        Assert.Empty(Findings([.. Normal(1000).Select(v => level += v)]));
        Assert.Empty(Findings([.. Normal(1000).Select(v => Math.Exp(2 * v))]));
        double[] spike = Normal(1000);
        spike[3] = 40;
        Assert.Empty(Findings(spike));
    }

    [Theory]
    [InlineData(Scaling.Standard)]
    [InlineData(Scaling.MinMax)]
    public void ClassesAreNotScaled(Scaling scaling)
    {
        var series = new TimeSeries(["a", "on"], [.. Enumerable.Range(0, 200).Select(i => i % 2 == 0 ? i : i % 3 == 0 ? 1f : 0)]);
        ForecastData data = ForecastData.Create(series, new WindowOptions { Length = 3, Targets = ["on"] }, new ChronologicalSplit(60, 20, 20), scaling);
        foreach (Dataset part in new[] { data.Train, data.Validation, data.Test })
        {
            Assert.All(part["y"].ToArray(), value => Assert.True(value is 0 or 1));
            Assert.Equal(part["y"].ToArray(), data.Targets(part));
        }
        Assert.Equal((0, 1), (data.TargetScaler!.Offsets[0], data.TargetScaler.Scales[0]));
        Assert.NotEqual(1, data.Scaler!.Scales[0]);
        Assert.Empty(data.Findings);
    }
}
