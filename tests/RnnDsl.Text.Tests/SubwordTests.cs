using System.Diagnostics;
using RnnDsl.Sequences;
using RnnDsl.Storage;
using RnnDsl.Training;
using static RnnDsl.Ops;

namespace RnnDsl.Text.Tests;

/// <summary>Reads pieces alone, those of each word and those of the text.</summary>
[Model]
public partial class PieceClassifier : Model
{
    class Piece : Dim;  class Label : Dim;  class Vector : Dim;

    Embedding<Piece, Vector> table;
    Gru<Vector, Vector> spelling, reading;
    Linear<Vector, Label> head;

    Vec<Vector> Spell([OneHot] Seq<Piece> word) => Last(spelling.Scan(table.Map(word)));

    Vec<Label> Scores([OneHot] Seqs<Piece> wordPieces, [OneHot] Seq<Piece> pieces) => head.Map(MeanOverSteps(Each(wordPieces, Spell)) + MeanOverSteps(reading.Scan(table.Map(pieces))));

    Vec<Label> Predict([OneHot] Seqs<Piece> wordPieces, [OneHot] Seq<Piece> pieces) => Softmax(Scores(wordPieces, pieces));

    Scalar Loss([OneHot] Seqs<Piece> wordPieces, [OneHot] Seq<Piece> pieces, [OneHot] Vec<Label> label) => CrossEntropy(Scores(wordPieces, pieces), label);
}

/// <summary>Pieces of words, learned by byte-pair encoding.</summary>
public sealed class SubwordTests : IDisposable
{
    readonly TemporaryFolder files = new();

    public void Dispose() => files.Dispose();

    /// <summary>The example of Sennrich et al. 2016, section 3.2.</summary>
    static readonly string[] sennrich = [.. Enumerable.Repeat("low", 5), .. Enumerable.Repeat("lower", 2), .. Enumerable.Repeat("newest", 6), .. Enumerable.Repeat("widest", 3)];

    [Fact]
    public void The_example_of_the_paper()
    {
        SubwordVocabulary subwords = SubwordVocabulary.Learn(sennrich, 17);
        Assert.Equal([Vocabulary.Unknown, "e", " ", "w", "s", "t", "l", "o", "n", "d", "i", "r", "es", "est", " l", "ow", " low"], subwords.Pieces.Entries);
        Assert.Equal([" low", "est"], subwords.Split("lowest"));
        Assert.Equal([" ", "x", "ow", "e", "r"], subwords.Split("xower"));
        Assert.Equal([2, 0, 15, 1, 11], subwords.Numbers("xower"));
        Assert.Equal("lowest", SubwordVocabulary.Join(subwords.Split("lowest")));
    }

    static string Random(Random random, int most, string letters) => string.Concat(Enumerable.Range(0, random.Next(most)).Select(_ => random.Next(30) switch
    {
        0 => char.ConvertFromUtf32(random.Next(0x20, 0xd7ff)), 1 => char.ConvertFromUtf32(random.Next(0x10000, 0x1ffff)), 2 => "👩‍👩‍👧", 3 => "👍🏽", 4 => "e\u0301", 5 => ((char)random.Next(0xd800, 0xdfff)).ToString(), 6 => " ",
        7 => "\0", 8 => "\r\n", _ => letters[random.Next(letters.Length)].ToString(),
    }));

    [Fact]
    public void Any_text_is_joined_again_as_it_was()
    {
        var random = new Random(11);
        for (int round = 0; round < 200; round++)
        {
            string letters = round % 2 == 0 ? "aab" : "abcde中文ß";
            SubwordVocabulary subwords = SubwordVocabulary.Learn([.. Enumerable.Range(0, 40).Select(_ => Random(random, 12, letters))], random.Next(2, 60));
            string[] words = [.. Enumerable.Range(0, 20).Select(_ => Random(random, 40, letters)), "", " ", "\u0301"];
            foreach (string word in words)
            {
                string[] pieces = subwords.Split(word);
                Assert.Equal(word, SubwordVocabulary.Join(pieces));
                Assert.Equal(subwords.Pieces.Numbers(pieces), subwords.Numbers(word));
            }
            Assert.Equal(string.Join(' ', words), SubwordVocabulary.Join(words.SelectMany(subwords.Split)));
        }
    }

    [Fact]
    public void It_is_what_counting_anew_for_each_pair_gives()
    {
        var random = new Random(12);
        for (int round = 0; round < 150; round++)
        {
            string letters = (round % 3) switch { 0 => "ab", 1 => "abcdef", _ => "a" };
            string[] words = [.. Enumerable.Range(0, random.Next(1, 60)).Select(_ => Random(random, 15, letters))];
            int size = random.Next(2, 80);
            SubwordVocabulary subwords = SubwordVocabulary.Learn(words, size);
            (string[] pieces, List<(string, string)> merges) = Plainly(words, size);
            Assert.Equal(pieces, subwords.Pieces.Entries.Skip(1));
            random.Shuffle(words);
            Assert.Equal(pieces, SubwordVocabulary.Learn(words, size).Pieces.Entries.Skip(1));
            foreach (string word in words.Concat(Enumerable.Range(0, 20).Select(_ => Random(random, 30, letters))))
                Assert.Equal(Plainly(word, pieces, merges), subwords.Split(word));
        }
    }

    /// <summary>Algorithm 1 of the paper, word for word: all pairs are counted for each join.</summary>
    static (string[] Pieces, List<(string, string)> Merges) Plainly(string[] words, int size)
    {
        List<List<string>> split = [.. words.Select(w => (List<string>)[" ", .. TextElements.Split(w)])];
        List<string> pieces = [.. split.SelectMany(s => s).Concat(Enumerable.Repeat(" ", words.Length == 1 ? 1 : 0)).CountBy(l => l)
            .Where(l => l.Value >= 2 && l.Key.Length <= 64 && IsText(l.Key)).OrderByDescending(l => l.Value).ThenBy(l => l.Key, StringComparer.Ordinal).Select(l => l.Key).Take(size - 1)];
        HashSet<string> known = [.. pieces];
        List<(string, string)> merges = [];
        while (pieces.Count < size - 1)
        {
            var best = split.SelectMany(s => s.Zip(s.Skip(1))).Where(p => known.Contains(p.First) && known.Contains(p.Second) && p.First.Length + p.Second.Length <= 64).CountBy(p => p)
                .Where(p => p.Value >= 2).OrderByDescending(p => p.Value).ThenBy(p => pieces.IndexOf(p.Key.First)).ThenBy(p => pieces.IndexOf(p.Key.Second)).Select(p => p.Key).FirstOrDefault();
            if (best.First is null)
                break;
            if (known.Add(best.First + best.Second))
                pieces.Add(best.First + best.Second);
            if (!merges.Contains(best))
                merges.Add(best);
            foreach (List<string> word in split)
                for (int i = 0; i + 1 < word.Count; i++)
                    if ((word[i], word[i + 1]) == best)
                    {
                        word[i] += word[i + 1];
                        word.RemoveAt(i + 1);
                    }
        }
        return ([.. pieces], merges);
    }

    static bool IsText(string letter) => System.Text.Encoding.UTF8.GetString(System.Text.Encoding.UTF8.GetBytes(letter)) == letter;

    static List<string> Plainly(string word, string[] pieces, List<(string, string)> merges)
    {
        List<string> split = [" ", .. TextElements.Split(word)];
        while (true)
        {
            int place = -1, rank = int.MaxValue;
            for (int i = 0; i + 1 < split.Count; i++)
                if (merges.IndexOf((split[i], split[i + 1])) is >= 0 and var at && at < rank)
                    (place, rank) = (i, at);
            if (place < 0)
                return split;
            split[place] += split[place + 1];
            split.RemoveAt(place + 1);
        }
    }

    [Fact]
    public void Many_words_are_learned_in_seconds_and_long_ones_split()
    {
        var random = new Random(13);
        string[] parts = [.. Enumerable.Range(0, 3000).Select(_ => string.Concat(Enumerable.Range(0, random.Next(2, 5)).Select(_ => (char)('a' + (int)(26 * Math.Pow(random.NextDouble(), 2))))))];
        string[] words = [.. Enumerable.Range(0, 100_000).Select(i => string.Concat(Enumerable.Range(0, random.Next(1, 4)).Select(_ => parts[(int)(parts.Length * Math.Pow(random.NextDouble(), 3))])) + (i % 7 == 0 ? "s" : ""))];
        var clock = Stopwatch.StartNew();
        SubwordVocabulary subwords = SubwordVocabulary.Learn(words, 8000);
        Assert.Equal(8000, subwords.Size);
        Assert.True(clock.Elapsed.TotalSeconds < 60, $"Learning took {clock.Elapsed.TotalSeconds:F1} s.");
        clock.Restart();
        foreach (string odd in new[] { new string('a', 1_000_000), string.Concat(words.Take(10_000)), new string('中', 100_000) })
            Assert.Equal(odd, SubwordVocabulary.Join(subwords.Split(odd)));
        Assert.True(clock.Elapsed.TotalSeconds < 60, $"Splitting took {clock.Elapsed.TotalSeconds:F1} s.");
        Assert.InRange(SubwordVocabulary.Learn([new string('a', 10_000), string.Concat(words.Take(2000))], 4000).Size, 30, 4000);
    }

    static readonly LabeledCorpus corpus = new("requests", [.. Enumerable.Range(0, 40).SelectMany(i => new[]
    {
        new LabeledText($"my {(i % 2 == 0 ? "lamp" : "desk")} arrived broken", "broken"), new LabeledText($"where is my {(i % 2 == 0 ? "lamp" : "desk")}", "status"),
    })]);

    static PieceClassifier Model(TextEncoder encoder, int seed = 1) => new(encoder.Size("Piece"), encoder.Size("Label"), 10, seed);

    [Fact]
    public void A_saved_model_of_pieces_takes_raw_text()
    {
        TextEncoder encoder = TextEncoder.Fit(corpus, new TextEncoderOptions { Subwords = 40 });
        Assert.InRange(encoder.Size("Piece"), 25, 40);
        PieceClassifier model = Model(encoder);
        using (var trainer = new Trainer(model, new AdamW(0.02)) { BatchSize = 8, Epochs = 10 })
            trainer.Fit(encoder.Encode(corpus));
        using var classifier = new TextClassifier(model, encoder);
        Assert.Equal(1, classifier.Evaluate(corpus).Accuracy);
        string path = files.Named("pieces.safetensors");
        ModelFile.Save(path, model, metadata: encoder.Metadata);
        TextEncoder read = TextEncoder.Read(ModelFile.ReadInfo(path));
        Assert.Equal(encoder.ToJson(), read.ToJson());
        Assert.Equal(encoder.Subwords!.Split("breaking"), read.Subwords!.Split("breaking"));
        PieceClassifier loaded = Model(read, seed: 2);
        ModelFile.Load(path, loaded);
        using var later = new TextClassifier(loaded, read);
        foreach (string text in new[] { "the desk is broken", "", "中👍🏽", new string('x', 10_000) })
            Assert.Equal(classifier.Classify(text).Probability, later.Classify(text).Probability);
    }

    [Fact]
    public void Columns_of_pieces()
    {
        TextEncoder encoder = TextEncoder.Fit(corpus, new TextEncoderOptions { Subwords = 60 });
        Dataset data = encoder.Encode([["where", "is", "Q"], ["lamp"]], ["pieces", "wordPieces"]);
        Assert.Equal(["wordPieces", "pieces"], data.Columns.Select(c => c.Name));
        int[] numbers = [.. encoder.Subwords!.Numbers("where"), .. encoder.Subwords.Numbers("is"), encoder.Subwords.Pieces.Number(" "), 0];
        Assert.Equal(numbers.Select(n => (float)n), data["pieces"].ToArray().Take(numbers.Length));
        Assert.Equal(data["pieces"].ToArray(), data["wordPieces"].ToArray());
        Assert.Equal(32, encoder.Encode([[new string('Q', 100)]], ["wordPieces"])["wordPieces"].ToArray().Length);

        TextEncoder without = TextEncoder.Fit(corpus);
        Assert.Null(without.Subwords);
        Assert.DoesNotContain(without.Encode(corpus).Columns, c => c.Name.EndsWith("ieces", StringComparison.Ordinal));
        Assert.Contains("learned none", Assert.Throws<ArgumentException>(() => without.Encode([["a"]], ["pieces"])).Message);
        Assert.Contains("no pieces of words", Assert.Throws<ArgumentException>(() => without.Size("Piece")).Message);
    }

    [Theory]
    [InlineData("\"merges\":[", "\"merges\":[1,99999,")]
    [InlineData("\"merges\":[", "\"merges\":[1,0,")]
    [InlineData("\"merges\":[", "\"merges\":[1,")]
    [InlineData("\"merges\":[", "\"merges\":[1,1,1,1,")]
    [InlineData("\"merges\":[", "\"merges\":[1.5,2,")]
    [InlineData("\"letters\":[", "\"letters\":[null,")]
    [InlineData("\"letters\":[\" \",", "\"letters\":[\" \",\" \",")]
    public void Broken_files_are_refused(string part, string broken)
    {
        string json = TextEncoder.Fit(corpus, new TextEncoderOptions { Subwords = 40 }).ToJson();
        int at = json.LastIndexOf(part, StringComparison.Ordinal);
        Assert.True(at > 0, json);
        Assert.StartsWith("This is not a text encoder's JSON", Assert.Throws<InvalidDataException>(() => TextEncoder.FromJson(json[..at] + broken + json[(at + part.Length)..])).Message);
    }

    [Fact]
    public void No_file_makes_long_pieces()
    {
        string json = TextEncoder.Fit(corpus, new TextEncoderOptions { Subwords = 2 }).ToJson();
        string doubled = json.Replace("\"merges\":[]", $"\"merges\":[{string.Join(',', Enumerable.Range(1, 40).Select(i => $"{i},{i}"))}]", StringComparison.Ordinal);
        Assert.NotEqual(json, doubled);
        Assert.Contains("more than 64", Assert.Throws<InvalidDataException>(() => TextEncoder.FromJson(doubled)).Message);
    }
}
