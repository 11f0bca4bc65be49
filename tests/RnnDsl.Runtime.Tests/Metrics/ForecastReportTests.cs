using RnnDsl.Data;
using RnnDsl.Metrics;
using RnnDsl.Runtime.Tests.Data;
using RnnDsl.Sequences;

namespace RnnDsl.Runtime.Tests.Metrics;

public class ForecastReportTests
{
    static TimeSeries Numbered(int rows) => new(["a", "b"], [.. Enumerable.Range(0, rows).SelectMany(row => new float[] { row, row % 6 })]);

    static Dataset Data(int length, int horizon, params string[] targets) =>
        Windows.Create(Numbered(60), new WindowOptions { Length = length, Horizon = horizon, Targets = targets });

    [Fact]
    public void LastValueIsTheOneBeforeTheTarget()
    {
        Column y = Data(5, 3, "a")["y"];
        Assert.Equal([4f, 4f, 4f, 5f, 5f, 5f], Baselines.LastValue(y)[..6]);
        Column two = Data(5, 2, "a", "b")["y"];
        Assert.Equal([6f, 0f, 6f, 0f], Baselines.LastValue(two)[8..12]);
    }

    [Fact]
    public void SeasonalRepeatsTheLastSeason()
    {
        Column rising = Data(4, 5, "a")["y"];
        // Targets 4 5 6 7 8 with a season of 2: rows 2 3 2 3 2.
        Assert.Equal([2f, 3f, 2f, 3f, 2f], Baselines.Seasonal(rising, 2)[..5]);
        Column periodic = Data(6, 14, "b")["y"];
        Assert.Equal(periodic.ToArray(), Baselines.Seasonal(periodic, 6));
        Assert.Contains("Example 0 has 4 rows of history", Assert.Throws<ArgumentException>(() => Baselines.Seasonal(rising, 5)).Message);
        Assert.Throws<ArgumentException>(() => Baselines.LastValue(Data(4, 5, "a")["x"]));
    }

    [Fact]
    public void MeanAndSeasonalErrorSeeTheTrainingRowsAlone()
    {
        DatasetParts parts = Windows.Create(
            Numbered(60), new WindowOptions { Length = 4, Horizon = 2, Targets = ["a"] }, new ChronologicalSplit(31, 10, 10));
        float[] mean = Baselines.Mean(parts.Train["y"], parts.Test["y"]);
        Assert.Equal(parts.Test.Count * 2, mean.Length);
        Assert.All(mean, value => Assert.Equal(15f, value));
        Assert.Equal(3, Baselines.SeasonalError(parts.Train["y"], 3), 1e-9);
        Assert.Throws<ArgumentException>(() => Baselines.SeasonalError(parts.Train["y"], 31));
    }

    [Fact]
    public void StepsAndTargetsAreKeptApart()
    {
        // Two examples, two steps, two targets; the model is off by 1 at the first step and by 3 at the second.
        float[] actual = [1, 10, 2, 20, 3, 30, 4, 40];
        ForecastReport report = new ForecastReport(actual, horizon: 2, targets: 2)
            .Add("model", [2, 11, 5, 23, 2, 29, 1, 37])
            .Add("naive", [3, 12, 4, 22, 5, 32, 6, 42]);
        ForecastScore model = report.Scores[0];
        Assert.Equal((1.0, 3.0), (model.Steps[0].Mae, model.Steps[1].Rmse));
        Assert.Equal(2, model.Overall.Mae, 1e-12);
        Assert.Equal(5, model.Overall.Mse, 1e-12);
        Assert.Equal(ForecastErrors.Measure(actual, [2, 11, 5, 23, 2, 29, 1, 37]).R2, model.Overall.R2, 1e-9);
        Assert.Equal(0.5, report.Skill("naive", 0), 1e-12);
        Assert.Equal(-0.5, report.Skill("naive", 1), 1e-12);
        Assert.Equal(1 - Math.Sqrt(5) / 2, report.Skill("naive"), 1e-12);
        Assert.Contains("There are: model, naive", Assert.Throws<ArgumentException>(() => report.Skill("mean")).Message);
    }

    [Fact]
    public void TheTableIsPlainText()
    {
        ForecastReport report = new ForecastReport([1, 2, 3, 4], horizon: 2) { MaseScale = 2 }
            .Add("model", [2, 2, 2, 4])
            .Add("last value", [3, 3, 3, 3]);
        Assert.Equal("""
            RMSE of 2 forecasts; skill = 1 − model / best baseline
            horizon   model  last value    skill
            1         1.000       1.414   29.3 %
            2             0       1.000  100.0 %
            all      0.7071       1.225   42.3 %

            overall        MAE    RMSE  sMAPE %       R²    MASE
            model       0.5000  0.7071    26.67   0.6000  0.2500
            last value   1.000   1.225    42.14  -0.2000  0.5000

            """.ReplaceLineEndings("\n"), report.ToString());
    }

    [Fact]
    public void ALongHorizonIsShownInPart()
    {
        var values = new float[336];
        string[] lines = new ForecastReport(values, 168).Add("model", values).ToString().Split('\n');
        Assert.Equal(2 + 12 + 1 + 1 + 2 + 1, lines.Length);
        Assert.StartsWith("1 ", lines[2]);
        Assert.StartsWith("168 ", lines[13]);
    }

    [Fact]
    public void AReportIsInTheUnitsOfTheSeries()
    {
        var options = new WindowOptions { Length = 6, Horizon = 2, Targets = ["a"] };
        ForecastData data = ForecastData.Create(Numbered(60), options, new ChronologicalSplit(40, 10, 10));
        ForecastReport report = ForecastReport.Create(data, data.Test, "perfect", data.Test["y"].ToArray(), season: 6);
        Assert.Equal(["perfect", "last value", "season 6", "mean"], report.Scores.Select(score => score.Name));
        Assert.Equal(0, report.Scores[0].Overall.Rmse, 1e-4);
        Assert.Equal(1, report.Scores[1].Steps[0].Mae, 1e-4);
        Assert.Equal(2, report.Scores[1].Steps[1].Mae, 1e-4);
        Assert.Equal(6, report.Scores[2].Overall.Mae, 1e-4);
        Assert.Equal(6, report.MaseScale!.Value, 1e-4);
        Assert.Equal(1, report.Skill("last value"), 1e-4);
    }

    /// <summary>The published standard split, oil temperature alone: 0.034 and 0.139 for a horizon of 24, all columns 1.222.</summary>
    [SharedDataFact("etth1/ETTh1.csv.gz")]
    public void RepeatingTheLastTemperatureGivesTheKnownErrors()
    {
        TimeSeries series = CsvSeries.Read(SharedData.Path("etth1/ETTh1.csv.gz"));
        var split = new ChronologicalSplit(8640, 2880, 2880);
        var options = new WindowOptions { Length = 96, Horizon = 24, Targets = ["OT"] };
        ForecastErrors one = Naive(options, 1);
        Assert.Equal(0.034, one.Mse, 0.0006);
        Assert.Equal(0.139, one.Mae, 0.0006);
        Assert.Equal(1.222, Naive(options with { Targets = series.Columns }, 1).Mse, 0.0006);
        Assert.Equal(0.424, Naive(options with { Targets = series.Columns }, 24).Mse, 0.0006);

        ForecastErrors Naive(WindowOptions windows, int season)
        {
            Column y = ForecastData.Create(series, windows, split).Test["y"];
            return ForecastErrors.Measure(y.ToArray(), Baselines.Seasonal(y, season));
        }
    }

    /// <summary>The published figures: one step ahead, first 67 % for training.</summary>
    [SharedDataFact("classic-series/AirPassengers.csv")]
    public void RepeatingTheLastPassengersGivesTheKnownErrors()
    {
        TimeSeries series = CsvSeries.Read(SharedData.Path("classic-series/AirPassengers.csv"));
        var options = new WindowOptions { Length = 12, Targets = ["#Passengers"] };
        ForecastData data = ForecastData.Create(series, options, ChronologicalSplit.Fractions(series.Rows, 0.67, 0));
        Column y = data.Test["y"];
        ForecastReport report = ForecastReport.Create(data, data.Test, "last again", Baselines.LastValue(y), season: 12);
        Assert.Equal(48.04, report.Scores[0].Overall.Rmse, 0.5);
        Assert.Equal(41.85, report.Scores[2].Overall.Rmse, 0.5);
    }
}
