using System.Text.Json;
using RnnDsl.Sequences;
using RnnDsl.Training;

namespace RnnDsl.Runs;

/// <summary>The lines that a record writes, and the events of TensorBoard beside them.</summary>
public sealed partial class RunRecord
{
    void Begin()
    {
        List<RunSetting> settings = RunSettings.Of(trainer, options);
        lines.Write(RunKinds.Settings, json =>
        {
            json.WriteNumber("format", RunKinds.Format);
            json.WriteString("name", Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(Folder))));
            json.WriteString("time", DateTime.UtcNow);
            json.WriteStartObject("settings");
            foreach (IGrouping<string, RunSetting> section in settings.GroupBy(s => s.Section))
            {
                json.WriteStartObject(section.Key);
                foreach (RunSetting setting in section)
                    json.WriteString(setting.Name, setting.Value);
                json.WriteEndObject();
            }
            json.WriteEndObject();
            json.WriteStartArray("equations");
            foreach ((string layer, string equation) in ModelEquations.Texts(trainer.Trainable.Module))
            {
                json.WriteStartObject();
                json.WriteString("layer", layer);
                json.WriteString("text", equation);
                json.WriteEndObject();
            }
            json.WriteEndArray();
        });
        Describe("train", train);
        if (validation is not null)
            Describe("validation", validation);
        events?.Settings(settings);
        trainer.StepDone += OnStep;
        trainer.EpochDone += OnEpoch;
        listens = true;
    }

    void Describe(string part, Dataset data) => lines.Write(RunKinds.Data, json =>
    {
        json.WriteString("part", part);
        json.WriteNumber("examples", data.Count);
        json.WriteString("sha256", DataFingerprint.Of(data));
        json.WriteStartArray("columns");
        foreach (Column column in data.Columns)
            json.WriteStringValue(column.ToString());
        json.WriteEndArray();
    });

    /// <summary>It allocates nothing for a step that is not recorded.</summary>
    internal void OnStep(StepReport report)
    {
        step = report.Step;
        if (options.StepEvery > 0 && report.Step % options.StepEvery == 0)
            Write(report);
    }

    void Write(StepReport report) => Try(() =>
    {
        lines.Write(RunKinds.Step, json =>
        {
            json.WriteNumber("epoch", report.Epoch);
            json.WriteNumber("step", report.Step);
            json.WriteNumber("steps", report.Steps);
            RunLines.Number(json, "loss", report.Loss);
            RunLines.Number(json, "rate", report.LearningRate);
            RunLines.Number(json, "norm", report.GradientNorm);
            json.WriteNumber("seconds", Elapsed);
        });
        events?.Scalar(report.Step, "step/loss", report.Loss);
        events?.Scalar(report.Step, "step/learning_rate", report.LearningRate);
        events?.Scalar(report.Step, "step/gradient_norm", report.GradientNorm);
    });

    void OnEpoch(EpochReport report) => Try(() =>
    {
        lines.Write(RunKinds.Epoch, json =>
        {
            json.WriteNumber("epoch", report.Epoch);
            RunLines.Number(json, "train", report.TrainLoss);
            if (report.ValidationLoss is { } loss)
                RunLines.Number(json, "validation", loss);
            RunLines.Number(json, "rate", report.LearningRate);
            RunLines.Number(json, "norm", report.GradientNorm);
            json.WriteBoolean("improved", report.Improved);
            json.WriteStartArray("metrics");
            foreach (MetricValue metric in report.Metrics)
            {
                json.WriteStartObject();
                json.WriteString("name", metric.Name);
                RunLines.Number(json, "value", metric.Value);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteNumber("seconds", report.Seconds);
        });
        events?.Epoch(report, options.Histograms ? trainer.Trainable.Parameters : null);
    });

    void Add(RunReport report)
    {
        ArgumentNullException.ThrowIfNull(report.Title, "title");
        RequireOpen();
        Try(() =>
        {
            lines.Write(RunKinds.Report, json =>
            {
                json.WriteString("title", report.Title);
                json.WriteString("text", report.Text);
                json.WriteStartArray("classes");
                foreach (string name in report.Classes)
                    json.WriteStringValue(name);
                json.WriteEndArray();
                Counts(json, "support", report.Support);
                json.WriteStartArray("confusion");
                foreach (IReadOnlyList<long> row in report.Confusion)
                    Counts(json, null, row);
                json.WriteEndArray();
            });
            events?.Text(step, "report/" + report.Title, "```\n" + report.Text + "\n```");
        });
    }

    static void Counts(Utf8JsonWriter json, string? name, IReadOnlyList<long> counts)
    {
        if (name is null)
            json.WriteStartArray();
        else
            json.WriteStartArray(name);
        foreach (long count in counts)
            json.WriteNumberValue(count);
        json.WriteEndArray();
    }

    void End(RunOutcome outcome, double? start, string? message)
    {
        ended = true;
        Unlisten();
        Try(() =>
        {
            lines.Write(RunKinds.End, json =>
            {
                json.WriteString("how", outcome.ToString().ToLowerInvariant());
                if (message is not null)
                    json.WriteString("message", message);
                if (start is { } loss)
                    RunLines.Number(json, "start", loss);
                json.WriteString("parameters", DataFingerprint.Of(trainer.Trainable.Module.Parameters.ReadOnlyValues));
                json.WriteString("time", DateTime.UtcNow);
                json.WriteNumber("seconds", Elapsed);
            });
            events?.End(outcome);
        });
    }
}
