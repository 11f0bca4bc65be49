namespace RnnDsl.Prediction;

/// <summary>The beam search of one sequence. It keeps its memory for the next one.</summary>
sealed class BeamSearch(SequenceDecoder decoder)
{
    BeamOptions options = new();
    int steps;

    /// <summary>For each kept hypothesis the stream that has seen its symbols but the last; and those of the next step.</summary>
    PredictionStream?[] streams = [], nextStreams = [];

    /// <summary>For each kept hypothesis the logarithm of its probability, the best first.</summary>
    double[] logs = [], nextLogs = [];

    /// <summary>For each step and kept hypothesis: its last symbol, and which hypothesis it was one step before.</summary>
    int[] symbols = [], parents = [];

    /// <summary>For each step and hypothesis that grew in it, the answer's values behind the scores; for each kept hypothesis and the next ones, their sums over the steps.</summary>
    float[] beside = [], sums = [], nextSums = [];

    /// <summary>The likeliest ways to go on, the best first.</summary>
    (double Log, int Slot, int Symbol)[] candidates = [];
    int candidateCount;

    /// <summary>The best hypotheses that ended, the best first; the number of all that ended.</summary>
    readonly List<Found> found = [];
    int ended;

    int[] before = [];

    /// <summary>A hypothesis whose last step was <paramref name="Step"/>, where it grew from the one in <paramref name="Slot"/>.</summary>
    readonly record struct Found(double Score, double Log, int Step, int Slot);

    /// <summary>The index of the stream among those that are decoded together.</summary>
    public int Source { get; private set; }

    /// <summary>The number of hypotheses that still grow.</summary>
    public int Growing { get; private set; }

    public PredictionStream Stream(int slot) => streams[slot]!;

    /// <summary>The last symbol of a hypothesis that grows.</summary>
    public int Last(int slot) => steps == 0 ? decoder.Options.Begin : symbols[At(steps - 1, slot)];

    int Beams => options.Beams;

    int At(int step, int slot) => step * Beams + slot;

    public void Begin(PredictionStream start, int source, BeamOptions options)
    {
        (this.options, Source, steps, ended, Growing) = (options, source, 0, 0, 1);
        found.Clear();
        if (streams.Length < Beams)
        {
            Array.Resize(ref streams, Beams);
            Array.Resize(ref nextStreams, Beams);
            (logs, nextLogs, candidates) = (new double[Beams], new double[Beams], new (double, int, int)[2 * Beams]);
            (sums, nextSums) = (new float[Beams * decoder.Beside], new float[Beams * decoder.Beside]);
        }
        Put(ref streams[0], start);
        logs[0] = 0;
        sums.AsSpan().Clear();
    }

    /// <summary>Keeps the best hypotheses that are one symbol longer.</summary>
    /// <param name="answer">The index of the first hypothesis' answer in the decoder.</param>
    public void Grow(int answer)
    {
        ReserveStep();
        FindCandidates(answer);
        int kept = 0;
        for (int rank = 0; rank < candidateCount && kept < Beams; rank++)
        {
            (double log, int slot, int symbol) = candidates[rank];
            if (symbol == decoder.Options.End)
            {
                if (rank < Beams)
                    End(log, slot);
                continue;
            }
            (symbols[At(steps, kept)], parents[At(steps, kept)], nextLogs[kept]) = (symbol, slot, log);
            Row(sums, slot).CopyTo(Row(nextSums, kept));
            Put(ref nextStreams[kept++], Stream(slot));
        }
        (streams, nextStreams, logs, nextLogs, sums, nextSums) = (nextStreams, streams, nextLogs, logs, nextSums, sums);
        Growing = kept;
        steps++;
        if (kept == 0 && ended == 0)
            throw new ArgumentException($"The constraint allows no symbol in step {steps}, whatever came before it: no sequence goes on.");
        if (steps == decoder.Options.MostSteps || IsDone())
            Stop();
    }

    /// <summary>Lists twice as many ways to go on as hypotheses are kept: at most one way of each hypothesis is its end, so that enough others are among them.</summary>
    void FindCandidates(int answer)
    {
        candidateCount = 0;
        int most = 2 * Beams;
        for (int slot = 0; slot < Growing; slot++)
        {
            Span<float> logits = decoder.LogitsOf(answer + slot);
            double log = logs[slot] - decoder.LogSumExp(logits);
            decoder.Limit(Source, steps, decoder.Options.Constraint is null ? [] : Before(slot), logits);
            ReadOnlySpan<float> others = decoder.BesideOf(answer + slot);
            others.CopyTo(beside.AsSpan(At(steps, slot) * others.Length));
            System.Numerics.Tensors.TensorPrimitives.Add(others, Row(sums, slot), Row(sums, slot));
            for (int symbol = 0; symbol < logits.Length; symbol++)
                if (log + logits[symbol] is var longer && (candidateCount < most ? !double.IsNegativeInfinity(longer) : longer > candidates[most - 1].Log))
                    Insert((longer, slot, symbol));
        }
    }

    void Insert((double Log, int, int) candidate)
    {
        int at = candidateCount < 2 * Beams ? candidateCount++ : candidateCount - 1;
        for (; at > 0 && candidates[at - 1].Log < candidate.Log; at--)
            candidates[at] = candidates[at - 1];
        candidates[at] = candidate;
    }

    void End(double log, int slot)
    {
        ended++;
        var one = new Found(log / options.LengthFactor(steps + 1) + options.CoveragePenalty * Coverage(slot), log, steps, slot);
        int at = found.Count;
        while (at > 0 && found[at - 1].Score < one.Score)
            at--;
        found.Insert(at, one);
        if (found.Count > options.Best)
            found.RemoveAt(options.Best);
    }

    /// <summary>Σ log(min(1, attention)) over the positions that any hypothesis has looked at.</summary>
    double Coverage(int slot)
    {
        if (options.CoveragePenalty == 0)
            return 0;
        int positions = 0;
        for (int other = 0; other < Growing; other++)
            positions = Math.Max(positions, Row(sums, other).LastIndexOfAnyExcept(0) + 1);
        double sum = 0;
        foreach (float attention in Row(sums, slot)[..positions])
            sum += Math.Log(Math.Clamp(attention, 1e-10, 1));
        return sum;
    }

    bool IsDone()
    {
        if (Growing == 0)
            return true;
        if (options.StopsEarly)
            return ended >= Beams;
        // The logarithm only falls, and the longest sequence divides it by most.
        return found.Count == options.Best && logs[0] / options.LengthFactor(decoder.Options.MostSteps) <= found[^1].Score;
    }

    /// <summary>Ends the search. If nothing ended, what was cut off is the result.</summary>
    void Stop()
    {
        for (int slot = 0; slot < Growing && ended == 0 && found.Count < options.Best; slot++)
            found.Add(new Found(logs[slot] / options.LengthFactor(steps), logs[slot], steps, slot));
        Growing = 0;
    }

    public Hypothesis[] Results() => [.. found.Select(one =>
    {
        int rows = decoder.Beside == 0 ? 0 : ended == 0 ? one.Step : one.Step + 1;
        var values = new float[rows][];
        int[] all = new int[one.Step];
        for (int step = one.Step, slot = one.Slot; step >= 0; slot = step > 0 ? parents[At(step - 1, slot)] : 0, step--)
        {
            if (step < rows)
                values[step] = beside.AsSpan(At(step, slot) * decoder.Beside, decoder.Beside).ToArray();
            if (step > 0)
                all[step - 1] = symbols[At(step - 1, slot)];
        }
        return new Hypothesis(all, one.Log, one.Score, ended > 0) { Beside = values };
    })];

    /// <summary>The symbols of a hypothesis that grows.</summary>
    ReadOnlySpan<int> Before(int slot)
    {
        for (int step = steps; step > 0; slot = parents[At(step, slot)])
            before[--step] = symbols[At(step, slot)];
        return before.AsSpan(0, steps);
    }

    Span<float> Row(float[] values, int slot) => values.AsSpan(slot * decoder.Beside, decoder.Beside);

    void ReserveStep()
    {
        long all = (steps + 1L) * Beams;
        if (all * Math.Max(1, decoder.Beside) > Array.MaxLength / 2)
            throw new ArgumentException($"{steps} steps of {Beams} hypotheses are more than a search can keep: lower {nameof(BeamOptions.Beams)}, or " +
                $"{nameof(DecodingOptions)}.{nameof(DecodingOptions.MostSteps)}.");
        int needed = (int)all;
        if (symbols.Length >= needed && beside.Length >= needed * decoder.Beside && before.Length > steps)
            return;
        Array.Resize(ref symbols, Math.Max(needed, 2 * symbols.Length));
        Array.Resize(ref parents, symbols.Length);
        Array.Resize(ref beside, symbols.Length * decoder.Beside);
        Array.Resize(ref before, symbols.Length / Beams + 1);
    }

    static void Put(ref PredictionStream? place, PredictionStream from)
    {
        if (place is null)
            place = from.Fork();
        else
            place.CopyFrom(from);
    }
}
