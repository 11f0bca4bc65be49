using System.Diagnostics;

namespace RnnDsl.Benchmarks;

/// <summary>Times several jobs in turns, so that what else the machine does strikes all of them alike.</summary>
internal static class SideBySide
{
    /// <summary>The median of one job, in microseconds.</summary>
    public static double Median(double seconds, Action job) => Medians(seconds, job)[0];

    /// <summary>Medians in microseconds, one a job.</summary>
    public static double[] Medians(double seconds, params Action[] jobs)
    {
        // Long enough for the runtime to compile the loops to the end, on a busy machine too.
        var warm = Stopwatch.StartNew();
        for (int i = 0; (i < 80 || warm.Elapsed.TotalSeconds < jobs.Length) && warm.Elapsed.TotalSeconds < 4 * jobs.Length; i++)
        {
            foreach (Action job in jobs)
                job();
            if (i is 32 or 64)
                Thread.Sleep(150);
        }
        List<double>[] samples = [.. jobs.Select(_ => new List<double>())];
        var total = Stopwatch.StartNew();
        while (total.Elapsed.TotalSeconds < seconds * jobs.Length || samples[0].Count < 7)
            for (int i = 0; i < jobs.Length; i++)
            {
                long start = Stopwatch.GetTimestamp();
                jobs[i]();
                samples[i].Add(Stopwatch.GetElapsedTime(start).TotalMicroseconds);
            }
        return [.. samples.Select(s => s.Order().ElementAt(s.Count / 2))];
    }
}
