using System.Numerics.Tensors;

namespace RnnDsl.Prediction;

/// <summary>Draws symbols from a model's scores. After the first symbol it allocates nothing. It takes one caller at a time.</summary>
/// <example><code>
/// var sampler = new Sampler(new SamplingOptions { Temperature = 0.8, Nucleus = 0.95 }, seed: 1);
/// for (int symbol = first, i = 0; i &lt; 100; i++)
/// {
///     stream.Step([symbol], logits);
///     written.Add(symbol = sampler.Next(logits, CollectionsMarshal.AsSpan(written)));
/// }
/// </code></example>
public sealed class Sampler
{
    readonly SamplingOptions options;
    readonly Random random;
    float[] scores = [], sorted = [];
    int[] symbols = [];
    bool[] repeated = [];

    /// <param name="options">How to draw.</param>
    /// <param name="seed">The seed of the draws. Equal seeds and equal scores give equal symbols.</param>
    /// <exception cref="ArgumentException">A value of the options is outside its range; the message names it.</exception>
    public Sampler(SamplingOptions options, int seed)
    {
        options.Check();
        (this.options, random) = (options, new Random(seed));
    }

    /// <summary>The next symbol.</summary>
    /// <param name="logits">A logit, or a logarithm of a probability, for each symbol. Minus infinity: the symbol is not allowed.</param>
    /// <param name="before">The symbols before, the last one last. Only the repetition penalty reads them.</param>
    /// <exception cref="ArgumentException">A logit is NaN or plus infinity, or no symbol is allowed.</exception>
    public int Next(ReadOnlySpan<float> logits, ReadOnlySpan<int> before = default)
    {
        Reserve(logits.Length);
        Span<float> own = scores.AsSpan(0, logits.Length);
        logits.CopyTo(own);
        Penalize(own, before);
        int best = SymbolScores.Best(own);
        if (options.Temperature == 0)
            return best;
        // Divided after the largest was taken away, so that no temperature overflows. A difference that is infinite leaves the symbol out.
        float most = own[best], divisor = (float)Math.Max(options.Temperature, 1e-30);
        for (int i = 0; i < own.Length; i++)
            own[i] = MathF.Exp((own[i] - most) / divisor);
        int count = KeepTop(own);
        return count == 0 ? Draw(own) : symbols[Draw(sorted.AsSpan(0, count))];
    }

    void Reserve(int count)
    {
        if (scores.Length < count)
            (scores, sorted, symbols, repeated) = (new float[count], new float[count], new int[count], new bool[count]);
    }

    void Penalize(Span<float> own, ReadOnlySpan<int> before)
    {
        if (options.RepetitionPenalty == 1)
            return;
        if (options.RepetitionWindow > 0 && before.Length > options.RepetitionWindow)
            before = before[^options.RepetitionWindow..];
        float penalty = (float)options.RepetitionPenalty;
        foreach (int symbol in before)
            if ((uint)symbol < (uint)own.Length && !repeated[symbol])
            {
                repeated[symbol] = true;
                own[symbol] = own[symbol] > 0 ? own[symbol] / penalty : own[symbol] * penalty;
            }
        foreach (int symbol in before)
            if ((uint)symbol < (uint)own.Length)
                repeated[symbol] = false;
    }

    /// <summary>Sorts the weights from which is drawn into <see cref="sorted"/>, and their symbols into <see cref="symbols"/>.</summary>
    /// <returns>Their number; 0 if it is drawn from all.</returns>
    int KeepTop(ReadOnlySpan<float> weights)
    {
        if (options.Nucleus == 1 && (options.TopK == 0 || options.TopK >= weights.Length))
            return 0;
        // All symbols below this weight have together less than what the nucleus leaves out, so it has none of them.
        double floor = options.TopK > 0 ? 0 : (1 - options.Nucleus) * TensorPrimitives.Sum(weights) / weights.Length;
        int count = 0;
        for (int symbol = 0; symbol < weights.Length; symbol++)
            if (weights[symbol] > 0 && weights[symbol] >= floor)
                (sorted[count], symbols[count++]) = (-weights[symbol], symbol);
        // By falling weight. Equal weights stand in the order in which the sort leaves them, which is the same for the same scores.
        sorted.AsSpan(0, count).Sort(symbols.AsSpan(0, count));
        if (options.TopK > 0)
            count = Math.Min(count, options.TopK);
        TensorPrimitives.Negate(sorted.AsSpan(0, count), sorted.AsSpan(0, count));
        // The nucleus is one of what the largest leave, or of all, whose rare symbols the floor has left out of the list.
        double all = options.TopK > 0 ? TensorPrimitives.Sum(sorted.AsSpan(0, count)) : TensorPrimitives.Sum(weights), sum = 0;
        for (int i = 0; i < count; i++)
            if ((sum += sorted[i]) >= options.Nucleus * all)
                return i + 1;
        return count;
    }

    int Draw(ReadOnlySpan<float> weights)
    {
        double sum = 0;
        foreach (float weight in weights)
            sum += weight;
        double left = random.NextDouble() * sum;
        int last = 0;
        for (int i = 0; i < weights.Length; i++)
            if (weights[i] > 0)
            {
                last = i;
                if ((left -= weights[i]) < 0)
                    break;
            }
        return last;
    }
}
