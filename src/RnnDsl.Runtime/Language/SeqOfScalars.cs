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

    /// <summary>The number of a step, counted from 0.</summary>
    /// <exception cref="IndexOutOfRangeException">There is none there.</exception>
    public Scalar this[int step] => All[step];

    /// <summary>A copy of the numbers.</summary>
    public double[] ToArray() => [.. All];

    /// <summary>The sum, step by step.</summary>
    /// <exception cref="ArgumentException">The numbers of steps differ.</exception>
    public static Seq operator +(Seq a, Seq b) => a.Zip(b, static (x, y) => x + y);

    /// <summary>The difference, step by step.</summary>
    /// <exception cref="ArgumentException">The numbers of steps differ.</exception>
    public static Seq operator -(Seq a, Seq b) => a.Zip(b, static (x, y) => x - y);

    /// <summary>The product, step by step.</summary>
    /// <exception cref="ArgumentException">The numbers of steps differ.</exception>
    public static Seq operator *(Seq a, Seq b) => a.Zip(b, static (x, y) => x * y);

    /// <summary>The quotient, step by step.</summary>
    /// <exception cref="ArgumentException">The numbers of steps differ.</exception>
    public static Seq operator /(Seq a, Seq b) => a.Zip(b, static (x, y) => x / y);

    /// <summary>The sum of each step's number and the number.</summary>
    public static Seq operator +(Seq a, Scalar b) => a.Select(x => x + b.Value);

    /// <summary>The difference of each step's number and the number.</summary>
    public static Seq operator -(Seq a, Scalar b) => a.Select(x => x - b.Value);

    /// <summary>The product of each step's number and the number.</summary>
    public static Seq operator *(Seq a, Scalar b) => a.Select(x => x * b.Value);

    /// <summary>The quotient of each step's number and the number.</summary>
    public static Seq operator /(Seq a, Scalar b) => a.Select(x => x / b.Value);

    /// <summary>The sum of the number and each step's number.</summary>
    public static Seq operator +(Scalar a, Seq b) => b.Select(y => a.Value + y);

    /// <summary>The difference of the number and each step's number.</summary>
    public static Seq operator -(Scalar a, Seq b) => b.Select(y => a.Value - y);

    /// <summary>The product of the number and each step's number.</summary>
    public static Seq operator *(Scalar a, Seq b) => b.Select(y => a.Value * y);

    /// <summary>The quotient of the number and each step's number.</summary>
    public static Seq operator /(Scalar a, Seq b) => b.Select(y => a.Value / y);

    /// <summary>Whether <paramref name="a"/> is above <paramref name="b"/>, step by step, for <c>Where</c>.</summary>
    /// <exception cref="ArgumentException">The numbers of steps differ.</exception>
    public static Compared<Seq> operator >(Seq a, Seq b) => new(a.Zip(b, Functions.Greater));

    /// <summary>Whether <paramref name="a"/> is below <paramref name="b"/>, step by step, for <c>Where</c>.</summary>
    /// <exception cref="ArgumentException">The numbers of steps differ.</exception>
    public static Compared<Seq> operator <(Seq a, Seq b) => new(a.Zip(b, Functions.Less));

    /// <summary>Whether <paramref name="a"/> is at least <paramref name="b"/>, step by step, for <c>Where</c>.</summary>
    /// <exception cref="ArgumentException">The numbers of steps differ.</exception>
    public static Compared<Seq> operator >=(Seq a, Seq b) => new(a.Zip(b, Functions.AtLeast));

    /// <summary>Whether <paramref name="a"/> is at most <paramref name="b"/>, step by step, for <c>Where</c>.</summary>
    /// <exception cref="ArgumentException">The numbers of steps differ.</exception>
    public static Compared<Seq> operator <=(Seq a, Seq b) => new(a.Zip(b, Functions.AtMost));

    /// <summary>Whether each step's number is above the number, for <c>Where</c>.</summary>
    public static Compared<Seq> operator >(Seq a, Scalar b) => new(a.Select(x => Functions.Greater(x, b.Value)));

    /// <summary>Whether each step's number is below the number, for <c>Where</c>.</summary>
    public static Compared<Seq> operator <(Seq a, Scalar b) => new(a.Select(x => Functions.Less(x, b.Value)));

    /// <summary>Whether each step's number is at least the number, for <c>Where</c>.</summary>
    public static Compared<Seq> operator >=(Seq a, Scalar b) => new(a.Select(x => Functions.AtLeast(x, b.Value)));

    /// <summary>Whether each step's number is at most the number, for <c>Where</c>.</summary>
    public static Compared<Seq> operator <=(Seq a, Scalar b) => new(a.Select(x => Functions.AtMost(x, b.Value)));

    /// <summary>Whether the number is above each step's number, for <c>Where</c>.</summary>
    public static Compared<Seq> operator >(Scalar a, Seq b) => new(b.Select(y => Functions.Greater(a.Value, y)));

    /// <summary>Whether the number is below each step's number, for <c>Where</c>.</summary>
    public static Compared<Seq> operator <(Scalar a, Seq b) => new(b.Select(y => Functions.Less(a.Value, y)));

    /// <summary>Whether the number is at least each step's number, for <c>Where</c>.</summary>
    public static Compared<Seq> operator >=(Scalar a, Seq b) => new(b.Select(y => Functions.AtLeast(a.Value, y)));

    /// <summary>Whether the number is at most each step's number, for <c>Where</c>.</summary>
    public static Compared<Seq> operator <=(Scalar a, Seq b) => new(b.Select(y => Functions.AtMost(a.Value, y)));

    /// <summary>The negative of each step.</summary>
    public static Seq operator -(Seq x) => x.Select(static x => -x);

    /// <summary>The first values: "[0.5, -1, …]".</summary>
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
