using RnnDsl.Continual;
using RnnDsl.Execution;
using RnnDsl.Sequences;
using RnnDsl.Training;
using RnnDsl.Tuning;

namespace RnnDsl.Tests.Continual;

/// <summary>A-GEM's projection, and the second loss of learning without forgetting.</summary>
public class ProjectionTests
{
    static readonly Dataset First = Made.Task(0, 60, 1), Second = Made.Task(1, 60, 1);

    static double[] Gradient(ITrainable trained, string method, Dataset data, ReadOnlySpan<int> examples)
    {
        using var executor = new Executor(trained.Module, method);
        executor.Gradient(data, examples);
        return Array.ConvertAll(trained.Gradient(executor.Gradients).ToArray(), v => (double)v);
    }

    static double Dot(double[] a, double[] b) => a.Zip(b, (x, y) => x * y).Sum();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_gradient_against_the_memory_is_projected_and_another_stays(bool partly)
    {
        var model = new SoftmaxModule(Made.Inputs, Made.Classes);
        var trained = new FineTuning(model);
        if (partly)
            trained.Freeze("b");
        var strategy = new AGemStrategy(new ExampleMemory(60), batchSize: 100);
        new ContinualLearner(() => new Trainer(trained, new Sgd(0.1)) { Epochs = 2, Threads = 1 }, strategy).Learn("first", First);
        using var trainer = new Trainer(trained, new Sgd(1e-4)) { Threads = 1 };
        var spy = new Spy(strategy.Begin(new ContinualStage(2, "second", Second, null, trainer))!);
        trainer.GradientRule = spy;
        int projected = 0;
        double[] moves = [.. Enumerable.Range(0, spy.Before.Length)];
        for (int example = 0; example < Second.Count; example++)
        {
            using var executor = new Executor(model, "Loss");
            double[] reference = Gradient(trained, "Loss", strategy.Memory.Data, [.. Enumerable.Range(0, 60)]);
            double before = executor.Evaluate(strategy.Memory.Data);
            trainer.TrainStep(Second, [example]);
            foreach (Parameter slice in model.Parameters.Slices.Where(s => partly && s.Name == "b"))
                foreach (double[] gradient in new[] { reference, spy.Before, spy.After })
                    Array.Clear(gradient, slice.Offset, slice.Length);
            double along = Dot(spy.Before, reference), after = Dot(spy.After, reference), scale = Math.Sqrt(Dot(spy.Before, spy.Before) * Dot(reference, reference));
            if (along < 0)
            {
                projected++;
                Assert.Equal(0, after / scale, 1e-5);
                // To first order the loss of the memory stays where it is; what is left is of second order.
                Assert.InRange(executor.Evaluate(strategy.Memory.Data) - before, double.NegativeInfinity, 1e-6);
            }
            else
                Assert.Equal(spy.Before, spy.After);
        }
        Assert.InRange(projected, 5, 55);
        Assert.Equal((double)projected / 60, strategy.ProjectedShare, 1e-12);
    }

    [Fact]
    public void The_second_loss_holds_the_model_near_its_old_answers()
    {
        var model = new SoftmaxModule(Made.Inputs, Made.Classes);
        var strategy = new LwfStrategy("taught", "Predict", "Distill", strength: 0.7);
        var learner = new ContinualLearner(Made.Trainer(model), strategy);
        learner.Learn("first", First);
        using var trainer = new Trainer(model, new Sgd(0.05)) { Threads = 1 };
        var stage = new ContinualStage(2, "second", Second, null, trainer);
        Dataset data = strategy.Data(stage);
        using var executor = new Executor(model, "Predict");
        Assert.Equal(executor.Predict(Second), data["taught"].ToArray());
        var spy = new Spy(strategy.Begin(stage)!);
        trainer.GradientRule = spy;
        // At first the old answers are the model's own, so that the second loss has no gradient.
        trainer.TrainStep(data, [3, 4, 5]);
        Assert.All(spy.Change, change => Assert.Equal(0, change, 1e-6));
        double[] expected = [.. Gradient(new FineTuning(model), "Distill", data, [7, 8]).Select(g => 0.7 * g)];
        trainer.TrainStep(data, [7, 8]);
        Assert.Contains(expected, e => Math.Abs(e) > 1e-3);
        Assert.All(expected.Zip(spy.Change), pair => Assert.Equal(pair.First, pair.Second, 1e-6));
    }

    [Fact]
    public void What_the_model_does_not_have_is_named()
    {
        var model = new SoftmaxModule(Made.Inputs, Made.Classes);
        string Message(ContinualStrategy strategy)
        {
            var learner = new ContinualLearner(Made.Trainer(model), strategy);
            learner.Learn("first", First);
            return Assert.ThrowsAny<ArgumentException>(() => learner.Learn("second", Second)).Message;
        }
        Assert.Contains("no compiled method 'Soft'; it has: Predict, Loss, Distill", Message(new LwfStrategy("taught")));
        Assert.Contains("no compiled method 'Teach'", Message(new LwfStrategy("taught", "Predict", "Teach")));
        Assert.Contains("Softmax.Distill has no parameter 'thought' for the old answers. Did you mean 'taught'?", Message(new LwfStrategy("thought", "Predict")));
        Assert.Contains("The data have a column 'y', which is to hold the old answers", Message(new LwfStrategy("y", "Predict")));
    }
}
