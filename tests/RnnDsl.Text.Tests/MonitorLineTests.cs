using RnnDsl.Examples.Monitoring;

namespace RnnDsl.Text.Tests;

/// <summary>What <c>examples/Monitoring</c> makes of a line, and of its time.</summary>
public sealed class MonitorLineTests
{
    const string NoTime = "a time that is neither ISO 8601 nor seconds or milliseconds since 1970";

    [Theory]
    [InlineData("shares fall", "shares fall", null, null)]
    [InlineData("2026-03-02T10:00:00Z\tshares fall", "shares fall", "2026-03-02T10:00:00Z", null)]
    [InlineData("Apple 14\tup by 3 %", "Apple 14\tup by 3 %", null, null)]
    [InlineData("""{"title": "a \"b\"", "published": 1772445600, "id": 7}""", "a \"b\"", "2026-03-02T10:00:00Z", "7")]
    [InlineData("""{"text": "x", "time": 1772445600000}""", "x", "2026-03-02T10:00:00Z", null)]
    [InlineData("""{"text": "x", "id": "n-1", "time": "2026-03-02T11:00:00+01:00", "more": [1]}""", "x", "2026-03-02T10:00:00Z", "n-1")]
    public void Lines_are_read_in_each_of_their_forms(string line, string text, string? time, string? id)
    {
        NewsLine news = NewsLine.Parse(line, out string problem)!.Value;
        Assert.Equal((text, time is null ? null : DateTimeOffset.Parse(time, System.Globalization.CultureInfo.InvariantCulture), id, ""), (news.Text, news.Time, news.Id, problem));
    }

    [Theory]
    [InlineData("""{"text": "half a li""", "broken JSON")]
    [InlineData("""{"txt": "x"}""", "no text in the object of JSON")]
    [InlineData("""{"text": {"a": 1}}""", "no text in the object of JSON")]
    [InlineData("""{"text": "\ud800 x"}""", "broken JSON")]
    [InlineData("""{"text": "x", "time": "yesterday"}""", NoTime)]
    [InlineData("""{"text": "x", "time": 1e300}""", NoTime)]
    [InlineData("...", "no letter in the text")]
    [InlineData("[1,2]", "no letter in the text")]
    [InlineData("""{"text": 5}""", "no text in the object of JSON")]
    [InlineData("""{"text": "x", "time": [1]}""", NoTime)]
    [InlineData("42\tthe loan firms crash", NoTime)]
    [InlineData("10:30\tthe loan firms crash", NoTime)]
    public void Broken_lines_are_named(string line, string problem)
    {
        Assert.Null(NewsLine.Parse(line, out string said));
        Assert.Equal(problem, said);
    }

    [Theory]
    [InlineData("2026-11-20", "2026-11-20T00:00:00Z")]
    [InlineData("20261120", "2026-11-20T00:00:00Z")]
    [InlineData("20261120T093000Z", "2026-11-20T09:30:00Z")]
    [InlineData("20261120T0930+0530", "2026-11-20T04:00:00Z")]
    [InlineData("2026-11-20 09:48:00,5", "2026-11-20T09:48:00.5Z")]
    [InlineData("2026-11-20T09:48:00.1234567891Z", "2026-11-20T09:48:00.1234567Z")]
    [InlineData("2026-11-20T09:48-08", "2026-11-20T17:48:00Z")]
    [InlineData("1772445600.25", "2026-03-02T10:00:00.25Z")]
    public void Times_are_read_in_each_of_their_forms(string written, string time)
    {
        DateTimeOffset expected = DateTimeOffset.Parse(time, System.Globalization.CultureInfo.InvariantCulture);
        Assert.Equal(expected, NewsLine.Parse($$"""{"text": "x", "time": "{{written}}"}""", out _)?.Time);
        Assert.Equal(expected, NewsLine.Parse($"{written}\tx", out _)?.Time);
    }

    [Theory]
    [InlineData("")]
    [InlineData("2026")]
    [InlineData("2026-11")]
    [InlineData("2026-324")]
    [InlineData("202611200930")]
    [InlineData("2026-1120")]
    [InlineData("2026-02-30")]
    [InlineData("2026-11-20T09:48:61Z")]
    [InlineData("3.14")]
    [InlineData("631151999")]
    [InlineData("1763600000123456")]
    [InlineData("04/03/2026 10:00")]
    [InlineData("May 5")]
    [InlineData("10:30")]
    [InlineData("0001-01-01T00:00:00+14:00")]
    [InlineData("9999-12-31T23:59:59-14:00")]
    public void Other_times_are_none(string written)
    {
        Assert.Null(NewsLine.Parse($$"""{"text": "x", "time": "{{written}}"}""", out string said));
        Assert.Equal(NoTime, said);
    }
}
