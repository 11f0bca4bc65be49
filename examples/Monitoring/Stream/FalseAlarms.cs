using System.Globalization;

namespace RnnDsl.Examples.Monitoring;

/// <summary>How often there is an alarm for nothing: alarms on streams whose lines were put into a random order, so that no rate changes in them.</summary>
/// <param name="Alarms">On all shuffled streams.</param>
/// <param name="Days">Length of all of them together.</param>
/// <param name="Shuffles">How many there were.</param>
readonly record struct FalseAlarms(int Alarms, double Days, int Shuffles)
{
    /// <summary>More lines than these are not shuffled: the latest are taken.</summary>
    const long MostLines = 4_000_000;

    /// <summary>Shuffles the lines that are kept, with each bucket as full as it was, and looks for surges as the monitor does.</summary>
    public static FalseAlarms Measure(Counts counts, SurgeOptions options, int shuffles, int seed)
    {
        if (counts.Current < 0)
            return default;
        long oldest = counts.Current, sum = 0;
        for (long bucket = counts.Current; bucket >= counts.Oldest && sum < MostLines; bucket--)
            sum += counts.Total(oldest = bucket);
        var lines = new List<ushort>();
        for (long bucket = oldest; bucket <= counts.Current; bucket++)
            for (int topic = 0; topic < counts.Topics; topic++)
                for (int i = 0; i < counts.Lines(bucket, topic); i++)
                    lines.Add((ushort)(2 * topic + (i < counts.Negative(bucket, topic) ? 1 : 0)));
        ushort[] order = [.. lines];
        var random = new Random(seed);
        int alarms = 0;
        for (int shuffle = 0; shuffle < shuffles; shuffle++)
        {
            random.Shuffle(order);
            var shuffled = new Counts(counts.Topics, counts.Kept);
            var inAlarm = new bool[counts.Topics];
            int next = 0;
            for (long bucket = oldest; bucket <= counts.Current; bucket++)
            {
                shuffled.Advance(bucket);
                for (int end = next + counts.Total(bucket); next < end; next++)
                    shuffled.Add(bucket, order[next] / 2, 1, order[next] % 2);
                for (int topic = 0; topic < counts.Topics; topic++)
                {
                    Look look = shuffled.Test(topic, bucket, options);
                    if (!inAlarm[topic] && look.Begins(options))
                        (inAlarm[topic], alarms) = (true, alarms + 1);
                    else if (look.Ends)
                        inAlarm[topic] = false;
                }
            }
        }
        return new FalseAlarms(alarms, shuffles * (counts.Current - oldest + 1) * options.Bucket.TotalDays, shuffles);
    }

    /// <summary>Alarms a day that are unlikely to be exceeded (95 %): the bound of a Poisson rate, exact without an alarm, else by Wilson and Hilferty's form of chi-square.</summary>
    double AtMost
    {
        get
        {
            if (Alarms == 0)
                return -Math.Log(0.05) / Days;
            double freedom = 2.0 * (Alarms + 1), part = 2 / (9 * freedom);
            return freedom * Math.Pow(1 - part + 1.645 * Math.Sqrt(part), 3) / 2 / Days;
        }
    }

    public override string ToString() => Days == 0 ? "no stream was shuffled" : string.Create(CultureInfo.InvariantCulture,
        $"{Alarms} false alarms on {Shuffles} shuffled streams of {Days / Shuffles * 24:0.#} hours: {Alarms / Days:0.###} a day, at most {AtMost:0.###} (95 %)");
}
