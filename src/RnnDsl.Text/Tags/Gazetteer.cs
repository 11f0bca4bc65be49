using System.Text.Json;
using RnnDsl.Metrics;

namespace RnnDsl.Text;

/// <summary>
/// The entities of training data as a list of phrases: where a sentence has one of them, each of its words gets a number that says as what type of entity the phrase was marked and
/// how reliably. A tagger that reads these numbers
/// knows names that it has seen, also rare ones and those of several words.
/// </summary>
/// <remarks>
/// Of training sentences the numbers must come from other sentences, as those of new sentences do; otherwise a model would learn that the list is always right.
/// <see cref="FitParts"/> makes one list for each part of the data, of all
/// other parts (cross-fitting; the stacking of Wolpert 1992).
/// </remarks>
public sealed class Gazetteer
{
    /// <summary>The shares of a phrase's occurrences that are marked as its type, from which on it is "often" and "nearly always" an entity.</summary>
    static readonly double[] bounds = [0.5, 0.9];

    /// <summary>The most words of a phrase. Longer entities do not come again, and this bounds the time of a sentence.</summary>
    const int MostWords = 20;

    /// <summary>The positions of a word: the first of its phrase, or a later one.</summary>
    const int Positions = 2;

    readonly string[] types;
    readonly Node root = new();
    readonly List<(string[] Words, Node End)> phrases = [];

    Gazetteer(string[] types) => this.types = types;

    /// <summary>The number of phrases.</summary>
    public int Count => phrases.Count;

    /// <summary>The types of entities, in alphabetical order.</summary>
    public IReadOnlyList<string> Types => types;

    /// <summary>The numbers of <see cref="Numbers"/>: 0 for a word of no known phrase, and six for each type: the first word or a later one, of a phrase that is seldom (less than
    /// 50 %), often, or nearly always (90 %) of that type.</summary>
    public int Size => 1 + types.Length * (bounds.Length + 1) * Positions;

    /// <summary>Collects the entities of a corpus, and counts how often each of their phrases is one. Entities of more than 20 words are left out.</summary>
    /// <exception cref="ArgumentException">The tags of the corpus mark no entities.</exception>
    public static Gazetteer Fit(TaggedCorpus train) => Fit(train, TypesOf(train));

    /// <summary>For each of some parts of a corpus, neighbors in the file, the list of all other parts.</summary>
    /// <param name="train">The corpus.</param>
    /// <param name="parts">The number of parts, from 2. With few parts, a part is like a document of its own.</param>
    /// <returns>For each sentence the list that has not seen its part.</returns>
    /// <exception cref="ArgumentException">The tags of the corpus mark no entities, or it has fewer sentences than parts.</exception>
    public static IReadOnlyList<Gazetteer> FitParts(TaggedCorpus train, int parts)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(parts, 2);
        if (train.Count < parts)
            throw new ArgumentException($"{train.Name} has {train.Count} sentences: they cannot be cut into {parts} parts.", nameof(parts));
        string[] types = TypesOf(train);
        Gazetteer[] lists = [.. Enumerable.Range(0, parts).Select(part => Fit(train.Where((_, i) => PartOf(i) != part), types))];
        return [.. train.Select((_, i) => lists[PartOf(i)])];

        int PartOf(int sentence) => (int)((long)sentence * parts / train.Count);
    }

    static string[] TypesOf(TaggedCorpus train) => train.Scheme is null
        ? throw new ArgumentException($"{train.Name}: the tags mark no entities, so there are none to collect.", nameof(train))
        : [.. train.SelectMany(s => EntitySpans.Of(s.Tags)).Select(span => span.Type).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    static Gazetteer Fit(IEnumerable<TaggedSentence> train, string[] types)
    {
        var list = new Gazetteer(types);
        foreach (TaggedSentence sentence in train)
            foreach (EntitySpan span in EntitySpans.Of(sentence.Tags).Where(span => span.Length <= MostWords))
                list.Add([.. sentence.Words.Skip(span.Start).Take(span.Length)]).Count(Array.IndexOf(types, span.Type), types.Length);
        foreach (TaggedSentence sentence in train)
            for (int start = 0; start < sentence.Words.Count; start++)
                foreach ((Node end, int _) in list.From(sentence.Words, start))
                    end.Found++;
        foreach ((string[] _, Node end) in list.phrases)
            end.Decide();
        return list;
    }

    /// <summary>The number of each word, from 0 to below <see cref="Size"/>. The longest phrase that begins at a word counts, and phrases do not overlap.</summary>
    public int[] Numbers(IReadOnlyList<string> words)
    {
        var numbers = new int[words.Count];
        for (int start = 0, length; start < words.Count; start += Math.Max(length, 1))
        {
            Node? phrase = null;
            length = 0;
            foreach ((Node end, int count) in From(words, start))
                (phrase, length) = (end, count);
            for (int i = 0; i < length; i++)
                numbers[start + i] = 1 + (phrase!.Type * (bounds.Length + 1) + phrase.Reliability) * Positions + (i == 0 ? 0 : 1);
        }
        return numbers;
    }

    /// <summary>The phrases that begin at a word, the shortest first, and the number of their words.</summary>
    IEnumerable<(Node End, int Words)> From(IReadOnlyList<string> words, int start)
    {
        Node node = root;
        for (int at = start; at < words.Count; at++)
        {
            if (node.After(words[at]) is not { } next)
                yield break;
            node = next;
            if (node.IsPhrase)
                yield return (node, at + 1 - start);
        }
    }

    /// <summary>The end of a phrase, which is new or known.</summary>
    Node Add(string[] words)
    {
        Node node = root;
        foreach (string word in words)
            node = node.After(word) ?? node.Add(word);
        if (!node.IsPhrase)
            phrases.Add((words, node));
        node.IsPhrase = true;
        return node;
    }

    /// <summary>"1,012 phrases of 4 types".</summary>
    public override string ToString() => FormattableString.Invariant($"{Count:N0} phrases of {types.Length} types");

    internal void Write(Utf8JsonWriter writer, string property)
    {
        writer.WriteStartObject(property);
        writer.WriteStartArray("types");
        foreach (string type in types)
            writer.WriteStringValue(type);
        writer.WriteEndArray();
        writer.WriteStartArray("phrases");
        foreach ((string[] words, Node end) in phrases)
        {
            writer.WriteStartArray();
            writer.WriteNumberValue(end.Type);
            writer.WriteNumberValue(end.Reliability);
            foreach (string word in words)
                writer.WriteStringValue(word);
            writer.WriteEndArray();
        }
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    internal static Gazetteer Read(JsonElement json)
    {
        var list = new Gazetteer([.. json.GetProperty("types").EnumerateArray().Select(type => type.GetString() ?? throw new FormatException("a type of a gazetteer is null"))]);
        foreach (JsonElement phrase in json.GetProperty("phrases").EnumerateArray())
        {
            if (phrase.GetArrayLength() is < 3 or > MostWords + 2)
                throw new FormatException($"{phrase} is no phrase of a gazetteer");
            string[] words = [.. phrase.EnumerateArray().Skip(2).Select(word => word.GetString() ?? throw new FormatException("a word of a gazetteer is null"))];
            (int type, int reliability) = (phrase[0].GetInt32(), phrase[1].GetInt32());
            if (type < 0 || type >= list.types.Length || reliability < 0 || reliability > bounds.Length)
                throw new FormatException($"{phrase} is no phrase of a gazetteer");
            Node end = list.Add(words);
            (end.Type, end.Reliability) = (type, reliability);
        }
        return list;
    }

    /// <summary>The words that may follow, and the phrase that ends here.</summary>
    sealed class Node
    {
        readonly Dictionary<string, Node> next = new(StringComparer.Ordinal);
        long[] marked = [];

        /// <summary>Whether a phrase ends here.</summary>
        public bool IsPhrase { get; set; }

        /// <summary>How often the phrase was found in the training data, as an entity or not.</summary>
        public long Found { get; set; }

        /// <summary>The number of the type that the phrase was most often.</summary>
        public int Type { get; set; }

        /// <summary>0 for seldom, 1 for often, 2 for nearly always of that type.</summary>
        public int Reliability { get; set; }

        public Node? After(string word) => next.GetValueOrDefault(word);

        public Node Add(string word) => next[word] = new Node();

        /// <summary>Counts an entity of a type.</summary>
        public void Count(int type, int types)
        {
            if (marked.Length == 0)
                marked = new long[types];
            marked[type]++;
        }

        public void Decide()
        {
            Type = Array.IndexOf(marked, marked.Max());
            Reliability = bounds.Count(bound => marked[Type] >= bound * Found);
        }
    }
}
