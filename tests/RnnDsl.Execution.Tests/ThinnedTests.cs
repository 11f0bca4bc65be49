using RnnDsl.Execution.Tests.Cells;
using RnnDsl.Sequences;

namespace RnnDsl.Execution.Tests;

/// <summary>Sequences that have each k-th step of another.</summary>
public class ThinnedTests
{
    static readonly (int Width, int Hidden, int[] Lengths)[] Sizes =
        [(1, 1, [1]), (3, 2, [5, 4, 2, 1]), (7, 9, [13, 7, 6, 6, 3]), (4, 5, [.. Enumerable.Repeat(3, 30), .. Enumerable.Repeat(1, 20)]), (8, 16, [24, 1])];

    [Theory]
    [InlineData("Scores")]
    [InlineData("Loss")]
    [InlineData("Turned")]
    public void A_pyramid_equals_its_equations(string method)
    {
        foreach ((int width, int hidden, int[] lengths) in Sizes)
            foreach (bool withStates in new[] { true, false })
                Checks.All(new Pyramid(width, hidden, 4), method, lengths, seed: width + hidden, withStates);
    }

    [Theory]
    [InlineData("Rates")]
    [InlineData("Looks")]
    [InlineData("Tied")]
    [InlineData("Again")]
    [InlineData("Within")]
    [InlineData("Same")]
    [InlineData("OneHots")]
    public void Some_steps_equal_their_equations(string method)
    {
        foreach ((int width, int hidden, int[] lengths) in Sizes)
            foreach (string form in new[] { method, method + "Loss" })
                Checks.All(new ThinnedForms(width, hidden), form, lengths, seed: width + hidden, withStates: false);
    }

    [Theory]
    [InlineData("Means")]
    [InlineData("Looks")]
    [InlineData("Ends")]
    public void Some_steps_in_a_layer_equal_their_equations(string method)
    {
        foreach ((int width, int hidden, int[] lengths) in Sizes)
            foreach (string form in new[] { method, method + "Loss" })
                Checks.All(new SomeStepsWithin(width, hidden), form, lengths, seed: width + hidden, withStates: false);
    }

    [Theory]
    [InlineData("Begun")]
    [InlineData("Ended")]
    [InlineData("Within")]
    public void A_scan_that_does_not_read_its_steps_has_as_many(string method)
    {
        foreach ((int width, int hidden, int[] lengths) in Sizes)
            foreach (string form in new[] { method, method + "Loss" })
                Checks.All(new DeafModel(width, hidden), form, lengths, seed: width + hidden, withStates: false);
    }
}
