namespace RnnDsl;

/// <summary>A sequence over time of scalars, at least one step long. Operators work step by step; a scalar stands for a sequence that repeats it.</summary>
public readonly struct Seq
{
    readonly double[]? steps;

    Seq(double[] steps) => this.steps = steps;

    /// <summary>A sequence of these numbers, from the first step to the last, copied.</summary>
    /// <exception cref="ArgumentException">There are none.</exception>
    public Seq(params ReadOnlySpan<double> steps)
    {
        if (steps.IsEmpty)
            throw new ArgumentException($"{nameof(Seq)} needs at least one step.", nameof(steps));
        this.steps = steps.ToArray();
    }

    /// <summary>Number of steps.</summary>
    public int Steps => All.Length;

    public Scalar this[int step] => All[step];

    /// <summary>A copy of the numbers.</summary>
    public double[] ToArray() => [.. All];

    public static Seq operator +(Seq a, Seq b) => a.Zip(b, static (x, y) => x + y);

    public static Seq operator -(Seq a, Seq b) => a.Zip(b, static (x, y) => x - y);

    public static Seq operator *(Seq a, Seq b) => a.Zip(b, static (x, y) => x * y);

    public static Seq operator /(Seq a, Seq b) => a.Zip(b, static (x, y) => x / y);

    public static Seq operator +(Seq a, Scalar b) => a.Select(x => x + b.Value);

    public static Seq operator -(Seq a, Scalar b) => a.Select(x => x - b.Value);

    public static Seq operator *(Seq a, Scalar b) => a.Select(x => x * b.Value);

    public static Seq operator /(Seq a, Scalar b) => a.Select(x => x / b.Value);

    public static Seq operator +(Scalar a, Seq b) => b.Select(y => a.Value + y);

    public static Seq operator -(Scalar a, Seq b) => b.Select(y => a.Value - y);

    public static Seq operator *(Scalar a, Seq b) => b.Select(y => a.Value * y);

    public static Seq operator /(Scalar a, Seq b) => b.Select(y => a.Value / y);

    public static Compared<Seq> operator >(Seq a, Seq b) => new(a.Zip(b, Functions.Greater));

    public static Compared<Seq> operator <(Seq a, Seq b) => new(a.Zip(b, Functions.Less));

    public static Compared<Seq> operator >=(Seq a, Seq b) => new(a.Zip(b, Functions.AtLeast));

    public static Compared<Seq> operator <=(Seq a, Seq b) => new(a.Zip(b, Functions.AtMost));

    public static Compared<Seq> operator >(Seq a, Scalar b) => new(a.Select(x => Functions.Greater(x, b.Value)));

    public static Compared<Seq> operator <(Seq a, Scalar b) => new(a.Select(x => Functions.Less(x, b.Value)));

    public static Compared<Seq> operator >=(Seq a, Scalar b) => new(a.Select(x => Functions.AtLeast(x, b.Value)));

    public static Compared<Seq> operator <=(Seq a, Scalar b) => new(a.Select(x => Functions.AtMost(x, b.Value)));

    public static Compared<Seq> operator >(Scalar a, Seq b) => new(b.Select(y => Functions.Greater(a.Value, y)));

    public static Compared<Seq> operator <(Scalar a, Seq b) => new(b.Select(y => Functions.Less(a.Value, y)));

    public static Compared<Seq> operator >=(Scalar a, Seq b) => new(b.Select(y => Functions.AtLeast(a.Value, y)));

    public static Compared<Seq> operator <=(Scalar a, Seq b) => new(b.Select(y => Functions.AtMost(a.Value, y)));

    public static Seq operator -(Seq x) => x.Select(static x => -x);

    public override string ToString() => steps is null ? $"{nameof(Seq)} without values" : Numbers.Text(steps);

    internal double[] All => steps ?? throw Numbers.Unbound(typeof(Seq));

    /// <summary>A sequence that takes the array over.</summary>
    internal static Seq Own(double[] steps) => new(steps);

    internal Seq Select(Func<double, double> function) => Own(Array.ConvertAll(All, x => function(x)));

    internal Seq Zip(Seq other, Func<double, double, double> function)
    {
        CheckSteps(other.Steps, nameof(Seq));
        return Own([.. All.Zip(other.All, function)]);
    }

    /// <summary>A sequence of vectors, made of each number and the vector of that step.</summary>
    internal Seq<E> Zip<D, E>(Seq<D> other, Func<Scalar, Vec<D>, Vec<E>> function)
    {
        CheckSteps(other.Steps, Seq<D>.Name);
        return Seq<E>.Own([.. All.Zip(other.All, (x, y) => function(x, y))]);
    }

    internal Scalar MeanOf(Seq other, Func<double, double, double> function) => Zip(other, function).All.Sum() / Steps;

    void CheckSteps(int others, string name)
    {
        if (Steps != others)
            throw new ArgumentException($"{nameof(Seq)} of {Numbers.Text(Steps)} steps does not fit {name} of {Numbers.Text(others)} steps: both must have as many steps.");
    }
}
