using RnnDsl.Prediction;

namespace RnnDsl.Runtime.Tests.Prediction;

public class SamplerTests
{
    static readonly float[] Logits = [1.2f, -0.5f, 2, 0.3f, -3, 1.1f, 0, 0.9f];

    /// <summary>The probability of each symbol, by the papers' definitions.</summary>
    static double[] Expected(SamplingOptions options, int[] before)
    {
        double[] logits = [.. Logits.Select((v, i) => (options.RepetitionWindow > 0 ? before.TakeLast(options.RepetitionWindow) : before).Contains(i)
            ? v > 0 ? v / options.RepetitionPenalty : v * options.RepetitionPenalty : v)];
        double[] p = [.. logits.Select(v => Math.Exp(v / options.Temperature))];
        int[] order = [.. Enumerable.Range(0, p.Length).OrderByDescending(i => p[i])];
        if (options.TopK > 0)
            order = order[..Math.Min(options.TopK, order.Length)];
        double all = order.Sum(i => p[i]), sum = 0;
        int kept = order.TakeWhile(i => { bool more = sum < options.Nucleus * all - 1e-9; sum += p[i]; return more; }).Count();
        order = order[..kept];
        all = order.Sum(i => p[i]);
        return [.. p.Select((v, i) => order.Contains(i) ? v / all : 0)];
    }

    public static TheoryData<SamplingOptions> Ways() => new()
    {
        new SamplingOptions(), new SamplingOptions { Temperature = 0.5 }, new SamplingOptions { Temperature = 3 }, new SamplingOptions { TopK = 3 }, new SamplingOptions { TopK = 100 },
        new SamplingOptions { Nucleus = 0.8 }, new SamplingOptions { Nucleus = 0.05 }, new SamplingOptions { Nucleus = 0.95, TopK = 5, Temperature = 2 }, new SamplingOptions { RepetitionPenalty = 1.8 },
        new SamplingOptions { RepetitionPenalty = 1.8, RepetitionWindow = 2, Nucleus = 0.9 },
    };

    [Theory]
    [MemberData(nameof(Ways))]
    public void Symbols_come_as_often_as_their_probability_says(SamplingOptions options)
    {
        const int draws = 40_000;
        int[] before = [2, 4, 2, 0, 0];
        double[] expected = Expected(options, before);
        var sampler = new Sampler(options, seed: 1);
        var counts = new int[Logits.Length];
        for (int i = 0; i < draws; i++)
            counts[sampler.Next(Logits, before)]++;
        for (int symbol = 0; symbol < counts.Length; symbol++)
        {
            double deviation = Math.Sqrt(draws * expected[symbol] * (1 - expected[symbol]));
            Assert.InRange(counts[symbol], draws * expected[symbol] - 4.5 * deviation - 1e-6, draws * expected[symbol] + 4.5 * deviation + 1e-6);
        }
    }

    [Fact]
    public void Temperature_zero_takes_the_likeliest_and_seeds_repeat()
    {
        Assert.Equal(2, new Sampler(new SamplingOptions { Temperature = 0 }, 1).Next(Logits));
        Assert.Equal(0, new Sampler(new SamplingOptions { Temperature = 0, RepetitionPenalty = 2 }, 1).Next(Logits, [2]));
        Sampler one = new(new SamplingOptions(), 7), two = new(new SamplingOptions(), 7);
        for (int i = 0; i < 100; i++)
            Assert.Equal(one.Next(Logits), two.Next(Logits));
        Assert.Equal(2, new Sampler(new SamplingOptions { Temperature = 1e-12 }, 1).Next(Logits));
    }

    [Fact]
    public void Large_vocabularies_and_huge_logits_are_drawn_from_without_allocation()
    {
        var random = new Random(3);
        float[] logits = [.. Enumerable.Range(0, 50_000).Select(_ => random.NextSingle() * 20 - 10)];
        (logits[17], logits[40_000], logits[5]) = (3e38f, 3e38f, float.NegativeInfinity);
        var sampler = new Sampler(new SamplingOptions { Nucleus = 0.9, RepetitionPenalty = 1.1 }, 3);
        Assert.Contains(sampler.Next(logits, [1]), new[] { 17, 40_000 });
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 20; i++)
            sampler.Next(logits, [1]);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Theory]
    [InlineData(float.NaN, "The logit of symbol 1 is NaN")]
    [InlineData(float.PositiveInfinity, "The logit of symbol 1 is Infinity")]
    [InlineData(float.NegativeInfinity, "No symbol is allowed")]
    public void What_cannot_be_drawn_from_is_refused(float value, string message) =>
        Assert.Contains(message, Assert.Throws<ArgumentException>(() => new Sampler(new SamplingOptions(), 1).Next([float.NegativeInfinity, value])).Message, StringComparison.Ordinal);

    [Fact]
    public void Options_outside_their_range_are_refused()
    {
        foreach ((SamplingOptions options, string message) in new (SamplingOptions, string)[]
        {
            (new() { Temperature = -1 }, "Temperature is -1"), (new() { Temperature = double.NaN }, "Temperature is NaN"), (new() { TopK = -1 }, "TopK is -1"),
            (new() { Nucleus = 1.1 }, "Nucleus is 1.1"), (new() { RepetitionPenalty = 0 }, "RepetitionPenalty is 0"), (new() { RepetitionWindow = -2 }, "RepetitionWindow is -2"),
        })
            Assert.StartsWith(message, Assert.Throws<ArgumentException>(() => new Sampler(options, 1)).Message, StringComparison.Ordinal);
        Assert.Contains("No symbol is allowed", Assert.Throws<ArgumentException>(() => new Sampler(new SamplingOptions(), 1).Next([])).Message, StringComparison.Ordinal);
    }
}
