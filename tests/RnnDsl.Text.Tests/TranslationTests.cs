using System.CommandLine;
using RnnDsl.Examples.Translation;
using RnnDsl.Metrics;
using RnnDsl.Prediction;
using RnnDsl.Storage;
using RnnDsl.Training;

namespace RnnDsl.Text.Tests;

/// <summary>examples/Translation.</summary>
public class TranslationTests
{
    static readonly LearnOptions options = new(Epochs: 6, Batch: 16, Rate: 0.005, Smoothing: 0.1, Sampling: 0, Longest: 60, Seed: 1, Threads: 0, new BleuOptions());

    static TextTranslator Translator(ParallelCorpus corpus, int hidden = 32, int beams = 3)
    {
        TextPieces source = TextPieces.Learn(corpus.Sources, PieceKind.Words), target = TextPieces.Learn(corpus.Targets, PieceKind.Letters);
        return new TextTranslator(new TranslationModel(source.Size, target.Size, vector: 64, direction: hidden / 2, hidden, seed: 1), source, target, new BeamOptions { Beams = beams, LengthPenalty = 1 });
    }

    [Fact]
    public void It_learns_to_translate_and_a_saved_one_translates_alike()
    {
        (ParallelCorpus train, ParallelCorpus unseen) = MadeUpPairs.Create("made up", 2600, seed: 5).HoldOut(100);
        TextTranslator translator = Translator(train, hidden: 96);
        var lessons = new Lessons(translator, options with { Sampling = 0.1 });
        History first = lessons.Learn(train, unseen);
        Translated[] found = lessons.Evaluate(unseen, train);
        double bleu = new BleuScore(unseen.Targets, found.Select(t => t.Text)).Score;
        Assert.True(bleu > 50, $"BLEU {bleu}");

        using var folder = new TemporaryFolder();
        string file = folder.Write("translator.safetensors", "");
        translator.Save(file);
        TextTranslator loaded = TextTranslator.Load(file, new BeamOptions { Beams = 3, LengthPenalty = 1 }, WeightFormat.Float32), small = TextTranslator.Load(file, new BeamOptions { Beams = 3, LengthPenalty = 1 }, WeightFormat.Int8);
        string[] sources = [.. unseen.Sources.Take(30)];
        Assert.Equal(found.Take(30).Select(t => t.Text), loaded.Translate(sources).Select(t => t.Text));
        Assert.True(new BleuScore(unseen.Targets.Take(30), small.Translate(sources).Select(t => t.Text)).Score > 0.8 * bleu);
        // One at a time as together.
        Assert.Equal(found.Take(10).Select(t => t.Text), sources.Take(10).Select(s => loaded.Translate([s])[0].Text));
        Assert.Equal(["", ""], loaded.Translate(["", " \t"]).Select(t => t.Text));
        string page = AttentionPage.Write(loaded.Translate(["<b>three & four</b>"]));
        Assert.Contains("&lt;b&gt;", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<b>", page, StringComparison.Ordinal);
        // It goes on to learn from where it was.
        History more = new Lessons(loaded, options with { Epochs = 1, Rate = 0.001 }).Learn(train, unseen);
        Assert.InRange(more.Epochs[0].TrainLoss, 0, first.Epochs[^1].TrainLoss);
    }

    /// <summary>Three models of one file say what the one says, three of other seeds something else.</summary>
    [Fact]
    public void Three_models_translate_together()
    {
        ParallelCorpus corpus = MadeUpPairs.Create("made up", 200, seed: 1);
        var search = new BeamOptions { Beams = 3, LengthPenalty = 1, CoveragePenalty = 0.1 };
        using var folder = new TemporaryFolder();
        string[] files = [.. Enumerable.Range(0, 3).Select(seed =>
        {
            TextPieces source = TextPieces.Learn(corpus.Sources, PieceKind.Words), target = TextPieces.Learn(corpus.Targets, PieceKind.Letters);
            string file = folder.Write($"{seed}.safetensors", "");
            new TextTranslator(new TranslationModel(source.Size, target.Size, vector: 16, direction: 8, hidden: 16, seed), source, target, search).Save(file);
            return file;
        })];
        string[] sources = [.. corpus.Sources.Take(5)];
        Translated[] alone = TextTranslator.Load(files[0], search, WeightFormat.Float32).Translate(sources), same = TranslationEnsemble.Load([files[0], files[0], files[0]], search, WeightFormat.Float32).Translate(sources);
        Assert.Equal(alone.Select(t => t.Text), same.Select(t => t.Text));
        Assert.All(alone.Zip(same), pair => Assert.Equal(pair.First.LogProbability, pair.Second.LogProbability, 1e-3));
        Assert.NotEqual(alone.Select(t => t.LogProbability), TranslationEnsemble.Load(files, search, WeightFormat.Float32).Translate(sources).Select(t => t.LogProbability));
        Assert.Contains("2 files", Assert.Throws<ArgumentException>(() => TranslationEnsemble.Load(files[..2], search, WeightFormat.Float32)).Message);

        TextPieces others = TextPieces.Learn(corpus.Sources, PieceKind.Letters);
        string other = folder.Write("other.safetensors", "");
        new TextTranslator(new TranslationModel(others.Size, others.Size, vector: 16, direction: 8, hidden: 16, seed: 4), others, others, search).Save(other);
        Assert.Contains("other pieces", Assert.Throws<InvalidDataException>(() => TranslationEnsemble.Load([files[0], files[1], other], search, WeightFormat.Float32)).Message);
    }

    [Fact]
    public void A_sentence_longer_than_attention_tells_is_translated()
    {
        TextTranslator translator = Translator(MadeUpPairs.Create("made up", 200, seed: 1));
        Translated one = translator.Translate([string.Join(' ', Enumerable.Repeat("three hundred", 150))])[0];
        Assert.Equal(300, one.Source.Count);
        Assert.All(one.Attention, row => Assert.InRange(row.Sum(), 0, 1.001));
    }

    [Theory]
    [InlineData("a b c d e f", "a b c d e f")]
    [InlineData("a b c d e f g", "a b c d| e f g")]
    [InlineData("a. b c d e f g h i j k", "a.| b c d e| f g h i j k")]
    [InlineData("a b, c d e f g h", "a b,| c d e f g h")]
    [InlineData("a, b c d e f g h", "a, b c| d e f g h")]
    public void Long_texts_are_cut_where_a_sentence_ends_or_between_words(string text, string parts)
    {
        string[] pieces = Translator(MadeUpPairs.Create("made up", 100, seed: 1)).Source.Split(text);
        Assert.Equal(parts.Split('|'), LongText.Parts(pieces, longest: 4).Select((part, i) => i == 0 ? string.Concat(part).TrimStart() : string.Concat(part)));
        foreach (int? unlimited in new int?[] { null, 0, int.MaxValue })
            Assert.Equal(pieces, Assert.Single(LongText.Parts(pieces, unlimited)));
        Assert.Equal(pieces, LongText.Parts(pieces, longest: 1).SelectMany(part => part));
    }

    [Fact]
    public void Translations_of_parts_become_one_with_what_each_looked_at()
    {
        Translated first = new([" a", " b"], ["x"], [[0.5f, 0.5f, 0], [1, 0, 0]], -1), second = new([" c"], ["y"], [[1, 0, 0], [0.5f, 0.25f, 0]], -2);
        Translated joined = LongText.Join([first, second], isSpaced: true);
        Assert.Equal("x y", joined.Text);
        Assert.Equal([" a", " b", " c"], joined.Source);
        Assert.Equal([[0.5f, 0.5f, 0], [0, 0, 1], [0, 0, 0.5f]], joined.Attention);
        Assert.Equal((-3, 2), (joined.LogProbability, joined.Parts));
        var unread = new Translated([" д"], [" д"], [], 0) { IsUnread = true };
        joined = LongText.Join([unread, first], isSpaced: true);
        Assert.Equal(("д x", 3, false), (joined.Text, joined.Attention.Count, joined.IsUnread));
        Assert.All(joined.Attention[0], weight => Assert.Equal(0, weight));
        Assert.Equal("xy", LongText.Join([first, second], isSpaced: false).Text);
    }

    [Fact]
    public void What_a_translator_was_not_made_for_is_said_and_no_line_is_lost()
    {
        using var folder = new TemporaryFolder();
        string file = folder.Named("translator.safetensors");
        TextTranslator made = Translator(MadeUpPairs.Create("made up", 200, seed: 1));
        made.Longest = 10;
        made.Save(file, StoredPrecision.Int8);
        TextTranslator translator = TextTranslator.Load(file, new BeamOptions { Beams = 2, LengthPenalty = 1 }, WeightFormat.Int8);
        string[] lines = ["three hundred and one", "", "привет, мир", string.Join(' ', Enumerable.Repeat("three hundred", 50)), "???", "сто three"];
        using StringWriter output = new() { NewLine = "\n" }, notes = new() { NewLine = "\n" };
        Translated[] found = [.. LineTranslation.Run(translator, lines.Select((line, i) => new TextLine(i + 1, line)), greedy: true, output, notes)];
        Assert.Equal(lines.Length, output.ToString().Count(c => c == '\n'));
        Assert.Equal(lines, found.Select(one => TextPieces.Join(one.Source)));
        Assert.Equal("привет, мир", found[2].Text);
        Assert.Equal(["line 3 has no word that the model knows, and stays as it is: привет, мир", "line 4 has 100 pieces, and the longest sentence that was learnt has 10: it was translated in 10 parts."],
            notes.ToString().TrimEnd().Split('\n').Select(note => note["Note: ".Length..]));
    }

    [Fact]
    public void Unknown_pieces_are_copied_from_where_the_model_looked()
    {
        Assert.Equal(" Zwolle", TextTranslator.Copied([" in", " Zwolle", "."], [0.2f, 0.7f, 0.1f, 0, 0]));
        // Beyond the positions that attention tells, the best of those is taken.
        Assert.Equal("a", TextTranslator.Copied(["a", "b", "c"], [0.2f, 0.1f]));
    }

    [Fact]
    public void Numbers_and_dates_are_right_in_both_languages()
    {
        Dictionary<string, string> pairs = MadeUpPairs.Create("made up", 20_000, seed: 3).ToDictionary(p => p.Source, p => p.Target);
        foreach ((string source, string target) in new[] { ("zero", "null"), ("one", "eins"), ("twenty-one", "einundzwanzig"), ("seventy-seven", "siebenundsiebzig"), ("one hundred and one", "einhunderteins"), ("eighteen", "achtzehn") })
            Assert.Equal(target, pairs[source]);
        Assert.All(pairs, p => Assert.DoesNotContain("einstausend", p.Value, StringComparison.Ordinal));
        Assert.Contains(pairs, p => p.Key.EndsWith("thousand", StringComparison.Ordinal));
    }

    [Fact]
    public void Sentences_of_files_for_validation_and_test_are_not_learnt()
    {
        using var folder = new TemporaryFolder();
        string pairs = folder.Write("train.tsv", "one\ta\nTwo  three\tb c\nfour\td\nfive\te\ntwo three\tB C\nseven\tg\neight\th\n"), watched = folder.Write("watched.tsv", "four\tD\n"), test = folder.Write("test.tsv", "two three\tc\nsix\tf\n");
        Corpora read = Read("--source", pairs, "--validation-source", watched, "--test-source", test);
        Assert.Equal(["one", "five", "seven", "eight"], read.Train.Sources);
        Assert.Equal(["D", "c f"], [read.Validation[0].Target, string.Join(' ', read.Test.Targets)]);
        // Without a file of its own, the validation is drawn from what is left.
        read = Read("--source", pairs, "--test-source", test, "--held-out", "1");
        Assert.Equal(5, read.Train.Count + read.Validation.Count);
        Assert.DoesNotContain(read.Train.Concat(read.Validation), pair => pair.Source.Contains("hree", StringComparison.Ordinal));
        Assert.Contains("nothing is left to learn from", Assert.Throws<ArgumentException>(() => Read("--source", pairs, "--validation-source", pairs, "--test-source", test)).Message, StringComparison.Ordinal);
        Assert.Contains("no pair", Assert.Throws<InvalidDataException>(() => Read("--source", pairs, "--test-source", folder.Write("empty.tsv", ""))).Message, StringComparison.Ordinal);

        static Corpora Read(params string[] args) => Corpora.Read(new RootCommand
        {
            Corpora.Source, Corpora.Target, Corpora.SourceColumn, Corpora.TargetColumn, Corpora.ValidationSource, Corpora.ValidationTarget, Corpora.TestSource, Corpora.TestTarget, Corpora.HeldOut, Corpora.SplitSeed,
        }.Parse(args));
    }

    [Fact]
    public void Pairs_that_are_too_long_or_empty_are_not_learnt()
    {
        ParallelCorpus corpus = new("corpus", [new("one two", "a"), new("one", string.Concat(Enumerable.Repeat("a", 100))), new(" ", "a")]);
        TextTranslator translator = Translator(MadeUpPairs.Create("made up", 100, seed: 1));
        Assert.Equal(1, translator.Encode(corpus, 60, out float[] before).Count);
        Assert.Equal([-1f, translator.Target.Numbers("a")[0]], before);
        Assert.Contains("None of 3 pairs", Assert.Throws<InvalidDataException>(() => translator.Encode(corpus, 0, out _)).Message, StringComparison.Ordinal);
    }
}
