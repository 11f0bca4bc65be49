using System.Globalization;
using RnnDsl.Memory;

namespace RnnDsl.Metrics;

/// <summary>How chrF counts. The defaults are those of sacreBLEU: chrF2.</summary>
public sealed record ChrfOptions
{
    /// <summary>chrF2: n-grams of 1 to 6 characters.</summary>
    public static ChrfOptions Chrf2 { get; } = new();

    /// <summary>chrF2++: also n-grams of 1 and 2 words (Popović 2017).</summary>
    public static ChrfOptions Chrf2PlusPlus { get; } = new() { WordOrder = 2 };

    /// <summary>The longest n-grams of characters (Unicode code points).</summary>
    public int CharacterOrder { get; init; } = 6;

    /// <summary>The longest n-grams of words; 0 for none.</summary>
    public int WordOrder { get; init; }

    /// <summary>How many times as important recall is as precision.</summary>
    public int Beta { get; init; } = 2;

    /// <summary>Whether texts are compared in lower case (of the invariant culture).</summary>
    public bool LowerCase { get; init; }

    /// <summary>Whether white space counts as characters.</summary>
    public bool Whitespace { get; init; }

    /// <summary>Whether the score is the mean of the F-scores of all orders, as in Moses, NLTK and chrF++.py. By default orders that are longer than a text are left out, and the F-score is of the mean precision and recall.</summary>
    public bool EpsilonSmoothing { get; init; }

    internal int Orders => CharacterOrder + WordOrder;

    internal string Signature => FormattableString.Invariant(
        $"case:{(LowerCase ? "lc" : "mixed")}|eff:{(EpsilonSmoothing ? "no" : "yes")}|nc:{CharacterOrder}|nw:{WordOrder}|space:{(Whitespace ? "yes" : "no")}");

    internal void Check()
    {
        if (CharacterOrder is < 1 or > NGramTable.MaximumOrder || WordOrder is < 0 or > NGramTable.MaximumOrder)
            throw new ArgumentException($"{nameof(CharacterOrder)} is {CharacterOrder} and {nameof(WordOrder)} is {WordOrder}; they lie between 1 or 0 and {NGramTable.MaximumOrder}.");
        if (Beta is < 1 or > 1000)
            throw new ArgumentException($"{nameof(Beta)} is {Beta}; it lies between 1 and 1000.");
    }
}

/// <summary>
/// chrF of a corpus (Popović 2015): precision and recall of n-grams of characters, and for chrF++ of words, as one F-score. It suits languages without spaces and with many endings. The numbers are those of
/// sacreBLEU 2. The only differences: lower case is that of the invariant culture, and a segment without a reference is an error.
/// </summary>
public sealed class ChrfScore
{
    const double Epsilon = 1e-16;
    const string Punctuation = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~";

    readonly ChrfOptions options;
    readonly int[] statistics;
    readonly string signature;

    /// <summary>Scores texts with one reference each.</summary>
    /// <param name="references">The reference texts. References are the first argument everywhere in this library.</param>
    /// <param name="hypotheses">The texts of a model, in the same order.</param>
    /// <param name="options">How to count; null for chrF2.</param>
    /// <exception cref="ArgumentException">The numbers of texts differ, there is none, a text is null, or an option is not valid.</exception>
    public ChrfScore(IEnumerable<string> references, IEnumerable<string> hypotheses, ChrfOptions? options = null)
        : this(TranslatedSegments.Single(references), hypotheses, options)
    {
    }

    /// <summary>Scores texts with one or several references each. If there are several, the one with the best score of the segment counts.</summary>
    /// <param name="references">For each segment its reference texts.</param>
    /// <param name="hypotheses">The texts of a model, in the same order.</param>
    /// <param name="options">How to count; null for chrF2.</param>
    /// <exception cref="ArgumentException">The numbers of segments differ, there is none, a segment has no reference, a text is null, or an option is not valid.</exception>
    public ChrfScore(IEnumerable<IReadOnlyList<string>> references, IEnumerable<string> hypotheses, ChrfOptions? options = null)
    {
        this.options = options ?? ChrfOptions.Chrf2;
        statistics = Counted(references, hypotheses, this.options, out signature);
        Segments = statistics.Length / (3 * this.options.Orders);
        Score = Total(Enumerable.Range(0, Segments));
    }

    /// <summary>chrF, from 0 to 100.</summary>
    public double Score { get; }

    /// <summary>Number of segments.</summary>
    public int Segments { get; }

    /// <summary>What the score is called: "chrF2", or with words "chrF2++".</summary>
    public string Name => string.Create(CultureInfo.InvariantCulture, $"chrF{options.Beta}{new string('+', options.WordOrder)}");

    /// <summary>How the score was counted, in the form of sacreBLEU. Print it beside the score. The version at its end is that of this library.</summary>
    public string Signature => signature;

    /// <summary>A confidence interval of the score by the bootstrap (<see cref="Bootstrap"/>), which draws whole segments.</summary>
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
            return Total(drawn);
        }
    }

    /// <summary>The text of sacreBLEU: "chrF2 = 57.12".</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Name} = {Score:F2}");

    double Total(IEnumerable<int> segments)
    {
        var sums = new long[3 * options.Orders];
        foreach (int segment in segments)
            for (int j = 0; j < sums.Length; j++)
                sums[j] += statistics[segment * sums.Length + j];
        return FScore(sums, options);
    }

    /// <summary>The score of counts: for each order the n-grams of the hypotheses, of the references, and of both.</summary>
    static double FScore(ReadOnlySpan<long> counts, ChrfOptions options)
    {
        double factor = options.Beta * options.Beta, mean = 0, precisions = 0, recalls = 0;
        int effective = 0;
        for (int i = 0; i < counts.Length; i += 3)
        {
            double precision = counts[i] > 0 ? (double)counts[i + 2] / counts[i] : Epsilon, recall = counts[i + 1] > 0 ? (double)counts[i + 2] / counts[i + 1] : Epsilon;
            mean += precision + recall > 0 ? F(precision, recall) : Epsilon;
            if (counts[i] > 0 && counts[i + 1] > 0)
            {
                precisions += precision;
                recalls += recall;
                effective++;
            }
        }
        return 100 * (options.EpsilonSmoothing ? mean / options.Orders : effective == 0 ? 0 : F(precisions / effective, recalls / effective));

        double F(double precision, double recall) => precision + recall == 0 ? 0 : (1 + factor) * precision * recall / (factor * precision + recall);
    }

    static int[] Counted(IEnumerable<IReadOnlyList<string>> references, IEnumerable<string> hypotheses, ChrfOptions options, out string signature)
    {
        options.Check();
        var statistics = new List<int>();
        var table = new NGramTable();
        int fewest = int.MaxValue, most = 0, segment = 0;
        foreach ((IReadOnlyList<string> right, string said) in TranslatedSegments.Pairs(references, hypotheses))
        {
            TranslatedSegments.Check(right, segment++);
            (fewest, most) = (Math.Min(fewest, right.Count), Math.Max(most, right.Count));
            table.Clear();
            int[][] grams = Grams(said, table, options);
            long[]? best = null;
            double bestScore = -1;
            foreach (string reference in right)
            {
                long[] counts = Compared(grams, Grams(reference, table, options), table.Count);
                if (FScore(counts, options) is var score && score > bestScore)
                    (best, bestScore) = (counts, score);
            }
            foreach (long count in best!)
                statistics.Add((int)count);
        }
        signature = $"{TranslatedSegments.References(fewest, most)}|{options.Signature}|{TranslatedSegments.Version}";
        return [.. statistics];
    }

    /// <summary>The n-grams of characters, and behind them those of words, order by order.</summary>
    static int[][] Grams(string text, NGramTable table, ChrfOptions options)
    {
        if (options.LowerCase)
            text = text.ToLowerInvariant();
        int[][] characters = table.Of(ScoredText.CodePoints(text, options.Whitespace), options.CharacterOrder);
        return options.WordOrder == 0 ? characters : [.. characters, .. table.Of(table.Words(WithoutPunctuation(ScoredText.Words(text))), options.WordOrder)];
    }

    /// <summary>Words whose last character, or else whose first, is a token of its own if it is punctuation of ASCII.</summary>
    static List<string> WithoutPunctuation(List<string> words)
    {
        var tokens = new List<string>(words.Count);
        foreach (string word in words)
            if (word.Length == 1)
                tokens.Add(word);
            else if (Punctuation.Contains(word[^1], StringComparison.Ordinal))
                tokens.AddRange([word[..^1], word[^1..]]);
            else if (Punctuation.Contains(word[0], StringComparison.Ordinal))
                tokens.AddRange([word[..1], word[1..]]);
            else
                tokens.Add(word);
        return tokens;
    }

    static long[] Compared(int[][] hypothesis, int[][] reference, int count)
    {
        var result = new long[3 * hypothesis.Length];
        var allowed = new int[count];
        for (int order = 0; order < hypothesis.Length; order++)
        {
            foreach (int gram in reference[order])
                allowed[gram]++;
            // An order that the reference does not have does not count against the hypothesis.
            result[3 * order] = reference[order].Length == 0 ? 0 : hypothesis[order].Length;
            result[3 * order + 1] = reference[order].Length;
            result[3 * order + 2] = NGramTable.Matches(hypothesis[order], allowed);
        }
        return result;
    }
}
