using System.Globalization;
using System.IO.Compression;
using System.Text;
using RnnDsl.Data;
using RnnDsl.Sequences;

namespace RnnDsl.Runtime.Tests.Data;

/// <summary>Delimiters, separators and encodings: what other programs write.</summary>
public class CsvDialectTests
{
    static readonly CsvOptions DecimalComma = new() { DecimalSeparator = ',' };

    static TimeSeries Read(string text, CsvOptions? options = null) => CsvSeries.Read(new StringReader(text), options, "test.csv");

    static string Error(string text, CsvOptions? options = null) =>
        Assert.Throws<InvalidDataException>(() => Read(text, options)).Message;

    [Theory]
    [InlineData("load\n0,5\n0,7\n", true)]
    [InlineData("load\n0,5\n0,7", true)]
    [InlineData("0,5\n0,7\n", false)]
    [InlineData("\"0,5\"\n\"0,7\"\n", false)]
    public void TheDecimalSeparatorIsNeverTheDelimiter(string text, bool header)
    {
        TimeSeries series = Read(text, DecimalComma with { HasHeader = header });
        Assert.Equal(1, series.Width);
        Assert.Equal([0.5f, 0.7f], series.Values.ToArray());
    }

    [Fact]
    public void TheDecimalSeparatorAsTheDelimiterIsRefused()
    {
        Assert.Contains("cannot be both", Assert.Throws<ArgumentException>(() => Read("a\n1\n2\n", DecimalComma with { Delimiter = ',' })).Message);
        Assert.Contains("cannot be both", Assert.Throws<ArgumentException>(() => Read("a\n1\n2\n", new CsvOptions { ThousandsSeparator = '.' })).Message);
        Assert.Equal("test.csv, line 1: it says that ',' separates fields, but CsvOptions.DecimalSeparator is the same.", Error("sep=,\na\n1\n2\n", DecimalComma));
    }

    [Theory]
    [InlineData("load, in MW;temp\n5;6\n7;8\n")]
    [InlineData("load, in MW;temp\n5;6\n7;8")]
    [InlineData("load, in MW;temp\r5;6\r7;8\r")]
    [InlineData("load, in MW;temp\n\n5;6\n\"7\";8\n")]
    public void TheDelimiterIsTheOneThatSplitsMostLinesAlike(string text)
    {
        TimeSeries series = Read(text);
        Assert.Equal(["load, in MW", "temp"], series.Columns);
        Assert.Equal([5f, 6f, 7f, 8f], series.Values.ToArray());
    }

    [Fact]
    public void ACommaInsideTheOnlyNameDelimitsNothing() => Assert.Equal(["load, in MW"], Read("load, in MW\n5\n6\n7\n").Columns);

    [Fact]
    public void CommasInEveryLineAreNoDelimitersBesideAnother()
    {
        Assert.Equal(["a"], Read("t;a\nx, y;1\nz, w;2\n").Columns);
        Assert.Contains("it is one with DecimalSeparator = ','", Error("a;b\n1,5;2,5\n2,5;3,5\n"));
    }

    [Theory]
    [InlineData("sep=;\na;b\n1;2\n3;4\n")]
    [InlineData("\uFEFFSEP=;\r\na;b\r\n1;2\r\n3;4\r\n")]
    [InlineData("\"sep=;\"\na;b\n1;2\n3;4\n")]
    [InlineData("sep=!\na!b\n1!2\n3!4\n")]
    [InlineData("sep=\t\na\tb\n1\t2\n3\t4\n")]
    public void AFirstLineWithSepIsAnInstruction(string text)
    {
        TimeSeries series = Read(text);
        Assert.Equal(["a", "b"], series.Columns);
        Assert.Equal([1f, 2f, 3f, 4f], series.Values.ToArray());
        Assert.Contains("line 5, column 'a': 'x'", Error(text.TrimEnd() + "\nx" + text.TrimEnd()[^2] + "1\n"));
    }

    [Theory]
    [InlineData("1,234.5", 1234.5)]
    [InlineData("-1,234,567", -1234567)]
    [InlineData("12.5", 12.5)]
    [InlineData("1234.5", 1234.5)]
    public void ThousandsSeparatorsByAnOption(string text, double value)
    {
        TimeSeries series = Read($"a;b\n\"{text}\";1\n1;2\n", new CsvOptions { ThousandsSeparator = ',' });
        Assert.Equal(value, series.DoubleColumn("a")[0]);
    }

    [Fact]
    public void TheThousandsSeparatorIsTheDelimiterOnlyWhereTheNamesAreParted()
    {
        var options = new CsvOptions { ThousandsSeparator = ',' };
        Assert.Equal([1234f, 5678f], Read("load\n1,234\n5,678\n", options).Values.ToArray());
        Assert.Equal([1234f, 5678f], Read("1,234\n5,678\n", options with { HasHeader = false }).Values.ToArray());
        Assert.Equal([100f, 200f, 300f, 400f], Read("a,b\n100,200\n300,400\n", options).Values.ToArray());
        Assert.Equal([1234f, 2f, 5678f, 3f], Read("a;b\n1,234;2\n5,678;3\n", options).Values.ToArray());
    }

    [Theory]
    [InlineData("1,23")]
    [InlineData("1,2345")]
    [InlineData("1234,567")]
    [InlineData(",123")]
    [InlineData("1,,234")]
    [InlineData("1.5,234")]
    public void ThousandsSeparatorsPartGroupsOfThree(string text) =>
        Assert.Contains("is not a number", Error($"a;b\n1;1\n{text};2\n", new CsvOptions { ThousandsSeparator = ',', Columns = ["a"] }));

    [Theory]
    [InlineData("0,5", "DecimalSeparator = ','")]
    [InlineData("1,234", "ThousandsSeparator = ','")]
    [InlineData("1,234.5", "ThousandsSeparator = ','")]
    [InlineData("1.234,5", "DecimalSeparator = ',' and ThousandsSeparator = '.'")]
    [InlineData("1 234,5", "DecimalSeparator = ',' and ThousandsSeparator = ' '")]
    [InlineData("1'234.5", "ThousandsSeparator = '''")]
    [InlineData("$15.82", "Symbols = \"$\"")]
    [InlineData("12 %", "Symbols = \"%\"")]
    [InlineData("€1.234,5", "Symbols = \"€\" and DecimalSeparator = ',' and ThousandsSeparator = '.'")]
    public void NumbersInAnotherDialectAreRefusedWithTheSetting(string text, string setting)
    {
        Assert.Contains(setting, Error($"a;b\n{text};1\n1;2\n"));
        Assert.Contains(setting, Error($"a;b\n1;1\n{text};2\n"));
        Assert.Contains(setting, Error($"a;b\n{text};1\n1;2\n", new CsvOptions { Columns = ["a"] }));
        Assert.Equal(text, Read($"a;b\n{text};1\n1;2\n", new CsvOptions { Labels = ["a"] }).Label("a")[0]);
    }

    [Fact]
    public void SymbolsAroundNumbersAreLeftOut() =>
        Assert.Equal([15.82f, 3f, -1f], Read("a\n$15.82\n3 %\n-1\n", new CsvOptions { Symbols = "$%" }).Values.ToArray());

    [Fact]
    public void SpacesBetweenNumbersAreToldAsADelimiter() =>
        Assert.Contains("set Delimiter = ' '", Error("1 2.5 3\n4 5.5 6\n7 8.5 9\n"));

    [Fact]
    public void BytesThatAreNoUtf8AreCalledSo()
    {
        byte[] latin = Encoding.Latin1.GetBytes("t;Wärme\n1;2\n3;4\n");
        string message = Assert.Throws<InvalidDataException>(() => ReadBytes(latin)).Message;
        Assert.Contains(", line 1: the bytes are no UTF-8. Save the file as UTF-8, or name its encoding in CsvOptions.Encoding", message);
        Assert.Equal(["t", "Wärme"], ReadBytes(latin, new CsvOptions { Encoding = Encoding.Latin1 }).Columns);

        byte[] late = [0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes("a;b\n" + string.Concat(Enumerable.Repeat("1;2\n", 50_000))), .. Encoding.Latin1.GetBytes("1;ü\n")];
        Assert.Contains(", line 50002: the bytes are no UTF-8", Assert.Throws<InvalidDataException>(() => ReadBytes(late)).Message);
        Assert.Contains(", line 50002: the bytes are no UTF-8", Assert.Throws<InvalidDataException>(() => ReadBytes(Packed(late))).Message);
        Assert.Contains("is a zip archive", Assert.Throws<InvalidDataException>(() => ReadBytes([.. "PK\u0003\u0004 and so on"u8])).Message);
    }

    [Fact]
    public void LettersCutByTheBufferAndUtf16AreRead()
    {
        string text = "t;ä\n" + string.Concat(Enumerable.Range(0, 30_000).Select(i => $"{(i % 7 == 0 ? "ü" : "東京")};{i}\n"));
        foreach (Encoding encoding in new[] { new UTF8Encoding(false), new UTF8Encoding(true), Encoding.Unicode, Encoding.BigEndianUnicode })
        {
            byte[] bytes = [.. encoding.GetPreamble(), .. encoding.GetBytes(text)];
            foreach (byte[] file in new[] { bytes, Packed(bytes) })
            {
                TimeSeries series = ReadBytes(file);
                Assert.Equal(["ä"], series.Columns);
                Assert.Equal(29_999f, series[29_999, 0]);
                Assert.All(series.Label("t").Index(), row => Assert.Equal(row.Index % 7 == 0 ? "ü" : "東京", row.Item));
            }
        }
    }

    [Fact]
    public void TablesOfAllDialectsComeBackAsTheyWere()
    {
        var random = new Random(11);
        for (int trial = 0; trial < 300; trial++)
        {
            char fraction = ".,"[random.Next(2)];
            char delimiter = fraction == ',' ? ";\t|"[random.Next(3)] : ",;\t|"[random.Next(4)];
            char? thousands = random.Next(3) == 0 ? fraction == ',' ? '.' : ',' : null;
            string newline = new[] { "\n", "\r\n", "\r" }[random.Next(3)];
            int width = random.Next(1, 5), rows = random.Next(3, 30);
            bool trailing = random.Next(4) == 0, quoteAll = random.Next(3) == 0;
            var text = new StringBuilder();
            if (random.Next(3) == 0)
                text.Append("sep=").Append(delimiter).Append(newline);
            text.Append(string.Join(delimiter, Enumerable.Range(0, width).Select(i => $"c{i}"))).Append(trailing ? delimiter.ToString() : "").Append(newline);
            var values = new double[rows * width];
            for (int i = 0; i < values.Length; i++)
            {
                values[i] = Math.Round((random.NextDouble() - 0.5) * Math.Pow(10, random.Next(0, 10)), 3);
                string number = values[i].ToString(thousands is null ? "R" : "#,0.###", CultureInfo.InvariantCulture)
                    .Replace(',', '_').Replace('.', fraction).Replace("_", thousands.ToString());
                bool quote = quoteAll || number.Contains(delimiter) || random.Next(5) == 0;
                text.Append(quote ? $"\"{number}\"" : number);
                text.Append(i % width < width - 1 ? delimiter.ToString() : (trailing ? delimiter.ToString() : "") + newline);
            }
            TimeSeries series = Read(text.ToString(), new CsvOptions { DecimalSeparator = fraction, ThousandsSeparator = thousands });
            Assert.Equal(width, series.Width);
            Assert.Equal(values, Enumerable.Range(0, values.Length).Select(i => series.DoubleColumn(series.Columns[i % width])[i / width]));
        }
    }

    [Fact]
    public void QuotedFieldsComeBackWhateverTheyHold()
    {
        var random = new Random(12);
        for (int trial = 0; trial < 200; trial++)
        {
            string[] texts = [.. Enumerable.Range(0, random.Next(3, 40)).Select(_ => "x" + string.Concat(Enumerable.Range(0, random.Next(0, 12)).Select(_ => "ab,;\"\n\r \t"[random.Next(9)])))];
            string text = "t,v\n" + string.Concat(texts.Select((t, i) => $"\"{t.Replace("\"", "\"\"")}\",{i}\n"));
            TimeSeries series = CsvSeries.Read(new Trickle(text, random), new CsvOptions { Delimiter = ',' });
            Assert.Equal(texts, series.Label("t"));
            Assert.Equal(texts.Length - 1, series[texts.Length - 1, 0]);
        }
    }

    /// <summary>Gives a text in pieces of random length.</summary>
    sealed class Trickle(string text, Random random) : TextReader
    {
        int position;

        public override int Read(Span<char> buffer)
        {
            int count = Math.Min(Math.Min(buffer.Length, random.Next(1, 9)), text.Length - position);
            text.AsSpan(position, count).CopyTo(buffer);
            position += count;
            return count;
        }
    }

    static byte[] Packed(byte[] bytes)
    {
        using var memory = new MemoryStream();
        using (var gzip = new GZipStream(memory, CompressionLevel.Fastest))
            gzip.Write(bytes);
        return memory.ToArray();
    }

    static TimeSeries ReadBytes(byte[] bytes, CsvOptions? options = null)
    {
        string path = Path.Combine(Path.GetTempPath(), $"rnndsl-{Guid.NewGuid():N}.csv");
        try
        {
            File.WriteAllBytes(path, bytes);
            return CsvSeries.Read(path, options);
        }
        finally
        {
            File.Delete(path);
        }
    }
}
