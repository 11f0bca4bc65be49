using static RnnDsl.Ops;
using static RnnDsl.Tests.Language.Samples;

namespace RnnDsl.Tests.Language;

public class ConcatTests
{
    readonly Random random = new(4);

    [Fact]
    public void PartsComeBackWhateverHappenedInBetween()
    {
        for (int a = 1; a < 5; a++)
            for (int b = 1; b < 5; b++)
            {
                Vec<A> x = Vector<A>(random, a);
                Vec<B> y = Vector<B>(random, b);
                Vec<Cat<A, B>> both = Concat(x, y);

                Assert.Equal([.. x.ToArray(), .. y.ToArray()], both.ToArray());
                Assert.Equal(x.ToArray(), Left(both).ToArray());
                Assert.Equal(y.ToArray(), Right(both).ToArray());
                Vec<Cat<A, B>> changed = Normalize(Tanh(-(2 * both * both - both / 3)));
                Assert.Equal(changed.ToArray()[..a], Left(changed).ToArray());
                Assert.Equal(changed.ToArray()[a..], Right(changed).ToArray());
            }
    }

    [Fact]
    public void ParametersAndProductsKnowTheirParts()
    {
        var parts = new Extent(2, 3);
        var parameter = new Vec<Cat<A, B>>(parts, [1.0, 2, 3, 4, 5]);
        Assert.Equal([1, 2], Left(parameter).ToArray());
        Assert.Equal([3, 4, 5], Right(parameter).ToArray());

        var m = new Mat<Cat<A, B>, C>(parts, 1, 1, 2, 3, 4, 5);
        Assert.Equal([2, 4], Left(m * new Vec<C>(2)).ToArray());
        Assert.Equal([6, 8, 10], Right(m * new Vec<C>(2)).ToArray());

        var back = new Mat<C, Cat<A, B>>(1, parts, 1, 2, 3, 4, 5);
        Assert.Equal([3, 4, 5], Right(Transpose(back) * new Vec<C>(1)).ToArray());

        // A part known to one operand only is known to the result, in either order.
        var plain = new Vec<Cat<A, B>>(1, 1, 1, 1, 1);
        Assert.Equal([2, 3], Left(plain + parameter).ToArray());
        Assert.Equal([2, 3], Left(parameter + plain).ToArray());
    }

    [Fact]
    public void PartsOfPartsComeBack()
    {
        Vec<Cat<Cat<A, B>, C>> x = Concat(Concat(new Vec<A>(1), new Vec<B>(2, 3)), new Vec<C>(4));
        Assert.Equal([2, 3], Right(Left(2 * x / 2)).ToArray());
        Assert.Equal("((1+2)+1)", new Extent(new Extent(1, 2), 1).ToString());
    }

    [Fact]
    public void SequencesAreCutStepByStep()
    {
        Seq<A> x = Sequence<A>(random, 3, 2);
        Seq<B> y = Sequence<B>(random, 3, 4);
        Seq<Cat<A, B>> both = Concat(x, y);

        Assert.Equal((3, 6), (both.Steps, both.Width));
        Assert.Equal(x.ToArray(), Left(both).ToArray());
        Assert.Equal(y.ToArray(), Right(both).ToArray());
        Assert.Equal(Left(both[2]).ToArray(), Left(Last(both)).ToArray());
        var given = new Seq<Cat<A, B>>(new Extent(1, 2), [1.0, 2, 3, 4, 5, 6]);
        Assert.Equal([1, 4], Left(given).ToArray());
        Assert.Throws<ArgumentException>(() => Concat(x, Sequence<B>(random, 2, 4)));
    }

    [Fact]
    public void TwoModelsOfDifferentSizesDoNotMix()
    {
        Vec<Cat<A, B>> x = Concat(new Vec<A>(1, 2), new Vec<B>(3)), y = Concat(new Vec<A>(1), new Vec<B>(2, 3));
        Assert.Contains("(2+1) and (1+2)", Assert.Throws<ArgumentException>(() => x + y).Message);
    }

    [Fact]
    public void AVectorWithoutPartsSaysHowToGiveThem()
    {
        var x = new Vec<Cat<A, B>>(1, 2, 3);
        Assert.Contains("new Extent(left, right)", Assert.Throws<InvalidOperationException>(() => Left(x)).Message);
        Assert.Throws<InvalidOperationException>(() => Right(x));
    }
}
