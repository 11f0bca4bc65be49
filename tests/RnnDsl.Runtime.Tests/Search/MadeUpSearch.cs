using RnnDsl.Search;
using RnnDsl.Tests.Training;
using RnnDsl.Training;

namespace RnnDsl.Tests.Search;

/// <summary>A search over small trainings, with conditional ranges, trials that stop early and trials that diverge.</summary>
static class MadeUpSearch
{
    public static readonly SearchSpace Space = new(
        SearchRange.LogUniform("rate", 1e-3, 1e3),
        SearchRange.LogInteger("batch", 2, 32),
        SearchRange.Choice("optimizer", "AdamW", "SGD"),
        SearchRange.Uniform("momentum", 0, 0.95).When("optimizer", "SGD"));

    static readonly Sequences.Dataset Data = LinearModule.Data(60, 5, 3, 1, noise: 1), Validation = LinearModule.Data(20, 5, 3, 1, noise: 0.1);

    public static void Train(Trial trial) => Train(trial, 0);

    public static void Train(Trial trial, int milliseconds)
    {
        double rate = trial.Number("rate");
        Optimizer optimizer = trial.Choice("optimizer") == "SGD" ? new Sgd(rate) { Momentum = trial.Number("momentum") } : new AdamW(rate);
        using var trainer = new Trainer(new LinearModule(5, 3, trial.Seed), optimizer) { Epochs = 9, BatchSize = trial.Integer("batch"), Seed = trial.Seed, Threads = 1 };
        // So that the order in which trials end is another one in each run.
        trainer.EpochDone += _ => Thread.Sleep(milliseconds == 0 ? 0 : Random.Shared.Next(milliseconds));
        trial.Fit(trainer, Data, Validation);
    }

    public static HyperparameterSearch Make(Action<Trial>? run = null, string? file = null, int threads = 1, int trials = 30, int sideBySide = 4, int seed = 1) => new(Space, run ?? Train)
    {
        Trials = trials, Seed = seed, SideBySide = sideBySide, Threads = threads, File = file, Stopping = new SuccessiveHalving(), Sampler = new TpeSampler { Startup = 6 },
    };

    /// <summary>All that must not depend on time.</summary>
    public static string[] Text(SearchResult result) => [.. result.Trials.Select(t =>
        FormattableString.Invariant($"{t.Number} {t.Seed} {t.State} {t.Message} {string.Join(' ', t.Values.Numbers.ToArray().Select(BitConverter.DoubleToInt64Bits))} {string.Join(' ', t.Reports.Select(BitConverter.DoubleToInt64Bits))}"))];
}
