using System.CommandLine;
using RnnDsl;
using RnnDsl.Examples;
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

RootCommand command = Options.Command();
command.SetAction(given => Failures.Guard(() =>
{
    if (given.GetValue(Options.Load) is { } file)
        UseSaved(file, given);
    else
        Learn(given);
}));
return command.Run(args);

void Learn(ParseResult given)
{
    if (given.GetValue(Options.Folds) > 0)
    {
        CrossValidation.Run(given, (learnt, watched) => Train(given, learnt, watched, several: false, quiet: true));
        return;
    }
    string saved = given.GetValue(Options.Output)!;
    OutputCheck.RequireFiles([saved], new[] { Options.Train, Options.Validation, Options.Test, Options.OutOfScope, Options.Vectors }.Select(option => given.GetValue(option)?.Split('#')[0]));
    (LabeledCorpus learnt, LabeledCorpus watched, LabeledCorpus unseen) = Corpora.Parts(given);
    LabeledCorpus? outOfScope = given.GetValue(Options.OutOfScope) is { } none ? Corpora.ReadUnlabeled(none, given) : null;
    bool several = learnt.HasSeveralLabels;
    if (several && (given.GetValue(Options.Subwords) > 0 || given.GetValue(Options.Weigh) || outOfScope is not null))
        throw new ArgumentException($"{Options.Subwords.Name}, {Options.Weigh.Name} and {Options.OutOfScope.Name} are for texts with one label each.");
    if (!several)
        (watched, unseen) = (watched.WithOneLabel(), unseen.WithOneLabel());
    using TextClassifier classifier = Train(given, learnt, watched, several);
    if (several)
        classifier.ChooseThresholds(watched);
    ModelFile.Save(saved, classifier.Model, metadata: classifier.Encoder.Metadata);
    Console.WriteLine($"{unseen.Name}:");
    if (several)
        Reports.SeveralLabels(classifier, unseen);
    else
        Reports.OneLabel(classifier, classifier.Encoder, learnt, watched, unseen, outOfScope, given.GetValue(Options.Seed));
    Console.WriteLine($"\nSaved to {saved}; classify lines with: --load {saved}");
    if (!several)
        Reports.Explain(classifier, unseen[0].Text);
}

TextClassifier Train(ParseResult given, LabeledCorpus learnt, LabeledCorpus watched, bool several, bool quiet = false)
{
    int pieces = given.GetValue(Options.Subwords), seed = given.GetValue(Options.Seed), threads = given.GetValue(Options.Threads);
    WordVectors? known = given.GetValue(Options.Vectors) is { } path ? WordVectors.Read(path) : null;
    TextEncoder encoder = TextEncoder.Fit(learnt, new TextEncoderOptions { Vectors = known, MinWordCount = given.GetValue(Options.Minimum), Subwords = pieces > 0 ? pieces : null });
    TextModel model = Create(several ? nameof(SeveralLabelsModel) : pieces > 0 ? nameof(PieceModel) : nameof(OneLabelModel), encoder.Size("Word"), encoder.Size(pieces > 0 ? "Piece" : "Letter"), encoder.Size("Label"),
        known?.Size ?? 100, 24, 32, given.GetValue(Options.Hidden), seed);
    VectorCoverage? coverage = known?.CopyTo(model, "words", encoder.Words, seed);
    if (!quiet)
        Console.WriteLine($"{(coverage is { } found ? $"{found}\n" : "")}{model.Parameters.Count} parameters, {encoder.Words} of words, {(encoder.Subwords is { } subwords ? $"{subwords}, " : "")}{encoder.Labels.Size} labels.\n");

    var classifier = new TextClassifier(model, encoder, options: new ExecutionOptions { Threads = threads });
    using var trainer = new Trainer(model, new AdamW(given.GetValue(Options.Rate)) { WeightDecay = 0.01 })
    {
        BatchSize = given.GetValue(Options.Batch), Epochs = given.GetValue(Options.Epochs), ClipNorm = 1, Schedule = Schedule.Cosine(0.01), Seed = seed, Threads = threads, KeepBest = false,
        Metrics = several ? [] : [new Metric("accuracy", _ => classifier.Evaluate(watched).Accuracy)],
    };
    Dataset data = Weighted(encoder, learnt, given.GetValue(Options.Weigh));
    if (quiet)
        trainer.Fit(data);
    else
        Console.WriteLine($"{trainer.FitWithProgress(data, Weighted(encoder, watched, weigh: false))}\n");
    return classifier;
}

TextModel Create(string name, int word, int spelled, int label, int wordVector, int letterVector, int spelling, int hidden, int seed = 0) => name switch
{
    nameof(SeveralLabelsModel) => new SeveralLabelsModel(word, spelled, label, wordVector, letterVector, spelling, hidden, seed),
    nameof(PieceModel) => new PieceModel(word, spelled, label, wordVector, letterVector, spelling, hidden, seed),
    _ => new OneLabelModel(word, spelled, label, wordVector, letterVector, spelling, hidden, seed),
};

// A text weighs more the rarer its label is, by the root of the rate: all labels alike would drown the frequent ones.
Dataset Weighted(TextEncoder encoder, LabeledCorpus corpus, bool weigh)
{
    Dictionary<string, int> counts = corpus.SelectMany(t => t.Labels).CountBy(l => l).ToDictionary();
    double mean = (double)corpus.Count / Math.Max(1, counts.Count);
    float[] weights = [.. corpus.Select(t => weigh && t.Labels.Count == 1 ? (float)Math.Sqrt(mean / counts[t.Labels[0]]) : 1)];
    return new Dataset([.. encoder.Encode(corpus).Columns, Column.Scalars("weight", weights)]);
}

void UseSaved(string file, ParseResult given)
{
    ModelFileInfo info = ModelFile.ReadInfo(file);
    bool several = info.Model == nameof(SeveralLabelsModel);
    TextModel model = Create(info.Model, info.Size("Word"), info.Size("Letter"), info.Size("Label"), info.Size("WordVector"), info.Size("LetterVector"), info.Size("Spelling"), info.Size("Hidden"));
    ModelFile.Load(file, model);
    using var classifier = new TextClassifier(model, TextEncoder.Read(info));
    if (given.GetValue(Options.Test) is { } test)
    {
        LabeledCorpus corpus = Corpora.Read(test, given);
        Console.WriteLine(several ? classifier.EvaluateLabels(corpus).ToString() : classifier.Evaluate(corpus.WithOneLabel()).ToString());
        return;
    }
    if (!Console.IsInputRedirected)
        Console.WriteLine("Type texts, an empty line ends.");
    foreach (string line in Console.IsInputRedirected ? Piped() : Typed())
        if (several)
            Console.WriteLine(string.Join(' ', classifier.LabelsOf(line).Select(l => FormattableString.Invariant($"{l.Label} ({l.Probability:F2})"))));
        else if (Console.IsInputRedirected)
            Console.WriteLine(classifier.Classify(line));
        else
            Reports.Explain(classifier, line);
}

// A long file streams through in bounded memory: a line of many pages is refused, and so are bytes that are no UTF-8.
IEnumerable<string> Piped() => TextFile.ReadLines(Console.OpenStandardInput(), new TextOptions { MaximumLine = 1 << 18 }, "standard input").Select(line => line.Text);

IEnumerable<string> Typed()
{
    while (Console.ReadLine() is { Length: > 0 } line)
        yield return line;
}
