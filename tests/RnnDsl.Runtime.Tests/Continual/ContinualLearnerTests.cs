using RnnDsl.Continual;
using RnnDsl.Execution;
using RnnDsl.Sequences;
using RnnDsl.Training;

namespace RnnDsl.Tests.Continual;

public class ContinualLearnerTests
{
    static Func<ContinualStrategy> Make(string name, int seed = 1) => () => name switch
    {
        "naive" => new NaiveStrategy(),
        "joint" => new JointStrategy(),
        "replay" => new ReplayStrategy(new ExampleMemory(40, seed: seed)),
        "balanced replay" => new ReplayStrategy(new ExampleMemory(40, "y", seed)) { Share = 0.3 },
        "EWC" => new EwcStrategy(100),
        "online EWC" => new OnlineEwcStrategy(100, 1),
        "LwF" => new LwfStrategy("taught", "Predict", strength: 2),
        _ => new AGemStrategy(new ExampleMemory(40, seed: seed), seed: seed),
    };

    static readonly Lazy<double> naiveForgetting = new(() => Forgetting("naive"));

    static double Forgetting(string name) => Made.Median(Enumerable.Range(1, 3).Select(seed => Made.Learn(Make(name, seed), seed).Forgetting));

    [Theory]
    [InlineData("joint")]
    [InlineData("replay")]
    [InlineData("balanced replay")]
    [InlineData("EWC")]
    [InlineData("online EWC")]
    [InlineData("LwF")]
    [InlineData("A-GEM")]
    public void Strategies_forget_less_than_fine_tuning_alone(string name)
    {
        double forgetting = Forgetting(name);
        Assert.InRange(naiveForgetting.Value, 0.1, 1);
        Assert.True(forgetting < 0.75 * naiveForgetting.Value, FormattableString.Invariant($"{name} forgot {forgetting:F3}, fine-tuning alone {naiveForgetting.Value:F3}."));
    }

    [Theory]
    [InlineData("replay")]
    [InlineData("EWC")]
    [InlineData("online EWC")]
    [InlineData("LwF")]
    [InlineData("A-GEM")]
    public void The_same_seeds_give_the_same_bits_on_any_number_of_threads(string name)
    {
        float[][] ends = [.. new[] { 1, 1, 3 }.Select(threads =>
        {
            var model = new SoftmaxModule(Made.Inputs, Made.Classes, 5);
            new ContinualLearner(() => new Trainer(model, new AdamW(0.02)) { Epochs = 3, Seed = 5, Threads = threads }, Make(name)()).Learn(Made.Tasks(3, 5), Metric.Accuracy(model, "y"));
            return model.Parameters.Snapshot();
        })];
        Assert.Equal(ends[0], ends[1]);
        Assert.Equal(ends[0], ends[2]);
    }

    [Fact]
    public void The_matrix_has_the_scores_before_and_after_each_task()
    {
        ContinualTask[] tasks = Made.Tasks(2, 3);
        var model = new SoftmaxModule(Made.Inputs, Made.Classes);
        var told = new List<string>();
        var learner = new ContinualLearner(Made.Trainer(model), new NaiveStrategy());
        learner.TaskDone += (stage, history) => told.Add($"{stage.Number} {stage.Name} {history.Epochs.Count}");
        var again = new SoftmaxModule(Made.Inputs, Made.Classes);
        Metric score = Metric.Accuracy(again, "y");
        double[] Scores() => [.. tasks.Select(t => score.Measure(t.Test))];
        double[][] expected = new double[3][];
        expected[0] = Scores();
        for (int i = 0; i < 2; i++)
        {
            using Trainer trainer = Made.Trainer(again)();
            trainer.Fit(tasks[i].Train);
            expected[i + 1] = Scores();
        }
        ContinualResult result = learner.Learn(tasks, Metric.Accuracy(model, "y"));
        for (int i = 0; i < 3; i++)
            Assert.Equal(expected[i], new[] { result[i, 0], result[i, 1] });
        Assert.Equal(["1 task 1 25", "2 task 2 25"], told);
        Assert.Equal(("accuracy", "naive", 2), (result.Score, result.Strategy, learner.Learned));
    }

    [Fact]
    public void Joint_sees_all_data_and_replay_the_share_that_was_asked_for()
    {
        using var trainer = new Trainer(new SoftmaxModule(Made.Inputs, Made.Classes), new Sgd(0.1));
        ContinualStage Stage(int number) => new(number, "task", Made.Task(number, 30, 1), null, trainer);
        var joint = new JointStrategy();
        var replay = new ReplayStrategy(new ExampleMemory(7)) { Share = 0.4 };
        foreach (ContinualStrategy strategy in new ContinualStrategy[] { joint, replay })
        {
            Assert.Equal(30, strategy.Data(Stage(1)).Count);
            strategy.End(Stage(1));
        }
        Assert.Equal([.. Made.Task(1, 30, 1)["x"].ToArray(), .. Made.Task(2, 30, 1)["x"].ToArray()], joint.Data(Stage(2))["x"].ToArray());
        Dataset mixed = replay.Data(Stage(2));
        Assert.Equal(50, mixed.Count);
        int[] times = [.. Enumerable.Range(0, 7).Select(k => Enumerable.Range(30, 20).Count(e => mixed["x"].Step(e, 0).SequenceEqual(replay.Memory.Data["x"].Step(k, 0))))];
        Assert.All(times, t => Assert.InRange(t, 2, 3));
        Assert.Equal(20, times.Sum());
    }

    [Fact]
    public void A_rule_reaches_rows_of_a_table_that_the_batch_does_not()
    {
        // What the rule gets is a copy, so that the executor's own gradient keeps its zeros.
        var model = new SoftmaxModule(Made.Inputs, Made.Classes);
        using var trainer = new Trainer(model, new Sgd(0.1)) { GradientRule = new Ones(), Threads = 1 };
        using var plain = new Trainer(new SoftmaxModule(Made.Inputs, Made.Classes), new Sgd(0.1)) { Threads = 1 };
        Dataset data = Made.Task(0, 10, 1);
        trainer.TrainStep(data, [0, 1]);
        plain.TrainStep(data, [0, 1]);
        foreach (Parameter slice in model.Parameters.Slices)
            for (int i = slice.Offset; i < slice.Offset + slice.Length; i++)
                Assert.Equal(plain.Trainable.Parameters.ReadOnlyValues[i] - 0.1, model.Parameters.ReadOnlyValues[i], 1e-6);
    }

    sealed class Ones : IGradientRule
    {
        public void Change(GradientStep step)
        {
            foreach (Parameter slice in step.Trainable.Parameters.Slices)
                foreach (ref float value in step.Gradient.Slice(slice.Offset, slice.Length))
                    value += 1;
        }
    }

    [Fact]
    public void A_task_that_fails_leaves_the_model_and_the_learner_as_they_were()
    {
        var model = new SoftmaxModule(Made.Inputs, Made.Classes);
        double rate = 0.02;
        var learner = new ContinualLearner(() => new Trainer(model, new Sgd(rate)) { Epochs = 3, BatchSize = 20, Seed = 1, Threads = 1 }, new ReplayStrategy(new ExampleMemory(20, "y")));
        ContinualTask[] tasks = Made.Tasks(3, 1);
        learner.Learn(tasks[0]);
        float[] known = model.Parameters.Snapshot();
        rate = 1e38;
        Assert.Throws<DivergenceException>(() => learner.Learn(tasks[1]));
        Assert.Equal(known, model.Parameters.Snapshot());
        Assert.Equal(1, learner.Learned);
        rate = 0.02;
        learner.Learn(tasks[1]);
        Assert.Equal(2, learner.Learned);

        // Also if it is the strategy that cannot remember the task.
        known = model.Parameters.Snapshot();
        var forgetful = new ContinualLearner(Made.Trainer(model), new Forgetful());
        Assert.Throws<NotSupportedException>(() => forgetful.Learn(tasks[2]));
        Assert.Equal(known, model.Parameters.Snapshot());
        Assert.Equal(0, forgetful.Learned);
    }

    sealed class Forgetful : ContinualStrategy
    {
        public override string Name => "forgetful";

        public override void End(ContinualStage stage) => throw new NotSupportedException();
    }

    [Fact]
    public void A_model_that_each_task_makes_anew_is_refused()
    {
        var learner = new ContinualLearner(() => new Trainer(new SoftmaxModule(Made.Inputs, Made.Classes), new Sgd(0.1)) { Epochs = 1, Threads = 1 }, new NaiveStrategy());
        ContinualTask[] tasks = Made.Tasks(2, 1);
        learner.Learn(tasks[0]);
        Assert.Contains("make the model and its adapters before, outside of the function", Assert.Throws<InvalidOperationException>(() => learner.Learn(tasks[1])).Message);
        Assert.Contains("has returned null", Assert.Throws<InvalidOperationException>(() => new ContinualLearner(() => null!, new NaiveStrategy()).Learn(tasks[0])).Message);
    }

    [Fact]
    public void Mistakes_are_named_with_a_way_out()
    {
        var model = new SoftmaxModule(Made.Inputs, Made.Classes);
        var learner = new ContinualLearner(Made.Trainer(model), new EwcStrategy(1));
        Metric score = Metric.Accuracy(model, "y");
        ContinualTask good = Made.Tasks(1, 1)[0];
        Assert.Contains("There are no tasks: give at least one", Assert.Throws<ArgumentException>(() => learner.Learn([], score)).Message);
        Assert.Contains("Two tasks are named 'task 1'", Assert.Throws<ArgumentException>(() => learner.Learn([good, good], score)).Message);
        var other = new Dataset(good.Train["x"], Column.Vectors("z", [.. Enumerable.Repeat(new float[] { 1 }, good.Train.Count)]));
        Assert.Contains("The training data of task 'b' differ from those of 'task 1': There is no column 'y'; there are: x, z.", Assert.Throws<ArgumentException>(() => learner.Learn([good, new ContinualTask("b", other, good.Test)], score)).Message);
        var wide = new Dataset(good.Train["x"], Column.Vectors("y", [.. Enumerable.Repeat(new float[] { 1, 0, 0 }, good.Train.Count)]));
        Assert.Contains("Column 'y' has vectors of 2 values in one data set and vectors of 3 values in another", Assert.Throws<ArgumentException>(() => learner.Learn([good, new ContinualTask("b", wide, good.Test)], score)).Message);
        Assert.Contains("Task 'b' has 0 examples to learn", Assert.Throws<ArgumentException>(() => new ContinualTask("b", good.Train.Range(0, 0), good.Test)).Message);
        Assert.Contains("The score 'odd' of task 'task 1' is NaN before learning", Assert.Throws<InvalidOperationException>(() => learner.Learn([good], new Metric("odd", _ => double.NaN))).Message);
        learner.Learn(good);
        Assert.Contains("remembers the tasks of another ContinualLearner", Assert.Throws<InvalidOperationException>(() => new ContinualLearner(Made.Trainer(model), learner.Strategy).Learn(good)).Message);
        Assert.Contains("at most 0.99", Assert.Throws<ArgumentOutOfRangeException>(() => new ReplayStrategy(new ExampleMemory(1)) { Share = 0.9999 }).Message);
        using var canceled = new CancellationTokenSource();
        canceled.Cancel();
        Assert.Throws<OperationCanceledException>(() => learner.Learn(Made.Tasks(2, 1), score, canceled.Token));
    }
}
