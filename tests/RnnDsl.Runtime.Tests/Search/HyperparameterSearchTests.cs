using RnnDsl.Search;
using RnnDsl.Tests.Training;
using RnnDsl.Training;

namespace RnnDsl.Tests.Search;

public class HyperparameterSearchTests
{
    static readonly SearchResult Whole = MadeUpSearch.Make().Run();

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(8)]
    public void Trials_do_not_depend_on_threads_and_time(int threads)
    {
        int running = 0, most = 0;
        SearchResult result = MadeUpSearch.Make(trial =>
        {
            lock (MadeUpSearch.Space)
                most = Math.Max(most, ++running);
            try
            {
                MadeUpSearch.Train(trial, 4);
            }
            finally
            {
                lock (MadeUpSearch.Space)
                    running--;
            }
        }, threads: threads).Run();
        Assert.Equal(MadeUpSearch.Text(Whole), MadeUpSearch.Text(result));
        Assert.InRange(most, Math.Min(threads, 2), Math.Min(threads, 4));
        Assert.Equal(30, result.Trials.Count);
        Assert.Equal([TrialState.Finished, TrialState.Stopped, TrialState.Failed], result.Trials.Select(t => t.State).Distinct().Order());
    }

    [Fact]
    public void A_trial_alone_has_the_same_bits()
    {
        foreach (TrialResult trial in Whole.Trials)
        {
            Trial alone = trial.Again();
            // One that was stopped early goes on alone, and may diverge then.
            Exception? error = Record.Exception(() => MadeUpSearch.Train(alone));
            Assert.Equal(trial.Reports, trial.State == TrialState.Stopped ? alone.Reports.Take(trial.Reports.Count) : alone.Reports);
            Assert.Equal(error is null, alone.Reports.Count == 9);
            Assert.True(error is null || trial.State != TrialState.Finished);
        }
    }

    [Fact]
    public void What_trials_run_side_by_side_and_the_seed_are_parts_of_the_search()
    {
        Assert.NotEqual(MadeUpSearch.Text(Whole), MadeUpSearch.Text(MadeUpSearch.Make(sideBySide: 1).Run()));
        Assert.NotEqual(MadeUpSearch.Text(Whole), MadeUpSearch.Text(MadeUpSearch.Make(seed: 2).Run()));
        // More trials begin with the same ones.
        Assert.Equal(MadeUpSearch.Text(Whole)[..12], MadeUpSearch.Text(MadeUpSearch.Make(trials: 12).Run()));
    }

    [Fact]
    public void The_best_value_of_all_epochs_counts()
    {
        SearchResult result = new HyperparameterSearch(MadeUpSearch.Space, trial =>
        {
            trial.Report(5);
            trial.Report(trial.Id);
            trial.Report(9);
        })
        { Trials = 4, Stopping = null }.Run();
        Assert.Equal([1.0, 2, 3, 4], result.Trials.Select(t => t.Best));
        Assert.Equal(1, result.Best!.Number);
        SearchResult more = new HyperparameterSearch(MadeUpSearch.Space, trial => trial.Report(trial.Id)) { Trials = 4, Goal = SearchGoal.Maximize }.Run();
        Assert.Equal(4, more.Best!.Number);
    }

    [Fact]
    public void A_trial_that_fails_is_recorded_with_its_message()
    {
        SearchResult result = new HyperparameterSearch(MadeUpSearch.Space, trial =>
        {
            trial.Report(trial.Id);
            switch (trial.Id)
            {
                case 1: throw new IOException("no such\nfile \ud800");
                case 2: Assert.False(trial.Report(double.NaN)); break;
                case 3: Assert.False(trial.Report(double.NegativeInfinity)); Assert.False(trial.Report(1)); break;
                case 4: throw new DivergenceException("The loss is infinite.");
            }
        })
        { Trials = 6 }.Run();
        Assert.Equal(["IOException: no such file \ufffd", "Report 2 is NaN: the trial diverged.", "Report 2 is -Infinity: the trial diverged.", "DivergenceException: The loss is infinite.", "", ""], result.Trials.Select(t => t.Message));
        Assert.Equal([5, 6, 1, 2, 3, 4], result.Ranked.Select(t => t.Number));
        Assert.Contains("failed: IOException: no such file", result.ToString());
        SearchResult silent = new HyperparameterSearch(MadeUpSearch.Space, _ => { }) { Trials = 2 }.Run();
        Assert.Null(silent.Best);
        Assert.Contains("No trial ran to its end.", silent.ToString());
        Assert.Equal("It reported no value.", silent.Trials[1].Message);
    }

    [Fact]
    public void A_training_that_diverges_is_a_failed_trial()
    {
        TrialResult[] failed = [.. Whole.Trials.Where(t => t.State == TrialState.Failed)];
        Assert.NotEmpty(failed);
        Assert.All(failed, t => Assert.Contains("diverge", t.Message, StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public void Lack_of_memory_and_a_misuse_end_the_search()
    {
        Exception? Ends(Action<Trial> run) => Record.Exception(() => new HyperparameterSearch(MadeUpSearch.Space, trial =>
        {
            if (trial.Id == 3)
                run(trial);
            trial.Report(1);
        })
        { Threads = 2 }.Run());
        Assert.Contains("Run it on fewer threads", Assert.IsType<InvalidOperationException>(Ends(_ => throw new OutOfMemoryException("no memory"))).Message);
        Assert.IsType<InvalidOperationException>(Ends(_ => throw new AggregateException(new InvalidOperationException("", new OutOfMemoryException()))));
        Exception misuse = Assert.IsType<InvalidOperationException>(Ends(trial => trial.Number("rat")));
        Assert.StartsWith("Trial 3 (rate=", misuse.Message);
        Assert.Contains("Did you mean 'rate'?", misuse.Message);
        // Also where the function catches it.
        Assert.IsType<InvalidOperationException>(Ends(trial => Record.Exception(() => trial.Integer("rate"))));
        Assert.IsType<InvalidOperationException>(Ends(trial =>
        {
            for (int i = 0; i <= 100_000; i++)
                trial.Report(i);
        }));
        var search = new HyperparameterSearch(MadeUpSearch.Space, trial => trial.Report(1));
        search.TrialDone += _ => throw new IOException("full");
        Assert.Equal("full", Assert.Throws<IOException>(() => search.Run()).Message);
    }

    [Fact]
    public void A_metric_of_the_trainer_may_be_the_objective()
    {
        void Fit(Trial trial, string metric, bool validates = true)
        {
            var model = new LinearModule(5, 3, trial.Seed);
            using var trainer = new Trainer(model, new AdamW(0.1)) { Epochs = 4, Threads = 1, Metrics = [Metric.MinusRmse(model, "y")] };
            trial.Fit(trainer, LinearModule.Data(40, 5, 3, 1), validates ? LinearModule.Data(20, 5, 3, 1) : null, metric);
            // The trainer reports to no trial any more.
            trainer.Fit(LinearModule.Data(40, 5, 3, 1));
        }
        TrialResult trial = new HyperparameterSearch(MadeUpSearch.Space, trial => Fit(trial, "minus RMSE")) { Trials = 1, Goal = SearchGoal.Maximize }.Run().Trials.Single();
        Assert.Equal(4, trial.Reports.Count);
        Assert.All(trial.Reports, r => Assert.InRange(r, -10, 0));
        Assert.Contains("no metric 'RMSE'", Record.Exception(() => Fit(new Trial(trial.Values, 1), "RMSE"))!.Message);
        Assert.Contains("there are none", Record.Exception(() => Fit(new Trial(trial.Values, 1), "minus RMSE", validates: false))!.Message);
    }

    [Fact]
    public void A_canceled_search_returns_what_has_ended()
    {
        using var source = new CancellationTokenSource();
        var search = MadeUpSearch.Make(threads: 3);
        int done = 0;
        search.TrialDone += _ =>
        {
            if (++done == 10)
                source.Cancel();
        };
        SearchResult result = search.Run(source.Token);
        Assert.True(result.IsCanceled);
        Assert.Equal(10, result.Trials.Count);
        Assert.All(result.Trials, t => Assert.Contains(MadeUpSearch.Text(Whole), text => text.StartsWith($"{t.Number} {t.Seed} {t.State}", StringComparison.Ordinal)));
        using var before = new CancellationTokenSource();
        before.Cancel();
        Assert.Empty(MadeUpSearch.Make().Run(before.Token).Trials);
    }

    [Fact]
    public void A_search_that_waits_for_a_trial_can_be_canceled()
    {
        using var source = new CancellationTokenSource(50);
        SearchResult result = new HyperparameterSearch(MadeUpSearch.Space, trial => trial.Cancellation.WaitHandle.WaitOne()) { SideBySide = 2, Threads = 2 }.Run(source.Token);
        Assert.Empty(result.Trials);
    }
}
