using System.Globalization;
using System.Text.Json;
using RnnDsl.Memory;

namespace RnnDsl.Examples.Monitoring;

/// <summary>A time in which a topic's news are worse than usual.</summary>
sealed record Surge(string Topic, DateTimeOffset From, DateTimeOffset Until);

/// <summary>
/// A made-up day of news, as lines of JSON with their times. The number of lines follows the time of day, and one hour is busy without bad news: that is no alarm. In two surges a topic has four times as many negative
/// headlines as usual. Some lines are broken, as in any real stream.
/// </summary>
static class MadeUpStream
{
    const double Usual = 0.12, InSurge = 0.48;

    static readonly DateTimeOffset start = new(2026, 3, 2, 0, 0, 0, TimeSpan.Zero);

    public static readonly IReadOnlyList<Surge> Surges = [new("banks", start.AddHours(9.5), start.AddHours(10.5)), new("airlines", start.AddHours(16), start.AddHours(16.75))];

    /// <param name="perMinute">Lines a minute, on average.</param>
    /// <param name="seed">Of all that is random.</param>
    public static IEnumerable<string> Lines(double perMinute, int seed)
    {
        var random = new RandomStream(seed, "day");
        for (int minute = 0; minute < 24 * 60; minute++)
        {
            DateTimeOffset time = start.AddMinutes(minute);
            double rate = perMinute * (1 + 0.6 * Math.Sin(2 * Math.PI * (minute / 1440.0 - 0.3))) * (time.Hour == 13 ? 3 : 1);
            double[] at = [.. Enumerable.Range(0, Poisson(rate, random)).Select(_ => random.Uniform()).Order()];
            foreach (double part in at)
            {
                yield return Line(time.AddMinutes(part), random);
                if (random.Below(500) == 0)
                    yield return random.Below(2) == 0 ? "{\"time\": \"2026-03-02T" : "\uFFFD\u0000{";
            }
        }
    }

    static string Line(DateTimeOffset time, RandomStream random)
    {
        int topic = random.Below(MadeUpNews.Topics.Count);
        bool isBad = Surges.Any(s => s.Topic == MadeUpNews.Topics[topic] && time >= s.From && time < s.Until);
        string sentiment = random.Uniform() < (isBad ? InSurge : Usual) ? "negative" : random.Below(3) == 0 ? "positive" : "neutral";
        string text = JsonEncodedText.Encode(MadeUpNews.Headline(topic, sentiment, random).Text).ToString();
        return string.Create(CultureInfo.InvariantCulture, $"{{\"time\": \"{time:yyyy-MM-ddTHH:mm:ss.fffZ}\", \"text\": \"{text}\"}}");
    }

    /// <summary>Knuth's multiplication of uniform numbers, for small means.</summary>
    static int Poisson(double mean, RandomStream random)
    {
        int count = 0;
        for (double product = random.Uniform(), limit = Math.Exp(-mean); product > limit; product *= random.Uniform())
            count++;
        return count;
    }
}
