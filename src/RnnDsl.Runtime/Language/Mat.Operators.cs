namespace RnnDsl;

// Arithmetic and comparisons, entry by entry.
public readonly partial struct Mat<R, C>
{
    /// <summary>The sum, entry by entry.</summary>
    /// <exception cref="ArgumentException">The sizes differ.</exception>
    public static Mat<R, C> operator +(Mat<R, C> a, Mat<R, C> b) => Zip(a, b, static (x, y) => x + y);

    /// <summary>The difference, entry by entry.</summary>
    /// <exception cref="ArgumentException">The sizes differ.</exception>
    public static Mat<R, C> operator -(Mat<R, C> a, Mat<R, C> b) => Zip(a, b, static (x, y) => x - y);

    /// <summary>The quotient, entry by entry.</summary>
    /// <exception cref="ArgumentException">The sizes differ.</exception>
    public static Mat<R, C> operator /(Mat<R, C> a, Mat<R, C> b) => Zip(a, b, static (x, y) => x / y);

    /// <summary>The sum of each entry and the number.</summary>
    public static Mat<R, C> operator +(Mat<R, C> a, Scalar b) => a.Select(x => x + b.Value);

    /// <summary>The difference of each entry and the number.</summary>
    public static Mat<R, C> operator -(Mat<R, C> a, Scalar b) => a.Select(x => x - b.Value);

    /// <summary>The product of each entry and the number.</summary>
    public static Mat<R, C> operator *(Mat<R, C> a, Scalar b) => a.Select(x => x * b.Value);

    /// <summary>The quotient of each entry and the number.</summary>
    public static Mat<R, C> operator /(Mat<R, C> a, Scalar b) => a.Select(x => x / b.Value);

    /// <summary>The sum of the number and each entry.</summary>
    public static Mat<R, C> operator +(Scalar a, Mat<R, C> b) => b.Select(y => a.Value + y);

    /// <summary>The difference of the number and each entry.</summary>
    public static Mat<R, C> operator -(Scalar a, Mat<R, C> b) => b.Select(y => a.Value - y);

    /// <summary>The product of the number and each entry.</summary>
    public static Mat<R, C> operator *(Scalar a, Mat<R, C> b) => b.Select(y => a.Value * y);

    /// <summary>The quotient of the number and each entry.</summary>
    public static Mat<R, C> operator /(Scalar a, Mat<R, C> b) => b.Select(y => a.Value / y);

    /// <summary>The negative of each entry.</summary>
    public static Mat<R, C> operator -(Mat<R, C> x) => x.Select(static x => -x);

    /// <summary>Whether <paramref name="a"/> is above <paramref name="b"/>, entry by entry, for <c>Where</c>.</summary>
    /// <exception cref="ArgumentException">The sizes differ.</exception>
    public static Compared<Mat<R, C>> operator >(Mat<R, C> a, Mat<R, C> b) => new(Zip(a, b, Functions.Greater));

    /// <summary>Whether each entry is above the number, for <c>Where</c>.</summary>
    public static Compared<Mat<R, C>> operator >(Mat<R, C> a, Scalar b) => new(a.Select(x => Functions.Greater(x, b.Value)));

    /// <summary>Whether the number is above each entry, for <c>Where</c>.</summary>
    public static Compared<Mat<R, C>> operator >(Scalar a, Mat<R, C> b) => new(b.Select(y => Functions.Greater(a.Value, y)));

    /// <summary>Whether <paramref name="a"/> is below <paramref name="b"/>, entry by entry, for <c>Where</c>.</summary>
    /// <exception cref="ArgumentException">The sizes differ.</exception>
    public static Compared<Mat<R, C>> operator <(Mat<R, C> a, Mat<R, C> b) => new(Zip(a, b, Functions.Less));

    /// <summary>Whether each entry is below the number, for <c>Where</c>.</summary>
    public static Compared<Mat<R, C>> operator <(Mat<R, C> a, Scalar b) => new(a.Select(x => Functions.Less(x, b.Value)));

    /// <summary>Whether the number is below each entry, for <c>Where</c>.</summary>
    public static Compared<Mat<R, C>> operator <(Scalar a, Mat<R, C> b) => new(b.Select(y => Functions.Less(a.Value, y)));

    /// <summary>Whether <paramref name="a"/> is at least <paramref name="b"/>, entry by entry, for <c>Where</c>.</summary>
    /// <exception cref="ArgumentException">The sizes differ.</exception>
    public static Compared<Mat<R, C>> operator >=(Mat<R, C> a, Mat<R, C> b) => new(Zip(a, b, Functions.AtLeast));

    /// <summary>Whether each entry is at least the number, for <c>Where</c>.</summary>
    public static Compared<Mat<R, C>> operator >=(Mat<R, C> a, Scalar b) => new(a.Select(x => Functions.AtLeast(x, b.Value)));

    /// <summary>Whether the number is at least each entry, for <c>Where</c>.</summary>
    public static Compared<Mat<R, C>> operator >=(Scalar a, Mat<R, C> b) => new(b.Select(y => Functions.AtLeast(a.Value, y)));

    /// <summary>Whether <paramref name="a"/> is at most <paramref name="b"/>, entry by entry, for <c>Where</c>.</summary>
    /// <exception cref="ArgumentException">The sizes differ.</exception>
    public static Compared<Mat<R, C>> operator <=(Mat<R, C> a, Mat<R, C> b) => new(Zip(a, b, Functions.AtMost));

    /// <summary>Whether each entry is at most the number, for <c>Where</c>.</summary>
    public static Compared<Mat<R, C>> operator <=(Mat<R, C> a, Scalar b) => new(a.Select(x => Functions.AtMost(x, b.Value)));

    /// <summary>Whether the number is at most each entry, for <c>Where</c>.</summary>
    public static Compared<Mat<R, C>> operator <=(Scalar a, Mat<R, C> b) => new(b.Select(y => Functions.AtMost(a.Value, y)));

    internal Mat<R, C> Select(Func<double, double> function) => new(RowExtent, ColumnExtent, Array.ConvertAll(Values, x => function(x)));

    internal static Mat<R, C> Zip(Mat<R, C> a, Mat<R, C> b, Func<double, double, double> function)
    {
        string name = Numbers.Text(typeof(Mat<R, C>));
        Extent rows = Extent.Unify(a.RowExtent, b.RowExtent, name), columns = Extent.Unify(a.ColumnExtent, b.ColumnExtent, name);
        var values = new double[a.Values.Length];
        for (int i = 0; i < values.Length; i++)
            values[i] = function(a.Values[i], b.Values[i]);
        return new(rows, columns, values);
    }
}
