using RnnDsl.Continual;
using RnnDsl.Execution;
using RnnDsl.Sequences;
using RnnDsl.Tuning;
using RnnDsl.Training;

namespace RnnDsl.Tests.Continual;

public class EwcTests
{
    static readonly Dataset First = Made.Task(0, 40, 1), Second = Made.Task(1, 40, 1);

    static double[] ToDoubles(ReadOnlyMemory<float> values) => Array.ConvertAll(values.ToArray(), v => (double)v);

    /// <summary>The mean over single examples of their squared gradients, in a session for each example.</summary>
    static double[] Fisher(Module model, Dataset data)
    {
        var sums = new double[model.Parameters.Length];
        for (int example = 0; example < data.Count; example++)
        {
            using var session = new Session(model, "Loss", data.Range(example, 1));
            session.Backward();
            for (int i = 0; i < sums.Length; i++)
                sums[i] += (double)session.Gradients[i] * session.Gradients[i] / data.Count;
        }
        return sums;
    }

    static void AssertClose(double[] expected, double[] actual)
    {
        double scale = expected.Max(Math.Abs);
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 1e-5 * scale));
    }

    [Fact]
    public void Fisher_is_the_mean_of_the_squared_gradients_of_single_examples()
    {
        var model = new SoftmaxModule(Made.Inputs, Made.Classes);
        var strategy = new EwcStrategy(1);
        var learner = new ContinualLearner(Made.Trainer(model), strategy);
        learner.Learn("first", First);
        Assert.Contains("'none' have no examples", Assert.Throws<ArgumentException>(() => learner.Known(Second.Range(0, 0), "none")).Message);
        learner.Known(Second, "second");
        Assert.Equal(["first", "second"], strategy.Anchors.Select(a => a.Task));
        Assert.Equal(model.Parameters.Snapshot(), strategy.Anchors[0].Values.ToArray());
        AssertClose(Fisher(model, First), ToDoubles(strategy.Anchors[0].Fisher));
        AssertClose(Fisher(model, Second), ToDoubles(strategy.Anchors[1].Fisher));
    }

    [Fact]
    public void The_online_Fisher_fades()
    {
        var model = new SoftmaxModule(Made.Inputs, Made.Classes);
        var strategy = new OnlineEwcStrategy(1, decay: 0.75);
        var learner = new ContinualLearner(Made.Trainer(model), strategy);
        learner.Known(First);
        learner.Known(Second);
        AssertClose([.. Fisher(model, First).Zip(Fisher(model, Second), (a, b) => 0.75 * a + b)], ToDoubles(strategy.Anchor!.Fisher));
    }

    /// <summary>The change that the rule makes to the gradient, beside λF(θ − θ*) and beside differences of the penalty; of all that is trained, also where that is a part or are adapters.</summary>
    [Theory]
    [InlineData("all", false)]
    [InlineData("all", true)]
    [InlineData("part", false)]
    [InlineData("adapters", false)]
    public void The_gradient_is_that_of_the_penalty(string what, bool online)
    {
        var model = new SoftmaxModule(Made.Inputs, Made.Classes);
        ITrainable trained = what switch { "part" => new FineTuning(model).Freeze("b"), "adapters" => new LowRankAdapters(model, 1, 1, ["W"], ["b"]), _ => new FineTuning(model) };
        const double Strength = 30;
        ContinualStrategy strategy = online ? new OnlineEwcStrategy(Strength, 0.5) : new EwcStrategy(Strength);
        var learner = new ContinualLearner(() => new Trainer(trained, new Adam(0.05)) { Epochs = 3, Threads = 1 }, strategy);
        learner.Learn("first", First);
        learner.Learn("second", Second);
        using var trainer = new Trainer(trained, new Sgd(0));
        IGradientRule rule = strategy.Begin(new ContinualStage(3, "third", First, null, trainer))!;
        float[] values = trained.Parameters.Snapshot();
        for (int i = 0; i < values.Length; i++)
            values[i] += values[i] == 0 ? 0 : 0.1f * (i % 7 - 3);
        trained.Parameters.Restore(values);
        trained.Apply();

        var spy = new Spy(rule);
        trainer.GradientRule = spy;
        trainer.TrainStep(First, [0, 1, 2]);
        double Penalty() => online ? ((OnlineEwcStrategy)strategy).Penalty(trained.Parameters.ReadOnlyValues) : ((EwcStrategy)strategy).Penalty(trained.Parameters.ReadOnlyValues);
        foreach (Parameter slice in trained.Parameters.Slices)
            for (int i = slice.Offset; i < slice.Offset + slice.Length; i++)
            {
                float before = trained.Parameters.ReadOnlyValues[i], high = before + 0.01f, low = before - 0.01f;
                trained.Parameters.Values[i] = high;
                double above = Penalty();
                trained.Parameters.Values[i] = low;
                double difference = (above - Penalty()) / ((double)high - low);
                trained.Parameters.Values[i] = before;
                Assert.Equal(difference, spy.Change[i], 1e-4 * (1 + Math.Abs(difference)));
            }
        Assert.Contains(spy.Change, c => Math.Abs(c) > 0.1);
    }

    [Fact]
    public void Settings_that_make_no_sense_are_refused()
    {
        Assert.Contains("not below zero", Assert.Throws<ArgumentOutOfRangeException>(() => new EwcStrategy(-1)).Message);
        Assert.Contains("not below zero", Assert.Throws<ArgumentOutOfRangeException>(() => new EwcStrategy(double.NaN)).Message);
        Assert.Contains("at least one example", Assert.Throws<ArgumentOutOfRangeException>(() => new OnlineEwcStrategy(1, fisherExamples: 0)).Message);
        Assert.Contains("from 0 to 1", Assert.Throws<ArgumentOutOfRangeException>(() => new OnlineEwcStrategy(1, 1.1)).Message);
    }
}

/// <summary>Notes what a rule changes.</summary>
sealed class Spy(IGradientRule rule) : IGradientRule
{
    public double[] Before { get; private set; } = [];

    public double[] After { get; private set; } = [];

    public double[] Change => [.. After.Zip(Before, (a, b) => a - b)];

    void IGradientRule.Change(GradientStep step)
    {
        Before = Array.ConvertAll(step.Gradient.ToArray(), v => (double)v);
        rule.Change(step);
        After = Array.ConvertAll(step.Gradient.ToArray(), v => (double)v);
    }
}
