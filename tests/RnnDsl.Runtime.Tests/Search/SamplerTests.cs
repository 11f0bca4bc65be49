using RnnDsl.Search;

namespace RnnDsl.Tests.Search;

public class SamplerTests
{
    static readonly SearchSpace Space = new(
        SearchRange.LogUniform("rate", 1e-5, 1),
        SearchRange.Integer("hidden", 1, 40),
        SearchRange.Choice("optimizer", "AdamW", "SGD", "RMSprop"),
        SearchRange.Uniform("momentum", 0, 1).When("optimizer", "SGD"),
        SearchRange.Uniform("decay", 0, 1).When("optimizer", "AdamW"));

    /// <summary>Best are SGD, a rate of 0.003, 30 units and a momentum of 0.8; very large rates diverge.</summary>
    static void Bowl(Trial trial)
    {
        double rate = Math.Log10(trial.Number("rate") / 3e-3), hidden = (trial.Integer("hidden") - 30) / 20.0;
        double optimizer = trial.Choice("optimizer") == "SGD" ? 2 * Math.Pow(trial.Number("momentum") - 0.8, 2) : 0.7;
        trial.Report(rate > 2.2 ? double.NaN : rate * rate + hidden * hidden + optimizer);
    }

    static SearchResult Run(TrialSampler sampler, int seed, int trials = 60) => new HyperparameterSearch(Space, Bowl) { Sampler = sampler, Seed = seed, Trials = trials, Threads = 1 }.Run();

    [Fact]
    public void TPE_finds_better_values_than_chance()
    {
        int[] seeds = [.. Enumerable.Range(1, 15)];
        double[] tpe = [.. seeds.Select(s => Run(new TpeSampler(), s).Best!.Best).Order()], random = [.. seeds.Select(s => Run(new RandomSampler(), s).Best!.Best).Order()];
        // The median and the worst.
        Assert.True(tpe[7] < 0.6 * random[7] && tpe[14] < random[14], FormattableString.Invariant($"{tpe[7]}, {random[7]}; {tpe[14]}, {random[14]}"));
    }

    [Fact]
    public void TPE_prefers_the_better_branch_and_shuns_what_fails()
    {
        TrialResult[] late = [.. Run(new TpeSampler(), 1, trials: 100).Trials.Skip(50)], random = [.. Run(new RandomSampler(), 1, trials: 100).Trials.Skip(50)];
        Assert.True(late.Count(t => t.Values.Choice("optimizer") == "SGD") > 30);
        Assert.True(late.Count(t => t.State == TrialState.Failed) < random.Count(t => t.State == TrialState.Failed));
        Assert.True(late.Where(t => t.Values.Has("momentum")).Average(t => Math.Abs(t.Values.Number("momentum") - 0.8)) < 0.2);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void TPE_tries_each_of_a_few_whole_numbers_again(bool logarithmic)
    {
        var space = new SearchSpace(SearchRange.Uniform("a", 0, 1), SearchRange.Uniform("b", 0, 1), logarithmic ? SearchRange.LogInteger("layers", 1, 3) : SearchRange.Integer("layers", 1, 3));
        int stuck = Enumerable.Range(1, 20).Count(seed => new HyperparameterSearch(space, trial =>
            trial.Report(Math.Abs(trial.Number("a") - 0.3) + Math.Abs(trial.Number("b") - 0.6) + (trial.Integer("layers") == 2 ? 0 : 0.1)))
        { Seed = seed, Trials = 60, Threads = 1 }.Run().Trials.Skip(20).All(t => t.Values.Integer("layers") != 2));
        Assert.Equal(0, stuck);
    }

    [Fact]
    public void To_maximize_is_to_minimize_the_other_sign()
    {
        SearchResult less = Run(new TpeSampler(), 2), more = new HyperparameterSearch(Space, trial =>
        {
            var other = new Trial(trial.Values, trial.Seed);
            Bowl(other);
            trial.Report(other.Reports.Count == 0 ? double.NaN : -other.Reports[0]);
        })
        { Seed = 2, Trials = 60, Goal = SearchGoal.Maximize }.Run();
        Assert.Equal(less.Trials.Select(t => $"{t.Values}"), more.Trials.Select(t => $"{t.Values}"));
        Assert.Equal(less.Best!.Best, -more.Best!.Best);
    }

    [Fact]
    public void Values_to_try_first_come_first()
    {
        TrialValues known = Space.Values(("rate", 0.003), ("hidden", 30), ("optimizer", "SGD"), ("momentum", 0.8));
        SearchResult result = new HyperparameterSearch(Space, Bowl) { First = [known], Trials = 5 }.Run();
        Assert.Same(known, result.Trials[0].Values);
        Assert.Equal(1, result.Best!.Number);
        Assert.Equal(5, result.Trials.Select(t => $"{t.Values}").Distinct().Count());
    }

    /// <summary>Halves the distance to the best value so far.</summary>
    sealed class Closer : TrialSampler
    {
        public override string Describe() => "closer";

        protected override double Choose(SearchView view, SearchRange range, Memory.RandomStream random) => view.Ranked.Count == 0 ? Draw(range, random) : (view.Ranked[0].Values.Number(range.Name) + 0.5) / 2;
    }

    sealed class Fewer(int reports) : StoppingRule
    {
        public override string Describe() => $"{reports}";

        public override bool Stops(SearchView view, IReadOnlyList<double> reported) => view.Trials.Count > 0 && reported.Count == reports;
    }

    [Fact]
    public void Samplers_and_rules_of_others_serve()
    {
        SearchResult result = new HyperparameterSearch(new SearchSpace(SearchRange.Uniform("a", 0, 1)), trial =>
        {
            while (trial.Report(Math.Abs(trial.Number("a") - 0.5)) && trial.Reports.Count < 5)
            {
            }
        })
        { Sampler = new Closer(), Stopping = new Fewer(2), SideBySide = 1, Trials = 6 }.Run();
        Assert.Equal([5, 2, 2, 2, 2, 2], result.Trials.Select(t => t.Reports.Count));
        Assert.Equal(result.Trials[0].Best / 2, result.Trials[1].Best, 1e-12);
    }

    [Fact]
    public void What_decides_is_important()
    {
        SearchResult result = new HyperparameterSearch(Space, trial => trial.Report(Math.Pow(Math.Log10(trial.Number("rate")) + 2, 2) + 0.05 * trial.Integer("hidden") / 40)) { Sampler = new RandomSampler(), Trials = 100 }.Run();
        Assert.Equal("rate", result.Importance[0].Name);
        Assert.True(result.Importance[0].Share > 0.6, $"{result}");
        Assert.Equal(1, result.Importance.Sum(i => i.Share), 1e-9);
        Assert.Equal(result.Trials.Count(t => t.Values.Has("momentum")), result.Importance.Single(i => i.Name == "momentum").Trials);
        Assert.All(new HyperparameterSearch(Space, Bowl) { Trials = 5 }.Run().Importance, i => Assert.True(double.IsNaN(i.Share)));
        // Where most trials fail, nothing tells what is good.
        Assert.All(new HyperparameterSearch(Space, trial => { if (trial.Values.Has("momentum") || trial.Number("rate") > 1e-4) throw new InvalidOperationException("no"); trial.Report(1); }) { Trials = 20, Sampler = new RandomSampler() }.Run().Importance, i => Assert.True(double.IsNaN(i.Share)));
        Assert.All(new HyperparameterSearch(Space, trial => trial.Report(1)) { Trials = 30, Sampler = new RandomSampler() }.Run().Importance, i => Assert.True(double.IsNaN(i.Share)));
        // A choice that decides all.
        SearchResult choice = new HyperparameterSearch(Space, trial => trial.Report(trial.Choice("optimizer") == "RMSprop" ? 0 : 1 + trial.Number("rate"))) { Sampler = new RandomSampler(), Trials = 100 }.Run();
        Assert.Equal("optimizer", choice.Importance[0].Name);
    }
}
