namespace RnnDsl;

/// <summary>
/// The functions of equations: <c>using static RnnDsl.Ops;</c>. Elementwise functions take a vector, a scalar or, step by step, a sequence.
/// </summary>
public static partial class Ops
{
    /// <summary>The logistic function 1 / (1 + e^−x), the gate of recurrent cells.</summary>
    public static Vec<D> Sigmoid<D>(Vec<D> x) => x.Select(Functions.Sigmoid);

    /// <inheritdoc cref="Sigmoid{D}(Vec{D})"/>
    public static Scalar Sigmoid(Scalar x) => Functions.Sigmoid(x.Value);

    /// <inheritdoc cref="Sigmoid{D}(Vec{D})"/>
    public static Seq<D> Sigmoid<D>(Seq<D> x) => x.Select(Sigmoid);

    /// <summary>The hyperbolic tangent.</summary>
    public static Vec<D> Tanh<D>(Vec<D> x) => x.Select(Math.Tanh);

    /// <inheritdoc cref="Tanh{D}(Vec{D})"/>
    public static Scalar Tanh(Scalar x) => Math.Tanh(x.Value);

    /// <inheritdoc cref="Tanh{D}(Vec{D})"/>
    public static Seq<D> Tanh<D>(Seq<D> x) => x.Select(Tanh);

    /// <summary>max(x, 0) (Nair &amp; Hinton 2010).</summary>
    public static Vec<D> Relu<D>(Vec<D> x) => x.Select(Functions.Relu);

    /// <inheritdoc cref="Relu{D}(Vec{D})"/>
    public static Scalar Relu(Scalar x) => Functions.Relu(x.Value);

    /// <inheritdoc cref="Relu{D}(Vec{D})"/>
    public static Seq<D> Relu<D>(Seq<D> x) => x.Select(Relu);

    /// <summary>x where it is positive, else <paramref name="slope"/> · x (Maas et al. 2013).</summary>
    public static Vec<D> LeakyRelu<D>(Vec<D> x, double slope = 0.01) => x.Select(x => Functions.LeakyRelu(x, slope));

    /// <inheritdoc cref="LeakyRelu{D}(Vec{D}, double)"/>
    public static Scalar LeakyRelu(Scalar x, double slope = 0.01) => Functions.LeakyRelu(x.Value, slope);

    /// <inheritdoc cref="LeakyRelu{D}(Vec{D}, double)"/>
    public static Seq<D> LeakyRelu<D>(Seq<D> x, double slope = 0.01) => x.Select(x => LeakyRelu(x, slope));

    /// <summary>x where it is positive, else <paramref name="alpha"/> · (e^x − 1) (Clevert et al. 2016).</summary>
    public static Vec<D> Elu<D>(Vec<D> x, double alpha = 1) => x.Select(x => Functions.Elu(x, alpha));

    /// <inheritdoc cref="Elu{D}(Vec{D}, double)"/>
    public static Scalar Elu(Scalar x, double alpha = 1) => Functions.Elu(x.Value, alpha);

    /// <inheritdoc cref="Elu{D}(Vec{D}, double)"/>
    public static Seq<D> Elu<D>(Seq<D> x, double alpha = 1) => x.Select(x => Elu(x, alpha));

    /// <summary>½x · (1 + tanh(√(2/π) · (x + 0.044715x³))), the tanh form of the Gaussian error linear unit
    /// (Hendrycks &amp; Gimpel 2016).</summary>
    public static Vec<D> Gelu<D>(Vec<D> x) => x.Select(Functions.Gelu);

    /// <inheritdoc cref="Gelu{D}(Vec{D})"/>
    public static Scalar Gelu(Scalar x) => Functions.Gelu(x.Value);

    /// <inheritdoc cref="Gelu{D}(Vec{D})"/>
    public static Seq<D> Gelu<D>(Seq<D> x) => x.Select(Gelu);

    /// <summary>x · σ(x), also called swish (Elfwing et al. 2018).</summary>
    public static Vec<D> Silu<D>(Vec<D> x) => x.Select(Functions.Silu);

    /// <inheritdoc cref="Silu{D}(Vec{D})"/>
    public static Scalar Silu(Scalar x) => Functions.Silu(x.Value);

    /// <inheritdoc cref="Silu{D}(Vec{D})"/>
    public static Seq<D> Silu<D>(Seq<D> x) => x.Select(Silu);

    /// <summary>log(1 + e^x), without overflow.</summary>
    public static Vec<D> Softplus<D>(Vec<D> x) => x.Select(Functions.Softplus);

    /// <inheritdoc cref="Softplus{D}(Vec{D})"/>
    public static Scalar Softplus(Scalar x) => Functions.Softplus(x.Value);

    /// <inheritdoc cref="Softplus{D}(Vec{D})"/>
    public static Seq<D> Softplus<D>(Seq<D> x) => x.Select(Softplus);

    /// <summary>sin x, x in radians. Compiled to an absolute error of 4e-7 for |x| up to 10,000. Beyond that, single precision resolves an angle less and less.</summary>
    public static Vec<D> Sin<D>(Vec<D> x) => x.Select(Math.Sin);

    /// <inheritdoc cref="Sin{D}(Vec{D})"/>
    public static Scalar Sin(Scalar x) => Math.Sin(x.Value);

    /// <inheritdoc cref="Sin{D}(Vec{D})"/>
    public static Seq<D> Sin<D>(Seq<D> x) => x.Select(Sin);

    /// <summary>cos x, x in radians. As exact as <see cref="Sin{D}(Vec{D})"/>.</summary>
    public static Vec<D> Cos<D>(Vec<D> x) => x.Select(Math.Cos);

    /// <inheritdoc cref="Cos{D}(Vec{D})"/>
    public static Scalar Cos(Scalar x) => Math.Cos(x.Value);

    /// <inheritdoc cref="Cos{D}(Vec{D})"/>
    public static Seq<D> Cos<D>(Seq<D> x) => x.Select(Cos);

    /// <summary>The largest whole number that is not larger. No gradient flows through it.</summary>
    public static Vec<D> Floor<D>(Vec<D> x) => x.Select(Math.Floor);

    /// <inheritdoc cref="Floor{D}(Vec{D})"/>
    public static Scalar Floor(Scalar x) => Math.Floor(x.Value);

    /// <inheritdoc cref="Floor{D}(Vec{D})"/>
    public static Seq<D> Floor<D>(Seq<D> x) => x.Select(Floor);

    /// <summary>The remainder of a divided by b: a − b·⌊a / b⌋, at least 0 and below b, also if a is below zero; it has the sign of b. Its gradient is 1 for a, and −⌊a / b⌋ for b.
    /// Compiled to one unit in the last place of a, for a / b up to 10⁷; beyond that the quotient has no whole digits left in single precision.</summary>
    public static Vec<D> Mod<D>(Vec<D> a, Vec<D> b) => Vec<D>.Zip(a, b, Functions.Mod);

    /// <inheritdoc cref="Mod{D}(Vec{D}, Vec{D})"/>
    public static Vec<D> Mod<D>(Vec<D> a, Scalar b) => a.Select(a => Functions.Mod(a, b.Value));

    /// <inheritdoc cref="Mod{D}(Vec{D}, Vec{D})"/>
    public static Vec<D> Mod<D>(Scalar a, Vec<D> b) => b.Select(b => Functions.Mod(a.Value, b));

    /// <inheritdoc cref="Mod{D}(Vec{D}, Vec{D})"/>
    public static Scalar Mod(Scalar a, Scalar b) => Functions.Mod(a.Value, b.Value);

    /// <inheritdoc cref="Mod{D}(Vec{D}, Vec{D})"/>
    public static Seq<D> Mod<D>(Seq<D> a, Seq<D> b) => a.Zip(b, Mod);

    /// <inheritdoc cref="Mod{D}(Vec{D}, Vec{D})"/>
    public static Seq<D> Mod<D>(Seq<D> a, Scalar b) => a.Select(a => Mod(a, b));

    /// <summary>log σ(x) = −log(1 + e^−x), at most 0, without overflow and with all digits where σ(x) has lost them.</summary>
    public static Vec<D> LogSigmoid<D>(Vec<D> x) => x.Select(Functions.LogSigmoid);

    /// <inheritdoc cref="LogSigmoid{D}(Vec{D})"/>
    public static Scalar LogSigmoid(Scalar x) => Functions.LogSigmoid(x.Value);

    /// <inheritdoc cref="LogSigmoid{D}(Vec{D})"/>
    public static Seq<D> LogSigmoid<D>(Seq<D> x) => x.Select(LogSigmoid);

    /// <summary>e^x.</summary>
    public static Vec<D> Exp<D>(Vec<D> x) => x.Select(Math.Exp);

    /// <inheritdoc cref="Exp{D}(Vec{D})"/>
    public static Scalar Exp(Scalar x) => Math.Exp(x.Value);

    /// <inheritdoc cref="Exp{D}(Vec{D})"/>
    public static Seq<D> Exp<D>(Seq<D> x) => x.Select(Exp);

    /// <summary>The natural logarithm.</summary>
    public static Vec<D> Log<D>(Vec<D> x) => x.Select(Math.Log);

    /// <inheritdoc cref="Log{D}(Vec{D})"/>
    public static Scalar Log(Scalar x) => Math.Log(x.Value);

    /// <inheritdoc cref="Log{D}(Vec{D})"/>
    public static Seq<D> Log<D>(Seq<D> x) => x.Select(Log);

    /// <summary>The square root.</summary>
    public static Vec<D> Sqrt<D>(Vec<D> x) => x.Select(Math.Sqrt);

    /// <inheritdoc cref="Sqrt{D}(Vec{D})"/>
    public static Scalar Sqrt(Scalar x) => Math.Sqrt(x.Value);

    /// <inheritdoc cref="Sqrt{D}(Vec{D})"/>
    public static Seq<D> Sqrt<D>(Seq<D> x) => x.Select(Sqrt);

    /// <summary>The absolute value.</summary>
    public static Vec<D> Abs<D>(Vec<D> x) => x.Select(Math.Abs);

    /// <inheritdoc cref="Abs{D}(Vec{D})"/>
    public static Scalar Abs(Scalar x) => Math.Abs(x.Value);

    /// <inheritdoc cref="Abs{D}(Vec{D})"/>
    public static Seq<D> Abs<D>(Seq<D> x) => x.Select(Abs);

    /// <summary>x².</summary>
    public static Vec<D> Square<D>(Vec<D> x) => x.Select(Functions.Square);

    /// <inheritdoc cref="Square{D}(Vec{D})"/>
    public static Scalar Square(Scalar x) => Functions.Square(x.Value);

    /// <inheritdoc cref="Square{D}(Vec{D})"/>
    public static Seq<D> Square<D>(Seq<D> x) => x.Select(Square);

    /// <summary>The smaller of the two, unit by unit.</summary>
    public static Vec<D> Min<D>(Vec<D> a, Vec<D> b) => Vec<D>.Zip(a, b, Math.Min);

    /// <inheritdoc cref="Min{D}(Vec{D}, Vec{D})"/>
    public static Vec<D> Min<D>(Vec<D> a, Scalar b) => a.Select(a => Math.Min(a, b.Value));

    /// <inheritdoc cref="Min{D}(Vec{D}, Vec{D})"/>
    public static Scalar Min(Scalar a, Scalar b) => Math.Min(a.Value, b.Value);

    /// <inheritdoc cref="Min{D}(Vec{D}, Vec{D})"/>
    public static Seq<D> Min<D>(Seq<D> a, Seq<D> b) => a.Zip(b, Min);

    /// <inheritdoc cref="Min{D}(Vec{D}, Vec{D})"/>
    public static Seq<D> Min<D>(Seq<D> a, Scalar b) => a.Select(a => Min(a, b));

    /// <summary>The larger of the two, unit by unit.</summary>
    public static Vec<D> Max<D>(Vec<D> a, Vec<D> b) => Vec<D>.Zip(a, b, Math.Max);

    /// <inheritdoc cref="Max{D}(Vec{D}, Vec{D})"/>
    public static Vec<D> Max<D>(Vec<D> a, Scalar b) => a.Select(a => Math.Max(a, b.Value));

    /// <inheritdoc cref="Max{D}(Vec{D}, Vec{D})"/>
    public static Scalar Max(Scalar a, Scalar b) => Math.Max(a.Value, b.Value);

    /// <inheritdoc cref="Max{D}(Vec{D}, Vec{D})"/>
    public static Seq<D> Max<D>(Seq<D> a, Seq<D> b) => a.Zip(b, Max);

    /// <inheritdoc cref="Max{D}(Vec{D}, Vec{D})"/>
    public static Seq<D> Max<D>(Seq<D> a, Scalar b) => a.Select(a => Max(a, b));

    /// <summary>x where it lies between <paramref name="low"/> and <paramref name="high"/>, else the nearer of the two.</summary>
    /// <exception cref="ArgumentException"><paramref name="low"/> is above <paramref name="high"/>, or one of them is no number.</exception>
    public static Vec<D> Clip<D>(Vec<D> x, double low, double high) => x.Select(x => Functions.Clip(x, low, high));

    /// <inheritdoc cref="Clip{D}(Vec{D}, double, double)"/>
    public static Scalar Clip(Scalar x, double low, double high) => Functions.Clip(x.Value, low, high);

    /// <inheritdoc cref="Clip{D}(Vec{D}, double, double)"/>
    public static Seq<D> Clip<D>(Seq<D> x, double low, double high) => x.Select(x => Clip(x, low, high));

    /// <summary>x itself, but a constant to the gradient.</summary>
    public static Vec<D> StopGradient<D>(Vec<D> x) => x;

    /// <inheritdoc cref="StopGradient{D}(Vec{D})"/>
    public static Scalar StopGradient(Scalar x) => x;

    /// <inheritdoc cref="StopGradient{D}(Vec{D})"/>
    public static Seq<D> StopGradient<D>(Seq<D> x) => x;
}
