using System.Buffers.Binary;
using System.IO.Compression;
using RnnDsl.Data;
using RnnDsl.Sequences;

namespace RnnDsl.Runtime.Tests.Data;

/// <summary>What a file may cost is bounded, and more is refused with one line before the work.</summary>
public class CsvLimitsTests
{
    static (string Message, long Allocated) Refused(Func<TimeSeries> read)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        string message = Assert.Throws<InvalidDataException>(read).Message;
        Assert.DoesNotContain('\n', message);
        return (message, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void AMillionColumnsAreRefusedBeforeTheWork()
    {
        string text = string.Join(',', Enumerable.Range(0, 1_000_000).Select(i => $"c{i}")) + "\n1\n";
        var (message, allocated) = Refused(() => CsvSeries.Read(new StringReader(text)));
        Assert.Equal("CSV text, line 1: more than 16384 fields; raise CsvOptions.MaximumColumns if that is meant.", message);
        Assert.InRange(allocated, 0, 8_000_000);
        (message, _) = Refused(() => CsvSeries.Read(new StringReader("a,b,c\n1,2,3\n4,5,6\n"), new CsvOptions { MaximumColumns = 2 }));
        Assert.Contains("more than 2 fields", message);
    }

    [Fact]
    public void TheCostOfAColumnDoesNotGrowWithTheirNumber()
    {
        long few = PerField(1_000), many = PerField(16_000);
        Assert.InRange(many, 0, 2 * few);

        static long PerField(int columns)
        {
            string text = string.Join(',', Enumerable.Range(0, columns).Select(i => $"c{i}")) + "\n" +
                string.Concat(Enumerable.Repeat(string.Join(',', Enumerable.Repeat("1.5", columns)) + "\n", 3));
            CsvSeries.Read(new StringReader(text));
            long before = GC.GetAllocatedBytesForCurrentThread();
            Assert.Equal(columns, CsvSeries.Read(new StringReader(text), new CsvOptions { Columns = [.. Enumerable.Range(0, columns).Select(i => $"c{i}")] }).Width);
            return (GC.GetAllocatedBytesForCurrentThread() - before) / columns;
        }
    }

    [Fact]
    public void MoreFieldsThanAllowedAreRefused()
    {
        string text = "a,b\n" + string.Concat(Enumerable.Repeat("1,2\n", 100));
        Assert.Equal("CSV text, line 6: more than 10 fields in all; cut the file, or raise CsvOptions.MaximumFields.",
            Refused(() => CsvSeries.Read(new StringReader(text), new CsvOptions { MaximumFields = 10 })).Message);
        Assert.Equal(100, CsvSeries.Read(new StringReader(text), new CsvOptions { MaximumFields = 202 }).Rows);
    }

    [Fact]
    public void ATextOrFileLongerThanAllowedIsRefused()
    {
        string text = "a,b\n" + string.Concat(Enumerable.Repeat("1,2\n", 100_000));
        var options = new CsvOptions { MaximumBytes = 10_000 };
        Assert.Contains("has more than 10000 characters", Refused(() => CsvSeries.Read(new StringReader(text), options)).Message);
        var (message, allocated) = Refused(() => Write(text, packed: false, path => CsvSeries.Read(path, options)));
        Assert.Contains("has more than 10000 bytes: cut it, or raise CsvOptions.MaximumBytes", message);
        Assert.InRange(allocated, 0, 4_000_000);
        Assert.Equal(100_000, Write(text, packed: false, path => CsvSeries.Read(path, options with { MaximumBytes = text.Length })).Rows);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void APackedFileIsUnpackedNoFurtherThanAllowed(bool lies)
    {
        string text = "a,b\n" + string.Concat(Enumerable.Repeat("1,2\n", 2_000_000));
        var options = new CsvOptions { MaximumBytes = 200_000 };
        long before = 0;
        var (message, _) = Refused(() => Write(text, packed: true, path =>
        {
            byte[] bytes = File.ReadAllBytes(path);
            if (lies)
                BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(bytes.Length - 4), 100);
            File.WriteAllBytes(path, bytes);
            before = GC.GetAllocatedBytesForCurrentThread();
            return CsvSeries.Read(path, options);
        }));
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.Contains("has more than 200000 bytes when unpacked: cut it, or raise CsvOptions.MaximumBytes", message);
        Assert.InRange(allocated, 0, lies ? 8_000_000 : 1_000_000);
    }

    [Theory]
    [InlineData("a,b\n1,", "x")]
    [InlineData("a,b\n1,\"", "x\n")]
    public void ARecordWithoutEndIsRefused(string begin, string more)
    {
        var (message, allocated) = Refused(() => CsvSeries.Read(new Endless(begin, more)));
        Assert.Contains("CSV text, line 2: a line of more than 8388608 characters, or a quote that is not closed", message);
        Assert.InRange(allocated, 0, 200_000_000);
    }

    static TimeSeries Write(string text, bool packed, Func<string, TimeSeries> read)
    {
        string path = Path.Combine(Path.GetTempPath(), $"rnndsl-{Guid.NewGuid():N}.csv");
        try
        {
            using (Stream file = File.Create(path))
            using (Stream stream = packed ? new GZipStream(file, CompressionLevel.Fastest) : file)
                stream.Write(System.Text.Encoding.ASCII.GetBytes(text));
            return read(path);
        }
        finally
        {
            File.Delete(path);
        }
    }

    sealed class Endless(string begin, string more) : TextReader
    {
        int position;

        public override int Read(Span<char> buffer)
        {
            for (int i = 0; i < buffer.Length; i++, position++)
                buffer[i] = position < begin.Length ? begin[position] : more[(position - begin.Length) % more.Length];
            return buffer.Length;
        }
    }
}
