using RnnDsl.Data;
using RnnDsl.Sequences;

namespace RnnDsl.Runtime.Tests.Sequences;

/// <summary>Numbers of more than 24 bits keep their changes until a scaler has taken the offset off.</summary>
public class ExactNumbersTests
{
    const string Counter = "n\n123456789.1\n123456789.6\n123456790.2\n123456790.2\n123456791.1\n";

    static TimeSeries Read(string text) => CsvSeries.Read(new StringReader(text));

    [Theory]
    [InlineData(Scaling.Standard)]
    [InlineData(Scaling.MinMax)]
    public void ACounterKeepsItsChangesThroughScaling(Scaling scaling)
    {
        TimeSeries series = Read(Counter);
        Scaler scaler = scaling == Scaling.Standard ? StandardScaler.Fit(series, 5) : MinMaxScaler.Fit(series, 5);
        float[] scaled = scaler.Apply(series).Column("n");
        double[] small = [0.1, 0.6, 1.2, 1.2, 2.1];
        for (int i = 1; i < small.Length; i++)
            Assert.Equal((small[i] - small[0]) / scaler.Scales[0], scaled[i] - scaled[0], 1e-5);
    }

    [Fact]
    public void EveryWayFromAFileToWindowsKeepsThem()
    {
        double start = 1.6e9;
        string text = "id,t,v\n" + string.Concat(Enumerable.Range(0, 60).Select(i => FormattableString.Invariant($"{i % 2},{start + i * 0.25},{(i % 7 == 3 ? "" : "1")}\n")));
        TimeSeries series = Read(text).Select("t", "v").Range(4, 50).Resolve(MissingPolicy.ForwardFill | MissingPolicy.DropEnds);
        Assert.Equal(start + 4 * 0.25, series.DoubleColumn("t")[0]);
        ForecastData data = ForecastData.Create(series, new WindowOptions { Length = 5, Targets = ["t"], Features = ["t"] }, new ChronologicalSplit(30, 10, 10));
        foreach (Dataset part in new[] { data.Train, data.Validation, data.Test })
            for (int example = 0; example < part.Count; example++)
                for (int step = 1; step < 5; step++)
                    Assert.Equal(0.25 / data.Scaler!.Scales[0], part["x"].Step(example, step)[0] - part["x"].Step(example, step - 1)[0], 1e-5);
        Assert.All(Read(text).SplitBy("id"), part => Assert.Equal(0.5, part.Series.DoubleColumn("t")[1] - part.Series.DoubleColumn("t")[0]));
    }

    [Fact]
    public void GapsAreInterpolatedInDoublePrecision() =>
        Assert.Equal(123456789.35, Read("n,m\n123456789.1,1\n,1\n123456789.6,1\n").Resolve(MissingPolicy.Interpolate).DoubleColumn("n")[1], 1e-7);

    [Fact]
    public void DifferentNumbersThatBecomeOneFloatAreTold()
    {
        string finding = Assert.Single(Read(Counter).Findings);
        Assert.StartsWith("Column 'n' has more digits than a float holds (24 bits): 123456789.1 and 123456789.6 are one, and so it goes with 3 of 3 changes.", finding);
        Assert.Contains("Column 't'", Assert.Single(Read("t,v\n1600000000,1\n5,1\n1600000001,2\n").Findings));
        Assert.Contains("16777216 and 16777217", Assert.Single(Read("id\n16777217\n3\n16777216\n").Findings));
        ForecastData data = ForecastData.Create(Read(Counter), new WindowOptions { Length = 1, Targets = ["n"] }, new ChronologicalSplit(3, 0, 2));
        Assert.Contains(data.Findings, text => text.Contains("Column 'n' has more digits"));
    }

    [Theory]
    [InlineData("v\n0.1\n0.2\n0.30000000000000004\n")]
    [InlineData("v\n16777216\n33554432\n5\n")]
    [InlineData("v\n20.123456789\n20.623456789\n21.1\n")]
    public void OrdinaryNumbersAreNot(string text) => Assert.Empty(Read(text).Findings);

    [Fact]
    public void ASeriesOfFloatsIsAsItWas()
    {
        float[] values = [.. Enumerable.Range(0, 200).Select(i => MathF.Sin(i) * 3)];
        var floats = new TimeSeries(["a"], values);
        Assert.Same(values, System.Runtime.InteropServices.MemoryMarshal.TryGetArray(floats.Values, out ArraySegment<float> segment) ? segment.Array : null);
        var doubles = new TimeSeries(["a"], [.. values.Select(value => (double)value)]);
        Assert.Equal(values, doubles.Values.ToArray());
        Assert.Equal(StandardScaler.Fit(floats, 150).ToJson(), StandardScaler.Fit(doubles, 150).ToJson());
        Assert.Equal(StandardScaler.Fit(floats, 150).Apply(floats).Values.ToArray(), StandardScaler.Fit(doubles, 150).Apply(doubles).Values.ToArray());
        Assert.Throws<ArgumentException>(() => new TimeSeries(["a"], [1e39]));
        Assert.Empty(floats.Findings);
    }
}
