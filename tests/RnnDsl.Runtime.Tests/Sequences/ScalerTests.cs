using RnnDsl.Sequences;

namespace RnnDsl.Runtime.Tests.Sequences;

public class ScalerTests
{
    static TimeSeries Random(int rows, int width, int seed)
    {
        var random = new Random(seed);
        return new TimeSeries(
            [.. Enumerable.Range(0, width).Select(i => $"c{i}")],
            [.. Enumerable.Range(0, rows * width).Select(i => i % width).Select(column =>
                (float)(1000 * column + random.NextDouble() * Math.Pow(10, column)))]);
    }

    [Fact]
    public void StandardScalingGivesMeanZeroAndDeviationOneOnTheFittedRows()
    {
        TimeSeries series = Random(200, 3, 1);
        TimeSeries scaled = StandardScaler.Fit(series, 120).Apply(series);
        foreach (string name in series.Columns)
        {
            double[] fitted = [.. scaled.Column(name)[..120].Select(v => (double)v)];
            Assert.Equal(0, fitted.Average(), 1e-5);
            Assert.Equal(1, Math.Sqrt(fitted.Select(v => v * v).Average()), 1e-5);
        }
    }

    [Fact]
    public void TwoColumnsOfOneNameAreRefused() =>
        Assert.Contains("named 'a'", Assert.Throws<ArgumentException>(() => new Scaler(["a", "b", "a"], [0, 0, 0], [1, 1, 1])).Message);

    [Fact]
    public void AColumnWhoseDeviationIsNoNumberIsNamed() => Assert.StartsWith("Column 'mass': offset 1.5E-300 and scale 0 must be finite, the scale positive; another unit helps.",
        Assert.Throws<ArgumentException>(() => StandardScaler.Fit(new TimeSeries(["mass"], [1e-300, 2e-300]), 2)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData(99)]
    [InlineData(8)]
    [InlineData(-1)]
    public void APolicyThatThereIsNotIsRefused(int policy)
    {
        TimeSeries series = Random(30, 1, 1);
        Assert.Equal("policy", Assert.Throws<ArgumentOutOfRangeException>(() => series.Resolve((MissingPolicy)policy)).ParamName);
        Assert.Equal("policy", Assert.Throws<ArgumentOutOfRangeException>(() => series.Arrange((TimePolicy)policy)).ParamName);
        var windows = new WindowOptions { Length = 2, Horizon = 1, Targets = ["c0"] };
        Assert.Equal("scaling", Assert.Throws<ArgumentOutOfRangeException>(() => ForecastData.Create(series, windows, new ChronologicalSplit(20, 5, 5), (Scaling)policy)).ParamName);
        Assert.Throws<ArgumentOutOfRangeException>(() => TableData.Create(series, new TableOptions { Target = "c0", Inputs = ["c0"], Ahead = 1, Window = 2, Scaling = (Scaling)policy }, TableSplit.TrainingOnly));
    }

    [Fact]
    public void OnlyTheFittedRowsCount()
    {
        TimeSeries series = Random(50, 2, 2);
        float[] later = series.Values.ToArray();
        for (int i = 30 * 2; i < later.Length; i++)
            later[i] = 1e6f;
        var other = new TimeSeries(series.Columns, later);
        Assert.Equal(StandardScaler.Fit(series, 30).ToJson(), StandardScaler.Fit(other, 30).ToJson());
        Assert.Equal(MinMaxScaler.Fit(series, 30).ToJson(), MinMaxScaler.Fit(other, 30).ToJson());
        Assert.NotEqual(StandardScaler.Fit(series, 31).ToJson(), StandardScaler.Fit(other, 31).ToJson());
    }

    [Fact]
    public void MinMaxScalingFillsTheRange()
    {
        TimeSeries series = Random(40, 2, 3);
        foreach (string name in series.Columns)
        {
            float[] scaled = MinMaxScaler.Fit(series, 40, -1, 2).Apply(series).Column(name);
            Assert.Equal(-1, scaled.Min(), 1e-5);
            Assert.Equal(2, scaled.Max(), 1e-5);
        }
    }

    [Fact]
    public void ScalingIsUndone()
    {
        TimeSeries series = Random(60, 4, 4);
        foreach (Scaler scaler in new[] { StandardScaler.Fit(series, 30), MinMaxScaler.Fit(series, 30) })
        {
            float[] values = scaler.Apply(series).Values.ToArray();
            scaler.Invert(values);
            for (int i = 0; i < values.Length; i++)
                Assert.Equal(series.Values.Span[i], values[i], 1e-3f);

            float[] column = scaler.Apply(series).Column("c2");
            scaler.Select("c2").Invert(column);
            Assert.Equal(series.Column("c2")[7], column[7], 1e-3f);
        }
    }

    [Fact]
    public void ConstantColumnsBecomeZeroOrTheLowEnd()
    {
        var series = new TimeSeries(["a"], [0.1f, 0.1f, 0.1f, 0.1f, 0.1f, 0.1f, 7]);
        Assert.Equal(0, StandardScaler.Fit(series, 6).Apply(series)[0, 0], 1e-6f);
        Assert.Equal(6.9f, StandardScaler.Fit(series, 6).Apply(series)[6, 0], 1e-5f);
        Assert.Equal(-1, MinMaxScaler.Fit(series, 6, -1, 1).Apply(series)[0, 0], 1e-6f);
    }

    [Fact]
    public void JsonHoldsEverything()
    {
        Scaler scaler = StandardScaler.Fit(new TimeSeries(["Öl \"x\"", "b"], [1, 2, 4, 4, 0, 9]), 3);
        Scaler read = Scaler.FromJson(scaler.ToJson());
        Assert.Equal(scaler.Columns, read.Columns);
        Assert.Equal(scaler.Offsets, read.Offsets);
        Assert.Equal(scaler.Scales, read.Scales);
        Assert.Equal("""{"columns":["a"],"offsets":[1.5],"scales":[0.5]}""", new Scaler(["a"], [1.5], [0.5]).ToJson());
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"columns":["a"],"offsets":[1],"scales":[0]}""")]
    [InlineData("""{"columns":["a"],"offsets":[1],"scales":[1,2]}""")]
    [InlineData("""{"columns":["a"],"offsets":["1"],"scales":[1]}""")]
    [InlineData("""{"columns":[null],"offsets":[1],"scales":[1]}""")]
    [InlineData("""{"columns":["a"],"offsets":[1e999],"scales":[1]}""")]
    public void OtherJsonIsRefused(string json) => Assert.Throws<InvalidDataException>(() => Scaler.FromJson(json));

    [Fact]
    public void MistakesAreTold()
    {
        var series = new TimeSeries(["a", "b"], [1, 2, 3, float.NaN]);
        Assert.Contains("Column 'b', row 1", Assert.Throws<ArgumentException>(() => StandardScaler.Fit(series, 2)).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => StandardScaler.Fit(series, 3));
        Assert.Throws<ArgumentOutOfRangeException>(() => StandardScaler.Fit(series, 0));
        Assert.Throws<ArgumentException>(() => MinMaxScaler.Fit(series, 1, 1, 1));
        Scaler scaler = StandardScaler.Fit(series, 1);
        Assert.Contains("not whole rows of 2 columns", Assert.Throws<ArgumentException>(() => scaler.Apply(new float[3])).Message);
        Assert.Contains("not fitted on column 'c'", Assert.Throws<ArgumentException>(() => scaler.Select("c")).Message);
    }
}
