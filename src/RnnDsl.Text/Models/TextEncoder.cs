using RnnDsl.Sequences;

namespace RnnDsl.Text;

/// <summary>
/// Makes a model's inputs of words, and its targets of tags or labels. What it knows was counted in the training data alone. It is saved with the model (<see cref="Metadata"/>), which then takes raw text.
/// </summary>
/// <remarks>
/// The inputs that a model may declare, by their names:
/// <list type="table">
/// <item><term><c>[OneHot] Seq&lt;Word&gt; words</c></term><description>the words, <see cref="Words"/>: as word vectors know them, written so or in lower case; else in lower case with digits as 0</description></item>
/// <item><term><c>[OneHot] Seqs&lt;Letter&gt; letters</c></term><description>the letters of each word, <see cref="Letters"/></description></item>
/// <item><term><c>[OneHot] Seq&lt;Shape&gt; shapes</c></term><description>how each word is written, <see cref="WordForms.Shape(string)"/></description></item>
/// <item><term><c>[OneHot] Seq&lt;Suffix&gt; suffixes</c></term><description>the ending of each word, <see cref="Suffixes"/></description></item>
/// <item><term><c>[OneHot] Seqs&lt;Piece&gt; wordPieces</c></term><description>the pieces of each word, <see cref="Subwords"/>, if they were learned</description></item>
/// <item><term><c>[OneHot] Seq&lt;Piece&gt; pieces</c></term><description>the pieces of all words, one after the other</description></item>
/// <item><term><c>[OneHot] Seq&lt;Phrase&gt; phrases</c></term><description>for each word, as what entity of the training data its phrase was marked, <see cref="Gazetteer"/>, if they were collected</description></item>
/// <item><term><c>[OneHot] Seq&lt;Tag&gt; tags</c></term><description>of taggers, the target: <see cref="Labels"/>; no label where the tag is none of them</description></item>
/// <item><term><c>[OneHot] Vec&lt;Label&gt; label</c></term><description>of classifiers, the target</description></item>
/// <item><term><c>Vec&lt;Label&gt; labels</c></term><description>of classifiers with several labels a text, the target: 1 for each label that holds</description></item>
/// </list>
/// </remarks>
public sealed partial class TextEncoder
{
    TextEncoder(Vocabulary words, Vocabulary letters, Vocabulary suffixes, Vocabulary labels, TextEncoderOptions options, TagScheme? scheme) =>
        (Words, Letters, Suffixes, Labels, this.options, Scheme) = (words, letters, suffixes, labels, options, scheme);

    readonly TextEncoderOptions options;

    /// <summary>The words.</summary>
    public Vocabulary Words { get; }

    /// <summary>The letters.</summary>
    public Vocabulary Letters { get; }

    /// <summary>The endings.</summary>
    public Vocabulary Suffixes { get; }

    /// <summary>The pieces of words; null if none were learned (<see cref="TextEncoderOptions.Subwords"/>).</summary>
    public SubwordVocabulary? Subwords { get; private init; }

    /// <summary>The entities of the training data; null if they were not collected (<see cref="TextEncoderOptions.Gazetteer"/>).</summary>
    public Gazetteer? Gazetteer { get; private init; }

    /// <summary>The tags of a tagger, or the labels of a classifier, in alphabetical order; none for a language model.</summary>
    public Vocabulary Labels { get; }

    /// <summary>Of a classifier with several labels a text: the probability from which each of <see cref="Labels"/> is said to hold, as <see cref="TextClassifier.ChooseThresholds"/> chose it; null if none was
    /// chosen, which stands for 0.5.</summary>
    public IReadOnlyList<float>? Thresholds { get; internal set; }

    /// <summary>How the model marks entities; null if its tags mark none.</summary>
    public TagScheme? Scheme { get; }

    /// <summary>Counts the words and tags of training data.</summary>
    /// <exception cref="ArgumentException">There are no sentences, or one is empty.</exception>
    public static TextEncoder Fit(TaggedCorpus train, TextEncoderOptions? options = null)
    {
        options ??= new TextEncoderOptions();
        TaggedCorpus corpus = train.Scheme is null ? train : train.Convert(options.Scheme);
        return Fit([.. corpus.Select(s => s.Words)], Distinct(corpus.SelectMany(s => s.Tags)), options, train.Scheme is null ? null : options.Scheme, options.Gazetteer ? Gazetteer.Fit(train) : null);
    }

    /// <summary>Counts the words and labels of training data.</summary>
    /// <exception cref="ArgumentException">There are no texts.</exception>
    public static TextEncoder Fit(IReadOnlyList<LabeledText> train, TextEncoderOptions? options = null) =>
        Fit([.. train.Select(t => t.Words)], Distinct(train.SelectMany(t => t.Labels)), options ?? new TextEncoderOptions(), null);

    static Vocabulary Distinct(IEnumerable<string> labels)
    {
        string[] distinct = [.. labels.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        return distinct.Length == 0 ? throw new ArgumentException("No text has a label.", nameof(labels)) : Vocabulary.Closed(distinct);
    }

    static TextEncoder Fit(IReadOnlyList<IReadOnlyList<string>> sentences, Vocabulary labels, TextEncoderOptions options, TagScheme? scheme, Gazetteer? gazetteer = null)
    {
        if (sentences.Count == 0)
            throw new ArgumentException("There is no text to count words in.", nameof(sentences));
        IEnumerable<string> all = sentences.SelectMany(s => s);
        return new TextEncoder(
            Vocabulary.Count(all.Select(WordForms.Folded), options.MinWordCount, options.MaxWords, options.Vectors?.Words),
            Vocabulary.Count(all.SelectMany(word => TextElements.Split(word)), minCount: 2),
            Vocabulary.Count(all.Select(w => WordForms.Suffix(w, options.SuffixLetters)), minCount: 3),
            labels, options with { Vectors = null }, scheme)
        { Subwords = options.Subwords is { } size ? SubwordVocabulary.Learn(all, size) : null, Gazetteer = gazetteer };
    }

    /// <summary>Sentences and their tags as inputs and targets of a model.</summary>
    /// <exception cref="ArgumentException">There are none, one is empty, or has not as many tags as words; the message says which.</exception>
    public Dataset Encode(IReadOnlyList<TaggedSentence> sentences) => Encode(sentences, null);

    /// <summary>
    /// The sentences that the encoder was fitted on, to train a model that reads <c>phrases</c>: those of a sentence come from other parts of the corpus, so that the model sees how reliable the <see cref="Gazetteer"/> is. Everything
    /// else is as <see cref="Encode(IReadOnlyList{TaggedSentence})"/> gives it.
    /// </summary>
    /// <param name="train">The corpus that the encoder was fitted on.</param>
    /// <param name="parts">The parts into which it is cut, neighbors in the file: 10 are usual, or as many as there are documents.</param>
    /// <exception cref="ArgumentException">The encoder has no gazetteer, or the corpus has fewer sentences than parts.</exception>
    public Dataset EncodeTraining(TaggedCorpus train, int parts = 10) => Encode(train, Gazetteer is null
        ? throw new ArgumentException($"This encoder has collected no entities: set {nameof(TextEncoderOptions)}.{nameof(TextEncoderOptions.Gazetteer)}, or use {nameof(Encode)}.", nameof(train))
        : Gazetteer.FitParts(train, parts));

    /// <summary>Checks before a training that a corpus can be compared with what the model will answer: either both mark entities, or neither does.</summary>
    /// <param name="corpus">Sentences to test with.</param>
    /// <exception cref="ArgumentException">One marks entities and the other does not; the message says which.</exception>
    public void CheckScheme(TaggedCorpus corpus)
    {
        ArgumentNullException.ThrowIfNull(corpus);
        if (Scheme is null != corpus.Scheme is null)
            throw new ArgumentException($"{corpus.Name} {(corpus.Scheme is null ? "marks no" : "marks")} entities, but what the tagger was trained on {(Scheme is null ? "marks none" : "does")}: name the column of its tags, or mend them.");
    }

    Dataset Encode(IReadOnlyList<TaggedSentence> sentences, IReadOnlyList<Gazetteer>? gazetteers)
    {
        for (int i = 0; i < sentences.Count; i++)
            if (sentences[i].Words.Count != sentences[i].Tags.Count)
                throw new ArgumentException($"Sentence {i} has {sentences[i].Words.Count} words and {sentences[i].Tags.Count} tags.", nameof(sentences));
        int[][] tags = [.. sentences.Select(s => Labels.Numbers(Scheme is { } scheme ? TagSchemes.Convert(s.Tags, scheme) : s.Tags))];
        return new Dataset([.. Inputs([.. sentences.Select(s => s.Words)], null, gazetteers), Column.OneHot("tags", Labels.Size, tags)]);
    }

    /// <summary>Texts and their labels as inputs and targets of a model: <c>label</c> if each has at most one, and <c>labels</c>.</summary>
    /// <exception cref="ArgumentException">There are none; the message says so.</exception>
    public Dataset Encode(IReadOnlyList<LabeledText> texts)
    {
        int[][] numbers = [.. texts.Select(t => Labels.Numbers(t.Labels))];
        var columns = Inputs([.. texts.Select(t => t.Words)], null);
        if (numbers.All(n => n.Length <= 1))
            columns.Add(Column.OneHot("label", Labels.Size, [.. numbers.Select(n => n.Length == 0 ? -1 : n[0])]));
        columns.Add(Column.Vectors("labels", [.. numbers.Select(Indicators)]));
        return new Dataset(columns);

        float[] Indicators(int[] held)
        {
            var row = new float[Labels.Size];
            foreach (int number in held)
                if (number >= 0)
                    row[number] = 1;
            return row;
        }
    }

    /// <summary>Words as inputs of a model, without targets.</summary>
    /// <param name="sentences">At least one, none of them empty.</param>
    /// <param name="inputs">Names of the inputs that are wanted; null for all.</param>
    /// <exception cref="ArgumentException">There are none, or one is empty; the message says which.</exception>
    public Dataset Encode(IReadOnlyList<IReadOnlyList<string>> sentences, IReadOnlyCollection<string>? inputs = null) => new(Inputs(sentences, inputs));

    List<Column> Inputs(IReadOnlyList<IReadOnlyList<string>> sentences, IReadOnlyCollection<string>? wanted, IReadOnlyList<Gazetteer>? gazetteers = null)
    {
        if (sentences.Count == 0)
            throw new ArgumentException("There is no sentence.", nameof(sentences));
        for (int i = 0; i < sentences.Count; i++)
            if (sentences[i].Count == 0)
                throw new ArgumentException($"Sentence {i} has no words: leave it out.", nameof(sentences));
        var columns = new List<Column>();
        if (IsWanted("words"))
            columns.Add(Column.OneHot("words", Words.Size, Each(WordNumber)));
        if (IsWanted("letters"))
            columns.Add(Column.OneHot("letters", Letters.Size, Each(LetterNumbers)));
        if (IsWanted("shapes"))
            columns.Add(Column.OneHot("shapes", WordForms.ShapeCount, Each(WordForms.Shape)));
        if (IsWanted("suffixes"))
            columns.Add(Column.OneHot("suffixes", Suffixes.Size, Each(word => Suffixes.Number(WordForms.Suffix(word, options.SuffixLetters)))));
        if (Gazetteer is { } gazetteer)
        {
            if (IsWanted("phrases"))
                columns.Add(Column.OneHot("phrases", gazetteer.Size, [.. sentences.Select((s, i) => (gazetteers?[i] ?? gazetteer).Numbers(s))]));
        }
        else if (wanted is not null && IsWanted("phrases"))
            throw new ArgumentException($"The model reads phrases, but this encoder has collected no entities: set {nameof(TextEncoderOptions)}.{nameof(TextEncoderOptions.Gazetteer)}.", nameof(wanted));
        if (Subwords is { } subwords)
        {
            if (IsWanted("wordPieces"))
                columns.Add(Column.OneHot("wordPieces", subwords.Size, Each(word => TextElements.Ends(subwords.Numbers(word), options.MaxLetters))));
            if (IsWanted("pieces"))
                columns.Add(Column.OneHot("pieces", subwords.Size, [.. sentences.Select(s => s.SelectMany(subwords.Numbers).ToArray())]));
        }
        else if (wanted is not null && (IsWanted("wordPieces") || IsWanted("pieces")))
            throw new ArgumentException($"The model reads pieces of words, but this encoder has learned none: {nameof(TextEncoderOptions)}.{nameof(TextEncoderOptions.Subwords)} says how many.", nameof(wanted));
        return columns;

        bool IsWanted(string name) => wanted?.Contains(name) ?? true;

        T[][] Each<T>(Func<string, T> number) => [.. sentences.Select(s => s.Select(number).ToArray())];
    }

    /// <summary>An empty word, which stands for a text without words, has one unknown letter.</summary>
    int[] LetterNumbers(string word) => word.Length == 0 ? [0] : Letters.Numbers(TextElements.Split(word, options.MaxLetters));

    /// <summary>The number of a word: as it is written, else in lower case, else with digits as 0, else 0.</summary>
    public int WordNumber(string word)
    {
        Span<char> room = word.Length <= 128 ? stackalloc char[word.Length] : new char[word.Length];
        return WordNumber(word, room);
    }

    /// <summary>The same without any allocation.</summary>
    /// <param name="word">The word.</param>
    /// <param name="form">Room for a form of the word, of the same length.</param>
    int WordNumber(ReadOnlySpan<char> word, Span<char> form)
    {
        if (Words.TryNumber(word, out int number))
            return number;
        word.ToLowerInvariant(form);
        if (Words.TryNumber(form, out number))
            return number;
        WordForms.Fold(word, form);
        return Words.TryNumber(form, out number) ? number : 0;
    }
}
