namespace RnnDsl.Sequences;

/// <summary>The ranges of a buffer that something uses, and the place of each position if only these are kept. Ranges that overlap stay one, so that what is shared stays shared.</summary>
sealed class UsedRanges
{
    readonly List<(long Begin, long End)> ranges = [];
    readonly List<long> places = [];

    /// <summary>Merges ranges.</summary>
    /// <param name="used">Each with its end, which is exclusive. They come in any order, and may overlap.</param>
    public UsedRanges(List<(long Begin, long End)> used)
    {
        used.Sort();
        foreach ((long begin, long end) in used)
            if (ranges.Count > 0 && begin <= ranges[^1].End)
                ranges[^1] = (ranges[^1].Begin, Math.Max(end, ranges[^1].End));
            else
                ranges.Add((begin, end));
        foreach ((long begin, long end) in ranges)
        {
            places.Add(Length);
            Length += end - begin;
        }
    }

    /// <summary>The ranges in rising order, with gaps between them.</summary>
    public IReadOnlyList<(long Begin, long End)> Ranges => ranges;

    /// <summary>The sum of their lengths.</summary>
    public long Length { get; }

    /// <summary>The place of a position that is in one of the ranges.</summary>
    public long Place(long position)
    {
        int at = ranges.BinarySearch((position, long.MaxValue));
        at = at >= 0 ? at : ~at - 1;
        return places[at] + position - ranges[at].Begin;
    }
}
