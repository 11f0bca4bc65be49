using RnnDsl.Data;
using RnnDsl.Sequences;

namespace RnnDsl.Runtime.Tests.Data;

public class SharedDataTests
{
    [SharedDataFact("etth1/ETTh1.csv.gz")]
    public void TransformerTemperature()
    {
        TimeSeries series = CsvSeries.Read(SharedData.Path("etth1/ETTh1.csv.gz"));
        Assert.Equal(["HUFL", "HULL", "MUFL", "MULL", "LUFL", "LULL", "OT"], series.Columns);
        Assert.Equal(17_420, series.Rows);
        Assert.Equal("2018-06-26 19:00:00", series.Label("date")[^1]);
        Assert.Equal(30.531f, series[0, series.IndexOf("OT")], 1e-5f);
        Assert.Equal(0, Missing.Count(series));
    }

    [SharedDataFact("oil-prices/wti-daily.csv")]
    public void OilPrices()
    {
        TimeSeries series = CsvSeries.Read(SharedData.Path("oil-prices/wti-daily.csv"), new CsvOptions { Columns = ["Price"] });
        Assert.Equal(10_226, series.Rows);
        int lowest = Array.IndexOf(series.Column("Price"), series.Column("Price").Min());
        Assert.Equal("2020-04-20", series.Label("Date")[lowest]);
        Assert.Equal(-36.98f, series[lowest, 0]);
    }

    [SharedDataFact("exchange-rate/exchange_rate.csv.gz")]
    public void ExchangeRates()
    {
        TimeSeries series = CsvSeries.Read(SharedData.Path("exchange-rate/exchange_rate.csv.gz"));
        Assert.Equal((7_588, 8), (series.Rows, series.Width));
        Assert.Empty(series.Labels);
    }

    [SharedDataFact("beijing-pm25/pollution.csv.gz")]
    public void AirPollution()
    {
        TimeSeries series = CsvSeries.Read(SharedData.Path("beijing-pm25/pollution.csv.gz"));
        Assert.Equal((43_824, 12), (series.Rows, series.Width));
        Assert.Equal(2_067, Missing.Count(series));
        Assert.Equal(["NW", "NE", "SE", "cv"], series.Label("cbwd").Distinct().OrderBy(wind => "NW NE SE cv".IndexOf(wind)));
        string message = Assert.Throws<InvalidDataException>(() => series.Resolve()).Message;
        Assert.StartsWith("2067 of 525888 values are missing, the first in column 'pm2.5', row 0 (cbwd NW)", message);
        Assert.Equal(43_800, series.Resolve(MissingPolicy.DropEnds | MissingPolicy.ForwardFill).Rows);
    }

    [SharedDataFact("classic-series/AirPassengers.csv")]
    public void AirPassengers()
    {
        TimeSeries series = CsvSeries.Read(SharedData.Path("classic-series/AirPassengers.csv"));
        Assert.Equal(144, series.Rows);
        Assert.Equal(["#Passengers"], series.Columns);
    }

    [SharedDataFact("cmapss-fd001/train_FD001.txt.gz")]
    public void FieldsBetweenSpacesWithoutAHeader()
    {
        TimeSeries series = CsvSeries.Read(
            SharedData.Path("cmapss-fd001/train_FD001.txt.gz"), new CsvOptions { Delimiter = ' ', HasHeader = false });
        Assert.Equal((20_631, 26), (series.Rows, series.Width));
        Assert.Equal(23.4190f, series[0, 25]);
    }

    [SharedDataFact("classic-series/co2.csv")]
    public void WeeklyCarbonDioxide()
    {
        TimeSeries series = CsvSeries.Read(SharedData.Path("classic-series/co2.csv"));
        Assert.Equal(["co2"], series.Columns);
        Assert.Equal("19580329", series.Label("date")[0]);
        Assert.Equal((2_284, 59), (series.Rows, Missing.Count(series)));
    }

    [SharedDataFact("classic-series/sunspots.csv")]
    public void Sunspots()
    {
        TimeSeries series = CsvSeries.Read(SharedData.Path("classic-series/sunspots.csv"));
        Assert.Equal(["YEAR", "SUNACTIVITY"], series.Columns);
        Assert.Equal(309, series.Rows);
    }

    [SharedDataFact("classic-series/co2-mm-mlo.csv")]
    public void AHeaderWithTooFewNames()
    {
        string path = SharedData.Path("classic-series/co2-mm-mlo.csv");
        string message = Assert.Throws<InvalidDataException>(() => CsvSeries.Read(path)).Message;
        Assert.Equal(
            $"{path}, line 2: 7 fields, but the header has only 6 names " +
            "(Date, Decimal Date, Average, Interpolated, Trend, Number of Days): name all 7 columns in CsvOptions.Names.", message);

        TimeSeries series = CsvSeries.Read(path, new CsvOptions
        {
            Names = ["month", "year", "average", "adjusted", "days", "deviation", "uncertainty"],
            Missing = [.. CsvOptions.DefaultMissing, "-01", "-9.99", "-0.99", "-99.99"],
        });
        Assert.Equal((820, 6), (series.Rows, series.Width));
        Assert.Equal("1958-03", series.Label("month")[0]);
        Assert.True(float.IsNaN(series[0, series.IndexOf("days")]));
    }

    [SharedDataFact("occupancy/datatraining.txt.gz")]
    public void Occupancy()
    {
        foreach ((string file, int rows) in new[] { ("datatraining", 8_143), ("datatest", 2_665), ("datatest2", 9_752) })
        {
            string path = SharedData.Path($"occupancy/{file}.txt.gz");
            string message = Assert.Throws<InvalidDataException>(() => CsvSeries.Read(path)).Message;
            Assert.Contains("8 fields, but the header has only 7 names", message);
            TimeSeries series = CsvSeries.Read(path, new CsvOptions
            {
                Names = ["row", "date", "Temperature", "Humidity", "Light", "CO2", "HumidityRatio", "Occupancy"],
                Columns = ["Temperature", "Humidity", "CO2", "HumidityRatio", "Occupancy"],
            });
            Assert.Equal(rows, series.Rows);
            Assert.StartsWith("2015-02-", series.Label("date")[0]);
        }
    }
}
