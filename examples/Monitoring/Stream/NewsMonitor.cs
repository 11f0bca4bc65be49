using System.Diagnostics;
using System.Runtime.ExceptionServices;
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

    /// <summary>How often it is looked whether something is to be written while no line comes.</summary>
    static readonly TimeSpan quietStep = TimeSpan.FromSeconds(0.5);

    readonly List<Alarm> unwritten = [];
    readonly Stopwatch sinceSave = Stopwatch.StartNew();
    long saved;

    /// <summary>Why the state, or alarms, could not be written at the end; null if they were.</summary>
    Exception? unsaved;

    readonly Retried saving = new("State and alarms", options.Warn ?? (_ => { }));

    public MonitorState State => state;

    /// <summary>Lines that were taken from the source in this run, broken ones included.</summary>
    public long Taken { get; private set; }

    /// <summary>Raised when an alarm began or ended.</summary>
    public event Action<Alarm>? AlarmChanged;

    /// <summary>Raised after each batch of lines, and twice a second while none comes.</summary>
    public event Action? Advanced;

    /// <summary>Reads until the stream ends or the token says so, and saves the state.</summary>
    public async Task Run(Func<StreamPlace, CancellationToken, IAsyncEnumerable<Arrival>> source, CancellationToken cancellation)
    {
        Restore();
        var waiting = Channel.CreateBounded<Arrival>(new BoundedChannelOptions(LinesWaiting) { SingleReader = true, SingleWriter = true });
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        Task reading = Task.Run(() => Fill(waiting.Writer, () => source(state.Place, stop.Token), stop.Token), CancellationToken.None);
        using var clock = new PeriodicTimer(quietStep);
        try
        {
            Task<bool> more = waiting.Reader.WaitToReadAsync(cancellation).AsTask(), tick = clock.WaitForNextTickAsync(cancellation).AsTask();
            while (true)
            {
                await Task.WhenAny(more, tick);
                if (!more.IsCompleted)
                {
                    await tick;
                    tick = clock.WaitForNextTickAsync(cancellation).AsTask();
                }
                else if (await more)
                {
                    Take(waiting.Reader);
                    more = waiting.Reader.WaitToReadAsync(cancellation).AsTask();
                }
                else
                    break;
                SaveIfDue();
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
            SaveAtEnd(isLast: !waiting.Reader.Completion.IsFaulted);
        }
    }

    /// <summary>Writes what comes last, and then fails if state and alarms could not be written at the end.</summary>
    public void RequireSaved(Action writeLast)
    {
        try
        {
            writeLast();
        }
        finally
        {
            if (unsaved is not null)
                ExceptionDispatchInfo.Throw(unsaved);
        }
    }

    /// <summary>What cannot be saved at the end does not hide what was found. If the source failed too, that is the error, and this one is only told.</summary>
    void SaveAtEnd(bool isLast)
    {
        try
        {
            Save();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            unsaved = error;
            if (!isLast)
                options.Warn?.Invoke($"State and alarms: {error.Message}");
        }
    }

    static async Task Fill(ChannelWriter<Arrival> waiting, Func<IAsyncEnumerable<Arrival>> source, CancellationToken cancellation)
    {
        try
        {
            await foreach (Arrival arrival in source())
                await waiting.WriteAsync(arrival, cancellation);
            waiting.Complete();
        }
        catch (Exception error)
        {
            waiting.Complete(error);
        }
    }

    void Take(ChannelReader<Arrival> waiting)
    {
        var batch = new List<Arrival>();
        while (batch.Count < LinesAtOnce && waiting.TryRead(out Arrival arrival))
            batch.Add(arrival);
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
    }

    /// <summary>Where nothing can be written for a moment, counting goes on, and what is to be written waits.</summary>
    void SaveIfDue()
    {
        if ((unwritten.Count > 0 && !saving.IsFailing) || (Taken > saved && sinceSave.Elapsed.TotalSeconds > options.SaveSeconds))
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

    /// <summary>Goes on where the state says. What was written to the file of alarms after the state was saved will be written again; another file of alarms is written on.</summary>
    void Restore()
    {
        string? alarms = options.Alarms is { } given ? Path.GetFullPath(given) : null;
        if (alarms is not null)
            Outputs.Check(alarms, isReplaced: false);
        if (options.State is { } path)
        {
            Outputs.Check(path, isReplaced: true);
            if (File.Exists(path))
                state.Load(path);
        }
        // A state of an earlier version does not name the file of the alarms that it has written.
        if (alarms is not null && (alarms == state.AlarmFile || (state.AlarmFile is null && state.AlarmBytes > 0)))
            WriteAlarms([]);
        else
            state.AlarmBytes = alarms is not null && File.Exists(alarms) ? new FileInfo(alarms).Length : 0;
        state.AlarmFile = alarms;
        // An alarm must never stand in its file before a state says where the file ended.
        if (options.State is { } own)
            state.Save(own);
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
        saved = Taken;
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
