using System.ComponentModel;

namespace RnnDsl;

// Sums over the units of a vector or over time, and what normalizes by them.
public static partial class Ops
{
    /// <summary>The sum of the units.</summary>
    public static Scalar Sum<D>(Vec<D> x) => x.Values.Sum();

    /// <summary>The mean of the units.</summary>
    public static Scalar Mean<D>(Vec<D> x) => Sum(x) / x.Length;

    /// <summary>The largest unit.</summary>
    public static Scalar Max<D>(Vec<D> x) => x.Values.Aggregate(Math.Max);

    /// <summary>log Σ e^xᵢ, without overflow.</summary>
    public static Scalar LogSumExp<D>(Vec<D> x) => Max(x) + Log(Sum(Exp(x - Max(x))));

    /// <summary>The inner product Σ aᵢbᵢ.</summary>
    public static Scalar Dot<D>(Vec<D> a, Vec<D> b) => Sum(a * b);

    /// <summary>(x − mean) / √(variance + ε) over the units, with the biased variance (Ba et al. 2016, equations 3 and 4).</summary>
    /// <exception cref="ArgumentException"><paramref name="epsilon"/> is negative or no number.</exception>
    public static Vec<D> Normalize<D>(Vec<D> x, double epsilon = 1e-5)
    {
        if (!(epsilon >= 0))
            throw new ArgumentException(FormattableString.Invariant($"Normalize's epsilon is {epsilon}: it must not be negative."), nameof(epsilon));
        Vec<D> centered = x - Mean(x);
        return centered / Sqrt(Mean(Square(centered)) + epsilon);
    }

    /// <summary>Every step normalized by itself, as in <see cref="Normalize{D}(Vec{D}, double)"/>.</summary>
    public static Seq<D> Normalize<D>(Seq<D> x, double epsilon = 1e-5) => x.Select(step => Normalize(step, epsilon));

    /// <summary>The older name of <see cref="Normalize{D}(Vec{D}, double)"/>, kept for code that was compiled with it.</summary>
    [Obsolete("It is called Normalize."), EditorBrowsable(EditorBrowsableState.Never)]
    public static Vec<D> Normalise<D>(Vec<D> x, double epsilon = 1e-5) => Normalize(x, epsilon);

    /// <summary>The older name of <see cref="Normalize{D}(Seq{D}, double)"/>, kept for code that was compiled with it.</summary>
    [Obsolete("It is called Normalize."), EditorBrowsable(EditorBrowsableState.Never)]
    public static Seq<D> Normalise<D>(Seq<D> x, double epsilon = 1e-5) => Normalize(x, epsilon);

    /// <summary>e^xᵢ / Σ e^xⱼ, without overflow.</summary>
    public static Vec<D> Softmax<D>(Vec<D> x) => Exp(LogSoftmax(x));

    /// <inheritdoc cref="Softmax{D}(Vec{D})"/>
    public static Seq<D> Softmax<D>(Seq<D> x) => x.Select(Softmax);

    /// <summary>xᵢ − log Σ e^xⱼ, without overflow.</summary>
    public static Vec<D> LogSoftmax<D>(Vec<D> x)
    {
        Vec<D> shifted = x - Max(x);
        return shifted - Log(Sum(Exp(shifted)));
    }

    /// <inheritdoc cref="LogSoftmax{D}(Vec{D})"/>
    public static Seq<D> LogSoftmax<D>(Seq<D> x) => x.Select(LogSoftmax);

    /// <summary>The vector of the first step.</summary>
    public static Vec<D> First<D>(Seq<D> x) => x[0];

    /// <summary>The vector of the last step.</summary>
    public static Vec<D> Last<D>(Seq<D> x) => x[x.Steps - 1];

    /// <summary>The mean over time: the older name of <see cref="MeanOverSteps{D}(Seq{D})"/>.</summary>
    public static Vec<D> Mean<D>(Seq<D> x) => x.All.Aggregate(static (sum, step) => sum + step) / x.Steps;

    internal static double Dot(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        double sum = 0;
        for (int i = 0; i < a.Length; i++)
            sum += a[i] * b[i];
        return sum;
    }
}
