using RnnDsl.Execution;
using RnnDsl.Runtime.Tests.Storage;
using RnnDsl.Storage;
using RnnDsl.Training;
using RnnDsl.Tuning;

namespace RnnDsl.Tests.Training;

/// <summary>A run that goes on from a checkpoint ends as the whole run does, to the bit, whatever the settings and wherever it was taken.</summary>
public sealed class ResumeTests : IDisposable
{
    /// <summary>More of other settings: <c>RNNDSL_RANDOM_SEED=7</c>.</summary>
    static readonly int First = int.TryParse(Environment.GetEnvironmentVariable("RNNDSL_RANDOM_SEED"), out int seed) ? seed : 1000;

    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    // Each with checkpoints at every epoch and at some steps.
    public static TheoryData<int> Seeds() => [.. Enumerable.Range(First, 60)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void A_run_goes_on_from_a_checkpoint_of_any_epoch_and_of_steps_within(int seed)
    {
        var run = new RandomRun(seed);
        (Module whole, Optimizer _, Trainer untouched) = run.Make();
        History expected;
        using (untouched)
            expected = untouched.Fit(run.Data, run.Validation);
        (Module model, Optimizer optimizer, Trainer trainer) = run.Make();
        var taken = new List<string>();
        var random = new Random(seed);
        trainer.StepDone += report =>
        {
            if (random.Next(12) == 0)
                Save($"step {report.Step}");
        };
        trainer.EpochDone += report => Save($"epoch {report.Epoch}");
        using (trainer)
            trainer.Fit(run.Data, run.Validation);
        Save("end");
        // Saving disturbs nothing.
        Assert.Equal(whole.Parameters.Snapshot(), model.Parameters.Snapshot());
        foreach (string name in taken)
        {
            (Module rest, Optimizer again, Trainer further) = run.Make(start: 2);
            Assert.Empty(Checkpoint.Load(folder.File(name), rest, again).Warnings);
            using (further)
            {
                History history = further.Fit(run.Data, run.Validation);
                string which = $"{name} of {run}";
                Assert.True(whole.Parameters.ReadOnlyValues.SequenceEqual(rest.Parameters.ReadOnlyValues), which);
                Assert.True((expected.Stop, expected.StartLoss, expected.StartWasBest, expected.Best?.Epoch) == (history.Stop, history.StartLoss, history.StartWasBest, history.Best?.Epoch), which);
                Assert.Equal(expected.Epochs.Select(e => e with { Seconds = 0 }), history.Earlier.Concat(history.Epochs).Select(e => e with { Seconds = 0 }));
                Assert.Empty(history.Differences);
            }
        }

        void Save(string name)
        {
            float[] before = model.Parameters.Snapshot();
            Checkpoint.Save(folder.File(name), model, optimizer);
            Assert.Equal(before, model.Parameters.Snapshot());
            taken.Add(name);
        }
    }

    [Fact]
    public void The_runs_drawn_are_those_in_which_something_could_be_lost()
    {
        int early = 0, stopped = 0, start = 0;
        for (int seed = First; seed < First + 60; seed++)
        {
            var run = new RandomRun(seed);
            (Module _, Optimizer _, Trainer trainer) = run.Make();
            using (trainer)
            {
                History history = trainer.Fit(run.Data, run.Validation);
                early += history.Best is { } best && best != history.Epochs[^1] ? 1 : 0;
                stopped += history.Stop == StopReason.Patience ? 1 : 0;
                start += history.StartWasBest ? 1 : 0;
            }
        }
        Assert.True(early >= 15 && stopped >= 5 && start >= 1, $"{early} best before the last epoch, {stopped} ended by patience, {start} best at the start");
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void A_run_that_was_cancelled_goes_on_once_saved_and_in_the_same_program(int seed)
    {
        var run = new RandomRun(seed);
        (Module whole, Optimizer _, Trainer untouched) = run.Make();
        using (untouched)
            untouched.Fit(run.Data, run.Validation);
        (Module model, Optimizer optimizer, Trainer trainer) = run.Make();
        int steps = new Random(seed).Next(1, 40);
        using var stop = new CancellationTokenSource();
        trainer.StepDone += report =>
        {
            if (report.Step == steps)
                stop.Cancel();
        };
        History half;
        using (trainer)
            half = trainer.Fit(run.Data, run.Validation, stop.Token);
        Checkpoint.Save(folder.File("half"), model, optimizer);
        (Module rest, Optimizer again, Trainer further) = run.Make(start: 2);
        Checkpoint.Load(folder.File("half"), rest, again);
        using (further)
            further.Fit(run.Data, run.Validation);
        Assert.True(whole.Parameters.ReadOnlyValues.SequenceEqual(rest.Parameters.ReadOnlyValues), $"{steps} steps of {run}");
        // As a model's file it is what the canceled run left.
        (Module loaded, Optimizer _, Trainer unused) = run.Make(start: 2);
        unused.Dispose();
        foreach (LowRankAdapters adapters in LowRankAdapters.AttachedTo(loaded).ToArray())
            adapters.Remove();
        ModelFile.Load(folder.File("half"), loaded);
        Assert.Equal(model.Parameters.Snapshot(), loaded.Parameters.Snapshot());
    }

    /// <summary>Another thread may save between the gradient of a step and its move: a signal's handler does.</summary>
    [Theory]
    [MemberData(nameof(Seeds))]
    public void A_run_goes_on_from_a_checkpoint_within_a_step(int seed)
    {
        var run = new RandomRun(seed);
        float[] Of(int start, string? from, Action<Module, Optimizer>? within)
        {
            (Module model, Optimizer optimizer, Trainer trainer) = run.Make(start);
            if (from is not null)
                Checkpoint.Load(folder.File(from), model, optimizer);
            trainer.GradientRule = new Within(() => within?.Invoke(model, optimizer));
            using (trainer)
                trainer.Fit(run.Data, run.Validation);
            return model.Parameters.Snapshot();
        }
        var random = new Random(seed);
        int step = 0;
        var taken = new List<string>();
        float[] expected = Of(1, null, null);
        Assert.Equal(expected, Of(1, null, (model, optimizer) =>
        {
            if (step++ > 0 && random.Next(12) == 0)
            {
                Task.Run(() => Checkpoint.Save(folder.File($"within {step}"), model, optimizer)).Wait();
                taken.Add($"within {step}");
            }
        }));
        foreach (string name in taken)
            Assert.True(expected.AsSpan().SequenceEqual(Of(2, name, null)), $"{name} of {run}");
    }

    sealed class Within(Action then) : IGradientRule
    {
        public void Change(GradientStep step) => then();
    }
}
