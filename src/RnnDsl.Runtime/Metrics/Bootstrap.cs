using System.Globalization;
using RnnDsl.Memory;

namespace RnnDsl.Metrics;

/// <summary>A score and its confidence interval.</summary>
/// <param name="Value">The score of the examples themselves.</param>
/// <param name="Low">Lower end of the interval.</param>
/// <param name="High">Upper end of the interval.</param>
/// <param name="Level">The confidence: 0.95.</param>
/// <param name="Resamples">Number of draws from which the ends were taken: those whose score was not NaN.</param>
public readonly record struct ConfidenceInterval(double Value, double Low, double High, double Level, int Resamples)
{
    /// <summary>As "0.9123 (95 %: 0.9011 to 0.9230)".</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Value:F4} ({100 * Level:0.##} %: {Low:F4} to {High:F4})");
}

/// <summary>
/// Confidence intervals by the bootstrap (Efron 1979): each draw takes as many examples as there are, with replacement, and the ends of the interval are percentiles of the scores of these
/// draws. The draws depend on the seed alone.
/// </summary>
public static class Bootstrap
{
    /// <summary>The percentile interval of any score.</summary>
    /// <param name="count">Number of examples, or of sentences or documents if their parts must be drawn together.</param>
    /// <param name="measure">The score of the examples with these numbers. Some numbers occur several times, others never. A draw whose score is NaN is left out.</param>
    /// <param name="level">The confidence level of the interval, between 0 and 1.</param>
    /// <param name="resamples">Number of draws.</param>
    /// <param name="seed">The seed of the draws.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no example or no draw, or the level is not between 0 and 1.</exception>
    public static ConfidenceInterval Interval(int count, Func<ReadOnlySpan<int>, double> measure, double level = 0.95, int resamples = 1000, int seed = 0)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        var drawn = new int[count];
        for (int i = 0; i < count; i++)
            drawn[i] = i;
        return Interval(measure(drawn), Draw, level, resamples, seed);

        double Draw(RandomStream random)
        {
            for (int i = 0; i < drawn.Length; i++)
                drawn[i] = random.Below(drawn.Length);
            return measure(drawn);
        }
    }

    /// <summary>The interval of a score that makes its own draws.</summary>
    internal static ConfidenceInterval Interval(double value, Func<RandomStream, double> draw, double level, int resamples, int seed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(resamples, 1);
        if (!(level > 0 && level < 1))
            throw new ArgumentOutOfRangeException(nameof(level), level, "The level of an interval lies between 0 and 1.");
        var random = new RandomStream(seed, "bootstrap");
        var scores = new List<double>(resamples);
        for (int i = 0; i < resamples; i++)
            if (draw(random) is var score && !double.IsNaN(score))
                scores.Add(score);
        scores.Sort();
        return new ConfidenceInterval(value, Percentile(scores, (1 - level) / 2), Percentile(scores, (1 + level) / 2), level, scores.Count);
    }

    /// <summary>The percentile with linear interpolation between two scores, as in NumPy; NaN if there is no score.</summary>
    static double Percentile(List<double> sorted, double part)
    {
        if (sorted.Count == 0)
            return double.NaN;
        double at = part * (sorted.Count - 1);
        int below = Math.Min((int)at, sorted.Count - 1), above = Math.Min(below + 1, sorted.Count - 1);
        // The difference of two infinite scores is no number.
        return sorted[below] == sorted[above] || at == below ? sorted[below] : sorted[below] + (at - below) * (sorted[above] - sorted[below]);
    }
}
