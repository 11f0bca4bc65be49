namespace RnnDsl;

/// <summary>
/// A vector of the dimension <typeparamref name="D"/>, in double precision. Operators are elementwise, and a scalar stands for a vector
/// of equal values.
/// </summary>
public readonly struct Vec<D>
{
    readonly double[]? values;
    readonly Extent? extent;

    Vec(Extent extent, double[] values)
    {
        this.values = values;
        this.extent = extent;
    }

    /// <summary>A vector of these values, copied.</summary>
    /// <exception cref="ArgumentException">There are none.</exception>
    public Vec(params ReadOnlySpan<double> values)
    {
        if (values.IsEmpty)
            throw new ArgumentException($"{Name} needs at least one value.", nameof(values));
        this.values = values.ToArray();
        extent = new Extent(values.Length);
    }

    /// <summary>A vector of this size, of a concatenation with the sizes of its parts. The values are copied.</summary>
    /// <exception cref="ArgumentException">The number of values is not the size.</exception>
    public Vec(Extent extent, ReadOnlySpan<double> values)
    {
        this.extent = extent.Of(values.Length, Name);
        this.values = values.ToArray();
    }

    /// <summary>Number of units.</summary>
    public int Length => Values.Length;

    /// <summary>The value of a unit, counted from 0.</summary>
    /// <exception cref="IndexOutOfRangeException">There is none there.</exception>
    public double this[int unit] => Values[unit];

    /// <summary>A copy of the values.</summary>
    public double[] ToArray() => [.. Values];

    /// <summary>Consecutive units from <paramref name="start"/> on, as many as <paramref name="like"/> has. Only the size of
    /// <paramref name="like"/> is read, so any vector of the wanted dimension serves: a state, a bias.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The slice reaches beyond the vector.</exception>
    public Vec<E> Slice<E>(int start, Vec<E> like)
    {
        if (start < 0 || start > Length - like.Length)
            throw new ArgumentOutOfRangeException(nameof(start), start, $"{Name} has {Numbers.Text(Length)} units: a slice of " +
                $"{Numbers.Text(like.Length)} can start at 0 to {Numbers.Text(Length - like.Length)}.");
        return Vec<E>.Own(like.Extent, Values[start..(start + like.Length)]);
    }

    /// <summary>The value of a state.</summary>
    public static implicit operator StartValue(Vec<D> value) => StartValue.Of(value.Values);

    /// <summary>The sum, unit by unit.</summary>
    /// <exception cref="ArgumentException">The sizes differ.</exception>
    public static Vec<D> operator +(Vec<D> a, Vec<D> b) => Zip(a, b, static (x, y) => x + y);

    /// <summary>The difference, unit by unit.</summary>
    /// <exception cref="ArgumentException">The sizes differ.</exception>
    public static Vec<D> operator -(Vec<D> a, Vec<D> b) => Zip(a, b, static (x, y) => x - y);

    /// <summary>The product, unit by unit.</summary>
    /// <exception cref="ArgumentException">The sizes differ.</exception>
    public static Vec<D> operator *(Vec<D> a, Vec<D> b) => Zip(a, b, static (x, y) => x * y);

    /// <summary>The quotient, unit by unit.</summary>
    /// <exception cref="ArgumentException">The sizes differ.</exception>
    public static Vec<D> operator /(Vec<D> a, Vec<D> b) => Zip(a, b, static (x, y) => x / y);

    /// <summary>The sum of each unit and the number.</summary>
    public static Vec<D> operator +(Vec<D> a, Scalar b) => a.Select(x => x + b.Value);

    /// <summary>The difference of each unit and the number.</summary>
    public static Vec<D> operator -(Vec<D> a, Scalar b) => a.Select(x => x - b.Value);

    /// <summary>The product of each unit and the number.</summary>
    public static Vec<D> operator *(Vec<D> a, Scalar b) => a.Select(x => x * b.Value);

    /// <summary>The quotient of each unit and the number.</summary>
    public static Vec<D> operator /(Vec<D> a, Scalar b) => a.Select(x => x / b.Value);

    /// <summary>The sum of the number and each unit.</summary>
    public static Vec<D> operator +(Scalar a, Vec<D> b) => b.Select(y => a.Value + y);

    /// <summary>The difference of the number and each unit.</summary>
    public static Vec<D> operator -(Scalar a, Vec<D> b) => b.Select(y => a.Value - y);

    /// <summary>The product of the number and each unit.</summary>
    public static Vec<D> operator *(Scalar a, Vec<D> b) => b.Select(y => a.Value * y);

    /// <summary>The quotient of the number and each unit.</summary>
    public static Vec<D> operator /(Scalar a, Vec<D> b) => b.Select(y => a.Value / y);

    /// <summary>The sum of the vector and each step's number.</summary>
    public static Seq<D> operator +(Vec<D> a, Seq b) => Seq<D>.Own(Array.ConvertAll(b.All, y => a + (Scalar)y));

    /// <summary>The difference of the vector and each step's number.</summary>
    public static Seq<D> operator -(Vec<D> a, Seq b) => Seq<D>.Own(Array.ConvertAll(b.All, y => a - (Scalar)y));

    /// <summary>The product of the vector and each step's number.</summary>
    public static Seq<D> operator *(Vec<D> a, Seq b) => Seq<D>.Own(Array.ConvertAll(b.All, y => a * (Scalar)y));

    /// <summary>The quotient of the vector and each step's number.</summary>
    public static Seq<D> operator /(Vec<D> a, Seq b) => Seq<D>.Own(Array.ConvertAll(b.All, y => a / (Scalar)y));

    /// <summary>The sum of each step's number and the vector.</summary>
    public static Seq<D> operator +(Seq a, Vec<D> b) => Seq<D>.Own(Array.ConvertAll(a.All, x => (Scalar)x + b));

    /// <summary>The difference of each step's number and the vector.</summary>
    public static Seq<D> operator -(Seq a, Vec<D> b) => Seq<D>.Own(Array.ConvertAll(a.All, x => (Scalar)x - b));

    /// <summary>The product of each step's number and the vector.</summary>
    public static Seq<D> operator *(Seq a, Vec<D> b) => Seq<D>.Own(Array.ConvertAll(a.All, x => (Scalar)x * b));

    /// <summary>The quotient of each step's number and the vector.</summary>
    public static Seq<D> operator /(Seq a, Vec<D> b) => Seq<D>.Own(Array.ConvertAll(a.All, x => (Scalar)x / b));

    /// <summary>Whether <paramref name="a"/> is above <paramref name="b"/>, unit by unit, for <c>Where</c>.</summary>
    /// <exception cref="ArgumentException">The sizes differ.</exception>
    public static Compared<Vec<D>> operator >(Vec<D> a, Vec<D> b) => new(Zip(a, b, Functions.Greater));

    /// <summary>Whether <paramref name="a"/> is below <paramref name="b"/>, unit by unit, for <c>Where</c>.</summary>
    /// <exception cref="ArgumentException">The sizes differ.</exception>
    public static Compared<Vec<D>> operator <(Vec<D> a, Vec<D> b) => new(Zip(a, b, Functions.Less));

    /// <summary>Whether <paramref name="a"/> is at least <paramref name="b"/>, unit by unit, for <c>Where</c>.</summary>
    /// <exception cref="ArgumentException">The sizes differ.</exception>
    public static Compared<Vec<D>> operator >=(Vec<D> a, Vec<D> b) => new(Zip(a, b, Functions.AtLeast));

    /// <summary>Whether <paramref name="a"/> is at most <paramref name="b"/>, unit by unit, for <c>Where</c>.</summary>
    /// <exception cref="ArgumentException">The sizes differ.</exception>
    public static Compared<Vec<D>> operator <=(Vec<D> a, Vec<D> b) => new(Zip(a, b, Functions.AtMost));

    /// <summary>Whether each unit is above the number, for <c>Where</c>.</summary>
    public static Compared<Vec<D>> operator >(Vec<D> a, Scalar b) => new(a.Select(x => Functions.Greater(x, b.Value)));

    /// <summary>Whether each unit is below the number, for <c>Where</c>.</summary>
    public static Compared<Vec<D>> operator <(Vec<D> a, Scalar b) => new(a.Select(x => Functions.Less(x, b.Value)));

    /// <summary>Whether each unit is at least the number, for <c>Where</c>.</summary>
    public static Compared<Vec<D>> operator >=(Vec<D> a, Scalar b) => new(a.Select(x => Functions.AtLeast(x, b.Value)));

    /// <summary>Whether each unit is at most the number, for <c>Where</c>.</summary>
    public static Compared<Vec<D>> operator <=(Vec<D> a, Scalar b) => new(a.Select(x => Functions.AtMost(x, b.Value)));

    /// <summary>Whether the number is above each unit, for <c>Where</c>.</summary>
    public static Compared<Vec<D>> operator >(Scalar a, Vec<D> b) => new(b.Select(y => Functions.Greater(a.Value, y)));

    /// <summary>Whether the number is below each unit, for <c>Where</c>.</summary>
    public static Compared<Vec<D>> operator <(Scalar a, Vec<D> b) => new(b.Select(y => Functions.Less(a.Value, y)));

    /// <summary>Whether the number is at least each unit, for <c>Where</c>.</summary>
    public static Compared<Vec<D>> operator >=(Scalar a, Vec<D> b) => new(b.Select(y => Functions.AtLeast(a.Value, y)));

    /// <summary>Whether the number is at most each unit, for <c>Where</c>.</summary>
    public static Compared<Vec<D>> operator <=(Scalar a, Vec<D> b) => new(b.Select(y => Functions.AtMost(a.Value, y)));

    /// <summary>Unit by unit, with the number of each step.</summary>
    public static Compared<Seq<D>> operator >(Vec<D> a, Seq b) => new(Seq<D>.Own(Array.ConvertAll(b.All, y => (a > (Scalar)y).Holds)));

    /// <summary>Unit by unit, with the number of each step.</summary>
    public static Compared<Seq<D>> operator >(Seq a, Vec<D> b) => new(Seq<D>.Own(Array.ConvertAll(a.All, x => ((Scalar)x > b).Holds)));

    /// <summary>Unit by unit, with the number of each step.</summary>
    public static Compared<Seq<D>> operator <(Vec<D> a, Seq b) => new(Seq<D>.Own(Array.ConvertAll(b.All, y => (a < (Scalar)y).Holds)));

    /// <summary>Unit by unit, with the number of each step.</summary>
    public static Compared<Seq<D>> operator <(Seq a, Vec<D> b) => new(Seq<D>.Own(Array.ConvertAll(a.All, x => ((Scalar)x < b).Holds)));

    /// <summary>Unit by unit, with the number of each step.</summary>
    public static Compared<Seq<D>> operator >=(Vec<D> a, Seq b) => new(Seq<D>.Own(Array.ConvertAll(b.All, y => (a >= (Scalar)y).Holds)));

    /// <summary>Unit by unit, with the number of each step.</summary>
    public static Compared<Seq<D>> operator >=(Seq a, Vec<D> b) => new(Seq<D>.Own(Array.ConvertAll(a.All, x => ((Scalar)x >= b).Holds)));

    /// <summary>Unit by unit, with the number of each step.</summary>
    public static Compared<Seq<D>> operator <=(Vec<D> a, Seq b) => new(Seq<D>.Own(Array.ConvertAll(b.All, y => (a <= (Scalar)y).Holds)));

    /// <summary>Unit by unit, with the number of each step.</summary>
    public static Compared<Seq<D>> operator <=(Seq a, Vec<D> b) => new(Seq<D>.Own(Array.ConvertAll(a.All, x => ((Scalar)x <= b).Holds)));

    /// <summary>The negative of each unit.</summary>
    public static Vec<D> operator -(Vec<D> x) => x.Select(static x => -x);

    /// <summary>The first values: "[0.5, -1, …]".</summary>
    public override string ToString() => values is null ? $"{Name} without values" : Numbers.Text(values);

    internal static string Name => Numbers.Text(typeof(Vec<D>));

    internal double[] Values => values ?? throw Numbers.Unbound(typeof(Vec<D>));

    internal Extent Extent => extent ?? throw Numbers.Unbound(typeof(Vec<D>));

    /// <summary>A vector that takes the array over.</summary>
    internal static Vec<D> Own(Extent extent, double[] values) => new(extent, values);

    internal Vec<D> Select(Func<double, double> function) => Own(Extent, Array.ConvertAll(Values, x => function(x)));

    internal static Vec<D> Zip(Vec<D> a, Vec<D> b, Func<double, double, double> function)
    {
        Extent extent = Extent.Unify(a.Extent, b.Extent, Name);
        var values = new double[extent.Size];
        for (int i = 0; i < values.Length; i++)
            values[i] = function(a.Values[i], b.Values[i]);
        return Own(extent, values);
    }
}
