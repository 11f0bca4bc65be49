using RnnDsl.Continual;
using RnnDsl.Sequences;
using RnnDsl.Training;

namespace RnnDsl.Examples.ContinualLearning;

/// <summary>A forecaster that looks after itself: the regime of its series changes, and it learns the new one.</summary>
static class Maintenance
{
    public static void Run(int seed, int threads, CancellationToken cancellation)
    {
        var model = new SeriesModel(feature: 1, hidden: 24, horizon: 6, seed);
        Dataset known = MadeUp.Regime(0, 420, 1), reference = MadeUp.Regime(0, 3000, 2, stride: 12);
        var learner = new ContinualLearner(() => new Trainer(model, new AdamW(5e-3) { WeightDecay = 0 }) { Epochs = 20, BatchSize = 16, ClipNorm = 1, Seed = seed, Threads = threads }, new ReplayStrategy(new ExampleMemory(60, seed: seed)));
        learner.Learn("the first regime", known, cancellation: cancellation);
        cancellation.ThrowIfCancellationRequested();
        Metric score = Metric.MinusRmse(model, "y");

        using var maintained = new MaintainedModel(learner, reference) { UpdateExamples = 120 };
        Console.WriteLine($"A forecaster that looks after itself. The regime changes on day 21.");
        for (int day = 1; day <= 40; day++)
            if (maintained.Observe(MadeUp.Regime(day <= 20 ? 0 : 1, 258, 1000 + day, stride: 12), $"day {day}", cancellation) is { } record)
                Console.WriteLine($"  {record}");
        Console.WriteLine(FormattableString.Invariant($"RMSE at the end: {-score.Measure(MadeUp.Regime(0, 320, 3)):F3} in the old regime, {-score.Measure(MadeUp.Regime(1, 320, 4)):F3} in the new one; {maintained.Records.Count} decisions in {maintained.Seen} examples."));
    }
}
