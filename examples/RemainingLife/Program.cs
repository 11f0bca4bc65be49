using System.CommandLine;
using System.Globalization;
using RnnDsl;
using RnnDsl.Examples;
using RnnDsl.Examples.RemainingLife;
using RnnDsl.Metrics;
using RnnDsl.Prediction;
using RnnDsl.Sequences;
using RnnDsl.Storage;
using RnnDsl.Terminal;
using RnnDsl.Training;

var file = new Option<string?>("--data") { Description = "A CSV file with a header, each machine until it failed; without it bearings that come along (made up)" };
var group = new Option<string>("--group") { Description = "The column that says to which machine a row belongs", DefaultValueFactory = _ => "unit" };
var inputs = new Option<string[]>("--inputs") { Description = "Columns to read, with spaces between; without it all others", AllowMultipleArgumentsPerToken = true };
var window = new Option<int>("--window") { Description = "Rows that the model reads", DefaultValueFactory = _ => 30 };
var cap = new Option<int>("--cap") { Description = "A machine with more rows left counts as one with so many: a healthy one does not show more", DefaultValueFactory = _ => 80 };
var hidden = new Option<int>("--hidden") { Description = "Units of the LSTMs", DefaultValueFactory = _ => 24 };
var epochs = new Option<int>("--epochs") { Description = "How often the data are seen", DefaultValueFactory = _ => 15 };
var rate = new Option<double>("--rate") { Description = "Learning rate", DefaultValueFactory = _ => 0.004 };
var seed = new Option<int>("--seed") { Description = "Of all that is random", DefaultValueFactory = _ => 1 };
var output = new Option<string>("--output") { Description = "File for the model", DefaultValueFactory = _ => "life.safetensors" };
var command = new RootCommand("Learns how many rows a machine has left until it fails, from the rows of machines that did.")
{
    file, group, inputs, window, cap, hidden, epochs, rate, seed, output,
};
var tables = new TableFiles(command);
command.SetAction(given => Failures.Guard(() => Run(given), explain: tables.Explain));
return command.Run(args);

void Run(ParseResult given)
{
    string saved = given.GetValue(output)!;
    OutputCheck.RequireFiles([saved], [given.GetValue(file)]);

    // What is left of each machine is counted from its last row, at which it failed.
    string machine = given.GetValue(group)!;
    TimeSeries table = tables.Read(given, given.GetValue(file) ?? Path.Combine(AppContext.BaseDirectory, "Data", "bearings.csv"), machine);
    int most = given.GetValue(cap);
    table = table.With("rows left", [.. table.RowsLeft(machine).Select(left => Math.Min(left, most))]);
    var options = new TableOptions
    {
        Target = "rows left", Group = machine, Window = given.GetValue(window), Inputs = given.GetValue(inputs) is { Length: > 0 } named ? named : null,
    };

    // Machines are kept whole: the test is on machines that the model has never seen.
    TableData data = TableData.Create(table, options, TableSplit.ByGroup(0.65, 0.15, given.GetValue(seed)));
    foreach (string finding in data.Findings)
        Console.WriteLine($"Note: {tables.Explain(finding)}");
    Console.WriteLine($"{data}\n");

    var model = new LifeModel(feature: data.Encoder.Features.Count, hidden: given.GetValue(hidden), target: 1, seed: given.GetValue(seed));
    Console.WriteLine($"{model.Summary()}\n");
    using var predictor = new TablePredictor(model, data.Encoder);
    using var trainer = new Trainer(model, new AdamW(given.GetValue(rate)) { WeightDecay = 0.01 })
    {
        BatchSize = 64, Epochs = given.GetValue(epochs), ClipNorm = 1, Patience = 6, Schedule = Schedule.Cosine(0.1), Seed = given.GetValue(seed), Metrics = [Metric.Rmse(predictor)],
    };
    Console.WriteLine($"{trainer.FitWithProgress(data.Train, data.Validation)}\n");
    ModelFile.Save(saved, model, data.Encoder);

    // Beside what needs no model: the mean of the training rows.
    ForecastErrors errors = predictor.Errors(data.Test);
    float[] actual = data.Test["y"].ToArray(), mean = new float[actual.Length];
    data.Encoder.Unscale(actual);
    data.Encoder.Unscale(mean);
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
        $"Machines never seen: RMSE {errors.Rmse:F1} rows, MAE {errors.Mae:F1}; the mean of the training rows has RMSE {ForecastErrors.Measure(actual, mean).Rmse:F1}."));

    // A program that predicts reads the file alone.
    ModelFileInfo info = ModelFile.ReadInfo(saved);
    var loaded = new LifeModel(info.Size("Feature"), info.Size("Hidden"), info.Size("Target"));
    ModelFile.Load(saved, loaded);
    using var later = new TablePredictor(loaded, info.ReadEncoder());
    (string Value, TimeSeries Series) last = table.SplitBy(machine)[^1];
    TimeSeries halfway = last.Series.Range(0, last.Series.Rows / 2);
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
        $"Saved to {saved}. Loaded again, it says of {machine} {last.Value} after half of its {last.Series.Rows} rows: {later.Estimate(halfway)[0]:F0} left (they were {Math.Min(most, last.Series.Rows - halfway.Rows)})."));
}
