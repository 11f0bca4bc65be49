using RnnDsl.Memory;
using RnnDsl.Search;

namespace RnnDsl.Tests.Search;

public class RangeDensityTests
{
    [Theory]
    [InlineData(0, 0.5)]
    [InlineData(1, 0.84134474606854293)]
    [InlineData(-1.96, 0.024997895148220435)]
    [InlineData(-5, 2.866515719235352e-7)]
    [InlineData(8, 0.99999999999999938)]
    [InlineData(-40, 0)]
    public void The_normal_distribution_is_that_of_tables(double x, double expected) => Assert.Equal(expected, RangeDensity.Normal(x), 1e-14);

    public static TheoryData<SearchRange, double[]> Cases => new()
    {
        { SearchRange.Uniform("a", -3, 5), [-3, -2.9, 0, 4] },
        { SearchRange.Uniform("a", -3, 5), [] },
        { SearchRange.Uniform("a", -3, 5), [1, 1, 1] },
        { SearchRange.LogUniform("a", 1e-4, 10), [1e-4, 2e-4, 3] },
        { SearchRange.Integer("a", 1, 4), [1, 1, 2] },
        { SearchRange.LogInteger("a", 2, 300), [2, 8, 90, 100] },
        { SearchRange.Choice("a", "x", "y", "z"), [0, 0, 2] },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Probabilities_sum_to_one_and_are_those_of_what_is_drawn(SearchRange range, double[] values)
    {
        foreach (RangeDensity density in values.Length == 0 ? [RangeDensity.ByNeighbors(range, values)] : new[] { RangeDensity.ByNeighbors(range, values), RangeDensity.ByScott(range, values) })
        {
            const int Cells = 12, Draws = 6000, Fine = 4000;
            int cells = range is ChoiceRange ? range.Values : Cells;
            var drawn = new int[cells];
            var random = new RandomStream(3, "density");
            for (int i = 0; i < Draws; i++)
            {
                double value = density.Draw(random);
                Assert.True(range.Holds(value));
                drawn[Math.Min(cells - 1, (int)(range.PlaceOf(value) * cells))]++;
            }
            double[] masses = [.. Enumerable.Range(0, cells).Select(c => density.Mass((double)c / cells, (c + 1.0) / cells))];
            Assert.Equal(1, masses.Sum(), 1e-12);
            if (range.Values == 0)
            {
                Assert.Equal(1, Enumerable.Range(0, Fine).Average(i => density.Of(range.ValueAt((i + 0.5) / Fine))), 1e-4);
                for (int c = 0; c < cells; c++)
                    Assert.Equal(masses[c], (double)drawn[c] / Draws, 4 * Math.Sqrt(masses[c] / Draws));
            }
            else
            {
                double[] all = [.. Enumerable.Range(0, range.Values).Select(i => range is IntegerRange whole ? whole.Low + i : (double)i)];
                Assert.Equal(1, all.Sum(density.Of), 1e-12);
            }
        }
    }

    [Fact]
    public void A_density_is_large_where_values_are()
    {
        SearchRange range = SearchRange.LogUniform("a", 1e-4, 1);
        RangeDensity density = RangeDensity.ByNeighbors(range, [1e-3, 1.2e-3, 1.5e-3]);
        Assert.True(density.Of(1.2e-3) > 3 * density.Of(0.1));
        Assert.True(RangeDensity.ByNeighbors(SearchRange.Choice("c", "x", "y"), [1, 1]).Of(1) is 0.75);
    }
}
