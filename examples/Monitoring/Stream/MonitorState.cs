namespace RnnDsl.Examples.Monitoring;

/// <summary>A surge of negative news of a topic.</summary>
/// <param name="Topic">Its number.</param>
/// <param name="From">End of the window in which it was found.</param>
/// <param name="Until">End of the window in which it was over; null while it lasts.</param>
/// <param name="Negative">Negative lines in the window in which it was found.</param>
/// <param name="Expected">How many were to be expected.</param>
/// <param name="PValue">Of the difference.</param>
/// <param name="Headlines">The latest negative lines.</param>
sealed record Alarm(int Topic, DateTimeOffset From, DateTimeOffset? Until, long Negative, double Expected, double PValue, IReadOnlyList<string> Headlines);

/// <summary>A line with a time that no other line confirms yet.</summary>
sealed record HeldLine(long Bucket, DateTimeOffset? Time, int Topic, bool IsNegative, string Text);

/// <summary>All that the monitor knows of its stream. Saved with the place in the stream, it lets a monitor that was killed go on as if nothing had happened.</summary>
sealed partial class MonitorState(IReadOnlyList<string> topics, SurgeOptions options, int keptBuckets)
{
    const int MostHeadlines = 3, MostAlarms = 1000, MostProblems = 50, LongestHeadline = 200;

    const string TooOld = "older than all that is kept", TooFar = "a time far ahead of the others";

    /// <summary>So many lines at the beginning of a stream may be without a time, or have a wrong one, before its clock is known.</summary>
    const int MostBeforeClock = 100;

    readonly List<string>[] headlines = [.. topics.Select(_ => new List<string>())];
    readonly int[] open = [.. topics.Select(_ => -1)];
    HeldLine? held;

    /// <summary>Lines that said when they are from, and the time of the latest of these.</summary>
    long timedLines;
    DateTimeOffset? clock;

    public IReadOnlyList<string> Topics => topics;

    public SurgeOptions Options => options;

    public Counts Counts { get; } = new(topics.Count, keptBuckets);

    /// <summary>The latest, in the order in which they began.</summary>
    public List<Alarm> Alarms { get; } = [];

    /// <summary>What was wrong with lines, and how often.</summary>
    public Dictionary<string, long> Problems { get; } = [];

    /// <summary>Behind the last line that was counted.</summary>
    public StreamPlace Place { get; set; }

    /// <summary>What is watched; null if that is not known.</summary>
    public string? Source { get; set; }

    /// <summary>Full name of the file of alarms; null for none, or if a state of an earlier version does not say it.</summary>
    public string? AlarmFile { get; set; }

    /// <summary>Length of the file of alarms when it was written last.</summary>
    public long AlarmBytes { get; set; }

    public long Lines { get; private set; }

    public long Broken => Problems.Values.Sum();

    /// <summary>The latest lines, by which those are known that come again.</summary>
    public RecentLines Recent { get; } = new();

    /// <summary>Lines that came again, and were not counted again.</summary>
    public long Repeated { get; set; }

    /// <summary>Whether a topic is in alarm.</summary>
    public bool IsOpen(int topic) => open[topic] >= 0;

    /// <summary>Time of the end of a bucket.</summary>
    public DateTimeOffset EndOf(long bucket) => DateTimeOffset.UnixEpoch + (bucket + 1) * options.Bucket;

    public void AddProblem(string problem)
    {
        if (Problems.Count >= MostProblems && !Problems.ContainsKey(problem))
            problem = "something else";
        Problems[problem] = Problems.GetValueOrDefault(problem) + 1;
    }

    /// <summary>Counts a line. Its time may be a little behind that of others. Returns the alarms that began or ended before it.</summary>
    /// <param name="own">When the line says it is from. Without it, a line has the time of the line before where most lines say theirs, and else that of its arrival.</param>
    /// <param name="topic">Its topic.</param>
    /// <param name="isNegative">Whether it is bad news.</param>
    /// <param name="text">What it says.</param>
    /// <param name="arrival">When it arrived; not needed for lines that say when they are from.</param>
    public IReadOnlyList<Alarm> Add(DateTimeOffset? own, int topic, bool isNegative, string text, DateTimeOffset arrival = default)
    {
        DateTimeOffset time = own ?? (clock is { } latest && 2 * timedLines >= Lines ? latest : arrival);
        long bucket = (time - DateTimeOffset.UnixEpoch).Ticks / options.Bucket.Ticks;
        var line = new HeldLine(bucket, own, topic, isNegative, text.Length <= LongestHeadline ? text : text[..LongestHeadline] + "…");
        // The first line that says its time sets the clock of a stream that has just begun, and the lines before go with it.
        if (own is not null && timedLines == 0 && Lines is > 0 and <= MostBeforeClock && bucket < Counts.Current)
            Counts.MoveTo(bucket);
        // A single wrong time must not empty all windows, nor have them tested before they are full. A line that is ahead by more than a window is held until the next line is there as well, and one that is far behind if the
        // stream has just begun. The time of arrival is never wrong.
        bool isOld = Counts.Current >= 0 && bucket <= Counts.Current - keptBuckets, isFar = Counts.Current >= 0 && own is not null && bucket - Counts.Current > options.Window;
        HeldLine? before = held;
        held = null;
        if (!isOld && !isFar)
            return Count(line);
        if (before is not null && Math.Abs(bucket - before.Bucket) <= options.History && (isFar || Lines <= MostBeforeClock))
        {
            RemoveProblem(isOld ? TooOld : TooFar);
            if (isOld)
                Counts.MoveTo(before.Bucket);
            return [.. Count(before), .. Add(own, topic, isNegative, text, arrival)];
        }
        held = line;
        AddProblem(isOld ? TooOld : TooFar);
        return [];
    }

    void RemoveProblem(string problem)
    {
        if (Problems.GetValueOrDefault(problem) > 1)
            Problems[problem]--;
        else
            Problems.Remove(problem);
    }

    List<Alarm> Count(HeldLine line)
    {
        List<Alarm> changed = line.Bucket > Counts.Current ? Advance(line.Bucket) : [];
        Counts.Add(line.Bucket, line.Topic, 1, line.IsNegative ? 1 : 0);
        Lines++;
        if (line.Time is not null)
            (clock, timedLines) = (line.Time, timedLines + 1);
        if (line.IsNegative)
        {
            List<string> own = headlines[line.Topic];
            if (own.Count == MostHeadlines)
                own.RemoveAt(0);
            own.Add(line.Text);
        }
        return changed;
    }

    /// <summary>Tests the buckets that are full now.</summary>
    List<Alarm> Advance(long bucket)
    {
        var changed = new List<Alarm>();
        // Beyond the history nothing is left that could change.
        long last = Math.Min(bucket - 1, Counts.Current + options.History + options.Window);
        for (long full = Counts.Current; Counts.Current >= 0 && full <= last; full++)
        {
            if (full > Counts.Current)
                Counts.Advance(full);
            for (int topic = 0; topic < topics.Count; topic++)
                if (Test(topic, full) is { } alarm)
                    changed.Add(alarm);
        }
        Counts.Advance(bucket);
        return changed;
    }

    Alarm? Test(int topic, long bucket)
    {
        Look look = Counts.Test(topic, bucket, options);
        if (IsOpen(topic))
        {
            if (!look.Ends)
                return null;
            int ended = open[topic];
            open[topic] = -1;
            return Alarms[ended] = Alarms[ended] with { Until = EndOf(bucket) };
        }
        if (!look.Begins(options))
            return null;
        Forget();
        var alarm = new Alarm(topic, EndOf(bucket), null, look.Negative, look.Expected, look.PValue, [.. headlines[topic]]);
        open[topic] = Alarms.Count;
        Alarms.Add(alarm);
        return alarm;
    }

    /// <summary>Makes place for one alarm more.</summary>
    void Forget()
    {
        while (Alarms.Count >= MostAlarms && Alarms.FindIndex(a => a.Until is not null) is >= 0 and var oldest)
        {
            Alarms.RemoveAt(oldest);
            for (int topic = 0; topic < open.Length; topic++)
                if (open[topic] > oldest)
                    open[topic]--;
        }
    }
}
