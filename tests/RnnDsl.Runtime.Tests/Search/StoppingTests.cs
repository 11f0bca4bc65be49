using RnnDsl.Search;

namespace RnnDsl.Tests.Search;

public class StoppingTests
{
    static readonly SearchSpace Space = new(SearchRange.Uniform("a", 0, 1));

    static TrialResult Ended(int number, TrialState state, SearchGoal goal, params double[] reports) => new(number, 0, Space.Values(("a", 0.5)), state, reports, goal);

    static bool Stops(double[] reports, params double[][] earlier) =>
        new SuccessiveHalving { Reduction = 3, MinimumReports = 2 }.Stops(new SearchView(Space, SearchGoal.Minimize,
            [.. earlier.Select((r, i) => Ended(i + 1, r.Length == 0 ? TrialState.Failed : TrialState.Finished, SearchGoal.Minimize, r))]), reports);

    [Fact]
    public void Only_the_best_third_passes_a_rung()
    {
        // Rungs are after 2, 6, 18 reports. With fewer than three trials on a rung there is nothing to compare with.
        Assert.False(Stops([9, 9], [1, 1]));
        Assert.True(Stops([9, 9], [1, 1], [2, 2]));
        Assert.False(Stops([9, 0.5], [1, 1], [2, 2]));
        // The best value so far counts, also where it rises again.
        Assert.False(Stops([0.5, 9], [1, 1], [2, 2]));
        // Between rungs no trial stops.
        Assert.False(Stops([9], [1, 1], [2, 2]));
        Assert.False(Stops([9, 9, 9], [1, 1], [2, 2], [3, 3]));
        // Of six, two pass.
        Assert.False(Stops([1.5, 1.5], [1, 1], [2, 2], [2, 2], [2, 2], [2, 2]));
        Assert.True(Stops([1.5, 1.5], [1, 1], [1, 1], [2, 2], [2, 2], [2, 2]));
        // Only those that came to the rung count, and what failed before it.
        Assert.False(Stops([9, 9], [1], [1], [1], [1, 1]));
        Assert.False(Stops([9, 9], [], []));
        Assert.True(Stops([9, 9], [], [1, 1]));
        // The second rung.
        Assert.True(Stops([9, 9, 9, 9, 9, 9], [1, 1, 1, 1, 1, 1], [2, 2, 2, 2, 2, 2]));
    }

    [Fact]
    public void It_saves_work_and_keeps_the_best()
    {
        // The curves fall from 1 + a towards a, and cross a little at first.
        void Curve(Trial trial)
        {
            for (int epoch = 1; epoch <= 27; epoch++)
                if (!trial.Report(trial.Number("a") + Math.Pow(0.8, epoch) * (1 + 0.2 * (trial.Seed % 2))))
                    return;
        }
        SearchResult Run(StoppingRule? rule) => new HyperparameterSearch(Space, Curve) { Sampler = new RandomSampler(), Stopping = rule, Trials = 60 }.Run();
        SearchResult all = Run(null), halved = Run(new SuccessiveHalving());
        int work = halved.Trials.Sum(t => t.Reports.Count);
        Assert.Equal(60 * 27, all.Trials.Sum(t => t.Reports.Count));
        Assert.True(work < 60 * 27 * 0.35, $"{work}");
        Assert.InRange(halved.Best!.Best, all.Best!.Best, all.Ranked[2].Best);
        Assert.Contains(halved.Trials, t => t.State == TrialState.Stopped && t.Reports.Count == 1);
        // What was stopped has the first reports of the whole.
        Assert.All(halved.Trials, t => Assert.Equal(all.Trials[t.Number - 1].Reports.Take(t.Reports.Count), t.Reports));
        Assert.Equal(halved.Trials.Count(t => t.State == TrialState.Finished), halved.Ranked.TakeWhile(t => t.State == TrialState.Finished).Count());
    }
}
