using RnnDsl.CompilerServices;
using RnnDsl.Execution;
using RnnDsl.Sequences;

namespace RnnDsl.Metrics;

/// <summary>
/// Forecasts that need no model: what any model has to beat. They read the history before a target from the target column's own
/// buffer, as <see cref="Windows"/> lays it out, and return [examples × horizon × targets] in the units of that buffer.
/// </summary>
public static class Baselines
{
    /// <summary>Repeats the last value before the forecast.</summary>
    public static float[] LastValue(Column target) => Seasonal(target, 1);

    /// <summary>The value one season before; for steps beyond the first season, the last season known repeated.</summary>
    /// <param name="target">A vector column of windows.</param>
    /// <param name="season">Rows per season: 24 for hourly values with a daily rhythm.</param>
    /// <exception cref="ArgumentException">The history before the first target is shorter than a season.</exception>
    public static float[] Seasonal(Column target, int season)
    {
        int targets = CheckTarget(target);
        ArgumentOutOfRangeException.ThrowIfLessThan(season, 1);
        ReadOnlySpan<float> values = target.Values.Span;
        var result = new float[checked(target.Count * target.Width)];
        for (int example = 0, i = 0; example < target.Count; example++)
        {
            int first = target.Starts[example] - season * targets;
            if (first < 0)
                throw new ArgumentException(
                    $"Example {example} has {target.Starts[example] / targets} rows of history, fewer than a season of {season}.",
                    nameof(target));
            for (int j = 0; j < target.Width; j++, i++)
                result[i] = values[first + j % (season * targets)];
        }
        return result;
    }

    /// <summary>The mean of each target over all rows up to the last training target.</summary>
    public static float[] Mean(Column training, Column target)
    {
        int targets = CheckTarget(target);
        ReadOnlySpan<float> history = History(training, targets);
        var means = new double[targets];
        for (int i = 0; i < history.Length; i++)
            means[i % targets] += history[i];
        for (int i = 0; i < targets; i++)
            means[i] /= history.Length / targets;
        var result = new float[checked(target.Count * target.Width)];
        for (int i = 0; i < result.Length; i++)
            result[i] = (float)means[i % targets];
        return result;
    }

    /// <summary>Mean absolute difference of values a season apart over the training rows: a model's mean absolute error divided by
    /// it is its MASE (Hyndman &amp; Koehler 2006).</summary>
    public static double SeasonalError(Column training, int season)
    {
        int targets = CheckTarget(training);
        ReadOnlySpan<float> history = History(training, targets);
        int shift = checked(season * targets);
        if (season < 1 || shift >= history.Length)
            throw new ArgumentException(
                $"The training part has {history.Length / targets} rows, not more than a season of {season}.", nameof(season));
        double sum = 0;
        for (int i = shift; i < history.Length; i++)
            sum += Math.Abs((double)history[i] - history[i - shift]);
        return sum / (history.Length - shift);
    }

    static ReadOnlySpan<float> History(Column training, int targets)
    {
        if (CheckTarget(training) != targets || training.Count == 0)
            throw new ArgumentException($"Column '{training.Name}' has no examples, or other targets.", nameof(training));
        return training.Values.Span[..(training.Starts.Max() + training.Width)];
    }

    /// <summary>Values per row of the target's buffer.</summary>
    static int CheckTarget(Column target) => target.Kind == ValueKind.Vector && target.Stride > 0 && target.Width % target.Stride == 0
        ? target.Stride
        : throw new ArgumentException($"Column '{target.Name}' is not a vector target of windows.", nameof(target));
}
