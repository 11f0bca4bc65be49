using RnnDsl.Memory;
using RnnDsl.Metrics;

namespace RnnDsl.Runtime.Tests.Metrics;

public class BinaryReportTests
{
    static readonly bool[] Actual = [false, true, false, true, true, false, false, true, false, true];
    static readonly double[] Scores = [0.1, 0.9, 0.4, 0.4, 0.8, 0.8, 0.2, 0.3, 0.3, 0.7];

    [Fact]
    public void The_examples_of_scikit_learn()
    {
        // The documentation of roc_curve, roc_auc_score, precision_recall_curve and average_precision_score.
        var report = new BinaryReport([false, false, true, true], [0.1, 0.4, 0.35, 0.8]);
        Assert.Equal([new(double.PositiveInfinity, 0, 0), new(0.8, 0, 0.5), new(0.4, 0.5, 0.5), new(0.35, 0.5, 1), new(0.1, 1, 1)], report.RocCurve());
        Assert.Equal(0.75, report.RocAuc);
        Assert.Equal([new(0.1, 0.5, 1), new(0.35, 2.0 / 3, 1), new(0.4, 0.5, 0.5), new(0.8, 1, 0.5), new(double.PositiveInfinity, 1, 0)], report.PrecisionRecallCurve());
        Assert.Equal(0.8333333333333333, report.AveragePrecision, 1e-12);
        // Those of brier_score_loss and log_loss.
        Assert.Equal(0.0375, new BinaryReport([false, true, true, false], [0.1, 0.9, 0.8, 0.3]).BrierScore, 1e-12);
        Assert.Equal(0.21616187468057912, new BinaryReport([true, false, false, true], [0.9, 0.1, 0.2, 0.65]).LogLoss, 1e-12);
        Assert.Equal(0.21616187468057912, MultiClassScores.LogLoss([1, 0, 0, 1], [0.1f, 0.9f, 0.9f, 0.1f, 0.8f, 0.2f, 0.35f, 0.65f], 2), 1e-7);
    }

    [Fact]
    public void Equal_scores_are_decided_together()
    {
        // The figures are those of scikit-learn. The point at 0.4 lies on the line from 0.7 to 0.3 ... and is dropped only where both differences are equal.
        var report = new BinaryReport(Actual, Scores);
        Assert.Equal([double.PositiveInfinity, 0.9, 0.8, 0.7, 0.3, 0.1], report.RocCurve().Select(p => p.Threshold));
        Assert.Equal([0, 0, 0.2, 0.2, 0.6, 1], report.RocCurve().Select(p => p.FalsePositiveRate));
        Assert.Equal([0, 0.2, 0.4, 0.6, 1, 1], report.RocCurve().Select(p => p.TruePositiveRate));
        Assert.Equal(8, report.RocCurve(all: true).Count);
        Assert.Equal(0.78, report.RocAuc, 1e-12);
        Assert.Equal(0.7416666666666667, report.AveragePrecision, 1e-12);
        Assert.Equal(0.193, report.BrierScore, 1e-12);
        Assert.Equal(0.5610885094221719, report.LogLoss, 1e-12);
        Assert.Equal([0.5, 5.0 / 9, 0.625, 2.0 / 3, 0.75, 2.0 / 3, 1, 1], report.PrecisionRecallCurve().Select(p => p.Precision));
        Assert.Equal([0.1, 0.2, 0.3, 0.4, 0.7, 0.8, 0.9, double.PositiveInfinity], report.PrecisionRecallCurve().Select(p => p.Threshold));
        Assert.Equal("5 positive and 5 negative examples: ROC AUC 0.7800, average precision 0.7417", report.ToString());

        Assert.Equal(new RocPoint(0.9, 0, 0.2), report.RecallAtFalsePositiveRate(0));
        Assert.Equal(new RocPoint(0.9, 0, 0.2), report.RecallAtFalsePositiveRate(0.19));
        Assert.Equal(new RocPoint(0.7, 0.2, 0.6), report.RecallAtFalsePositiveRate(0.2));
        Assert.Equal(new RocPoint(0.3, 0.6, 1), report.RecallAtFalsePositiveRate(1));
        // The best score is a negative example's: nothing can be said.
        Assert.Equal(new RocPoint(double.PositiveInfinity, 0, 0), new BinaryReport([false, true], [0.9, 0.8]).RecallAtFalsePositiveRate(0.5));
        // One of 500 negative examples is 0.2 %.
        bool[] spam = [.. Enumerable.Range(0, 600).Select(i => i < 100)];
        double[] scores = [.. Enumerable.Range(0, 600).Select(i => i < 90 ? 0.9 : i < 100 ? 0.1 : i == 100 ? 0.95 : 0.2)];
        Assert.Equal(new RocPoint(0.9, 0.002, 0.9), new BinaryReport(spam, scores).RecallAtFalsePositiveRate(0.002));
    }

    [Fact]
    public void Several_classes()
    {
        int[] actual = [0, 0, 1, 1, 1, 0, 2, 2];
        float[] scores = [.6f, .3f, .1f, .4f, .4f, .2f, .3f, .5f, .2f, .35f, .4f, .25f, .5f, .2f, .3f, .2f, .6f, .2f, .1f, .1f, .8f, .3f, .3f, .4f];
        // roc_auc_score(…, multi_class="ovr"), and with average="weighted".
        Assert.Equal(0.7444444444444445, MultiClassScores.RocAuc(actual, scores, 3), 1e-12);
        Assert.Equal(0.7125, MultiClassScores.RocAuc(actual, scores, 3, weighted: true), 1e-12);
        Assert.Contains("No example is of class 2", Assert.Throws<ArgumentException>(() => MultiClassScores.RocAuc([0, 1], [.6f, .3f, .1f, .4f, .4f, .2f], 3)).Message);
        Assert.Contains("there must be 6", Assert.Throws<ArgumentException>(() => MultiClassScores.RocAuc([0, 1], [.6f], 3)).Message);
        Assert.Contains("Example 1: class 3", Assert.Throws<ArgumentException>(() => MultiClassScores.LogLoss([0, 3], [.6f, .3f, .1f, .4f, .4f, .2f], 3)).Message);
        Assert.Contains("probability 2", Assert.Throws<ArgumentException>(() => MultiClassScores.LogLoss([0], [2f, 0], 2)).Message);
        Assert.Equal(52 * Math.Log(2), MultiClassScores.LogLoss([0], [0f, 1f], 2), 1e-12);
    }

    [Fact]
    public void What_cannot_be_is_said()
    {
        Assert.Contains("All 2 examples are positive: the area under a ROC curve needs both", Assert.Throws<InvalidOperationException>(() => new BinaryReport([true, true], [0.1, 0.2]).RocAuc).Message);
        Assert.Contains("None of the 2 examples is positive", Assert.Throws<InvalidOperationException>(() => new BinaryReport([false, false], [0.1, 0.2]).AveragePrecision).Message);
        Assert.Throws<InvalidOperationException>(() => new BinaryReport([false, false], [0.1, 0.2]).RocCurve());
        Assert.Contains("The score of example 1 is NaN", Assert.Throws<ArgumentException>(() => new BinaryReport([true, false], [1, double.NaN])).Message);
        Assert.Contains("2 examples and 1 scores", Assert.Throws<ArgumentException>(() => new BinaryReport([true, false], [1f])).Message);
        Assert.Throws<ArgumentException>(() => new BinaryReport([], Array.Empty<float>()));
        Assert.Contains("no probabilities: they lie between -3 and 2", Assert.Throws<InvalidOperationException>(() => new BinaryReport([true, false], [-3.0, 2]).LogLoss).Message);
        Assert.Equal("2 positive and 0 negative examples", new BinaryReport([true, true], [1f, 2f]).ToString());
    }

    [Fact]
    public void Random_scores_compared_pair_by_pair()
    {
        var random = new RandomStream(5, "areas");
        for (int round = 0; round < 50; round++)
        {
            int count = 2 + random.Below(60), levels = 1 + random.Below(20);
            bool[] actual = [.. Enumerable.Range(0, count).Select(i => i == 0 || (i > 1 && random.Below(3) == 0))];
            float[] scores = [.. actual.Select(a => (random.Below(levels) + (a ? 1 : 0)) / 32f)];
            var report = new BinaryReport(actual, scores);
            double won = 0, recallBefore = 0, average = 0;
            for (int i = 0; i < count; i++)
                for (int j = 0; j < count; j++)
                    if (actual[i] && !actual[j])
                        won += scores[i] > scores[j] ? 1 : scores[i] == scores[j] ? 0.5 : 0;
            Assert.Equal(won / report.Positives / report.Negatives, report.RocAuc, 1e-12);
            double best = 0;
            foreach (float threshold in scores.Distinct().OrderDescending())
            {
                int said = scores.Count(s => s >= threshold), right = scores.Zip(actual).Count(s => s.First >= threshold && s.Second);
                average += ((double)right / report.Positives - recallBefore) * right / said;
                recallBefore = (double)right / report.Positives;
                best = (double)(said - right) / report.Negatives <= 0.3 ? recallBefore : best;
            }
            Assert.Equal(average, report.AveragePrecision, 1e-12);
            Assert.Equal(best, report.RecallAtFalsePositiveRate(0.3).TruePositiveRate, 1e-12);
            // The dropped points do not change the area.
            IReadOnlyList<RocPoint> curve = report.RocCurve();
            Assert.Equal(report.RocAuc, Enumerable.Range(1, curve.Count - 1).Sum(i => (curve[i].FalsePositiveRate - curve[i - 1].FalsePositiveRate) * (curve[i].TruePositiveRate + curve[i - 1].TruePositiveRate) / 2), 1e-12);
        }
    }

    [Fact]
    public void Calibration()
    {
        // Bins ]0, 0.5] and ]0.5, 1]: accuracies 1/2 and 3/4, confidences 0.4 and 0.9. ECE = 2/6 · 0.1 + 4/6 · 0.15.
        var report = new CalibrationReport([true, false, true, true, true, false], [0.3f, 0.5f, 0.8f, 0.9f, 1f, 0.9f], bins: 2);
        Assert.Equal(0.1 / 3 + 0.1, report.ExpectedError, 1e-7);
        Assert.Equal(0.15, report.MaximumError, 1e-7);
        Assert.Equal((2L, 4L), (report.Bins[0].Count, report.Bins[1].Count));
        Assert.Equal((0.5, 1.0, 0.75), (report.Bins[1].From, report.Bins[1].To, report.Bins[1].Accuracy));
        Assert.Equal(4.4 / 6, report.Confidence, 1e-7);
        Assert.Equal("""
            expected calibration error 0.1333, maximum 0.1500; mean confidence 0.7333, accuracy 0.6667
                confidence     count      mean  accuracy
            0.000 to 0.500         2    0.4000    0.5000
            0.500 to 1.000         4    0.9000    0.7500
            """.ReplaceLineEndings("\n"), report.ToString());

        // Ends of bins belong to the bin below them; 0 to the first.
        var ends = new CalibrationReport(new bool[11], [0f, 0.1f, 0.2f, 0.3f, 0.4f, 0.5f, 0.6f, 0.7f, 0.8f, 0.9f, 1f], bins: 10);
        Assert.Equal([2, 1, 1, 1, 1, 1, 1, 1, 1, 1], ends.Bins.Select(b => b.Count));
        Assert.Equal(double.NaN, new CalibrationReport([true], [1f]).Bins[0].Accuracy);

        CalibrationReport classes = CalibrationReport.OfClasses([0, 1, 2], [0.5f, 0.25f, 0.25f, 0.125f, 0.125f, 0.75f, 0, 0, 1], 3, bins: 4);
        Assert.Equal((0.5 + 0.75 + 0) / 3, classes.ExpectedError, 1e-7);
        Assert.Contains("confidence of example 0 is 1.5", Assert.Throws<ArgumentException>(() => new CalibrationReport([true], [1.5f])).Message);
        Assert.Throws<ArgumentException>(() => new CalibrationReport([true], [float.NaN]));
        Assert.Throws<ArgumentException>(() => new CalibrationReport([], []));
    }

    [Fact]
    public void Perplexity()
    {
        // Eight tokens alike: three bits. Two characters a token.
        LanguageModelScore score = LanguageModelScore.FromMean(Math.Log(8), tokens: 100, characters: 200);
        Assert.Equal(8, score.Perplexity, 1e-12);
        Assert.Equal(3, score.BitsPerToken, 1e-12);
        Assert.Equal(1.5, score.BitsPerCharacter, 1e-12);
        Assert.Equal("perplexity 8.00, 3.0000 bits a token, 1.5000 bits a character", score.ToString());
        LanguageModelScore both = score + LanguageModelScore.FromMean(Math.Log(2), 300, 500);
        Assert.Equal((600 * Math.Log(2), 400L, 700L), (both.Nats, both.Tokens, both.Characters));
        Assert.Equal(1.5, both.BitsPerToken, 1e-12);
        Assert.Equal(score, default(LanguageModelScore) + score);
        Assert.Equal(double.NaN, (score + LanguageModelScore.FromMean(1, 1)).BitsPerCharacter);
        Assert.Throws<ArgumentOutOfRangeException>(() => LanguageModelScore.FromMean(1, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => LanguageModelScore.FromMean(double.NaN, 1));
    }
}
