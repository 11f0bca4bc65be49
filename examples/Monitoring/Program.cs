using System.CommandLine;
using RnnDsl;
using RnnDsl.Examples;
using RnnDsl.Examples.Monitoring;
using RnnDsl.Training;

var sentiments = new Option<string?>("--sentiments") { Description = "Texts with their sentiment: .csv, .jsonl, .json, else tabs; also .gz; without it headlines that the example makes up" };
var topics = new Option<string?>("--topics") { Description = "Texts with their topic, of the same forms; without it all news are one topic" };
var test = new Option<string?>("--test") { Description = "Texts with their sentiment that no decision looks at; without it a tenth of the first" };
var unlabeled = new Option<string[]>("--unlabeled") { Description = "More texts for the language model, one a line, also .gz", DefaultValueFactory = _ => [] };
var labels = new Option<int?>("--labels") { Description = "Use so many of the labels alone, and the other texts without theirs: what pre-training gains where labels are few" };
var negative = new Option<string>("--negative") { Description = "The sentiment that is bad news", DefaultValueFactory = _ => "negative" };
var way = new Option<string?>("--way") { Description = $"Fine-tune in this way alone: {string.Join(", ", Lessons.Ways)}; without it all are tried" };
var vector = new Option<int>("--vector") { Description = "Size of a word's vector", DefaultValueFactory = _ => 64 };
var hidden = new Option<int>("--hidden") { Description = "Units of the lower layer", DefaultValueFactory = _ => 96 };
var languageEpochs = new Option<int>("--language-epochs") { Description = "How often the language model reads its texts", DefaultValueFactory = _ => 6 };
var epochs = new Option<int>("--epochs") { Description = "How often the labeled texts are read", DefaultValueFactory = _ => 30 };
var batch = new Option<int>("--batch") { Description = "Texts a step", DefaultValueFactory = _ => 16 };
var languageRate = new Option<double>("--language-rate") { Description = "Learning rate of the language model", DefaultValueFactory = _ => 3e-3 };
var rate = new Option<double>("--rate") { Description = "Learning rate of the fine-tuning", DefaultValueFactory = _ => 3e-3 };
var seed = new Option<int>("--seed") { Description = "Of all that is random", DefaultValueFactory = _ => 1 };
var threads = new Option<int>("--threads") { Description = "0: one for each processor" };
var output = new Option<string>("--output") { Description = "File for the model", DefaultValueFactory = _ => "news.safetensors" };
var load = new Option<string?>("--load") { Description = "Watch with the model of this file, learn nothing" };

var source = new Option<string?>("--source") { Description = "What to watch: a file, also .gz; - for standard input; an address of HTTP that pushes lines or events. Without it a day that the example makes up" };
var follow = new Option<bool>("--follow") { Description = "Wait for more at the end of the file" };
var again = new Option<bool>("--again") { Description = "After a restart standard input begins where it began before: pass over what was read" };
var perMinute = new Option<double?>("--lines-per-minute") { Description = "Lines without a time come at this rate, instead of when they arrive" };
var window = new Option<double>("--window") { Description = "Minutes that are tested for a surge", DefaultValueFactory = _ => 20 };
var history = new Option<double>("--history") { Description = "Minutes before, with which they are compared", DefaultValueFactory = _ => 240 };
var keep = new Option<double>("--keep") { Description = "Minutes that the page shows", DefaultValueFactory = _ => 1440 };
var alpha = new Option<double>("--alpha") { Description = "Below this p-value there is an alarm", DefaultValueFactory = _ => 1e-6 };
var least = new Option<int>("--least") { Description = "Fewer negative lines in the window are no alarm", DefaultValueFactory = _ => 5 };
var shuffles = new Option<int>("--shuffles") { Description = "Streams in random order on which false alarms are counted; 0 for none", DefaultValueFactory = _ => 100 };
var page = new Option<string?>("--page") { Description = "Page of HTML to write" };
var pageSeconds = new Option<double>("--page-seconds") { Description = "How often it is written", DefaultValueFactory = _ => 10 };
var stateFile = new Option<string?>("--state") { Description = "File with which a monitor goes on after it was ended, however it ended" };
var alarmFile = new Option<string?>("--alarms") { Description = "File that gets a line of JSON for each alarm when it begins, and when it ends" };
var makeUp = new Option<string?>("--make-up") { Description = "Write the made-up day to this file and end" };
var command = new RootCommand("Watches news: learns topics and sentiment with a fine-tuned language model, and tells of surges of bad news in a stream.")
{
    sentiments, topics, test, unlabeled, labels, negative, way, vector, hidden, languageEpochs, epochs, batch, languageRate, rate, seed, threads, output, load,
    source, follow, again, perMinute, window, history, keep, alpha, least, shuffles, page, pageSeconds, stateFile, alarmFile, makeUp,
};
foreach (Option<int> positive in new[] { vector, hidden, languageEpochs, epochs, batch })
    positive.Validators.Add(result => Check(result, positive.Name, result.GetValueOrDefault<int>() >= 1, "at least 1"));
foreach (Option<double> positive in new[] { history, keep, languageRate, rate, pageSeconds })
    positive.Validators.Add(result => Check(result, positive.Name, result.GetValueOrDefault<double>() is > 0 and < 1e6, "above 0 and below a million"));
window.Validators.Add(result => Check(result, "--window", result.GetValueOrDefault<double>() is >= 0.01 and < 1e6, "at least 0.01 and below a million"));
perMinute.Validators.Add(result => Check(result, "--lines-per-minute", result.GetValueOrDefault<double?>() is null or (>= 0.01 and < 1e6), "at least 0.01 and below a million"));
labels.Validators.Add(result => Check(result, "--labels", result.GetValueOrDefault<int?>() is null or >= 10, "at least 10"));
alpha.Validators.Add(result => Check(result, "--alpha", result.GetValueOrDefault<double>() is > 0 and < SurgeOptions.EndAlpha, "above 0 and below 0.05"));
way.Validators.Add(result => Check(result, "--way", Lessons.Ways.Contains(result.GetValueOrDefault<string>()), $"one of {string.Join(", ", Lessons.Ways)}"));
command.SetAction((given, cancellation) => Failures.Guard(async () =>
{
    if (given.GetValue(makeUp) is { } path)
        WriteDay(path, given);
    else
        await Watch(given, cancellation);
}));
return await command.RunAsync(args);

static void Check(System.CommandLine.Parsing.OptionResult result, string name, bool isGood, string what)
{
    if (!isGood)
        result.AddError($"{name} must be {what}.");
}

NewsReader Reader(ParseResult given)
{
    if (given.GetValue(load) is { } file)
        return NewsReader.Load(file, given.GetValue(threads), given.GetResult(negative) is { Implicit: false } ? given.GetValue(negative) : null);
    var options = new LearnOptions(given.GetValue(vector), given.GetValue(hidden), given.GetValue(languageEpochs), given.GetValue(epochs), given.GetValue(batch), given.GetValue(languageRate), given.GetValue(rate), given.GetValue(way), given.GetValue(seed), given.GetValue(threads));
    NewsData data = given.GetValue(sentiments) is { } labeled ? NewsData.Read(labeled, given.GetValue(topics), given.GetValue(test), given.GetValue(unlabeled)!, options.Seed) : MadeUpNews.Create(labeled: 300, unlabeled: 8000, options.Seed);
    if (given.GetValue(labels) is { } count)
        data = data.WithLabels(count, options.Seed);
    NewsReader reader = NewsReader.Create(data, given.GetValue(negative)!, options);
    new Lessons(reader, data, options).Learn();
    reader.Save(given.GetValue(output)!);
    Console.WriteLine($"Saved to {given.GetValue(output)}.");
    return reader;
}

async Task Watch(ParseResult given, CancellationToken cancellation)
{
    // What cannot be watched or written is found before anything is learnt.
    string watchedName = given.GetValue(source) is { } named ? Sources.Name(named) : $"the made-up day of --seed {given.GetValue(seed)}";
    Outputs.Check(
        read: [Named(sentiments), Named(topics), Named(test), Named(load), new("--source", Sources.FileOf(given.GetValue(source))), .. given.GetValue(unlabeled)!.Select(file => new NamedFile("--unlabeled", file))],
        replaced: [Named(page), Named(stateFile), new("--output", given.GetValue(load) is null ? given.GetValue(output) : null)], written: [Named(alarmFile)]);
    (SurgeOptions options, int kept) = SurgeOptions.Create(given.GetValue(window), given.GetValue(history), given.GetValue(keep), given.GetValue(alpha), given.GetValue(least));
    using NewsReader reader = Reader(given);
    var state = new MonitorState(reader.Topics.Entries, options, kept) { Source = watchedName };
    var monitor = new NewsMonitor(reader, state,
        new MonitorOptions(given.GetValue(stateFile), given.GetValue(alarmFile), SaveSeconds: 5, given.GetValue(perMinute), Console.Error.WriteLine));
    bool isMadeUp = given.GetValue(source) is null;
    if (isMadeUp && !reader.Topics.Entries.SequenceEqual(MadeUpNews.Topics))
    {
        Console.WriteLine("Say with --source what to watch: this model knows nothing of the made-up day.");
        return;
    }
    string watched = given.GetValue(source) ?? WriteDay(Path.GetTempFileName(), given);
    try
    {
        long started = System.Diagnostics.Stopwatch.GetTimestamp();
        if (given.GetValue(page) is { } file)
            LivePage.Show(file, monitor, given.GetValue(pageSeconds), Console.Error.WriteLine);
        await Screen.Show(monitor, () => monitor.Run((place, stop) => Sources.Read(watched, place, given.GetValue(follow), given.GetValue(again), Console.Error.WriteLine, stop), cancellation));
        double seconds = System.Diagnostics.Stopwatch.GetElapsedTime(started).TotalSeconds;
        Console.WriteLine(FormattableString.Invariant($"{monitor.Taken:N0} lines in {seconds:F1} s, {monitor.Taken / seconds:N0} a second."));
        FalseAlarms falseAlarms = FalseAlarms.Measure(state.Counts, options, given.GetValue(shuffles), given.GetValue(seed));
        Console.WriteLine($"{falseAlarms}.");
        if (isMadeUp)
            foreach (Surge surge in MadeUpStream.Surges)
                Console.WriteLine(FormattableString.Invariant($"Made up: bad news of {surge.Topic} from {surge.From:HH:mm} to {surge.Until:HH:mm}."));
        monitor.RequireSaved(() =>
        {
            if (given.GetValue(page) is { } final)
                Page.Save(final, state, falseAlarms, refreshSeconds: null);
        });
    }
    finally
    {
        if (isMadeUp)
            File.Delete(watched);
    }

    NamedFile Named(Option<string?> option) => new(option.Name, given.GetValue(option));
}

string WriteDay(string path, ParseResult given)
{
    File.WriteAllLines(path, MadeUpStream.Lines(perMinute: 20, given.GetValue(seed)));
    return path;
}
