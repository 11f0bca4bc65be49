namespace RnnDsl.Metrics;

public sealed partial class BinaryReport
{
    double MeanOfProbabilities(Func<double, bool, double> of)
    {
        if (scores[0] > 1 || scores[^1] < 0)
            throw new InvalidOperationException(FormattableString.Invariant($"The scores are no probabilities: they lie between {scores[^1]} and {scores[0]}."));
        double sum = 0;
        for (int i = 0; i < scores.Length; i++)
            sum += (times?[examples[i]] ?? 1) * of(scores[i], positive[i]);
        return sum / (Positives + Negatives);
    }

    void CheckBoth(string what)
    {
        if (Positives == 0 || Negatives == 0)
            throw new InvalidOperationException($"All {Positives + Negatives} examples are {(Positives == 0 ? "negative" : "positive")}: {what} needs both.");
    }

    void CheckPositive()
    {
        if (Positives == 0)
            throw new InvalidOperationException($"None of the {Negatives} examples is positive: there is no recall.");
    }

    static double[] Falling(ReadOnlySpan<bool> actual, ReadOnlySpan<double> scores, out bool[] positive, out int[] examples)
    {
        if (actual.Length != scores.Length || actual.IsEmpty)
            throw new ArgumentException($"{actual.Length} examples and {scores.Length} scores: there must be as many, and at least one.");
        for (int i = 0; i < scores.Length; i++)
            if (!double.IsFinite(scores[i]))
                throw new ArgumentException(FormattableString.Invariant($"The score of example {i} is {scores[i]}."), nameof(scores));
        double[] falling = scores.ToArray();
        positive = new bool[falling.Length];
        examples = new int[falling.Length];
        for (int i = 0; i < examples.Length; i++)
            examples[i] = i;
        Array.Sort(falling, examples);
        Array.Reverse(falling);
        Array.Reverse(examples);
        for (int i = 0; i < examples.Length; i++)
            positive[i] = actual[examples[i]];
        return falling;
    }

    static double[] Widen(ReadOnlySpan<float> scores)
    {
        var wide = new double[scores.Length];
        System.Numerics.Tensors.TensorPrimitives.ConvertTruncating(scores, wide);
        return wide;
    }
}
