using System.Globalization;
using RnnDsl.Examples.EdgePredictor;
using RnnDsl.Prediction;
using RnnDsl.Sequences;
using RnnDsl.Storage;
using RnnDsl.Terminal;
using RnnDsl.Training;

const string Help = """
    Reads values, one a line, and after each writes forecasts of the next twelve, separated by tabs.
    A line that is no number is left out: the error stream names it, its line of the output is empty, and at the end the exit code is 2.

      edge-predictor [FILE]            values from the file, or from standard input
      --weights FILE.safetensors       other weights than those built in
      --train FILE.csv --save FILE     fine-tunes the weights on a series (its first column, or --column NAME) and saves them
      --new                            with --train: from new weights and a new scaling
      --epochs N                       passes over the series (default 20)
    """;
try
{
    return Run(new Arguments(args));
}
catch (Exception error) when (error is UsageException or InvalidDataException or ArgumentException or InvalidOperationException or IOException
    or UnauthorizedAccessException or DivergenceException)
{
    Console.Error.WriteLine(error.Message.ReplaceLineEndings(" "));
    return 2;
}

static int Run(Arguments arguments)
{
    if (arguments.Flag("--help"))
    {
        Console.WriteLine(Help);
        return 0;
    }
    string? train = arguments.Value("--train"), save = arguments.Value("--save"), weights = arguments.Value("--weights"), column = arguments.Value("--column");
    int epochs = arguments.Count("--epochs", 20);
    bool renew = arguments.Flag("--new");
    string? file = arguments.Last();
    var model = new Forecaster(seed: 1);
    Scaler? scaler = renew ? null : Load(model, weights);
    if (train is null)
        return Predict(new Predictor(model, inputs: scaler, outputs: scaler), file) ? 0 : 2;
    Train(model, scaler, train, column, epochs, save ?? throw new UsageException("--train needs --save FILE for the new weights."));
    return 0;
}

static Scaler? Load(Forecaster model, string? path)
{
    if (path is not null)
        return ModelFile.Load(path, model).Scaler;
    using Stream builtIn = typeof(Forecaster).Assembly.GetManifestResourceStream("weights.safetensors")
        ?? throw new InvalidOperationException("No weights are built in: name some with --weights.");
    return ModelFile.Load(builtIn, model).Scaler;
}

/// <summary>A sensor's one bad line must not stop the device: it is named on the error stream, its line of the output is empty, and the model goes on with the next one.</summary>
/// <returns>Whether all lines were numbers.</returns>
static bool Predict(Predictor predictor, string? file)
{
    bool isWhole = true;
    using TextReader reader = file is null or "-" ? Console.In : new StreamReader(InputFile.Open(file));
    using var writer = new StreamWriter(Console.OpenStandardOutput()) { AutoFlush = false };
    PredictionStream stream = predictor.Start();
    Span<float> input = stackalloc float[1], forecast = stackalloc float[predictor.OutputWidth];
    for (long line = 1; ShortLine.Read(reader) is { } text; line++)
    {
        bool isNumber = float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out input[0]) && float.IsFinite(input[0]);
        if (isNumber)
            stream.Step(input, forecast);
        else
            Console.Error.WriteLine($"Line {line}: '{text}' is not a finite number. It is left out.");
        isWhole &= isNumber;
        for (int i = 0; isNumber && i < forecast.Length; i++)
        {
            if (i > 0)
                writer.Write('\t');
            writer.Write(forecast[i].ToString("R", CultureInfo.InvariantCulture));
        }
        writer.Write('\n');
        writer.Flush();
    }
    return isWhole;
}

static void Train(Forecaster model, Scaler? scaler, string file, string? column, int epochs, string save)
{
    OutputCheck.RequireFile(save);
    TimeSeries series = SeriesFile.Read(file, column);
    const int Window = 120, Horizon = 12;
    int validation = series.Rows / 5;
    if (validation < Window + Horizon)
        throw new InvalidDataException($"{file} has {series.Rows} rows; at least {5 * (Window + Horizon)} are needed.");
    scaler = scaler is null ? StandardScaler.Fit(series, series.Rows - validation) : new Scaler(series.Columns, scaler.Offsets, scaler.Scales);
    foreach (string finding in series.Findings.Concat(scaler.Findings))
        Console.WriteLine($"Note: {finding}");
    DatasetParts parts = Windows.Create(scaler.Apply(series), new WindowOptions { Length = Window, Horizon = Horizon, Targets = series.Columns, TargetPerStep = true, Stride = 6 },
        new ChronologicalSplit(series.Rows - validation, validation, 0));
    using var trainer = new Trainer(model, new AdamW(2e-3)) { Epochs = epochs, ClipNorm = 1, Patience = 5 };
    trainer.EpochDone += report => Console.WriteLine(FormattableString.Invariant($"epoch {report.Epoch}: training {report.TrainLoss:G4}, validation {report.ValidationLoss:G4}"));
    trainer.Fit(parts.Train, parts.Validation);
    ModelFile.Save(save, model, scaler);
    Console.WriteLine($"Saved to {save}.");
}
