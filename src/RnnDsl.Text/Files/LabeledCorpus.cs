using System.Collections;
using RnnDsl.Memory;

namespace RnnDsl.Text;

/// <summary>Texts with labels, as read from a file.</summary>
public sealed class LabeledCorpus : IReadOnlyList<LabeledText>
{
    readonly IReadOnlyList<LabeledText> texts;

    /// <summary>A corpus of texts.</summary>
    /// <param name="name">What messages call it, such as the file's path.</param>
    /// <param name="texts">The texts.</param>
    /// <param name="findings">What is worth a look before training, a sentence each.</param>
    public LabeledCorpus(string name, IReadOnlyList<LabeledText> texts, IReadOnlyList<string>? findings = null) => (Name, this.texts, Findings) = (name, texts, findings ?? []);

    /// <summary>What messages call it, such as the file's path.</summary>
    public string Name { get; }

    /// <summary>What is worth a look before training: which columns were taken, what was left out; a sentence each.</summary>
    public IReadOnlyList<string> Findings { get; }

    /// <summary>Number of texts.</summary>
    public int Count => texts.Count;

    /// <summary>One of the texts, from 0.</summary>
    public LabeledText this[int index] => texts[index];

    /// <summary>Whether a text has more than one label.</summary>
    public bool HasSeveralLabels => texts.Any(t => t.Labels.Count > 1);

    /// <summary>The texts in order.</summary>
    public IEnumerator<LabeledText> GetEnumerator() => texts.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>The texts with exactly one label: what a model of one label a text can be measured with.</summary>
    /// <exception cref="InvalidDataException">A text has several labels, or no text has one; the message names the text.</exception>
    public LabeledCorpus WithOneLabel()
    {
        if (texts.FirstOrDefault(text => text.Labels.Count > 1) is { } several)
            throw new InvalidDataException($"{Name}: '{(several.Text.Length > 60 ? several.Text[..60] + "…" : several.Text)}' has {several.Labels.Count} labels, and a model of one label a text can answer with one alone.");
        LabeledText[] labeled = [.. texts.Where(text => text.Labels.Count == 1)];
        return labeled.Length == Count ? this
            : labeled.Length > 0 ? new LabeledCorpus(Name, labeled, Findings)
            : throw new InvalidDataException($"{Name}: no text has a label.");
    }

    /// <summary>The first texts of the file, and the rest.</summary>
    /// <param name="count">How many are in the first part.</param>
    /// <exception cref="ArgumentException">One part would be empty.</exception>
    public (LabeledCorpus First, LabeledCorpus Second) SplitAt(int count) => count > 0 && count < Count
        ? (Part([.. Enumerable.Range(0, count)], "first part"), Part([.. Enumerable.Range(count, Count - count)], "second part"))
        : throw new ArgumentException($"{Name} has {Count} texts: they cannot be split into {count} and the rest.", nameof(count));

    /// <summary>Two parts, texts drawn at random from each label alone, so that both have all labels in the same shares.</summary>
    /// <param name="share">Part of the texts that is in the first; above 0 and below 1.</param>
    /// <param name="seed">Of the draw.</param>
    /// <exception cref="ArgumentException">One part would be empty.</exception>
    public (LabeledCorpus First, LabeledCorpus Second) Split(double share, int seed = 0)
    {
        var random = new RandomStream(seed, "split");
        List<int> first = [], second = [];
        if (share is > 0 and < 1)
            foreach (IGrouping<string, int> label in Enumerable.Range(0, Count).GroupBy(i => string.Join('\n', texts[i].Labels)))
            {
                int[] own = [.. label];
                random.Shuffle<int>(own);
                // What does not divide goes to the part that is behind its share.
                int count = (int)Math.Clamp(Math.Round(share * (first.Count + second.Count + own.Length)) - first.Count, 0, own.Length);
                first.AddRange(own[..count]);
                second.AddRange(own[count..]);
            }
        if (first.Count == 0 || second.Count == 0)
            throw new ArgumentException(FormattableString.Invariant($"{Name} has {Count} texts: they cannot be split into {share} and the rest."), nameof(share));
        return (Part([.. first], "first part"), Part([.. second], "second part"));
    }

    /// <summary>The parts of a cross validation: each text is in the second of exactly one pair, and the first of the pair has all others. Texts are drawn at random from each label alone, so that all parts have the labels in the same shares.</summary>
    /// <param name="count">How many pairs, at least 2.</param>
    /// <param name="seed">Of the draw.</param>
    /// <exception cref="ArgumentException">There are fewer texts than parts, or fewer than 2 parts.</exception>
    public IReadOnlyList<(LabeledCorpus Train, LabeledCorpus Test)> Folds(int count, int seed = 0)
    {
        if (count < 2 || count > Count)
            throw new ArgumentException($"{Name} has {Count} texts: they cannot be cut into {count} parts, of which each has a text and is not all.", nameof(count));
        var random = new RandomStream(seed, "folds");
        var fold = new int[Count];
        int next = 0;
        foreach (IGrouping<string, int> label in Enumerable.Range(0, Count).GroupBy(i => string.Join('\n', texts[i].Labels)))
        {
            int[] own = [.. label];
            random.Shuffle<int>(own);
            // One after the other, and where one label ends the next goes on: the parts differ by one text at most.
            foreach (int text in own)
                fold[text] = next++ % count;
        }
        return [.. Enumerable.Range(0, count).Select(f => (Part([.. Enumerable.Range(0, Count).Where(i => fold[i] != f)], $"without fold {f + 1}"), Part([.. Enumerable.Range(0, Count).Where(i => fold[i] == f)], $"fold {f + 1}")))];
    }

    LabeledCorpus Part(int[] chosen, string which) => new($"{Name}, {which}", [.. chosen.Order().Select(i => texts[i])]);

    /// <summary>As "train.csv: 10,003 texts, 119,543 words, 77 labels".</summary>
    public override string ToString() => FormattableString.Invariant($"{Name}: {Count:N0} texts, {texts.Sum(t => (long)t.Words.Count):N0} words, {texts.SelectMany(t => t.Labels).Distinct().Count():N0} labels");
}
