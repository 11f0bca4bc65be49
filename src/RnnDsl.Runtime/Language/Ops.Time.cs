namespace RnnDsl;

// Operations over the steps of a sequence, and along them.
public static partial class Ops
{
    /// <summary>The sum over time, unit by unit.</summary>
    public static Vec<D> SumOverSteps<D>(Seq<D> x) => x.All.Aggregate(static (sum, step) => sum + step);

    /// <summary>The sum over time.</summary>
    public static Scalar SumOverSteps(Seq x) => x.All.Sum();

    /// <summary>The mean over time, unit by unit.</summary>
    public static Vec<D> MeanOverSteps<D>(Seq<D> x) => SumOverSteps(x) / x.Steps;

    /// <summary>The mean over time.</summary>
    public static Scalar MeanOverSteps(Seq x) => SumOverSteps(x) / x.Steps;

    /// <summary>The largest value over time, unit by unit. Its gradient goes to the largest step; steps that tie share it.</summary>
    public static Vec<D> MaxOverSteps<D>(Seq<D> x) => x.All.Aggregate(Max);

    /// <inheritdoc cref="MaxOverSteps{D}(Seq{D})"/>
    public static Scalar MaxOverSteps(Seq x) => x.All.Aggregate(Math.Max);

    /// <summary>e^xₜ / Σ e^xₛ over time, unit by unit, without overflow.</summary>
    public static Seq<D> SoftmaxOverSteps<D>(Seq<D> x) => Exp(x - LogSumExpOverSteps(x));

    /// <summary>e^xₜ / Σ e^xₛ over time, without overflow.</summary>
    public static Seq SoftmaxOverSteps(Seq x) => Exp(x - LogSumExpOverSteps(x));

    /// <summary>log Σ e^xₜ over time, unit by unit, without overflow.</summary>
    public static Vec<D> LogSumExpOverSteps<D>(Seq<D> x)
    {
        Vec<D> largest = MaxOverSteps(x);
        return largest + Log(SumOverSteps(Exp(x - largest)));
    }

    /// <summary>log Σ e^xₜ over time, without overflow.</summary>
    public static Scalar LogSumExpOverSteps(Seq x)
    {
        Scalar largest = MaxOverSteps(x);
        return largest + Log(SumOverSteps(Exp(x - largest)));
    }

    /// <summary>Every k-th step, beginning with the first: T steps become ⌈T / k⌉, a sequence of another length.</summary>
    /// <param name="x">The sequence.</param>
    /// <param name="steps">k, a constant from 1 on.</param>
    /// <exception cref="ArgumentOutOfRangeException">k is below 1.</exception>
    public static Seq<D> Every<D>(Seq<D> x, int steps) => new([.. x.All.Where((_, t) => t % Stride(steps) == 0)]);

    /// <inheritdoc cref="Every{D}(Seq{D}, int)"/>
    public static Seq Every(Seq x, int steps) => Seq.Own([.. x.All.Where((_, t) => t % Stride(steps) == 0)]);

    static int Stride(int steps) => steps >= 1 ? steps : throw new ArgumentOutOfRangeException(nameof(steps), steps, "Every takes each k-th step, with k from 1 on.");

    /// <summary>
    /// Joins each pair of steps into one vector: T steps become ⌈T / 2⌉. If the last step has no partner, zeros take its place. Between recurrent layers it makes a pyramid over
    /// long sequences such as speech (Chan et al. 2016, "Listen, Attend and Spell", eq. 5).
    /// </summary>
    public static Seq<Cat<D, D>> JoinPairs<D>(Seq<D> x) => Concat(Every(x, 2), Every(Next(x), 2));

    /// <summary>At each step the vector of the step before; zeros at the first.</summary>
    public static Seq<D> Previous<D>(Seq<D> x) => Previous(x, x[0].Select(static _ => 0));

    /// <summary>At each step the vector of the step before; <paramref name="start"/> at the first.</summary>
    public static Seq<D> Previous<D>(Seq<D> x, Vec<D> start) => new([start, .. x.All[..^1]]);

    /// <summary>At each step the number of the step before; zero at the first.</summary>
    public static Seq Previous(Seq x) => Previous(x, 0);

    /// <summary>At each step the number of the step before; <paramref name="start"/> at the first.</summary>
    public static Seq Previous(Seq x, Scalar start) => Seq.Own([start.Value, .. x.All[..^1]]);

    /// <summary>At each step the vector of the next step; zeros at the last.</summary>
    public static Seq<D> Next<D>(Seq<D> x) => Next(x, x[0].Select(static _ => 0));

    /// <summary>At each step the vector of the next step; <paramref name="end"/> at the last.</summary>
    public static Seq<D> Next<D>(Seq<D> x, Vec<D> end) => new([.. x.All[1..], end]);

    /// <summary>At each step the number of the next step; zero at the last.</summary>
    public static Seq Next(Seq x) => Next(x, 0);

    /// <summary>At each step the number of the next step; <paramref name="end"/> at the last.</summary>
    public static Seq Next(Seq x, Scalar end) => Seq.Own([.. x.All[1..], end.Value]);
}
