using static RnnDsl.Tests.Language.Samples;

namespace RnnDsl.Tests.Language;

public class SeqTests
{
    readonly Random random = new(3);

    [Fact]
    public void IsMadeOfVectorsOrOfTheirValues()
    {
        var x = new Seq<A>(2, [1.0, 2, 3, 4, 5, 6]);
        var y = new Seq<A>(new Vec<A>(1, 2), new Vec<A>(3, 4), new Vec<A>(5, 6));

        Assert.Equal((3, 2), (x.Steps, x.Width));
        Assert.Equal([3, 4], x[1].ToArray());
        Assert.Equal(x.ToArray(), y.ToArray());
    }

    [Fact]
    public void RefusesNoStepsAndRaggedOnes()
    {
        Assert.Contains("needs at least one step", Assert.Throws<ArgumentException>(() => new Seq<A>([])).Message);
        Assert.Contains("needs at least one step", Assert.Throws<ArgumentException>(() => new Seq<A>(2, [])).Message);
        Assert.Contains("3 values were given", Assert.Throws<ArgumentException>(() => new Seq<A>(2, [1.0, 2, 3])).Message);
        Assert.Contains("sizes 1 and 2", Assert.Throws<ArgumentException>(() => new Seq<A>(new Vec<A>(1), new Vec<A>(1, 2))).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => new Seq<A>(0, []));
    }

    [Fact]
    public void OperatorsWorkStepByStep()
    {
        Seq<A> a = Sequence<A>(random, 4, 3), b = Sequence<A>(random, 4, 3);
        Vec<A> v = Vector<A>(random, 3);
        Scalar s = 1.5;
        for (int t = 0; t < 4; t++)
        {
            Same(a[t] + b[t], (a + b)[t]);
            Same(a[t] - b[t], (a - b)[t]);
            Same(a[t] * b[t], (a * b)[t]);
            Same(a[t] / b[t], (a / b)[t]);
            Same(a[t] + v, (a + v)[t]);
            Same(a[t] - v, (a - v)[t]);
            Same(a[t] * v, (a * v)[t]);
            Same(a[t] / v, (a / v)[t]);
            Same(v + a[t], (v + a)[t]);
            Same(v - a[t], (v - a)[t]);
            Same(v * a[t], (v * a)[t]);
            Same(v / a[t], (v / a)[t]);
            Same(a[t] + s, (a + s)[t]);
            Same(a[t] - s, (a - s)[t]);
            Same(a[t] * s, (a * s)[t]);
            Same(a[t] / s, (a / s)[t]);
            Same(s + a[t], (s + a)[t]);
            Same(1 - a[t], (1 - a)[t]);
            Same(0.5 * a[t], (0.5 * a)[t]);
            Same(s / a[t], (s / a)[t]);
            Same(-a[t], (-a)[t]);
        }

        static void Same(Vec<A> expected, Vec<A> actual) => Assert.Equal(expected.ToArray(), actual.ToArray());
    }

    [Fact]
    public void RefusesOperandsOfDifferentLengths()
    {
        string message = Assert.Throws<ArgumentException>(() => Sequence<A>(random, 2, 3) + Sequence<A>(random, 4, 3)).Message;
        Assert.Contains("Seq<A> of 2 steps does not fit Seq<A> of 4 steps", message);
    }

    [Fact]
    public void AnUnboundSequenceSaysHowToBindIt()
    {
        Seq<A> unbound = default;
        Assert.Contains("This Seq<A> has no values", Assert.Throws<InvalidOperationException>(() => unbound.Steps).Message);
        Assert.Throws<InvalidOperationException>(() => unbound * 2);
        Assert.Throws<InvalidOperationException>(() => Ops.Last(unbound));
    }
}
