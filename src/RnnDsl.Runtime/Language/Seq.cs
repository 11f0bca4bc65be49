namespace RnnDsl;

/// <summary>
/// A sequence over time of vectors of the dimension <typeparamref name="D"/>, at least one step long. Operators work step by step; a
/// vector or scalar stands for a sequence that repeats it.
/// </summary>
public readonly struct Seq<D>
{
    readonly Vec<D>[]? steps;

    Seq(Vec<D>[] steps) => this.steps = steps;

    /// <summary>A sequence of these vectors, from the first step to the last.</summary>
    /// <exception cref="ArgumentException">There are none, or they are not of one size.</exception>
    public Seq(params ReadOnlySpan<Vec<D>> steps)
    {
        if (steps.IsEmpty)
            throw new ArgumentException($"{Name} needs at least one step.", nameof(steps));
        foreach (Vec<D> step in steps)
            Extent.Unify(steps[0].Extent, step.Extent, Name);
        this.steps = steps.ToArray();
    }

    /// <summary>A sequence of [steps × width] values, step after step, copied.</summary>
    /// <exception cref="ArgumentException">The number of values is not a positive multiple of the width.</exception>
    public Seq(Extent width, ReadOnlySpan<double> values)
    {
        if (values.IsEmpty || values.Length % width.Size != 0)
            throw new ArgumentException($"{Name} of width {width} takes {Numbers.Text(width.Size)} values a step and needs at least one " +
                $"step, but {Numbers.Text(values.Length)} values were given.", nameof(values));
        steps = new Vec<D>[values.Length / width.Size];
        for (int t = 0; t < steps.Length; t++)
            steps[t] = new Vec<D>(width, values.Slice(t * width.Size, width.Size));
    }

    /// <summary>Number of steps.</summary>
    public int Steps => All.Length;

    /// <summary>Units a step.</summary>
    public int Width => All[0].Length;

    /// <summary>The vector of a step, counted from 0.</summary>
    /// <exception cref="IndexOutOfRangeException">There is none there.</exception>
    public Vec<D> this[int step] => All[step];

    /// <summary>A copy of the values, [steps × width], step after step.</summary>
    public double[] ToArray() => [.. All.SelectMany(step => step.Values)];

    /// <summary>The sum, step by step and unit by unit.</summary>
    /// <exception cref="ArgumentException">The numbers of steps or of units differ.</exception>
    public static Seq<D> operator +(Seq<D> a, Seq<D> b) => a.Zip(b, static (x, y) => x + y);

    /// <summary>The difference, step by step and unit by unit.</summary>
    /// <exception cref="ArgumentException">The numbers of steps or of units differ.</exception>
    public static Seq<D> operator -(Seq<D> a, Seq<D> b) => a.Zip(b, static (x, y) => x - y);

    /// <summary>The product, step by step and unit by unit.</summary>
    /// <exception cref="ArgumentException">The numbers of steps or of units differ.</exception>
    public static Seq<D> operator *(Seq<D> a, Seq<D> b) => a.Zip(b, static (x, y) => x * y);

    /// <summary>The quotient, step by step and unit by unit.</summary>
    /// <exception cref="ArgumentException">The numbers of steps or of units differ.</exception>
    public static Seq<D> operator /(Seq<D> a, Seq<D> b) => a.Zip(b, static (x, y) => x / y);

    /// <summary>The sum of each step's vector and the vector.</summary>
    /// <exception cref="ArgumentException">The numbers of units differ.</exception>
    public static Seq<D> operator +(Seq<D> a, Vec<D> b) => a.Select(x => x + b);

    /// <summary>The difference of each step's vector and the vector.</summary>
    /// <exception cref="ArgumentException">The numbers of units differ.</exception>
    public static Seq<D> operator -(Seq<D> a, Vec<D> b) => a.Select(x => x - b);

    /// <summary>The product of each step's vector and the vector.</summary>
    /// <exception cref="ArgumentException">The numbers of units differ.</exception>
    public static Seq<D> operator *(Seq<D> a, Vec<D> b) => a.Select(x => x * b);

    /// <summary>The quotient of each step's vector and the vector.</summary>
    /// <exception cref="ArgumentException">The numbers of units differ.</exception>
    public static Seq<D> operator /(Seq<D> a, Vec<D> b) => a.Select(x => x / b);

    /// <summary>The sum of the vector and each step's vector.</summary>
    /// <exception cref="ArgumentException">The numbers of units differ.</exception>
    public static Seq<D> operator +(Vec<D> a, Seq<D> b) => b.Select(y => a + y);

    /// <summary>The difference of the vector and each step's vector.</summary>
    /// <exception cref="ArgumentException">The numbers of units differ.</exception>
    public static Seq<D> operator -(Vec<D> a, Seq<D> b) => b.Select(y => a - y);

    /// <summary>The product of the vector and each step's vector.</summary>
    /// <exception cref="ArgumentException">The numbers of units differ.</exception>
    public static Seq<D> operator *(Vec<D> a, Seq<D> b) => b.Select(y => a * y);

    /// <summary>The quotient of the vector and each step's vector.</summary>
    /// <exception cref="ArgumentException">The numbers of units differ.</exception>
    public static Seq<D> operator /(Vec<D> a, Seq<D> b) => b.Select(y => a / y);

    /// <summary>The sum of each unit of each step and the number.</summary>
    public static Seq<D> operator +(Seq<D> a, Scalar b) => a.Select(x => x + b);

    /// <summary>The difference of each unit of each step and the number.</summary>
    public static Seq<D> operator -(Seq<D> a, Scalar b) => a.Select(x => x - b);

    /// <summary>The product of each unit of each step and the number.</summary>
    public static Seq<D> operator *(Seq<D> a, Scalar b) => a.Select(x => x * b);

    /// <summary>The quotient of each unit of each step and the number.</summary>
    public static Seq<D> operator /(Seq<D> a, Scalar b) => a.Select(x => x / b);

    /// <summary>The sum of the number and each unit of each step.</summary>
    public static Seq<D> operator +(Scalar a, Seq<D> b) => b.Select(y => a + y);

    /// <summary>The difference of the number and each unit of each step.</summary>
    public static Seq<D> operator -(Scalar a, Seq<D> b) => b.Select(y => a - y);

    /// <summary>The product of the number and each unit of each step.</summary>
    public static Seq<D> operator *(Scalar a, Seq<D> b) => b.Select(y => a * y);

    /// <summary>The quotient of the number and each unit of each step.</summary>
    public static Seq<D> operator /(Scalar a, Seq<D> b) => b.Select(y => a / y);

    /// <summary>The sum of each step's vector and each step's number.</summary>
    /// <exception cref="ArgumentException">The numbers of steps differ.</exception>
    public static Seq<D> operator +(Seq<D> a, Seq b) => b.Zip(a, static (y, x) => x + y);

    /// <summary>The difference of each step's vector and each step's number.</summary>
    /// <exception cref="ArgumentException">The numbers of steps differ.</exception>
    public static Seq<D> operator -(Seq<D> a, Seq b) => b.Zip(a, static (y, x) => x - y);

    /// <summary>The product of each step's vector and each step's number.</summary>
    /// <exception cref="ArgumentException">The numbers of steps differ.</exception>
    public static Seq<D> operator *(Seq<D> a, Seq b) => b.Zip(a, static (y, x) => x * y);

    /// <summary>The quotient of each step's vector and each step's number.</summary>
    /// <exception cref="ArgumentException">The numbers of steps differ.</exception>
    public static Seq<D> operator /(Seq<D> a, Seq b) => b.Zip(a, static (y, x) => x / y);

    /// <summary>The sum of each step's number and each step's vector.</summary>
    /// <exception cref="ArgumentException">The numbers of steps differ.</exception>
    public static Seq<D> operator +(Seq a, Seq<D> b) => a.Zip(b, static (x, y) => x + y);

    /// <summary>The difference of each step's number and each step's vector.</summary>
    /// <exception cref="ArgumentException">The numbers of steps differ.</exception>
    public static Seq<D> operator -(Seq a, Seq<D> b) => a.Zip(b, static (x, y) => x - y);

    /// <summary>The product of each step's number and each step's vector.</summary>
    /// <exception cref="ArgumentException">The numbers of steps differ.</exception>
    public static Seq<D> operator *(Seq a, Seq<D> b) => a.Zip(b, static (x, y) => x * y);

    /// <summary>The quotient of each step's number and each step's vector.</summary>
    /// <exception cref="ArgumentException">The numbers of steps differ.</exception>
    public static Seq<D> operator /(Seq a, Seq<D> b) => a.Zip(b, static (x, y) => x / y);

    /// <summary>Whether <paramref name="a"/> is above <paramref name="b"/>, step by step and unit by unit, for <c>Where</c>.</summary>
    /// <exception cref="ArgumentException">The numbers of steps or of units differ.</exception>
    public static Compared<Seq<D>> operator >(Seq<D> a, Seq<D> b) => new(a.Zip(b, static (x, y) => (x > y).Holds));

    /// <summary>Whether <paramref name="a"/> is below <paramref name="b"/>, step by step and unit by unit, for <c>Where</c>.</summary>
    /// <exception cref="ArgumentException">The numbers of steps or of units differ.</exception>
    public static Compared<Seq<D>> operator <(Seq<D> a, Seq<D> b) => new(a.Zip(b, static (x, y) => (x < y).Holds));

    /// <summary>Whether <paramref name="a"/> is at least <paramref name="b"/>, step by step and unit by unit, for <c>Where</c>.</summary>
    /// <exception cref="ArgumentException">The numbers of steps or of units differ.</exception>
    public static Compared<Seq<D>> operator >=(Seq<D> a, Seq<D> b) => new(a.Zip(b, static (x, y) => (x >= y).Holds));

    /// <summary>Whether <paramref name="a"/> is at most <paramref name="b"/>, step by step and unit by unit, for <c>Where</c>.</summary>
    /// <exception cref="ArgumentException">The numbers of steps or of units differ.</exception>
    public static Compared<Seq<D>> operator <=(Seq<D> a, Seq<D> b) => new(a.Zip(b, static (x, y) => (x <= y).Holds));

    /// <summary>Whether each step's vector is above the vector, for <c>Where</c>.</summary>
    /// <exception cref="ArgumentException">The numbers of units differ.</exception>
    public static Compared<Seq<D>> operator >(Seq<D> a, Vec<D> b) => new(a.Select(x => (x > b).Holds));

    /// <summary>Whether each step's vector is below the vector, for <c>Where</c>.</summary>
    /// <exception cref="ArgumentException">The numbers of units differ.</exception>
    public static Compared<Seq<D>> operator <(Seq<D> a, Vec<D> b) => new(a.Select(x => (x < b).Holds));

    /// <summary>Whether each step's vector is at least the vector, for <c>Where</c>.</summary>
    /// <exception cref="ArgumentException">The numbers of units differ.</exception>
    public static Compared<Seq<D>> operator >=(Seq<D> a, Vec<D> b) => new(a.Select(x => (x >= b).Holds));

    /// <summary>Whether each step's vector is at most the vector, for <c>Where</c>.</summary>
    /// <exception cref="ArgumentException">The numbers of units differ.</exception>
    public static Compared<Seq<D>> operator <=(Seq<D> a, Vec<D> b) => new(a.Select(x => (x <= b).Holds));

    /// <summary>Whether the vector is above each step's vector, for <c>Where</c>.</summary>
    /// <exception cref="ArgumentException">The numbers of units differ.</exception>
    public static Compared<Seq<D>> operator >(Vec<D> a, Seq<D> b) => new(b.Select(y => (a > y).Holds));

    /// <summary>Whether the vector is below each step's vector, for <c>Where</c>.</summary>
    /// <exception cref="ArgumentException">The numbers of units differ.</exception>
    public static Compared<Seq<D>> operator <(Vec<D> a, Seq<D> b) => new(b.Select(y => (a < y).Holds));

    /// <summary>Whether the vector is at least each step's vector, for <c>Where</c>.</summary>
    /// <exception cref="ArgumentException">The numbers of units differ.</exception>
    public static Compared<Seq<D>> operator >=(Vec<D> a, Seq<D> b) => new(b.Select(y => (a >= y).Holds));

    /// <summary>Whether the vector is at most each step's vector, for <c>Where</c>.</summary>
    /// <exception cref="ArgumentException">The numbers of units differ.</exception>
    public static Compared<Seq<D>> operator <=(Vec<D> a, Seq<D> b) => new(b.Select(y => (a <= y).Holds));

    /// <summary>Whether each unit of each step is above the number, for <c>Where</c>.</summary>
    public static Compared<Seq<D>> operator >(Seq<D> a, Scalar b) => new(a.Select(x => (x > b).Holds));

    /// <summary>Whether each unit of each step is below the number, for <c>Where</c>.</summary>
    public static Compared<Seq<D>> operator <(Seq<D> a, Scalar b) => new(a.Select(x => (x < b).Holds));

    /// <summary>Whether each unit of each step is at least the number, for <c>Where</c>.</summary>
    public static Compared<Seq<D>> operator >=(Seq<D> a, Scalar b) => new(a.Select(x => (x >= b).Holds));

    /// <summary>Whether each unit of each step is at most the number, for <c>Where</c>.</summary>
    public static Compared<Seq<D>> operator <=(Seq<D> a, Scalar b) => new(a.Select(x => (x <= b).Holds));

    /// <summary>Whether the number is above each unit of each step, for <c>Where</c>.</summary>
    public static Compared<Seq<D>> operator >(Scalar a, Seq<D> b) => new(b.Select(y => (a > y).Holds));

    /// <summary>Whether the number is below each unit of each step, for <c>Where</c>.</summary>
    public static Compared<Seq<D>> operator <(Scalar a, Seq<D> b) => new(b.Select(y => (a < y).Holds));

    /// <summary>Whether the number is at least each unit of each step, for <c>Where</c>.</summary>
    public static Compared<Seq<D>> operator >=(Scalar a, Seq<D> b) => new(b.Select(y => (a >= y).Holds));

    /// <summary>Whether the number is at most each unit of each step, for <c>Where</c>.</summary>
    public static Compared<Seq<D>> operator <=(Scalar a, Seq<D> b) => new(b.Select(y => (a <= y).Holds));

    /// <summary>Unit by unit, with the number of each step.</summary>
    public static Compared<Seq<D>> operator >(Seq<D> a, Seq b) => new(b.Zip(a, static (y, x) => (x > y).Holds));

    /// <summary>Unit by unit, with the number of each step.</summary>
    public static Compared<Seq<D>> operator >(Seq a, Seq<D> b) => new(a.Zip(b, static (x, y) => (x > y).Holds));

    /// <summary>Unit by unit, with the number of each step.</summary>
    public static Compared<Seq<D>> operator <(Seq<D> a, Seq b) => new(b.Zip(a, static (y, x) => (x < y).Holds));

    /// <summary>Unit by unit, with the number of each step.</summary>
    public static Compared<Seq<D>> operator <(Seq a, Seq<D> b) => new(a.Zip(b, static (x, y) => (x < y).Holds));

    /// <summary>Unit by unit, with the number of each step.</summary>
    public static Compared<Seq<D>> operator >=(Seq<D> a, Seq b) => new(b.Zip(a, static (y, x) => (x >= y).Holds));

    /// <summary>Unit by unit, with the number of each step.</summary>
    public static Compared<Seq<D>> operator >=(Seq a, Seq<D> b) => new(a.Zip(b, static (x, y) => (x >= y).Holds));

    /// <summary>Unit by unit, with the number of each step.</summary>
    public static Compared<Seq<D>> operator <=(Seq<D> a, Seq b) => new(b.Zip(a, static (y, x) => (x <= y).Holds));

    /// <summary>Unit by unit, with the number of each step.</summary>
    public static Compared<Seq<D>> operator <=(Seq a, Seq<D> b) => new(a.Zip(b, static (x, y) => (x <= y).Holds));

    /// <summary>The negative of each unit of each step.</summary>
    public static Seq<D> operator -(Seq<D> x) => x.Select(static step => -step);

    /// <summary>Steps, units and the first values: "2×3 [0.5, -1, …]".</summary>
    public override string ToString() =>
        steps is null ? $"{Name} without values" : $"{Numbers.Text(Steps)}×{Numbers.Text(Width)} {Numbers.Text(ToArray())}";

    internal Vec<D>[] All => steps ?? throw Numbers.Unbound(typeof(Seq<D>));

    /// <summary>A sequence that takes the array over.</summary>
    internal static Seq<D> Own(Vec<D>[] steps) => new(steps);

    internal Seq<E> Select<E>(Func<Vec<D>, Vec<E>> function) => Seq<E>.Own(Array.ConvertAll(All, step => function(step)));

    internal Seq<F> Zip<E, F>(Seq<E> other, Func<Vec<D>, Vec<E>, Vec<F>> function)
    {
        CheckSteps(other);
        var result = new Vec<F>[Steps];
        for (int t = 0; t < result.Length; t++)
            result[t] = function(this[t], other[t]);
        return Seq<F>.Own(result);
    }

    /// <summary>A scalar of every step.</summary>
    internal Seq Scalars(Func<Vec<D>, Scalar> function) => Seq.Own(Array.ConvertAll(All, step => function(step).Value));

    /// <summary>Mean over time of a scalar of each pair of steps.</summary>
    internal Scalar MeanOf<E>(Seq<E> other, Func<Vec<D>, Vec<E>, Scalar> function)
    {
        CheckSteps(other);
        Scalar sum = 0;
        for (int t = 0; t < Steps; t++)
            sum += function(this[t], other[t]);
        return sum / Steps;
    }

    void CheckSteps<E>(Seq<E> other)
    {
        if (Steps != other.Steps)
            throw new ArgumentException($"{Name} of {Numbers.Text(Steps)} steps does not fit {Seq<E>.Name} of " +
                $"{Numbers.Text(other.Steps)} steps: both must have as many steps.");
    }

    internal static string Name => Numbers.Text(typeof(Seq<D>));
}
