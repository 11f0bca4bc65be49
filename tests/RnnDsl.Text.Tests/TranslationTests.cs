using RnnDsl.Examples.Translation;
using RnnDsl.Metrics;
using RnnDsl.Prediction;

namespace RnnDsl.Text.Tests;

/// <summary>examples/Translation.</summary>
public class TranslationTests
{
    static readonly LearnOptions options = new(Epochs: 6, Batch: 16, Rate: 0.005, Smoothing: 0.1, Sampling: 0, Longest: 60, Seed: 1, Threads: 0, new BleuOptions());

    static TextTranslator Translator(ParallelCorpus corpus, int hidden = 32, int beams = 3)
    {
        TextPieces source = TextPieces.Learn(corpus.Sources, PieceKind.Words), target = TextPieces.Learn(corpus.Targets, PieceKind.Letters);
        return new TextTranslator(new TranslationModel(source.Size, target.Size, vector: 64, direction: hidden / 2, hidden, seed: 1), source, target, beams);
    }

    [Fact]
    public void It_learns_to_translate_and_a_saved_one_translates_alike()
    {
        (ParallelCorpus train, ParallelCorpus unseen) = MadeUpPairs.Create("made up", 2600, seed: 5).HoldOut(100);
        TextTranslator translator = Translator(train, hidden: 96);
        var lessons = new Lessons(translator, train, unseen, options with { Sampling = 0.1 });
        lessons.Learn();
        Translated[] found = lessons.Evaluate(unseen);
        double bleu = new BleuScore(unseen.Targets, found.Select(t => t.Text)).Score;
        Assert.True(bleu > 50, $"BLEU {bleu}");

        using var folder = new TemporaryFolder();
        string file = folder.Write("translator.safetensors", "");
        translator.Save(file);
        TextTranslator loaded = TextTranslator.Load(file, beams: 3, lengthPenalty: 1, WeightFormat.Float32), small = TextTranslator.Load(file, beams: 3, lengthPenalty: 1, WeightFormat.Int8);
        string[] sources = [.. unseen.Sources.Take(30)];
        Assert.Equal(found.Take(30).Select(t => t.Text), loaded.Translate(sources).Select(t => t.Text));
        Assert.True(new BleuScore(unseen.Targets.Take(30), small.Translate(sources).Select(t => t.Text)).Score > 0.8 * bleu);
        // One at a time as together.
        Assert.Equal(found.Take(10).Select(t => t.Text), sources.Take(10).Select(s => loaded.Translate([s])[0].Text));
        Assert.Equal(["", ""], loaded.Translate(["", " \t"]).Select(t => t.Text));
        string page = AttentionPage.Write(loaded.Translate(["<b>three & four</b>"]));
        Assert.Contains("&lt;b&gt;", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<b>", page, StringComparison.Ordinal);
    }

    [Fact]
    public void A_sentence_longer_than_attention_tells_is_translated()
    {
        TextTranslator translator = Translator(MadeUpPairs.Create("made up", 200, seed: 1));
        Translated one = translator.Translate([string.Join(' ', Enumerable.Repeat("three hundred", 150))])[0];
        Assert.Equal(300, one.Source.Count);
        Assert.All(one.Attention, row => Assert.InRange(row.Sum(), 0, 1.001));
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
    public void Pairs_that_are_too_long_or_empty_are_not_learnt()
    {
        ParallelCorpus corpus = new("corpus", [new("one two", "a"), new("one", string.Concat(Enumerable.Repeat("a", 100))), new(" ", "a")]);
        TextTranslator translator = Translator(MadeUpPairs.Create("made up", 100, seed: 1));
        Assert.Equal(1, translator.Encode(corpus, 60, out float[] before).Count);
        Assert.Equal([-1f, translator.Target.Numbers("a")[0]], before);
        Assert.Contains("None of 3 pairs", Assert.Throws<InvalidDataException>(() => translator.Encode(corpus, 0, out _)).Message, StringComparison.Ordinal);
    }
}
