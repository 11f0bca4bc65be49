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
        Check(logits, symbols);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        // For each prefix: the probability of the alignments that end in a blank, and of those that end in its last label.
        var beams = new Dictionary<Prefix, (double Blank, double Label)> { [Prefix.Empty] = (1, 0) };
        double logarithm = 0;
        for (int step = 0; step < logits.Length / symbols; step++)
        {
            double[] p = Softmax(logits.Slice(step * symbols, symbols));
            var next = new Dictionary<Prefix, (double Blank, double Label)>();
            void Add(Prefix prefix, double blank, double label)
            {
                next.TryGetValue(prefix, out (double Blank, double Label) known);
                next[prefix] = (known.Blank + blank, known.Label + label);
            }
            foreach ((Prefix prefix, (double blank, double label)) in beams)
            {
                Add(prefix, (blank + label) * p[0], prefix.Last > 0 ? label * p[prefix.Last] : 0);
                for (int symbol = 1; symbol < symbols; symbol++)
                    Add(prefix.With(symbol), 0, (symbol == prefix.Last ? blank : blank + label) * p[symbol]);
            }
            beams = next.Where(b => b.Value.Blank + b.Value.Label > 0).OrderByDescending(b => b.Value.Blank + b.Value.Label).Take(width).ToDictionary();
            // Rescaled, so that nothing underflows over thousands of steps.
            double most = beams.Values.Max(b => b.Blank + b.Label);
            logarithm += Math.Log(most);
            beams = beams.ToDictionary(b => b.Key, b => (b.Value.Blank / most, b.Value.Label / most));
        }
        return [.. beams.OrderByDescending(b => b.Value.Blank + b.Value.Label).Select(b => (b.Key.ToArray(), Math.Exp(logarithm + Math.Log(b.Value.Blank + b.Value.Label))))];
    }

    static void Check(ReadOnlySpan<float> logits, int symbols)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(symbols, 1);
        if (logits.Length == 0 || logits.Length % symbols != 0)
            throw new ArgumentException($"The logits of a sequence are {symbols} for each of its steps, and {logits.Length} numbers were given.", nameof(logits));
        foreach (float logit in logits)
            if (!float.IsFinite(logit))
                throw new ArgumentException($"A logit is {logit}.", nameof(logits));
    }

    static double[] Softmax(ReadOnlySpan<float> logits)
    {
        var p = new double[logits.Length];
        double most = double.NegativeInfinity, sum = 0;
        foreach (float logit in logits)
            most = Math.Max(most, logit);
        for (int i = 0; i < p.Length; i++)
            sum += p[i] = Math.Exp(logits[i] - most);
        for (int i = 0; i < p.Length; i++)
            p[i] /= sum;
        return p;
    }

    /// <summary>The labels so far, as a linked list from the last to the first, of which others share parts.</summary>
    sealed class Prefix : IEquatable<Prefix>
    {
        public static Prefix Empty => new(null, 0);

        readonly Prefix? before;
        readonly int hash, length;
        readonly Dictionary<int, Prefix> longer = [];

        Prefix(Prefix? before, int last)
        {
            this.before = before;
            Last = last;
            (hash, length) = before is null ? (0, 0) : (HashCode.Combine(before.hash, last), before.length + 1);
        }

        /// <summary>The last label; 0 if there is none.</summary>
        public int Last { get; }

        public Prefix With(int symbol)
        {
            if (!longer.TryGetValue(symbol, out Prefix? with))
                longer.Add(symbol, with = new Prefix(this, symbol));
            return with;
        }

        public int[] ToArray()
        {
            var labels = new int[length];
            for (Prefix at = this; at.before is not null; at = at.before)
                labels[at.length - 1] = at.Last;
            return labels;
        }

        public bool Equals(Prefix? other)
        {
            Prefix? mine = this;
            if (other is null || other.length != length)
                return false;
            for (; mine is not null && !ReferenceEquals(mine, other); (mine, other) = (mine.before, other!.before))
                if (mine.Last != other!.Last)
                    return false;
            return true;
        }

        public override bool Equals(object? obj) => Equals(obj as Prefix);

        public override int GetHashCode() => hash;
    }
}
