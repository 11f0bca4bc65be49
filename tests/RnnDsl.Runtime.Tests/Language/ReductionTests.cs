using static RnnDsl.Ops;
using static RnnDsl.Tests.Language.Samples;

namespace RnnDsl.Tests.Language;

public class ReductionTests
{
    readonly Random random = new(6);

    [Fact]
    public void VectorsReduceToScalars()
    {
        for (int length = 1; length < 20; length++)
        {
            Vec<A> a = Vector<A>(random, length), b = Vector<A>(random, length);
            double sum = 0, max = double.NegativeInfinity, dot = 0;
            for (int i = 0; i < length; i++)
            {
                sum += a[i];
                max = a[i] > max ? a[i] : max;
                dot += a[i] * b[i];
            }
            Close(sum, Sum(a).Value);
            Close(sum / length, Mean(a).Value);
            Close(max, Max(a).Value);
            Close(dot, Dot(a, b).Value);
        }
    }

    [Fact]
    public void NormalizedVectorsHaveMeanZeroAndTheVarianceOfTheirEpsilon()
    {
        Seq<A> x = 3 * Sequence<A>(random, 5, 7) + 2;
        Seq<A> y = Normalize(x), coarse = Normalize(x, 0.5);
        for (int t = 0; t < 5; t++)
        {
            double mean = x[t].ToArray().Average();
            double variance = x[t].ToArray().Select(v => (v - mean) * (v - mean)).Average();
            Close([.. x[t].ToArray().Select(v => (v - mean) / Math.Sqrt(variance + 1e-5))], y[t].ToArray());
            Close([.. x[t].ToArray().Select(v => (v - mean) / Math.Sqrt(variance + 0.5))], coarse[t].ToArray());
            Close(y[t].ToArray(), Normalize(x[t]).ToArray());
        }
        Assert.Equal([0, 0, 0], Normalize(new Vec<A>(4, 4, 4)).ToArray());
        Assert.Throws<ArgumentException>(() => Normalize(x, -1e-5));
        Assert.Throws<ArgumentException>(() => Normalize(x[0], double.NaN));
    }

    [Fact]
    public void UncompiledNothingIsDropped()
    {
        Seq<A> x = Sequence<A>(random, 3, 4);
        for (int t = 0; t < 3; t++)
        {
            Assert.Equal(x[t].ToArray(), Dropout(x, 0.5)[t].ToArray());
            Assert.Equal(x[t].ToArray(), VariationalDropout(x[t], 0.999).ToArray());
        }
        foreach (double rate in new[] { -0.1, 1, double.NaN })
        {
            Assert.Throws<ArgumentException>(() => Dropout(x[0], rate));
            Assert.Throws<ArgumentException>(() => VariationalDropout(x, rate));
        }
    }

    [Fact]
    public void SoftmaxIsADistribution()
    {
        Seq<A> x = Sequence<A>(random, 5, 6);
        for (int t = 0; t < 5; t++)
        {
            double sum = x[t].ToArray().Sum(Math.Exp);
            Close([.. x[t].ToArray().Select(v => Math.Exp(v) / sum)], Softmax(x)[t].ToArray());
            Close([.. x[t].ToArray().Select(v => Math.Log(Math.Exp(v) / sum))], LogSoftmax(x)[t].ToArray());
        }
        Close([1, 0, 0], Softmax(new Vec<A>(1e4, 0, -1e4)).ToArray());
        Close([0, -1e4, -2e4], LogSoftmax(new Vec<A>(1e4, 0, -1e4)).ToArray());
        Close([0.5, 0.5], Softmax(new Vec<A>(-1e4, -1e4)).ToArray());
    }

    [Fact]
    public void SequencesReduceOverTime()
    {
        var x = new Seq<A>(2, [1.0, 2, 3, 4, 8, 9]);
        Assert.Equal([1, 2], First(x).ToArray());
        Assert.Equal([8, 9], Last(x).ToArray());
        Assert.Equal([4, 5], Mean(x).ToArray());
        Assert.Equal([7], Mean(new Seq<A>(new Vec<A>(7))).ToArray());
    }

    [Fact]
    public void TheOlderNameOfNormalizeStillCounts()
    {
        var x = new Seq<A>(2, [1.0, 2, 3, 7]);
#pragma warning disable CS0618 // It is the older name that is tested.
        Assert.Equal(Normalize(x).ToArray(), Normalise(x).ToArray());
        Assert.Equal(Normalize(x[1], 0.5).ToArray(), Normalise(x[1], 0.5).ToArray());
#pragma warning restore CS0618
    }
}
