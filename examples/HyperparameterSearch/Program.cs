using System.CommandLine;
using System.Globalization;
using RnnDsl.Examples;
using RnnDsl.Examples.Searching;
using RnnDsl.Search;
using RnnDsl.Storage;
using RnnDsl.Terminal;

string[] known = ["pumps", "sunspots", "vowels"];
var tasks = new Argument<string[]>("tasks") { Description = $"What to learn: {string.Join(", ", known)}", DefaultValueFactory = _ => ["pumps"], Arity = ArgumentArity.ZeroOrMore };
var data = new Option<string?>("--data") { Description = "For vowels: the folder with JapaneseVowels_TRAIN.ts.gz and JapaneseVowels_TEST.ts.gz" };
var trials = new Option<int>("--trials") { Description = "How many trials, with the defaults as the first", DefaultValueFactory = _ => 20 };
var epochs = new Option<int>("--epochs") { Description = "How often the data are seen in a whole trial", DefaultValueFactory = _ => 27 };
var seed = new Option<int>("--seed") { Description = "Of the search", DefaultValueFactory = _ => 1 };
var seeds = new Option<int>("--seeds") { Description = "How often the defaults and the best values are learned again, with other seeds, to be tested", DefaultValueFactory = _ => 3 };
var threads = new Option<int>("--threads") { Description = "Trials that run at once; 0: one for each processor, at most 4" };
var output = new Option<string?>("--output") { Description = "A folder: TASK.jsonl there, from which a search goes on that was ended, and TASK.svg, a picture of the trials" };
var command = new RootCommand("Searches for the cell, its size, the optimizer and its settings.") { tasks, data, trials, epochs, seed, seeds, threads, output };
tasks.Validators.Add(result =>
{
    string[] names = result.GetValueOrDefault<string[]>() ?? [];
    if (names.FirstOrDefault(n => !known.Contains(n)) is { } unknown)
        result.AddError($"There is no task '{unknown}'; there are: {string.Join(", ", known)}.");
    if (names.Contains("vowels") && result.GetValue(data) is null)
        result.AddError("The task vowels needs --data FOLDER.");
});
foreach (Option<int> count in new[] { trials, epochs, seeds })
    count.Validators.Add(result =>
    {
        if (result.GetValueOrDefault<int>() < 1)
            result.AddError($"{count.Name} must be at least 1.");
    });
command.SetAction(given => Failures.Guard(() =>
{
    foreach (string name in given.GetValue(tasks)!.Distinct())
        Search((name switch { "pumps" => Study.Pumps(), "sunspots" => Study.Sunspots(), _ => Study.Vowels(given.GetValue(data)!) }) with { Epochs = given.GetValue(epochs) }, given);
}));
return command.Run(args);

void Search(Study study, ParseResult given)
{
    string? folder = given.GetValue(output);
    OutputCheck.RequireFolder(folder);
    Console.WriteLine($"{study.Name}: {study.Train.Count} examples to learn, {study.Validation.Count} to validate, {study.Test.Count} to test\n");
    var search = new HyperparameterSearch(study.Space, trial => study.Learn(trial))
    {
        Trials = given.GetValue(trials), Seed = given.GetValue(seed), Threads = given.GetValue(threads), First = [study.Defaults],
        Sampler = new TpeSampler { Startup = 8 }, Stopping = new SuccessiveHalving { MinimumReports = 3 },
        Task = $"{study.Name}, {study.Epochs} epochs", File = folder is null ? null : Path.Combine(folder, $"{study.Name}.jsonl"),
    };
    SearchResult result = search.RunWithProgress();
    Console.WriteLine();
    result.WriteTable($"{study.Name}, by the validation loss");
    result.WriteImportance();
    if (folder is not null)
        Warnings.Try(() => result.SaveTrials(Path.Combine(folder, $"{study.Name}.svg"), $"{study.Name}: validation loss"));
    if (result.IsCanceled || result.Best is not { } best)
    {
        Console.WriteLine(result.IsCanceled ? $"It was ended.{(folder is null ? "" : " The same command goes on.")}\n" : "No trial ran to its end.\n");
        return;
    }
    // The test data decide nothing: they are looked at for the values that were chosen.
    foreach ((string name, TrialValues values) in new[] { ("defaults", study.Defaults), ("best", best.Values) })
    {
        double[] scores = [.. Enumerable.Range(1, given.GetValue(seeds)).Select(s => study.Measure(study.Learn(new Trial(values, s)), study.Test)).Order()];
        Console.WriteLine($"{name,-8} test {study.Score} {Text(scores[(scores.Length - 1) / 2])} ({string.Join(", ", scores.Select(Text))}): {values}");
    }
    Console.WriteLine($"{result.Trials.Sum(t => t.Reports.Count)} epochs in {result.Trials.Count} trials, {result.Trials.Sum(t => t.Seconds):F0} s in all threads\n");
}

static string Text(double value) => value.ToString("F4", CultureInfo.InvariantCulture);
