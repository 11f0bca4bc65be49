using RnnDsl.CompilerServices;
using RnnDsl.Execution;
using RnnDsl.Sequences;

namespace RnnDsl.Runtime.Tests.Sequences;

public class WindowsTests
{
    /// <summary>Column a holds the row number, b a hundred times it, c its negative.</summary>
    static TimeSeries Numbered(int rows) =>
        new(["a", "b", "c"], [.. Enumerable.Range(0, rows).SelectMany(row => new float[] { row, 100 * row, -row })]);

    [Fact]
    public void AVectorTargetBeginsRightAfterTheWindow()
    {
        Dataset data = Windows.Create(Numbered(10), new WindowOptions { Length = 3, Horizon = 2, Targets = ["b"], Features = ["c", "a"] });
        Assert.Equal(6, data.Count);
        Column x = data["x"], y = data["y"];
        Assert.Equal((ValueKind.Sequence, 2, ValueKind.Vector, 2), (x.Kind, x.Width, y.Kind, y.Width));
        for (int i = 0; i < data.Count; i++)
        {
            Assert.Equal((3, 1), (x.Lengths[i], y.Lengths[i]));
            for (int step = 0; step < 3; step++)
                Assert.Equal([-(i + step), i + step], x.Step(i, step).ToArray());
            Assert.Equal([100f * (i + 3), 100f * (i + 4)], y.Step(i, 0).ToArray());
        }
    }

    [Theory]
    [InlineData(4, int.MaxValue, "2147483651")]
    [InlineData(int.MaxValue, int.MaxValue, "4294967294")]
    public void AWindowLongerThanAnySeriesIsRefused(int length, int horizon, string needed) =>
        Assert.Contains($"needs {needed} there", Assert.Throws<ArgumentException>(() =>
            Windows.Create(Numbered(10), new WindowOptions { Length = length, Horizon = horizon, Targets = ["a"] })).Message);

    [Fact]
    public void ATargetPerStepIsTheNextValuesOfEachStep()
    {
        Dataset data = Windows.Create(
            Numbered(8), new WindowOptions { Length = 4, Horizon = 2, Targets = ["a", "b"], TargetPerStep = true });
        Column y = data["y"];
        Assert.Equal((ValueKind.Sequence, 4, 3), (y.Kind, y.Width, data.Count));
        for (int i = 0; i < data.Count; i++)
            for (int step = 0; step < y.Lengths[i]; step++)
            {
                float next = i + step + 1;
                Assert.Equal([next, 100 * next, next + 1, 100 * (next + 1)], y.Step(i, step).ToArray());
            }
    }

    [Fact]
    public void WindowsShareTheSeriesBuffer()
    {
        TimeSeries series = Numbered(1000);
        Dataset data = Windows.Create(series, new WindowOptions { Length = 50, Horizon = 7, Targets = ["a", "b", "c"] });
        Assert.True(data["x"].Values.Span == series.Values.Span);
        Assert.True(data["y"].Values.Span == series.Values.Span);
        Assert.Equal([3f, 300f, -3f, 4f, 400f, -4f], data["x"].Select([3]).ToArray()[..6]);
    }

    [Fact]
    public void StrideSkipsRows()
    {
        Dataset data = Windows.Create(Numbered(20), new WindowOptions { Length = 4, Targets = ["a"], Stride = 5 });
        Assert.Equal([0f, 5f, 10f, 15f], Enumerable.Range(0, data.Count).Select(i => data["x"].Step(i, 0)[0]));
    }

    [Fact]
    public void TheLatestWindowEndsWithTheLastRow()
    {
        Dataset data = Windows.Latest(Numbered(20), new WindowOptions { Length = 4, Targets = ["a"], Features = ["a"] });
        Assert.Equal([16f, 17f, 18f, 19f], Assert.Single(data.Columns).ToArray());
    }

    [Fact]
    public void NoTargetIsSharedByTwoPartsAndNoInputLooksAhead()
    {
        var random = new Random(11);
        for (int trial = 0; trial < 300; trial++)
        {
            int length = random.Next(1, 9), horizon = random.Next(1, 6);
            var split = new ChronologicalSplit(random.Next(20, 40), random.Next(20, 40), random.Next(20, 40));
            var options = new WindowOptions
            {
                Length = length,
                Horizon = horizon,
                Targets = ["a"],
                Features = ["a"],
                Stride = random.Next(1, 4),
                TargetPerStep = random.Next(2) == 0,
                LookBack = random.Next(2) == 0,
            };
            DatasetParts parts = Windows.Create(Numbered(split.Rows + random.Next(5)), options, split);
            int begin = 0;
            (Dataset, int)[] all = [(parts.Train, split.Train), (parts.Validation, split.Validation), (parts.Test, split.Test)];
            foreach ((Dataset part, int rows) in all)
            {
                int end = begin + rows;
                Assert.True(part.Count > 0);
                for (int i = 0; i < part.Count; i++)
                {
                    float[] x = part["x"].Select([i]).ToArray(), y = part["y"].Select([i]).ToArray();
                    Assert.Equal(length, x.Length);
                    Assert.InRange(y.Min(), begin, end - 1);
                    Assert.InRange(y.Max(), begin, end - 1);
                    Assert.Equal(x[0] + (options.TargetPerStep ? 1 : length), y[0]);
                    if (!options.LookBack)
                        Assert.True(x[0] >= begin);
                }
                // The first window is the earliest that fits.
                float first = part["y"].ToArray()[0], lead = options.TargetPerStep ? 1 : length;
                Assert.Equal(begin == 0 || !options.LookBack ? begin + lead : Math.Max(begin, lead), first);
                begin = end;
            }
        }
    }

    [Fact]
    public void APartOfNoRowsIsEmpty()
    {
        DatasetParts parts = Windows.Create(
            Numbered(30), new WindowOptions { Length = 3, Targets = ["a"] }, new ChronologicalSplit(20, 0, 10));
        Assert.Equal((17, 0, 10), (parts.Train.Count, parts.Validation.Count, parts.Test.Count));
    }

    [Fact]
    public void FractionsCoverAllRows()
    {
        for (int rows = 4; rows < 200; rows++)
        {
            ChronologicalSplit split = ChronologicalSplit.Fractions(rows, 0.6, 0.2);
            Assert.Equal(rows, split.Rows);
            Assert.True(split.Validation > 0 && split.Test > 0);
            Assert.Equal(0.6 * rows, split.Train, 0.51);
        }
        Assert.Equal(new ChronologicalSplit(7, 3, 0), ChronologicalSplit.Fractions(10, 0.7, 0.3));
    }

    [Fact]
    public void TooFewRowsAreToldWithHowManyAreNeeded()
    {
        var options = new WindowOptions { Length = 24, Horizon = 6, Targets = ["a"] };
        Assert.StartsWith("The series has 20 rows, but one window needs 30", Message(() => Windows.Create(Numbered(20), options)));
        Assert.StartsWith("The training part has 25 rows, but one window needs 30",
            Message(() => Windows.Create(Numbered(50), options, new ChronologicalSplit(25, 10, 10))));
        Assert.StartsWith("The test part has 5 rows, but one window needs 6",
            Message(() => Windows.Create(Numbered(50), options, new ChronologicalSplit(35, 10, 5))));
        Assert.StartsWith("The test part has 29 rows, but one window needs 30",
            Message(() => Windows.Create(Numbered(100), options with { LookBack = false }, new ChronologicalSplit(35, 30, 29))));
        Assert.StartsWith("The split needs 60 rows (40 + 10 + 10), but the series has 50",
            Message(() => Windows.Create(Numbered(50), options, new ChronologicalSplit(40, 10, 10))));
        Assert.Contains("a part would be empty", Message(() => ChronologicalSplit.Fractions(2, 0.6, 0.2)));
        Assert.Contains("do not leave 0 to 1", Message(() => ChronologicalSplit.Fractions(20, 0.9, 0.2)));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ChronologicalSplit(0, 1, 1));
        Assert.Contains("has 20 rows, but a window has 24", Message(() => Windows.Latest(Numbered(20), options)));
    }

    [Fact]
    public void BadOptionsAreTold()
    {
        TimeSeries series = Numbered(50);
        var options = new WindowOptions { Length = 3, Targets = ["a"] };
        Assert.Contains("must be at least 1", Message(() => Windows.Create(series, options with { Length = 0 })));
        Assert.Contains("must be at least 1", Message(() => Windows.Create(series, options with { Horizon = 0 })));
        Assert.Contains("must be at least 1", Message(() => Windows.Create(series, options with { Stride = 0 })));
        Assert.Contains("at least one target", Message(() => Windows.Create(series, options with { Targets = [] })));
        Assert.Contains("no column of numbers 'd'", Message(() => Windows.Create(series, options with { Targets = ["d"] })));
        float[] values = series.Values.ToArray();
        values[10] = float.NaN;
        var broken = new TimeSeries(series.Columns, values);
        Assert.Contains("column 'b', row 3", Assert.Throws<InvalidDataException>(() => Windows.Create(broken, options)).Message);
        Assert.Equal(47, Windows.Create(broken, options with { Features = ["a"] }).Count);
    }

    [Fact]
    public void ForecastDataScalesByTheTrainingRows()
    {
        TimeSeries series = Numbered(100);
        var options = new WindowOptions { Length = 5, Horizon = 2, Targets = ["b"], Features = ["a"] };
        ForecastData data = ForecastData.Create(series, options, new ChronologicalSplit(60, 20, 20));
        Assert.Equal(["a", "b"], data.Scaler!.Columns);
        Assert.Equal([29.5, 2950], data.Scaler.Offsets);
        Assert.Equal(["x", "y"], data.Train.Columns.Select(column => column.Name));
        Assert.Equal(8000, data.Targets(data.Test)[0], 0.01f);
        Assert.Equal((float)((80 - 29.5) / data.Scaler.Scales[0]), data.Test["x"].Step(5, 0)[0], 1e-5f);
        Assert.Null(ForecastData.Create(series, options, new ChronologicalSplit(60, 20, 20), Scaling.None).Scaler);
    }

    static string Message(Func<object> act) => Assert.ThrowsAny<ArgumentException>(act).Message;
}
