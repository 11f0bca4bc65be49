using System.CommandLine;
using RnnDsl;
using RnnDsl.Examples;
using RnnDsl.Examples.Classification;
using RnnDsl.Metrics;
using RnnDsl.Prediction;
using RnnDsl.Runs;
using RnnDsl.Sequences;
using RnnDsl.Storage;
using RnnDsl.Terminal;
using RnnDsl.Training;

var file = new Option<string?>("--data") { Description = "A CSV file with a header; without it runs of pumps that come along (made up)" };
var test = new Option<string?>("--test") { Description = "Another file to test on; without it a part of the data is kept for that" };
var target = new Option<string>("--target") { Description = "The column of the classes", DefaultValueFactory = _ => "state" };
var group = new Option<string?>("--group") { Description = "The column that says which rows are one series; 'none' for none", DefaultValueFactory = _ => "run" };
var window = new Option<int>("--window") { Description = "Rows of an example; 0: all rows of a group" };
var stride = new Option<int>("--stride") { Description = "Rows from one example to the next", DefaultValueFactory = _ => 1 };
var inputs = new Option<string[]>("--inputs") { Description = "Columns to read, with spaces between; without it all others", AllowMultipleArgumentsPerToken = true };
var hidden = new Option<int>("--hidden") { Description = "Units in each direction", DefaultValueFactory = _ => 32 };
var epochs = new Option<int>("--epochs") { Description = "How often the data are seen", DefaultValueFactory = _ => 40 };
const double usualRate = 0.015;
var rate = new Option<double>("--rate") { Description = "Learning rate; 0: look for one", DefaultValueFactory = _ => usualRate };
var seed = new Option<int>("--seed") { Description = "Of all that is random", DefaultValueFactory = _ => 1 };
var output = new Option<string>("--output") { Description = "File for the model", DefaultValueFactory = _ => "classifier.safetensors" };
var runs = new Option<string?>("--runs") { Description = "A folder that gets a folder with the record of this run: settings, curves, a page" };
var command = new RootCommand("Learns to tell classes of sequences apart, from a table.")
{
    file, test, target, group, window, stride, inputs, hidden, epochs, rate, seed, output, runs,
};
var tables = new TableFiles(command);
command.SetAction(given => Failures.Guard(() => Run(given), explain: tables.Explain));
return command.Run(args);

void Run(ParseResult given)
{
    string saved = given.GetValue(output)!;
    OutputCheck.RequireFiles([saved], [given.GetValue(file)]);
    OutputCheck.RequireFolder(given.GetValue(runs));

    // The table: which column is the class, which rows belong together, how many of them are an example.
    string read = given.GetValue(file) ?? Path.Combine(AppContext.BaseDirectory, "Data", "pumps.csv");
    string? groups = given.GetValue(group) is "none" or null or "" ? null : given.GetValue(group);
    TimeSeries table = tables.Read(given, read, groups);
    int rows = given.GetValue(window);
    var options = new TableOptions
    {
        Target = given.GetValue(target), TargetKind = TableTargetKind.Class, Group = groups, Window = rows == 0 ? null : rows, Stride = given.GetValue(stride),
        Inputs = given.GetValue(inputs) is { Length: > 0 } named ? named : null,
    };
    double tested = given.GetValue(test) is null ? 0.2 : 0;
    TableSplit split = groups is null ? TableSplit.ByTime(0.8 - tested, 0.2) : TableSplit.Stratified(0.8 - tested, 0.2, given.GetValue(seed));
    TableData data = TableData.Create(table, options, split);
    foreach (string finding in data.Findings)
        Console.WriteLine($"Note: {tables.Explain(finding)}");
    Console.WriteLine($"{data}\n");
    Dataset unseen = given.GetValue(test) is { } path ? data.Encoder.Encode(tables.Read(given, path, groups)) : data.Test;

    // The model, as large as the data ask for.
    var model = new Classifier(feature: data.Encoder.Features.Count, hidden: given.GetValue(hidden), @class: data.Encoder.Classes.Count, seed: given.GetValue(seed));
    Console.WriteLine($"{model.Summary()}\n");

    // Training; the epoch with the least validation loss counts.
    using var predictor = new TablePredictor(model, data.Encoder);
    double learningRate = given.GetValue(rate);
    if (learningRate == 0)
    {
        LearningRateScan scan = LearningRateFinder.Scan(model, new AdamW(1), data.Train);
        learningRate = double.IsNaN(scan.Suggested) ? usualRate : scan.Suggested;
        foreach (string finding in scan.Findings)
            Console.WriteLine(FormattableString.Invariant($"Note on the learning rate {learningRate:G2}: {finding}"));
    }
    using var trainer = new Trainer(model, new AdamW(learningRate) { WeightDecay = 0.01 })
    {
        BatchSize = 32, Epochs = given.GetValue(epochs), ClipNorm = 1, Patience = 15, Schedule = Schedule.Cosine(0.1), Seed = given.GetValue(seed),
        Metrics = [Metric.Accuracy(predictor), Metric.F1(predictor)],
    };
    // What others, and you in a month, want to know about it.
    var notes = new Dictionary<string, string> { ["seed of the model"] = $"{given.GetValue(seed)}", ["data"] = given.GetValue(file) ?? Path.GetFileName(read) };
    using RunRecord? run = given.GetValue(runs) is not { } parent ? null
        : RunRecord.Start(RunRecord.NewFolder(parent, Path.GetFileName(read).Split('.')[0]), trainer, data.Train, data.Validation, new RunOptions { Notes = notes });
    History history = run is null ? trainer.FitWithProgress(data.Train, data.Validation) : run.Fit(() => trainer.FitWithProgress(data.Train, data.Validation));
    ModelFile.Save(saved, model, data.Encoder);
    Console.WriteLine($"{history}\n");

    // How good it is on examples that no decision looked at.
    ClassificationReport report = predictor.Report(unseen);
    Console.WriteLine($"{report}\nAlways saying the most frequent class: {report.MajorityAccuracy:F4}\n");
    report.WriteConfusion();
    if (run is not null)
    {
        run.Add("Test", report);
        run.AddMetric("test accuracy", report.Accuracy);
        run.Add(CellActivity.Of(model, unseen, example: 0));
        Warnings.Try(() =>
        {
            ModelFile.Save(Path.Combine(run.Folder, "model.safetensors"), model, data.Encoder);
            run.Finish();
            Console.WriteLine($"The run: {Path.Combine(run.Folder, RunPage.FileName)}");
        });
    }

    // A program that predicts reads the file alone: sizes, scales, and names of columns and classes stand in it.
    ModelFileInfo info = ModelFile.ReadInfo(saved);
    var loaded = new Classifier(info.Size("Feature"), info.Size("Hidden"), info.Size("Class"));
    ModelFile.Load(saved, loaded);
    using var later = new TablePredictor(loaded, info.ReadEncoder());
    ClassAnswer[] answers = later.Classify(table);
    Console.WriteLine($"Saved to {saved}. Loaded again, it says of the last rows of the table: {answers[^1]}.");
}
