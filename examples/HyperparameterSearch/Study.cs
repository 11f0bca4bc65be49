using System.Globalization;
using RnnDsl.Data;
using RnnDsl.Execution;
using RnnDsl.Metrics;
using RnnDsl.Prediction;
using RnnDsl.Search;
using RnnDsl.Sequences;
using RnnDsl.Training;

namespace RnnDsl.Examples.Searching;

/// <summary>A model with a cell of the given number of units.</summary>
delegate Module MakeModel(int hidden, int seed);

/// <summary>A task: its data, its models over several cells, and what the test data are measured by.</summary>
sealed record Study(string Name, string Score, (string Cell, MakeModel Make)[] Models, Dataset Train, Dataset Validation, Dataset Test, Func<Module, Dataset, double> Measure,
    (string Name, object Value)[] Usual)
{
    public int Epochs { get; init; } = 27;

    /// <summary>The ranges of everything that is searched for.</summary>
    public SearchSpace Space { get; } = new(
        SearchRange.Choice("cell", Models),
        SearchRange.LogInteger("hidden", 8, 64),
        SearchRange.LogInteger("batch", 8, 64),
        SearchRange.Choice("schedule", ("constant", Schedule.Constant), ("cosine", Schedule.Cosine(0.1))),
        SearchRange.Choice("optimizer", "AdamW", "SGD"),
        SearchRange.LogUniform("rate", 5e-4, 5e-2).When("optimizer", "AdamW"),
        SearchRange.LogUniform("decay", 1e-3, 0.3).When("optimizer", "AdamW"),
        SearchRange.LogUniform("SGD rate", 1e-2, 1).When("optimizer", "SGD"),
        SearchRange.Uniform("momentum", 0.5, 0.95).When("optimizer", "SGD"));

    /// <summary>What the other examples and docs/tables.md take for these data, all with AdamW, a weight decay of 0.01 and a cosine.</summary>
    public TrialValues Defaults => Space.Values([.. Usual, ("schedule", "cosine"), ("optimizer", "AdamW"), ("decay", 0.01)]);

    /// <summary>Trains with the values of a trial. The validation loss of each epoch is reported, and the model has the parameters of the best epoch.</summary>
    public Module Learn(Trial trial)
    {
        Module model = trial.Choice<MakeModel>("cell")(trial.Integer("hidden"), trial.Seed);
        Optimizer optimizer = trial.Choice("optimizer") == "SGD"
            ? new Sgd(trial.Number("SGD rate")) { Momentum = trial.Number("momentum") }
            : new AdamW(trial.Number("rate")) { WeightDecay = trial.Number("decay") };
        using var trainer = new Trainer(model, optimizer)
        {
            BatchSize = trial.Integer("batch"), Epochs = Epochs, ClipNorm = 1, Schedule = trial.Choice<Schedule>("schedule"), Seed = trial.Seed, Threads = 1,
        };
        trial.Fit(trainer, Train, Validation);
        return model;
    }

    /// <summary>Runs of pumps and their faults, made up.</summary>
    public static Study Pumps()
    {
        TimeSeries table = CsvSeries.Read(Path.Combine(AppContext.BaseDirectory, "Data", "pumps.csv"));
        TableData data = TableData.Create(table, new TableOptions { Target = "state", TargetKind = TableTargetKind.Class, Group = "run" }, TableSplit.Stratified(0.6, 0.2, seed: 1));
        return Classes("pumps", data, data.Test, [("cell", "GRU"), ("hidden", 32), ("batch", 32), ("rate", 0.015)]);
    }

    /// <summary>Monthly sunspot numbers, a year ahead. The newest part is the test.</summary>
    public static Study Sunspots()
    {
        TimeSeries series = CsvSeries.Read(Path.Combine(AppContext.BaseDirectory, "Data", "sunspots-monthly.csv"));
        string target = series.Columns[0];
        ForecastData data = ForecastData.Create(series, new WindowOptions { Length = 66, Horizon = 12, Targets = [target], Features = [target], Stride = 3 }, ChronologicalSplit.Fractions(series.Rows, 0.7, 0.15));
        return new Study("sunspots", "RMSE",
            [
                ("LSTM", (hidden, seed) => new LstmForecaster(feature: 1, hidden: hidden, answer: 12, seed: seed)), ("GRU", (hidden, seed) => new GruForecaster(feature: 1, hidden: hidden, answer: 12, seed: seed)),
                ("leaky", (hidden, seed) => new LeakyForecaster(feature: 1, hidden: hidden, answer: 12, seed: seed)),
            ],
            data.Train, data.Validation, data.Test, (model, part) => Metric.Rmse(model, data).Measure(part), [("cell", "LSTM"), ("hidden", 32), ("batch", 64), ("rate", 4e-3)]);
    }

    /// <summary>Japanese Vowels (Kudo, Toyama &amp; Shimbo 1999): which of nine speakers it is. A fifth of the training clips validates.</summary>
    /// <param name="folder">With JapaneseVowels_TRAIN.ts.gz and JapaneseVowels_TEST.ts.gz.</param>
    public static Study Vowels(string folder)
    {
        var columns = new TableColumns<(int Utterance, string Speaker, double[] Values)> { { "utterance", r => r.Utterance }, { "speaker", r => r.Speaker } };
        for (int i = 0; i < 12; i++)
        {
            int channel = i;
            columns.Add($"channel {channel}", r => r.Values[channel]);
        }
        TableData data = TableData.Create(TimeSeries.From(Read(Path.Combine(folder, "JapaneseVowels_TRAIN.ts.gz")), columns), new TableOptions { Target = "speaker", Group = "utterance" }, TableSplit.Stratified(0.8, 0.2));
        return Classes("vowels", data, data.Encoder.Encode(TimeSeries.From(Read(Path.Combine(folder, "JapaneseVowels_TEST.ts.gz")), columns)), [("cell", "GRU"), ("hidden", 48), ("batch", 16), ("rate", 5e-3)]);
    }

    static Study Classes(string name, TableData data, Dataset test, (string, object)[] usual)
    {
        int features = data.Encoder.Features.Count, classes = data.Encoder.Classes.Count;
        return new Study(name, "accuracy",
            [
                ("LSTM", (hidden, seed) => new LstmClassifier(features, hidden, classes, seed)), ("GRU", (hidden, seed) => new GruClassifier(features, hidden, classes, seed)),
                ("leaky", (hidden, seed) => new LeakyClassifier(features, hidden, classes, seed)),
            ],
            data.Train, data.Validation, test, (model, part) =>
            {
                using var predictor = new TablePredictor(model, data.Encoder);
                return predictor.Report(part).Accuracy;
            }, usual);
    }

    static IEnumerable<(int Utterance, string Speaker, double[] Values)> Read(string file)
    {
        using var text = new StreamReader(new UnpackedStream(File.OpenRead(file), file));
        for (int utterance = 0; text.ReadLine() is { } line;)
            if (line.Split(':') is { Length: 13 } fields && line[0] is not ('#' or '@'))
            {
                double[][] channels = [.. fields[..12].Select(f => f.Split(',').Where(number => number != "?").Select(number => double.Parse(number, CultureInfo.InvariantCulture)).ToArray())];
                for (int step = 0; step < channels[0].Length; step++)
                    yield return (utterance, fields[12], [.. channels.Select(channel => channel[step])]);
                utterance++;
            }
    }
}
