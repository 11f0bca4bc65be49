using System.Text.Json;

namespace RnnDsl.Text;

/// <summary>
/// Pieces of words: letters, and what byte-pair encoding joined of them (Sennrich, Haddow &amp; Birch 2016). Frequent words are one piece, rare and new ones several, so that few thousand pieces write any text.
/// A piece that begins a word begins with a space: "low", "lower" and "flower" may be " low", " low" + "er" and " f" + "lower".
/// </summary>
/// <remarks>
/// Letters are Unicode text elements, as in <see cref="TextElements"/>. The encoder is this library's own: it begins with text elements, so that an emoji is never cut, and it needs no other package.
/// </remarks>
public sealed class SubwordVocabulary
{
    /// <summary>What begins each word. No text is ambiguous: the pieces of a word are a space and the word, cut somewhere.</summary>
    internal const string WordStart = " ";

    /// <summary>No piece is longer, in characters (UTF-16): rows of signs do not fill the vocabulary.</summary>
    internal const int LongestPiece = 64;

    readonly (int Left, int Right)[] merges;
    readonly string[] letters;

    /// <summary>For each pair of pieces that is joined: which is joined first, and what it becomes.</summary>
    readonly Dictionary<(int Left, int Right), (int Rank, int Piece)> joined = [];

    internal SubwordVocabulary(IReadOnlyList<string> letters, IReadOnlyList<(int Left, int Right)> merges)
    {
        (this.letters, this.merges) = ([.. letters], [.. merges]);
        List<string> pieces = [Vocabulary.Unknown, .. letters];
        Dictionary<string, int> numbers = pieces.Skip(1).Select((piece, i) => (piece, i)).ToDictionary(p => p.piece, p => p.i + 1, StringComparer.Ordinal);
        foreach ((int left, int right) in merges)
        {
            if (left < 1 || right < 1 || left >= pieces.Count || right >= pieces.Count)
                throw new ArgumentException($"Pieces {left} and {right} are joined, but there are the pieces 1 to {pieces.Count - 1}.", nameof(merges));
            string piece = pieces[left] + pieces[right];
            if (piece.Length > LongestPiece)
                throw new ArgumentException($"A piece has {piece.Length} characters, more than {LongestPiece}.", nameof(merges));
            // Several pairs may become the same piece, as "a" + "bc" and "ab" + "c" do.
            if (numbers.TryAdd(piece, pieces.Count))
                pieces.Add(piece);
            if (!joined.TryAdd((left, right), (joined.Count, numbers[piece])))
                throw new ArgumentException($"'{pieces[left]}' and '{pieces[right]}' are joined twice.", nameof(merges));
        }
        Pieces = Vocabulary.Open(pieces.Skip(1));
    }

    /// <summary>Learns pieces of the words of training data.</summary>
    /// <param name="words">Every occurrence. Words that are frequent decide more.</param>
    /// <param name="size">The most pieces, with the one for unknown letters. First come the letters that occur at least twice, the most frequent first, then what is joined of them, until no pair of pieces occurs twice.</param>
    /// <remarks>The result depends on the counts of the words alone, not on their order: of pairs that are equally frequent the one with the smaller numbers is joined first.</remarks>
    /// <exception cref="ArgumentOutOfRangeException">The size is below 2.</exception>
    public static SubwordVocabulary Learn(IEnumerable<string> words, int size = 8000)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 2);
        return new SubwordLearner(words, size).Learn();
    }

    /// <summary>The pieces, each with a number: 0 for letters that the training data did not have, then letters, then what was joined.</summary>
    public Vocabulary Pieces { get; }

    /// <summary>Number of pieces, the unknown one included: the size of the model's dimension.</summary>
    public int Size => Pieces.Size;

    /// <summary>The pieces of a word, the first with a space before it; an unknown letter is a piece as it is written. Of a word of n letters it takes time in the order of n log n.</summary>
    public string[] Split(string word)
    {
        (int[] numbers, string[] written) = Encode(word);
        var pieces = new string[numbers.Length];
        for (int i = 0, letter = 0; i < pieces.Length; i++)
        {
            pieces[i] = numbers[i] == 0 ? written[letter] : Pieces[numbers[i]];
            for (int length = 0; length < pieces[i].Length;)
                length += written[letter++].Length;
        }
        return pieces;
    }

    /// <summary>The numbers of a word's pieces; at least one.</summary>
    public int[] Numbers(string word) => Encode(word).Numbers;

    /// <summary>What was split: of the pieces of one word that word, of the pieces of several words, one after the other, the words with a space between them.</summary>
    public static string Join(IEnumerable<string> pieces)
    {
        string text = string.Concat(pieces);
        return text.StartsWith(WordStart, StringComparison.Ordinal) ? text[WordStart.Length..] : text;
    }

    /// <summary>"1,998 pieces of 71 letters".</summary>
    public override string ToString() => FormattableString.Invariant($"{Size - 1:N0} pieces of {letters.Length:N0} letters");

    /// <summary>Again and again the pair that was learned first is joined, of several the leftmost. Joined letters leave a hole, which pairs step over.</summary>
    (int[] Numbers, string[] Letters) Encode(string word)
    {
        string[] written = [WordStart, .. TextElements.Split(word)];
        int[] numbers = Pieces.Numbers(written), next = [.. Enumerable.Range(1, written.Length)], before = [.. Enumerable.Range(-1, written.Length)];
        var pairs = new PriorityQueue<int, (int Rank, int Place)>();
        for (int place = 0; place + 1 < numbers.Length; place++)
            Offer(place);
        int count = numbers.Length;
        while (pairs.TryDequeue(out int left, out (int Rank, int Place) of))
        {
            int right = next[left];
            // One of the pair may have been joined with another since it was found.
            if (numbers[left] < 1 || right >= numbers.Length || !joined.TryGetValue((numbers[left], numbers[right]), out var found) || found.Rank != of.Rank)
                continue;
            (numbers[left], numbers[right], next[left]) = (found.Piece, -1, next[right]);
            count--;
            if (next[left] < numbers.Length)
            {
                before[next[left]] = left;
                Offer(left);
            }
            if (before[left] >= 0)
                Offer(before[left]);
        }
        return (count == numbers.Length ? numbers : Array.FindAll(numbers, n => n >= 0), written);

        void Offer(int place)
        {
            if (joined.TryGetValue((numbers[place], numbers[next[place]]), out var found))
                pairs.Enqueue(place, (found.Rank, place));
        }
    }

    internal void Write(Utf8JsonWriter writer, string property)
    {
        writer.WriteStartObject(property);
        writer.WriteStartArray("letters");
        foreach (string letter in letters)
            writer.WriteStringValue(letter);
        writer.WriteEndArray();
        writer.WriteStartArray("merges");
        foreach ((int left, int right) in merges)
        {
            writer.WriteNumberValue(left);
            writer.WriteNumberValue(right);
        }
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    internal static SubwordVocabulary Read(JsonElement json)
    {
        string[] letters = [.. json.GetProperty("letters").EnumerateArray().Select(e => e.GetString() ?? throw new FormatException("a letter of the subwords is null"))];
        int[] merges = [.. json.GetProperty("merges").EnumerateArray().Select(e => e.GetInt32())];
        if (merges.Length % 2 != 0)
            throw new FormatException("what is joined of subwords is not in pairs");
        return new SubwordVocabulary(letters, [.. merges.Chunk(2).Select(pair => (pair[0], pair[1]))]);
    }
}
