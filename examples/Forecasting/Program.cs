using System.Diagnostics;
using RnnDsl.Examples;
using RnnDsl.Examples.Forecasting;
using RnnDsl.Distributed;
using RnnDsl.Execution;
using RnnDsl.Metrics;
using RnnDsl.Onnx;
using RnnDsl.Prediction;
using RnnDsl.Runs;
using RnnDsl.Sequences;
using RnnDsl.Storage;
using RnnDsl.Terminal;
using RnnDsl.Training;
using RnnDsl.Tuning;

if (args.Contains("--help"))
{
    Console.WriteLine(Options.Help);
    return 0;
}
try
{
    using var mpi = MpiCommunicator.Start();
    Run(Options.Parse(args), mpi);
    return 0;
}
catch (Exception error) when (error is UsageException or InvalidDataException or ArgumentException or IOException or UnauthorizedAccessException or DivergenceException or CommunicatorException)
{
    Console.Error.WriteLine(SeriesReader.WithOptions(error.Message));
    return 2;
}

static void Run(Options options, MpiCommunicator mpi)
{
    OutputCheck.RequireFolder(options.Output);
    OutputCheck.RequireFolder(options.Runs);

    // The data: the oldest part trains, the recent part is for fine-tuning, the newest is never trained on.
    string file = options.Data ?? Path.Combine(AppContext.BaseDirectory, "Data", "sunspots-monthly.csv");
    string[] features = options.Features ?? [options.Target];
    TimeSeries series = SeriesReader.Read(options, file, [.. features.Union([options.Target])]);
    int rows = series.Rows, old = options.Data is null ? 2400 : rows * 7 / 10, recent = options.Data is null ? 480 : rows * 15 / 100;
    int stride = Math.Max(1, old / 4000);
    var windows = new WindowOptions { Length = options.Window, Horizon = options.Horizon, Targets = [options.Target], Features = features, Stride = stride };
    ForecastData data = ForecastData.Create(series, windows, new ChronologicalSplit(old - old / 10, old / 10, rows - old));
    foreach (string finding in data.Findings)
        Display.Say($"Note: {SeriesReader.WithOptions(finding)}");
    TimeSeries used = series.Select([.. features.Union([options.Target])]);
    ChronologicalSplit later = new(old + recent - recent / 4, recent / 4, rows - old - recent);
    DatasetParts Recent(TimeSeries of) => Windows.Create(of.Range(old - options.Window, rows - old + options.Window), windows,
        new ChronologicalSplit(options.Window + later.Train - old, later.Validation, later.Test));
    DatasetParts tuning = Recent(data.Scaler!.Apply(used));
    Display.Say($"{rows} rows of {options.Target}: {data.Train.Count} windows to train, {data.Validation.Count} to validate, {tuning.Train.Count} recent ones to fine-tune, {tuning.Test.Count} newest ones to test{(stride > 1 ? $" (every {stride}th)" : "")}.");

    if (options.Season > options.Window + recent)
        throw new UsageException($"--season {options.Season} is longer than the {options.Window + recent} rows that are kept before the newest part.");

    // Train.
    var model = new Forecaster(feature: features.Length, hidden: options.Hidden, horizon: options.Horizon, seed: options.Seed);
    int epochs = options.Epochs;
    RunRecord? run = null;
    History history = Fit(new FineTuning(model), "Training", data.Train, data.Validation, epochs, 4e-3, options.Runs);
    string saved = Path.Combine(options.Output, "forecaster.safetensors");
    ModelFile.Save(saved, model, data.Scaler);
    history.WriteCurve("Training: loss of the scaled values by epoch");
    Console.WriteLine();

    // Evaluate on the newest part, beside naive forecasts.
    float[] Predict(Dataset windows)
    {
        using var executor = new Executor(model, "Predict", new ExecutionOptions { Threads = options.Threads });
        float[] values = executor.Predict(windows);
        data.Unscale(values);
        return values;
    }
    double Rmse(Dataset windows) => ForecastErrors.Measure(data.Targets(windows), Predict(windows)).Rmse;
    float[] actual = data.Targets(tuning.Test), baseForecast = Predict(tuning.Test);
    var report = new ForecastReport(actual, options.Horizon).Add("LSTM", baseForecast);
    foreach ((string name, float[] values) in new[]
        {
            ("last value", Baselines.LastValue(tuning.Test["y"])), ($"value {options.Season} steps ago", Baselines.Seasonal(tuning.Test["y"], options.Season)),
        })
    {
        data.Unscale(values);
        report.Add(name, values);
    }
    report.WriteTable($"{options.Quantity}, the newest {later.Test} rows");
    Console.WriteLine();
    if (run is not null)
    {
        run.Add("The newest part", report.ToString());
        run.AddMetric("test RMSE", Rmse(tuning.Test));
        run.Add(CellActivity.Of(model, tuning.Test));
        Warnings.Try(() =>
        {
            run.Finish();
            Display.Say($"The run: {Path.Combine(run.Folder, RunPage.FileName)}");
        });
    }

    // Load what was saved into a new model, compare.
    string onnx = Path.Combine(options.Output, "forecaster.onnx");
    OnnxExport.Save(model, onnx, new OnnxExportOptions { Method = "Predict", States = false });
    ModelFileInfo info = ModelFile.ReadInfo(saved);
    model = new Forecaster(info.Size("Feature"), info.Size("Hidden"), info.Size("Horizon"));
    ModelFile.Load(saved, model);
    Display.Say($"Saved to {saved}, and as ONNX to {onnx}; loaded again, it forecasts {(Predict(tuning.Test).AsSpan().SequenceEqual(baseForecast) ? "the same to the bit" : "DIFFERENTLY")}.");

    // With weights of 8 bits: the ranges of what they multiply from training rows, the errors on the newest part, all in the data's units.
    Predictor Streaming(WeightFormat weights) => new(model, inputs: data.Scaler.Select(features), outputs: data.TargetScaler, weights: weights);
    Predictor small = Streaming(WeightFormat.Int8).Calibrate(Windows.Create(used.Range(0, old), windows with { Stride = 10 * stride }));
    Display.Say($"Weights of 8 bits: {QuantizationReport.Compare(Streaming(WeightFormat.Float32), small, Recent(used).Test)}.");
    string bytes = Path.Combine(options.Output, "forecaster-int8.safetensors");
    ModelFile.Save(bytes, model, data.Scaler, precision: StoredPrecision.Int8, ranges: small.Ranges);
    Display.Say($"Saved to {bytes}: {new FileInfo(bytes).Length} bytes instead of {new FileInfo(saved).Length}.");

    // Fine-tune to the recent part, in two ways, each from the saved model.
    List<(string, long, double, double, double)> rowsOfTable = [("not at all", 0, 0, Rmse(data.Validation), Rmse(tuning.Test))];
    float[] tuned = baseForecast;
    foreach (string way in new[] { "all weights", "adapters of rank 4" })
    {
        ModelFile.Load(saved, model);
        ITrainable trained;
        long count;
        LowRankAdapters? adapters = null;
        if (way == "all weights")
        {
            var all = new FineTuning(model);
            (trained, count) = (all, all.Report.Trained);
        }
        else
        {
            adapters = new LowRankAdapters(model, rank: 4, alpha: 8, ["encoder.*"], alsoTrain: ["head.b"]);
            (trained, count) = (adapters, adapters.Report.Trained);
        }
        var clock = Stopwatch.StartNew();
        Fit(trained, $"Fine-tuning {way}", tuning.Train, tuning.Validation, Math.Max(1, epochs / 2), 1e-3);
        adapters?.Merge();
        double error = Rmse(tuning.Test);
        tuned = Predict(tuning.Test);
        rowsOfTable.Add((way, count, clock.Elapsed.TotalSeconds, Rmse(data.Validation), error));
    }
    Display.FineTuning(rowsOfTable);

    // One rank draws for all.
    if (!mpi.IsFirst)
        return;

    // Draw the newest part: what was measured, and the forecasts that were made of it a whole horizon before.
    string picture = Path.Combine(options.Output, "forecast.png");
    int shown = Math.Min(tuning.Test.Count, 400), from = tuning.Test.Count - shown, end = options.Horizon - 1;
    int[] drawn = [.. Enumerable.Range(from, shown).Select(i => old + recent + i * stride + end)];
    (string, double[]) Line(string name, float[] values) => (name, [.. Enumerable.Range(from, shown).Select(i => (double)values[i * options.Horizon + end])]);
    bool labeled = Picture.Draw(picture, $"{options.Target}, and forecasts made {options.Horizon} {(options.Horizon == 1 ? "step" : "steps")} before", options.Quantity, series, drawn,
        [Line("measured", actual), Line("LSTM", baseForecast), Line("LSTM with adapters", tuned)]);
    string curve = Path.Combine(options.Output, "training.svg");
    Picture.Curve(curve, history);
    Display.Say($"Pictures: {picture}, {curve}{(labeled ? "" : " (no font on this machine, so they have no labels; fonts-dejavu-core brings one)")}");

    History Fit(ITrainable what, string title, Dataset train, Dataset validation, int epochs, double rate, string? runs = null)
    {
        // Under mpirun, a training that lost a rank goes on where it was, on any number of ranks.
        mpi.CheckpointPath = Path.Combine(options.Output, $"{title.ToLowerInvariant().Replace(' ', '-')}.checkpoint");
        var optimizer = new AdamW(rate) { WeightDecay = 0.01 };
        if (File.Exists(mpi.CheckpointPath))
            Checkpoint.Load(mpi.CheckpointPath, what.Module, optimizer);
        using var trainer = new Trainer(what, optimizer)
        {
            Communicator = mpi,
            BatchSize = 64, Epochs = epochs, ClipNorm = 1, Schedule = Schedule.Cosine(), Patience = 8, Seed = options.Seed, Threads = options.Threads,
        };
        if (runs is not null && mpi.IsFirst)
            run = RunRecord.Start(RunRecord.NewFolder(runs, "forecast"), trainer, train, validation, new RunOptions { Notes = new Dictionary<string, string> { ["seed of the model"] = $"{options.Seed}", ["data"] = file } });
        History history = run is null || runs is null ? trainer.FitWithProgress(train, validation, title) : run.Fit(() => trainer.FitWithProgress(train, validation, title));
        if (mpi.IsFirst)
            File.Delete(mpi.CheckpointPath);
        Display.Say($"{title}: {history.Epochs.Count} epochs in {history.Epochs.Sum(e => e.Seconds):F1} s, {history.Stop}; validation loss {history.StartLoss:F4} before, {history.Best?.ValidationLoss ?? history.StartLoss:F4} after.");
        if (history.StartWasBest)
            Display.Say($"{title}: no epoch improved on the validation data, so everything stays as it was.");
        return history;
    }
}
