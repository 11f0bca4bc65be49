using System.Diagnostics;

namespace RnnDsl.Examples.Monitoring;

/// <summary>The page while the monitor runs.</summary>
static class LivePage
{
    /// <summary>Has the page written again when there is something new, but not too often.</summary>
    /// <param name="path">The page.</param>
    /// <param name="monitor">What it shows.</param>
    /// <param name="seconds">Between two pages.</param>
    /// <param name="warn">What to tell of a page that cannot be written for a moment.</param>
    public static void Show(string path, NewsMonitor monitor, double seconds, Action<string> warn)
    {
        var sinceWritten = Stopwatch.StartNew();
        var writing = new Retried("The page", warn);
        long written = 0;
        monitor.Advanced += () =>
        {
            if (monitor.Taken == written || sinceWritten.Elapsed.TotalSeconds < seconds)
                return;
            sinceWritten.Restart();
            if (writing.Try(() => Page.Save(path, monitor.State, default, seconds)))
                written = monitor.Taken;
        };
    }
}
