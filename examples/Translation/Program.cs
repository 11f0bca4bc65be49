using System.CommandLine;
using RnnDsl;
using RnnDsl.Examples;
using RnnDsl.Examples.Translation;
using RnnDsl.Metrics;
using RnnDsl.Prediction;
using RnnDsl.Storage;
using RnnDsl.Terminal;
using RnnDsl.Text;
using RnnDsl.Training;

var sourcePieces = new Option<PieceKind?>("--source-pieces") { Description = "What sentences are cut into: Words, Letters or Subwords; without it Words" };
var targetPieces = new Option<PieceKind?>("--target-pieces") { Description = "What translations are made of; without it Words, and for what the example makes up Letters" };
var minimum = new Option<int>("--min-count") { Description = "Words and letters that occur less often are unknown, and copied", DefaultValueFactory = _ => 2 };
var size = new Option<int?>("--pieces") { Description = "The most pieces of a language; without it all words, and 8,000 subwords" };
var tokenizer = new Option<BleuTokenizer>("--tokenizer") { Description = "How BLEU counts, by sacreBLEU's names: 13a, zh, char or none", DefaultValueFactory = _ => BleuTokenizer.V13a, CustomParser = Tokenizer };
var vector = new Option<int>("--vector") { Description = "Size of a piece's vector", DefaultValueFactory = _ => 128 };
var hidden = new Option<int>("--hidden") { Description = "Units of the decoder; half as many in each direction of the encoder", DefaultValueFactory = _ => 128 };
var epochs = new Option<int>("--epochs") { Description = "How often the pairs are read", DefaultValueFactory = _ => 12 };
var batch = new Option<int>("--batch") { Description = "Pairs of a training step", DefaultValueFactory = _ => 32 };
var rate = new Option<double>("--rate") { Description = "Largest learning rate of AdamW", DefaultValueFactory = _ => 0.002 };
var average = new Option<double?>("--average") { Description = "Leave the exponential average of the parameters over the steps with this decay, such as 0.999" };
var smoothing = new Option<double>("--smoothing") { Description = "Label smoothing, from 0 to below 1", DefaultValueFactory = _ => 0.1 };
var sampling = new Option<double>("--sampling") { Description = "Scheduled sampling: this part of the symbols before is the model's own in the end", DefaultValueFactory = _ => 0 };
var longest = new Option<int>("--longest") { Description = "Pairs with more pieces on a side are not learnt", DefaultValueFactory = _ => 80 };
var beams = new Option<int>("--beams") { Description = "Of the search", DefaultValueFactory = _ => 5 };
var lengthPenalty = new Option<double>("--length-penalty") { Description = "Exponent of the length by which the search divides scores: larger for longer translations", DefaultValueFactory = _ => 1 };
var coveragePenalty = new Option<double>("--coverage-penalty") { Description = "How much the search prefers translations that have looked at all of the source", DefaultValueFactory = _ => 0 };
var seed = new Option<int>("--seed") { Description = "Of all that is random", DefaultValueFactory = _ => 1 };
var threads = new Option<int>("--threads") { Description = "0: one for each processor" };
var output = new Option<string>("--output") { Description = "File for the model", DefaultValueFactory = _ => "translator.safetensors" };
var page = new Option<string?>("--page") { Description = "Page of HTML that shows where the translator looked, for the first sentences" };
var load = new Option<string[]>("--load") { Description = "Translate lines of standard input with the model of this file, or of three files together, learn nothing; with --source, report on what is held out there; with --test-source alone, on that", AllowMultipleArgumentsPerToken = true };
var start = new Option<string?>("--start") { Description = "Go on to learn with the model of this file and its pieces; options of size and of pieces do not count then" };
var int8 = new Option<bool>("--int8") { Description = "With --load: weights of 8 bits" };
var small = new Option<string?>("--small") { Description = "Also a file of the model with weights of 8 bits, for examples/EdgeTranslator; with --load that alone" };
var command = new RootCommand("Learns to translate.")
{
    Corpora.Source, Corpora.Target, Corpora.SourceColumn, Corpora.TargetColumn, Corpora.ValidationSource, Corpora.ValidationTarget,
    Corpora.TestSource, Corpora.TestTarget, Corpora.HeldOut, Corpora.SplitSeed,
    sourcePieces, targetPieces, minimum, size, tokenizer,
    vector, hidden, epochs, batch, rate, average, smoothing, sampling, longest, beams, lengthPenalty, coveragePenalty, seed, threads, output, page, load, start, int8, small,
};
foreach (Option<int> positive in new[] { Corpora.HeldOut, minimum, vector, epochs, batch, longest, beams })
    positive.Validators.Add(result => Check(result, positive.Name, result.GetValueOrDefault<int>() >= 1, "at least 1"));
hidden.Validators.Add(result => Check(result, "--hidden", result.GetValueOrDefault<int>() is >= 2 and var units && units % 2 == 0, "an even number from 2 up"));
smoothing.Validators.Add(result => Check(result, "--smoothing", result.GetValueOrDefault<double>() is >= 0 and < 1, "from 0 to below 1"));
foreach (Option<double> penalty in new[] { lengthPenalty, coveragePenalty })
    penalty.Validators.Add(result => Check(result, penalty.Name, result.GetValueOrDefault<double>() is >= 0 and < 100, "from 0 to below 100"));
sampling.Validators.Add(result => Check(result, "--sampling", result.GetValueOrDefault<double>() is >= 0 and <= 1, "from 0 to 1"));
command.SetAction(given => Failures.Guard(() =>
{
    if (given.GetValue(load) is { Length: > 0 } files)
        UseSaved(files, given);
    else
        Learn(given);
}));
return command.Run(args);

// sacreBLEU's names, which the signature prints, or those of the library.
static BleuTokenizer Tokenizer(System.CommandLine.Parsing.ArgumentResult result)
{
    string name = result.Tokens[0].Value;
    switch (name.ToLowerInvariant())
    {
        case "13a" or "v13a":
            return BleuTokenizer.V13a;
        case "zh" or "chinese":
            return BleuTokenizer.Chinese;
        case "char" or "character":
            return BleuTokenizer.Character;
        case "none":
            return BleuTokenizer.None;
        default:
            result.AddError($"--tokenizer: '{name}' is none of 13a, zh, char and none.");
            return default;
    }
}

static void Check(System.CommandLine.Parsing.OptionResult result, string name, bool holds, string what)
{
    if (!holds)
        result.AddError($"{name} must be {what}.");
}

void Learn(ParseResult given)
{
    string saved = given.GetValue(output)!;
    OutputCheck.RequireFiles([saved, given.GetValue(page), given.GetValue(small)], Corpora.Files(given));
    (ParallelCorpus learnt, ParallelCorpus watched, ParallelCorpus unseen) = Corpora.Read(given);
    TextTranslator translator = given.GetValue(start) is { } begun
        ? TextTranslator.Load(begun, Search(given), WeightFormat.Float32) : Create(learnt, given);
    Lessons lessons = LessonsOf(translator, given);
    Console.WriteLine($"{lessons.Learn(learnt, watched)}\n");
    translator.Save(saved);
    Console.WriteLine($"{unseen.Name}:");
    Translated[] found = lessons.Evaluate(unseen, learnt);
    foreach ((SentencePair pair, Translated one) in unseen.Zip(found).Take(5))
        Console.WriteLine($"{pair.Source}\n  {one.Text}{(one.Text == pair.Target ? "" : $"\n  (expected: {pair.Target})")}");
    if (given.GetValue(page) is { } html)
        AttentionPage.Save(html, found.Take(20));
    Console.WriteLine($"\nSaved to {saved}; translate lines with: --load {saved}");
    SaveSmall(translator, given);
}

TextTranslator Create(ParallelCorpus learnt, ParseResult given)
{
    bool madeUp = given.GetValue(Corpora.Source) is null;
    TextPieces read = TextPieces.Learn(learnt.Sources, given.GetValue(sourcePieces) ?? PieceKind.Words, given.GetValue(minimum), given.GetValue(size));
    PieceKind kind = given.GetValue(targetPieces) ?? (madeUp ? PieceKind.Letters : PieceKind.Words);
    TextPieces written = TextPieces.Learn(learnt.Targets, kind, given.GetValue(minimum), given.GetValue(size));
    int units = given.GetValue(hidden);
    var model = new TranslationModel(read.Size, written.Size, given.GetValue(vector), direction: units / 2, units, given.GetValue(seed));
    return new TextTranslator(model, read, written, Search(given));
}

BeamOptions Search(ParseResult given) => new() { Beams = given.GetValue(beams), LengthPenalty = given.GetValue(lengthPenalty), CoveragePenalty = given.GetValue(coveragePenalty) };

Lessons LessonsOf(TextTranslator translator, ParseResult given) => new(translator, new LearnOptions(
    given.GetValue(epochs), given.GetValue(batch), given.GetValue(rate), given.GetValue(smoothing), given.GetValue(sampling), given.GetValue(longest), given.GetValue(seed), given.GetValue(threads),
    new BleuOptions { Tokenizer = given.GetValue(tokenizer) }, given.GetValue(average)));

void UseSaved(string[] files, ParseResult given)
{
    if (given.GetValue(start) is not null)
        throw new ArgumentException("--load learns nothing, and --start goes on to learn: give one of them.");
    if (files.Length > 1 && given.GetValue(small) is not null)
        throw new ArgumentException("--small writes one model: give --load one file.");
    OutputCheck.RequireFiles([given.GetValue(page), given.GetValue(small)], [.. files, .. Corpora.Files(given)]);
    TextTranslator translator = TranslationEnsemble.Load(files, Search(given), given.GetValue(int8) ? WeightFormat.Int8 : WeightFormat.Float32);
    if (given.GetValue(Corpora.Source) is not null)
    {
        (ParallelCorpus learnt, ParallelCorpus watched, ParallelCorpus unseen) = Corpora.Read(given);
        foreach ((string part, ParallelCorpus corpus) in new[] { ("validation", watched), ("test", unseen) })
        {
            Console.WriteLine($"{part}:");
            LessonsOf(translator, given).Evaluate(corpus, learnt);
        }
        return;
    }
    if (given.GetValue(Corpora.TestSource) is { } test)
    {
        LessonsOf(translator, given).Evaluate(Corpora.Read(test, given.GetValue(Corpora.TestTarget), given), learnt: null);
        return;
    }
    if (given.GetValue(small) is not null)
    {
        SaveSmall(translator, given);
        return;
    }
    var shown = new List<Translated>();
    if (!Console.IsInputRedirected)
        Console.WriteLine("Type sentences, an empty line ends.");
    foreach (Translated one in LineTranslation.Run(translator, Console.IsInputRedirected ? LineTranslation.Piped() : LineTranslation.Typed(), greedy: false, Console.Out, Console.Error))
        if (given.GetValue(page) is not null && shown.Count < 100)
            shown.Add(one);
    if (given.GetValue(page) is { } html)
        AttentionPage.Save(html, shown);
}

void SaveSmall(TextTranslator translator, ParseResult given)
{
    if (given.GetValue(small) is not { } file)
        return;
    translator.Save(file, StoredPrecision.Int8);
    Console.WriteLine($"Saved to {file} with weights of 8 bits: {new FileInfo(file).Length:N0} bytes.");
}
