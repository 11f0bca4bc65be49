using RnnDsl.Continual;
using RnnDsl.Memory;
using RnnDsl.Sequences;

namespace RnnDsl.Tests.Continual;

/// <summary>How often the tests for drift are wrong, and how soon they are right.</summary>
public class DriftTests
{
    /// <summary>A skewed loss with a long tail, whose scale is given.</summary>
    static double Loss(RandomStream random, double scale) => scale * Math.Exp(random.Normal());

    /// <summary>300 streams of 2,000 losses without drift, 600,000 losses in all.</summary>
    [Theory]
    [InlineData(0.002, 3)]
    [InlineData(0.05, 15)]
    public void Losses_without_drift_seldom_give_an_alarm(double delta, int most)
    {
        int alarms = 0;
        for (int seed = 0; seed < 300; seed++)
        {
            var random = new RandomStream(seed, "losses");
            var drift = new LossDrift([.. Enumerable.Range(0, 200).Select(_ => Loss(random, 1))], delta);
            for (int i = 0; i < 2000; i++)
                alarms += drift.Add(Loss(random, 1)) ? 1 : 0;
        }
        Assert.InRange(alarms, 0, most);
    }

    [Fact]
    public void A_loss_that_rises_is_found_soon_and_one_that_falls_is_none()
    {
        var delays = new List<double>();
        for (int seed = 0; seed < 100; seed++)
        {
            var random = new RandomStream(seed, "losses");
            var drift = new LossDrift([.. Enumerable.Range(0, 200).Select(_ => Loss(random, 1))]);
            for (int i = 0; i < 500; i++)
                drift.Add(Loss(random, 1));
            int delay = 0;
            while (!drift.Add(Loss(random, 3)))
                Assert.InRange(++delay, 0, 300);
            delays.Add(delay);
            // The window is the part after the change, to about its length.
            Assert.InRange(drift.Count, 1, delay + 64);
        }
        Assert.InRange(Made.Median(delays), 8, 60);

        var falling = new RandomStream(1, "losses");
        var watched = new LossDrift([.. Enumerable.Range(0, 200).Select(_ => Loss(falling, 1))]);
        Assert.DoesNotContain(Enumerable.Range(0, 1000), _ => watched.Add(Loss(falling, 0.2)));
        Assert.InRange(watched.MeanRank, 0, 0.2);
    }

    [Fact]
    public void The_window_of_Adwin_follows_the_mean_in_both_directions()
    {
        var random = new RandomStream(1, "bits");
        var window = new Adwin();
        foreach (double mean in new[] { 0.2, 0.7, 0.3 })
        {
            int found = 0;
            for (int i = 0; i < 2000; i++)
                found += window.Add(random.Uniform() < mean ? 1 : 0) ? 1 : 0;
            Assert.Equal(mean, window.Mean, 0.05);
            Assert.Equal(mean == 0.2 ? 0 : 1, Math.Min(found, 1));
        }
        Assert.InRange(window.Count, 1000, 2100);
        Assert.Throws<ArgumentOutOfRangeException>(() => window.Add(1.5));
        Assert.Throws<ArgumentOutOfRangeException>(() => window.Add(double.NaN));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Adwin(0));
    }

    /// <summary>Distances by hand; p-values of scipy.stats.ks_2samp(method="asymp") differ by Stephens' correction alone.</summary>
    [Fact]
    public void The_distance_of_Kolmogorov_and_Smirnov()
    {
        Assert.Equal(0.5, KolmogorovSmirnov.Test([1, 2, 3, 4], [3, 4, 5, 6]).Statistic, 1e-12);
        Assert.Equal((1, 0), (KolmogorovSmirnov.Test([1, 2], [3]).Statistic, KolmogorovSmirnov.Test([1, 1, 2], [2, 1, 1]).Statistic));
        Assert.Equal(1, KolmogorovSmirnov.Test([1, 1, 2], [2, 1, 1]).PValue);
        // The limiting distribution at 1.3581 is 0.95.
        double[] a = [.. Enumerable.Range(0, 10000).Select(i => (double)i)], b = [.. Enumerable.Range(0, 10000).Select(i => i + 190.2)];
        Assert.Equal(0.05, KolmogorovSmirnov.Test(a, b).PValue, 0.003);
        Assert.Throws<ArgumentException>(() => KolmogorovSmirnov.Test([], [1]));
        Assert.Throws<ArgumentException>(() => KolmogorovSmirnov.Test([double.NaN], [1]));
    }

    static Dataset Inputs(RandomStream random, int count, double shift) => new(
        Column.Vectors("v", [.. Enumerable.Range(0, count).Select(_ => Enumerable.Range(0, 6).Select(u => (float)(random.Normal() + (u == 4 ? shift : 0))).ToArray())]),
        Column.Sequences("s", 2, [.. Enumerable.Range(0, count).Select(_ => Enumerable.Range(0, 8).Select(_ => (float)random.Normal()).ToArray())]),
        Column.OneHot("label", 3, [.. Enumerable.Range(0, count).Select(_ => random.Below(3))]));

    [Fact]
    public void Inputs_of_several_columns_give_false_alarms_as_often_as_was_said_and_a_shift_is_found()
    {
        int alarms = 0, found = 0;
        for (int seed = 0; seed < 1000; seed++)
        {
            var random = new RandomStream(seed, "inputs");
            var drift = new InputDrift(Inputs(random, 100, 0), "v", "s", "label");
            alarms += drift.Test(Inputs(random, 60, 0), alpha: 0.05).Count > 0 ? 1 : 0;
            if (seed >= 100)
                continue;
            IReadOnlyList<InputChange> changes = drift.Test(Inputs(random, 60, 1), alpha: 0.05);
            found += changes.Count > 0 && changes[0] is { Column: "v", Unit: 4 } ? 1 : 0;
        }
        // 1,000 tests at 5 %, with a deviation of 7. The test is a little on the safe side.
        Assert.InRange(alarms, 15, 71);
        Assert.InRange(found, 95, 100);
    }

    [Fact]
    public void Recent_examples_have_the_form_of_the_reference_and_a_loss_is_a_number()
    {
        var random = new RandomStream(1, "inputs");
        var drift = new InputDrift(Inputs(random, 20, 0), "v", "s");
        Dataset Vectors(int width) => new(Column.Vectors("v", [.. Enumerable.Range(0, 20).Select(_ => new float[width])]), Inputs(random, 20, 0)["s"]);
        foreach (int width in new[] { 5, 7 })
            Assert.StartsWith($"Column 'v' has 6 numbers a step in the examples to compare with, and {width} in the recent ones",
                Assert.Throws<ArgumentException>("recent", () => drift.Test(Vectors(width))).Message);
        var classes = new Dataset(Column.OneHot("v", 6, new int[20]), Inputs(random, 20, 0)["s"]);
        Assert.Contains("one-hot steps of 6 units", Assert.Throws<ArgumentException>(() => drift.Test(classes)).Message);
        foreach (double alpha in new[] { 0, 1, 2, double.NaN })
            Assert.Throws<ArgumentOutOfRangeException>("alpha", () => drift.Test(Inputs(random, 20, 0), alpha));
        Assert.Contains("'v' is named twice", Assert.Throws<ArgumentException>(() => new InputDrift(Inputs(random, 20, 0), "v", "v")).Message);

        var losses = new LossDrift([.. Enumerable.Range(0, 100).Select(i => (double)(37 * i % 100))]);
        long count = losses.Count;
        Assert.Contains("look whether the model's answers are finite", Assert.Throws<ArgumentException>("loss", () => losses.Add(double.NaN)).Message);
        Assert.Equal(count, losses.Count);
        Assert.Contains(Enumerable.Range(0, 100), _ => losses.Add(double.PositiveInfinity));
    }

    [Fact]
    public void What_cannot_be_compared_is_refused()
    {
        var random = new RandomStream(1, "inputs");
        Assert.Contains("at least ten", Assert.Throws<ArgumentException>(() => new InputDrift(Inputs(random, 9, 0), "v")).Message);
        Assert.Contains("None of the columns 'label' has numbers", Assert.Throws<ArgumentException>(() => new InputDrift(Inputs(random, 20, 0), "label")).Message);
        Assert.Contains("at least ten", Assert.Throws<ArgumentException>(() => new LossDrift([1, 2, 3])).Message);
        Assert.Contains("is NaN", Assert.Throws<ArgumentException>(() => new LossDrift([1, 2, 3, 4, 5, 6, 7, 8, 9, double.NaN])).Message);
    }
}
