namespace RnnDsl.Examples.Monitoring;

/// <summary>Lines and negative lines of each topic in the buckets of the time that is kept: a ring, so that the memory does not grow with the stream.</summary>
sealed class Counts(int topics, int kept)
{
    readonly int[] lines = new int[topics * kept], negative = new int[topics * kept], totals = new int[kept];

    public int Topics => topics;

    /// <summary>Buckets that are kept, the one that is filled now included.</summary>
    public int Kept => kept;

    /// <summary>Number of the bucket that is filled now; −1 before the first line.</summary>
    public long Current { get; private set; } = -1;

    /// <summary>Number of the earliest bucket that had a line; −1 before it.</summary>
    public long First { get; private set; } = -1;

    /// <summary>The first bucket of which there are counts.</summary>
    public long Oldest => Math.Max(First, Current - kept + 1);

    /// <summary>Begins a later bucket; those between have no lines.</summary>
    public void Advance(long bucket)
    {
        if (Current < 0)
            First = bucket;
        for (long empty = Math.Max(Current + 1, bucket - kept + 1); empty <= bucket; empty++)
        {
            lines.AsSpan(At(empty), topics).Clear();
            negative.AsSpan(At(empty), topics).Clear();
            totals[empty % kept] = 0;
        }
        Current = bucket;
    }

    /// <summary>Begins anew with another bucket, which has all lines that are kept.</summary>
    public void MoveTo(long bucket)
    {
        int[] all = new int[topics], allNegative = new int[topics];
        for (long old = Oldest; old <= Current; old++)
            for (int topic = 0; topic < topics; topic++)
                (all[topic], allNegative[topic]) = (all[topic] + Lines(old, topic), allNegative[topic] + Negative(old, topic));
        Current = -1;
        Advance(bucket);
        for (int topic = 0; topic < topics; topic++)
            Add(bucket, topic, all[topic], allNegative[topic]);
    }

    /// <summary>Counts lines of a bucket that is kept.</summary>
    public void Add(long bucket, int topic, int count, int negativeCount)
    {
        First = Math.Min(First, bucket);
        lines[At(bucket) + topic] += count;
        negative[At(bucket) + topic] += negativeCount;
        totals[bucket % kept] += count;
    }

    public int Lines(long bucket, int topic) => lines[At(bucket) + topic];

    public int Negative(long bucket, int topic) => negative[At(bucket) + topic];

    /// <summary>Lines of all topics.</summary>
    public int Total(long bucket) => totals[bucket % kept];

    /// <summary>The p-value of the window that ends with a bucket, and what it was made of.</summary>
    public Look Test(int topic, long last, SurgeOptions options)
    {
        long window = Math.Max(Oldest, last - options.Window + 1), history = Math.Max(Oldest, window - options.History);
        long bad = 0, all = 0, badBefore = 0, allBefore = 0;
        for (long bucket = history; bucket <= last; bucket++)
        {
            if (bucket >= window)
                (bad, all) = (bad + Negative(bucket, topic), all + Total(bucket));
            else
                (badBefore, allBefore) = (badBefore + Negative(bucket, topic), allBefore + Total(bucket));
        }
        return new Look(bad, allBefore == 0 ? double.NaN : (double)badBefore * all / allBefore, SurgeTest.PValue(bad, all, badBefore, allBefore));
    }

    int At(long bucket) => (int)(bucket % kept) * topics;
}

/// <summary>A topic's window: negative lines, how many were to be expected by the time before, and the p-value of the difference.</summary>
readonly record struct Look(long Negative, double Expected, double PValue)
{
    public bool Begins(SurgeOptions options) => PValue < options.Alpha && Negative >= options.Least;

    public bool Ends => PValue > SurgeOptions.EndAlpha;
}
