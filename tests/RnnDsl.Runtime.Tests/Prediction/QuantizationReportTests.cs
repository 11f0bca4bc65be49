using System.Globalization;
using System.Text.RegularExpressions;
using RnnDsl.Prediction;

namespace RnnDsl.Runtime.Tests.Prediction;

public partial class QuantizationReportTests
{
    static string Report(long exactBytes, long bytes, double exactTime, double time) => new QuantizationReport(exactBytes, bytes, 10, 1, 0.1, 0.01, exactTime, time).ToString();

    [Theory]
    [InlineData(400, 100, 3.2, 1.6, "4.0 times smaller (400 → 100 bytes), 2.0 times faster (3.2 → 1.6 µs a step)")]
    [InlineData(400, 100, 1.0, 1.4, "slower, 1.4 times the time (1 → 1.4 µs a step)")]
    [InlineData(100, 150, 1.0, 1.01, "larger, 1.5 times the bytes (100 → 150 bytes), as fast (1 → 1 µs a step)")]
    [InlineData(100, 101, 1.0, 20.0, "as small (100 → 101 bytes), slower, 20.0 times the time")]
    public void What_is_slower_or_larger_is_called_so(long exactBytes, long bytes, double exactTime, double time, string expected) =>
        Assert.Contains(expected, Report(exactBytes, bytes, exactTime, time));

    [Fact]
    public void No_report_says_less_than_one_times()
    {
        var random = new Random(4);
        for (int i = 0; i < 2000; i++)
        {
            string text = Report(random.Next(1, 1000), random.Next(1, 1000), random.NextDouble() + 0.01, random.NextDouble() + 0.01);
            Assert.All(Times().Matches(text), match => Assert.True(double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture) > 1, text));
        }
    }

    [GeneratedRegex(@"([\d.]+) times")]
    private static partial Regex Times();
}
