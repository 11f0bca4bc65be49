namespace RnnDsl.Sequences;

/// <summary>Finds the usual step between ordered times, and the places where steps are missing. Steps of months and years are counted in the calendar. Dates that contain no
/// Saturday and no Sunday have no gaps at weekends.</summary>
sealed class TimeSteps
{
    const long Day = TimeSpan.TicksPerDay;
    readonly bool months, weekdays, lastDays;
    readonly int day;
    readonly long largest;

    TimeSteps(bool months, bool weekdays, bool lastDays, int day, long[] times, long[] steps, long step)
    {
        (this.months, this.weekdays, this.lastDays, this.day, Step) = (months, weekdays, lastDays, day, step);
        int near = 0;
        for (int i = 0; i < steps.Length; i++)
        {
            long skipped = Skipped(times[i], steps[i], step, weekdays);
            near += skipped == 0 && 2 * steps[i] > step ? 1 : 0;
            if (skipped == 0)
                continue;
            Gaps++;
            Missing += skipped;
            if (skipped > largest)
                (largest, LargestAt) = (skipped, times[i]);
        }
        IsRegular = 2 * near > steps.Length;
    }

    /// <summary>The most frequent step, in ticks or months.</summary>
    public long Step { get; }

    /// <summary>The number of places where steps are missing, and the total number of missing steps.</summary>
    public int Gaps { get; }
    public long Missing { get; }

    /// <summary>The time before the largest gap.</summary>
    public long LargestAt { get; }

    /// <summary>Whether most steps are about equal, so that missing steps can be counted.</summary>
    public bool IsRegular { get; private init; }

    /// <param name="sorted">Times in order; equal ones count once.</param>
    /// <param name="like">The steps of a longer series of the same kind, which count where these are too few or too uneven to tell.</param>
    public static TimeSteps Of(long[] sorted, TimeSteps? like = null)
    {
        long[] times = [.. sorted.Distinct()];
        int day = times.Select(time => new DateTime(time).Day).DefaultIfEmpty(1).Max();
        bool months = times.Length > 2 && times.All(time => time % Day == times[0] % Day && IsDay(time, day));
        long[] steps = Steps(months);
        if (steps.Length > 1)
        {
            long step = steps.GroupBy(s => s).OrderByDescending(group => group.Count()).ThenBy(group => group.Key).First().Key;
            var own = new TimeSteps(months, !months && step == Day && !times.Any(IsWeekend), months && times.All(IsLastOfMonth), day, times, steps, step);
            if (own.IsRegular || like is null)
                return own;
        }
        return like is null ? new TimeSteps(months, false, false, day, times, [], 0) { IsRegular = true } : new TimeSteps(like.months, like.weekdays, like.lastDays, Math.Max(day, like.day), times, Steps(like.months), like.Step) { IsRegular = true };

        long[] Steps(bool months)
        {
            long[] steps = new long[Math.Max(0, times.Length - 1)];
            for (int i = 0; i < steps.Length; i++)
                steps[i] = months ? Month(times[i + 1]) - Month(times[i]) : times[i + 1] - times[i];
            return steps;
        }
    }

    public string Describe() => IsRegular
        ? FormattableString.Invariant($"{(Missing == 1 ? $"1 step of {Text(Step)} is" : $"{Missing} steps of {Text(Step)} are")} missing in {Gaps} gap{(Gaps == 1 ? "" : "s")} (the largest, of {largest}, after {Time(LargestAt)})")
        : $"its steps differ, {Text(Step)} being the most frequent";

    /// <summary>The missing times between two times.</summary>
    public IEnumerable<long> Between(long from, long to)
    {
        long skipped = Skipped(from, months ? Month(to) - Month(from) : to - from, Step, weekdays);
        long time = from;
        for (long i = 1; i <= skipped; i++)
        {
            if (months)
            {
                DateTime next = new DateTime(from).AddMonths((int)(i * Step));
                int days = DateTime.DaysInMonth(next.Year, next.Month);
                time = next.AddDays((lastDays ? days : Math.Min(day, days)) - next.Day).Ticks;
            }
            else
                do
                    time += Step;
                while (weekdays && IsWeekend(time));
            yield return time;
        }
    }

    static long Skipped(long from, long passed, long step, bool weekdays)
    {
        // Half a step more than one is a late value, not a missing one.
        long skipped = Math.Max(0, (passed + step / 2 - (step % 2 == 0 ? 1 : 0)) / step - 1);
        if (weekdays)
            for (long time = from + step, steps = skipped; steps > 0; time += step, steps--)
                skipped -= IsWeekend(time) ? 1 : 0;
        return skipped;
    }

    /// <summary>Whether it is that day of its month, or the last one of a month that is shorter.</summary>
    static bool IsDay(long time, int day) => new DateTime(time) is var date && date.Day == Math.Min(day, DateTime.DaysInMonth(date.Year, date.Month));

    static bool IsLastOfMonth(long time) => new DateTime(time).AddDays(1).Day == 1;

    static bool IsWeekend(long time) => new DateTime(time).DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday;

    static long Month(long time) => new DateTime(time) is var date ? date.Year * 12L + date.Month : 0;

    string Text(long step) => months
        ? step % 12 == 0 ? Count(step / 12, "year") : Count(step, "month")
        : step % Day == 0 ? Count(step / Day, "day")
        : step % TimeSpan.TicksPerHour == 0 ? Count(step / TimeSpan.TicksPerHour, "hour")
        : step % TimeSpan.TicksPerMinute == 0 ? Count(step / TimeSpan.TicksPerMinute, "minute")
        : FormattableString.Invariant($"{step / (double)TimeSpan.TicksPerSecond:R} s");

    static string Count(long count, string what) => FormattableString.Invariant($"{count} {what}{(count == 1 ? "" : "s")}");

    static string Time(long ticks) => new DateTime(ticks).ToString(ticks % Day == 0 ? "yyyy-MM-dd" : "yyyy-MM-dd HH:mm:ss", System.Globalization.CultureInfo.InvariantCulture);
}
