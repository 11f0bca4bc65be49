using RnnDsl.Memory;
using RnnDsl.Search;

namespace RnnDsl.Tests.Search;

public class SearchSpaceTests
{
    static readonly SearchSpace Space = new(
        SearchRange.LogUniform("rate", 1e-4, 1),
        SearchRange.LogInteger("hidden", 4, 64),
        SearchRange.Choice("optimizer", "AdamW", "SGD"),
        SearchRange.Uniform("momentum", 0, 0.99).When("optimizer", "SGD"),
        SearchRange.Choice("nesterov", ("no", false), ("yes", true)).When("optimizer", "SGD"),
        SearchRange.Integer("warm-up", -2, 3).When("nesterov", "yes"));

    static List<TrialValues> Draw(int count) => [.. Enumerable.Range(0, count).Select(i => new RandomSampler().Choose(new SearchView(Space, SearchGoal.Minimize, []), new RandomStream(i, "test")))];

    [Fact]
    public void Random_values_have_the_distribution_of_their_range()
    {
        List<TrialValues> drawn = Draw(4000);
        // Each power of ten has a quarter; of the whole numbers, 4 to 8 has as much as 32 to 64 but for the ends.
        Assert.All(Enumerable.Range(0, 4), power => Assert.InRange(drawn.Count(v => Math.Floor(Math.Log10(v.Number("rate"))) == power - 4) / 4000.0, 0.22, 0.28));
        Assert.InRange(drawn.Count(v => v.Integer("hidden") < 16) / 4000.0, 0.45, 0.55);
        Assert.Equal((4, 64), (drawn.Min(v => v.Integer("hidden")), drawn.Max(v => v.Integer("hidden"))));
        Assert.InRange(drawn.Count(v => v.Choice("optimizer") == "SGD") / 4000.0, 0.47, 0.53);
        int[] counts = [.. drawn.Where(v => v.Has("warm-up")).GroupBy(v => v.Integer("warm-up")).OrderBy(g => g.Key).Select(g => g.Count())];
        Assert.Equal(6, counts.Length);
        Assert.All(counts, count => Assert.InRange(count, 1000 / 6 * 0.75, 1000 / 6 * 1.25));
    }

    [Fact]
    public void Conditional_ranges_exist_only_with_their_option()
    {
        foreach (TrialValues values in Draw(200))
        {
            bool sgd = values.Choice("optimizer") == "SGD";
            Assert.Equal(sgd, values.Has("momentum"));
            Assert.Equal(sgd && values.Choice<bool>("nesterov"), values.Has("warm-up"));
            Assert.Equal(!sgd, double.IsNaN(values.Place("momentum")));
            Assert.Equal(!sgd, values.Text("momentum") == "-");
        }
    }

    [Fact]
    public void Values_have_types_and_names()
    {
        TrialValues values = Space.Values(("rate", 0.01), ("hidden", 32), ("optimizer", "SGD"), ("momentum", 0.9f), ("nesterov", "no"));
        Assert.Equal(0.01, values.Number("rate"));
        Assert.Equal(32, values.Number("hidden"));
        Assert.Equal(0.5, values.Place("rate"), 1e-12);
        Assert.False(values.Choice<bool>("nesterov"));
        Assert.Equal("rate=0.01, hidden=32, optimizer=SGD, momentum=0.9, nesterov=no", values.ToString());
    }

    public static TheoryData<string, Func<object?>> Mistakes => new()
    {
        { "needs at least one range", () => new SearchSpace() },
        { "it is wider than the largest number", () => SearchRange.Uniform("a", -1e308, 1e308) },
        { "which stands after it: declare 'c' first", () => new SearchSpace(SearchRange.Uniform("a", 0, 1).When("c", "x"), SearchRange.Choice("c", "x")) },
        { "The value of 'rate' is NaN", () => Space.Values(("rate", double.NaN)) },
        { "5000000000 is no value of hidden", () => Space.Values(("rate", 0.01), ("hidden", 5000000000L), ("optimizer", "AdamW")) },
        { "goes from 1 to 1", () => SearchRange.Uniform("a", 1, 1) },
        { "goes from NaN to 1", () => SearchRange.Uniform("a", double.NaN, 1) },
        { "goes from 0 to ∞".Replace("∞", "Infinity", StringComparison.Ordinal), () => SearchRange.Uniform("a", 0, double.PositiveInfinity) },
        { "must begin above zero", () => SearchRange.LogUniform("a", 0, 1) },
        { "must begin at 1", () => SearchRange.LogInteger("a", 0, 5) },
        { "goes from 5 to 2", () => SearchRange.Integer("a", 5, 2) },
        { "has no options", () => SearchRange.Choice("a") },
        { "the option 'x' twice", () => SearchRange.Choice("a", "x", "y", "x") },
        { "half of a surrogate pair", () => SearchRange.Uniform("a\ud800", 0, 1) },
        { "Two ranges are called 'a'", () => new SearchSpace(SearchRange.Uniform("a", 0, 1), SearchRange.Uniform("a", 0, 1)) },
        { "depends on 'b', which stands after it", () => new SearchSpace(SearchRange.Uniform("a", 0, 1).When("b", "x"), SearchRange.Choice("b", "x", "y")) },
        { "depends on 'b', which is not declared before it", () => new SearchSpace(SearchRange.Uniform("a", 0, 1).When("b", "x")) },
        { "'b', which is no choice", () => new SearchSpace(SearchRange.Uniform("b", 0, 1), SearchRange.Uniform("a", 0, 1).When("b", "x")) },
        { "Did you mean 'SGD'", () => new SearchSpace(SearchRange.Choice("b", "SGD", "Adam"), SearchRange.Uniform("a", 0, 1).When("b", "sgd")) },
        { "depends on 'b' already", () => SearchRange.Uniform("a", 0, 1).When("b", "x").When("c", "x") },
        { "no option is given", () => SearchRange.Uniform("a", 0, 1).When("b") },
        { "There is no range 'rat'. Did you mean 'rate'?", () => Space.Values(("rat", 1)) },
        { "'hidden' has no value", () => Space.Values(("rate", 0.1)) },
        { "is no value of hidden", () => Space.Values(("rate", 0.1), ("hidden", 32.5), ("optimizer", "AdamW")) },
        { "is no value of rate", () => Space.Values(("rate", 2), ("hidden", 32), ("optimizer", "AdamW")) },
        { "has no option 'Adam'", () => Space.Values(("rate", 0.1), ("hidden", 32), ("optimizer", "Adam")) },
        { "has two values", () => Space.Values(("rate", 0.1), ("rate", 0.1)) },
        { "where it does not exist", () => Space.Values(("rate", 0.1), ("hidden", 32), ("optimizer", "AdamW"), ("momentum", 0.5)) },
        { "is no number but x", () => Space.Values(("rate", "x")) },
        { "ask Has(\"momentum\") first", () => Adam.Number("momentum") },
        { "'rate' does not have whole numbers", () => Adam.Integer("rate") },
        { "'optimizer' is a choice", () => Adam.Number("optimizer") },
        { "'rate' has numbers", () => Adam.Choice("rate") },
        { "stands for no Int32", () => Adam.Choice<int>("optimizer") },
        { "SideBySide must be at least 1", () => new HyperparameterSearch(Space, _ => { }) { SideBySide = 0 } },
        { "Trials must be at least 1", () => new HyperparameterSearch(Space, _ => { }) { Trials = 0 } },
        { "Reduction must be at least 2", () => new SuccessiveHalving { Reduction = 1 } },
        { "Candidates must be at least 1", () => new TpeSampler { Candidates = 0 } },
        { "another search space", () => new HyperparameterSearch(new SearchSpace(SearchRange.Uniform("a", 0, 1)), _ => { }) { First = [Adam] }.Run() },
    };

    static TrialValues Adam => Space.Values(("rate", 0.1), ("hidden", 32), ("optimizer", "AdamW"));

    [Theory]
    [MemberData(nameof(Mistakes))]
    public void A_mistake_is_named(string message, Func<object?> mistake)
    {
        Exception? error = Record.Exception(mistake);
        Assert.True(error is ArgumentException or InvalidOperationException, $"{error}");
        Assert.Contains(message, error.Message);
    }
}
