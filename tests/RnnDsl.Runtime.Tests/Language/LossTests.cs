using static RnnDsl.Ops;
using static RnnDsl.Tests.Language.Samples;

namespace RnnDsl.Tests.Language;

public class LossTests
{
    readonly Random random = new(7);

    /// <summary>Checks a loss that is a mean over units and over time against the formula of one unit.</summary>
    static void Check(
        Func<double, double, double> formula, Seq<A> x, Seq<A> y,
        Func<Vec<A>, Vec<A>, Scalar> vector, Func<Seq<A>, Seq<A>, Scalar> sequence,
        Func<Scalar, Scalar, Scalar>? scalar = null)
    {
        double total = 0;
        for (int t = 0; t < x.Steps; t++)
        {
            double sum = 0;
            for (int i = 0; i < x.Width; i++)
            {
                sum += formula(x[t][i], y[t][i]);
                if (scalar is not null)
                    Close(formula(x[t][i], y[t][i]), scalar(x[t][i], y[t][i]).Value);
            }
            Close(sum / x.Width, vector(x[t], y[t]).Value);
            total += sum;
        }
        Close(total / (x.Width * x.Steps), sequence(x, y).Value);
    }

    [Fact]
    public void RegressionLossesAreMeansOverUnitsAndTime()
    {
        Seq<A> x = Sequence<A>(random, 6, 5), y = Sequence<A>(random, 6, 5);

        Check((p, t) => (p - t) * (p - t), x, y, MeanSquaredError, MeanSquaredError, MeanSquaredError);
        Check((p, t) => Math.Abs(p - t), x, y, MeanAbsoluteError, MeanAbsoluteError, MeanAbsoluteError);
        foreach (double d in new[] { 0.3, 1, 2.5 })
            Check(
                (p, t) => Math.Abs(p - t) <= d ? (p - t) * (p - t) / 2 : d * Math.Abs(p - t) - d * d / 2,
                x, y, (p, t) => Huber(p, t, d), (p, t) => Huber(p, t, d), (p, t) => Huber(p, t, d));
        Assert.Equal(Huber(x, y, 1).Value, Huber(x, y).Value);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-0.5)]
    [InlineData(double.NaN)]
    public void HuberRefusesADeltaThatIsNotAboveZero(double delta)
    {
        Seq<A> x = Sequence<A>(random, 2, 3);
        Assert.Throws<ArgumentException>(() => Huber(x, x, delta));
        Assert.Throws<ArgumentException>(() => Huber(x[0], x[1], delta));
        Assert.Throws<ArgumentException>(() => Huber(new Scalar(1), new Scalar(2), delta));
    }

    [Fact]
    public void CrossEntropySumsOverClasses()
    {
        Seq<A> logits = Sequence<A>(random, 4, 5), targets = Softmax(Sequence<A>(random, 4, 5));
        double total = 0;
        for (int t = 0; t < 4; t++)
        {
            double sum = logits[t].ToArray().Sum(Math.Exp), loss = 0;
            for (int i = 0; i < 5; i++)
                loss -= targets[t][i] * Math.Log(Math.Exp(logits[t][i]) / sum);
            Close(loss, CrossEntropy(logits[t], targets[t]).Value);
            total += loss;
        }
        Close(total / 4, CrossEntropy(logits, targets).Value);
        Close(0, CrossEntropy(new Vec<A>(1e4, 0), new Vec<A>(1, 0)).Value);
        Close(1e4, CrossEntropy(new Vec<A>(1e4, 0), new Vec<A>(0, 1)).Value);
    }

    [Fact]
    public void BinaryCrossEntropyIsAMeanOverUnitsAndTime()
    {
        Seq<A> logits = Sequence<A>(random, 4, 5), targets = Sigmoid(Sequence<A>(random, 4, 5));

        Check(
            (x, t) => -t * Math.Log(1 / (1 + Math.Exp(-x))) - (1 - t) * Math.Log(1 - 1 / (1 + Math.Exp(-x))),
            logits, targets, BinaryCrossEntropy, BinaryCrossEntropy);
        Close(0, BinaryCrossEntropy(new Vec<A>(1e4, -1e4), new Vec<A>(1, 0)).Value);
        Close(1e4, BinaryCrossEntropy(new Vec<A>(1e4, -1e4), new Vec<A>(0, 1)).Value);
    }

    [Fact]
    public void PredictionAndTargetMustBeOfOneShape()
    {
        Assert.Throws<ArgumentException>(() => MeanSquaredError(new Vec<A>(1), new Vec<A>(1, 2)));
        Assert.Throws<ArgumentException>(() => CrossEntropy(Sequence<A>(random, 2, 2), Sequence<A>(random, 3, 2)));
    }
}
