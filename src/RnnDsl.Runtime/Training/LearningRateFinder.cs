using System.Globalization;
using System.Text;
using RnnDsl.Execution;
using RnnDsl.Memory;
using RnnDsl.Sequences;

namespace RnnDsl.Training;

/// <summary>The result of a scan of learning rates.</summary>
/// <param name="Points">Each rate that was tried, and its smoothed loss.</param>
/// <param name="Suggested">A tenth of the rate with the lowest loss. There the loss still falls quickly, and the rate is far from where the loss rises.</param>
public sealed record LearningRateScan(IReadOnlyList<(double Rate, double Loss)> Points, double Suggested)
{
    /// <summary>Some of the points as a plot of characters, and the suggestion.</summary>
    public override string ToString()
    {
        double least = Points.Min(p => p.Loss), most = Math.Min(Points.Max(p => p.Loss), 2 * Points[0].Loss);
        var text = new StringBuilder("    rate       loss\n");
        foreach ((double rate, double loss) in Points.Where((_, i) => i % Math.Max(1, Points.Count / 20) == 0))
        {
            int bar = most > least ? (int)(40 * Math.Clamp((loss - least) / (most - least), 0, 1)) : 0;
            text.Append(CultureInfo.InvariantCulture, $"{rate,8:G2}  {loss,9:G5}  {new string('#', bar)}\n");
        }
        return text.Append(CultureInfo.InvariantCulture, $"Suggested: {Suggested:G2}").ToString();
    }
}

/// <summary>
/// Finds an initial learning rate (Smith 2017, "Cyclical learning rates for training neural networks", section 3.3): it trains for some steps while the rate rises from far too
/// small to far too large, and finds the lowest loss.
/// </summary>
public static class LearningRateFinder
{
    /// <summary>The weight of the past in the smoothed loss.</summary>
    const double Smoothing = 0.9;

    /// <summary>The scan ends if the loss is this number of times the lowest loss.</summary>
    const double Ends = 4;

    /// <inheritdoc cref="Scan(ITrainable, Optimizer, Dataset, int, double, double, int, string, int)"/>
    public static LearningRateScan Scan(Module model, Optimizer optimizer, Dataset train, int batchSize = 32, double from = 1e-6, double to = 1, int steps = 100, string method = "Loss", int seed = 0) =>
        Scan(new WholeModule(model), optimizer, train, batchSize, from, to, steps, method, seed);

    /// <summary>Tries rates that rise by equal factors, one for each training step. The model's parameters are restored afterwards.</summary>
    /// <param name="model">The model to train.</param>
    /// <param name="optimizer">An optimizer made for this scan, of the kind that will train the model. Its rate is not read. It must not be used again.</param>
    /// <param name="train">The training data.</param>
    /// <param name="batchSize">The batch size of the training.</param>
    /// <param name="from">The smallest rate.</param>
    /// <param name="to">The largest rate.</param>
    /// <param name="steps">The number of rates, at least 10; 100 is usual.</param>
    /// <param name="method">The name of the loss.</param>
    /// <param name="seed">The seed of the order of the examples.</param>
    /// <exception cref="ArgumentException">The rates are not positive and rising, or there are no examples.</exception>
    /// <exception cref="DivergenceException">The loss was not finite at the smallest rate.</exception>
    public static LearningRateScan Scan(ITrainable model, Optimizer optimizer, Dataset train, int batchSize = 32, double from = 1e-6, double to = 1, int steps = 100, string method = "Loss", int seed = 0)
    {
        if (!(from > 0 && to > from && double.IsFinite(to)))
            throw new ArgumentException(FormattableString.Invariant($"The rates go from {from} to {to}: they must be above zero and rise."), nameof(from));
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 10);
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        if (train.Count == 0)
            throw new ArgumentException("There are no examples to train on.", nameof(train));
        float[] before = model.Parameters.Snapshot();
        var points = new List<(double Rate, double Loss)>();
        using var trainer = new Trainer(model, optimizer) { Method = method, ClipNorm = 1, Seed = seed };
        try
        {
            int[] order = [.. Enumerable.Range(0, train.Count)];
            var random = new RandomStream(seed, "learning rates");
            double mean = 0, weight = 0, least = double.PositiveInfinity;
            for (int step = 0, at = order.Length; step < steps; step++, at += batchSize)
            {
                if (at + batchSize > order.Length)
                {
                    random.Shuffle<int>(order);
                    at = 0;
                }
                optimizer.LearningRate = from * Math.Pow(to / from, (double)step / (steps - 1));
                double loss;
                try
                {
                    loss = trainer.TrainStep(train, order.AsSpan(at, Math.Min(batchSize, order.Length)));
                }
                catch (DivergenceException) when (points.Count > 0)
                {
                    break;
                }
                (mean, weight) = (Smoothing * mean + (1 - Smoothing) * loss, Smoothing * weight + 1 - Smoothing);
                points.Add((optimizer.LearningRate, mean / weight));
                least = Math.Min(least, mean / weight);
                if (mean / weight > Ends * Math.Abs(least) + 1e-12 && points.Count > 10)
                    break;
            }
        }
        finally
        {
            model.Parameters.Restore(before);
            model.Apply();
        }
        return new LearningRateScan(points, points.MinBy(p => p.Loss).Rate / 10);
    }
}
