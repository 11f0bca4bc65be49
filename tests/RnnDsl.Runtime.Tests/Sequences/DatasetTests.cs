using RnnDsl.Sequences;

namespace RnnDsl.Runtime.Tests.Sequences;

public class DatasetTests
{
    static readonly Dataset Five = new(Column.Scalars("x", [1, 2, 3, 4, 5]));

    [Fact]
    public void Columns_have_names_of_their_own()
    {
        Assert.Contains("named 'x'", Assert.Throws<ArgumentException>(() => new Dataset(Column.Scalars("x", [1]), Column.Scalars("x", [2]))).Message);
        Assert.Throws<ArgumentNullException>(() => new Dataset(Column.Scalars("x", [1]), null!));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(5)]
    [InlineData(int.MaxValue)]
    public void An_example_that_is_not_there_is_named(int example)
    {
        var refused = Assert.Throws<ArgumentOutOfRangeException>(() => Five.Select([0, example]));
        Assert.Equal(example, refused.ActualValue);
        Assert.Contains("from 0 to 4", refused.Message);
    }

    [Fact]
    public void A_stretch_lies_within_the_examples()
    {
        Assert.Equal(0, Five.Range(5, 0).Count);
        Assert.Equal([4f, 5f], Five.Range(3, 2)["x"].Select([0, 1]).Starts.Select(start => Five["x"].Values.Span[start]));
        foreach ((int start, int count) in new[] { (-1, 2), (6, 0), (3, 3), (0, -1), (5, int.MaxValue) })
            Assert.Contains("5 examples", Assert.Throws<ArgumentOutOfRangeException>(() => Five.Range(start, count)).Message);
    }

    [Fact]
    public void Columns_of_numbers_that_are_far_too_large_or_small_are_found()
    {
        var data = new Dataset(
            Column.Sequences("x", [980_000, 1_020_000], [1_020_000, 980_000]), Column.Sequences("pairs", 2, [1, -3e4f, 2, 3e4f], [1, -3e4f]), Column.Scalars("small", 1e-4f, 3e-4f),
            Column.Scalars("fine", 40, 60), Column.Scalars("zero", 0, 0), Column.Scalars("missing", float.NaN, 1e9f), Column.OneHot("word", 10_000, [9_000, 9_999]));
        Assert.Equal(["Column 'x': its mean is 1E+06 and its standard deviation 2E+04, ", "Column 'pairs', value 1 of 2: its mean is -1E+04 and its standard deviation 2.83E+04, ",
            "Column 'small': its mean is 0.0002 and its standard deviation 0.0001, "], data.Findings.Select(finding => finding[..(finding.IndexOf("and models", StringComparison.Ordinal))]));
    }
}
