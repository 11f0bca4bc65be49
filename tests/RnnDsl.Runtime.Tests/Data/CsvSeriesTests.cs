using System.IO.Compression;
using System.Text;
using RnnDsl.Data;
using RnnDsl.Sequences;

namespace RnnDsl.Runtime.Tests.Data;

public class CsvSeriesTests
{
    static TimeSeries Read(string text, CsvOptions? options = null) => CsvSeries.Read(new StringReader(text), options, "test.csv");

    static string Error(string text, CsvOptions? options = null) =>
        Assert.Throws<InvalidDataException>(() => Read(text, options)).Message;

    [Fact]
    public void NumbersBecomeColumnsAndTheRestLabels()
    {
        TimeSeries series = Read("date,a,kind,b\n2020-01-01,1,NW,-2.5\n2020-01-02, 1e3 ,SE,.5\n");
        Assert.Equal(["a", "b"], series.Columns);
        Assert.Equal([1f, -2.5f, 1000f, 0.5f], series.Values.ToArray());
        Assert.Equal(["2020-01-01", "2020-01-02"], series.Label("date"));
        Assert.Equal(["NW", "SE"], series.Label("kind"));
    }

    [Theory]
    [InlineData("a;b\n1;2\n3;4\n")]
    [InlineData("a\tb\r\n1\t2\r\n3\t4")]
    [InlineData("a|b\n1|2\n3|4\n\n\n")]
    [InlineData("\n\na,b\n1,2\n\n3,4\n")]
    [InlineData("\uFEFFa,b\n\"1\",2\n3,\"4\"\n")]
    [InlineData("\"a\",\"b\"\n1,2\n3,4\n")]
    public void DelimitersQuotesAndBlankLines(string text)
    {
        TimeSeries series = Read(text);
        Assert.Equal(["a", "b"], series.Columns);
        Assert.Equal([1f, 2f, 3f, 4f], series.Values.ToArray());
    }

    [Fact]
    public void ADelimiterInsideQuotesIsNotCounted() =>
        Assert.Equal(["b;c;d;e", "f"], Read("\"b;c;d;e\",f\n1,2\n3,4\n").Columns);

    [Fact]
    public void DecimalComma()
    {
        TimeSeries series = Read("a;b\n1,5;2\n-3,25;4\n", new CsvOptions { DecimalSeparator = ',' });
        Assert.Equal([1.5f, 2f, -3.25f, 4f], series.Values.ToArray());
    }

    [Theory]
    [InlineData("")]
    [InlineData("NA")]
    [InlineData("nan")]
    [InlineData(" NULL ")]
    [InlineData("?")]
    [InlineData("-")]
    public void MissingValuesAreNaN(string missing)
    {
        TimeSeries series = Read($"a,b\n{missing},1\n2,{missing}\n3,4\n");
        Assert.Equal([float.NaN, 1f, 2f, float.NaN, 3f, 4f], series.Values.ToArray());
    }

    [Fact]
    public void MissingTextsCanBeChosen()
    {
        TimeSeries series = Read("a,b\n-9.99,1\n2,-9.990\n", new CsvOptions { Missing = ["-9.99"] });
        Assert.Equal([float.NaN, 1f, 2f, -9.99f], series.Values.ToArray());
        Assert.Contains("line 2, column 'a': 'x' is not a number", Error("a\nx\n1\n", new CsvOptions { Columns = ["a"] }));
        Assert.True(float.IsNaN(Read("a\nx\n1\n", new CsvOptions { Columns = ["a"], Missing = ["X"] })[0, 0]));
    }

    [Fact]
    public void ABlankLineInAFileOfOneColumnIsAMissingValue()
    {
        TimeSeries series = Read("a\n\n1\n\n\n4\n\n");
        Assert.Equal([float.NaN, 1f, float.NaN, float.NaN, 4f], series.Values.ToArray());
    }

    [Fact]
    public void ColumnsComeInTheOrderAsked()
    {
        TimeSeries series = Read("t,a,b,c\nx,1,2,3\ny,4,5,6\n", new CsvOptions { Columns = ["c", "a"] });
        Assert.Equal(["c", "a"], series.Columns);
        Assert.Equal([3f, 1f, 6f, 4f], series.Values.ToArray());
        Assert.Equal("t", Assert.Single(series.Labels).Name);
    }

    [Fact]
    public void LabelsCanBeChosen()
    {
        TimeSeries series = Read("t,id,b\nx,1,2\ny,4,5\n", new CsvOptions { Labels = ["id"] });
        Assert.Equal(["b"], series.Columns);
        Assert.Equal(["1", "4"], series.Label("id"));
        Assert.Equal(["x", "y"], series.Label("t"));
    }

    [Fact]
    public void CompactDatesAreLabelsUnlessAskedForAsNumbers()
    {
        const string Text = "date,v\n19580329,1\n19580405,\n";
        Assert.Equal(["19580329", "19580405"], Read(Text).Label("date"));
        Assert.Equal(19580329f, Read(Text, new CsvOptions { Columns = ["date"] })[0, 0]);
    }

    [Fact]
    public void LabelsKeepTheTextsOfMissingValuesBeforeTheFirst() =>
        Assert.Equal(["NA", "NW"], Read("wind,v\nNA,1\nNW,2\n").Label("wind"));

    [Fact]
    public void AColumnOfMissingValuesStaysUnlessItHasNoName()
    {
        TimeSeries series = Read("a,b,\n1,,\n2,,\n");
        Assert.Equal(["a", "b"], series.Columns);
        Assert.Equal(2, Missing.Count(series));
    }

    [Fact]
    public void HeaderlessFiles()
    {
        var options = new CsvOptions { HasHeader = false };
        Assert.Equal(["column 1", "column 2"], Read("1,2\n3,4\n", options).Columns);
        Assert.Equal(["p", "q"], Read("1,2\n3,4\n", options with { Names = ["p", "q"] }).Columns);
        Assert.Equal(1f, Read("1,2\n3,4\n", options)[0, 0]);
    }

    [Fact]
    public void NumbersCanBeNamesOfColumns() => 
        Assert.Equal(["2019", "2020"], Read("2019,2020\n1,2\n3,4\n").Columns);

    [Fact]
    public void SkippedLinesAndCommentsCountInErrors()
    {
        var options = new CsvOptions { SkipLines = 1, Comment = '#' };
        TimeSeries series = Read("made by hand; do not; trust\n# one\na,b\n1,2\n# two\n3,4\n", options);
        Assert.Equal([1f, 2f, 3f, 4f], series.Values.ToArray());
        Assert.Contains("line 6, column 'b': 'x'", Error("made by hand\n# one\na,b\n1,2\n# two\n3,x\n", options));
        Assert.Contains("line 5, column 'b': 'x'", Error("a,b,c\n1,2,\"u\nv\"\n\n3,x,w\n"));
        Assert.Contains("2 lines, all to be skipped", Error("a\nb\n", new CsvOptions { SkipLines = 5 }));
    }

    [Theory]
    [InlineData("", "test.csv is empty")]
    [InlineData(" \n\n", "test.csv is empty")]
    [InlineData("a,b\n", "test.csv has a header but no rows of data")]
    [InlineData("a,b\n1,2\n", "test.csv has 1 row(s) of data; a series needs 2 or more")]
    [InlineData("a,b,a\n1,2,3\n4,5,6\n", "test.csv, line 1: two columns are named 'a'")]
    [InlineData("a,b\n1,2\n3\n", "test.csv, line 3: 1 fields instead of 2 (a, b)")]
    [InlineData("a,b\n1,2\n3,4,5\n", "test.csv, line 3: 3 fields instead of 2")]
    [InlineData("a,b\n1,2,3\n4,5,6\n", "test.csv, line 2: 3 fields, but the header has only 2 names (a, b): name all 3 columns")]
    [InlineData("a,b\n1,2\n3,4o\n", "test.csv, line 3, column 'b': '4o' is not a number, but values before it are")]
    [InlineData("a,b\n1,2\n3,inf\n", "'inf' is not a")]
    [InlineData("a,b\n1,2\n3,-Infinity\n", "'-Infinity' is not a finite number")]
    [InlineData("a,b\n1e39,2\n3,4\n", "test.csv, line 2, column 'a': '1e39' is not a finite number")]
    [InlineData("a,b\nx,y\nz,w\n", "has no column of numbers among its columns a, b")]
    [InlineData("a,b\n1,\"2\n3,4\n", "test.csv, line 2: a field begins with a quote that is not closed")]
    [InlineData("a,b\n1,\"2\"x\n3,4\n", "test.csv, line 2: 'x' follows a closing quote")]
    [InlineData("112\n98\n69\n", "test.csv, line 1: '112' looks like data")]
    [InlineData("0.5,1\n1,2\n3,4\n", "test.csv, line 1: '0.5, 1' looks like data rather than names: set HasHeader = false")]
    [InlineData("a,b\n\0\0,1\n", "test.csv is not a text")]
    public void WhatIsWrongIsSaidInOneLine(string text, string expected)
    {
        string message = Error(text);
        Assert.Contains(expected, message);
        Assert.DoesNotContain('\n', message);
    }

    [Fact]
    public void AnUnknownColumnIsToldWithTheNearestAndAll() =>
        Assert.Equal(
            "test.csv has no column 'prise'. Did you mean 'Price'? There are: Date, Price, Volume.",
            Error("Date,Price,Volume\nx,1,2\ny,3,4\n", new CsvOptions { Columns = ["prise"] }));

    [Fact]
    public void ADateAskedForAsANumberIsAnError() =>
        Assert.Equal(
            "test.csv, line 2, column 'Date': '2020-01-01' is not a number.",
            Error("Date,Price\n2020-01-01,1\n2020-01-02,2\n", new CsvOptions { Columns = ["Date", "Price"] }));

    [Fact]
    public void AMissingFileIsNamed()
    {
        var e = Assert.Throws<FileNotFoundException>(() => CsvSeries.Read("no/such/prices.csv"));
        Assert.Contains("There is no file 'no/such/prices.csv'", e.Message);
        Assert.Contains("is a folder", Assert.Throws<FileNotFoundException>(() => CsvSeries.Read(Path.GetTempPath())).Message);
    }

    [Fact]
    public void PackedFilesAreReadAndBrokenOnesNamed()
    {
        string path = Path.Combine(Path.GetTempPath(), $"rnndsl-{Guid.NewGuid():N}.csv.gz");
        try
        {
            string text = "a,b\n" + string.Concat(Enumerable.Range(0, 30_000).Select(i => $"{i},{i * 7919 % 1013}\n"));
            using (var gzip = new GZipStream(File.Create(path), CompressionLevel.Fastest))
                gzip.Write(Encoding.UTF8.GetBytes(text));
            TimeSeries series = CsvSeries.Read(path);
            Assert.Equal(30_000, series.Rows);
            Assert.Equal(29_999f, series[29_999, 0]);

            byte[] packed = File.ReadAllBytes(path);
            foreach (int length in new[] { packed.Length / 2, packed.Length / 3, packed.Length - 1, packed.Length - 9 })
            {
                File.WriteAllBytes(path, packed[..length]);
                Assert.StartsWith($"{path}: the gzip data are broken or cut short", Assert.Throws<InvalidDataException>(() => CsvSeries.Read(path)).Message);
            }
            // Files of several parts, one behind the other, are files of gzip too.
            using (var rest = new MemoryStream())
            {
                using (var gzip = new GZipStream(rest, CompressionLevel.Fastest, leaveOpen: true))
                    gzip.Write("1,2\n3,4\n"u8);
                File.WriteAllBytes(path, [.. packed, .. rest.ToArray()]);
            }
            Assert.Equal(30_002, CsvSeries.Read(path).Rows);
            packed[packed.Length / 2] ^= 0xff;
            File.WriteAllBytes(path, packed);
            Assert.StartsWith(path, Assert.Throws<InvalidDataException>(() => CsvSeries.Read(path)).Message);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void RandomTablesComeBackAsTheyWere()
    {
        var random = new Random(5);
        for (int trial = 0; trial < 50; trial++)
        {
            int rows = random.Next(2, 40), width = random.Next(1, 6);
            char delimiter = ",;\t|"[random.Next(4)];
            var values = new float[rows * width];
            var text = new StringBuilder(string.Join(delimiter, Enumerable.Range(0, width).Select(i => $"c{i}"))).Append('\n');
            for (int i = 0; i < values.Length; i++)
            {
                values[i] = random.Next(5) == 0 && i >= width ? float.NaN : (float)(random.NextDouble() * Math.Pow(10, random.Next(-8, 9)));
                text.Append(float.IsNaN(values[i]) ? "NA" : values[i].ToString("R", System.Globalization.CultureInfo.InvariantCulture));
                text.Append(i % width == width - 1 ? random.Next(2) == 0 ? "\r\n" : "\n" : delimiter);
            }
            Assert.Equal(values, Read(text.ToString()).Values.ToArray());
        }
    }
}
