using System.CommandLine;
using RnnDsl;
using RnnDsl.Examples.TextClassification;
using RnnDsl.Execution;
using RnnDsl.Metrics;
using RnnDsl.Prediction;
using RnnDsl.Sequences;
using RnnDsl.Storage;
using RnnDsl.Terminal;
using RnnDsl.Text;
using RnnDsl.Training;
using Spectre.Console;

var train = new Option<string?>("--train") { Description = "Labeled texts: .csv, .jsonl, .json (FILE#part for a part of an object), else tabs; also .gz; without it requests that the example makes up" };
var validation = new Option<string?>("--validation") { Description = "Texts to watch the training on; without it a tenth of the first" };
var test = new Option<string?>("--test") { Description = "Texts that no decision looks at; without it another tenth of the first" };
var outOfScope = new Option<string?>("--out-of-scope") { Description = "Texts of no label, to find a threshold below which the answer is 'I do not know'" };
var textColumn = new Option<string?>("--text-column") { Description = "The column of the texts, a name or a number from 0; without it it is found" };
var labelColumn = new Option<string?>("--label-column") { Description = "The column of the labels" };
var separator = new Option<string?>("--label-separator") { Description = "What separates several labels of a text" };
var first = new Option<double>("--first") { Description = "Train on the first part of the file, a share, and test on the rest; 0: draw at random" };
var vectors = new Option<string?>("--vectors") { Description = "Word vectors in the text form of GloVe, word2vec or fastText, also .gz" };
var weigh = new Option<bool>("--class-weights") { Description = "Weigh texts of rare labels more" };
var hidden = new Option<int>("--hidden") { Description = "Units in each direction", DefaultValueFactory = _ => 100 };
var minimum = new Option<int>("--min-count") { Description = "Words that occur less often are known by their letters alone", DefaultValueFactory = _ => 2 };
var epochs = new Option<int>("--epochs") { Description = "How often the texts are read", DefaultValueFactory = _ => 10 };
var batch = new Option<int>("--batch") { Description = "Texts of a training step", DefaultValueFactory = _ => 32 };
var rate = new Option<double>("--rate") { Description = "Learning rate of AdamW at the start; it falls to a hundredth", DefaultValueFactory = _ => 0.003 };
var seed = new Option<int>("--seed") { Description = "Of all that is random", DefaultValueFactory = _ => 1 };
var output = new Option<string>("--output") { Description = "File for the model", DefaultValueFactory = _ => "text-classifier.safetensors" };
var load = new Option<string?>("--load") { Description = "Classify lines of standard input with the model of this file, learn nothing" };
var threads = new Option<int>("--threads") { Description = "0: one for each processor" };
foreach (Option<int> positive in new[] { hidden, minimum, epochs, batch })
    positive.Validators.Add(result =>
    {
        if (result.GetValueOrDefault<int>() < 1)
            result.AddError($"{positive.Name} must be at least 1.");
    });
var command = new RootCommand("Learns to tell what texts are about.")
{
    train, validation, test, outOfScope, textColumn, labelColumn, separator, first, vectors, weigh, hidden, minimum, epochs, batch, rate, seed, output, load, threads,
};
command.SetAction(given =>
{
    try
    {
        if (given.GetValue(load) is { } file)
            UseSaved(file);
        else
            Learn(given);
        return 0;
    }
    catch (Exception error) when (error is InvalidDataException or ArgumentException or InvalidOperationException or IOException or UnauthorizedAccessException or DivergenceException)
    {
        Console.Error.WriteLine(error.Message);
        return 2;
    }
});
return command.Parse(args).Invoke();

void Learn(ParseResult given)
{
    (LabeledCorpus learnt, LabeledCorpus watched, LabeledCorpus unseen) = Corpora(given);
    bool several = learnt.HasSeveralLabels;
    WordVectors? known = given.GetValue(vectors) is { } path ? WordVectors.Read(path) : null;
    TextEncoder encoder = TextEncoder.Fit(learnt, new TextEncoderOptions { Vectors = known, MinWordCount = given.GetValue(minimum) });
    TextModel model = Create(several, encoder.Size("Word"), encoder.Size("Letter"), encoder.Size("Label"), known?.Size ?? 100, 24, 32, given.GetValue(hidden), given.GetValue(seed));
    if (known is not null)
        Console.WriteLine(known.CopyTo(model, "words", encoder.Words, given.GetValue(seed)));
    Console.WriteLine($"{model.Parameters.Count} parameters, {encoder.Words} of words, {encoder.Labels.Size} labels.\n");

    using var classifier = new TextClassifier(model, encoder, options: new ExecutionOptions { Threads = given.GetValue(threads) });
    using var trainer = new Trainer(model, new AdamW(given.GetValue(rate)) { WeightDecay = 0.01 })
    {
        BatchSize = given.GetValue(batch), Epochs = given.GetValue(epochs), ClipNorm = 1, Schedule = Schedule.Cosine(0.01), Seed = given.GetValue(seed), Threads = given.GetValue(threads), KeepBest = false,
        Metrics = several ? [] : [new Metric("accuracy", _ => classifier.Evaluate(watched).Accuracy)],
    };
    History history = trainer.FitWithProgress(Weighted(encoder, learnt, given.GetValue(weigh)), Weighted(encoder, watched, weigh: false));
    Console.WriteLine($"{history}\n\n{unseen.Name}:");

    if (several)
        Reports.SeveralLabels(classifier, watched, unseen);
    else
        Reports.OneLabel(classifier, encoder, learnt, watched, unseen, given.GetValue(outOfScope) is { } none ? Read(none, given) : null, given.GetValue(seed));

    string saved = given.GetValue(output)!;
    ModelFile.Save(saved, model, metadata: encoder.Metadata);
    Console.WriteLine($"\nSaved to {saved}; classify lines with: --load {saved}");
    if (!several)
        Reports.Explain(classifier, unseen[0].Text);
}

TextModel Create(bool several, int word, int letter, int label, int wordVector, int letterVector, int spelling, int hidden, int seed = 0) => several
    ? new SeveralLabelsModel(word, letter, label, wordVector, letterVector, spelling, hidden, seed)
    : new OneLabelModel(word, letter, label, wordVector, letterVector, spelling, hidden, seed);

// A text weighs more the rarer its label is, by the root of the rate: all labels alike would drown the frequent ones.
Dataset Weighted(TextEncoder encoder, LabeledCorpus corpus, bool weigh)
{
    Dictionary<string, int> counts = corpus.SelectMany(t => t.Labels).CountBy(l => l).ToDictionary();
    double mean = (double)corpus.Count / Math.Max(1, counts.Count);
    float[] weights = [.. corpus.Select(t => weigh && t.Labels.Count == 1 ? (float)Math.Sqrt(mean / counts[t.Labels[0]]) : 1)];
    return new Dataset([.. encoder.Encode(corpus).Columns, Column.Scalars("weight", weights)]);
}

(LabeledCorpus Train, LabeledCorpus Validation, LabeledCorpus Test) Corpora(ParseResult given)
{
    LabeledCorpus all = given.GetValue(train) is { } file ? Read(file, given) : MadeUpRequests.Create(4000, seed: 1);
    int random = given.GetValue(seed);
    LabeledCorpus unseen;
    if (given.GetValue(test) is { } last)
        unseen = Read(last, given);
    else if (given.GetValue(first) is > 0 and var share)
        (all, unseen) = all.SplitAt((int)(share * all.Count));
    else
        (all, unseen) = all.Split(0.9, random);
    if (given.GetValue(validation) is { } other)
        return (all, Read(other, given), unseen);
    (LabeledCorpus learnt, LabeledCorpus watched) = all.Split(0.9, random);
    return (learnt, watched, unseen);
}

LabeledCorpus Read(string file, ParseResult given)
{
    string[] parts = file.Split('#', 2);
    LabeledCorpus corpus = LabeledTextFile.Read(parts[0], new LabeledTextOptions
    {
        TextColumn = given.GetValue(textColumn), LabelColumn = given.GetValue(labelColumn), LabelSeparator = given.GetValue(separator) is [var one] ? one : null, Part = parts.Length > 1 ? parts[1] : null,
    });
    Console.WriteLine(corpus);
    foreach (string finding in corpus.Findings)
        Console.WriteLine($"Note: {finding}");
    return corpus;
}

void UseSaved(string file)
{
    ModelFileInfo info = ModelFile.ReadInfo(file);
    bool several = info.Model == nameof(SeveralLabelsModel);
    TextModel model = Create(several, info.Size("Word"), info.Size("Letter"), info.Size("Label"), info.Size("WordVector"), info.Size("LetterVector"), info.Size("Spelling"), info.Size("Hidden"));
    ModelFile.Load(file, model);
    using var classifier = new TextClassifier(model, TextEncoder.Read(info));
    if (!Console.IsInputRedirected)
        Console.WriteLine("Type texts, an empty line ends.");
    for (string? line; (line = Console.ReadLine()) is not null && (line.Length > 0 || Console.IsInputRedirected);)
        if (several)
            Console.WriteLine(string.Join(' ', classifier.Encoder.Labels.Entries.Zip(classifier.Probabilities([new LabeledText(line)]).Single()).Where(p => p.Second >= 0.5).Select(p => FormattableString.Invariant($"{p.First} ({p.Second:F2})"))));
        else if (Console.IsInputRedirected)
            Console.WriteLine(classifier.Classify(line));
        else
            Reports.Explain(classifier, line);
}
