namespace RnnDsl.Continual;

/// <summary>
/// Adaptive windowing, ADWIN2 (Bifet &amp; Gavaldà 2007): a window over a stream of numbers from 0 to 1 that grows as long as its mean does not change. Where two parts of it, an older and a newer, have means that differ
/// by more than chance allows at the confidence δ, that is drift, and the older part is dropped. The memory is logarithmic in the window's length.
/// </summary>
/// <remarks>Of several places to cut the window, the one that stands out most is taken, and all before it is dropped at once, so that what is left says since when things are otherwise. The paper drops the oldest bucket
/// again and again until no cut is left; when drift is found first is the same.</remarks>
/// <param name="delta">δ: a bound on the probability that a test of a window without drift finds some. 0.002 is usual.</param>
/// <param name="onlyRises">Whether a fall of the mean is no drift; the window follows it all the same.</param>
public sealed class Adwin(double delta = 0.002, bool onlyRises = false)
{
    /// <summary>Buckets of one size; the paper's M.</summary>
    const int Same = 5;

    /// <summary>No part is shorter than this, and so often a test is made.</summary>
    const int Shortest = 5, Every = 8;

    readonly double delta = delta is > 0 and < 1 ? delta : throw new ArgumentOutOfRangeException(nameof(delta), delta, "The confidence δ lies between 0 and 1; 0.002 is usual.");

    /// <summary>The oldest first; their sizes fall to 1.</summary>
    readonly List<Bucket> buckets = [];

    Bucket total;
    long added;

    /// <summary>The length of the window.</summary>
    public long Count => total.Count;

    /// <summary>The mean of the window; 0 for an empty one.</summary>
    public double Mean => total.Count == 0 ? 0 : total.Sum / total.Count;

    /// <summary>Adds the next number.</summary>
    /// <returns>Whether there is drift. The window is then the part after it.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The number is not from 0 to 1.</exception>
    public bool Add(double value)
    {
        if (value is not (>= 0 and <= 1))
            throw new ArgumentOutOfRangeException(nameof(value), value, "ADWIN takes numbers from 0 to 1: bring losses into that range, as LossDrift does.");
        var one = new Bucket(1, value, value * value);
        buckets.Add(one);
        total = total.And(one);
        Compress();
        if (++added % Every != 0)
            return false;
        bool found = false;
        while (Cut() is { } cut)
        {
            found |= cut.Rises || !onlyRises;
            foreach (Bucket old in buckets.Take(cut.Buckets))
                total = total.Without(old);
            buckets.RemoveRange(0, cut.Buckets);
        }
        return found;
    }

    /// <summary>Writes the window.</summary>
    internal void Write(StateWriter state)
    {
        state.Write("added", added);
        state.Write("sum", total.Sum);
        state.Write("squares", total.Squares);
        state.Write("bucket counts", buckets.Select(b => b.Count).ToArray());
        state.Write("bucket sums", buckets.Select(b => b.Sum).ToArray());
        state.Write("bucket squares", buckets.Select(b => b.Squares).ToArray());
    }

    /// <summary>Reads the window of an object that is new.</summary>
    /// <exception cref="InvalidDataException">The parts do not fit together.</exception>
    internal void Read(StateReader state)
    {
        long[] counts = state.ReadIntegers("bucket counts");
        double[] sums = state.ReadNumbers("bucket sums"), squares = state.ReadNumbers("bucket squares");
        added = state.ReadInteger("added");
        long count = 0;
        for (int i = 0; i < counts.Length; i++)
        {
            if (sums.Length != counts.Length || squares.Length != counts.Length || counts[i] < 1 || counts[i] > added - count
                || !(sums[i] >= 0 && sums[i] <= counts[i] && squares[i] >= 0 && squares[i] <= counts[i]))
                throw new InvalidDataException($"Bucket {i} of the window cannot be: the file is damaged.");
            count += counts[i];
            buckets.Add(new Bucket(counts[i], sums[i], squares[i]));
        }
        total = new Bucket(count, state.ReadNumber("sum"), state.ReadNumber("squares"));
        // Sums of what was added and taken away may differ by roundings from the sums of what is there.
        if (Math.Abs(total.Sum - sums.Sum()) > 1e-6 * (1 + added) || Math.Abs(total.Squares - squares.Sum()) > 1e-6 * (1 + added))
            throw new InvalidDataException("The sums of the window are not those of its buckets: the file is damaged.");
    }

    /// <summary>The two oldest of too many buckets of one size become one.</summary>
    void Compress()
    {
        for (int end = buckets.Count; end > 0;)
        {
            int start = end;
            while (start > 0 && buckets[start - 1].Count == buckets[end - 1].Count)
                start--;
            if (end - start <= Same)
                return;
            buckets[start] = buckets[start].And(buckets[start + 1]);
            buckets.RemoveAt(start + 1);
            end = start + 1;
        }
    }

    /// <summary>How many buckets lie before the change that stands out most, and whether the mean rises there; null if there is no change.</summary>
    (int Buckets, bool Rises)? Cut()
    {
        double mean = Mean, variance = Math.Max(0, total.Squares / Math.Max(1, total.Count) - mean * mean), log = Math.Log(2 * Math.Log(Math.Max(3, total.Count)) / delta), most = 1;
        (int, bool)? found = null;
        Bucket old = default;
        for (int i = 0; i < buckets.Count - 1; i++)
        {
            old = old.And(buckets[i]);
            long fresh = total.Count - old.Count;
            if (old.Count < Shortest || fresh < Shortest)
                continue;
            double inverse = 1.0 / old.Count + 1.0 / fresh, bound = Math.Sqrt(2 * inverse * variance * log) + 2.0 / 3 * inverse * log, rise = (total.Sum - old.Sum) / fresh - old.Sum / old.Count;
            if (Math.Abs(rise) > most * bound)
                (most, found) = (Math.Abs(rise) / bound, (i + 1, rise > 0));
        }
        return found;
    }

    readonly record struct Bucket(long Count, double Sum, double Squares)
    {
        public Bucket And(Bucket other) => new(Count + other.Count, Sum + other.Sum, Squares + other.Squares);

        public Bucket Without(Bucket other) => new(Count - other.Count, Sum - other.Sum, Squares - other.Squares);
    }
}

/// <summary>
/// Finds out when a model's loss rises. Losses have any scale and long tails, so each becomes its rank among the losses of held-out examples, a number from 0 to 1 that is uniform as long as nothing changes; the mean of these ranks is
/// watched by <see cref="Adwin"/>, whose window begins with the held-out examples themselves.
/// </summary>
public sealed class LossDrift
{
    readonly double[] sorted;
    readonly double delta;
    readonly Adwin window;

    /// <summary>Begins to watch.</summary>
    /// <param name="reference">The losses of examples that the model has not learned, from when all was well; 100 or more are best.</param>
    /// <param name="delta">See <see cref="Adwin"/>.</param>
    /// <exception cref="ArgumentException">There are fewer than ten losses, or one is not a number.</exception>
    public LossDrift(ReadOnlySpan<double> reference, double delta = 0.002)
    {
        if (reference.Length < 10)
            throw new ArgumentException($"There are {reference.Length} losses to compare with: give at least ten, of examples that the model has not learned.", nameof(reference));
        foreach (double loss in reference)
            if (double.IsNaN(loss))
                throw new ArgumentException("A loss to compare with is NaN: leave the example out, or look whether the model's answers are finite.", nameof(reference));
        sorted = reference.ToArray();
        Array.Sort(sorted);
        (window, this.delta) = (new Adwin(delta, onlyRises: true), delta);
        foreach (double loss in reference)
            window.Add(Rank(loss));
    }

    LossDrift(StateReader state)
    {
        sorted = state.ReadNumbers("reference");
        if (sorted.Length < 10)
            throw new InvalidDataException($"There are {sorted.Length} losses to compare with, and at least ten were written: the file is damaged.");
        for (int i = 1; i < sorted.Length; i++)
            if (sorted[i] < sorted[i - 1])
                throw new InvalidDataException("The losses to compare with are not sorted: the file is damaged.");
        delta = state.ReadNumber("delta");
        window = delta is > 0 and < 1 ? new Adwin(delta, onlyRises: true)
            : throw new InvalidDataException(FormattableString.Invariant($"The confidence is {delta}, and lies between 0 and 1: the file is damaged."));
        window.Read(state);
    }

    /// <summary>The number of losses after the last change, as far as the window knows.</summary>
    public long Count => window.Count;

    /// <summary>The mean rank of the window: 0.5 as long as nothing changes, 1 if all losses are larger than those that were given.</summary>
    public double MeanRank => window.Mean;

    /// <summary>Adds the loss of the next example.</summary>
    /// <param name="loss">The loss. An infinite one is larger than all others.</param>
    /// <returns>Whether the loss has risen. The window is then the part after that.</returns>
    /// <exception cref="ArgumentException">The loss is NaN: the model's answers are not finite, which no window has to find out. The window is unchanged.</exception>
    public bool Add(double loss) => !double.IsNaN(loss) ? window.Add(Rank(loss))
        : throw new ArgumentException("The loss is NaN: leave the example out, or look whether the model's answers are finite.", nameof(loss));

    /// <summary>Writes the reference, δ and the window to a file, which is replaced completely, or not at all.</summary>
    /// <param name="path">The path, usually "….safetensors".</param>
    /// <exception cref="InvalidOperationException">A loss to compare with is infinite.</exception>
    public void Save(string path) => StateFile.Save(path, nameof(LossDrift), Write);

    /// <summary>Goes on from a file: the next loss has the answer that it would have had without the break.</summary>
    /// <param name="path">The path.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is damaged, or is of something else.</exception>
    public static LossDrift Load(string path) => StateFile.Load(path, [nameof(LossDrift)], Read);

    internal void Write(StateWriter state)
    {
        state.Write("delta", delta);
        state.Write("reference", sorted);
        window.Write(state);
    }

    internal static LossDrift Read(StateReader state) => new(state);

    /// <summary>The share of the reference below, with half of what is equal.</summary>
    double Rank(double loss) => (Below(loss, orEqual: false) + Below(loss, orEqual: true)) / (2.0 * sorted.Length);

    int Below(double loss, bool orEqual)
    {
        int low = 0, high = sorted.Length;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (sorted[middle] < loss || (orEqual && sorted[middle] == loss))
                low = middle + 1;
            else
                high = middle;
        }
        return low;
    }
}
