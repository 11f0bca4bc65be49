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
}
