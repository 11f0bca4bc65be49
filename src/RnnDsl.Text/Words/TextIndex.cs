using System.Buffers;
using System.Runtime.InteropServices;

namespace RnnDsl.Text;

/// <summary>A text that was found.</summary>
/// <param name="Index">Its number in the index, from 0.</param>
/// <param name="Text">As it is written.</param>
/// <param name="Score">The cosine of the two vectors, above 0 and at most 1. 1 means the same terms in the same proportions.</param>
public readonly record struct TextMatch(int Index, string Text, double Score);

/// <summary>
/// Finds texts that are like another, by TF-IDF (Spärck Jones 1972, Salton &amp; Buckley 1988): a text is a vector with a number for each term, how often it occurs times how rare it is, ln((1 + texts) / (1 + texts with the
/// term)) + 1, and texts are compared by the cosine of their vectors. These are the weights of scikit-learn's <c>TfidfVectorizer</c>, except that terms which no text has count in the length of what is searched. An index of
/// the source sentences of a <see cref="ParallelCorpus"/> is a translation memory. An index does not change, and any number of threads may search at once.
/// </summary>
public sealed class TextIndex
{
    readonly string[] texts;
    readonly TextIndexOptions options;
    readonly Dictionary<string, int> terms = [];

    /// <summary>The inverted lists: those of term t are from starts[t] to starts[t + 1], in the order of the texts.</summary>
    readonly int[] starts, owners;
    readonly float[] weights;

    /// <summary>Counts the terms of texts. Memory is linear in their length.</summary>
    /// <param name="texts">The texts.</param>
    /// <param name="options">What terms are; null for words.</param>
    /// <exception cref="ArgumentException">There is no text, one is null, or the options cannot be.</exception>
    public TextIndex(IEnumerable<string> texts, TextIndexOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(texts);
        this.texts = [.. texts];
        this.options = options ?? TextIndexOptions.Words;
        if (this.options is not { Shortest: >= 1, Longest: <= 16 } || this.options.Shortest > this.options.Longest)
            throw new ArgumentException($"Terms of {this.options.Shortest} to {this.options.Longest} units cannot be: 1 ≤ {nameof(TextIndexOptions.Shortest)} ≤ {nameof(TextIndexOptions.Longest)} ≤ 16.", nameof(options));
        if (this.texts.Length == 0)
            throw new ArgumentException("There is no text to index.", nameof(texts));

        // For each text its terms in increasing order, one behind the other.
        List<int> found = [], ends = [];
        List<float> counts = [];
        for (int i = 0; i < this.texts.Length; i++)
        {
            foreach ((int term, int count) in Counts(this.texts[i] ?? throw new ArgumentException($"Text {i} (from 0) is null.", nameof(texts)), isNew: true, out _))
            {
                found.Add(term);
                counts.Add(Frequency(count));
            }
            ends.Add(found.Count);
        }
        starts = new int[terms.Count + 1];
        foreach (int term in found)
            starts[term + 1]++;
        for (int i = 0; i < terms.Count; i++)
            starts[i + 1] += starts[i];
        owners = new int[found.Count];
        weights = new float[found.Count];
        int[] next = starts[..^1];
        for (int text = 0, at = 0; text < ends.Count; text++)
        {
            double square = 0;
            for (int j = at; j < ends[text]; j++)
                square += Square(counts[j] * Rarity(found[j]));
            for (double length = Math.Sqrt(square); at < ends[text]; at++)
            {
                int place = next[found[at]]++;
                owners[place] = text;
                weights[place] = (float)(counts[at] * Rarity(found[at]) / length);
            }
        }
    }

    /// <summary>Number of texts.</summary>
    public int Count => texts.Length;

    /// <summary>Number of different terms.</summary>
    public int Terms => terms.Count;

    /// <summary>One of the texts, from 0.</summary>
    public string this[int index] => texts[index];

    /// <summary>The texts that are most like a text, best first; of equally good ones the earlier first. Texts without a common term are none, so there may be fewer.</summary>
    /// <param name="text">What is searched.</param>
    /// <param name="count">How many at most, at least 1.</param>
    public IReadOnlyList<TextMatch> Search(string text, int count = 10)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        float[] scores = ArrayPool<float>.Shared.Rent(texts.Length);
        try
        {
            Span<float> own = scores.AsSpan(0, texts.Length);
            Score(text, own);
            // The worst of the best so far is at the front: the lowest score, and of equal ones the latest text.
            var best = new PriorityQueue<int, (float Score, int Before)>();
            for (int i = 0; i < own.Length; i++)
                if (own[i] > 0)
                {
                    if (best.Count < count)
                        best.Enqueue(i, (own[i], -i));
                    else
                        best.EnqueueDequeue(i, (own[i], -i));
                }
            var matches = new TextMatch[best.Count];
            for (int i = matches.Length - 1; i >= 0; i--)
                matches[i] = best.Dequeue() is var index ? new TextMatch(index, texts[index], Math.Min(1, own[index])) : default;
            return matches;
        }
        finally
        {
            ArrayPool<float>.Shared.Return(scores);
        }
    }

    /// <summary>The text that is most like a text; null if none has a common term. Of equally good ones the first.</summary>
    public TextMatch? Nearest(string text) => Search(text, 1) is [var best] ? best : null;

    /// <summary>How much each text is like a text: the cosine, 0 without a common term.</summary>
    /// <param name="text">What is searched.</param>
    /// <param name="scores">One for each text of the index; all are written.</param>
    /// <exception cref="ArgumentException">There are more or fewer scores than texts.</exception>
    public void Score(string text, Span<float> scores)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (scores.Length != texts.Length)
            throw new ArgumentException($"There are {texts.Length} texts, but {scores.Length} scores.", nameof(scores));
        scores.Clear();
        List<(int Term, int Count)> query = Counts(text, isNew: false, out List<int> unknown);
        double square = 0;
        foreach ((int term, int count) in query)
            square += Square(Frequency(count) * Rarity(term));
        foreach (int count in unknown)
            square += Square(Frequency(count) * (Math.Log(1 + texts.Length) + 1));
        double length = Math.Sqrt(square);
        foreach ((int term, int count) in query)
        {
            float weight = (float)(Frequency(count) * Rarity(term) / length);
            for (int i = starts[term]; i < starts[term + 1]; i++)
                scores[owners[i]] += weight * weights[i];
        }
    }

    static double Square(double x) => x * x;

    float Frequency(int count) => options.Sublinear ? 1 + MathF.Log(count) : count;

    double Rarity(int term) => Math.Log((1.0 + texts.Length) / (1.0 + starts[term + 1] - starts[term])) + 1;

    /// <summary>How often each term occurs in a text, in the order of their numbers.</summary>
    /// <param name="text">The text.</param>
    /// <param name="isNew">Whether terms that are not known get a number.</param>
    /// <param name="unknown">How often the others occur.</param>
    List<(int Term, int Count)> Counts(string text, bool isNew, out List<int> unknown)
    {
        var counts = new Dictionary<int, int>();
        Dictionary<string, int>? others = null;
        Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> known = terms.GetAlternateLookup<ReadOnlySpan<char>>();
        (string line, List<int> bounds) = Units(text);
        for (int from = 0; from + options.Shortest < bounds.Count; from++)
            for (int length = options.Shortest; length <= options.Longest && from + length < bounds.Count; length++)
            {
                ReadOnlySpan<char> term = line.AsSpan(bounds[from]..bounds[from + length]);
                // The space between this word and the next.
                if (options.Unit == TextUnit.Word)
                    term = term[..^1];
                if (!known.TryGetValue(term, out int number))
                {
                    if (!isNew)
                    {
                        CollectionsMarshal.GetValueRefOrAddDefault(others ??= [], term.ToString(), out _)++;
                        continue;
                    }
                    number = terms.Count;
                    terms.Add(term.ToString(), number);
                }
                CollectionsMarshal.GetValueRefOrAddDefault(counts, number, out _)++;
            }
        unknown = others is null ? [] : [.. others.Values];
        return [.. counts.Select(c => (c.Key, c.Value)).OrderBy(c => c.Key)];
    }

    /// <summary>A text in lower case, and where each of its units begins, with the end. Behind each word is a space.</summary>
    (string Line, List<int> Bounds) Units(string text)
    {
        var bounds = new List<int> { 0 };
        if (options.Unit == TextUnit.Letter)
        {
            string line = string.Join(' ', text.ToLowerInvariant().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
            foreach (string letter in TextElements.Split(line))
                bounds.Add(bounds[^1] + letter.Length);
            return (line, bounds);
        }
        string[] words = WordTokenizer.Split(text.ToLowerInvariant());
        foreach (string word in words)
            bounds.Add(bounds[^1] + word.Length + 1);
        return (string.Concat(words.Select(w => w + " ")), bounds);
    }
}
