namespace RnnDsl;

/// <summary>The elementwise functions of one number that <see cref="Math"/> lacks, each stable over the whole range.</summary>
static class Functions
{
    public static double Sigmoid(double x)
    {
        // Only negative powers, so that nothing overflows.
        double e = Math.Exp(-Math.Abs(x));
        return x >= 0 ? 1 / (1 + e) : e / (1 + e);
    }

    public static double Relu(double x) => Math.Max(x, 0);

    public static double LeakyRelu(double x, double slope) => x > 0 ? x : slope * x;

    public static double Elu(double x, double alpha) => x > 0 ? x : alpha * (Math.Exp(x) - 1);

    public static double Gelu(double x) => 0.5 * x * (1 + Math.Tanh(Math.Sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x)));

    public static double Silu(double x) => x * Sigmoid(x);

    public static double Softplus(double x) => Math.Max(x, 0) + LogOnePlus(Math.Exp(-Math.Abs(x)));

    public static double LogSigmoid(double x) => -Softplus(-x);

    public static double Square(double x) => x * x;

    public static double Mod(double a, double b) => a - b * Math.Floor(a / b);

    public static double Greater(double a, double b) => a > b ? 1 : 0;

    public static double Less(double a, double b) => Greater(b, a);

    public static double AtLeast(double a, double b) => 1 - Greater(b, a);

    public static double AtMost(double a, double b) => 1 - Greater(a, b);

    /// <summary>x where a comparison holds, else 0; and the other way round.</summary>
    public static double WhereHolds(double holds, double x) => holds != 0 ? x : 0;

    public static double WhereNot(double holds, double x) => holds != 0 ? 0 : x;

    public static double Clip(double x, double low, double high) => low <= high ? Math.Clamp(x, low, high)
        : throw new ArgumentException(FormattableString.Invariant($"Clip from {low} to {high}: the lower bound must not be above the upper one."));

    /// <summary>Checks the rate of a dropout.</summary>
    public static void CheckRate(double rate)
    {
        if (!(rate is >= 0 and < 1))
            throw new ArgumentException(FormattableString.Invariant($"Dropout at the rate {rate}: it must be from 0 to below 1."), nameof(rate));
    }

    public static double Huber(double error, double delta) => !(delta > 0)
        ? throw new ArgumentException(FormattableString.Invariant($"Huber's delta is {delta}: it must be above zero."), nameof(delta)) :
        Math.Abs(error) <= delta ? 0.5 * error * error : delta * (Math.Abs(error) - 0.5 * delta);

    /// <summary>The negative log likelihood of a target in [0, 1] under the probability σ(<paramref name="logit"/>).</summary>
    public static double BinaryCrossEntropy(double logit, double target) =>
        Math.Max(logit, 0) - logit * target + LogOnePlus(Math.Exp(-Math.Abs(logit)));

    /// <summary>log(1 + x) without the loss of digits for small x: the rounding error of 1 + x cancels in the quotient.</summary>
    static double LogOnePlus(double x)
    {
        double rounded = 1 + x;
        return rounded == 1 ? x : Math.Log(rounded) * x / (rounded - 1);
    }
}
