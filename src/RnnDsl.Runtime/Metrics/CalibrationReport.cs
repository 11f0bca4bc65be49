using System.Globalization;
using System.Text;

namespace RnnDsl.Metrics;

/// <summary>The examples whose confidence lies in one interval: a bar of a reliability diagram.</summary>
/// <param name="From">Lower end, which belongs to the bin below.</param>
/// <param name="To">Upper end, which belongs to this bin.</param>
/// <param name="Count">Number of examples.</param>
/// <param name="Confidence">Mean of their confidences; NaN if there is none.</param>
/// <param name="Accuracy">Share of them that is predicted correctly; NaN if there is none.</param>
public readonly record struct CalibrationBin(double From, double To, long Count, double Confidence, double Accuracy);

/// <summary>
/// Whether probabilities are calibrated: of the examples with a confidence of 0.8, 80 % should be right. Confidences are put into bins of equal width (Naeini, Cooper &amp; Hauskrecht 2015; Guo et al. 2017).
/// </summary>
public sealed class CalibrationReport
{
    const int MostBins = 10_000;

    /// <summary>Puts examples into bins.</summary>
    /// <param name="correct">For each example whether its prediction is correct or, with probabilities of a positive class, whether the example is positive.</param>
    /// <param name="confidences">For each example the probability of its prediction, from 0 to 1.</param>
    /// <param name="bins">Number of bins, at most 10,000: 10 and 15 are usual.</param>
    /// <exception cref="ArgumentException">The lengths differ, there is no example, or a confidence is not between 0 and 1.</exception>
    public CalibrationReport(ReadOnlySpan<bool> correct, ReadOnlySpan<float> confidences, int bins = 15)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bins, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bins, MostBins);
        if (correct.Length != confidences.Length || correct.IsEmpty)
            throw new ArgumentException($"{correct.Length} examples and {confidences.Length} confidences: there must be as many, and at least one.");
        long[] counts = new long[bins], right = new long[bins];
        var sums = new double[bins];
        for (int i = 0; i < correct.Length; i++)
        {
            float confidence = confidences[i];
            if (!(confidence is >= 0 and <= 1))
                throw new ArgumentException(FormattableString.Invariant($"The confidence of example {i} is {confidence}, which is not between 0 and 1."), nameof(confidences));
            // In single precision 0.3 of ten bins is the end of the third, as it is meant.
            int bin = Math.Clamp((int)MathF.Ceiling(confidence * bins) - 1, 0, bins - 1);
            counts[bin]++;
            sums[bin] += confidence;
            right[bin] += correct[i] ? 1 : 0;
        }
        Count = correct.Length;
        Bins =
        [
            .. Enumerable.Range(0, bins).Select(b => new CalibrationBin((double)b / bins, (double)(b + 1) / bins, counts[b],
                counts[b] == 0 ? double.NaN : sums[b] / counts[b], counts[b] == 0 ? double.NaN : (double)right[b] / counts[b])),
        ];
        CalibrationBin[] filled = [.. Bins.Where(b => b.Count > 0)];
        ExpectedError = filled.Sum(b => b.Count * Math.Abs(b.Accuracy - b.Confidence)) / Count;
        MaximumError = filled.Max(b => Math.Abs(b.Accuracy - b.Confidence));
        (Confidence, Accuracy) = (sums.Sum() / Count, (double)right.Sum() / Count);
    }

    /// <summary>Number of examples.</summary>
    public long Count { get; }

    /// <summary>The bins, from 0 to 1.</summary>
    public IReadOnlyList<CalibrationBin> Bins { get; }

    /// <summary>The expected calibration error: the mean over the examples of how far the accuracy of their bin is from its confidence (Guo et al. 2017, equation 3).</summary>
    public double ExpectedError { get; }

    /// <summary>The maximum calibration error: the largest distance between the accuracy and the confidence of a bin (Guo et al. 2017, equation 5).</summary>
    public double MaximumError { get; }

    /// <summary>Mean of all confidences.</summary>
    public double Confidence { get; }

    /// <summary>Share of all examples that is predicted correctly. A higher mean confidence than this is overconfidence.</summary>
    public double Accuracy { get; }

    /// <summary>Puts examples of several classes into bins: the prediction is the class with the highest probability, the first one of equal ones.</summary>
    /// <param name="actual">For each example the number of its class.</param>
    /// <param name="probabilities">[examples × classes].</param>
    /// <param name="classes">Number of classes.</param>
    /// <param name="bins">Number of bins: 10 and 15 are usual.</param>
    /// <exception cref="ArgumentException">The lengths do not fit, a number is not that of a class, or the highest probability of an example is not between 0 and 1.</exception>
    public static CalibrationReport OfClasses(ReadOnlySpan<int> actual, ReadOnlySpan<float> probabilities, int classes, int bins = 15)
    {
        MultiClassScores.Check(actual, probabilities, classes);
        var correct = new bool[actual.Length];
        var confidences = new float[actual.Length];
        for (int i = 0; i < actual.Length; i++)
        {
            ReadOnlySpan<float> here = probabilities.Slice(i * classes, classes);
            int said = System.Numerics.Tensors.TensorPrimitives.IndexOfMax(here);
            (correct[i], confidences[i]) = (said == actual[i], here[said]);
        }
        return new CalibrationReport(correct, confidences, bins);
    }

    /// <summary>The errors, and the bins that have examples as a table.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"expected calibration error {ExpectedError:F4}, maximum {MaximumError:F4}; mean confidence {Confidence:F4}, accuracy {Accuracy:F4}\n");
        text.Append("    confidence     count      mean  accuracy");
        foreach (CalibrationBin bin in Bins.Where(b => b.Count > 0))
            text.Append(CultureInfo.InvariantCulture, $"\n{bin.From:F3} to {bin.To:F3}  {bin.Count,8}  {bin.Confidence,8:F4}  {bin.Accuracy,8:F4}");
        return text.ToString();
    }
}
