using System.Collections;
using RnnDsl.Memory;
using RnnDsl.Metrics;

namespace RnnDsl.Text;

/// <summary>Sentences with tags, as read from a file.</summary>
public sealed class TaggedCorpus : IReadOnlyList<TaggedSentence>
{
    readonly IReadOnlyList<TaggedSentence> sentences;

    /// <summary>A corpus of sentences.</summary>
    /// <param name="name">What messages call it, such as the file's path.</param>
    /// <param name="sentences">Its sentences.</param>
    /// <param name="scheme">How the tags of the sentences mark entities; null if they mark none.</param>
    /// <param name="findings">What is worth a look before training, a sentence each.</param>
    public TaggedCorpus(string name, IReadOnlyList<TaggedSentence> sentences, TagScheme? scheme = null, IReadOnlyList<string>? findings = null) =>
        (Name, this.sentences, Scheme, Findings) = (name, sentences, scheme, findings ?? []);

    /// <summary>What messages call it, such as the file's path.</summary>
    public string Name { get; }

    /// <summary>How the tags mark entities; null if they mark none, as parts of speech do.</summary>
    public TagScheme? Scheme { get; }

    /// <summary>What is worth a look before training: which columns were taken, what was repaired; a sentence each.</summary>
    public IReadOnlyList<string> Findings { get; }

    /// <summary>
    /// The options of the file with the columns that were found; null for sentences that are from no file. Files of validation and test data that are read with them
    /// are read by the same columns as the training data:
    /// <c>ConllFile.Read("test.conll", train.Columns)</c>.
    /// </summary>
    public ConllOptions? Columns { get; init; }

    /// <summary>Number of sentences.</summary>
    public int Count => sentences.Count;

    /// <summary>Number of words.</summary>
    public long Words => sentences.Sum(s => (long)s.Words.Count);

    /// <summary>One of the sentences, from 0.</summary>
    public TaggedSentence this[int index] => sentences[index];

    /// <summary>The sentences in order.</summary>
    public IEnumerator<TaggedSentence> GetEnumerator() => sentences.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>The same sentences with entities marked in another way.</summary>
    /// <exception cref="InvalidOperationException">The tags mark no entities.</exception>
    public TaggedCorpus Convert(TagScheme scheme)
    {
        if (Scheme is null)
            throw new InvalidOperationException($"{Name}: the tags mark no entities, so there is no scheme to convert.");
        return Scheme == scheme ? this
            : new TaggedCorpus(Name, [.. sentences.Select(s => s with { Tags = TagSchemes.Convert(s.Tags, scheme) })], scheme, Findings) { Columns = Columns };
    }

    /// <summary>Two parts of it, sentences drawn at random.</summary>
    /// <param name="share">Part of the sentences that is in the first; above 0 and below 1.</param>
    /// <param name="seed">Of the draw.</param>
    /// <exception cref="ArgumentException">One part would be empty.</exception>
    public (TaggedCorpus First, TaggedCorpus Second) Split(double share, int seed = 0)
    {
        int first = (int)Math.Round(share * Count);
        if (!(share is > 0 and < 1) || first == 0 || first == Count)
            throw new ArgumentException(FormattableString.Invariant($"{Name} has {Count} sentences: they cannot be split into {share} and the rest."), nameof(share));
        int[] order = [.. Enumerable.Range(0, Count)];
        new RandomStream(seed, "split").Shuffle<int>(order);
        return (Part(order[..first], "first part"), Part(order[first..], "second part"));

        TaggedCorpus Part(int[] chosen, string which) => new($"{Name}, {which}", [.. chosen.Order().Select(i => sentences[i])], Scheme) { Columns = Columns };
    }

    /// <summary>As "train.conll: 3,394 sentences, 62,730 words, 1,975 entities of 6 types (Iob2)".</summary>
    public override string ToString()
    {
        EntitySpan[] spans = Scheme is null ? [] : [.. sentences.SelectMany(s => EntitySpans.Of(s.Tags))];
        string what = Scheme is null ? $"{sentences.SelectMany(s => s.Tags).Distinct().Count()} tags" : FormattableString.Invariant($"{spans.Length:N0} entities of {spans.Select(s => s.Type).Distinct().Count()} types ({Scheme})");
        return FormattableString.Invariant($"{Name}: {Count:N0} sentences, {Words:N0} words, {what}");
    }
}
