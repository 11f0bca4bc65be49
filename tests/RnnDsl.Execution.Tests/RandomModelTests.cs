using Xunit.Abstractions;

namespace RnnDsl.Execution.Tests;

/// <summary>Random models: layers and parameters shared between uses, sums of losses, penalties; a class of its own, so that they run beside the cells.</summary>
public class RandomModelTests(ITestOutputHelper log)
{
    /// <summary>More and other models: RNNDSL_RANDOM_MODELS=500 RNNDSL_RANDOM_SEED=7.</summary>
    [Fact]
    public void Random_models_equal_their_equations() => new RandomRun(log.WriteLine).All("models", RandomRun.Models(RandomRun.Setting("RNNDSL_RANDOM_MODELS") ?? 24));

    /// <summary>The same models over sequences of several lengths.</summary>
    [Fact]
    public void Random_models_over_several_lengths_equal_their_equations() =>
        new RandomRun(log.WriteLine).All("models of several lengths", RandomRun.Axes(RandomRun.Setting("RNNDSL_RANDOM_MODELS") ?? 18));

    /// <summary>The same models over one-hot inputs.</summary>
    [Fact]
    public void Random_models_over_one_hot_inputs_equal_their_equations() =>
        new RandomRun(log.WriteLine).All("one-hot models", RandomRun.OneHots(RandomRun.Setting("RNNDSL_RANDOM_MODELS") ?? 18));
}
