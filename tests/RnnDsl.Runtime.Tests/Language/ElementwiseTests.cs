using static RnnDsl.Ops;
using static RnnDsl.Tests.Language.Samples;

namespace RnnDsl.Tests.Language;

public class ElementwiseTests
{
    readonly Random random = new(5);

    /// <summary>Checks the three forms of a function against a formula, over the range ±<paramref name="range"/>.</summary>
    void Check(
        Func<double, double> formula, Func<Vec<A>, Vec<A>> vector, Func<Scalar, Scalar> scalar, Func<Seq<A>, Seq<A>> sequence,
        double range = 6, double low = double.NegativeInfinity)
    {
        double[] values = [.. Values(random, 24).Select(v => Math.Max(low, v * range / 2))];
        double[] expected = [.. values.Select(formula)];
        Close(expected, vector(new Vec<A>(values)).ToArray());
        Close(expected, sequence(new Seq<A>(4, values)).ToArray());
        for (int i = 0; i < values.Length; i++)
            Close(expected[i], scalar(values[i]).Value);
    }

    [Fact]
    public void FunctionsAgreeWithTheirFormulas()
    {
        Check(x => 1 / (1 + Math.Exp(-x)), Sigmoid, Sigmoid, Sigmoid);
        Check(x => (Math.Exp(x) - Math.Exp(-x)) / (Math.Exp(x) + Math.Exp(-x)), Tanh, Tanh, Tanh);
        Check(x => x > 0 ? x : 0, Relu, Relu, Relu);
        Check(x => x > 0 ? x : 0.01 * x, x => LeakyRelu(x), x => LeakyRelu(x), x => LeakyRelu(x));
        Check(x => x > 0 ? x : 0.3 * x, x => LeakyRelu(x, 0.3), x => LeakyRelu(x, 0.3), x => LeakyRelu(x, 0.3));
        Check(x => x > 0 ? x : Math.Exp(x) - 1, x => Elu(x), x => Elu(x), x => Elu(x));
        Check(x => x > 0 ? x : 2 * (Math.Exp(x) - 1), x => Elu(x, 2), x => Elu(x, 2), x => Elu(x, 2));
        Check(x => x / (1 + Math.Exp(-x)), Silu, Silu, Silu);
        Check(x => Math.Log(1 + Math.Exp(x)), Softplus, Softplus, Softplus);
        Check(Math.Exp, Exp, Exp, Exp);
        Check(Math.Log, Log, Log, Log, low: 0.1);
        Check(Math.Sqrt, Sqrt, Sqrt, Sqrt, low: 0);
        Check(x => x < 0 ? -x : x, Abs, Abs, Abs);
        Check(x => x * x, Square, Square, Square);
        Check(Math.Sin, Sin, Sin, Sin);
        Check(Math.Cos, Cos, Cos, Cos);
        Check(Math.Floor, Floor, Floor, Floor);
        Check(x => x - 0.3 * Math.Floor(x / 0.3), x => Mod(x, 0.3), x => Mod(x, 0.3), x => Mod(x, 0.3));
        Check(x => x - (x * x + 1) * Math.Floor(x / (x * x + 1)), x => Mod(x, x * x + 1), x => Mod(x, x * x + 1), x => Mod(x, x * x + 1));
        Check(x => x < -1 ? -1 : x > 0.5 ? 0.5 : x, x => Clip(x, -1, 0.5), x => Clip(x, -1, 0.5), x => Clip(x, -1, 0.5));
        Check(x => x, StopGradient, StopGradient, StopGradient);
        Check(x => x < 0.5 ? x : 0.5, x => Min(x, 0.5), x => Min(x, 0.5), x => Min(x, 0.5));
        Check(x => x > 0 ? x : 0, x => Max(x, 0), x => Max(x, 0), x => Max(x, 0));
        Check(x => x > -x ? x : -x, x => Max(x, -x), x => Max(x, -x), x => Max(x, -x));
        Check(x => x < x * x ? x : x * x, x => Min(x, x * x), x => Min(x, x * x), x => Min(x, x * x));
    }

    [Fact]
    public void GeluIsTheTanhForm()
    {
        // GELU(1) = Φ(1) = 0.8413447; the tanh form gives 0.8411920.
        Close(0.8411920, Gelu(new Scalar(1)).Value, 1e-6);
        Check(x => x / (1 + Math.Exp(-2 * Math.Sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x))), Gelu, Gelu, Gelu);
    }

    [Fact]
    public void FunctionsKeepTheirLimits()
    {
        var x = new Vec<A>(-1e4, -750, -40, 0, 40, 750, 1e4);

        Close([0, 0, Math.Exp(-40), 0.5, 1, 1, 1], Sigmoid(x).ToArray());
        Assert.Equal(Math.Exp(-40), Sigmoid(x)[2], 1e-30);
        Close([0, 0, 0, Math.Log(2), 40, 750, 1e4], Softplus(x).ToArray());
        Assert.Equal(Math.Exp(-40), Softplus(x)[2], 1e-30);
        Close([-1, -1, -1, 0, 1, 1, 1], Tanh(x).ToArray());
        Close([0, 0, 0, 0, 40, 750, 1e4], Silu(x).ToArray());
        Close([0, 0, 0, 0, 40, 750, 1e4], Gelu(x).ToArray());
        Close([-1, -1, -1, 0, 40, 750, 1e4], Elu(x).ToArray());
    }

    [Fact]
    public void NotANumberStaysOne()
    {
        var x = new Vec<A>(double.NaN, 1);
        foreach (Func<Vec<A>, Vec<A>> function in new Func<Vec<A>, Vec<A>>[]
        {
            Sigmoid, Tanh, Relu, x => LeakyRelu(x), x => Elu(x), Gelu, Silu, Softplus, Sin, Cos, Floor, x => Mod(x, 2),
            x => Max(x, 0), x => Min(x, 0), x => Clip(x, -1, 1),
        })
            Assert.True(double.IsNaN(function(x)[0]));
        Assert.True(double.IsNaN(Max(x).Value));
        Assert.All(Softmax(x).ToArray(), v => Assert.True(double.IsNaN(v)));
    }

    [Fact]
    public void ClipRefusesExchangedBounds()
    {
        Assert.Throws<ArgumentException>(() => Clip(new Vec<A>(1), 1, 0));
        Assert.Throws<ArgumentException>(() => Clip(new Scalar(1), 1, 0));
        Assert.Throws<ArgumentException>(() => Clip(new Scalar(1), double.NaN, 0));
        Assert.Equal(2, Clip(new Scalar(3), double.NegativeInfinity, 2).Value);
    }
}
