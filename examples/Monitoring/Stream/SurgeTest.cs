namespace RnnDsl.Examples.Monitoring;

/// <summary>When a topic is in alarm.</summary>
/// <param name="Bucket">What is counted together, and how often it is tested.</param>
/// <param name="Window">Buckets of the time that is tested.</param>
/// <param name="History">Buckets before it with which it is compared.</param>
/// <param name="Alpha">Below this p-value an alarm begins.</param>
/// <param name="Least">Fewer negative lines are never an alarm.</param>
sealed record SurgeOptions(TimeSpan Bucket, int Window, int History, double Alpha, int Least)
{
    /// <summary>Above this p-value an alarm ends.</summary>
    public const double EndAlpha = 0.05;

    /// <summary>Times that a window is tested while it passes.</summary>
    const int TestsInWindow = 10;

    /// <summary>So many windows are compared, or kept, at most: all of them are in memory, and in the state.</summary>
    const int MostWindows = 10_000;

    /// <summary>By the options of the program, which are minutes.</summary>
    /// <returns>The options, and how many buckets are kept.</returns>
    /// <exception cref="ArgumentException">There would be too many buckets; the message names the options.</exception>
    public static (SurgeOptions Options, int KeptBuckets) Create(double window, double history, double keep, double alpha, int least)
    {
        var options = new SurgeOptions(TimeSpan.FromMinutes(window / TestsInWindow), TestsInWindow, (int)Math.Ceiling(Buckets("--history", history)), alpha, least);
        return (options, Math.Max(options.Window + options.History, (int)Buckets("--keep", keep)));

        double Buckets(string option, double minutes) => minutes <= MostWindows * window ? TestsInWindow * minutes / window
            : throw new ArgumentException(FormattableString.Invariant($"{option} {minutes} is more than {MostWindows:N0} times --window {window}. Give a shorter {option}, or a longer --window."));
    }
}

/// <summary>
/// Fisher's exact test (Fisher 1922), one-sided: are negative lines of a topic more frequent among the lines of a window than among those before it? If the lines came in any order, the number in the window would be hypergeometric.
/// The rate is that among all lines, so an hour that is busy in all topics is no surge.
/// </summary>
static class SurgeTest
{
    /// <summary>The probability of so many negative lines in the window, or more, if the rate has not changed.</summary>
    public static double PValue(long negative, long lines, long negativeBefore, long linesBefore)
    {
        long all = lines + linesBefore, allNegative = negative + negativeBefore, most = Math.Min(lines, allNegative);
        if (negative == 0 || linesBefore == 0)
            return 1;
        double term = Math.Exp(LogChoose(allNegative, negative) + LogChoose(all - allNegative, lines - negative) - LogChoose(all, lines)), sum = term;
        for (long k = negative; k < most && (term > sum * 1e-12 || k < (double)allNegative * lines / all); k++)
        {
            term *= (double)(allNegative - k) * (lines - k) / ((double)(k + 1) * (all - allNegative - lines + k + 1));
            sum += term;
        }
        return Math.Min(1, sum);
    }

    static double LogChoose(long n, long k) => LogFactorial(n) - LogFactorial(k) - LogFactorial(n - k);

    /// <summary>Stirling's series, which has an error below 1e-12 from 16 on.</summary>
    static double LogFactorial(long n)
    {
        double below = 0;
        double x = n + 1;
        for (; x < 16; x++)
            below += Math.Log(x);
        return (x - 0.5) * Math.Log(x) - x + 0.5 * Math.Log(2 * Math.PI) + 1 / (12 * x) - 1 / (360 * x * x * x) + 1 / (1260 * Math.Pow(x, 5)) - 1 / (1680 * Math.Pow(x, 7)) - below;
    }
}
