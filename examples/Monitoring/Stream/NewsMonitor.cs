using System.Diagnostics;
using System.Text.Json;
using System.Threading.Channels;
using RnnDsl.Text;

namespace RnnDsl.Examples.Monitoring;

/// <summary>Where the monitor writes to, and how often.</summary>
/// <param name="State">File of the state; null for none.</param>
/// <param name="Alarms">File with a line of JSON for each alarm; null for none.</param>
/// <param name="SaveSeconds">Between two states.</param>
/// <param name="LinesPerMinute">Lines without a time come at this rate; null: they have the time at which they arrive.</param>
/// <param name="Warn">What to tell of files that cannot be written for a moment.</param>
sealed record MonitorOptions(string? State, string? Alarms, double SaveSeconds, double? LinesPerMinute, Action<string>? Warn = null);

/// <summary>Reads a stream, says of each line what it is about and whether it is bad news, and tells of surges.</summary>
sealed class NewsMonitor(NewsReader reader, MonitorState state, MonitorOptions options)
{
    /// <summary>Lines that are read at once, if so many wait: their products are one product.</summary>
    const int LinesAtOnce = 256;

    /// <summary>Lines that may wait. Where a source is faster than the monitor, it is the source that waits then.</summary>
    const int LinesWaiting = 4096;

    readonly List<Alarm> unwritten = [];
    readonly Stopwatch sinceSave = Stopwatch.StartNew();
    readonly Retried saving = new("State and alarms", options.Warn ?? (_ => { }));

    public MonitorState State => state;

    /// <summary>Lines that were taken from the source in this run, broken ones included.</summary>
    public long Taken { get; private set; }

    /// <summary>Raised when an alarm began or ended.</summary>
    public event Action<Alarm>? AlarmChanged;

    /// <summary>Raised after each batch of lines.</summary>
    public event Action? Advanced;

    /// <summary>Reads until the stream ends or the token says so, and saves the state.</summary>
    public async Task Run(Func<StreamPlace, CancellationToken, IAsyncEnumerable<Arrival>> source, CancellationToken cancellation)
    {
        Restore();
        var waiting = Channel.CreateBounded<Arrival>(new BoundedChannelOptions(LinesWaiting) { SingleReader = true, SingleWriter = true });
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        Task reading = Task.Run(() => Fill(waiting.Writer, source(state.Place, stop.Token), stop.Token), CancellationToken.None);
        var batch = new List<Arrival>();
        try
        {
            while (await waiting.Reader.WaitToReadAsync(cancellation))
            {
                while (batch.Count < LinesAtOnce && waiting.Reader.TryRead(out Arrival arrival))
                    batch.Add(arrival);
                Take(batch);
                batch.Clear();
                Advanced?.Invoke();
            }
            await reading;
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
        }
        finally
        {
            stop.Cancel();
            Save();
        }
    }

    static async Task Fill(ChannelWriter<Arrival> waiting, IAsyncEnumerable<Arrival> source, CancellationToken cancellation)
    {
        try
        {
            await foreach (Arrival arrival in source)
                await waiting.WriteAsync(arrival, cancellation);
            waiting.Complete();
        }
        catch (Exception error)
        {
            waiting.Complete(error);
        }
    }

    void Take(List<Arrival> batch)
    {
        DateTimeOffset now = DateTimeOffset.UtcNow;
        NewsLine[] lines = [.. batch.Where(a => a.Line is not null).Select(a => a.Line!.Value)];
        Reading[] read = lines.Length == 0 ? [] : reader.Read([.. lines.Select(l => new LabeledText(l.Text).Words)]);
        int next = 0;
        foreach (Arrival arrival in batch)
        {
            Taken++;
            Reading? reading = arrival.Line is null ? null : read[next++];
            if (arrival.Key is { } key && !state.Recent.Add(key))
                state.Repeated++;
            else if (arrival.Line is { } line)
                Count(line, reading!.Value, now);
            else if (arrival.Problem.Length > 0)
                state.AddProblem(arrival.Problem);
            state.Place = arrival.Place;
        }
        // Where nothing can be written for a moment, counting goes on, and what is to be written waits.
        if ((unwritten.Count > 0 && !saving.IsFailing) || sinceSave.Elapsed.TotalSeconds > options.SaveSeconds)
        {
            saving.Try(Save);
            sinceSave.Restart();
        }
    }

    void Count(NewsLine line, Reading reading, DateTimeOffset now)
    {
        DateTimeOffset arrival = options.LinesPerMinute is { } perMinute ? DateTimeOffset.UnixEpoch.AddMinutes(state.Lines / perMinute) : now;
        if (line.Time > now.AddHours(1))
        {
            state.AddProblem("a time in the future");
            return;
        }
        foreach (Alarm alarm in state.Add(line.Time, reading.Topic, reading.Sentiment == reader.Negative, line.Text, arrival))
        {
            unwritten.Add(alarm);
            AlarmChanged?.Invoke(alarm);
        }
    }

    /// <summary>Goes on where the state says. What was written to the file of alarms after the state was saved will be written again.</summary>
    void Restore()
    {
        if (options.Alarms is { } alarms)
            Outputs.Check(alarms, isReplaced: false);
        if (options.State is { } path)
        {
            Outputs.Check(path, isReplaced: true);
            if (File.Exists(path))
            {
                state.Load(path);
                WriteAlarms([]);
                return;
            }
        }
        state.AlarmBytes = options.Alarms is { } old && File.Exists(old) ? new FileInfo(old).Length : 0;
    }

    /// <summary>Saves all, or fails with what is to be written unchanged, so that it can be tried again.</summary>
    void Save()
    {
        if (unwritten.Count > 0)
        {
            var lines = new MemoryStream();
            foreach (Alarm alarm in unwritten)
            {
                using (var json = new Utf8JsonWriter(lines))
                    MonitorState.WriteAlarm(json, alarm, state.Topics);
                lines.WriteByte((byte)'\n');
            }
            WriteAlarms(lines.ToArray());
            unwritten.Clear();
        }
        if (options.State is { } path)
            state.Save(path);
    }

    /// <summary>Writes behind what is known to stand in the file of alarms. What stands there of an attempt that failed, or that no state knows, goes.</summary>
    void WriteAlarms(byte[] lines)
    {
        if (options.Alarms is not { } alarms || (lines.Length == 0 && !File.Exists(alarms)))
            return;
        using var file = new FileStream(alarms, FileMode.OpenOrCreate, FileAccess.Write, FileShare.Read, bufferSize: 0);
        if (file.Length > state.AlarmBytes)
            file.SetLength(state.AlarmBytes);
        file.Seek(0, SeekOrigin.End);
        file.Write(lines);
        file.Flush(flushToDisk: true);
        state.AlarmBytes = file.Length;
    }
}
