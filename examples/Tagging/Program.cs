using System.CommandLine;
using RnnDsl;
using RnnDsl.Examples;
using RnnDsl.Examples.Tagging;
using RnnDsl.Execution;
using RnnDsl.Onnx;
using RnnDsl.Storage;
using RnnDsl.Terminal;
using RnnDsl.Text;
using RnnDsl.Training;
using RnnDsl.Tuning;

var vectors = new Option<string?>("--vectors") { Description = "Word vectors in the text form of GloVe, word2vec or fastText, also .gz" };
var vectorLimit = new Option<int?>("--vector-limit") { Description = "The most words of that file" };
var freeze = new Option<bool>("--freeze-vectors") { Description = "Leave the vectors as they are read: usual for small corpora" };
var minimum = new Option<int>("--min-count") { Description = "Words that occur less often are unknown, and known by their letters alone", DefaultValueFactory = _ => 2 };
var hidden = new Option<int>("--hidden") { Description = "Units in each direction", DefaultValueFactory = _ => 100 };
var epochs = new Option<int>("--epochs") { Description = "How often the corpus is read", DefaultValueFactory = _ => 10 };
var batch = new Option<int>("--batch") { Description = "Sentences of a training step", DefaultValueFactory = _ => 16 };
var rate = new Option<double>("--rate") { Description = "Learning rate of AdamW at the start; it falls to a hundredth", DefaultValueFactory = _ => 0.003 };
var average = new Option<double?>("--average") { Description = "Leave the exponential average of the parameters over the steps with this decay, such as 0.99" };
var gazetteer = new Option<int?>("--gazetteer") { Description = "Read as what entities of the training file the phrases of a sentence were marked: the parts into which that file is cut, such as 10" };
var members = new Option<int>("--members") { Description = "Models that learn from one seed after another, and whose scores are averaged: 3 or 5 are usual", DefaultValueFactory = _ => 1 };
var seed = new Option<int>("--seed") { Description = "Of all that is random", DefaultValueFactory = _ => 1 };
var output = new Option<string>("--output") { Description = "File for the model; further ones get a number behind the name", DefaultValueFactory = _ => "tagger.safetensors" };
var onnx = new Option<string?>("--onnx") { Description = "File for the scores' part of the (first) model, in ONNX" };
var load = new Option<string[]>("--load") { Description = "Tag lines of standard input with the model of this file, or of several, learn nothing; with --test, report on that", AllowMultipleArgumentsPerToken = true };
var threads = new Option<int>("--threads") { Description = "0: one for each processor" };
foreach (Option<int> positive in new[] { minimum, hidden, epochs, batch, members })
    positive.Validators.Add(result =>
    {
        if (result.GetValueOrDefault<int>() < 1)
            result.AddError($"{positive.Name} must be at least 1.");
    });
var command = new RootCommand("Learns to tag words: names, parts of speech, chunks.")
{
    Corpora.Train, Corpora.Validation, Corpora.Test, Corpora.Column, Corpora.WordColumn, vectors, vectorLimit, freeze, minimum, hidden, epochs, batch, rate, average, gazetteer, members, seed, output, onnx, load, threads,
};
command.SetAction(given => Failures.Guard(() =>
{
    if (given.GetValue(load) is { Length: > 0 } files)
        UseSaved(files, given);
    else
        Learn(given);
}));
return command.Run(args);

void Learn(ParseResult given)
{
    string[] files = [.. Enumerable.Range(0, given.GetValue(members)).Select(member => NameOf(member, given.GetValue(output)!))];
    OutputCheck.RequireFiles([.. files, given.GetValue(onnx)],
        [given.GetValue(Corpora.Train), given.GetValue(Corpora.Validation), given.GetValue(Corpora.Test), given.GetValue(vectors)]);
    (TaggedCorpus learnt, TaggedCorpus watched, TaggedCorpus? unseen) = Corpora.Read(given, given.GetValue(seed));
    WordVectors? known = given.GetValue(vectors) is { } path ? WordVectors.Read(path, new WordVectorOptions { MaximumWords = given.GetValue(vectorLimit) }) : null;
    TextEncoder encoder = TextEncoder.Fit(learnt, new TextEncoderOptions { Vectors = known, MinWordCount = given.GetValue(minimum), Gazetteer = given.GetValue(gazetteer) is not null });

    foreach (TaggedCorpus other in new[] { watched, unseen }.OfType<TaggedCorpus>())
        encoder.CheckScheme(other);
    Module[] models = [.. files.Select((_, member) => Train(learnt, watched, encoder, known, given.GetValue(seed) + member, given))];
    // All are saved together. A file holds all that raw text needs: words, letters, tags, sizes.
    foreach ((string file, Module model) in files.Zip(models))
        ModelFile.Save(file, model, metadata: encoder.Metadata);
    using var tagger = new SequenceTagger(models, encoder, options: new ExecutionOptions { Threads = given.GetValue(threads) });
    if (given.GetValue(onnx) is { } export)
        OnnxExport.Save(models[0], export, new OnnxExportOptions { Method = "TagScores", Lengths = true });
    Console.WriteLine($"{(unseen ?? watched).Name}:\n{tagger.Evaluate(unseen ?? watched)}\n");
    string saved = string.Join(' ', files);
    Console.WriteLine($"Saved to {saved}; tag lines with: --load {saved}");
    string example = string.Join(' ', (unseen ?? watched)[0].Words);
    Console.WriteLine($"For instance: {tagger.Tag(example)}");
}

Module Train(TaggedCorpus learnt, TaggedCorpus watched, TextEncoder encoder, WordVectors? known, int own, ParseResult given)
{
    Module model = Make(encoder.Gazetteer is not null, encoder.Size, wordVector: known?.Size ?? 100, letterVector: 30, spelling: 50, given.GetValue(hidden), own);
    if (known is not null)
        Console.WriteLine(known.CopyTo(model, "words", encoder.Words, own));
    Console.WriteLine($"{model.Parameters.Count} parameters, {encoder.Words} of words, {encoder.Labels.Size} tags.\n");

    // Invalid sequences of tags are barred; after each epoch the validation sentences are tagged.
    var execution = new ExecutionOptions { Threads = given.GetValue(threads) };
    using var tagger = new SequenceTagger(model, encoder, options: execution);
    tagger.BarBrokenTransitions();
    ITrainable trained = new FineTuning(model).Freeze(known is not null && given.GetValue(freeze) ? ["words.*"] : []);
    using var trainer = new Trainer(trained, new AdamW(given.GetValue(rate)) { WeightDecay = 0.01 })
    {
        BatchSize = given.GetValue(batch), Epochs = given.GetValue(epochs), ClipNorm = 5, Schedule = Schedule.Cosine(0.01), Seed = own, Execution = execution, KeepBest = false,
        Averaging = given.GetValue(average) is { } decay ? WeightAverage.Exponential(decay) : null,
        Metrics = [new Metric(encoder.Scheme is null ? "accuracy" : "entity F1", _ => tagger.Evaluate(watched) is var report && report.Entities is { } entities ? entities.F1 : report.Tags.Accuracy)],
    };
    History history = trainer.FitWithProgress(given.GetValue(gazetteer) is { } parts ? encoder.EncodeTraining(learnt, parts) : encoder.Encode(learnt), encoder.Encode(watched));
    Console.WriteLine($"{history}\n");
    if (given.GetValue(members) > 1)
        history.Whole();
    return model;
}

string NameOf(int member, string name) => member == 0 ? name
    : Path.Combine(Path.GetDirectoryName(name) ?? "", $"{Path.GetFileNameWithoutExtension(name)}-{member + 1}{Path.GetExtension(name)}");

Module Make(bool readsPhrases, Func<string, int> size, int wordVector, int letterVector, int spelling, int hidden, int seed) => readsPhrases
    ? new PhraseTagger(size("Word"), size("Letter"), size("Shape"), size("Phrase"), size("Tag"), wordVector, letterVector, spelling, hidden, seed: seed)
    : new Tagger(size("Word"), size("Letter"), size("Shape"), size("Tag"), wordVector, letterVector, spelling, hidden, seed: seed);

void UseSaved(string[] files, ParseResult given)
{
    ModelFileInfo[] infos = [.. files.Select(ModelFile.ReadInfo)];
    TextEncoder encoder = TextEncoder.Read(infos[0]);
    Module[] models = [.. infos.Select(info => Make(info.Model == nameof(PhraseTagger), info.Size, info.Size("WordVector"), info.Size("LetterVector"), info.Size("Spelling"), info.Size("Hidden"), seed: 0))];
    foreach ((string file, ModelFileInfo info, Module model) in files.Zip(infos, models))
        if (TextEncoder.Read(info).ToJson() == encoder.ToJson())
            ModelFile.Load(file, model);
        else
            throw new ArgumentException($"{file} has other words or tags than {files[0]}: models whose scores are averaged learn from one corpus, with --members.");
    using var tagger = new SequenceTagger(models, encoder, options: new ExecutionOptions { Threads = given.GetValue(threads) });
    if (given.GetValue(Corpora.Test) is { } corpus)
    {
        Console.WriteLine(tagger.Evaluate(Corpora.Read(corpus, given)));
        return;
    }
    if (!Console.IsInputRedirected)
        Console.WriteLine("Type sentences, an empty line ends.");
    foreach (string line in Console.IsInputRedirected ? Piped() : Typed())
        Console.WriteLine(tagger.Tag(line));
}

// A long file streams through in bounded memory: a line of many pages is refused, and so are bytes that are no UTF-8.
IEnumerable<string> Piped() => TextFile.ReadLines(Console.OpenStandardInput(), new TextOptions { MaximumLine = 1 << 18 }, "standard input").Select(line => line.Text);

IEnumerable<string> Typed()
{
    while (Console.ReadLine() is { Length: > 0 } line)
        yield return line;
}
