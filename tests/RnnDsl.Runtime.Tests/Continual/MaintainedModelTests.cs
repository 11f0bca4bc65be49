using RnnDsl.Continual;
using RnnDsl.Memory;
using RnnDsl.Sequences;
using RnnDsl.Training;

namespace RnnDsl.Tests.Continual;

public class MaintainedModelTests
{
    static (SoftmaxModule Model, ContinualLearner Learner, MaintainedModel Kept) Make(ContinualStrategy? strategy = null, double rate = 0.05, string[]? inputs = null)
    {
        var model = new SoftmaxModule(Made.Inputs, Made.Classes);
        var learner = new ContinualLearner(Made.Trainer(model, optimizer: () => new Adam(rate)), strategy ?? new ReplayStrategy(new ExampleMemory(50)));
        using (var trainer = new Trainer(model, new Adam(0.02)) { Epochs = 20, Threads = 1 })
            trainer.Fit(Made.Task(0, 200, 1));
        learner.Known(Made.Task(0, 200, 1));
        return (model, learner, new MaintainedModel(learner, Made.Task(0, 150, 2)) { UpdateExamples = 100, Inputs = inputs ?? [], InputExamples = 60 });
    }

    /// <summary>The classes are exchanged, so that what was right is wrong.</summary>
    static Dataset Exchanged(Dataset data) => new(data["x"], Column.Vectors("y", [.. Enumerable.Range(0, data.Count).Select(e => new[] { data["y"].Step(e, 0)[1], data["y"].Step(e, 0)[0] })]));

    [Fact]
    public void While_nothing_changes_nothing_is_touched()
    {
        (SoftmaxModule model, _, MaintainedModel kept) = Make(inputs: ["x"]);
        using (kept)
        {
            float[] before = model.Parameters.Snapshot();
            for (int i = 0; i < 100; i++)
                Assert.Null(kept.Observe(Made.Task(0, 20, 100 + i)));
            Assert.Equal(before, model.Parameters.Snapshot());
            Assert.Equal((0, 2000L, false), (kept.Records.Count, kept.Seen, kept.IsGathering));
        }
    }

    [Fact]
    public void A_change_of_the_task_is_learned_and_the_record_says_so()
    {
        (SoftmaxModule model, ContinualLearner learner, MaintainedModel kept) = Make(new NaiveStrategy());
        using (kept)
        {
            for (int i = 0; i < 20; i++)
                kept.Observe(Made.Task(0, 20, 100 + i), $"day {i}");
            double before = Metric.Accuracy(model, "y").Measure(Exchanged(Made.Task(0, 100, 3)));
            for (int i = 20; i < 40; i++)
                kept.Observe(Exchanged(Made.Task(0, 20, 100 + i)), $"day {i}");
            MaintenanceRecord record = Assert.Single(kept.Records);
            Assert.Equal(MaintenanceDecision.Kept, record.Decision);
            Assert.True(record.After < 0.5 * record.Before && record.PValue < 0.01);
            Assert.InRange(record.FoundAt, 401, 460);
            Assert.StartsWith("The loss has risen", record.Reason);
            Assert.Matches("^day 2[0-9], after [0-9]+ examples: The loss has risen: .* The loss on 3[0-9] held-out examples was .* The update is kept\\.$", record.ToString());
            Assert.Equal(2, learner.Learned);
            Assert.InRange(before, 0, 0.2);
            Assert.InRange(Metric.Accuracy(model, "y").Measure(Exchanged(Made.Task(0, 100, 3))), 0.8, 1);
        }
    }

    /// <summary>Learns the contrary of what it is given, in a strategy as a user writes one.</summary>
    sealed class Contrary : ContinualStrategy
    {
        public override string Name => "contrary";

        public int Remembered { get; private set; }

        public override Dataset Data(ContinualStage stage) => Exchanged(stage.Train);

        public override void End(ContinualStage stage) => Remembered++;
    }

    /// <summary>Where training harms, or diverges, the parameters are as before, to the bit, and the strategy remembers nothing of the new examples.</summary>
    [Theory]
    [InlineData(0.05)]
    [InlineData(1e30)]
    public void An_update_that_does_not_help_leaves_no_trace(double rate)
    {
        var strategy = new Contrary();
        (SoftmaxModule model, ContinualLearner learner, MaintainedModel kept) = Make(strategy, rate);
        using (kept)
        {
            float[] before = model.Parameters.Snapshot();
            for (int i = 0; i < 60; i++)
            {
                kept.Observe(Exchanged(Made.Task(0, 20, 500 + i)));
                Assert.Equal(before, model.Parameters.Snapshot());
            }
            Assert.Equal([MaintenanceDecision.RolledBack, MaintenanceDecision.RolledBack, MaintenanceDecision.GaveUp], kept.Records.Take(3).Select(r => r.Decision));
            Assert.True(kept.Records[1].Seen - kept.Records[0].Seen >= 100 && kept.Records[2].Seen - kept.Records[1].Seen >= 200);
            Assert.All(kept.Records, r => Assert.True(rate < 1 ? r.After > r.Before : double.IsNaN(r.After)));
            Assert.Equal((1, 1), (learner.Learned, strategy.Remembered));
        }
    }

    [Fact]
    public void A_change_of_the_inputs_is_found_without_a_rise_of_the_loss()
    {
        (_, _, MaintainedModel kept) = Make(inputs: ["x"]);
        using (kept)
        {
            // Farther from the border, so that the loss falls.
            for (int i = 0; i < 20; i++)
            {
                Dataset data = Made.Task(0, 20, 100 + i);
                kept.Observe(new Dataset(Column.Vectors("x", [.. Enumerable.Range(0, 20).Select(e => data["x"].Step(e, 0).ToArray().Select(v => 3 * v).ToArray())]), data["y"]));
            }
            Assert.NotEmpty(kept.Records);
            Assert.StartsWith("The inputs have changed", kept.Records[0].Reason);
        }
    }

    [Fact]
    public void The_same_stream_gives_the_same_records_and_bits()
    {
        var ends = Enumerable.Range(0, 2).Select(run =>
        {
            (SoftmaxModule model, _, MaintainedModel kept) = Make();
            using (kept)
            {
                for (int i = 0; i < 40; i++)
                    kept.Observe(i < 15 ? Made.Task(0, 20, 100 + i) : Made.Task(1, 20, 100 + i));
                return (Records: string.Join('\n', kept.Records), Values: model.Parameters.Snapshot());
            }
        }).ToArray();
        Assert.NotEmpty(ends[0].Records);
        Assert.Equal(ends[0].Records, ends[1].Records);
        Assert.Equal(ends[0].Values, ends[1].Values);
    }

    [Fact]
    public void Settings_that_make_no_sense_are_refused()
    {
        (_, ContinualLearner learner, MaintainedModel kept) = Make();
        kept.Dispose();
        Assert.Contains("at least ten", Assert.Throws<ArgumentException>(() => new MaintainedModel(learner, Made.Task(0, 5, 1))).Message);
        Assert.Contains("UpdateExamples is at least 10", Assert.Throws<ArgumentOutOfRangeException>(() => new MaintainedModel(learner, Made.Task(0, 20, 1)) { UpdateExamples = 0 }).Message);
        Assert.Contains("between 0 and 1", Assert.Throws<ArgumentOutOfRangeException>(() => new MaintainedModel(learner, Made.Task(0, 20, 1)) { HeldOutShare = 1 }).Message);
    }
}
