using System.Text;
using RnnDsl.Execution;
using RnnDsl.Metrics;
using RnnDsl.Sequences;
using RnnDsl.Storage;
using RnnDsl.Training;
using static RnnDsl.Ops;

namespace RnnDsl.Text.Tests;

/// <summary>Words, letters, shapes and endings; a chain over the tags.</summary>
[Model]
public partial class SmallTagger : Model
{
    class Word : Dim;  class Letter : Dim;  class Shape : Dim;  class Suffix : Dim;  class Tag : Dim;
    class Vector : Dim;  class Spelling : Dim;  class Hidden : Dim;

    Embedding<Word, Vector> words;
    Embedding<Letter, Vector> letters;
    BiGru<Vector, Spelling> spelling;
    BiGru<Cat<Cat<Vector, Cat<Shape, Suffix>>, Cat<Spelling, Spelling>>, Hidden> context;
    Linear<Cat<Hidden, Hidden>, Tag> head;
    LinearChain<Tag> chain;

    Vec<Cat<Spelling, Spelling>> Spell([OneHot] Seq<Letter> word) => spelling.Ends(letters.Map(word));

    Seq<Tag> Scores([OneHot] Seq<Word> words, [OneHot] Seqs<Letter> letters, [OneHot] Seq<Shape> shapes, [OneHot] Seq<Suffix> suffixes) =>
        head.Map(context.Run(Concat(Concat(this.words.Map(words), Concat(shapes, suffixes)), Each(letters, Spell))));

    Scalar Loss([OneHot] Seq<Word> words, [OneHot] Seqs<Letter> letters, [OneHot] Seq<Shape> shapes, [OneHot] Seq<Suffix> suffixes, [OneHot] Seq<Tag> tags) =>
        chain.NegativeLogLikelihood(Scores(words, letters, shapes, suffixes), tags);
}

/// <summary>From a corpus to a tagger of raw text.</summary>
public sealed class TaggerTests : IDisposable
{
    readonly TemporaryFolder files = new();

    public void Dispose() => files.Dispose();

    static readonly TaggedCorpus corpus = ConllFile.Read(new StringReader(string.Concat(Enumerable.Repeat("""
        Anna	B-PER
        Berg	I-PER
        lives	O
        in	O
        Lima	B-LOC
        .	O

        the	O
        New	B-LOC
        Haven	I-LOC
        train	O
        met	O
        Tom	B-PER

        in	O
        2024	O
        Tom	B-PER
        left	O


        """, 4))));

    static SmallTagger Model(TextEncoder encoder, int seed = 1) => new(encoder.Size("Word"), encoder.Size("Letter"), encoder.Size("Shape"), encoder.Size("Suffix"), encoder.Size("Tag"), 8, 6, 12, seed);

    static SmallTagger Trained(TextEncoder encoder)
    {
        SmallTagger model = Model(encoder);
        using (var tagger = new SequenceTagger(model, encoder))
            tagger.BarBrokenTransitions();
        using var trainer = new Trainer(model, new AdamW(0.02)) { BatchSize = 4, Epochs = 25 };
        trainer.Fit(encoder.Encode(corpus));
        return model;
    }

    [Fact]
    public void A_saved_tagger_takes_raw_text()
    {
        TextEncoder encoder = TextEncoder.Fit(corpus);
        Assert.Equal(["B-LOC", "B-PER", "E-LOC", "E-PER", "O", "S-LOC", "S-PER"], encoder.Labels.Entries);
        SmallTagger model = Trained(encoder);
        using var tagger = new SequenceTagger(model, encoder);
        Assert.Equal("Anna/B-PER Berg/I-PER lives/O in/O Lima/B-LOC ./O", tagger.Tag("Anna Berg lives in Lima.").ToString());
        TaggingReport report = tagger.Evaluate(corpus);
        Assert.Equal(1, report.Entities!.F1);
        Assert.Equal(1, report.Tags.Accuracy);

        string path = files.Named("tagger.safetensors");
        ModelFile.Save(path, model, metadata: encoder.Metadata);
        ModelFileInfo info = ModelFile.ReadInfo(path);
        TextEncoder read = TextEncoder.Read(info);
        SmallTagger loaded = Model(read, seed: 2);
        ModelFile.Load(path, loaded);
        using var later = new SequenceTagger(loaded, read) { AnswerScheme = TagScheme.Bioes };
        Assert.Equal("the/O New/B-LOC Haven/E-LOC train/O met/O Tom/S-PER", later.Tag("the New Haven train met Tom").ToString());
        Assert.Equal(encoder.ToJson(), read.ToJson());
    }

    [Fact]
    public void No_answer_breaks_the_scheme_also_before_training()
    {
        TextEncoder encoder = TextEncoder.Fit(corpus);
        for (int seed = 0; seed < 20; seed++)
        {
            using var tagger = new SequenceTagger(Model(encoder, seed), encoder) { AnswerScheme = TagScheme.Bioes };
            tagger.BarBrokenTransitions();
            using var executor = new Executor(tagger.Model, "Scores");
            var decoder = new RnnDsl.Prediction.TagDecoder(tagger.Model, "chain");
            foreach (TaggedSentence sentence in corpus)
            {
                int[] best = decoder.Decode(executor.Predict(encoder.Encode([sentence.Words], ["words", "letters", "shapes", "suffixes"])));
                string[] tags = [.. best.Select(t => encoder.Labels[t])];
                for (int i = 0; i <= tags.Length; i++)
                    Assert.True(TagSchemes.CanFollow(i == 0 ? null : tags[i - 1], i == tags.Length ? null : tags[i], TagScheme.Bioes), string.Join(' ', tags));
                Assert.Equal(tags, tagger.Tag([sentence.Words]).Single().Tags);
            }
        }
    }

    /// <summary>The best path of several models is that of the mean of all weights of paths, by trying all paths.</summary>
    [Fact]
    public void Several_models_answer_by_the_mean_of_their_weights()
    {
        TextEncoder encoder = TextEncoder.Fit(corpus);
        SmallTagger[] models = [Model(encoder, 1), Model(encoder, 2), Model(encoder, 3)];
        var random = new Random(5);
        foreach (SmallTagger model in models)
            foreach (string weights in new[] { "start", "transitions", "end" })
                foreach (ref float weight in model.Parameters[$"chain.paths.{weights}"])
                    weight = random.NextSingle() * 4 - 2;
        using var tagger = new SequenceTagger(models, encoder) { AnswerScheme = TagScheme.Bioes };
        string[] words = ["Tom", "met", "Lima"];
        Sequences.Dataset read = encoder.Encode([words], ["words", "letters", "shapes", "suffixes"]);
        float[][] scores = [.. models.Select(model =>
        {
            using var executor = new Executor(model, "Scores");
            return executor.Predict(read);
        })];
        int tags = encoder.Labels.Size;
        int[] best = [.. (from a in Enumerable.Range(0, tags) from b in Enumerable.Range(0, tags) from c in Enumerable.Range(0, tags) select new[] { a, b, c }).MaxBy(path => models.Select((model, i) =>
            model.Parameters["chain.paths.start"][path[0]] + model.Parameters["chain.paths.end"][path[2]]
            + (double)model.Parameters["chain.paths.transitions"][path[0] * tags + path[1]] + model.Parameters["chain.paths.transitions"][path[1] * tags + path[2]]
            + scores[i][path[0]] + scores[i][tags + path[1]] + scores[i][2 * tags + path[2]]).Sum())!];
        Assert.Equal(TagSchemes.Convert([.. best.Select(t => encoder.Labels[t])], TagScheme.Bioes), tagger.Tag([words]).Single().Tags);
        int[] alone = new RnnDsl.Prediction.TagDecoder(models[0], "chain").Decode(scores[0]);
        Assert.NotEqual(alone, best);

        tagger.BarBrokenTransitions();
        Assert.All(models, model => Assert.Contains(-1e4f, model.Parameters["chain.paths.barred"].ToArray()));
        Assert.Contains("3", Assert.Throws<InvalidOperationException>(() => tagger.Start()).Message);
        Assert.Throws<ArgumentException>(() => new SequenceTagger([], encoder));
    }

    [Fact]
    public void Odd_texts_have_answers()
    {
        TextEncoder encoder = TextEncoder.Fit(corpus);
        using var tagger = new SequenceTagger(Model(encoder), encoder);
        Assert.Empty(tagger.Tag("").Words);
        Assert.Empty(tagger.Tag(" \t ").Tags);
        Assert.Single(tagger.Tag("Lima").Tags);
        Assert.Single(tagger.Tag([[""]]).Single().Tags);
        Assert.Equal(2, tagger.Tag([["\ud83d", "x\ude00"]]).Single().Tags.Count);
        Assert.Single(tagger.Tag(new string('x', 10_000)).Tags);
        Assert.Equal(4, tagger.Tag("👍🏽 我爱 !").Words.Count);
        Assert.Equal(2000, tagger.Tag(string.Join(' ', Enumerable.Repeat("Lima", 2000))).Tags.Count);
        // Chunks, with empty sentences among them, are answered in order.
        string[][] many = [.. Enumerable.Range(0, 600).Select(i => i % 7 == 0 ? [] : Enumerable.Range(0, i % 5 + 1).Select(w => $"w{i}").ToArray())];
        Assert.Equal(many, tagger.Tag(many).Select(s => s.Words));
    }

    [Fact]
    public void Tags_that_were_not_learnt_are_no_targets_and_count_as_errors()
    {
        TextEncoder encoder = TextEncoder.Fit(corpus);
        TaggedCorpus other = ConllFile.Read(new StringReader("Acme\tB-ORG\nsues\tO\n"));
        Column tags = encoder.Encode(other)["tags"];
        Assert.Equal([-1, encoder.Labels.Number("O")], tags.Values.ToArray());
        using var tagger = new SequenceTagger(Model(encoder), encoder);
        TaggingReport report = tagger.Evaluate(other);
        Assert.Equal(0, report.Entities!["ORG"].Recall);
        TaggedCorpus speech = ConllFile.Read(new StringReader("Acme\tNOUN\nsues\tVERB\n"));
        Assert.Contains("marks no entities", Assert.Throws<ArgumentException>(() => tagger.Evaluate(speech)).Message);
    }

    [Fact]
    public void Words_are_found_as_written_in_lower_case_or_with_digits_as_zero()
    {
        WordVectors vectors = WordVectors.Read(files.Write("v.txt", "Lima 1 2\nparis 3 4\n1999 5 6\ncovid-19 7 8\ncovid-00 9 1\n"));
        TextEncoder encoder = TextEncoder.Fit(corpus, new TextEncoderOptions { Vectors = vectors });
        Assert.Equal("Lima", encoder.Words[encoder.WordNumber("Lima")]);
        Assert.Equal("paris", encoder.Words[encoder.WordNumber("PARIS")]);
        Assert.Equal("1999", encoder.Words[encoder.WordNumber("1999")]);
        Assert.Equal("covid-19", encoder.Words[encoder.WordNumber("COVID-19")]);
        Assert.Equal("covid-00", encoder.Words[encoder.WordNumber("COVID-20")]);
        Assert.Equal("0000", encoder.Words[encoder.WordNumber("1998")]);
        Assert.Equal("tom", encoder.Words[encoder.WordNumber("Tom")]);
        Assert.Equal(0, encoder.WordNumber("unheard"));
    }

    [Fact]
    public void Bad_input_is_named()
    {
        TextEncoder encoder = TextEncoder.Fit(corpus);
        Assert.Contains("Sentence 1 has no words", Assert.Throws<ArgumentException>(() => encoder.Encode([["a"], []])).Message);
        Assert.Contains("There is no sentence", Assert.Throws<ArgumentException>(() => encoder.Encode(Array.Empty<IReadOnlyList<string>>())).Message);
        Assert.Contains("2 words and 1 tags", Assert.Throws<ArgumentException>(() => encoder.Encode([new TaggedSentence(["a", "b"], ["O"])])).Message);
        foreach (string json in new[] { "", "{}", "[1]", "{\"version\":2}", encoder.ToJson().Replace("\"Bioes\"", "\"Other\"", StringComparison.Ordinal), encoder.ToJson()[..200] })
            Assert.StartsWith("This is not a text encoder's JSON", Assert.Throws<InvalidDataException>(() => TextEncoder.FromJson(json)).Message);
        string path = files.Named("plain.safetensors");
        ModelFile.Save(path, Model(encoder));
        Assert.Contains("holds no text encoder", Assert.Throws<InvalidDataException>(() => TextEncoder.Read(ModelFile.ReadInfo(path))).Message);
    }

    [Fact]
    public void A_corpus_is_split_without_loss()
    {
        (TaggedCorpus first, TaggedCorpus second) = corpus.Split(0.75, seed: 3);
        Assert.Equal((9, 3), (first.Count, second.Count));
        Assert.Equal(corpus.Select(s => s.ToString()).Order(), first.Concat(second).Select(s => s.ToString()).Order());
        Assert.Throws<ArgumentException>(() => corpus.Split(0.01));
        Assert.Contains("12 sentences, 64 words, 20 entities of 2 types (Iob2)", corpus.ToString());
    }
}

/// <summary>Vectors of words in the three text forms.</summary>
public sealed class WordVectorTests : IDisposable
{
    readonly TemporaryFolder files = new();

    public void Dispose() => files.Dispose();

    [Theory]
    [InlineData("the 0.5 -1\n. . . 2 3e-1\nThe 7 8\nthe 9 9\n", new[] { "the", ". . .", "The" })]
    [InlineData("3 2\nthe 0.5 -1 \nNew_York 2 3e-1 \nThe 7 8 \n", new[] { "the", "New_York", "The" })]
    public void The_usual_forms_are_read(string text, string[] words)
    {
        foreach (string name in new[] { "v.txt", "v.vec.gz" })
        {
            WordVectors vectors = WordVectors.Read(files.Write(name, text));
            Assert.Equal(words, vectors.Words);
            Assert.Equal([0.5f, -1f], vectors.Find("the")!.Value.ToArray());
            Assert.Null(vectors.Find("none"));
        }
        Assert.Equal(words[..2], WordVectors.Read(files.Named("v.txt"), new WordVectorOptions { MaximumWords = 2 }).Words);
        Assert.Equal(["The"], WordVectors.Read(files.Named("v.txt"), new WordVectorOptions { Filter = w => w == "The" }).Words);
    }

    [Theory]
    [InlineData("", "is empty")]
    [InlineData("a 1 2\nb 1\n", "line 2: fewer than 2 numbers behind the word")]
    [InlineData("a 1 2\nb 1 x\n", "line 2: not 2 finite numbers behind 'b'")]
    [InlineData("a 1 2\nb 1 NaN\n", "line 2: not 2 finite numbers")]
    [InlineData("hello\n", "line 1: a word with its numbers was expected")]
    public void Broken_files_are_refused(string text, string message) =>
        Assert.Contains(message, Assert.Throws<InvalidDataException>(() => WordVectors.Read(files.Write("v.txt", text))).Message);

    [Fact]
    public void A_model_begins_with_them()
    {
        WordVectors vectors = WordVectors.Read(files.Write("v.txt", string.Concat(Enumerable.Range(0, 300).Select(i => $"w{i} 2 -2 2 -2 2 -2 2 -2\n"))));
        Vocabulary words = Vocabulary.Open(["w1", "W2", "other"]);
        var encoder = TextEncoder.Fit(ConllFile.Read(new StringReader("a\tX\nb\tY\n")));
        var model = new SmallTagger(words.Size, encoder.Size("Letter"), encoder.Size("Shape"), encoder.Size("Suffix"), 2, 8, 3, 3, 1);
        VectorCoverage coverage = vectors.CopyTo(model, "words", words);
        Assert.Equal(new VectorCoverage(1, 1, 1), coverage);
        Assert.Equal("2 of 3 words have vectors (66.7 %), 1 of them in lower case alone", coverage.ToString());
        Assert.Equal([2f, -2f], model.Parameters["words.Table"].Slice(8, 2).ToArray());
        Assert.Equal([2f, -2f], model.Parameters["words.Table"].Slice(16, 2).ToArray());
        Assert.InRange(model.Parameters["words.Table"][24..].ToArray().Max(Math.Abs), 0.5f, 10f);
        Assert.Contains("no embedding 'word'", Assert.Throws<ArgumentException>(() => vectors.CopyTo(model, "word", words)).Message);
        Assert.Contains("4×8", Assert.Throws<ArgumentException>(() => vectors.CopyTo(model, "words", encoder.Words)).Message);
    }
}
