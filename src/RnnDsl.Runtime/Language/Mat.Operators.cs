namespace RnnDsl;

// Arithmetic and comparisons, entry by entry.
public readonly partial struct Mat<R, C>
{
    public static Mat<R, C> operator +(Mat<R, C> a, Mat<R, C> b) => Zip(a, b, static (x, y) => x + y);

    public static Mat<R, C> operator -(Mat<R, C> a, Mat<R, C> b) => Zip(a, b, static (x, y) => x - y);

    public static Mat<R, C> operator /(Mat<R, C> a, Mat<R, C> b) => Zip(a, b, static (x, y) => x / y);

    public static Mat<R, C> operator +(Mat<R, C> a, Scalar b) => a.Select(x => x + b.Value);

    public static Mat<R, C> operator -(Mat<R, C> a, Scalar b) => a.Select(x => x - b.Value);

    public static Mat<R, C> operator *(Mat<R, C> a, Scalar b) => a.Select(x => x * b.Value);

    public static Mat<R, C> operator /(Mat<R, C> a, Scalar b) => a.Select(x => x / b.Value);

    public static Mat<R, C> operator +(Scalar a, Mat<R, C> b) => b.Select(y => a.Value + y);

    public static Mat<R, C> operator -(Scalar a, Mat<R, C> b) => b.Select(y => a.Value - y);

    public static Mat<R, C> operator *(Scalar a, Mat<R, C> b) => b.Select(y => a.Value * y);

    public static Mat<R, C> operator /(Scalar a, Mat<R, C> b) => b.Select(y => a.Value / y);

    public static Mat<R, C> operator -(Mat<R, C> x) => x.Select(static x => -x);

    public static Compared<Mat<R, C>> operator >(Mat<R, C> a, Mat<R, C> b) => new(Zip(a, b, Functions.Greater));

    public static Compared<Mat<R, C>> operator >(Mat<R, C> a, Scalar b) => new(a.Select(x => Functions.Greater(x, b.Value)));

    public static Compared<Mat<R, C>> operator >(Scalar a, Mat<R, C> b) => new(b.Select(y => Functions.Greater(a.Value, y)));

    public static Compared<Mat<R, C>> operator <(Mat<R, C> a, Mat<R, C> b) => new(Zip(a, b, Functions.Less));

    public static Compared<Mat<R, C>> operator <(Mat<R, C> a, Scalar b) => new(a.Select(x => Functions.Less(x, b.Value)));

    public static Compared<Mat<R, C>> operator <(Scalar a, Mat<R, C> b) => new(b.Select(y => Functions.Less(a.Value, y)));

    public static Compared<Mat<R, C>> operator >=(Mat<R, C> a, Mat<R, C> b) => new(Zip(a, b, Functions.AtLeast));

    public static Compared<Mat<R, C>> operator >=(Mat<R, C> a, Scalar b) => new(a.Select(x => Functions.AtLeast(x, b.Value)));

    public static Compared<Mat<R, C>> operator >=(Scalar a, Mat<R, C> b) => new(b.Select(y => Functions.AtLeast(a.Value, y)));

    public static Compared<Mat<R, C>> operator <=(Mat<R, C> a, Mat<R, C> b) => new(Zip(a, b, Functions.AtMost));

    public static Compared<Mat<R, C>> operator <=(Mat<R, C> a, Scalar b) => new(a.Select(x => Functions.AtMost(x, b.Value)));

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
