using System.Globalization;
using RnnDsl.Data;
using RnnDsl.Sequences;

namespace RnnDsl.Runtime.Tests.Sequences;

/// <summary>Columns of times: what is found, and what sorts, fills and splits.</summary>
public class TimesTests
{
    static TimeSeries Read(params string[] lines) => CsvSeries.Read(new StringReader(string.Join('\n', lines)));

    static TimeSeries Of(IEnumerable<string> times) => Of(times, i => i);

    static TimeSeries Of(IEnumerable<string> times, Func<int, float> value)
    {
        string[] texts = [.. times];
        return new TimeSeries(["v"], [.. texts.Select((_, i) => value(i))], [new LabelColumn("t", texts)]);
    }

    static string Iso(DateTime time) => time.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    static readonly DateTime Start = new(2020, 2, 27);

    [Fact]
    public void TimesInOrderAreNoFinding()
    {
        Assert.Empty(Of(Enumerable.Range(0, 100).Select(i => Iso(Start.AddHours(i)))).Findings);
        Assert.Empty(Of(Enumerable.Range(0, 100).Select(i => Iso(Start.AddDays(i)))).Findings);
        Assert.Empty(Of(Enumerable.Range(0, 100).Select(i => Start.AddMonths(i).ToString("yyyy-MM", CultureInfo.InvariantCulture))).Findings);
        Assert.Empty(Of(Enumerable.Range(1, 100).Select(i => Iso(new DateTime(2020, 1, 1).AddMonths(i).AddDays(-1)))).Findings);
        Assert.Empty(Of(["summer", "winter", "summer"]).Findings);
        Assert.Empty(new TimeSeries(["v"], [1, 2, 3]).Findings);
    }

    [Fact]
    public void LateValuesAndWeekendsAreNoGaps()
    {
        Assert.Empty(Of(Enumerable.Range(0, 100).Select(i => Iso(Start.AddSeconds(60 * i + i % 3 - 1)))).Findings);
        Assert.Empty(Of(Enumerable.Range(0, 100).Select(i => Start.AddDays(i)).Where(d => d.DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday)).Select(Iso)).Findings);
        TimeSeries holidays = Of(Enumerable.Range(0, 100).Select(i => Start.AddDays(i)).Where(d => d.DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday) && d.Day != 10).Select(Iso));
        Assert.Contains("2 steps of 1 day are missing in 2 gaps", Assert.Single(holidays.Findings));
        Assert.All(holidays.Arrange(TimePolicy.FillGaps).Label("t"), text => Assert.False(DateTime.Parse(text, CultureInfo.InvariantCulture).DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday));
        Assert.Empty(holidays.Arrange(TimePolicy.FillGaps).Findings);
    }

    [Fact]
    public void NewestFirstIsToldAndSorted()
    {
        TimeSeries series = Read("Date,Close", "2020-01-03,3", "2020-01-02,2", "2020-01-01,1");
        Assert.Equal(["Column 'Date': the newest row comes first; Arrange(TimePolicy.Sort) mends that."], series.Findings);
        TimeSeries sorted = series.Arrange(TimePolicy.Sort);
        Assert.Equal([1f, 2f, 3f], sorted.Values.ToArray());
        Assert.Equal(["2020-01-01", "2020-01-02", "2020-01-03"], sorted.Label("Date"));
        Assert.Empty(sorted.Findings);
    }

    [Fact]
    public void OneSentenceTellsOrderDoublesAndGaps()
    {
        TimeSeries series = Read("t,v", "2020-01-01,1", "2020-01-02,2", "2020-01-02,2.5", "2020-01-04,4", "2020-01-05,5", "2020-01-09,9", "2020-01-10,10", "2020-01-08,8");
        Assert.Equal(
            ["Column 't': 1 row is older than the one before, 1 row repeats a time, 3 steps of 1 day are missing in 2 gaps (the largest, of 2, after 2020-01-05); " +
                "Arrange(TimePolicy.Sort | TimePolicy.DropDoubles | TimePolicy.FillGaps) mends that, and SplitBy parts several series if there are."],
            [.. series.Findings]);
        TimeSeries whole = series.Arrange(TimePolicy.Sort | TimePolicy.DropDoubles | TimePolicy.FillGaps);
        Assert.Equal(10, whole.Rows);
        Assert.Equal(3, Missing.Count(whole));
        Assert.Equal("2020-01-07", whole.Label("t")[6]);
        Assert.Equal([1f, 2f, 3f, 4f, 5f, 6f, 7f, 8f, 9f, 10f], whole.Resolve(MissingPolicy.Interpolate).Values.ToArray());
        Assert.Throws<InvalidDataException>(() => series.Arrange(TimePolicy.FillGaps));
    }

    [Fact]
    public void SeveralSeriesInOneFileAreToldAndSplit()
    {
        string[] rows = [.. Enumerable.Range(0, 5).SelectMany(i => new[] { "A", "B", "C" }.Select((id, k) => $"2020-01-0{i + 1},{id},{k},{10 * k + i}"))];
        TimeSeries series = Read(["t,id,k,v", .. rows]);
        string finding = Assert.Single(series.Findings);
        Assert.Equal("Column 't': the file holds 3 series, one for each 'id', with the same times: windows over all rows would mix them. Part them with SplitBy(\"id\").", finding);
        var parts = series.SplitBy("id");
        Assert.Equal(["A", "B", "C"], parts.Select(part => part.Value));
        Assert.Equal([20f, 21f, 22f, 23f, 24f], parts[2].Series.Column("v"));
        Assert.All(parts, part => Assert.Empty(part.Series.Findings));
        Assert.Contains("'k'", Assert.Single(Read(["t,k,v", .. rows.Select(row => string.Join(',', row.Split(',').Where((_, i) => i != 1)))]).Findings));
        Assert.Equal(["v"], series.SplitBy("k")[1].Series.Columns);
        Assert.Equal([10f, 11f, 12f, 13f, 14f], series.SplitBy("k")[1].Series.Values.ToArray());
        Assert.Contains("not whole", Assert.Throws<ArgumentException>(() => new TimeSeries(["a"], [0.5f, 1]).SplitBy("a")).Message);
        Assert.Contains("Did you mean", Assert.Throws<ArgumentException>(() => series.SplitBy("idd")).Message);
    }

    [Fact]
    public void BlocksOfSeriesAreToldToo()
    {
        string[] rows = [.. new[] { "x", "y" }.SelectMany(id => Enumerable.Range(1, 9).Select(i => $"{id};0{i}.01.2020;{i}"))];
        Assert.Contains("the file holds 2 series, one for each 'id'", Assert.Single(Read(["id;t;v", .. rows]).Findings));
    }

    [Theory]
    [InlineData("yyyy-MM-dd")]
    [InlineData("yyyy/MM/dd HH:mm")]
    [InlineData("dd.MM.yyyy")]
    [InlineData("d.M.yyyy H:mm")]
    [InlineData("M/d/yyyy")]
    [InlineData("dd/MM/yyyy HH:mm:ss")]
    [InlineData("yyyyMMdd")]
    [InlineData("yyyy-MM-ddTHH:mm:ssZ")]
    [InlineData("yyyy-MM-ddTHH:mm:ss.fffZ")]
    [InlineData("yyyy-MM-dd HH:mm:ss.fff")]
    [InlineData("dd-MMM-yyyy")]
    [InlineData("MMM d, yyyy")]
    [InlineData("M/d/yyyy h:mm tt")]
    public void TimesAreReadAndFilledAsTheyAreWritten(string format)
    {
        string way = format.Replace("T", "'T'").Replace("Z", "'Z'");
        string[] times = [.. Enumerable.Range(0, 40).Select(i => new DateTime(2020, 1, 25).AddDays(i).ToString(way, CultureInfo.InvariantCulture))];
        Assert.Empty(Of(times).Findings);
        TimeSeries cut = Of(times.Where((_, i) => i is not (5 or 6 or 20)));
        Assert.Contains("3 steps of 1 day are missing in 2 gaps (the largest, of 2, after 2020-01-29)", Assert.Single(cut.Findings));
        Assert.Equal(times, cut.Arrange(TimePolicy.FillGaps).Label("t"));
    }

    [Fact]
    public void DaysBeforeMonthsAreRecognizedByTheirOrder()
    {
        string[] days = [.. Enumerable.Range(1, 31).Select(day => $"{day:00}/03/2020")];
        Assert.Empty(Of(days).Findings);
        Assert.Equal(new DateTime(2020, 3, 2).Ticks, TimeAxis.Find(Of(days))!.Ticks[1]);
        // Months and quarters in order of day and month: read the other way they would be the first days of January, with gaps between the years.
        foreach (int step in new[] { 1, 3 })
        {
            string[] firsts = [.. Enumerable.Range(0, 30).Select(i => new DateTime(2012, 1, 1).AddMonths(step * i).ToString("dd/MM/yyyy", CultureInfo.InvariantCulture))];
            Assert.Empty(Of(firsts).Findings);
            Assert.Equal(new DateTime(2012, 1, 1).AddMonths(step).Ticks, TimeAxis.Find(Of(firsts))!.Ticks[1]);
        }
        // The first twelve days of March, or the third day of each month.
        Assert.Equal("Column 't' is read as MM/dd/yyyy, and dd/MM/yyyy would fit as well: if that is meant, write the dates as yyyy-MM-dd.", Assert.Single(Of(days[..12]).Findings));
    }

    [Fact]
    public void A_column_of_numbers_with_a_text_among_them_is_named()
    {
        string[] rows = [.. Enumerable.Range(0, 40).Select(i => $"{i % 5}")];
        Assert.Empty(Labeled(rows));
        Assert.Empty(Labeled([.. rows.Select(r => $"class {r}")]));
        Assert.Contains("'rating' is one of texts because of 'oops', but 40 of its values are numbers", Assert.Single(Labeled(["oops", .. rows])));

        static IEnumerable<string> Labeled(string[] texts) => SeriesFindings.Texts(new TimeSeries(["v"], [.. texts.Select((_, i) => (float)i)], [new LabelColumn("rating", texts)]));
    }

    [Fact]
    public void ADateBesideATimeOfDayOrAnHourIsHalfOfTheTime()
    {
        string[] rows = [.. Enumerable.Range(0, 72).Select(i => $"{1 + i / 24:00}.03.2020;{i % 24:00}:00:00;{i}")];
        TimeSeries series = Read(["Date;Time;v", .. rows]);
        Assert.Empty(series.Findings);
        TimeSeries cut = Read(["Date;Time;v", .. rows.Where((_, i) => i != 30)]);
        Assert.Contains("1 step of 1 hour is missing in 1 gap ", Assert.Single(cut.Findings));
        TimeSeries filled = cut.Arrange(TimePolicy.FillGaps);
        Assert.Equal((series.Label("Date")[30], series.Label("Time")[30]), (filled.Label("Date")[30], filled.Label("Time")[30]));
        Assert.Empty(Read(["date,hr,v", .. Enumerable.Range(0, 72).Select(i => $"2020-03-0{1 + i / 24},{i % 24},{i}")]).Findings);
    }

    [Fact]
    public void AWrongDateIsNamedAndNeverFilledUpTo()
    {
        string[] times = [.. Enumerable.Range(0, 50).Select(i => Iso(Start.AddMinutes(i)))];
        Assert.Contains("row 30: '2020-13-45 00:00:00' is no time like the others", Assert.Single(Of([.. times[..30], "2020-13-45 00:00:00", .. times[30..]]).Findings));
        Assert.Equal("Column 't', row 2: there is no time, so the order of rows is not known.", Assert.Single(Of(["2020-01-01", "2020-01-02", "", "2020-01-04"]).Findings));
        Assert.Contains("is a date wrong?", Assert.Throws<InvalidDataException>(() => Of(["1900-01-01 00:00:00", .. times]).Arrange(TimePolicy.FillGaps)).Message);
        Assert.Contains("No label column of the series holds dates", Assert.Throws<InvalidDataException>(() => new TimeSeries(["a"], [1f, 2f]).Arrange(TimePolicy.Sort)).Message);
        Assert.Contains("no label column 'tt'", Assert.Throws<ArgumentException>(() => Of(times).Arrange(TimePolicy.Sort, "tt")).Message);
    }

    [Fact]
    public void WhatWasDisturbedAtRandomIsFoundAndMended()
    {
        var random = new Random(7);
        for (int trial = 0; trial < 200; trial++)
        {
            int count = random.Next(60, 120), kind = random.Next(6);
            DateTime[] all = [.. Enumerable.Range(0, count).Select(i => kind switch
            {
                0 => Start.AddMinutes(15 * i), 1 => Start.AddHours(i), 2 => Start.AddDays(i), 3 => Start.AddDays(7 * i), 4 => new DateTime(1990, 1, 15).AddMonths(i), _ => Start.AddSeconds(0.5 * i),
            })];
            string way = kind == 5 ? "yyyy-MM-dd HH:mm:ss.f" : "yyyy-MM-dd HH:mm:ss";
            HashSet<int> dropped = [.. Enumerable.Range(0, random.Next(0, 8)).Select(_ => random.Next(3, count - 3))];
            List<int> kept = [.. Enumerable.Range(0, count).Where(i => !dropped.Contains(i))];
            int doubles = random.Next(0, 5);
            for (int i = 0; i < doubles; i++)
                kept.Add(kept[random.Next(kept.Count)]);
            int[] order = [.. kept.Order()];
            bool shuffled = random.Next(2) == 0;
            if (shuffled)
                random.Shuffle(order);
            TimeSeries series = new(["v"], [.. order.Select(i => (float)i)], [new LabelColumn("t", [.. order.Select(i => all[i].ToString(way, CultureInfo.InvariantCulture))])]);
            string found = string.Concat(series.Findings);
            Assert.Equal(shuffled, found.Contains("older than") || found.Contains("newest"));
            Assert.Equal(doubles > 0, found.Contains("a time"));
            Assert.Equal(dropped.Count > 0, found.Contains($"{dropped.Count} step"));
            TimeSeries mended = series.Arrange(TimePolicy.Sort | TimePolicy.DropDoubles | TimePolicy.FillGaps);
            Assert.Empty(mended.Findings);
            Assert.Equal(Enumerable.Range(0, count).Select(i => dropped.Contains(i) ? float.NaN : i), mended.Values.ToArray());
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Times_within_each_series_of_a_table_are_found_and_arranged(bool numbered)
    {
        // Machine 2 lacks 02:00, and machine 1 has 01:00 twice. By the file's order of day and month the dates of machine 2 alone could be read in another way.
        string[] machines = numbered ? ["1", "2", "3"] : ["a", "b", "c"];
        string At(int day, int hour) => $"0{day}/02/2026 {hour:00}:00";
        TimeSeries table = Read(["time,machine,load",
            .. new[] { 0, 1, 1, 2, 3 }.Select((hour, i) => $"{At(1, hour)},{machines[0]},{i}"),
            .. new[] { 0, 1, 3, 4 }.Select((hour, i) => $"{At(2, hour)},{machines[1]},{10 + i}"),
            .. new[] { 0, 1, 2, 3 }.Select((hour, i) => $"{At(3, hour)},{machines[2]},{20 + i}")]);
        var options = new TableOptions { Target = "load", Inputs = ["load"], Group = "machine", Ahead = 1 };
        string finding = Assert.Single(TableData.Create(table, options, TableSplit.TrainingOnly).Findings, f => f.StartsWith("Column 'time'", StringComparison.Ordinal));
        Assert.Equal($"Column 'time': 2 of 3 series of 'machine' have no equal steps, the first of them '{machines[0]}': 1 row repeats a time. " +
            "ArrangeWithin(\"machine\", TimePolicy.DropDoubles | TimePolicy.FillGaps) makes them equal, and ResolveWithin fills the rows that it inserts.", finding);
        TimeSeries arranged = table.ArrangeWithin("machine", TimePolicy.Sort | TimePolicy.DropDoubles | TimePolicy.FillGaps);
        Assert.Equal([0f, 1, 3, 4, 10, 11, float.NaN, 12, 13, 20, 21, 22, 23], arranged.Column("load"));
        Assert.Equal(At(2, 2), arranged.Label("time")[6]);
        Assert.Equal(machines.SelectMany((machine, i) => Enumerable.Repeat(machine, new[] { 4, 5, 4 }[i])), numbered ? arranged.Column("machine").Select(number => $"{number}") : arranged.Label("machine"));
        TimeSeries filled = arranged.ResolveWithin("machine", MissingPolicy.Interpolate);
        Assert.Equal(11.5f, filled.Column("load")[6]);
        Assert.DoesNotContain(TableData.Create(filled, options, TableSplit.TrainingOnly).Findings, f => f.StartsWith("Column 'time'", StringComparison.Ordinal));
        Assert.Same(table, table.ArrangeWithin("machine", TimePolicy.AsIs));
        Assert.Contains("Did you mean 'machine'?", Assert.Throws<ArgumentException>(() => table.ArrangeWithin("machin", TimePolicy.Sort)).Message);
        Assert.StartsWith($"machine '{machines[0]}': Column 'time', row 2", Assert.Throws<InvalidDataException>(() => table.ArrangeWithin("machine", TimePolicy.FillGaps)).Message);
    }

    [Fact]
    public void Hours_in_a_column_of_numbers_are_filled_too()
    {
        TimeSeries table = Read(["id,date,hour,v", .. new[] { (1, 21), (1, 22), (1, 23), (2, 0), (2, 3), (2, 4), (2, 5) }.Select((at, i) => $"7,2024-01-0{at.Item1},{at.Item2},{i}")]);
        foreach (TimeSeries filled in new[] { table.ArrangeWithin("id", TimePolicy.FillGaps), table.Arrange(TimePolicy.FillGaps) })
        {
            Assert.Equal([21f, 22, 23, 0, 1, 2, 3, 4, 5], filled.Column("hour"));
            Assert.Equal("2024-01-02", filled.Label("date")[5]);
            Assert.Empty(filled.Findings);
        }
        // Where midnight is the 24th hour of a day.
        TimeSeries late = Read(["date,hour,v", .. new[] { (1, 22), (1, 23), (2, 1), (2, 2), (2, 23), (2, 24), (3, 1) }.Select((at, i) => $"2024-01-0{at.Item1},{at.Item2},{i}")]).Arrange(TimePolicy.FillGaps);
        Assert.Equal([22f, 23, 24, 1, 2, 3], late.Column("hour")[..6]);
        Assert.Equal(["2024-01-01", "2024-01-01", "2024-01-01", "2024-01-02"], late.Label("date").Take(4));
        Assert.Equal(Enumerable.Range(3, 20).Select(hour => (float)hour), late.Column("hour")[5..25]);
    }

    [Theory]
    [InlineData("2024-01-30 2024-02-29 2024-03-30 2024-05-30 2024-06-30", "2024-04-30")]
    [InlineData("2023-01-29 2023-02-28 2023-04-29 2023-05-29", "2023-03-29")]
    [InlineData("2024-01-31 2024-02-29 2024-04-30 2024-05-31", "2024-03-31")]
    [InlineData("2023-11-30 2023-12-30 2024-01-30 2024-03-30", "2024-02-29")]
    public void Months_have_the_day_of_the_series_or_their_last_one(string times, string filled)
    {
        TimeSeries arranged = Of(times.Split(' ')).Arrange(TimePolicy.FillGaps);
        Assert.Equal([.. times.Split(' ').Append(filled).Order()], arranged.Labels[0].Values);
    }

    [Fact]
    public void Times_with_a_zone_are_filled_with_that_of_the_row_before()
    {
        foreach ((string[] times, string[] filled) in new (string[], string[])[]
        {
            (["2024-03-31T00:00+01:00", "2024-03-31T01:00+01:00", "2024-03-31T03:00+02:00", "2024-03-31T04:00+02:00", "2024-03-31T06:00+02:00", "2024-03-31T07:00+02:00"], ["2024-03-31T05:00+02:00"]),
            (["2024-03-31T00:00:00Z", "2024-03-31T01:00:00Z", "2024-03-31T03:00:00Z"], ["2024-03-31T02:00:00Z"]),
            (["2024-03-31 00:00", "2024-03-31 01:00", "2024-03-31 03:00"], ["2024-03-31 02:00"]),
        })
        {
            TimeSeries arranged = Of([.. times, times[^1].Replace("07:00+", "08:00+").Replace("03:00", "04:00")]).Arrange(TimePolicy.FillGaps);
            Assert.Equal(filled, arranged.Labels[0].Values.Except([.. times, times[^1].Replace("07:00+", "08:00+").Replace("03:00", "04:00")]));
            Assert.Empty(arranged.Findings);
        }
    }

    [Fact]
    public void Short_series_of_a_table_have_the_steps_of_the_longest()
    {
        TimeSeries table = Read(["time,id,v", .. Enumerable.Range(1, 28).Select(day => $"2024-02-{day:00},long,{day}"), "2024-02-01,short,1", "2024-02-02,short,2", "2024-02-04,short,4", "2024-02-01,two,1", "2024-02-04,two,4", "2024-02-01,one,1"]);
        Assert.Contains(TableData.Create(table, new TableOptions { Target = "v", Inputs = ["v"], Group = "id", Ahead = 1 }, TableSplit.TrainingOnly).Findings,
            finding => finding.StartsWith("Column 'time': 2 of 4 series of 'id' have no equal steps, the first of them 'short': 1 step of 1 day is missing", StringComparison.Ordinal));
        TimeSeries filled = table.ArrangeWithin("id", TimePolicy.FillGaps);
        Assert.Equal([1f, 2, float.NaN, 4, 1, float.NaN, float.NaN, 4, 1], filled.Column("v")[28..]);
    }

    [Fact]
    public void A_number_that_tells_series_apart_is_kept_where_doubles_go_and_gaps_are_filled()
    {
        TimeSeries table = Read(["time,id,v", .. new[] { 1, 2, 2, 3, 4, 6, 7, 8 }.Select(day => $"2024-02-{day:00},7,{day}"), .. Enumerable.Range(1, 8).Select(day => $"2024-02-{day:00},8,{day}")]);
        TimeSeries arranged = table.ArrangeWithin("id", TimePolicy.Sort | TimePolicy.DropDoubles | TimePolicy.FillGaps);
        Assert.Equal([.. Enumerable.Repeat(7f, 8), .. Enumerable.Repeat(8f, 8)], arranged.Column("id"));
        TimeSeries large = new(["id", "v"], [900000000000000678, 1, 900000000000000679, 2]);
        Assert.Contains("Column 'id', row 0", Assert.Throws<ArgumentException>(() => large.SplitBy("id")).Message);
    }
}
