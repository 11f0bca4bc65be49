using RnnDsl.Data;
using RnnDsl.Sequences;

namespace RnnDsl.Runtime.Tests.Data;

/// <summary>The first line, names, fields too many or too few, and markers of missing values.</summary>
public class CsvHeaderTests
{
    static TimeSeries Read(string text, CsvOptions? options = null) => CsvSeries.Read(new StringReader(text), options, "test.csv");

    static string Error(string text, CsvOptions? options = null) =>
        Assert.Throws<InvalidDataException>(() => Read(text, options)).Message;

    [Theory]
    [InlineData("2020-01-01,5.1\n2020-01-02,5.3\n")]
    [InlineData("2020-01-01,5\n2020-01-02,6\n")]
    [InlineData("2020-01-01,5,6\n2020-01-02,7,8\n")]
    [InlineData("01.02.2020 00:00;5,1;NA\n01.02.2020 01:00;5,3;4\n")]
    [InlineData("1/7/2011 8:26,5.1\n1/8/2011 8:26,5.3\n")]
    [InlineData("19580329,316.1\n19580405,317.3\n")]
    [InlineData("NW,5.1\nSE,5.3\n")]
    [InlineData("x,NA,5.1\ny,3,5.3\n")]
    [InlineData("NA,5.1\n3,5.3\n")]
    [InlineData("Jan 2020,1.5\nFeb 2020,2.5\n")]
    [InlineData("12:00:00,1.5\n12:00:01,2.5\n")]
    public void AFirstRowOfDataIsNotTakenForNames(string text)
    {
        var options = new CsvOptions { DecimalSeparator = text.Contains(';') ? ',' : '.' };
        Assert.Contains("test.csv, line 1:", Error(text, options));
        Assert.Contains("looks like data rather than names: set HasHeader = false", Error(text, options));
        string[] names = [.. Enumerable.Range(0, text.Split('\n')[0].Split(options.DecimalSeparator == ',' ? ';' : ',').Length).Select(i => $"n{i}")];
        Assert.Contains("looks like data rather than names", Error(text, options with { Names = names }));
        Assert.Equal(2, Read(text, options with { HasHeader = false, Names = names }).Rows);
        Assert.Equal(1, Read(text, options with { HasHeader = false, Names = names, SkipLines = 1, MinimumRows = 1 }).Rows);
        Assert.Equal(2, Read(text, options with { HasHeader = false }).Rows);
    }

    [Theory]
    [InlineData("country,2019,2020\nFrance,1,2\nPeru,3,4\n")]
    [InlineData("name,1/22/20,1/23/20\nx,1,2\ny,3,4\n")]
    [InlineData("2020-01-01,2020-01-02\n1,2\n3,4\n")]
    [InlineData(",0,1,2\nx,1,2,3\ny,1,2,3\n")]
    [InlineData("date,5.1\n2020-01-01,5.1\n2020-01-02,5.3\n")]
    [InlineData("a,NA\n1,2\n3,4\n")]
    [InlineData("date,kind,v\n2020-01-01,NW,1\n2020-01-02,SE,2\n")]
    public void NamesAreNotTakenForData(string text) => Assert.Equal(2, Read(text).Rows);

    [Theory]
    [InlineData("a,b\n1,2,\n3,4,\n")]
    [InlineData("a,b,\n1,2\n3,4\n")]
    [InlineData("a,b,,\n1,2\n3,4,\n")]
    [InlineData("a,b\n1,2\n3,4,,\n")]
    [InlineData("a,b,\n1,2,\n3,4,\n")]
    [InlineData("a,b\n1,2, ,\"\"\n3,4\n")]
    public void BlankFieldsAtTheEndOfLinesAreNone(string text)
    {
        TimeSeries series = Read(text);
        Assert.Equal(["a", "b"], series.Columns);
        Assert.Equal([1f, 2f, 3f, 4f], series.Values.ToArray());
        Assert.Equal([1f, 2f, 3f, 4f], Read(text, new CsvOptions { Names = ["p", "q"] }).Values.ToArray());
    }

    [Fact]
    public void NamesShorterThanTheFieldsSayWhichAreLeft()
    {
        const string Text = "a,b,c,d\n1,2,3,4\n5,6,7,8\n";
        Assert.Equal("test.csv, line 2: 4 fields, but CsvOptions.Names has only 2 (p, q): without a name are 'c' in the header, 'd' in the header.",
            Error(Text, new CsvOptions { Names = ["p", "q"] }));
        Assert.Equal("test.csv, line 1: 4 fields, but CsvOptions.Names has only 3 (p, q, r): without a name are field 4, here 'd'.",
            Error(Text, new CsvOptions { Names = ["p", "q", "r"], HasHeader = false }));
    }

    [Theory]
    [InlineData("None")]
    [InlineData("#N/A")]
    [InlineData("-inf")]
    [InlineData("NaT")]
    [InlineData("--")]
    [InlineData(".")]
    [InlineData("nil")]
    public void MarkersOfMissingValuesAreToldWithTheOption(string marker)
    {
        foreach (string text in new[] { $"a,b\n{marker},1\n2,2\n", $"a,b\n1,1\n{marker},2\n", $"a,b\n{marker},1\n{marker},2\n3,3\n" })
        {
            string message = Error(text);
            Assert.Contains($"'{marker}'", message);
            Assert.Contains("add it to CsvOptions.Missing", message);
            Assert.Contains("add it to CsvOptions.Missing", Error(text, new CsvOptions { Columns = ["a"] }));
            Assert.Equal(1, Missing.Count(Read(text.Replace($"{marker},2\n3", "2,2\n3"), new CsvOptions { Missing = [marker] })));
        }
        Assert.Equal([marker, "NW"], Read($"a,b\n{marker},1\nNW,2\n").Label("a"));
        Assert.Equal([1f, 2f], Read($"a,b\n{marker},1\n3,2\n", new CsvOptions { Columns = ["b"] }).Values.ToArray());
    }
}
