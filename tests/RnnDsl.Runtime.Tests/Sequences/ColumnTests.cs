using RnnDsl.Execution;
using RnnDsl.Sequences;

namespace RnnDsl.Runtime.Tests.Sequences;

/// <summary>Columns from arrays, one an example.</summary>
public class ColumnTests
{
    [Fact]
    public void SequencesOfAnyLengthsComeBackAsTheyWere()
    {
        Column x = Column.Sequences("x", 2, [[1, 2, 3, 4], [5, 6]]);
        Assert.Equal((ValueKind.Sequence, 2, 2), (x.Kind, x.Width, x.Count));
        Assert.Equal([2, 1], x.Lengths);
        Assert.Equal([3, 4], x.Step(0, 1).ToArray());
        Assert.Equal([5, 6], x.Step(1, 0).ToArray());
        Assert.Equal([1, 2, 3, 4, 5, 6], x.ToArray());
    }

    [Fact]
    public void DataSayWhatIsInThem()
    {
        Assert.Equal("2 examples\n  x: 2 sequences of 2 values, 1 to 2 steps\n  y: 2 one-hot vectors of 5 units\n  z: 2 scalars\n  w: 2 sequences of one-hot vectors of 9 units, 1 steps",
            new Dataset(Column.Sequences("x", 2, [[1, 2, 3, 4], [5, 6]]), Column.OneHot("y", 5, [1, 2]), Column.Scalars("z", 1, 2), Column.OneHot("w", 9, [[1], [8]])).ToString());
        Assert.Equal("load: (value - 1.5) / 0.5\nheat: (value - -2) / 10", new Scaler(["load", "heat"], [1.5, -2], [0.5, 10]).ToString());
        Assert.Equal("2 rows of load; labels date", new TimeSeries(["load"], [1f, 2], [new LabelColumn("date", ["a", "b"])]).ToString());
    }

    [Fact]
    public void SequencesOfScalarsNeedNoWidth()
    {
        Column x = Column.Sequences("x", [1, 2, 3], [4]);
        Assert.Equal((ValueKind.Sequence, 1), (x.Kind, x.Width));
        Assert.Equal([3, 1], x.Lengths);
    }

    [Fact]
    public void VectorsAndScalarsAreOneAnExample()
    {
        Column y = Column.Vectors("y", [1, 2, 3], [4, 5, 6]);
        Assert.Equal((ValueKind.Vector, 3, 2), (y.Kind, y.Width, y.Count));
        Assert.Equal([4, 5, 6], y.Step(1, 0).ToArray());
        Column z = Column.Scalars("z", 0.5f, 1.5f);
        Assert.Equal((ValueKind.Scalar, 1, 2), (z.Kind, z.Width, z.Count));
        Assert.Equal([1.5f], z.Step(1, 0).ToArray());
    }

    [Fact]
    public void WhatDoesNotFitNamesColumnAndExample()
    {
        Assert.Contains("Example 1 of column 'x' has no steps", Assert.Throws<ArgumentException>(() => Column.Sequences("x", 2, [[1, 2], []])).Message);
        Assert.Contains("Example 1 of column 'x' has 3 values, which are no whole vectors of 2", Assert.Throws<ArgumentException>(() => Column.Sequences("x", 2, [[1, 2], [1, 2, 3]])).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => Column.Sequences("x", 0, [[1f]]));
        Assert.Contains("Column 'y' needs at least one vector", Assert.Throws<ArgumentException>(() => Column.Vectors("y")).Message);
        Assert.Contains("Example 1 of column 'y' has 1 values, but example 0 has 2", Assert.Throws<ArgumentException>(() => Column.Vectors("y", [1, 2], [3])).Message);
    }
}
