using System.Text;
using System.Text.Json;
using RnnDsl.Storage;
using RnnDsl.Training;

namespace RnnDsl.Runs;

/// <summary>What a run has left, read from its file of JSON lines.</summary>
public sealed class RunLog
{
    /// <summary>The name of the file in the folder of a run.</summary>
    public const string FileName = "run.jsonl";

    /// <summary>Longer lines are not read: what writes them is no run.</summary>
    const int LongestLine = 64 << 20;

    readonly List<RunSetting> settings = [];
    readonly List<RunData> data = [];
    readonly List<StepReport> steps = [];
    readonly List<EpochReport> epochs = [];
    readonly List<MetricValue> metrics = [];
    readonly List<RunReport> reports = [];
    readonly List<CellActivity> activities = [];
    readonly List<(string, string)> equations = [];

    RunLog(string name) => Name = name;

    /// <summary>The name of the run, which is that of its folder.</summary>
    public string Name { get; private set; }

    /// <summary>When it began, in UTC.</summary>
    public DateTime Started { get; private set; }

    /// <summary>Settings, versions and the model, in the order in which they are shown.</summary>
    public IReadOnlyList<RunSetting> Settings => settings;

    /// <summary>The equations of the model's layers: the layer, and one equation.</summary>
    public IReadOnlyList<(string Layer, string Equation)> Equations => equations;

    /// <summary>The data sets.</summary>
    public IReadOnlyList<RunData> Data => data;

    /// <summary>The recorded steps.</summary>
    public IReadOnlyList<StepReport> Steps => steps;

    /// <summary>The epochs.</summary>
    public IReadOnlyList<EpochReport> Epochs => epochs;

    /// <summary>The numbers that the caller added.</summary>
    public IReadOnlyList<MetricValue> Metrics => metrics;

    /// <summary>The reports that the caller added.</summary>
    public IReadOnlyList<RunReport> Reports => reports;

    /// <summary>What units and gates did over examples.</summary>
    public IReadOnlyList<CellActivity> Activities => activities;

    /// <summary>How the training ended.</summary>
    public RunOutcome Outcome { get; private set; }

    /// <summary>The message of the exception that ended the training; otherwise null.</summary>
    public string? Message { get; private set; }

    /// <summary>The validation loss before the first epoch, if it is known.</summary>
    public double? StartLoss { get; private set; }

    /// <summary>The seconds from the start of the record to the end of the training; null if it has not ended.</summary>
    public double? Seconds { get; private set; }

    /// <summary>SHA-256 of the parameters of the model at the end of the training; null if it has not ended.</summary>
    public string? Parameters { get; private set; }

    /// <summary>Whether the last line is broken, because the process ended while it wrote. The line is left out.</summary>
    public bool IsCut { get; private set; }

    /// <summary>The epoch with the lowest monitored loss: the last one that improved; null if there is none.</summary>
    public EpochReport? Best => epochs.LastOrDefault(e => e.Improved);

    /// <summary>The value of a setting; null if it has none.</summary>
    public string? Setting(string section, string name) => settings.FirstOrDefault(s => s.Section == section && s.Name == name)?.Value;

    /// <summary>Reads a run.</summary>
    /// <param name="path">The folder of the run, or its file.</param>
    /// <exception cref="FileNotFoundException">There is no run.</exception>
    /// <exception cref="InvalidDataException">The file is no record of a run, or is damaged. The message names the line.</exception>
    public static RunLog Read(string path)
    {
        string file = Directory.Exists(path) ? Path.Combine(path, FileName) : path;
        if (!File.Exists(file))
            throw new FileNotFoundException($"There is no run at '{path}': a run is a folder with a file {FileName}.", file);
        return OneLine.Named(file, () => Parse(file));
    }

    static RunLog Parse(string file)
    {
        var log = new RunLog(Path.GetFileName(Path.GetDirectoryName(Path.GetFullPath(file))) ?? "");
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var buffer = new byte[64 << 10];
        int filled = 0, line = 0;
        for (int read = 1; read > 0;)
        {
            read = stream.Read(buffer, filled, buffer.Length - filled);
            int start = 0, end = filled + read;
            for (int at; (at = buffer.AsSpan(start, end - start).IndexOf((byte)'\n')) >= 0; start += at + 1)
                log.Add(buffer.AsMemory(start, at), ++line);
            filled = end - start;
            buffer.AsSpan(start, filled).CopyTo(buffer);
            if (filled == buffer.Length)
            {
                if (filled > LongestLine)
                    throw new InvalidDataException($"line {line + 1} is longer than {LongestLine >> 20} MiB, as no line of a run is.");
                Array.Resize(ref buffer, 2 * buffer.Length);
            }
        }
        log.IsCut = filled > 0;
        return line > 0 ? log : throw new InvalidDataException(filled > 0 ? "its first line has no end, so nothing of the run is known." : "it is empty.");
    }

    void Add(ReadOnlyMemory<byte> text, int line)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(text);
            JsonElement json = document.RootElement;
            string kind = json.GetProperty(RunLines.Kind).GetString() ?? "";
            if (line == 1 && kind != RunKinds.Settings)
                throw new FormatException($"its kind is '{kind}', but a run begins with its {RunKinds.Settings}");
            Add(kind, json);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException or OverflowException)
        {
            throw new InvalidDataException($"line {line} is no line of a run: {e.Message}", e);
        }
    }

    void Add(string kind, JsonElement json)
    {
        switch (kind)
        {
            case RunKinds.Settings: AddSettings(json); break;
            case RunKinds.Data: data.Add(new(Text(json, "part"), json.GetProperty("examples").GetInt64(), Text(json, "sha256"), Texts(json, "columns"))); break;
            case RunKinds.Step:
                steps.Add(new(json.GetProperty("epoch").GetInt32(), json.GetProperty("step").GetInt64(), json.GetProperty("steps").GetInt64(), Number(json, "loss"), Number(json, "rate"), Number(json, "norm")));
                break;
            case RunKinds.Epoch: epochs.Add(Epoch(json)); break;
            case RunKinds.Metric: metrics.Add(new(Text(json, "name"), Number(json, "value"))); break;
            case RunKinds.Report:
                reports.Add(new(Text(json, "title"), Text(json, "text")) { Classes = Texts(json, "classes"), Support = Counts(json, "support"), Confusion = Confusion(json) });
                break;
            case RunKinds.Activity: activities.Add(CellActivity.Read(json)); break;
            case RunKinds.End: AddEnd(json); break;
                // Other kinds are those of a later version, which says what it has added.
        }
    }

    void AddSettings(JsonElement json)
    {
        if (settings.Count > 0)
            throw new FormatException("a run has its settings once");
        if (json.GetProperty("format").GetInt32() is var format && format != RunKinds.Format)
            throw new FormatException($"its format is {format}, this library reads {RunKinds.Format}");
        Name = Text(json, "name");
        Started = json.GetProperty("time").GetDateTime().ToUniversalTime();
        foreach (JsonProperty section in json.GetProperty("settings").EnumerateObject())
            foreach (JsonProperty setting in section.Value.EnumerateObject())
                settings.Add(new(section.Name, setting.Name, setting.Value.GetString() ?? ""));
        foreach (JsonElement equation in json.GetProperty("equations").EnumerateArray())
            equations.Add((Text(equation, "layer"), Text(equation, "text")));
    }

    void AddEnd(JsonElement json)
    {
        Outcome = Enum.TryParse(Text(json, "how"), ignoreCase: true, out RunOutcome how) && Enum.IsDefined(how) ? how : throw new FormatException($"'{Text(json, "how")}' is no way to end");
        Message = json.TryGetProperty("message", out JsonElement message) ? message.GetString() : null;
        StartLoss = json.TryGetProperty("start", out _) ? Number(json, "start") : null;
        Seconds = Number(json, "seconds");
        Parameters = Text(json, "parameters");
    }

    static EpochReport Epoch(JsonElement json) => new(json.GetProperty("epoch").GetInt32(), Number(json, "train"), json.TryGetProperty("validation", out _) ? Number(json, "validation") : null,
        Number(json, "rate"), Number(json, "norm"), Number(json, "seconds"), json.GetProperty("improved").GetBoolean())
    {
        Metrics = [.. json.GetProperty("metrics").EnumerateArray().Select(m => new MetricValue(Text(m, "name"), Number(m, "value")))],
    };

    static List<IReadOnlyList<long>> Confusion(JsonElement json)
    {
        int classes = json.GetProperty("classes").GetArrayLength();
        List<IReadOnlyList<long>> rows = [.. json.GetProperty("confusion").EnumerateArray().Select(row => (IReadOnlyList<long>)[.. row.EnumerateArray().Select(n => n.GetInt64())])];
        return rows.Count == classes && rows.All(r => r.Count == classes) && json.GetProperty("support").GetArrayLength() == classes ? rows
            : throw new FormatException($"the confusion matrix does not have {classes} rows and columns, as there are classes");
    }

    static List<long> Counts(JsonElement json, string name) => [.. json.GetProperty(name).EnumerateArray().Select(n => n.GetInt64())];

    internal static List<string> Texts(JsonElement json, string name) => [.. json.GetProperty(name).EnumerateArray().Select(t => t.GetString() ?? "")];

    internal static string Text(JsonElement json, string name) => json.GetProperty(name).GetString() ?? throw new FormatException($"'{name}' is no text");

    internal static double Number(JsonElement json, string name) => Number(json.GetProperty(name));

    internal static double Number(JsonElement json) => json.ValueKind != JsonValueKind.String ? json.GetDouble() : json.GetString() switch
    {
        "NaN" => double.NaN,
        "Infinity" => double.PositiveInfinity,
        "-Infinity" => double.NegativeInfinity,
        string other => throw new FormatException($"'{other}' is no number"),
        null => throw new FormatException("null is no number"),
    };
}
