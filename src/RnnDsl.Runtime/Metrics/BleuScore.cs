using System.Globalization;
using RnnDsl.Memory;

namespace RnnDsl.Metrics;

/// <summary>
/// BLEU of a corpus (Papineni, Roukos, Ward &amp; Zhu 2002): the geometric mean of the precisions of n-grams of 1 to 4 tokens, times a penalty for texts that are shorter than their references. Tokens, counts, smoothing and the
/// printed text are those of sacreBLEU 2 (Post 2018), so that scores can be compared with published ones whose signature is equal but for the version. The only differences: lower case is that of the invariant
/// culture, and a segment without a reference is an error.
/// </summary>
public sealed class BleuScore
{
    readonly BleuOptions options;
    readonly int[] statistics;
    readonly double[] matches, totals, precisions;
    readonly string signature;

    /// <summary>Scores texts with one reference each.</summary>
    /// <param name="references">The reference texts. References are the first argument everywhere in this library.</param>
    /// <param name="hypotheses">The texts of a model, in the same order.</param>
    /// <param name="options">How to count; null for sacreBLEU's defaults.</param>
    /// <exception cref="ArgumentException">The numbers of texts differ, there is none, a text is null, or an option is not valid.</exception>
    public BleuScore(IEnumerable<string> references, IEnumerable<string> hypotheses, BleuOptions? options = null)
        : this(TranslatedSegments.Single(references), hypotheses, options)
    {
    }

    /// <summary>Scores texts with one or several references each. Segments need not have equally many.</summary>
    /// <param name="references">For each segment its reference texts, which count equally.</param>
    /// <param name="hypotheses">The texts of a model, in the same order.</param>
    /// <param name="options">How to count; null for sacreBLEU's defaults.</param>
    /// <exception cref="ArgumentException">The numbers of segments differ, there is none, a segment has no reference, a text is null, or an option is not valid.</exception>
    public BleuScore(IEnumerable<IReadOnlyList<string>> references, IEnumerable<string> hypotheses, BleuOptions? options = null)
        : this(Counted(references, hypotheses, options ??= new BleuOptions(), out string signature), options, signature, null)
    {
    }

    /// <summary>The score of some segments, each as often as it is listed; of all segments if none are listed.</summary>
    BleuScore(int[] statistics, BleuOptions options, string signature, int[]? segments)
    {
        (this.statistics, this.options, this.signature) = (statistics, options, signature);
        int orders = options.MaximumOrder, width = 2 + 2 * orders;
        Segments = segments?.Length ?? statistics.Length / width;
        var sums = new long[width];
        for (int i = 0; i < Segments; i++)
        {
            int first = width * (segments is null ? i : segments[i]);
            for (int j = 0; j < width; j++)
                sums[j] += statistics[first + j];
        }
        (HypothesisLength, ReferenceLength) = (sums[0], sums[1]);
        matches = [.. sums[2..(2 + orders)].Select(n => (double)n)];
        totals = [.. sums[(2 + orders)..].Select(n => (double)n)];
        precisions = new double[orders];
        BrevityPenalty = HypothesisLength >= ReferenceLength ? 1 : HypothesisLength == 0 ? 0 : Math.Exp(1 - (double)ReferenceLength / HypothesisLength);
        Score = Mean();
    }

    /// <summary>BLEU, from 0 to 100.</summary>
    public double Score { get; }

    /// <summary>The precision of each order in percent, after smoothing.</summary>
    public IReadOnlyList<double> Precisions => precisions;

    /// <summary>For each order how many n-grams of the hypotheses are also in a reference. <see cref="BleuSmoothing.AddK"/> adds to it.</summary>
    public IReadOnlyList<double> Matches => matches;

    /// <summary>For each order how many n-grams the hypotheses have. <see cref="BleuSmoothing.AddK"/> adds to it.</summary>
    public IReadOnlyList<double> Totals => totals;

    /// <summary>e to the power 1 − reference length / hypothesis length; 1 if the hypotheses are not shorter.</summary>
    public double BrevityPenalty { get; }

    /// <summary>Number of tokens of all hypotheses.</summary>
    public long HypothesisLength { get; }

    /// <summary>Number of tokens of the references, with the reference of each segment whose length is closest to the hypothesis, or the shorter one of two that are equally close.</summary>
    public long ReferenceLength { get; }

    /// <summary>Hypothesis length / reference length, 0 if there is no token in the references.</summary>
    public double Ratio => ReferenceLength == 0 ? 0 : (double)HypothesisLength / ReferenceLength;

    /// <summary>Number of segments.</summary>
    public int Segments { get; }

    /// <summary>How the score was counted, in the form of sacreBLEU. Print it beside the score. The version at its end is that of this library.</summary>
    public string Signature => signature;

    /// <summary>A confidence interval of the score by the bootstrap (<see cref="Bootstrap"/>), which draws whole segments (Koehn 2004).</summary>
    /// <param name="level">The confidence level of the interval, between 0 and 1.</param>
    /// <param name="resamples">Number of draws.</param>
    /// <param name="seed">The seed of the draws.</param>
    public ConfidenceInterval Interval(double level = 0.95, int resamples = 1000, int seed = 0)
    {
        var drawn = new int[Segments];
        return Bootstrap.Interval(Score, Draw, level, resamples, seed);

        double Draw(RandomStream random)
        {
            for (int i = 0; i < drawn.Length; i++)
                drawn[i] = random.Below(drawn.Length);
            return new BleuScore(statistics, options, signature, drawn).Score;
        }
    }

    /// <summary>The text of sacreBLEU: score, precisions, brevity penalty and lengths.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"BLEU = {Score:F2} {string.Join('/', precisions.Select(p => p.ToString("F1", CultureInfo.InvariantCulture)))} (BP = {BrevityPenalty:F3} ratio = {Ratio:F3} hyp_len = {HypothesisLength} ref_len = {ReferenceLength})");

    /// <summary>The precisions are set, and their weighted geometric mean is the score.</summary>
    double Mean()
    {
        if (matches.All(n => n == 0))
            return 0;
        double parts = 1;
        int orders = options.MaximumOrder;
        for (int order = 1; order <= precisions.Length; order++)
        {
            ref double match = ref matches[order - 1], total = ref totals[order - 1];
            if (options.Smoothing == BleuSmoothing.AddK && order > 1)
            {
                match += options.Value;
                total += options.Value;
            }
            if (total == 0)
                break;
            if (options.EffectiveOrder)
                orders = order;
            precisions[order - 1] = 100 * (match > 0 ? match / total : options.Smoothing switch
            {
                BleuSmoothing.Exponential => 1 / ((parts *= 2) * total),
                BleuSmoothing.Floor => options.Value / total,
                _ => 0,
            });
        }
        double logarithms = 0;
        for (int i = 0; i < orders; i++)
            logarithms += precisions[i] > 0 ? Math.Log(precisions[i]) : double.NegativeInfinity;
        return BrevityPenalty * Math.Exp(logarithms / orders);
    }

    /// <summary>For each segment the length of the hypothesis and of its closest reference, the matches of each order, and the n-grams of each order.</summary>
    static int[] Counted(IEnumerable<IReadOnlyList<string>> references, IEnumerable<string> hypotheses, BleuOptions options, out string signature)
    {
        options.Check();
        var statistics = new List<int>();
        var table = new NGramTable();
        int orders = options.MaximumOrder, fewest = int.MaxValue, most = 0, segment = 0;
        foreach ((IReadOnlyList<string> right, string said) in TranslatedSegments.Pairs(references, hypotheses))
        {
            TranslatedSegments.Check(right, segment++);
            (fewest, most) = (Math.Min(fewest, right.Count), Math.Max(most, right.Count));
            table.Clear();
            int[] hypothesis = Tokens(said);
            int[][] grams = table.Of(hypothesis, orders);
            int closest = -1;
            var referenceGrams = new List<int[][]>(right.Count);
            foreach (string reference in right)
            {
                int[] tokens = Tokens(reference);
                referenceGrams.Add(table.Of(tokens, orders));
                (int distance, int least) = (Math.Abs(tokens.Length - hypothesis.Length), Math.Abs(closest - hypothesis.Length));
                if (closest < 0 || distance < least || distance == least && tokens.Length < closest)
                    closest = tokens.Length;
            }
            int[] allowed = Allowed(referenceGrams, table.Count);
            statistics.AddRange([hypothesis.Length, closest, .. grams.Select(g => NGramTable.Matches(g, allowed)), .. grams.Select(g => g.Length)]);
        }
        signature = $"{TranslatedSegments.References(fewest, most)}|{options.Signature}|{TranslatedSegments.Version}";
        return [.. statistics];

        int[] Tokens(string text) => table.Words(BleuText.Tokens(text, options.Tokenizer, options.LowerCase));
    }

    /// <summary>How often each n-gram counts: as often as it is in the reference that has most of it.</summary>
    static int[] Allowed(List<int[][]> references, int count)
    {
        int[] allowed = new int[count], own = new int[count];
        foreach (int[][] reference in references)
        {
            foreach (int[] order in reference)
                foreach (int gram in order)
                    allowed[gram] = Math.Max(allowed[gram], ++own[gram]);
            Array.Clear(own);
        }
        return allowed;
    }
}
