using System.Numerics;
using RnnDsl.Examples.Monitoring;

namespace RnnDsl.Text.Tests;

/// <summary>The test for a change of rate of <c>examples/Monitoring</c>, and its false alarms.</summary>
public class SurgeTests
{
    static readonly SurgeOptions options = new(TimeSpan.FromMinutes(1), Window: 10, History: 60, Alpha: 1e-4, Least: 3);

    /// <summary>Fisher's lady, who told three of four cups: 17 of 70 orders are as good or better.</summary>
    [Fact]
    public void The_p_value_is_that_of_the_lady_tasting_tea() => Assert.Equal(17 / 70.0, SurgeTest.PValue(3, 4, 1, 4), 1e-12);

    [Fact]
    public void The_p_value_equals_exact_counting()
    {
        var random = new Random(5);
        for (int trial = 0; trial < 500; trial++)
        {
            int lines = random.Next(1, 60), before = random.Next(1, 200), negative = random.Next(0, lines + 1), negativeBefore = random.Next(0, before + 1);
            BigInteger ways = 0;
            for (int k = negative; k <= Math.Min(lines, negative + negativeBefore); k++)
                ways += Choose(negative + negativeBefore, k) * Choose(lines + before - negative - negativeBefore, lines - k);
            double exact = Math.Exp(BigInteger.Log(ways) - BigInteger.Log(Choose(lines + before, lines)));
            Assert.Equal(1, SurgeTest.PValue(negative, lines, negativeBefore, before) / exact, 1e-8);
        }

        static BigInteger Choose(int n, int k)
        {
            if (k < 0 || k > n)
                return 0;
            BigInteger result = 1;
            for (int i = 1; i <= k; i++)
                result = result * (n - k + i) / i;
            return result;
        }
    }

    [Fact]
    public void The_p_value_of_millions_of_lines_is_found_at_once()
    {
        // The difference is 10 standard deviations: p is about 1e-23.
        double p = SurgeTest.PValue(101_000, 1_000_000, 1_200_000 * 8L / 100 * 12, 14_400_000);
        Assert.InRange(p, 0, 1e-20);
        Assert.InRange(SurgeTest.PValue(80_000, 1_000_000, 14_400_000 * 8L / 100, 14_400_000), 0.45, 0.55);
    }

    [Fact]
    public void There_is_no_alarm_before_there_is_a_history() => Assert.Equal(1, SurgeTest.PValue(50, 60, 0, 0));

    /// <summary>Every line of a topic is as likely to be bad: the rate of false alarms on shuffled streams is that on new streams.</summary>
    [Fact]
    public void Shuffled_streams_have_as_many_alarms_as_quiet_ones()
    {
        SurgeOptions loose = options with { Alpha = 0.003 };
        var random = new Random(1);
        var shuffled = FalseAlarms.Measure(Quiet().Counts, loose, shuffles: 60, seed: 2);
        int fresh = Enumerable.Range(0, 60).Sum(_ => Quiet().Alarms.Count);
        Assert.InRange(fresh, 5, 1000);
        Assert.InRange(shuffled.Alarms, fresh / 2.0, fresh * 2.0);
        Assert.Contains($"{shuffled.Alarms} false alarms on 60 shuffled streams of 10 hours", shuffled.ToString());

        MonitorState Quiet()
        {
            var state = new MonitorState(["a", "b"], loose, keptBuckets: 600);
            for (int minute = 0; minute < 600; minute++)
                for (int line = 0; line < 10; line++)
                    state.Add(DateTimeOffset.UnixEpoch.AddMinutes(minute), random.Next(2), random.Next(10) == 0, "x");
            return state;
        }
    }

    [Fact]
    public void A_surge_is_one_alarm_that_ends_and_a_busy_hour_is_none()
    {
        var state = new MonitorState(["oil", "gold"], options, keptBuckets: 600);
        var changes = new List<Alarm>();
        for (int minute = 0; minute < 400; minute++)
            for (int line = 0; line < (minute is >= 100 and < 130 ? 200 : 20); line++)
                changes.AddRange(state.Add(DateTimeOffset.UnixEpoch.AddMinutes(minute), line % 2, line % 10 == 1 || (minute is >= 200 and < 230 && line % 10 is 3 or 5 or 7), $"minute {minute}"));
        Assert.Equal(2, changes.Count);
        Assert.Equal(1, changes[0].Topic);
        Assert.InRange(changes[0].From, DateTimeOffset.UnixEpoch.AddMinutes(201), DateTimeOffset.UnixEpoch.AddMinutes(208));
        Assert.Equal(changes[0] with { Until = changes[1].Until }, changes[1]);
        Assert.InRange(changes[1].Until!.Value, DateTimeOffset.UnixEpoch.AddMinutes(230), DateTimeOffset.UnixEpoch.AddMinutes(242));
        Assert.Equal(3, changes[0].Headlines.Count);
        Assert.Equal([changes[1]], state.Alarms);
    }

    [Fact]
    public void One_wrong_time_does_not_empty_the_windows_and_late_lines_are_counted_where_they_belong()
    {
        var state = new MonitorState(["oil"], options, keptBuckets: 100);
        DateTimeOffset start = DateTimeOffset.UnixEpoch.AddDays(100);
        for (int minute = 0; minute < 50; minute++)
            state.Add(start.AddMinutes(minute), 0, false, "x");
        long current = state.Counts.Current;
        state.Add(start.AddDays(30), 0, false, "wrong");
        state.Add(start.AddMinutes(20), 0, true, "late");
        state.Add(start.AddDays(-1), 0, true, "much too late");
        Assert.Equal(current, state.Counts.Current);
        Assert.Equal(1, state.Counts.Negative(current - 29, 0));
        Assert.Equal(51, state.Lines);
        Assert.Equal(1, state.Problems["a time far ahead of the others"]);
        Assert.Equal(1, state.Problems["older than all that is kept"]);

        // After a night without news the first line is believed with the second.
        state.Add(start.AddDays(2), 0, false, "x");
        state.Add(start.AddDays(2).AddMinutes(1), 0, false, "x");
        Assert.Equal(53, state.Lines);
        Assert.Equal(1, state.Problems["a time far ahead of the others"]);
        Assert.Equal(start.AddDays(2).AddMinutes(2), state.EndOf(state.Counts.Current));
    }

    /// <summary>A line that is ahead by more than the window has nothing tested before it is full: not where it is ahead by less than the history, and not after a restart.</summary>
    [Theory]
    [InlineData(11)]
    [InlineData(25)]
    [InlineData(60)]
    [InlineData(600)]
    public void A_line_that_is_ahead_changes_no_alarm(int minutesAhead)
    {
        DateTimeOffset start = DateTimeOffset.UnixEpoch.AddDays(100);
        string file = Path.GetTempFileName();
        try
        {
            Assert.Equal(Watch(null), Watch(minutesAhead));
        }
        finally
        {
            File.Delete(file);
        }

        IEnumerable<(DateTimeOffset, DateTimeOffset?, long)> Watch(int? ahead)
        {
            var state = new MonitorState(["oil", "gold"], options, keptBuckets: 600);
            for (int minute = 0; minute < 300; minute++)
                for (int line = 0; line < 20; line++)
                {
                    state.Add(start.AddMinutes(minute), line % 2, line % 10 == 1 || (minute is >= 200 and < 230 && line % 10 is 3 or 5 or 7), "x");
                    if (minute != 198 || line != 10 || ahead is null)
                        continue;
                    Assert.Empty(state.Add(start.AddMinutes(minute + ahead.Value), 1, true, "ahead"));
                    state.Save(file);
                    state = new MonitorState(["oil", "gold"], options, keptBuckets: 600);
                    state.Load(file);
                }
            Assert.NotEmpty(state.Alarms);
            Assert.Equal(6000, state.Lines);
            return [.. state.Alarms.Select(a => (a.From, a.Until, a.Negative))];
        }
    }

    /// <summary>In a stream with few lines each is far ahead of the line before. None of them is lost, whether the monitor is begun anew or not; the last one waits.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Lines_with_long_times_between_are_all_counted(bool isRestarted)
    {
        var state = new MonitorState(["oil"], options, keptBuckets: 2000);
        DateTimeOffset start = DateTimeOffset.UnixEpoch.AddDays(100);
        string file = Path.GetTempFileName();
        for (int i = 0; i < 30; i++)
        {
            state.Add(start.AddMinutes(40 * i), 0, true, $"x {i}");
            Assert.Equal(i + 1, state.Lines + state.Broken);
            if (!isRestarted)
                continue;
            state.Save(file);
            state = new MonitorState(["oil"], options, keptBuckets: 2000);
            state.Load(file);
        }
        File.Delete(file);
        Assert.Equal((29, 1), (state.Lines, state.Broken));
        Assert.Equal(29, Assert.Single(TopicRow.All(state)).Negative);
        // Lines without a time come when they come: an hour of silence is none of their faults.
        var untimed = new MonitorState(["oil"], options, keptBuckets: 2000);
        for (int i = 0; i < 5; i++)
            untimed.Add(null, 0, true, "x", start.AddMinutes(40 * i));
        Assert.Equal((5, 0), (untimed.Lines, untimed.Broken));
    }

    [Fact]
    public void A_line_without_a_time_has_that_of_the_line_before_where_most_lines_have_one()
    {
        var state = new MonitorState(["oil"], options, keptBuckets: 100);
        DateTimeOffset start = DateTimeOffset.UnixEpoch.AddDays(100), now = start.AddDays(500);
        for (int minute = 0; minute < 10; minute++)
            state.Add(start.AddMinutes(minute), 0, false, "x");
        for (int i = 0; i < 5; i++)
            state.Add(null, 0, true, "x", now);
        Assert.Equal(5, state.Counts.Negative(state.Counts.Current, 0));
        Assert.Equal(start.AddMinutes(10), state.EndOf(state.Counts.Current));

        // In a stream without times, one line that has a time moves no clock.
        var untimed = new MonitorState(["oil"], options, keptBuckets: 100);
        for (int minute = 0; minute < 10; minute++)
            untimed.Add(minute == 4 ? start.AddMinutes(2) : null, 0, true, "x", start.AddMinutes(minute));
        Assert.Equal(10, Enumerable.Range(0, 10).Sum(i => untimed.Counts.Negative(untimed.Counts.Current - i, 0)));
        Assert.Equal(start.AddMinutes(10), untimed.EndOf(untimed.Counts.Current));
    }

    [Fact]
    public void The_first_time_sets_the_clock_of_a_stream_that_begins_without_one()
    {
        var state = new MonitorState(["oil"], options, keptBuckets: 100);
        DateTimeOffset start = DateTimeOffset.UnixEpoch.AddDays(100), now = start.AddDays(500);
        for (int minute = 0; minute < 20; minute++)
            state.Add(minute % 2 == 0 ? null : start.AddMinutes(minute), 0, true, "x", now);
        Assert.Empty(state.Problems);
        Assert.Equal(20, Enumerable.Range(0, 20).Sum(i => state.Counts.Negative(state.Counts.Current - i, 0)));
        Assert.Equal(start.AddMinutes(20), state.EndOf(state.Counts.Current));
    }

    [Fact]
    public void A_wrong_time_at_the_beginning_is_given_up_with_the_second_right_one()
    {
        var state = new MonitorState(["oil"], options, keptBuckets: 100);
        DateTimeOffset start = DateTimeOffset.UnixEpoch.AddDays(100);
        state.Add(start.AddDays(200), 0, true, "wrong");
        for (int minute = 0; minute < 20; minute++)
            state.Add(start.AddMinutes(minute), 0, true, "x");
        Assert.Empty(state.Problems);
        Assert.Equal(start.AddMinutes(20), state.EndOf(state.Counts.Current));
        Assert.Equal(21, Assert.Single(TopicRow.All(state)).Lines);
    }

    [Fact]
    public void Lines_earlier_than_the_first_one_are_shown_too()
    {
        var state = new MonitorState(["oil"], options, keptBuckets: 100);
        DateTimeOffset start = DateTimeOffset.UnixEpoch.AddDays(100);
        state.Add(start.AddMinutes(60), 0, true, "x");
        state.Add(start, 0, true, "earlier");
        TopicRow row = Assert.Single(TopicRow.All(state));
        Assert.Equal((2, 2), (row.Lines, row.Negative));
        Assert.Equal("–", (row with { Look = new Look(0, double.NaN, 1) }).Expected);
    }
}
