using System.Text.Json;
using RnnDsl.Storage;

namespace RnnDsl.Examples.Monitoring;

sealed partial class MonitorState
{
    const int Version = 1;

    /// <summary>Replaces the file by this state: whoever reads sees the old or the new one, whole.</summary>
    public void Save(string path) => AtomicFile.Write(path, stream =>
    {
        using var json = new Utf8JsonWriter(stream);
        json.WriteStartObject();
        json.WriteNumber("version", Version);
        json.WriteString("settings", Settings);
        json.WriteString("source", Source);
        json.WriteNumber("position", Place.Position);
        json.WriteString("id", Place.Id);
        json.WriteNumber("lines", Lines);
        json.WriteString("file of alarms", AlarmFile);
        json.WriteNumber("bytes of alarms", AlarmBytes);
        if (held is not null)
            WriteHeld(json, held);
        if (clock is { } time)
        {
            json.WriteNumber("lines with a time", timedLines);
            json.WriteString("clock", time);
        }
        if (Recent.ToBytes() is { Length: > 0 } recent)
        {
            json.WriteNumber("repeated", Repeated);
            json.WriteBase64String("recent", recent);
        }
        json.WriteStartObject("problems");
        foreach ((string problem, long count) in Problems)
            json.WriteNumber(problem, count);
        json.WriteEndObject();
        json.WriteStartArray("headlines");
        foreach (List<string> own in headlines)
            WriteTexts(json, own);
        json.WriteEndArray();
        json.WriteStartArray("alarms");
        for (int i = 0; i < Alarms.Count; i++)
            WriteAlarm(json, Alarms[i], topics);
        json.WriteEndArray();
        WriteCounts(json);
        json.WriteEndObject();
    });

    /// <summary>What the counts depend on: a state of other settings cannot be gone on with.</summary>
    string Settings => FormattableString.Invariant($"topics {string.Join(", ", topics)}; bucket {options.Bucket}, window {options.Window}, history {options.History}, kept {Counts.Kept}");

    void WriteCounts(Utf8JsonWriter json)
    {
        json.WriteNumber("bucket", Counts.Current);
        json.WriteNumber("first", Counts.First);
        json.WriteStartArray("counts");
        for (long bucket = Counts.Oldest; Counts.Current >= 0 && bucket <= Counts.Current; bucket++)
            for (int topic = 0; topic < topics.Count; topic++)
            {
                json.WriteNumberValue(Counts.Lines(bucket, topic));
                json.WriteNumberValue(Counts.Negative(bucket, topic));
            }
        json.WriteEndArray();
    }

    public static void WriteAlarm(Utf8JsonWriter json, Alarm alarm, IReadOnlyList<string> topics)
    {
        json.WriteStartObject();
        json.WriteString("topic", topics[alarm.Topic]);
        json.WriteString("from", alarm.From);
        if (alarm.Until is { } until)
            json.WriteString("until", until);
        json.WriteNumber("negative", alarm.Negative);
        json.WriteNumber("expected", alarm.Expected);
        json.WriteNumber("p", alarm.PValue);
        json.WritePropertyName("headlines");
        WriteTexts(json, alarm.Headlines);
        json.WriteEndObject();
    }

    static void WriteTexts(Utf8JsonWriter json, IReadOnlyList<string> texts)
    {
        json.WriteStartArray();
        foreach (string text in texts)
            json.WriteStringValue(text);
        json.WriteEndArray();
    }

    /// <summary>Goes on with a state that was saved.</summary>
    /// <exception cref="InvalidDataException">The file is something else, or was saved with other settings.</exception>
    public void Load(string path)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(path));
            JsonElement json = document.RootElement;
            if (json.GetProperty("version").GetInt32() != Version)
                throw new FormatException("it is of another version");
            if (json.GetProperty("settings").GetString() is var saved && saved != Settings)
                throw new FormatException($"it was saved with {saved}, and not with {Settings}");
            Place = new StreamPlace(json.GetProperty("position").GetInt64(), json.GetProperty("id").GetString());
            Lines = json.GetProperty("lines").GetInt64();
            ReadSource(json);
            AlarmFile = Text(json, "file of alarms");
            AlarmBytes = json.GetProperty("bytes of alarms").GetInt64();
            if ((clock = Time(json, "clock")) is not null)
                timedLines = json.GetProperty("lines with a time").GetInt64();
            held = json.TryGetProperty("held", out JsonElement line) ? ReadHeld(line) : null;
            if (json.TryGetProperty("recent", out JsonElement recent))
            {
                Recent.AddBytes(recent.GetBytesFromBase64());
                Repeated = json.GetProperty("repeated").GetInt64();
            }
            foreach (JsonProperty problem in json.GetProperty("problems").EnumerateObject())
                Problems[problem.Name] = problem.Value.GetInt64();
            foreach ((List<string> own, JsonElement texts) in headlines.Zip(json.GetProperty("headlines").EnumerateArray()))
                own.AddRange(ReadTexts(texts));
            foreach (JsonElement alarm in json.GetProperty("alarms").EnumerateArray())
                ReadAlarm(alarm);
            ReadCounts(json);
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException or FormatException or ArgumentException or OverflowException or IndexOutOfRangeException)
        {
            throw new InvalidDataException($"{path} is no state that this monitor can go on with: {error.Message.TrimEnd('.')}. Give another --state to begin anew.", error);
        }
    }

    /// <summary>The place means something in its own source alone. A state of an earlier version does not name it.</summary>
    void ReadSource(JsonElement json)
    {
        string? saved = Text(json, "source");
        bool hasRead = Lines > 0 || Place.Position > 0;
        if (hasRead && saved is not null && Source is not null && saved != Source)
            throw new FormatException($"it was saved while {saved} was watched, and not {Source}");
        Source ??= saved;
    }

    static void WriteHeld(Utf8JsonWriter json, HeldLine line)
    {
        json.WriteStartObject("held");
        json.WriteNumber("bucket", line.Bucket);
        if (line.Time is { } time)
            json.WriteString("time", time);
        json.WriteNumber("topic", line.Topic);
        json.WriteBoolean("negative", line.IsNegative);
        json.WriteString("text", line.Text);
        json.WriteEndObject();
    }

    HeldLine ReadHeld(JsonElement json)
    {
        int topic = json.GetProperty("topic").GetInt32();
        return new HeldLine(json.GetProperty("bucket").GetInt64(), Time(json, "time"), topic >= 0 && topic < topics.Count ? topic : throw new FormatException("it holds a line of no topic"),
            json.GetProperty("negative").GetBoolean(), json.GetProperty("text").GetString() ?? "");
    }

    static string? Text(JsonElement json, string name) => json.TryGetProperty(name, out JsonElement text) ? text.GetString() : null;

    static DateTimeOffset? Time(JsonElement json, string name) => json.TryGetProperty(name, out JsonElement time) ? time.GetDateTimeOffset() : null;

    void ReadAlarm(JsonElement json)
    {
        int topic = topics.ToList().IndexOf(json.GetProperty("topic").GetString() ?? "");
        DateTimeOffset? until = Time(json, "until");
        if (until is null)
            open[topic] = Alarms.Count;
        Alarms.Add(new Alarm(topic, json.GetProperty("from").GetDateTimeOffset(), until, json.GetProperty("negative").GetInt64(), json.GetProperty("expected").GetDouble(), json.GetProperty("p").GetDouble(),
            ReadTexts(json.GetProperty("headlines"))));
    }

    void ReadCounts(JsonElement json)
    {
        long last = json.GetProperty("bucket").GetInt64(), first = json.GetProperty("first").GetInt64();
        int[] values = [.. json.GetProperty("counts").EnumerateArray().Select(v => v.GetInt32())];
        if (last < 0)
            return;
        long oldest = Math.Max(first, last - Counts.Kept + 1);
        if (values.Length != (last - oldest + 1) * 2 * topics.Count || values.Any(v => v < 0))
            throw new FormatException("its counts do not fit its buckets");
        Counts.Advance(first);
        for (long bucket = oldest; bucket <= last; bucket++)
        {
            if (bucket > Counts.Current)
                Counts.Advance(bucket);
            for (int topic = 0; topic < topics.Count; topic++)
            {
                int at = (int)(bucket - oldest) * 2 * topics.Count + 2 * topic;
                Counts.Add(bucket, topic, values[at], values[at + 1]);
            }
        }
    }

    static string[] ReadTexts(JsonElement json) => [.. json.EnumerateArray().Select(t => t.GetString() ?? "")];
}
