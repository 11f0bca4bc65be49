using RnnDsl.Sequences;

namespace RnnDsl.Runtime.Tests.Sequences;

public class TimeSeriesTests
{
    const float Gap = float.NaN;

    static TimeSeries One(params float[] values) => new(["a"], values);

    [Fact]
    public void ColumnsAndRowsAreSelected()
    {
        var series = new TimeSeries(["a", "b", "c"], [1, 2, 3, 4, 5, 6], [new LabelColumn("t", ["x", "y"])]);
        TimeSeries selected = series.Select("c", "a").Range(1, 1);
        Assert.Equal([6f, 4f], selected.Values.ToArray());
        Assert.Equal(["y"], selected.Label("t"));
        Assert.Equal([2f, 5f], series.Column("b"));
        Assert.Equal([4f, 5f, 6f], series.Row(1).ToArray());
        Assert.Same(series, series.Select("a", "b", "c"));
    }

    [Fact]
    public void BadSeriesAreRefused()
    {
        Assert.Throws<ArgumentException>(() => new TimeSeries([], [1]));
        Assert.Throws<ArgumentException>(() => new TimeSeries(["a"], []));
        Assert.Throws<ArgumentException>(() => new TimeSeries(["a", "b"], [1, 2, 3]));
        Assert.Contains("named 'a'", Assert.Throws<ArgumentException>(() => new TimeSeries(["a", "a"], [1, 2])).Message);
        Assert.Contains("named 'a'", Assert.Throws<ArgumentException>(() => new TimeSeries(["a"], [1], [new("a", ["x"])])).Message);
        Assert.Contains("2 values", Assert.Throws<ArgumentException>(() => new TimeSeries(["a"], [1], [new("t", ["x", "y"])])).Message);
        Assert.Contains("row 1", Assert.Throws<ArgumentException>(() => One(1, float.PositiveInfinity)).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => One(1, 2).Range(1, 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => One(1, 2).Range(0, 0));
    }

    [Fact]
    public void UnknownColumnsGetAHint()
    {
        var series = new TimeSeries(["Price", "Volume"], [1, 2], [new LabelColumn("Date", ["x"])]);
        string message = Assert.Throws<ArgumentException>(() => series.IndexOf("prize")).Message;
        Assert.Contains("Did you mean 'Price'? There are: Price, Volume.", message);
        Assert.Contains("It is a column of text.", Assert.Throws<ArgumentException>(() => series.Select("Date")).Message);
        Assert.DoesNotContain("Did you mean", Assert.Throws<ArgumentException>(() => series.Column("temperature")).Message);
        Assert.Contains("There are: Date.", Assert.Throws<ArgumentException>(() => series.Label("Day")).Message);
    }

    [Fact]
    public void MissingValuesAreFilled()
    {
        Assert.Equal([1f, 1f, 1f, 4f, 4f], One(1, Gap, Gap, 4, Gap).Resolve(MissingPolicy.ForwardFill).Values.ToArray());
        Assert.Equal([1f, 2f, 3f, 4f], One(1, Gap, Gap, 4).Resolve(MissingPolicy.Interpolate).Values.ToArray());
        Assert.Equal([1f, 2f, 3f], One(Gap, Gap, 1, Gap, 3, Gap)
            .Resolve(MissingPolicy.DropEnds | MissingPolicy.Interpolate).Values.ToArray());
        var two = new TimeSeries(["a", "b"], [Gap, 1, 2, 3, 4, 5, 6, Gap], [new LabelColumn("t", ["p", "q", "r", "s"])]);
        TimeSeries dropped = two.Resolve(MissingPolicy.DropEnds);
        Assert.Equal([2f, 3f, 4f, 5f], dropped.Values.ToArray());
        Assert.Equal(["q", "r"], dropped.Label("t"));
        TimeSeries whole = One(1, 2);
        Assert.Same(whole, whole.Resolve());
    }

    [Fact]
    public void GapsAreFilledWithinEachSeriesOfATable()
    {
        var table = new TimeSeries(["t", "u"], [1, Gap, 10, 5, Gap, Gap, Gap, 6, 30, Gap, 3, 7],
            [new LabelColumn("patient", ["anna", "bob", "anna", "bob", "bob", "anna"]), new LabelColumn("state", ["ok", "ill", "", "", "ok", ""])]);
        Assert.Equal("patient 'anna': 2 of 6 values are missing, the first in column 'u', row 0 (patient anna): nothing is known before or after to fill from; MissingPolicy.DropEnds drops such rows.",
            Assert.Throws<InvalidDataException>(() => table.ResolveWithin("patient", MissingPolicy.ForwardFill)).Message);
        TimeSeries filled = table.With("u", [4, 5, Gap, 6, Gap, 7]).ResolveWithin("patient", MissingPolicy.ForwardFill);
        Assert.Equal([1f, 10, 1, 10, 30, 3], filled.Column("t"));
        Assert.Equal([4f, 5, 4, 6, 6, 7], filled.Column("u"));
        Assert.Equal(["ok", "ill", "ok", "ill", "ok", "ok"], filled.Label("state"));
        TimeSeries straight = table.With("u", [Gap, 5, Gap, 6, 8, 7]).ResolveWithin("patient", MissingPolicy.Interpolate | MissingPolicy.DropEnds);
        Assert.Equal(["bob", "bob", "bob", "anna"], straight.Label("patient"));
        Assert.Equal([10f, 20, 30, 3], straight.Column("t"));
        Assert.Equal([5f, 6, 8, 7], straight.Column("u"));
        TimeSeries known = table.With("u", [Gap, 5, Gap, 6, 8, Gap]).ResolveWithin("patient", MissingPolicy.ForwardFill | MissingPolicy.DropEnds);
        Assert.Equal(["bob", "bob", "bob"], known.Label("patient"));
        Assert.Equal("Column 'u' has no known value: select fewer columns.",
            Assert.Throws<InvalidDataException>(() => table.With("u", [Gap, Gap, Gap, Gap, Gap, Gap]).ResolveWithin("patient", MissingPolicy.DropEnds)).Message);
        Assert.Contains("Did you mean 'patient'?", Assert.Throws<ArgumentException>(() => table.ResolveWithin("patent", MissingPolicy.ForwardFill)).Message);
        Assert.Contains("ResolveWithin(\"patient\", MissingPolicy.ForwardFill)", Assert.Throws<InvalidDataException>(() =>
            TableData.Create(table, new TableOptions { Target = "state", Group = "patient" }, TableSplit.ByGroup(0.5, 0))).Message);
    }

    [Fact]
    public void MissingValuesThatCannotBeFilledAreAnError()
    {
        var series = new TimeSeries(["a", "b"], [1, 2, 3, Gap, Gap, 6], [new LabelColumn("t", ["p", "q", "r"])]);
        Assert.Equal(
            "2 of 6 values are missing, the first in column 'b', row 1 (t q): choose a MissingPolicy (ForwardFill, Interpolate, DropEnds).",
            Assert.Throws<InvalidDataException>(() => series.Resolve()).Message);
        Assert.StartsWith("1 of 2 values is missing, in column 'a', row 1: choose a MissingPolicy", Fails(MissingPolicy.Error, 1, Gap));
        Assert.Contains("DropEnds drops such rows", Fails(MissingPolicy.ForwardFill, Gap, 1));
        Assert.Contains("DropEnds drops such rows", Fails(MissingPolicy.Interpolate, 1, Gap));
        Assert.Contains("inside the series", Fails(MissingPolicy.DropEnds, 1, Gap, 2));
        Assert.Contains("Every one of the 2 rows", Fails(MissingPolicy.DropEnds, Gap, Gap));
        Assert.Throws<ArgumentException>(() => One(1).Resolve(MissingPolicy.ForwardFill | MissingPolicy.Interpolate));

        static string Fails(MissingPolicy policy, params float[] values) =>
            Assert.Throws<InvalidDataException>(() => One(values).Resolve(policy)).Message;
    }
}
