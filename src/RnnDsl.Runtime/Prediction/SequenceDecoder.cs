using System.Runtime.InteropServices;

namespace RnnDsl.Prediction;

/// <summary>
/// Makes sequences of symbols with a model that says after each symbol how likely each next one is: a language model, or the decoder of a translator under a condition. It takes the likeliest
/// symbol (<see cref="Greedy(PredictionStream)"/>), draws (<see cref="Sample(PredictionStream, SamplingOptions, int)"/>), or searches for likely sequences (<see cref="Beam(PredictionStream,
/// BeamOptions?)"/>). Streams that are given stay where they are: a decoder goes on from there with copies. It takes one caller at a time.
/// </summary>
/// <example><code>
/// var predictor = new Predictor(translator, "Logits", streamed: "before");
/// var decoder = new SequenceDecoder(predictor, new DecodingOptions { End = 0 });
/// Hypothesis best = decoder.Beam(predictor.Start(sentences, example: 0))[0];
/// </code></example>
public sealed class SequenceDecoder
{
    /// <summary>The most streams that step together, and the most values of their answers.</summary>
    const int MostStreams = 64, MostAnswers = 1 << 22;

    /// <summary>The memory of a stream beside its state, in values.</summary>
    const int StreamValues = 64;

    readonly float[] scratch;
    readonly bool[] allowed;
    readonly List<PredictionStream> pool = [];
    readonly List<BeamSearch> searches = [];
    PredictionStream[] streams = [];
    float[] steps = [], answers = [];

    /// <param name="predictor">The model. The answer of its step is a logit, or the logarithm of a probability, for each symbol.</param>
    /// <param name="options">What is known of the symbols.</param>
    /// <exception cref="ArgumentException">A value of the options is outside its range, or steps or answers of the predictor do not fit; the message says why.</exception>
    public SequenceDecoder(Predictor predictor, DecodingOptions options)
    {
        Symbols = options.Check(predictor);
        (Predictor, Options) = (predictor, options);
        (scratch, allowed) = (new float[Symbols], new bool[Symbols]);
    }

    /// <summary>The model.</summary>
    public Predictor Predictor { get; }

    /// <summary>What is known of the symbols.</summary>
    public DecodingOptions Options { get; }

    /// <summary>The number of symbols.</summary>
    public int Symbols { get; }

    /// <summary>The number of streams that step together.</summary>
    int Together => Math.Clamp(MostAnswers / Predictor.OutputWidth, 1, MostStreams);

    /// <summary>The number of values of an answer behind the symbols' scores.</summary>
    internal int Beside => Predictor.OutputWidth - Symbols;

    /// <summary>Takes the likeliest symbol at each step.</summary>
    /// <param name="start">The stream to go on from.</param>
    /// <exception cref="ArgumentException">The stream is one of another predictor, a logit is not finite, or the constraint allows no symbol.</exception>
    public Hypothesis Greedy(PredictionStream start) => Greedy([start])[0];

    /// <inheritdoc cref="Greedy(PredictionStream)"/>
    /// <param name="starts">The streams to go on from. They step together.</param>
    public Hypothesis[] Greedy(IReadOnlyList<PredictionStream> starts) => Sample(starts, new SamplingOptions { Temperature = 0 }, seed: 0);

    /// <summary>Draws a symbol at each step.</summary>
    /// <param name="start">The stream to go on from.</param>
    /// <param name="sampling">How to draw.</param>
    /// <param name="seed">The seed of the draws.</param>
    /// <exception cref="ArgumentException">The stream is one of another predictor, a value of the options is outside its range, a logit is not finite, or the constraint allows no symbol.</exception>
    public Hypothesis Sample(PredictionStream start, SamplingOptions sampling, int seed) => Sample([start], sampling, seed)[0];

    /// <inheritdoc cref="Sample(PredictionStream, SamplingOptions, int)"/>
    /// <param name="starts">The streams to go on from. They step together, and each has draws of its own, with the seeds <paramref name="seed"/>, <paramref name="seed"/> + 1, and so on.</param>
    /// <param name="sampling">How to draw.</param>
    /// <param name="seed">The seed of the first stream's draws.</param>
    public Hypothesis[] Sample(IReadOnlyList<PredictionStream> starts, SamplingOptions sampling, int seed)
    {
        sampling.Check();
        Check(starts);
        var results = new Hypothesis[starts.Count];
        for (int first = 0; first < starts.Count; first += Together)
            SampleTogether(starts, first, Math.Min(Together, starts.Count - first), sampling, seed, results);
        return results;
    }

    void SampleTogether(IReadOnlyList<PredictionStream> starts, int first, int count, SamplingOptions sampling, int seed, Hypothesis[] results)
    {
        Walk[] walks = [.. Enumerable.Range(first, count).Select(source => new Walk(source, new Sampler(sampling, seed + source), Take(starts[source])))];
        Reserve(count);
        while (count > 0)
        {
            for (int i = 0; i < count; i++)
            {
                streams[i] = walks[i].Stream;
                Options.Write(Predictor, walks[i].Symbols is [.., int last] ? last : Options.Begin, Step(i));
            }
            MakeSteps(count);
            int left = 0;
            for (int i = 0; i < count; i++)
            {
                Walk walk = walks[i];
                Span<float> logits = LogitsOf(i);
                double sum = SymbolScores.LogSumExp(logits, scratch);
                ReadOnlySpan<int> before = CollectionsMarshal.AsSpan(walk.Symbols);
                Limit(walk.Source, before.Length, before, logits);
                int symbol = walk.Sampler.Next(logits, before);
                walk.LogProbability += logits[symbol] - sum;
                if (Beside > 0)
                    walk.Beside.Add(BesideOf(i).ToArray());
                bool ended = symbol == Options.End;
                if (!ended)
                    walk.Symbols.Add(symbol);
                if (ended || ++walk.Steps == Options.MostSteps)
                {
                    results[walk.Source] = new Hypothesis(walk.Symbols, walk.LogProbability, walk.LogProbability, ended) { Beside = walk.Beside };
                    pool.Add(walk.Stream);
                }
                else
                    walks[left++] = walk;
            }
            count = left;
        }
    }

    /// <summary>One sequence that is made symbol by symbol.</summary>
    sealed class Walk(int source, Sampler sampler, PredictionStream stream)
    {
        public readonly int Source = source;
        public readonly Sampler Sampler = sampler;
        public readonly PredictionStream Stream = stream;
        public readonly List<int> Symbols = [];
        public readonly List<float[]> Beside = [];
        public double LogProbability;
        public int Steps;
    }

    /// <summary>Searches for the sequences with the best scores.</summary>
    /// <param name="start">The stream to go on from.</param>
    /// <param name="beam">How to rank and when to end; null for the usual values.</param>
    /// <returns>The <see cref="BeamOptions.Best"/> hypotheses that ended, the best first; fewer if there are no more. If none ended within <see cref="DecodingOptions.MostSteps"/>, those that were cut off.</returns>
    /// <exception cref="ArgumentException">The stream is one of another predictor, a value of the options is outside its range, a logit is not finite, or the constraint lets no sequence go on.</exception>
    public Hypothesis[] Beam(PredictionStream start, BeamOptions? beam = null) => Beam([start], beam)[0];

    /// <inheritdoc cref="Beam(PredictionStream, BeamOptions?)"/>
    /// <param name="starts">The streams to go on from. The hypotheses of all step together.</param>
    /// <param name="beam">How to rank and when to end; null for the usual values.</param>
    public Hypothesis[][] Beam(IReadOnlyList<PredictionStream> starts, BeamOptions? beam = null)
    {
        beam ??= new BeamOptions();
        Check(starts);
        long state = 0;
        foreach (PredictionStream start in starts)
            state = Math.Max(state, start.StateLength);
        // Two streams, of this step and the next; a step, its answer, and sums of the answer's values beside the scores.
        beam.Check(Beside, 2 * (state + StreamValues) + Predictor.InputWidth + Predictor.OutputWidth + 2L * Beside);
        var results = new Hypothesis[starts.Count][];
        int together = Math.Min(Math.Max(1, Together / beam.Beams), starts.Count);
        while (searches.Count < together)
            searches.Add(new BeamSearch(this));
        // A search that ended makes room for the next one, so that streams step together until the last ones.
        int next = 0, running = 0;
        for (; next < together; next++)
            searches[running++].Begin(starts[next], next, beam);
        while (running > 0)
        {
            int count = 0;
            for (int i = 0; i < running; i++)
                count += searches[i].Growing;
            Reserve(count);
            for (int i = 0, at = 0; i < running; at += searches[i++].Growing)
                for (int slot = 0; slot < searches[i].Growing; slot++)
                {
                    streams[at + slot] = searches[i].Stream(slot);
                    Options.Write(Predictor, searches[i].Last(slot), Step(at + slot));
                }
            MakeSteps(count);
            for (int i = 0, at = 0; i < running; i++)
            {
                int grew = searches[i].Growing;
                searches[i].Grow(at);
                at += grew;
            }
            for (int i = 0; i < running;)
            {
                if (searches[i].Growing > 0)
                {
                    i++;
                    continue;
                }
                results[searches[i].Source] = searches[i].Results();
                if (next < starts.Count)
                    searches[i].Begin(starts[next], next++, beam);
                else
                    (searches[i], searches[--running]) = (searches[running], searches[i]);
            }
        }
        return results;
    }

    void Check(IReadOnlyList<PredictionStream> starts)
    {
        ArgumentNullException.ThrowIfNull(starts);
        for (int i = 0; i < starts.Count; i++)
            if (starts[i].Predictor != Predictor)
                throw new ArgumentException($"Stream {i} is one of {starts[i].Predictor.Name}, of another predictor than that of this decoder.", nameof(starts));
    }

    /// <summary>A stream that stands where another stands, and that may be changed.</summary>
    PredictionStream Take(PredictionStream start)
    {
        if (pool.Count == 0)
            return start.Fork();
        PredictionStream stream = pool[^1];
        pool.RemoveAt(pool.Count - 1);
        stream.CopyFrom(start);
        return stream;
    }

    void Reserve(int count)
    {
        if (streams.Length < count)
            (streams, steps, answers) = (new PredictionStream[count], new float[count * Predictor.InputWidth], new float[count * Predictor.OutputWidth]);
    }

    Span<float> Step(int stream) => steps.AsSpan(stream * Predictor.InputWidth, Predictor.InputWidth);

    void MakeSteps(int count) =>
        Predictor.Step(streams.AsSpan(0, count), steps.AsSpan(0, count * Predictor.InputWidth), answers.AsSpan(0, count * Predictor.OutputWidth));

    /// <summary>The symbols' logits in a stream's answer.</summary>
    internal Span<float> LogitsOf(int stream) => answers.AsSpan(stream * Predictor.OutputWidth, Symbols);

    /// <summary>The other values of a stream's answer.</summary>
    internal ReadOnlySpan<float> BesideOf(int stream) => answers.AsSpan(stream * Predictor.OutputWidth + Symbols, Beside);

    /// <summary>The logarithm of the sum of the logits' exponentials.</summary>
    internal double LogSumExp(ReadOnlySpan<float> logits) => SymbolScores.LogSumExp(logits, scratch);

    /// <summary>Sets the logits of symbols that may not come next to minus infinity.</summary>
    /// <param name="source">The index of the stream among those that are decoded together.</param>
    /// <param name="length">The number of symbols before.</param>
    /// <param name="before">The symbols before. They are read only if there is a constraint.</param>
    /// <param name="logits">The logits.</param>
    internal void Limit(int source, int length, ReadOnlySpan<int> before, Span<float> logits)
    {
        if (Options.End >= 0 && length < Options.LeastSymbols)
            logits[Options.End] = float.NegativeInfinity;
        if (Options.Constraint is not { } constraint)
            return;
        allowed.AsSpan().Fill(true);
        constraint(source, before, allowed);
        for (int symbol = 0; symbol < allowed.Length; symbol++)
            if (!allowed[symbol])
                logits[symbol] = float.NegativeInfinity;
    }
}
