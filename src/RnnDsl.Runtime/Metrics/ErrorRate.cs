using System.Globalization;
using System.Runtime.InteropServices;
using RnnDsl.Memory;

namespace RnnDsl.Metrics;

/// <summary>
/// The word error rate or the character error rate of recognized or translated texts: substitutions, deletions and insertions of the alignments with the fewest of them, together, over the number of words or characters of
/// the references. The rate is that of jiwer and of NIST's sclite: sums over all texts, not a mean of rates. It can exceed 1. Where several alignments have equally few edits, the one with the fewest substitutions is counted;
/// other tools may divide the same sum otherwise.
/// </summary>
public sealed class ErrorRate
{
    readonly (EditCounts Edits, long Length)[] texts;

    ErrorRate(string name, (EditCounts, long)[] texts, int[]? drawn)
    {
        (Name, this.texts) = (name, texts);
        Texts = drawn?.Length ?? texts.Length;
        for (int i = 0; i < Texts; i++)
        {
            (EditCounts edits, long length) = texts[drawn is null ? i : drawn[i]];
            Substitutions += edits.Substitutions;
            Deletions += edits.Deletions;
            Insertions += edits.Insertions;
            Length += length;
            if (edits != default)
                WrongTexts++;
        }
    }

    /// <summary>The word error rate (WER). Words are what stands between white space; letters and punctuation count as they are written.</summary>
    /// <param name="references">What was said, text by text.</param>
    /// <param name="hypotheses">What was recognized, in the same order.</param>
    /// <exception cref="ArgumentException">The numbers of texts differ, a text is null, the references have no word, or two texts are too long and too different to be compared: 2³⁴ pairs of words.</exception>
    public static ErrorRate Words(IEnumerable<string> references, IEnumerable<string> hypotheses) => Of("WER", "words", references, hypotheses, ScoredText.Words);

    /// <summary>The character error rate (CER). A character is what a reader takes for one (Unicode text elements), a space too; white space at both ends does not count.</summary>
    /// <param name="references">What was said, text by text.</param>
    /// <param name="hypotheses">What was recognized, in the same order.</param>
    /// <exception cref="ArgumentException">The numbers of texts differ, a text is null, the references have no character, or two texts are too long and too different to be compared: 2³⁴ pairs of characters.</exception>
    public static ErrorRate Characters(IEnumerable<string> references, IEnumerable<string> hypotheses) =>
        Of("CER", "characters", references, hypotheses, text => Elements(ScoredText.TrimStart(ScoredText.TrimEnd(text))));

    /// <summary>"WER" or "CER".</summary>
    public string Name { get; }

    /// <summary>Edits over the length of the references: 0 if all is right, and above 1 if much is inserted.</summary>
    public double Rate => (double)Edits / Length;

    /// <summary>Words or characters that were taken for others.</summary>
    public long Substitutions { get; }

    /// <summary>Words or characters of the references that are missing.</summary>
    public long Deletions { get; }

    /// <summary>Words or characters that the references do not have.</summary>
    public long Insertions { get; }

    /// <summary>All three together: the Levenshtein distance.</summary>
    public long Edits => Substitutions + Deletions + Insertions;

    /// <summary>Words or characters of the references that were found.</summary>
    public long Hits => Length - Substitutions - Deletions;

    /// <summary>Number of words or characters of the references.</summary>
    public long Length { get; }

    /// <summary>Number of texts.</summary>
    public int Texts { get; }

    /// <summary>Number of texts with an edit.</summary>
    public int WrongTexts { get; }

    /// <summary>Share of the texts with an edit: the sentence error rate.</summary>
    public double TextErrorRate => (double)WrongTexts / Texts;

    /// <summary>A confidence interval of the rate by the bootstrap (<see cref="Bootstrap"/>), which draws whole texts.</summary>
    /// <param name="level">The confidence level of the interval, between 0 and 1.</param>
    /// <param name="resamples">Number of draws.</param>
    /// <param name="seed">The seed of the draws.</param>
    public ConfidenceInterval Interval(double level = 0.95, int resamples = 1000, int seed = 0)
    {
        var drawn = new int[texts.Length];
        return Bootstrap.Interval(Rate, Draw, level, resamples, seed);

        double Draw(RandomStream random)
        {
            for (int i = 0; i < drawn.Length; i++)
                drawn[i] = random.Below(drawn.Length);
            return new ErrorRate(Name, texts, drawn).Rate;
        }
    }

    /// <summary>As "WER 12.34 % (3 substitutions, 1 deletions, 2 insertions, 49 words)".</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{Name} {100 * Rate:F2} % ({Substitutions} substitutions, {Deletions} deletions, {Insertions} insertions, {Length} {(Name == "WER" ? "words" : "characters")})");

    static ErrorRate Of(string name, string what, IEnumerable<string> references, IEnumerable<string> hypotheses, Func<string, List<string>> split)
    {
        var texts = new List<(EditCounts, long)>();
        var numbers = new Dictionary<string, int>();
        foreach ((string reference, string hypothesis) in TranslatedSegments.Pairs(references, hypotheses))
        {
            numbers.Clear();
            int[] first = Numbers(split(reference)), second = Numbers(split(hypothesis));
            texts.Add((EditCounts.Of(first, second) ?? throw new ArgumentException(
                $"Text {texts.Count} (from 0) has {first.Length} {what}, its hypothesis {second.Length}, and they are too different to be compared within reasonable time. Score it sentence by sentence."), first.Length));
        }
        var rate = new ErrorRate(name, [.. texts], null);
        return rate.Length > 0 ? rate : throw new ArgumentException($"The references have no {what}, so there is no rate.", nameof(references));

        int[] Numbers(List<string> items)
        {
            var result = new int[items.Count];
            for (int i = 0; i < result.Length; i++)
            {
                ref int number = ref CollectionsMarshal.GetValueRefOrAddDefault(numbers, items[i], out bool isKnown);
                if (!isKnown)
                    number = numbers.Count;
                result[i] = number;
            }
            return result;
        }
    }

    static List<string> Elements(string text)
    {
        var elements = new List<string>(text.Length);
        for (int at = 0; at < text.Length;)
        {
            int length = StringInfo.GetNextTextElementLength(text, at);
            elements.Add(text.Substring(at, length));
            at += length;
        }
        return elements;
    }
}
