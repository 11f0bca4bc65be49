using System.Globalization;
using System.Text.Json;
using RnnDsl.Training;

namespace RnnDsl.Storage;

/// <summary>A checkpoint's description of its training, besides the tensors, as JSON. Numbers are written as text, so that every bit and infinity is restored.</summary>
/// <param name="Parameters">The parameters that the optimizer moves, in the order of its step counts.</param>
/// <param name="AdapterScale">α/r of the trained adapters; null if the model itself is trained.</param>
/// <param name="Average">The average of a run's parameters; null if it has none.</param>
/// <param name="Run">The state of a run of <see cref="Trainer.Fit(Sequences.Dataset, Sequences.Dataset, CancellationToken)"/>; null if single steps were made.</param>
sealed record TrainingText(IReadOnlyList<string> Parameters, float? AdapterScale, AverageText? Average, TrainingRun? Run)
{
    public string Write() => JsonText.Write(writer =>
    {
        writer.WriteStartObject();
        writer.WriteStartArray("parameters");
        foreach (string name in Parameters)
            writer.WriteStringValue(name);
        writer.WriteEndArray();
        if (AdapterScale is float scale)
            writer.WriteString("adapters", Text(scale));
        Average?.Write(writer);
        if (Run is { } run)
        {
            writer.WriteStartObject("run");
            writer.WriteNumber("epoch", run.Epoch);
            writer.WriteNumber("batches", run.Batches);
            writer.WriteNumber("step", run.Step);
            writer.WriteNumber("waited", run.Waited);
            writer.WriteBoolean("validates", run.Validates);
            writer.WriteString("losses", Text(run.Losses));
            writer.WriteString("weights", Text(run.Weights));
            writer.WriteString("norms", Text(run.Norms));
            writer.WriteString("least", Text(run.Least));
            if (run.Start is double start)
                writer.WriteString("start", Text(start));
            writer.WriteString("rate", Text(run.Rate));
            writer.WriteStartArray("multipliers");
            foreach (float multiplier in run.Multipliers)
                writer.WriteStringValue(Text(multiplier));
            writer.WriteEndArray();
            writer.WriteStartObject("settings");
            foreach ((string name, string value) in run.Settings)
                writer.WriteString(name, value);
            writer.WriteEndObject();
            writer.WriteStartArray("epochs");
            foreach (EpochReport report in run.Reports)
            {
                writer.WriteStartArray();
                writer.WriteNumberValue(report.Epoch);
                foreach (double? number in (double?[])[report.TrainLoss, report.ValidationLoss, report.LearningRate, report.GradientNorm, report.Seconds])
                    writer.WriteStringValue(number is double value ? Text(value) : "");
                writer.WriteBooleanValue(report.Improved);
                writer.WriteEndArray();
            }
            writer.WriteEndArray();
            if (run.Reports.Any(report => report.Metrics.Count > 0))
                WriteMetrics(writer, run.Reports);
            writer.WriteEndObject();
        }
        writer.WriteEndObject();
    });

    /// <summary>Written beside the epochs, whose format earlier versions know: the names and values for each epoch.</summary>
    static void WriteMetrics(Utf8JsonWriter writer, IEnumerable<EpochReport> reports)
    {
        writer.WriteStartArray("metrics");
        foreach (EpochReport report in reports)
        {
            writer.WriteStartArray();
            foreach (MetricValue metric in report.Metrics)
            {
                writer.WriteStringValue(metric.Name);
                writer.WriteStringValue(Text(metric.Value));
            }
            writer.WriteEndArray();
        }
        writer.WriteEndArray();
    }

    /// <exception cref="InvalidDataException">The text is invalid.</exception>
    public static TrainingText Read(string json)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(json);
            JsonElement root = document.RootElement;
            return new TrainingText([.. root.GetProperty("parameters").EnumerateArray().Select(name => name.GetString() ?? "")],
                root.TryGetProperty("adapters", out JsonElement scale) ? (float)Number(scale) : null,
                AverageText.Read(root), root.TryGetProperty("run", out JsonElement run) ? ReadRun(run) : null);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException or KeyNotFoundException or ArgumentException)
        {
            throw new InvalidDataException($"The metadata '{ModelFileInfo.TrainingKey}' are not those of a training: {e.Message}", e);
        }
    }

    static TrainingRun ReadRun(JsonElement run) => new()
    {
        Epoch = Count(run.GetProperty("epoch")),
        Batches = Count(run.GetProperty("batches")),
        Step = run.GetProperty("step").GetInt64(),
        Waited = Count(run.GetProperty("waited")),
        Validates = run.GetProperty("validates").GetBoolean(),
        Losses = Number(run.GetProperty("losses")),
        Weights = Number(run.GetProperty("weights")),
        Norms = Number(run.GetProperty("norms")),
        Least = Number(run.GetProperty("least")),
        Start = run.TryGetProperty("start", out JsonElement start) ? Number(start) : null,
        Rate = Number(run.GetProperty("rate")) is >= 0 and < double.PositiveInfinity and var rate ? rate : throw new FormatException("The learning rate is not a finite number from 0 up."),
        Multipliers = [.. run.GetProperty("multipliers").EnumerateArray().Select(m => (float)Number(m))],
        Settings = ReadSettings(run.GetProperty("settings")),
        Reports = ReadReports(run),
        IsLoaded = true,
        Continuation = new(),
    };

    static Dictionary<string, string> ReadSettings(JsonElement settings)
    {
        var read = settings.EnumerateObject().ToDictionary(s => s.Name, s => s.Value.GetString() ?? "");
        // What earlier versions did not know was so.
        if (read.Count > 0)
            foreach ((string name, string value) in ((string, string)[])[(nameof(Trainer.ShuffleBlock), "0"), (nameof(Trainer.Averaging), Trainer.None), (nameof(Trainer.LossWeight), nameof(LossWeight.ByExample)),
                (nameof(Optimizer.MovesAllRows), bool.FalseString), (nameof(Trainer.GradientRule), Trainer.None)])
                read.TryAdd(name, value);
        return read;
    }

    static List<EpochReport> ReadReports(JsonElement run)
    {
        List<EpochReport> reports = [.. run.GetProperty("epochs").EnumerateArray().Select(ReadReport)];
        if (!run.TryGetProperty("metrics", out JsonElement metrics))
            return reports;
        if (metrics.GetArrayLength() != reports.Count)
            throw new FormatException($"There are metrics of {metrics.GetArrayLength()} epochs, and {reports.Count} epochs.");
        return [.. reports.Zip(metrics.EnumerateArray(), (report, values) => values.GetArrayLength() == 0 ? report : report with { Metrics = [.. values.EnumerateArray().Chunk(2).Select(ReadMetric)] })];
    }

    static MetricValue ReadMetric(JsonElement[] metric) => metric.Length == 2 ? new(metric[0].GetString() ?? "", Number(metric[1])) : throw new FormatException("A metric has no value.");

    static EpochReport ReadReport(JsonElement report) => report.GetArrayLength() != 7 ? throw new FormatException($"{report} is no epoch.")
        : new(Count(report[0]), Number(report[1]), report[2].GetString() is { Length: > 0 } ? Number(report[2]) : null, Number(report[3]), Number(report[4]), Number(report[5]),
            report[6].GetBoolean());

    static int Count(JsonElement element) => element.GetInt32() is >= 0 and var count ? count : throw new FormatException($"{element} is no count.");

    static double Number(JsonElement element) => double.Parse(element.GetString() ?? "", NumberStyles.Float, CultureInfo.InvariantCulture);

    static string Text(double number) => number.ToString("R", CultureInfo.InvariantCulture);
}
