using System.CommandLine;
using System.Diagnostics;
using RnnDsl.Examples;
using RnnDsl.Examples.Forecasting;
using RnnDsl.Distributed;
using RnnDsl.Execution;
using RnnDsl.Metrics;
using RnnDsl.Onnx;
using RnnDsl.Plots;
using RnnDsl.Prediction;
using RnnDsl.Runs;
using RnnDsl.Sequences;
using RnnDsl.Storage;
using RnnDsl.Terminal;
using RnnDsl.Training;
using RnnDsl.Tuning;

Options.Root.SetAction(given => Failures.Guard(() =>
{
    using var mpi = MpiCommunicator.Start();
    Run(given, mpi);
}, error => error is CommunicatorException, Options.Tables.Explain));
return Options.Root.Run(args);

static void Run(ParseResult given, MpiCommunicator mpi)
{
    string output = given.GetValue(Options.Output)!, target = given.GetValue(Options.Target)!;
    OutputCheck.RequireFolder(output);
    OutputCheck.RequireFolder(given.GetValue(Options.Runs));
    bool isSunspots = given.GetValue(Options.Data) is null;
    int horizon = given.GetValue(Options.Horizon), window = given.GetValue(Options.Window), season = given.GetValue(Options.Season) ?? (isSunspots ? 132 : horizon);
    int epochs = given.GetValue(Options.Quick) && given.GetResult(Options.Epochs) is null or { Implicit: true } ? 2 : given.GetValue(Options.Epochs);
    // The column and its unit, as an axis says it.
    string quantity = (given.GetValue(Options.Unit) ?? (isSunspots ? "monthly mean" : null)) is { } unit ? $"{target} ({unit})" : target;

    // The data: the oldest part trains, the recent part is for fine-tuning, the newest is never trained on.
    string file = given.GetValue(Options.Data) ?? Path.Combine(AppContext.BaseDirectory, "Data", "sunspots-monthly.csv");
    string[] features = given.GetValue(Options.Features) is { } named ? TableFiles.List(named) : [target];
    TimeSeries series = Options.Read(given, file, [.. features.Union([target])]);
    int rows = series.Rows, old = isSunspots ? 2400 : rows * 7 / 10, recent = isSunspots ? 480 : rows * 15 / 100;
    int stride = Math.Max(1, old / 4000);
    var windows = new WindowOptions { Length = window, Horizon = horizon, Targets = [target], Features = features, Stride = stride };
    ForecastData data = ForecastData.Create(series, windows, new ChronologicalSplit(old - old / 10, old / 10, rows - old));
    foreach (string finding in data.Findings)
        Display.Say($"Note: {Options.Tables.Explain(finding)}");
    TimeSeries used = series.Select([.. features.Union([target])]);
    ChronologicalSplit later = new(old + recent - recent / 4, recent / 4, rows - old - recent);
    DatasetParts Recent(TimeSeries of) => Windows.Create(of.Range(old - window, rows - old + window), windows,
        new ChronologicalSplit(window + later.Train - old, later.Validation, later.Test));
    DatasetParts tuning = Recent(data.Scaler!.Apply(used));
    Display.Say($"{rows} rows of {target}: {data.Train.Count} windows to train, {data.Validation.Count} to validate, {tuning.Train.Count} recent ones to fine-tune, {tuning.Test.Count} newest ones to test{(stride > 1 ? $" (every {stride}th)" : "")}.");

    if (season > window + recent)
        throw new ArgumentException($"--season {season} is longer than the {window + recent} rows that are kept before the newest part.");

    // Train.
    var model = new Forecaster(feature: features.Length, hidden: given.GetValue(Options.Hidden), horizon, seed: given.GetValue(Options.Seed));
    var training = new TrainingRuns(given, mpi, file);
    History history = training.Fit(new FineTuning(model), "Training", data.Train, data.Validation, epochs, 4e-3, given.GetValue(Options.Runs));
    string saved = Path.Combine(output, "forecaster.safetensors");
    ModelFile.Save(saved, model, data.Scaler);
    history.WriteCurve("Training: loss of the scaled values by epoch");
    Console.WriteLine();

    // Evaluate on the newest part, beside naive forecasts.
    float[] Predict(Dataset windows)
    {
        using var executor = new Executor(model, "Predict", new ExecutionOptions { Threads = given.GetValue(Options.Threads) });
        float[] values = executor.Predict(windows);
        data.Unscale(values);
        return values;
    }
    double Rmse(Dataset windows) => ForecastErrors.Measure(data.Targets(windows), Predict(windows)).Rmse;
    float[] actual = data.Targets(tuning.Test), baseForecast = Predict(tuning.Test);
    var report = new ForecastReport(actual, horizon).Add("LSTM", baseForecast);
    foreach ((string name, float[] values) in new[]
        {
            ("last value", Baselines.LastValue(tuning.Test["y"])), ($"value {season} steps ago", Baselines.Seasonal(tuning.Test["y"], season)),
        })
    {
        data.Unscale(values);
        report.Add(name, values);
    }
    report.WriteTable($"{quantity}, the newest {later.Test} rows");
    Console.WriteLine();
    if (training.Record is { } run)
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
    string onnx = Path.Combine(output, "forecaster.onnx");
    OnnxExport.Save(model, onnx, new OnnxExportOptions { Method = "Predict", States = false });
    ModelFileInfo info = ModelFile.ReadInfo(saved);
    model = new Forecaster(info.Size("Feature"), info.Size("Hidden"), info.Size("Horizon"));
    ModelFile.Load(saved, model);
    Display.Say($"Saved to {saved}, and as ONNX to {onnx}; loaded again, it forecasts {(Predict(tuning.Test).AsSpan().SequenceEqual(baseForecast) ? "the same to the bit" : "DIFFERENTLY")}.");

    // Ctrl-C ends the program here, with the best model so far.
    if (history.Stop == StopReason.Canceled)
        return;

    // With weights of 8 bits: the ranges of what they multiply from training rows, the errors on the newest part, all in the data's units.
    Predictor Streaming(WeightFormat weights) => new(model, inputs: data.Scaler.Select(features), outputs: data.TargetScaler, weights: weights);
    Predictor small = Streaming(WeightFormat.Int8).Calibrate(Windows.Create(used.Range(0, old), windows with { Stride = 10 * stride }));
    Display.Say($"Weights of 8 bits: {QuantizationReport.Compare(Streaming(WeightFormat.Float32), small, Recent(used).Test)}.");
    string bytes = Path.Combine(output, "forecaster-int8.safetensors");
    ModelFile.Save(bytes, model, data.Scaler, precision: StoredPrecision.Int8, ranges: small.Ranges);
    Display.Say($"Saved to {bytes}: {new FileInfo(bytes).Length} bytes instead of {new FileInfo(saved).Length}.");

    // Fine-tune to the recent part, in two ways, each from the saved model.
    List<(string, long, double, double, double)> rowsOfTable = [("not at all", 0, 0, Rmse(data.Validation), Rmse(tuning.Test))];
    float[] tuned = baseForecast;
    foreach (string way in new[] { "all weights", "adapters of rank 4" })
    {
        ModelFile.Load(saved, model);
        LowRankAdapters? adapters = way == "all weights" ? null : new LowRankAdapters(model, rank: 4, alpha: 8, ["encoder.*"], alsoTrain: ["head.b"]);
        FineTuning? all = adapters is null ? new FineTuning(model) : null;
        ITrainable trained = all ?? (ITrainable)adapters!;
        long count = all?.Report.Trained ?? adapters!.Report.Trained;
        var clock = Stopwatch.StartNew();
        training.Fit(trained, $"Fine-tuning {way}", tuning.Train, tuning.Validation, Math.Max(1, epochs / 2), 1e-3);
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
    string picture = Path.Combine(output, "forecast.png"), curve = Path.Combine(output, "training.svg");
    new ForecastPlot(series, Enumerable.Range(0, tuning.Test.Count).Select(i => old + recent + i * stride + horizon - 1))
    {
        Title = $"{target}, and forecasts made {horizon} {(horizon == 1 ? "step" : "steps")} before", Quantity = quantity,
    }.Add("measured", actual).Add("LSTM", baseForecast).Add("LSTM with adapters", tuned).Save(picture);
    history.SavePlot(curve);
    Display.Say($"Pictures: {picture}, {curve}{(ForecastPlot.HasFonts ? "" : " (no font on this machine, so they have no labels; fonts-dejavu-core brings one)")}");
}
