using RnnDsl.Memory;
using RnnDsl.Metrics;

namespace RnnDsl.Runtime.Tests.Metrics;

public class BootstrapTests
{
    static readonly string[] Tags = ["O", "O", "B-PER", "I-PER", "B-LOC", "I-LOC"];

    static (string[][] Actual, string[][] Predicted) Sentences(int count)
    {
        var random = new RandomStream(11, "sentences");
        string[][] actual = [.. Enumerable.Range(0, count).Select(_ => Enumerable.Range(0, 1 + random.Below(12)).Select(_ => Tags[random.Below(Tags.Length)]).ToArray())];
        return (actual, [.. actual.Select(s => s.Select(t => random.Below(5) == 0 ? Tags[random.Below(Tags.Length)] : t).ToArray())]);
    }

    [Fact]
    public void A_mean_lies_as_far_as_theory_says()
    {
        double[] values = [.. Enumerable.Range(0, 400).Select(i => i % 2 == 0 ? 1.0 : 3.0)];
        ConfidenceInterval interval = Bootstrap.Interval(values.Length, Mean, resamples: 2000, seed: 1);
        // The standard error of the mean is 1/20.
        Assert.Equal(2, interval.Value);
        Assert.Equal(2 - 1.96 / 20, interval.Low, 0.012);
        Assert.Equal(2 + 1.96 / 20, interval.High, 0.012);
        Assert.Equal((0.95, 2000), (interval.Level, interval.Resamples));
        Assert.Equal(interval, Bootstrap.Interval(values.Length, Mean, resamples: 2000, seed: 1));
        Assert.NotEqual(interval, Bootstrap.Interval(values.Length, Mean, resamples: 2000, seed: 2));
        Assert.True(Bootstrap.Interval(values.Length, Mean, level: 0.5).High < interval.High);
        Assert.Equal("0.9123 (95 %: 0.9011 to 0.9230)", new ConfidenceInterval(0.9123, 0.9011, 0.9230, 0.95, 1000).ToString());

        double Mean(ReadOnlySpan<int> drawn)
        {
            double sum = 0;
            foreach (int i in drawn)
                sum += values[i];
            return sum / drawn.Length;
        }
    }

    [Fact]
    public void Infinite_scores_are_ends_of_an_interval()
    {
        ConfidenceInterval often = Bootstrap.Interval(5, rows => rows[0] == 0 ? double.PositiveInfinity : 3), always = Bootstrap.Interval(5, _ => double.PositiveInfinity);
        Assert.Equal((3, double.PositiveInfinity), (often.Low, often.High));
        Assert.Equal((double.PositiveInfinity, double.PositiveInfinity), (always.Low, always.High));
        Assert.Throws<ArgumentOutOfRangeException>(() => new LanguageModelScore(5, -3));
        Assert.Throws<ArgumentOutOfRangeException>(() => new LanguageModelScore(5, 3) with { Characters = -1 });
    }

    [Fact]
    public void Percentiles_are_those_of_numpy()
    {
        // Draws give 0, 1, 2, 3 in turn, the first is the value: numpy.percentile([1, 2, 3, 0], [10, 90]) is 0.3 and 2.7.
        int next = 0;
        ConfidenceInterval interval = Bootstrap.Interval(1, _ => next++ % 4, level: 0.8, resamples: 4);
        Assert.Equal(0.3, interval.Low, 1e-12);
        Assert.Equal(2.7, interval.High, 1e-12);
        // What is NaN is left out.
        next = 0;
        interval = Bootstrap.Interval(1, _ => next++ % 2 == 0 ? double.NaN : 5, resamples: 10);
        Assert.Equal((5.0, 5.0, 5), (interval.Low, interval.High, interval.Resamples));
        Assert.Equal(double.NaN, Bootstrap.Interval(1, _ => double.NaN, resamples: 10).Low);
        Assert.Throws<ArgumentOutOfRangeException>(() => Bootstrap.Interval(0, _ => 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Bootstrap.Interval(1, _ => 1, level: 95));
        Assert.Throws<ArgumentOutOfRangeException>(() => Bootstrap.Interval(1, _ => 1, resamples: 0));
    }

    [Fact]
    public void Reports_draw_whole_sentences()
    {
        (string[][] actual, string[][] predicted) = Sentences(40);
        var entities = new EntityReport(actual, predicted);
        ConfidenceInterval fast = entities.Interval(r => r.F1, resamples: 100, seed: 3);
        ConfidenceInterval slow = Bootstrap.Interval(40, rows => new EntityReport(Pick(actual, rows), Pick(predicted, rows)).F1, resamples: 100, seed: 3);
        Assert.Equal(slow, fast);
        Assert.True(fast.Low < entities.F1 && entities.F1 < fast.High);

        ClassificationReport tags = ClassificationReport.OfTags(actual, predicted);
        fast = tags.Without("O").Interval(r => r.MicroAverage.F1, resamples: 100, seed: 3);
        slow = Bootstrap.Interval(40, rows => ClassificationReport.OfTags(Pick(actual, rows), Pick(predicted, rows), Tags[2..]).MicroAverage.F1, resamples: 100, seed: 3);
        Assert.Equal(slow, fast);

        static string[][] Pick(string[][] sentences, ReadOnlySpan<int> rows)
        {
            var picked = new string[rows.Length][];
            for (int i = 0; i < picked.Length; i++)
                picked[i] = sentences[rows[i]];
            return picked;
        }
    }

    [Fact]
    public void Reports_draw_examples()
    {
        // In the order of their classes, as the report draws them.
        int[] actual = [.. Enumerable.Range(0, 60).Select(i => i / 20)], predicted = [.. Enumerable.Range(0, 60).Select(i => i % 20 < 6 && i < 40 ? 0 : i / 20)];
        var report = new ClassificationReport(["a", "b", "c"], actual, predicted);
        ConfidenceInterval slow = Bootstrap.Interval(60, rows => new ClassificationReport(["a", "b", "c"], Pick(actual, rows), Pick(predicted, rows)).MacroAverage.F1, resamples: 50);
        Assert.Equal(slow, report.Interval(r => r.MacroAverage.F1, resamples: 50));

        // Scores of which three are always equal.
        bool[] isSo = [.. Enumerable.Range(0, 60).Select(i => i % 5 < 2 || i > 50)];
        double[] scores = [.. Enumerable.Range(0, 60).Select(i => i * 7 % 60 / 3 / 20.0)];
        foreach (Func<BinaryReport, double> measure in new Func<BinaryReport, double>[] { r => r.RocAuc, r => r.AveragePrecision, r => r.LogLoss, r => r.RecallAtFalsePositiveRate(0.1).TruePositiveRate, r => r.RocCurve().Count, r => r.BrierScore })
        {
            slow = Bootstrap.Interval(60, rows => measure(new BinaryReport(Pick(isSo, rows), Pick(scores, rows))), resamples: 50);
            ConfidenceInterval fast = new BinaryReport(isSo, scores).Interval(measure, resamples: 50);
            Assert.Equal((slow.Low, slow.High), (fast.Low, fast.High), (a, b) => Math.Abs(a.Low - b.Low) + Math.Abs(a.High - b.High) < 1e-9);
        }

        static T[] Pick<T>(T[] values, ReadOnlySpan<int> rows)
        {
            var picked = new T[rows.Length];
            for (int i = 0; i < picked.Length; i++)
                picked[i] = values[rows[i]];
            return picked;
        }
    }
}
