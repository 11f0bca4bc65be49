using System.Globalization;

namespace RnnDsl.Sequences;

/// <summary>The times of a series' rows, read from a label column of dates and, if there is one, a second column of times of day.</summary>
sealed class TimeAxis
{
    readonly int label;
    readonly int badRow;
    int timeLabel = -1;
    string timeFormat = "";

    /// <summary>The column of numbers that has the hours; else null.</summary>
    string? hours;

    TimeAxis(string name, int label, string format, long[] ticks, int badRow) =>
        (Name, this.label, Format, Ticks, this.badRow) = (name, label, format, ticks, badRow);

    /// <summary>Name of the column of dates.</summary>
    public string Name { get; }

    /// <summary>How its texts are written.</summary>
    public string Format { get; }

    /// <summary>Per row, in units of 100 ns.</summary>
    public long[] Ticks { get; }

    /// <summary>Whether the time of each row can be read.</summary>
    public bool IsComplete => badRow < 0;

    /// <summary>Another way to read the same texts, by which the times are as well ordered and as regular; else null.</summary>
    string? alternative;

    /// <summary>The first label column whose values are dates, in the format that fits them all. If month and day could be either, the format is taken that brings the dates into
    /// order, and of several such the one that leaves the fewest gaps. Null if there is none.</summary>
    public static TimeAxis? Find(TimeSeries series, string? column = null)
    {
        for (int label = 0; label < series.Labels.Count; label++)
            if ((column is null || series.Labels[label].Name == column) && series.Labels[label].Times(series, label) is { } axis)
                return axis;
        return null;
    }

    /// <summary>Whether a label column holds dates or times of day.</summary>
    public static bool AreTimes(TimeSeries series, int label) => Of(series, label) is not null
        || series.Labels[label].Values.FirstOrDefault(text => !string.IsNullOrWhiteSpace(text)) is { } sample && TimeFormat.OfDay.Any(way => TimeFormat.TryParse(sample, way, out _));

    /// <summary>The times of one label column; null if its values are not dates.</summary>
    public static TimeAxis? Of(TimeSeries series, int label)
    {
        LabelColumn dates = series.Labels[label];
        string sample = dates.Values.FirstOrDefault(text => !string.IsNullOrWhiteSpace(text)) ?? "";
        TimeAxis? best = null;
        long least = long.MaxValue;
        foreach (string format in TimeFormat.DatesAndTimes)
        {
            if (!TimeFormat.TryParse(sample, format, out _))
                continue;
            var ticks = new long[series.Rows];
            int bad = 0, badRow = -1;
            for (int row = series.Rows - 1; row >= 0; row--)
                if (TimeFormat.TryParse(dates.Values[row], format, out DateTime time))
                    ticks[row] = time.Ticks;
                else
                    (bad, badRow) = (bad + 1, row);
            long cost = (long)bad * series.Rows + Backwards(ticks);
            if (cost > least || 2L * bad > series.Rows || (cost == least && best!.Ticks.AsSpan().SequenceEqual(ticks)))
                continue;
            // Only where two readings are as well ordered do the gaps decide.
            int more = cost == least ? GapsOf(ticks) - GapsOf(best!.Ticks) : -1;
            if (more < 0)
                (best, least) = (new TimeAxis(dates.Name, label, format, ticks, badRow), cost);
            else if (more == 0)
                best!.alternative ??= format;
        }
        best?.AddTimesOfDay(series);
        return best;
    }

    /// <summary>One sentence about the error of a model that takes the rows for equal steps of one series; null if there is none.</summary>
    public string? Finding(TimeSeries series)
    {
        if (badRow >= 0)
            return $"Column '{Name}', row {badRow}: {(series.Labels[label].Values[badRow].Trim() is { Length: > 0 } text ? $"'{text}' is no time like the others" : "there is no time")}, so the order of rows is not known.";
        int back = Backwards(Ticks), rows = Ticks.Length;
        long[] sorted = [.. Ticks];
        Array.Sort(sorted);
        int doubled = DoublesOf(sorted);
        if (5L * doubled >= rows && TimeGroups.Find(series, Ticks) is var (groups, count))
            return $"Column '{Name}': the file holds {count} series, one for each '{groups}', with the same times: windows over all rows would mix them. " +
                $"Part them with SplitBy(\"{groups}\").";
        var found = new List<string>();
        if (back > 0)
            found.Add(back == rows - 1 - doubled ? "the newest row comes first" : back == 1 ? "1 row is older than the one before" : $"{back} rows are older than the one before");
        if (doubled > 0)
            found.Add(Repeated(sorted));
        var steps = TimeSteps.Of(sorted);
        if (steps.Gaps > 0)
            found.Add(steps.Describe());
        if (found.Count == 0)
            return alternative is null ? null : $"Column '{Name}' is read as {Format}, and {alternative} would fit as well: if that is meant, write the dates as yyyy-MM-dd.";
        var policies = new[] { back > 0 ? "Sort" : "", doubled > 0 ? "DropDoubles" : "", steps is { Gaps: > 0, IsRegular: true } ? "FillGaps" : "" }.Where(p => p.Length > 0);
        string wayOut = string.Join(" | ", policies.Select(policy => $"TimePolicy.{policy}"));
        return $"Column '{Name}': {string.Join(", ", found)}{(wayOut.Length > 0 ? $"; Arrange({wayOut}) mends that" : "")}" +
            (doubled > 0 ? ", and SplitBy parts several series if there are" : "") + ".";
    }

    /// <summary>Repeated times, and missing steps where most are equal; empty if there are none.</summary>
    /// <param name="like">See <see cref="TimeSteps.Of"/>.</param>
    public string Irregularities(TimeSteps? like)
    {
        long[] sorted = [.. Ticks];
        Array.Sort(sorted);
        var steps = TimeSteps.Of(sorted, like);
        return string.Join(", ", new[] { Repeated(sorted), steps is { Gaps: > 0, IsRegular: true } ? steps.Describe() : "" }.Where(part => part.Length > 0));
    }

    /// <summary>The steps of the longest of several series; null if they are uneven.</summary>
    public TimeSteps? Usual(IReadOnlyList<(string Value, int[] Rows)> groups)
    {
        long[] longest = Take(groups.MaxBy(group => group.Rows.Length).Rows).Ticks;
        Array.Sort(longest);
        var steps = TimeSteps.Of(longest);
        return steps is { IsRegular: true, Step: > 0 } ? steps : null;
    }

    static string Repeated(long[] sorted)
    {
        int doubled = DoublesOf(sorted);
        return doubled == 0 ? "" : doubled == 1 ? "1 row repeats a time" : $"{doubled} rows repeat a time";
    }

    static int DoublesOf(long[] sorted)
    {
        int doubled = 0;
        for (int i = 1; i < sorted.Length; i++)
            doubled += sorted[i] == sorted[i - 1] ? 1 : 0;
        return doubled;
    }

    /// <summary>The times of these rows, read as before.</summary>
    public TimeAxis Take(int[] rows) => new(Name, label, Format, [.. rows.Select(row => Ticks[row])], Array.IndexOf(rows, badRow))
    {
        timeLabel = timeLabel, timeFormat = timeFormat, hours = hours, alternative = alternative,
    };

    /// <summary>The rows in order of time. Rows of equal times keep their order.</summary>
    public int[] Order() => [.. Enumerable.Range(0, Ticks.Length).OrderBy(row => Ticks[row])];

    /// <exception cref="InvalidDataException">A time cannot be read.</exception>
    public void Check(TimeSeries series)
    {
        if (badRow >= 0)
            throw new InvalidDataException(Finding(series));
    }

    /// <summary>Writes the times of inserted rows (−1) as those of the row before are written. Texts that are equal in all rows are repeated.</summary>
    public TimeSeries Write(TimeSeries filled, IReadOnlyList<int> rows, IReadOnlyList<long> times, TimeSeries before)
    {
        // Where hours go from 1 to 24, midnight belongs to the day before.
        bool lateMidnight = hours is not null && before.Column(hours) is var own && own.Contains(24) && !own.Contains(0);
        int[] last = [.. rows];
        for (int at = 1; at < last.Length; at++)
            last[at] = last[at] < 0 ? last[at - 1] : last[at];
        LabelColumn[] labels = [.. filled.Labels.Select((column, i) =>
        {
            IReadOnlyList<string> texts = before.Labels[i].Values;
            bool same = texts.All(text => text == texts[0]);
            return column with
            {
                Values = [.. rows.Select((row, at) => row >= 0 ? column.Values[at] : i == label || i == timeLabel ? TimeFormat.Write(DateOf(at), i == label ? Format : timeFormat, texts[last[at]]) : same ? texts[0] : "")],
            };
        })];
        return (hours is null ? filled : filled.With(hours, [.. filled.DoubleColumn(hours).Select((hour, at) => rows[at] >= 0 ? hour : HourOf(at))])).Relabeled(labels);

        DateTime DateOf(int at) => new DateTime(times[at]) is var time && lateMidnight && time.Hour == 0 ? time.AddDays(-1) : time;

        double HourOf(int at) => new DateTime(times[at]).Hour is var hour && lateMidnight && hour == 0 ? 24 : hour;
    }

    /// <summary>If dates repeat beside a column of times of day or of whole hours, that column is the other half of the time.</summary>
    void AddTimesOfDay(TimeSeries series)
    {
        if (badRow >= 0 || Ticks.Any(time => time % TimeSpan.TicksPerDay != 0))
            return;
        for (int i = 0; i < series.Labels.Count; i++)
            foreach (string way in TimeFormat.OfDay)
                if (i != label && Add(row => TimeFormat.TryParse(series.Labels[i].Values[row], way, out DateTime time) ? time.TimeOfDay.Ticks : -1))
                {
                    (timeLabel, timeFormat) = (i, way);
                    return;
                }
        foreach (string name in series.Columns)
            if (name.ToUpperInvariant() is "HOUR" or "HR" && series.Column(name) is var of)
                if (Add(row => of[row] is >= 0 and <= 24 && of[row] == MathF.Floor(of[row]) ? (long)of[row] * TimeSpan.TicksPerHour : -1))
                {
                    hours = name;
                    return;
                }

        bool Add(Func<int, long> timeOfDay)
        {
            var added = new long[Ticks.Length];
            for (int row = 0; row < added.Length; row++)
                if ((added[row] = timeOfDay(row)) < 0)
                    return false;
            for (int row = 0; row < added.Length; row++)
                Ticks[row] += added[row];
            return true;
        }
    }

    static int GapsOf(long[] ticks)
    {
        long[] sorted = [.. ticks];
        Array.Sort(sorted);
        return TimeSteps.Of(sorted).Gaps;
    }

    static int Backwards(long[] ticks)
    {
        int back = 0;
        for (int i = 1; i < ticks.Length; i++)
            back += ticks[i] < ticks[i - 1] ? 1 : 0;
        return back;
    }
}
