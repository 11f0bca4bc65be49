using System.Globalization;

namespace RnnDsl.Examples.Monitoring;

/// <summary>A topic as the table and the page show it: lines of the time that is kept, and the window that was tested last.</summary>
readonly record struct TopicRow(string Topic, long Lines, long Negative, Look Look, bool InAlarm)
{
    /// <summary>How many were to be expected; a dash as long as there is no time before the window.</summary>
    public string Expected => double.IsNaN(Look.Expected) ? "–" : Look.Expected.ToString("F1", CultureInfo.InvariantCulture);

    public static IEnumerable<TopicRow> All(MonitorState state)
    {
        Counts counts = state.Counts;
        for (int topic = 0; topic < state.Topics.Count; topic++)
        {
            long lines = 0, negative = 0;
            for (long bucket = counts.Oldest; counts.Current >= 0 && bucket <= counts.Current; bucket++)
                (lines, negative) = (lines + counts.Lines(bucket, topic), negative + counts.Negative(bucket, topic));
            yield return new TopicRow(state.Topics[topic], lines, negative, counts.Current < 0 ? new Look(0, 0, 1) : counts.Test(topic, counts.Current, state.Options), state.IsOpen(topic));
        }
    }
}
