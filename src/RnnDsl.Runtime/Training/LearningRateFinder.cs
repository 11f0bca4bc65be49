using System.Globalization;
using System.Text;
using RnnDsl.Execution;
using RnnDsl.Memory;
using RnnDsl.Sequences;

namespace RnnDsl.Training;

/// <summary>The result of a scan of learning rates.</summary>
/// <param name="Points">Each rate that was tried, and its smoothed loss.</param>
/// <param name="Suggested">A tenth of the rate with the lowest loss. There the loss still falls quickly, and the rate is far from where the loss rises. NaN if the loss fell at no rate, which no optimizer takes;
/// <see cref="Findings"/> has the reason.</param>
public sealed record LearningRateScan(IReadOnlyList<(double Rate, double Loss)> Points, double Suggested)
{
    /// <summary>Why the suggestion may be none, with a sentence for each reason: the loss was still lowest at the end of the rates, or it did not fall. Empty where the scan has shown from which rate on the loss
    /// rises.</summary>
    public IReadOnlyList<string> Findings { get; init; } = [];

    /// <summary>Some of the points as a plot of characters, the suggestion, and what was found.</summary>
    public override string ToString()
    {
        double least = Points.Min(p => p.Loss), most = Math.Min(Points.Max(p => p.Loss), 2 * Points[0].Loss);
        var text = new StringBuilder("    rate       loss\n");
        foreach ((double rate, double loss) in Points.Where((_, i) => i % Math.Max(1, Points.Count / 20) == 0))
        {
            int bar = most > least ? (int)(40 * Math.Clamp((loss - least) / (most - least), 0, 1)) : 0;
            text.Append(CultureInfo.InvariantCulture, $"{rate,8:G2}  {loss,9:G5}  {new string('#', bar)}\n");
        }
        if (!double.IsNaN(Suggested))
            text.Append(CultureInfo.InvariantCulture, $"Suggested: {Suggested:G2}\n");
        return text.AppendJoin('\n', Findings).ToString().TrimEnd('\n');
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

    /// <summary>The part of the first losses by which the loss must fall at least, and the number of their standard deviations.</summary>
    const double LeastFall = 1e-3, LeastDeviations = 2;

    /// <inheritdoc cref="Scan(ITrainable, Optimizer, Dataset, int, double, double, int, string, int)"/>
    public static LearningRateScan Scan(Module model, Optimizer optimizer, Dataset train, int batchSize = 32, double from = 1e-6, double to = 1, int steps = 100, string method = "Loss", int seed = 0) =>
        Scan(new WholeModule(model), optimizer, train, batchSize, from, to, steps, method, seed);

    /// <summary>Tries rates that rise by equal factors, one for each training step. The parameters of the model, and the rate and memory of the optimizer, are restored afterwards.</summary>
    /// <param name="model">The model to train.</param>
    /// <param name="optimizer">The optimizer that will train the model, or another of its kind. Its rate and its memory of earlier steps have no influence.</param>
    /// <param name="train">The training data.</param>
    /// <param name="batchSize">The batch size of the training.</param>
    /// <param name="from">The smallest rate.</param>
    /// <param name="to">The largest rate.</param>
    /// <param name="steps">The number of rates, at least 10; 100 is usual.</param>
    /// <param name="method">The name of the loss.</param>
    /// <param name="seed">The seed of the order of the examples.</param>
    /// <exception cref="ArgumentException">The rates are not positive and rising, or there are no examples.</exception>
    /// <exception cref="DivergenceException">The loss was not finite at the smallest rate.</exception>
    /// <exception cref="InvalidOperationException">The optimizer remembers the steps of another model, or makes those of a <see cref="Trainer.Fit(Dataset, Dataset?, CancellationToken)"/> that has not ended.</exception>
    public static LearningRateScan Scan(ITrainable model, Optimizer optimizer, Dataset train, int batchSize = 32, double from = 1e-6, double to = 1, int steps = 100, string method = "Loss", int seed = 0)
    {
        if (!(from > 0 && to > from && double.IsFinite(to)))
            throw new ArgumentException(FormattableString.Invariant($"The rates go from {from} to {to}: they must be above zero and rise."), nameof(from));
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(optimizer);
        ArgumentNullException.ThrowIfNull(train);
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 10);
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        if (train.Count == 0)
            throw new ArgumentException("There are no examples to train on.", nameof(train));
        float[] before = model.Parameters.Snapshot();
        bool isUsed = optimizer.Remembers(model.Parameters);
        OptimizerMemory memory = optimizer.Remember(model.Parameters);
        (TrainingRun? run, double rate) = (optimizer.Run, optimizer.LearningRate);
        if (run is { IsRunning: true })
            throw new InvalidOperationException($"This {optimizer.GetType().Name} is used by a {nameof(Trainer.Fit)} that has not ended.");
        try
        {
            optimizer.Reset();
            (List<(double Rate, double Loss)> points, List<double> losses) = Run(model, optimizer, train, Math.Min(batchSize, train.Count), from, to, steps, method, seed);
            return ScanOf(points, losses, steps);
        }
        finally
        {
            model.Parameters.Restore(before);
            model.Apply();
            optimizer.LearningRate = rate;
            optimizer.Reset();
            if (isUsed)
            {
                optimizer.Resume(model.Parameters, memory);
                optimizer.Run = run;
            }
        }
    }

    /// <summary>Trains.</summary>
    /// <returns>The rates and their smoothed losses, and the losses of the batches themselves.</returns>
    static (List<(double Rate, double Loss)> Points, List<double> Losses) Run(ITrainable model, Optimizer optimizer, Dataset train, int batchSize, double from, double to, int steps, string method, int seed)
    {
        var points = new List<(double Rate, double Loss)>();
        var losses = new List<double>();
        using var trainer = new Trainer(model, optimizer) { Method = method, ClipNorm = 1, Seed = seed };
        int[] order = [.. Enumerable.Range(0, train.Count)];
        var random = new RandomStream(seed, "learning rates");
        double mean = 0, weight = 0, least = double.PositiveInfinity;
        for (int step = 0, at = order.Length; step < steps; step++, at += batchSize)
        {
            if (at > order.Length - batchSize)
            {
                random.Shuffle<int>(order);
                at = 0;
            }
            optimizer.LearningRate = from * Math.Pow(to / from, (double)step / (steps - 1));
            double loss;
            try
            {
                loss = trainer.TrainStep(train, order.AsSpan(at, batchSize));
            }
            catch (DivergenceException) when (points.Count > 1)
            {
                break;
            }
            losses.Add(loss);
            (mean, weight) = (Smoothing * mean + (1 - Smoothing) * loss, Smoothing * weight + 1 - Smoothing);
            points.Add((optimizer.LearningRate, mean / weight));
            least = Math.Min(least, mean / weight);
            if (mean / weight > Ends * Math.Abs(least) + 1e-12 && points.Count > 10)
                break;
        }
        return (points, losses);
    }

    static LearningRateScan ScanOf(List<(double Rate, double Loss)> points, List<double> losses, int steps)
    {
        int lowest = points.IndexOf(points.MinBy(p => p.Loss));
        // The first rates move next to nothing: these losses differ because their batches do.
        double[] first = [.. losses.Take(Math.Clamp(steps / 4, 3, 10))];
        double mean = first.Average(), deviation = Math.Sqrt(first.Sum(loss => (loss - mean) * (loss - mean)) / first.Length);
        if (!(mean - points[lowest].Loss > Math.Max(LeastFall * Math.Abs(mean), LeastDeviations * deviation)))
            return new LearningRateScan(points, double.NaN)
            {
                Findings = ["The loss fell at no rate by more than the losses of batches differ, so that there is no suggestion: look whether inputs and targets are scaled to about -1 .. 1, whether the parameters " +
                    "have a gradient, and whether the inputs tell anything of the target, or take larger batches."],
            };
        // The smoothed loss rises this much later than the loss.
        bool ends = points.Count == steps && points.Count - lowest <= 1 / (1 - Smoothing);
        return new LearningRateScan(points, points[lowest].Rate / 10)
        {
            Findings = ends ? [FormattableString.Invariant($"The loss was lowest at the end of the rates, at {points[lowest].Rate:G2}, ") +
                "so that none was seen to be too large: scan to a larger rate, or take more steps."] : [],
        };
    }
}
