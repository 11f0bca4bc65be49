using System.Text.RegularExpressions;
using RnnDsl.Examples.Translation;
using RnnDsl.Package.Tests;
using RnnDsl.Prediction;
using RnnDsl.Storage;
using RnnDsl.Text;
using RnnDsl.Training;
using Xunit.Abstractions;

namespace RnnDsl.Aot.Tests;

/// <summary>examples/EdgeTranslator as a native program.</summary>
[Collection(PublishedCollection.Name)]
public sealed partial class TranslatorProgramTests(Published published, ITestOutputHelper log)
{
    const long Largest = 5_000_000;

    static readonly string[] english = ["one", "two", "three", "four", "five"], german = ["eins", "zwei", "drei", "vier", "fünf"];

    /// <summary>With a model of the size of the example: 2,500 words of each language, 128 units.</summary>
    [AotFact]
    public void Program_and_weights_are_small()
    {
        string[] words = [.. Enumerable.Range(0, 2500).Select(i => $"word{i}")];
        TextPieces pieces = TextPieces.Learn(words, PieceKind.Words, minCount: 1);
        string file = published.PathOf("large.safetensors");
        new TextTranslator(new TranslationModel(pieces.Size, pieces.Size, vector: 128, direction: 64, hidden: 128, seed: 1), pieces, pieces, new BeamOptions { Beams = 1, LengthPenalty = 1 }).Save(file, StoredPrecision.Int8);
        (long program, long weights) = (new FileInfo(published.Translator).Length, new FileInfo(file).Length);
        log.WriteLine($"{program} bytes and {weights} bytes of weights");
        Assert.InRange(program + weights, 1, Largest);
    }

    [AotFact]
    public void It_translates_as_under_the_JIT_does()
    {
        string file = Model("digits.safetensors"), input = string.Concat(Sentences(30, seed: 9).Select(s => s.Source + "\n")) + "\n  \n";
        foreach (string[] options in new string[][] { [], ["--greedy"], ["--beams", "2", "--floats"] })
        {
            Run native = Run.WithInput(input, published.Translator, [file, .. options]).Succeeded();
            Assert.Equal(Run.Managed(input, published.ManagedTranslator, [file, .. options], "EnableAVX512=0").Succeeded().Output, native.Output);
            // A line for each, also for empty ones.
            Assert.Equal(33, native.Output.Split('\n').Length);
            Assert.True(native.Lines.Distinct().Count() > 20, native.Output);
        }
        Run timed = Run.WithInput(input, published.Translator, file, "--time");
        log.WriteLine(timed.Error);
        // A person says two to three words a second.
        Assert.InRange(double.Parse(Speed().Match(timed.Error).Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture), 15, double.MaxValue);
    }

    [AotFact]
    public void What_it_cannot_translate_is_said()
    {
        string file = Model("few.safetensors");
        Run strange = Run.WithInput("two one\nпривет, мир\nfive\n", published.Translator, file);
        Assert.Equal(0, strange.ExitCode);
        Assert.Equal(3, strange.Lines.Length);
        Assert.Equal("привет, мир", strange.Lines[1]);
        Assert.StartsWith("Note: line 2 has no word that the model knows", strange.Error, StringComparison.Ordinal);
        Assert.Single(strange.Error.TrimEnd().Split('\n'));
        Run wide = Run.WithInput(string.Join(' ', Enumerable.Repeat("two", 100)), published.Translator, file);
        Assert.Equal(0, wide.ExitCode);
        Assert.Contains("line 1 has 100 pieces, and the longest sentence that was learnt has 6: it was translated in 17 parts", wide.Error, StringComparison.Ordinal);
        Run.WithInput([0xFF, 0xFE, 0x0A], published.Translator, file).FailedWith("no UTF-8");
        Run.WithInput(new string('x', 20_000), published.Translator, file).FailedWith("more than 16384 characters");
        Run.Of(published.Translator).FailedWith("Name the file of a model");
        Run.Of(published.Translator, published.PathOf("nowhere.safetensors")).FailedWith("There is no file");
        Run.Of(published.Translator, published.Write("text.safetensors", "This is no model.")).FailedWith("not a safetensors file");
        Run.Of(published.Translator, Path.Combine(Published.Repository, "examples", "EdgePredictor", "weights.safetensors")).FailedWith("holds a Forecaster, not a TranslationModel");
        Run.Of(published.Translator, file, "--beams", "none").FailedWith("--beams needs a whole number");
    }

    static IEnumerable<SentencePair> Sentences(int count, int seed)
    {
        var random = new Random(seed);
        for (int i = 0; i < count; i++)
        {
            int[] digits = [.. Enumerable.Range(0, 2 + random.Next(5)).Select(_ => random.Next(english.Length))];
            yield return new SentencePair(string.Join(' ', digits.Select(d => english[d])), string.Join(' ', digits.Select(d => german[d])));
        }
    }

    /// <summary>A small translator that has learnt for a second, in a file with weights of 8 bits.</summary>
    string Model(string name)
    {
        SentencePair[] pairs = [.. Sentences(400, seed: 1)];
        TextPieces source = TextPieces.Learn(pairs.Select(p => p.Source), PieceKind.Words), target = TextPieces.Learn(pairs.Select(p => p.Target), PieceKind.Words);
        var model = new TranslationModel(source.Size, target.Size, vector: 24, direction: 16, hidden: 32, seed: 1);
        var translator = new TextTranslator(model, source, target, new BeamOptions { Beams = 3, LengthPenalty = 1 }) { Longest = 6 };
        using (var trainer = new Trainer(model, new AdamW(0.01)) { BatchSize = 16, Epochs = 8, ClipNorm = 1, Threads = 1, LossWeight = LossWeight.ByStep })
            trainer.Fit(translator.Encode(pairs, 6, out _));
        translator.Save(published.PathOf(name), StoredPrecision.Int8);
        return published.PathOf(name);
    }

    [GeneratedRegex(@"and (\d+) pieces of them a second")]
    private static partial Regex Speed();
}
