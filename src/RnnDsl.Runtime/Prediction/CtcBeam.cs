namespace RnnDsl.Prediction;

/// <summary>How likely a label is after others: a model of language for <see cref="CtcBeam"/>.</summary>
/// <param name="labels">The labels so far, without blanks.</param>
/// <param name="next">The label that follows; 0, the number of the blank, asks how likely it is that the labels end here.</param>
/// <returns>The natural logarithm of the probability; −∞ bars the label, and 0 says nothing of it.</returns>
public delegate double NextLabelScore(ReadOnlySpan<int> labels, int next);

/// <summary>
/// Prefix beam search over the logits of a model that was trained with <see cref="Ctc{Symbol}"/>, step by step, so that it also decodes what is still being heard. It adds up all alignments of the same labels
/// (Graves et al. 2006; Hannun et al. 2014), and a model of language may have a say.
/// </summary>
/// <remarks>Labels y have the score log P(y | logits) + weight · log P(y) + bonus · |y|. If no prefix is dropped, the scores are exact. A beam has one caller at a time.</remarks>
public sealed class CtcBeam
{
    readonly int symbols, width;
    readonly NextLabelScore? language;
    readonly double weight, bonus;
    readonly double[] probabilities;
    readonly List<Entry> next = [];
    readonly Dictionary<LabelPrefix, int> places = [];
    List<Entry> beam;
    double logarithm;

    /// <summary>An empty beam.</summary>
    /// <param name="symbols">The number of symbols, including the blank.</param>
    /// <param name="width">The number of prefixes that are kept at each step; 8 to 100 are usual.</param>
    /// <param name="language">Scores labels, null for none. It is asked once for each label after a prefix of the beam.</param>
    /// <param name="weight">How much the language counts beside the logits; 0.2 to 1 are usual.</param>
    /// <param name="bonus">What each label adds. A model of language makes short answers likelier, and a bonus of some tenths takes that back.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no symbol, no prefix is kept, the weight is negative, or a number is not finite.</exception>
    public CtcBeam(int symbols, int width = 16, NextLabelScore? language = null, double weight = 1, double bonus = 0)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(symbols, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        if (!(weight >= 0 && double.IsFinite(weight)))
            throw new ArgumentOutOfRangeException(nameof(weight), weight, "A weight is a number from 0 on.");
        if (!double.IsFinite(bonus))
            throw new ArgumentOutOfRangeException(nameof(bonus), bonus, "A bonus is a finite number.");
        (this.symbols, this.width, this.language, this.weight, this.bonus) = (symbols, width, weight > 0 ? language : null, weight, bonus);
        probabilities = new double[symbols];
        beam = [Entry.First];
    }

    /// <summary>The best labels of the steps so far. The language is not asked whether they end here.</summary>
    public int[] Best => beam[0].Prefix.ToArray();

    /// <summary>Takes one or more steps.</summary>
    /// <param name="logits">The logits of the steps, [steps × symbols].</param>
    /// <exception cref="ArgumentException">The logits are no whole number of steps, or one is not finite. Nothing was taken.</exception>
    /// <exception cref="InvalidOperationException">The language gave NaN or +∞, or bars all that the logits allow.</exception>
    public void Step(ReadOnlySpan<float> logits)
    {
        CtcDecoder.Check(logits, symbols);
        for (; logits.Length > 0; logits = logits[symbols..])
        {
            CtcDecoder.Softmax(logits[..symbols], probabilities);
            Advance();
        }
    }

    /// <summary>The labels that are kept and their scores, the best first.</summary>
    /// <param name="ended">Whether the language is also asked how likely it is that the labels end here.</param>
    public (int[] Labels, double Score)[] Candidates(bool ended = true)
    {
        var all = new List<(int[] Labels, double Score)>();
        foreach (Entry entry in beam)
        {
            int[] labels = entry.Prefix.ToArray();
            double end = ended && language is not null ? weight * Ask(labels, 0) : 0;
            all.Add((labels, logarithm + entry.Score + end));
        }
        return [.. all.Where(c => c.Score > double.NegativeInfinity).OrderByDescending(c => c.Score)];
    }

    /// <summary>Begins anew.</summary>
    public void Reset()
    {
        beam = [Entry.First];
        logarithm = 0;
    }

    void Advance()
    {
        next.Clear();
        places.Clear();
        foreach (Entry entry in beam)
        {
            LabelPrefix prefix = entry.Prefix;
            Add(prefix, (entry.Blank + entry.Label) * probabilities[0], prefix.Last > 0 ? entry.Label * probabilities[prefix.Last] : 0);
            int[]? labels = null;
            for (int symbol = 1; symbol < symbols; symbol++)
            {
                double probability = (symbol == prefix.Last ? entry.Blank : entry.Blank + entry.Label) * probabilities[symbol];
                if (probability == 0)
                    continue;
                LabelPrefix longer = prefix.Find(symbol) ?? prefix.Add(symbol, prefix.Fused + bonus + (language is null ? 0 : weight * Ask(labels ??= prefix.ToArray(), symbol)));
                if (longer.Fused > double.NegativeInfinity)
                    Add(longer, 0, probability);
            }
        }
        next.RemoveAll(static e => e.Blank + e.Label <= 0);
        if (next.Count == 0)
            throw new InvalidOperationException("The language bars all labels that the logits allow.");
        next.Sort(static (a, b) => b.Score.CompareTo(a.Score));
        // What left the beam forgets its continuations, so that a long stream needs no more memory than a short one.
        for (int i = width; i < next.Count; i++)
            next[i].Prefix.Forget();
        double most = 0;
        beam = next[..Math.Min(width, next.Count)];
        foreach (Entry entry in beam)
            most = Math.Max(most, entry.Blank + entry.Label);
        // Rescaled, so that nothing underflows over thousands of steps.
        logarithm += Math.Log(most);
        for (int i = 0; i < beam.Count; i++)
            beam[i] = beam[i] with { Blank = beam[i].Blank / most, Label = beam[i].Label / most };
    }

    void Add(LabelPrefix prefix, double blank, double label)
    {
        if (!places.TryGetValue(prefix, out int place))
        {
            places.Add(prefix, place = next.Count);
            next.Add(new Entry(prefix, 0, 0));
        }
        next[place] = next[place] with { Blank = next[place].Blank + blank, Label = next[place].Label + label };
    }

    double Ask(int[] labels, int symbol)
    {
        double score = language!(labels, symbol);
        return score < double.PositiveInfinity ? score : throw new InvalidOperationException($"The language gives label {symbol} the logarithm {score}; a logarithm of a probability is a number below 0, or −∞.");
    }

    /// <summary>A prefix with the probability of the alignments that end in a blank, and of those that end in its last label.</summary>
    readonly record struct Entry(LabelPrefix Prefix, double Blank, double Label)
    {
        public static Entry First => new(LabelPrefix.Empty, 1, 0);

        public double Score => Math.Log(Blank + Label) + Prefix.Fused;
    }
}
