using System.CommandLine;
using System.Globalization;
using RnnDsl.Continual;
using RnnDsl.Examples;
using RnnDsl.Examples.ContinualLearning;
using RnnDsl.Storage;
using RnnDsl.Terminal;
using RnnDsl.Training;

var data = new Option<string[]>("--data") { Description = "CSV files, each a task, or one that --task or --every divides; or the folder of ETTh1 (by quarter), CLINC150 (by domain) or the Free Spoken Digit Dataset (by speaker). Without it streams that the example makes up", AllowMultipleArgumentsPerToken = true };
var target = new Option<string?>("--target") { Description = "Of files: the column that is predicted. Texts are classes, numbers are numbers" };
var classes = new Option<bool>("--classes") { Description = "Of files: the numbers of the target are classes" };
var task = new Option<string?>("--task") { Description = "Of one file: the column whose values are the tasks, in the order in which they come" };
var every = new Option<int?>("--every") { Description = "Of one file: each so many rows are a task" };
var group = new Option<string?>("--group") { Description = "Of files: the column that says which rows are one series" };
var inputs = new Option<string[]>("--inputs") { Description = "Of files: columns to read, with spaces between; without it all others", AllowMultipleArgumentsPerToken = true };
var window = new Option<int?>("--window") { Description = "Of files: rows of an example; without it all rows of a group" };
var stride = new Option<int>("--stride") { Description = "Of files: rows from one example to the next", DefaultValueFactory = _ => 1 };
var ahead = new Option<int>("--ahead") { Description = "Of files: rows from an example's last one to its target" };
var strategies = new Option<string[]>("--strategy") { Description = $"Strategies: {string.Join(", ", Study.Strategies)}", DefaultValueFactory = _ => ["naive", "joint", "replay", "ewc"], AllowMultipleArgumentsPerToken = true };
var seeds = new Option<int>("--seeds") { Description = "Seeds, of whose results medians are shown", DefaultValueFactory = _ => 3 };
var epochs = new Option<int?>("--epochs") { Description = "How often each task is read" };
var rate = new Option<double?>("--rate") { Description = "Learning rate of AdamW" };
var strength = new Option<double?>("--strength") { Description = "λ of elastic weight consolidation" };
var examples = new Option<int?>("--examples") { Description = "The examples of a memory" };
var picture = new Option<string?>("--pictures") { Description = "Folder for a heat map of each strategy's matrix, in SVG" };
var threads = new Option<int>("--threads") { Description = "0: one for each processor" };
var command = new RootCommand("Learns one task after another, and compares what is kept of the earlier ones.")
{
    data, target, classes, task, every, group, inputs, window, stride, ahead, strategies, seeds, epochs, rate, strength, examples, picture, threads,
};
var tables = new TableFiles(command);
strategies.Validators.Add(result =>
{
    if (result.GetValueOrDefault<string[]>()?.FirstOrDefault(s => !Study.Strategies.Contains(s)) is { } unknown)
        result.AddError($"There is no strategy '{unknown}'; there are: {string.Join(", ", Study.Strategies)}.");
});
seeds.Validators.Add(result => Check(result, "--seeds", result.GetValueOrDefault<int>() >= 1, "at least 1"));
stride.Validators.Add(result => Check(result, "--stride", result.GetValueOrDefault<int>() >= 1, "at least 1"));
ahead.Validators.Add(result => Check(result, "--ahead", result.GetValueOrDefault<int>() >= 0, "0 or more"));
foreach (Option<int?> count in new[] { epochs, examples, every, window })
    count.Validators.Add(result => Check(result, count.Name, result.GetValueOrDefault<int?>() is null or >= 1, "at least 1"));
rate.Validators.Add(result => Check(result, "--rate", result.GetValueOrDefault<double?>() is null or (> 0 and < 10), "above 0 and below 10"));
strength.Validators.Add(result => Check(result, "--strength", result.GetValueOrDefault<double?>() is null or (>= 0 and < 1e12), "a number from 0 on"));
command.SetAction(given => Failures.Guard(() =>
{
    OutputCheck.RequireFolder(given.GetValue(picture));
    using var interruption = new Interruption();
    try
    {
        CompareAll(given, interruption.Token);
    }
    catch (OperationCanceledException)
    {
        Console.WriteLine("It was ended.");
    }
}, explain: tables.Explain));
return command.Run(args);

void CompareAll(ParseResult given, CancellationToken cancellation)
{
    bool isMadeUp = given.GetValue(data) is not { Length: > 0 };
    foreach (Study study in isMadeUp ? [MadeUp.Regimes(), MadeUp.Grammar()] : new[] { Given(given) })
        Compare(study with
        {
            Epochs = given.GetValue(epochs) ?? study.Epochs, Rate = given.GetValue(rate) ?? study.Rate, Strength = given.GetValue(strength) ?? study.Strength,
            Examples = given.GetValue(examples) ?? study.Examples, Threads = given.GetValue(threads),
        }, given, cancellation);
    if (isMadeUp)
        Maintenance.Run(seed: 1, given.GetValue(threads), cancellation);
}

Study Given(ParseResult given)
{
    string[] paths = given.GetValue(data)!;
    if (Directory.Exists(paths[0]))
        return paths.Length == 1 ? RealData.Read(paths[0]) : throw new ArgumentException("--data takes one folder, or files.");
    return new OwnData(paths, tables, given)
    {
        Target = given.GetValue(target) ?? throw new ArgumentException($"{paths[0]} is a file: say with --target which of its columns is predicted."), IsClass = given.GetValue(classes), Task = given.GetValue(task),
        Every = given.GetValue(every), Group = given.GetValue(group), Inputs = given.GetValue(inputs) is { Length: > 0 } named ? named : null, Window = given.GetValue(window), Stride = given.GetValue(stride), Ahead = given.GetValue(ahead),
    }.Read();
}

void Compare(Study study, ParseResult given, CancellationToken cancellation)
{
    int runs = given.GetValue(seeds);
    Console.WriteLine($"{study.Name}: {study.Tasks.Count} tasks, {string.Join(", ", study.Tasks.Select(t => t.Train.Count).Distinct())} examples each. Medians of {runs} seeds.\n");
    var results = new List<Medians>();
    foreach (string strategy in given.GetValue(strategies)!.Distinct())
    {
        Medians medians;
        try
        {
            medians = new Medians([.. Enumerable.Range(1, runs).Select(seed => study.Learn(strategy, seed, cancellation))]);
        }
        catch (OperationCanceledException) when (results.Count > 0)
        {
            // What was learned to its end is shown.
            break;
        }
        results.Add(medians);
        ContinualResult matrix = medians.Matrix();
        Console.WriteLine($"{matrix.FormatMatrix()}\n");
        if (given.GetValue(picture) is { } pictures)
            matrix.SaveScores(Path.Combine(pictures, $"{FileName(study.Tasks[0].Name)}-{strategy}.svg"), $"{study.Name}: {matrix.Strategy}");
    }
    Console.WriteLine($"{"",-12}{"average",10}{"forgetting",12}{"backward",10}{"forward",10}");
    foreach (Medians medians in results)
        Console.WriteLine($"{medians.Results[0].Strategy,-12}{Text(medians.Of(r => r.AverageScore)),10}{Text(medians.Of(r => r.Forgetting)),12}{Text(medians.Of(r => r.BackwardTransfer)),10}{Text(medians.Of(r => r.ForwardTransfer)),10}");
    Console.WriteLine("Each figure is the median of its own values over the seeds, so it does not follow exactly from the matrix of medians.\n");
    cancellation.ThrowIfCancellationRequested();
}

static string FileName(string task) => string.Join('_', task.Split([.. Path.GetInvalidFileNameChars(), '/', '\\']));

static string Text(double value) => double.IsNaN(value) ? "-" : value.ToString("F4", CultureInfo.InvariantCulture);

static void Check(System.CommandLine.Parsing.OptionResult result, string name, bool isGood, string what)
{
    if (!isGood)
        result.AddError($"{name} must be {what}.");
}
