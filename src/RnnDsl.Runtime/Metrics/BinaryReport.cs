using System.Globalization;
using RnnDsl.Memory;

namespace RnnDsl.Metrics;

/// <summary>The result of one threshold: all examples with this score or a higher one are predicted to be positive.</summary>
/// <param name="Threshold">The lowest score that is predicted to be positive; infinity if none is.</param>
/// <param name="FalsePositiveRate">Share of the negative examples that are predicted to be positive.</param>
/// <param name="TruePositiveRate">Share of the positive examples that are predicted to be positive: the recall.</param>
public readonly record struct RocPoint(double Threshold, double FalsePositiveRate, double TruePositiveRate);

/// <summary>The result of one threshold: all examples with this score or a higher one are predicted to be positive.</summary>
/// <param name="Threshold">The lowest score that is predicted to be positive; infinity if none is.</param>
/// <param name="Precision">Share of the predicted positives that are positive; 1 if there are none.</param>
/// <param name="Recall">Share of the positive examples that are predicted to be positive.</param>
public readonly record struct PrecisionRecallPoint(double Threshold, double Precision, double Recall);

/// <summary>
/// How well scores tell positive examples from negative ones: the curves over all thresholds, the areas under them, and, where the scores are probabilities, how good these are. Examples of equal score are
/// predicted alike. The numbers are those of scikit-learn's <c>roc_curve</c>, <c>roc_auc_score</c>, <c>precision_recall_curve</c>, <c>average_precision_score</c>, <c>brier_score_loss</c> and <c>log_loss</c>.
/// </summary>
public sealed partial class BinaryReport
{
    /// <summary>By falling score: the scores, whether their examples are positive, and the numbers of these examples.</summary>
    readonly double[] scores;
    readonly bool[] positive;
    readonly int[] examples;

    /// <summary>In a draw of the bootstrap: how often each example was drawn.</summary>
    readonly int[]? times;

    /// <summary>For each distinct score, in falling order: the score, and how many positive and negative examples have this score or a higher one.</summary>
    readonly double[] thresholds;
    readonly long[] trues, falses;

    /// <summary>Sorts the examples by their scores.</summary>
    /// <param name="actual">For each example whether it is positive.</param>
    /// <param name="scores">For each example its score: the higher, the more likely it is positive. Probabilities, or any other finite numbers.</param>
    /// <exception cref="ArgumentException">The lengths differ, there is no example, or a score is not finite.</exception>
    public BinaryReport(ReadOnlySpan<bool> actual, ReadOnlySpan<double> scores)
        : this(Falling(actual, scores, out bool[] positive, out int[] examples), positive, examples, null)
    {
    }

    /// <inheritdoc cref="BinaryReport(ReadOnlySpan{bool}, ReadOnlySpan{double})"/>
    public BinaryReport(ReadOnlySpan<bool> actual, ReadOnlySpan<float> scores)
        : this(actual, Widen(scores))
    {
    }

    BinaryReport(double[] scores, bool[] positive, int[] examples, int[]? times)
    {
        (this.scores, this.positive, this.examples, this.times) = (scores, positive, examples, times);
        var levels = new List<double>();
        var above = new List<(long True, long False)>();
        long ups = 0, downs = 0;
        for (int i = 0; i < scores.Length; i++)
        {
            int often = times?[examples[i]] ?? 1;
            if (positive[i])
                ups += often;
            else
                downs += often;
            // A score that was not drawn is no threshold.
            if ((i == scores.Length - 1 || scores[i + 1] != scores[i]) && (above.Count == 0 ? ups + downs > 0 : above[^1] != (ups, downs)))
            {
                levels.Add(scores[i]);
                above.Add((ups, downs));
            }
        }
        (Positives, Negatives, thresholds) = (ups, downs, [.. levels]);
        (trues, falses) = ([.. above.Select(a => a.True)], [.. above.Select(a => a.False)]);
    }

    /// <summary>Number of positive examples.</summary>
    public long Positives { get; }

    /// <summary>Number of negative examples.</summary>
    public long Negatives { get; }

    /// <summary>The receiver operating characteristic, by falling threshold, from (0, 0) to (1, 1).</summary>
    /// <param name="all">Whether points are listed that lie on the straight line between their neighbors, which do not change the curve.</param>
    /// <exception cref="InvalidOperationException">All examples are positive, or all negative.</exception>
    public IReadOnlyList<RocPoint> RocCurve(bool all = false)
    {
        CheckBoth("a ROC curve");
        var points = new List<RocPoint> { new(double.PositiveInfinity, 0, 0) };
        for (int i = 0; i < thresholds.Length; i++)
            if (all || i == 0 || i == thresholds.Length - 1 || falses[i + 1] - falses[i] != falses[i] - falses[i - 1] || trues[i + 1] - trues[i] != trues[i] - trues[i - 1])
                points.Add(Point(i));
        return points;
    }

    /// <summary>The area under the ROC curve: the probability that a positive example has a higher score than a negative one, where equal ones count half (Hanley &amp; McNeil 1982).</summary>
    /// <exception cref="InvalidOperationException">All examples are positive, or all negative.</exception>
    public double RocAuc
    {
        get
        {
            CheckBoth("the area under a ROC curve");
            // Twice the area, in pairs of examples: exact up to 2^31 examples.
            long twice = 0, trueBefore = 0, falseBefore = 0;
            for (int i = 0; i < thresholds.Length; i++)
            {
                twice += (falses[i] - falseBefore) * (trues[i] + trueBefore);
                (trueBefore, falseBefore) = (trues[i], falses[i]);
            }
            return twice / (2.0 * Positives * Negatives);
        }
    }

    /// <summary>Precision and recall, by rising threshold. At the last point nothing is predicted to be positive.</summary>
    /// <exception cref="InvalidOperationException">There is no positive example.</exception>
    public IReadOnlyList<PrecisionRecallPoint> PrecisionRecallCurve()
    {
        CheckPositive();
        var points = new List<PrecisionRecallPoint>(thresholds.Length + 1);
        for (int i = thresholds.Length - 1; i >= 0; i--)
            points.Add(new PrecisionRecallPoint(thresholds[i], (double)trues[i] / (trues[i] + falses[i]), (double)trues[i] / Positives));
        points.Add(new PrecisionRecallPoint(double.PositiveInfinity, 1, 0));
        return points;
    }

    /// <summary>The mean of the precisions at all thresholds, each weighted by the growth of the recall there. Nothing is interpolated.</summary>
    /// <exception cref="InvalidOperationException">There is no positive example.</exception>
    public double AveragePrecision
    {
        get
        {
            CheckPositive();
            double sum = 0;
            for (int i = 0; i < thresholds.Length; i++)
                sum += (double)(trues[i] - (i == 0 ? 0 : trues[i - 1])) / Positives * trues[i] / (trues[i] + falses[i]);
            return sum;
        }
    }

    /// <summary>The largest recall with a limited false-positive rate, and its threshold: for example how much spam is caught if 0.2 % of the other mail may be blocked.</summary>
    /// <param name="limit">The largest allowed false-positive rate, from 0 to 1.</param>
    /// <returns>The point with the highest threshold that reaches the recall.</returns>
    /// <exception cref="InvalidOperationException">All examples are positive, or all negative.</exception>
    public RocPoint RecallAtFalsePositiveRate(double limit)
    {
        CheckBoth("a recall at a false-positive rate");
        if (!(limit is >= 0 and <= 1))
            throw new ArgumentOutOfRangeException(nameof(limit), limit, "A false-positive rate lies between 0 and 1.");
        int best = -1;
        for (int i = 0; i < thresholds.Length && (double)falses[i] / Negatives <= limit; i++)
            if (trues[i] > (best < 0 ? 0 : trues[best]))
                best = i;
        return best < 0 ? new RocPoint(double.PositiveInfinity, 0, 0) : Point(best);
    }

    /// <summary>The mean squared difference between the probabilities and the actual values, 1 or 0 (Brier 1950).</summary>
    /// <exception cref="InvalidOperationException">A score is not a probability.</exception>
    public double BrierScore => MeanOfProbabilities((p, isSo) => isSo ? (1 - p) * (1 - p) : p * p);

    /// <summary>The mean of the negative logarithms of the probabilities of the actual classes, in nats. Probabilities of 0 and 1 count as 2^-52 and 1 - 2^-52, so that the mean is finite.</summary>
    /// <exception cref="InvalidOperationException">A score is not a probability.</exception>
    public double LogLoss => MeanOfProbabilities((p, isSo) => -Math.Log(Math.Clamp(isSo ? p : 1 - p, MultiClassScores.LeastProbability, 1 - MultiClassScores.LeastProbability)));

    /// <summary>A confidence interval of a score by the bootstrap (<see cref="Bootstrap"/>), which draws examples. A draw costs one pass over them, and one call of <paramref name="measure"/>; one without a
    /// positive or without a negative example is left out.</summary>
    /// <param name="measure">The score: <c>r => r.RocAuc</c>.</param>
    /// <param name="level">The confidence level of the interval, between 0 and 1.</param>
    /// <param name="resamples">Number of draws.</param>
    /// <param name="seed">The seed of the draws.</param>
    public ConfidenceInterval Interval(Func<BinaryReport, double> measure, double level = 0.95, int resamples = 1000, int seed = 0)
    {
        return Bootstrap.Interval(measure(this), Draw, level, resamples, seed);

        double Draw(RandomStream random)
        {
            var often = new int[scores.Length];
            for (int i = 0; i < often.Length; i++)
                often[random.Below(often.Length)]++;
            var drawn = new BinaryReport(scores, positive, examples, often);
            return drawn.Positives > 0 && drawn.Negatives > 0 ? measure(drawn) : double.NaN;
        }
    }

    /// <summary>The numbers of examples and the areas, in one line.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{Positives} positive and {Negatives} negative examples{(Positives > 0 && Negatives > 0 ? string.Create(CultureInfo.InvariantCulture, $": ROC AUC {RocAuc:F4}, average precision {AveragePrecision:F4}") : "")}");

    RocPoint Point(int i) => new(thresholds[i], (double)falses[i] / Negatives, (double)trues[i] / Positives);
}
