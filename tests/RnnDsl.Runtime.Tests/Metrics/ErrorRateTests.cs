using System.Diagnostics;
using RnnDsl.Memory;
using RnnDsl.Metrics;

namespace RnnDsl.Runtime.Tests.Metrics;

public class ErrorRateTests
{
    [Theory]
    [InlineData("the cat sat on the mat", "the cat sat on the mat", 0, 0, 0)]
    [InlineData("the cat sat on the mat", "the cat on a mat mat", 1, 1, 1)]
    [InlineData("the cat sat", "", 0, 3, 0)]
    [InlineData("the cat", "so the big cat", 0, 0, 2)]
    [InlineData("a b", "c a", 0, 1, 1)]
    [InlineData("a", "b c d", 1, 0, 2)]
    public void Words_are_counted(string reference, string hypothesis, int substitutions, int deletions, int insertions)
    {
        ErrorRate rate = ErrorRate.Words([reference], [$" {hypothesis}\t"]);
        Assert.Equal((substitutions, deletions, insertions), (rate.Substitutions, rate.Deletions, rate.Insertions));
        Assert.Equal((double)(substitutions + deletions + insertions) / reference.Split(' ').Length, rate.Rate, 1e-12);
    }

    [Fact]
    public void Sums_are_over_all_texts()
    {
        ErrorRate rate = ErrorRate.Words(["one two three", "four", ""], ["one two", "four", "five"]);
        Assert.Equal("WER 50.00 % (0 substitutions, 1 deletions, 1 insertions, 4 words)", rate.ToString());
        Assert.Equal((3L, 3, 2, 2.0 / 3), (rate.Hits, rate.Texts, rate.WrongTexts, rate.TextErrorRate));
        ConfidenceInterval interval = ErrorRate.Words(Enumerable.Repeat("a b c d", 100), Enumerable.Range(0, 100).Select(i => i % 2 == 0 ? "a b c d" : "a b")).Interval();
        Assert.Equal(0.25, interval.Value);
        Assert.InRange(interval.Low, 0.18, 0.23);
    }

    [Fact]
    public void A_character_is_what_a_reader_takes_for_one()
    {
        ErrorRate rate = ErrorRate.Characters(["👍🏽 naïve"], ["👎🏽 naive "]);
        Assert.Equal("CER 28.57 % (2 substitutions, 0 deletions, 0 insertions, 7 characters)", rate.ToString());
        Assert.Equal(0.25, ErrorRate.Characters(["今天天气"], ["今天天汽"]).Rate);
    }

    /// <summary>The whole table of distances, with the fewest edits first and the fewest substitutions second.</summary>
    static (long Edits, long Substitutions) Plain(int[] first, int[] second)
    {
        var table = new (long, long)[first.Length + 1, second.Length + 1];
        for (int i = 0; i <= first.Length; i++)
            for (int j = 0; j <= second.Length; j++)
            {
                var ways = new List<(long Edits, long Substitutions)>();
                if (i > 0 && j > 0 && table[i - 1, j - 1] is var (edits, substitutions))
                    ways.Add(first[i - 1] == second[j - 1] ? (edits, substitutions) : (edits + 1, substitutions + 1));
                if (i > 0)
                    ways.Add((table[i - 1, j].Item1 + 1, table[i - 1, j].Item2));
                if (j > 0)
                    ways.Add((table[i, j - 1].Item1 + 1, table[i, j - 1].Item2));
                table[i, j] = ways.DefaultIfEmpty().Min();
            }
        return table[first.Length, second.Length];
    }

    [Fact]
    public void Random_texts_have_the_counts_of_the_whole_table()
    {
        var random = new RandomStream(5, "texts");
        for (int run = 0; run < 400; run++)
        {
            int kinds = 1 + random.Below(8);
            int[] first = Random(1 + random.Below(90)), second = random.Below(2) == 0 ? Random(random.Below(90)) : [.. first.Where(_ => random.Below(9) > 0).Select(x => random.Below(9) == 0 ? random.Below(kinds) : x)];
            ErrorRate rate = ErrorRate.Words([string.Join(' ', first)], [string.Join(' ', second)]);
            Assert.Equal(Plain(first, second), (rate.Edits, rate.Substitutions));
            Assert.Equal(first.Length - second.Length, rate.Deletions - rate.Insertions);
            Assert.True(rate.Hits >= 0);

            int[] Random(int count) => [.. Enumerable.Range(0, count).Select(_ => random.Below(kinds))];
        }
    }

    [Fact]
    public void Long_texts_take_little_time_if_they_are_alike_and_are_refused_if_they_are_not()
    {
        var random = new RandomStream(6, "texts");
        string[] words = [.. Enumerable.Range(0, 200_000).Select(_ => $"w{random.Below(1000)}")];
        string[] said = [.. words.Where(_ => random.Below(1000) > 0)];
        var clock = Stopwatch.StartNew();
        Assert.Equal(words.Length - said.Length, ErrorRate.Words([string.Join(' ', words)], [string.Join(' ', said)]).Edits);
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(60), $"{clock.Elapsed}");
        string other = string.Join(' ', Enumerable.Range(0, 500_000).Select(i => $"v{i}"));
        Assert.Contains("sentence by sentence", Assert.Throws<ArgumentException>(() => ErrorRate.Words([string.Join(' ', words)], [other])).Message);
    }

    [Fact]
    public void Without_words_there_is_no_rate() => Assert.Contains("no words", Assert.Throws<ArgumentException>(() => ErrorRate.Words(["", " "], ["a", ""])).Message);
}
