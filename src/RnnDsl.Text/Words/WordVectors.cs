using System.Globalization;
using System.Numerics.Tensors;
using RnnDsl.Execution;
using RnnDsl.Memory;
using RnnDsl.Storage;

namespace RnnDsl.Text;

/// <summary>How word vectors are read.</summary>
public sealed record WordVectorOptions
{
    /// <summary>The most words that are taken, the first of the file, which are the most frequent in the usual files; null for all.</summary>
    public int? MaximumWords { get; init; }

    /// <summary>If given, only words for which it is true are kept: those of one's data, when the file is larger than memory.</summary>
    public Func<string, bool>? Filter { get; init; }

    /// <summary>How the file is read: here up to 16 GiB, for the largest published files have 7.</summary>
    public TextOptions Text { get; init; } = new() { MaximumBytes = 1L << 34 };
}

/// <summary>How many words of a vocabulary have vectors.</summary>
/// <param name="Found">Words whose vector was found as they are written.</param>
/// <param name="FoundInLowerCase">Words whose vector was found in lower case alone.</param>
/// <param name="Missing">Words that have none, and begin at random.</param>
public readonly record struct VectorCoverage(int Found, int FoundInLowerCase, int Missing)
{
    /// <summary>Part of the words that have vectors.</summary>
    public double Share => (double)(Found + FoundInLowerCase) / Math.Max(1, Found + FoundInLowerCase + Missing);

    /// <summary>"4,211 of 5,000 words have vectors (84.2 %), 120 of them in lower case alone".</summary>
    public override string ToString() => FormattableString.Invariant(
        $"{Found + FoundInLowerCase:N0} of {Found + FoundInLowerCase + Missing:N0} words have vectors ({100 * Share:F1} %), {FoundInLowerCase:N0} of them in lower case alone");
}

/// <summary>
/// Vectors of words that others learned from large texts, in the text forms of GloVe (Pennington et al. 2014), word2vec (Mikolov et al. 2013) and fastText (Bojanowski et al. 2017), also packed with gzip.
/// A model begins with them (<see cref="CopyTo"/>) and goes on to train them, or freezes them (<c>FineTuning.Freeze("words.*")</c>).
/// </summary>
public sealed class WordVectors
{
    readonly List<string> words = [];
    readonly Dictionary<string, int> places = new(StringComparer.Ordinal);
    readonly List<float[]> vectors = [];

    WordVectors(int size) => Size = size;

    /// <summary>Values of a vector.</summary>
    public int Size { get; }

    /// <summary>The words, in the order of the file.</summary>
    public IReadOnlyList<string> Words => words;

    /// <summary>The vector of a word; null if it has none.</summary>
    public ReadOnlyMemory<float>? Find(string word) => places.TryGetValue(word, out int place) ? (ReadOnlyMemory<float>?)vectors[place] : null;

    /// <summary>Reads a file. A first line of two numbers, as word2vec and fastText write it, is told from a word's; a word that stands twice counts once.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">A line is no word with its numbers, or there are fewer words than the first line states; the message names file and line.</exception>
    public static WordVectors Read(string path, WordVectorOptions? options = null)
    {
        options ??= new WordVectorOptions();
        WordVectors? result = null;
        (long Words, int Size)? header = null;
        long read = 0;
        foreach (TextLine line in TextFile.ReadKept(path, options.Text))
        {
            ReadOnlySpan<char> text = line.Text.AsSpan().TrimEnd();
            if (text.IsEmpty || (line.Number == 1 && (header = Header(line.Text)) is not null))
                continue;
            result ??= new WordVectors(Numbers(text));
            if (result.Size < 2)
                throw Error(path, line, "a word with its numbers was expected, separated by spaces");
            TextFile.CheckColumns(result.Size + 1, options.Text, $"{path}, line {line.Number}");
            if (read == 0 && header is { } stated && stated.Size != result.Size)
                throw Error(path, line, $"{result.Size} numbers behind the word, and the first line of the file says {stated.Size}");
            if (result.words.Count == options.MaximumWords)
                return result;
            read++;
            int end = WordEnd(text, result.Size);
            if (end < 1)
                throw Error(path, line, $"fewer than {result.Size} numbers behind the word");
            string word = text[..end].ToString();
            if (result.places.ContainsKey(word) || options.Filter?.Invoke(word) == false)
                continue;
            result.Add(word, Vector(text[(end + 1)..], result.Size) ?? throw Error(path, line, $"not {result.Size} finite numbers behind '{word}'"));
        }
        if (result is null)
            throw new InvalidDataException($"{path} has no vectors: it is empty.");
        return read >= (header?.Words ?? 0) ? result : throw new InvalidDataException(FormattableString.Invariant(
            $"{path} has {read:N0} vectors, and its first line says {header!.Value.Words:N0}: it is cut short. If that is meant, change or remove the first line."));
    }

    void Add(string word, float[] vector)
    {
        places.Add(word, words.Count);
        words.Add(word);
        vectors.Add(vector);
    }

    /// <summary>
    /// Sets the rows of a model's embedding to the vectors of the vocabulary's words: as they are written, else in lower case. The other rows become random, as spread as the vectors are.
    /// </summary>
    /// <param name="model">The model.</param>
    /// <param name="layer">The field that is the <see cref="Embedding{Word, Vector}"/>, with those of the layers around it: "words".</param>
    /// <param name="vocabulary">The words, one for each row.</param>
    /// <param name="seed">Of the random rows.</param>
    /// <returns>How many words have vectors.</returns>
    /// <exception cref="ArgumentException">The model has no such embedding, or it has other sizes.</exception>
    public VectorCoverage CopyTo(Module model, string layer, Vocabulary vocabulary, int seed = 0)
    {
        string name = $"{layer}.Table";
        ParameterInfo table = model.Info.Parameters.FirstOrDefault(p => p.Name == name)
            ?? throw new ArgumentException($"{model.Info.Name} has no embedding '{layer}': no parameter is named '{name}'.", nameof(layer));
        if (table.Rows != vocabulary.Size || table.Columns != Size)
            throw new ArgumentException($"{name} is {table.Rows}×{table.Columns}, but the vocabulary has {vocabulary.Size} words and the vectors {Size} values.", nameof(layer));
        Span<float> rows = model.Parameters[name];
        double spread = Math.Sqrt(vectors.Take(10_000).Average(v => TensorPrimitives.SumOfSquares(v.AsSpan()) / Size));
        var random = new RandomStream(seed, "word vectors");
        int found = 0, folded = 0, missing = 0;
        for (int i = 0; i < vocabulary.Size; i++)
        {
            Span<float> row = rows.Slice(i * Size, Size);
            string word = vocabulary[i];
            bool isWord = i > 0 || !vocabulary.IsOpen;
            if (isWord && places.TryGetValue(word, out int place))
                found++;
            else if (isWord && places.TryGetValue(word.ToLowerInvariant(), out place))
                folded++;
            else
            {
                foreach (ref float value in row)
                    value = (float)(spread * random.Normal());
                missing += isWord ? 1 : 0;
                continue;
            }
            vectors[place].CopyTo(row);
        }
        model.Parameters.MarkChanged();
        return new VectorCoverage(found, folded, missing);
    }

    /// <summary>The numbers of words and of values that a first line states, as word2vec and fastText write it; null if it is a word's.</summary>
    static (long Words, int Size)? Header(string line) => line.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [var count, var size]
        && long.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out long words) && int.TryParse(size, NumberStyles.None, CultureInfo.InvariantCulture, out int values) ? (words, values) : null;

    static int Numbers(ReadOnlySpan<char> line) => line.Count(' ');

    /// <summary>Where the word ends: so many numbers from the end. Words of some files have spaces within.</summary>
    static int WordEnd(ReadOnlySpan<char> line, int numbers)
    {
        int end = line.Length;
        for (int i = 0; i < numbers && end >= 0; i++)
            end = line[..end].LastIndexOf(' ');
        return end;
    }

    static float[]? Vector(ReadOnlySpan<char> numbers, int size)
    {
        var vector = new float[size];
        int i = 0;
        foreach (Range range in numbers.Split(' '))
            if (i == size || !float.TryParse(numbers[range], NumberStyles.Float, CultureInfo.InvariantCulture, out vector[i]) || !float.IsFinite(vector[i++]))
                return null;
        return i == size ? vector : null;
    }

    static InvalidDataException Error(string path, TextLine line, string what) =>
        new(OneLine.Of($"{path}, line {line.Number}: {what}: '{(line.Text.Length > 60 ? line.Text[..60] + "…" : line.Text)}'."));
}
