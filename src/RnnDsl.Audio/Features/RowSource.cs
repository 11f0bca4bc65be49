namespace RnnDsl.Audio;

/// <summary>Gives rows of features one after the other, as soon as they are known.</summary>
abstract class RowSource
{
    /// <summary>No row comes any more once <see cref="TryRead"/> is false: the sound has ended.</summary>
    public abstract bool HasEnded { get; }

    /// <summary>Reads the next row if it is known.</summary>
    public abstract bool TryRead(Span<double> row);

    /// <summary>Forgets all that came.</summary>
    public abstract void Reset();
}

/// <summary>Emphasizes samples, cuts them into frames and analyzes these.</summary>
sealed class FrameSource(FrameAnalysis analysis, int length, int hop, double emphasis) : RowSource
{
    double[] samples = new double[Math.Max(2 * length, 1024)];
    int first, end;
    double before;
    bool ended, any;

    public override bool HasEnded => ended;

    public void Push(ReadOnlySpan<float> added)
    {
        Room(added.Length);
        foreach (float sample in added)
        {
            samples[end++] = sample - emphasis * before;
            before = sample;
        }
    }

    public void End()
    {
        ended = true;
        if (any || end == first)
            return;
        // A sound that is shorter than a frame is followed by silence, so that a model has something to read.
        Room(length);
        while (end - first < length)
        {
            samples[end++] = -emphasis * before;
            before = 0;
        }
    }

    public override bool TryRead(Span<double> row)
    {
        // With a hop longer than a frame, the next frame may begin behind what is there.
        if (end - first < length)
            return false;
        analysis.Analyze(samples.AsSpan(first, length), row);
        first += hop;
        any = true;
        return true;
    }

    public override void Reset() => (first, end, before, ended, any) = (0, 0, 0, false, false);

    void Room(int more)
    {
        if (end + more <= samples.Length)
            return;
        int kept = Math.Max(0, end - first);
        if (kept + more > samples.Length || first > end)
            Array.Resize(ref samples, Math.Max(2 * samples.Length, Math.Max(first, end) + more));
        int start = Math.Min(first, end);
        Array.Copy(samples, start, samples, 0, end - start);
        (first, end) = (first - start, end - start);
    }
}

/// <summary>Adds to each row the slopes of some of its numbers, Σ n · (x(t + n) − x(t − n)) / 2Σ n² over n = 1, 2 (Young et al., "The HTK Book", equation 5.16). At both ends the outermost row repeats.</summary>
sealed class SlopeSource(RowSource source, int width, int sloped) : RowSource
{
    const int Reach = 2, Rows = 2 * Reach + 1;

    readonly double[] rows = new double[Rows * width];
    long received, next;

    public override bool HasEnded => source.HasEnded && next == received;

    public override bool TryRead(Span<double> row)
    {
        while (received <= next + Reach && source.TryRead(rows.AsSpan((int)(received % Rows) * width, width)))
            received++;
        if (next >= received || received <= next + Reach && !source.HasEnded)
            return false;
        Row(next).CopyTo(row);
        for (int i = 0; i < sloped; i++)
        {
            double sum = 0;
            for (int n = 1; n <= Reach; n++)
                sum += n * (Row(Math.Min(next + n, received - 1))[width - sloped + i] - Row(Math.Max(next - n, 0))[width - sloped + i]);
            row[width + i] = sum / 10;
        }
        next++;
        return true;
    }

    public override void Reset()
    {
        (received, next) = (0, 0);
        source.Reset();
    }

    Span<double> Row(long index) => rows.AsSpan((int)(index % Rows) * width, width);
}
