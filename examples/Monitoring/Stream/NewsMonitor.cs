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
sealed record MonitorOptions(string? State, string? Alarms, double SaveSeconds, double? LinesPerMinute);

/// <summary>Reads a stream, says of each line what it is about and whether it is bad news, and tells of surges.</summary>
sealed class NewsMonitor(NewsReader reader, MonitorState state, MonitorOptions options)
{
    /// <summary>Lines that are read at once, if so many wait: their products are one product.</summary>
    const int LinesAtOnce = 256;

    /// <summary>Lines that may wait. Where a source is faster than the monitor, it is the source that waits then.</summary>
    const int LinesWaiting = 4096;

    readonly List<Alarm> unwritten = [];
    readonly Stopwatch sinceSave = Stopwatch.StartNew();

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
            if (arrival.Line is { } line)
                Count(line, read[next++], now);
            else if (arrival.Problem.Length > 0)
                state.AddProblem(arrival.Problem);
            state.Place = arrival.Place;
        }
        if (unwritten.Count > 0 || sinceSave.Elapsed.TotalSeconds > options.SaveSeconds)
            Save();
    }

    void Count(NewsLine line, Reading reading, DateTimeOffset now)
    {
        DateTimeOffset time = line.Time ?? (options.LinesPerMinute is { } perMinute ? DateTimeOffset.UnixEpoch.AddMinutes(state.Lines / perMinute) : now);
        if (time > now.AddHours(1))
        {
            state.AddProblem("a time in the future");
            return;
        }
        foreach (Alarm alarm in state.Add(time, reading.Topic, reading.Sentiment == reader.Negative, line.Text))
        {
            unwritten.Add(alarm);
            AlarmChanged?.Invoke(alarm);
        }
    }

    /// <summary>Goes on where the state says. What was written to the file of alarms after the state was saved will be written again.</summary>
    void Restore()
    {
        if (options.State is not { } path || !File.Exists(path))
            return;
        state.Load(path);
        if (options.Alarms is { } alarms && File.Exists(alarms))
        {
            using var file = new FileStream(alarms, FileMode.Open, FileAccess.Write);
            file.SetLength(Math.Min(file.Length, state.AlarmBytes));
        }
    }

    void Save()
    {
        if (options.Alarms is { } alarms && unwritten.Count > 0)
        {
            using var file = new FileStream(alarms, FileMode.Append, FileAccess.Write, FileShare.Read);
            foreach (Alarm alarm in unwritten)
            {
                using (var json = new Utf8JsonWriter(file))
                    MonitorState.WriteAlarm(json, alarm, state.Topics);
                file.WriteByte((byte)'\n');
            }
            file.Flush(flushToDisk: true);
            state.AlarmBytes = file.Length;
        }
        unwritten.Clear();
        if (options.State is { } path)
            state.Save(path);
        sinceSave.Restart();
    }
}
