namespace RnnDsl.Prediction;

/// <summary>Decodes labels from the logits of a model that was trained with <see cref="Ctc{Symbol}"/>: blanks, symbol 0, are removed, and consecutive steps with the same symbol
/// are one label.</summary>
public static class CtcDecoder
{
    /// <summary>The labels of the most probable symbol of each step.</summary>
    /// <param name="logits">The results of the model's method for one example, [steps × symbols].</param>
    /// <param name="symbols">The number of symbols, including the blank.</param>
    /// <exception cref="ArgumentException">The logits are no whole number of steps, or one is not finite.</exception>
    public static int[] Greedy(ReadOnlySpan<float> logits, int symbols)
    {
        Check(logits, symbols);
        var labels = new List<int>();
        for (int step = 0, before = 0; step < logits.Length / symbols; step++)
        {
            ReadOnlySpan<float> here = logits.Slice(step * symbols, symbols);
            int best = 0;
            for (int symbol = 1; symbol < symbols; symbol++)
                if (here[symbol] > here[best])
                    best = symbol;
            if (best != 0 && best != before)
                labels.Add(best);
            before = best;
        }
        return [.. labels];
    }

    /// <summary>The most probable labels with their probabilities, the best first. It is a prefix beam search, which adds up all alignments of the same labels (Hannun et al. 2014).</summary>
    /// <param name="logits">The results of the model's method for one example, [steps × symbols].</param>
    /// <param name="symbols">The number of symbols, including the blank.</param>
    /// <param name="width">The number of prefixes that are kept at each step. If all are kept, the probabilities are exact; 8 to 100 are usual.</param>
    /// <exception cref="ArgumentException">The logits are no whole number of steps, or one is not finite.</exception>
    public static (int[] Labels, double Probability)[] Beam(ReadOnlySpan<float> logits, int symbols, int width = 16)
    {
        var beam = new CtcBeam(symbols, width);
        beam.Step(logits);
        return [.. beam.Candidates().Select(c => (c.Labels, Math.Exp(c.Score)))];
    }

    /// <summary>The best labels with their scores, the best first, where a model of language has a say: see <see cref="CtcBeam"/>.</summary>
    /// <param name="logits">The results of the model's method for one example, [steps × symbols].</param>
    /// <param name="symbols">The number of symbols, including the blank.</param>
    /// <param name="language">Scores the next label, given those before.</param>
    /// <param name="weight">How much the language counts beside the logits.</param>
    /// <param name="bonus">What each label adds to the score.</param>
    /// <param name="width">The number of prefixes that are kept at each step. If all are kept, the scores are exact.</param>
    /// <returns>log P(labels | logits) + weight · log P(labels) + bonus · number of labels. What the language bars is left out.</returns>
    /// <exception cref="ArgumentException">The logits are no whole number of steps, or one is not finite.</exception>
    /// <exception cref="InvalidOperationException">The language gave NaN or +∞, or bars all that the logits allow.</exception>
    public static (int[] Labels, double Score)[] Beam(ReadOnlySpan<float> logits, int symbols, NextLabelScore language, double weight = 1, double bonus = 0, int width = 16)
    {
        ArgumentNullException.ThrowIfNull(language);
        var beam = new CtcBeam(symbols, width, language, weight, bonus);
        beam.Step(logits);
        return beam.Candidates();
    }

    internal static void Check(ReadOnlySpan<float> logits, int symbols)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(symbols, 1);
        if (logits.Length == 0 || logits.Length % symbols != 0)
            throw new ArgumentException($"The logits of a sequence are {symbols} for each of its steps, and {logits.Length} numbers were given.", nameof(logits));
        foreach (float logit in logits)
            if (!float.IsFinite(logit))
                throw new ArgumentException($"A logit is {logit}.", nameof(logits));
    }

    internal static void Softmax(ReadOnlySpan<float> logits, Span<double> p)
    {
        double most = double.NegativeInfinity, sum = 0;
        foreach (float logit in logits)
            most = Math.Max(most, logit);
        for (int i = 0; i < p.Length; i++)
            sum += p[i] = Math.Exp(logits[i] - most);
        foreach (ref double value in p)
            value /= sum;
    }
}
