namespace RnnDsl.Metrics;

/// <summary>Scores of probabilities of several classes, of which each example has one.</summary>
public static class MultiClassScores
{
    /// <summary>What a probability of 0 counts as in logarithms: 2^-52, as in scikit-learn.</summary>
    internal const double LeastProbability = 1.0 / (1L << 52);

    /// <summary>The area under the ROC curve of each class against all others, averaged over the classes: scikit-learn's <c>roc_auc_score</c> with <c>multi_class="ovr"</c>.</summary>
    /// <param name="actual">For each example the number of its class.</param>
    /// <param name="scores">[examples × classes], the scores or probabilities.</param>
    /// <param name="classes">Number of classes.</param>
    /// <param name="weighted">Whether the mean is weighed by the numbers of examples of the classes.</param>
    /// <exception cref="ArgumentException">The lengths do not fit, a number is not that of a class, a score is not finite, or a class has no example or all of them.</exception>
    public static double RocAuc(ReadOnlySpan<int> actual, ReadOnlySpan<float> scores, int classes, bool weighted = false)
    {
        Check(actual, scores, classes);
        var isSo = new bool[actual.Length];
        var of = new float[actual.Length];
        double sum = 0;
        for (int c = 0; c < classes; c++)
        {
            int count = 0;
            for (int i = 0; i < actual.Length; i++)
            {
                (isSo[i], of[i]) = (actual[i] == c, scores[i * classes + c]);
                count += isSo[i] ? 1 : 0;
            }
            if (count == 0 || count == actual.Length)
                throw new ArgumentException($"{(count == 0 ? "No example is" : "All examples are")} of class {c}: it has no ROC curve.", nameof(actual));
            sum += new BinaryReport(isSo, of).RocAuc * (weighted ? (double)count / actual.Length : 1.0 / classes);
        }
        return sum;
    }

    /// <summary>The mean of the negative logarithms of the probabilities of the actual classes, in nats. Probabilities of 0 and 1 count as 2^-52 and 1 - 2^-52, so that the mean is finite.</summary>
    /// <param name="actual">For each example the number of its class.</param>
    /// <param name="probabilities">[examples × classes].</param>
    /// <param name="classes">Number of classes.</param>
    /// <exception cref="ArgumentException">The lengths do not fit, a number is not that of a class, or a value is no probability.</exception>
    public static double LogLoss(ReadOnlySpan<int> actual, ReadOnlySpan<float> probabilities, int classes)
    {
        Check(actual, probabilities, classes);
        double sum = 0;
        for (int i = 0; i < actual.Length; i++)
        {
            double p = probabilities[i * classes + actual[i]];
            if (p is < 0 or > 1)
                throw new ArgumentException(FormattableString.Invariant($"Example {i} has the probability {p}."), nameof(probabilities));
            sum -= Math.Log(Math.Clamp(p, LeastProbability, 1 - LeastProbability));
        }
        return sum / actual.Length;
    }

    internal static void Check(ReadOnlySpan<int> actual, ReadOnlySpan<float> scores, int classes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(classes, 1);
        if (actual.IsEmpty || scores.Length != (long)actual.Length * classes)
            throw new ArgumentException($"{actual.Length} examples and {scores.Length} scores of {classes} classes: there must be {(long)actual.Length * classes}, and at least one example.");
        for (int i = 0; i < scores.Length; i++)
            if (!float.IsFinite(scores[i]))
                throw new ArgumentException(FormattableString.Invariant($"The score of example {i / classes} for class {i % classes} is {scores[i]}."));
        for (int i = 0; i < actual.Length; i++)
            if ((uint)actual[i] >= (uint)classes)
                throw new ArgumentException($"Example {i}: class {actual[i]}, but there are {classes} classes, from 0 on.");
    }
}
