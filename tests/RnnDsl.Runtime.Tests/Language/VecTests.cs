using System.Globalization;
using Microsoft.CSharp.RuntimeBinder;
using static RnnDsl.Tests.Language.Samples;

namespace RnnDsl.Tests.Language;

public class VecTests
{
    readonly Random random = new(1);

    [Fact]
    public void HoldsACopyOfItsValues()
    {
        double[] values = [1, 2, 3];
        var x = new Vec<A>(values);
        values[0] = 9;
        x.ToArray()[1] = 9;

        Assert.Equal(3, x.Length);
        Assert.Equal([1, 2, 3], x.ToArray());
        Assert.Equal(3, x[2]);
        Assert.Equal(3, x[^1]);
    }

    [Fact]
    public void RefusesNoValuesAndTheWrongNumber()
    {
        Assert.Contains("Vec<A> needs at least one value", Assert.Throws<ArgumentException>(() => new Vec<A>([])).Message);
        string message = Assert.Throws<ArgumentException>(() => new Vec<A>(3, [1.0, 2])).Message;
        Assert.Contains("Vec<A> of size 3 takes 3 values, but 2 were given", message);
        Assert.Throws<ArgumentOutOfRangeException>(() => new Vec<A>(0, []));
    }

    [Fact]
    public void OperatorsAreElementwise()
    {
        for (int length = 1; length < 20; length++)
        {
            Vec<A> a = Vector<A>(random, length), b = Vector<A>(random, length);
            Scalar s = random.NextDouble() + 0.5;
            for (int i = 0; i < length; i++)
            {
                Assert.Equal(a[i] + b[i], (a + b)[i]);
                Assert.Equal(a[i] - b[i], (a - b)[i]);
                Assert.Equal(a[i] * b[i], (a * b)[i]);
                Assert.Equal(a[i] / b[i], (a / b)[i]);
                Assert.Equal(-a[i], (-a)[i]);
                Assert.Equal(a[i] + s.Value, (a + s)[i]);
                Assert.Equal(a[i] - s.Value, (a - s)[i]);
                Assert.Equal(a[i] * s.Value, (a * s)[i]);
                Assert.Equal(a[i] / s.Value, (a / s)[i]);
                Assert.Equal(s.Value + a[i], (s + a)[i]);
                Assert.Equal(s.Value - a[i], (s - a)[i]);
                Assert.Equal(s.Value * a[i], (s * a)[i]);
                Assert.Equal(s.Value / a[i], (s / a)[i]);
                Assert.Equal(1 - a[i], (1 - a)[i]);
                Assert.Equal(a[i] * 0.5, (a * 0.5)[i]);
            }
        }
    }

    [Fact]
    public void ScalarsComputeWithNumbers()
    {
        Scalar a = 3, b = 0.5;

        Assert.Equal(3.5, (a + b).Value);
        Assert.Equal(2.5, (a - b).Value);
        Assert.Equal(1.5, (a * b).Value);
        Assert.Equal(6, (a / b).Value);
        Assert.Equal(-3, (-a).Value);
        Assert.Equal(-2, (1 - a).Value);
        Assert.Equal(1.5, (a / 2).Value);
    }

    [Fact]
    public void SlicesAsManyUnitsAsTheOtherHas()
    {
        var x = new Vec<A>(0, 1, 2, 3, 4);
        var like = new Vec<B>(9, 9);

        Vec<B> slice = x.Slice(1, like);
        Assert.Equal([1, 2], slice.ToArray());
        Assert.Equal([3, 4], x.Slice(3, like).ToArray());
        Assert.Contains("can start at 0 to 3", Assert.Throws<ArgumentOutOfRangeException>(() => x.Slice(4, like)).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => x.Slice(-1, like));
        Assert.Throws<ArgumentOutOfRangeException>(() => like.Slice(0, x));
    }

    [Fact]
    public void RefusesOperandsOfDifferentSizes()
    {
        string message = Assert.Throws<ArgumentException>(() => new Vec<A>(1, 2) + new Vec<A>(1, 2, 3)).Message;
        Assert.Contains("Vec<A>: the sizes 2 and 3 do not fit together", message);
    }

    [Fact]
    public void AnUnboundValueSaysHowToBindIt()
    {
        Vec<Cat<A, B>> unbound = default;

        foreach (Action use in new Action[]
        {
            () => _ = unbound.Length, () => _ = unbound + unbound, () => _ = 1 - unbound, () => _ = -unbound, () => Ops.Tanh(unbound),
            () => Ops.Sum(unbound), () => Ops.Left(unbound), () => unbound.Slice(0, new Vec<A>(1)), () => new Vec<A>(1).Slice(0, unbound),
            () => _ = new Seq<Cat<A, B>>(unbound),
        })
        {
            string message = Assert.Throws<InvalidOperationException>(use).Message;
            Assert.Contains("This Vec<Cat<A, B>> has no values: its field is not bound", message);
            Assert.Contains("RunReference", message);
        }
        Assert.Equal("Vec<Cat<A, B>> without values", unbound.ToString());
    }

    [Fact]
    public void ShapesThatDoNotFitDoNotBind()
    {
        dynamic a = new Vec<A>(1, 2), b = new Vec<B>(1, 2), m = new Mat<A, B>(2, 2, 1, 2, 3, 4), s = new Seq<A>(2, [1.0, 2]);

        Assert.Equal([5.0, 11], (double[])(m * b).ToArray());                         // what fits does
        Assert.Throws<RuntimeBinderException>(() => a + b);
        Assert.Throws<RuntimeBinderException>(() => a * b);
        Assert.Throws<RuntimeBinderException>(() => m * a);
        Assert.Throws<RuntimeBinderException>(() => a * m);
        Assert.Throws<RuntimeBinderException>(() => m + a);
        Assert.Throws<RuntimeBinderException>(() => m * s);
        Assert.Throws<RuntimeBinderException>(() => s + b);
    }

    [Fact]
    public void ReadsTheSameInEveryCulture()
    {
        CultureInfo before = CultureInfo.CurrentCulture;
        var hostile = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        hostile.NumberFormat.NumberDecimalSeparator = ",";
        hostile.NumberFormat.NegativeSign = "~";
        try
        {
            CultureInfo.CurrentCulture = hostile;
            Assert.Equal("[0.5, -1]", new Vec<A>(0.5, -1).ToString());
            Assert.Equal("-0.25", new Scalar(-0.25).ToString());
            Assert.Equal("1×2 [0.5, -1]", new Seq<A>(2, [0.5, -1]).ToString());
            Assert.Equal("2×1 [0.5, -1]", new Mat<A, B>(2, 1, 0.5, -1).ToString());
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }
}
