namespace RnnDsl;

// Elementwise functions of matrices, and their sums.
public static partial class Ops
{
    /// <inheritdoc cref="Sigmoid{D}(Vec{D})"/>
    public static Mat<R, C> Sigmoid<R, C>(Mat<R, C> x) => x.Select(Functions.Sigmoid);

    /// <inheritdoc cref="Tanh{D}(Vec{D})"/>
    public static Mat<R, C> Tanh<R, C>(Mat<R, C> x) => x.Select(Math.Tanh);

    /// <inheritdoc cref="Relu{D}(Vec{D})"/>
    public static Mat<R, C> Relu<R, C>(Mat<R, C> x) => x.Select(Functions.Relu);

    /// <inheritdoc cref="LeakyRelu{D}(Vec{D}, double)"/>
    public static Mat<R, C> LeakyRelu<R, C>(Mat<R, C> x, double slope = 0.01) => x.Select(x => Functions.LeakyRelu(x, slope));

    /// <inheritdoc cref="Elu{D}(Vec{D}, double)"/>
    public static Mat<R, C> Elu<R, C>(Mat<R, C> x, double alpha = 1) => x.Select(x => Functions.Elu(x, alpha));

    /// <inheritdoc cref="Gelu{D}(Vec{D})"/>
    public static Mat<R, C> Gelu<R, C>(Mat<R, C> x) => x.Select(Functions.Gelu);

    /// <inheritdoc cref="Silu{D}(Vec{D})"/>
    public static Mat<R, C> Silu<R, C>(Mat<R, C> x) => x.Select(Functions.Silu);

    /// <inheritdoc cref="Softplus{D}(Vec{D})"/>
    public static Mat<R, C> Softplus<R, C>(Mat<R, C> x) => x.Select(Functions.Softplus);

    /// <inheritdoc cref="Sin{D}(Vec{D})"/>
    public static Mat<R, C> Sin<R, C>(Mat<R, C> x) => x.Select(Math.Sin);

    /// <inheritdoc cref="Cos{D}(Vec{D})"/>
    public static Mat<R, C> Cos<R, C>(Mat<R, C> x) => x.Select(Math.Cos);

    /// <inheritdoc cref="Floor{D}(Vec{D})"/>
    public static Mat<R, C> Floor<R, C>(Mat<R, C> x) => x.Select(Math.Floor);

    /// <inheritdoc cref="LogSigmoid{D}(Vec{D})"/>
    public static Mat<R, C> LogSigmoid<R, C>(Mat<R, C> x) => x.Select(Functions.LogSigmoid);

    /// <inheritdoc cref="Exp{D}(Vec{D})"/>
    public static Mat<R, C> Exp<R, C>(Mat<R, C> x) => x.Select(Math.Exp);

    /// <inheritdoc cref="Log{D}(Vec{D})"/>
    public static Mat<R, C> Log<R, C>(Mat<R, C> x) => x.Select(Math.Log);

    /// <inheritdoc cref="Sqrt{D}(Vec{D})"/>
    public static Mat<R, C> Sqrt<R, C>(Mat<R, C> x) => x.Select(Math.Sqrt);

    /// <inheritdoc cref="Abs{D}(Vec{D})"/>
    public static Mat<R, C> Abs<R, C>(Mat<R, C> x) => x.Select(Math.Abs);

    /// <inheritdoc cref="Square{D}(Vec{D})"/>
    public static Mat<R, C> Square<R, C>(Mat<R, C> x) => x.Select(Functions.Square);

    /// <inheritdoc cref="Clip{D}(Vec{D}, double, double)"/>
    public static Mat<R, C> Clip<R, C>(Mat<R, C> x, double low, double high) => x.Select(x => Functions.Clip(x, low, high));

    /// <inheritdoc cref="StopGradient{D}(Vec{D})"/>
    public static Mat<R, C> StopGradient<R, C>(Mat<R, C> x) => x;

    /// <inheritdoc cref="Mod{D}(Vec{D}, Vec{D})"/>
    public static Mat<R, C> Mod<R, C>(Mat<R, C> a, Mat<R, C> b) => Mat<R, C>.Zip(a, b, Functions.Mod);

    /// <inheritdoc cref="Mod{D}(Vec{D}, Vec{D})"/>
    public static Mat<R, C> Mod<R, C>(Mat<R, C> a, Scalar b) => a.Select(a => Functions.Mod(a, b.Value));

    /// <inheritdoc cref="Min{D}(Vec{D}, Vec{D})"/>
    public static Mat<R, C> Min<R, C>(Mat<R, C> a, Mat<R, C> b) => Mat<R, C>.Zip(a, b, Math.Min);

    /// <inheritdoc cref="Min{D}(Vec{D}, Vec{D})"/>
    public static Mat<R, C> Min<R, C>(Mat<R, C> a, Scalar b) => a.Select(a => Math.Min(a, b.Value));

    /// <inheritdoc cref="Max{D}(Vec{D}, Vec{D})"/>
    public static Mat<R, C> Max<R, C>(Mat<R, C> a, Mat<R, C> b) => Mat<R, C>.Zip(a, b, Math.Max);

    /// <inheritdoc cref="Max{D}(Vec{D}, Vec{D})"/>
    public static Mat<R, C> Max<R, C>(Mat<R, C> a, Scalar b) => a.Select(a => Math.Max(a, b.Value));

    extension<R, K, C>(Mat<R, K>)
    {
        /// <summary>The product of two matrices of parameters: the entry in row i and column j is Σₖ aᵢₖ · bₖⱼ. <c>A * (B * x)</c> has the value of <c>(A * B) * x</c>, and is cheaper where K
        /// is small. <see cref="Hadamard{R, C}"/> is the product entry by entry.</summary>
        /// <exception cref="ArgumentException">The columns of a are not as many as the rows of b.</exception>
        public static Mat<R, C> operator *(Mat<R, K> a, Mat<K, C> b)
        {
            Extent.Unify(a.ColumnExtent, b.RowExtent, $"{Numbers.Text(typeof(Mat<R, K>))} * {Numbers.Text(typeof(Mat<K, C>))}");
            Mat<C, K> columns = b.Transposed();
            return new(a.RowExtent, b.ColumnExtent, [.. Enumerable.Range(0, a.Rows).SelectMany(row => Enumerable.Range(0, b.Columns).Select(column => Dot(a.Row(row), columns.Row(column))))]);
        }
    }

    /// <summary>The elementwise product of two matrices of one shape; <c>A * x</c> is the product with a vector.</summary>
    public static Mat<R, C> Hadamard<R, C>(Mat<R, C> a, Mat<R, C> b) => Mat<R, C>.Zip(a, b, static (x, y) => x * y);

    /// <summary>
    /// In training each entry is zero with the probability <paramref name="rate"/>, and otherwise divided by 1 − <paramref name="rate"/>. Everywhere else, also uncompiled, the
    /// result is x. There is one mask for each training step, for all examples and all their steps: weight drop (Merity et al. 2018, AWD-LSTM).
    /// </summary>
    /// <param name="x">A matrix.</param>
    /// <param name="rate">A constant from 0 to below 1.</param>
    /// <exception cref="ArgumentException">The rate is outside this range.</exception>
    public static Mat<R, C> Dropout<R, C>(Mat<R, C> x, double rate)
    {
        Functions.CheckRate(rate);
        return x;
    }

    /// <summary>The sum of all entries.</summary>
    public static Scalar Sum<R, C>(Mat<R, C> x) => x.Values.Sum();

    /// <summary>The mean of all entries.</summary>
    public static Scalar Mean<R, C>(Mat<R, C> x) => x.Values.Average();

    /// <summary>The largest entry.</summary>
    public static Scalar Max<R, C>(Mat<R, C> x) => x.Values.Aggregate(Math.Max);

    /// <summary>The sum of each row, over its columns.</summary>
    public static Vec<R> SumOverColumns<R, C>(Mat<R, C> x) => Vec<R>.Own(x.RowExtent, [.. Enumerable.Range(0, x.Rows).Select(row => x.Row(row).ToArray().Sum())]);

    /// <summary>The sum of each column, over its rows.</summary>
    public static Vec<C> SumOverRows<R, C>(Mat<R, C> x) => SumOverColumns(x.Transposed());

    /// <summary>The largest of each row, over its columns.</summary>
    public static Vec<R> MaxOverColumns<R, C>(Mat<R, C> x) => Vec<R>.Own(x.RowExtent, [.. Enumerable.Range(0, x.Rows).Select(row => x.Row(row).ToArray().Aggregate(Math.Max))]);

    /// <summary>The largest of each column, over its rows.</summary>
    public static Vec<C> MaxOverRows<R, C>(Mat<R, C> x) => MaxOverColumns(x.Transposed());

    /// <summary>log Σ exp of each row, over its columns, for entries of any size: a product in the semiring of logarithms.</summary>
    public static Vec<R> LogSumExpOverColumns<R, C>(Mat<R, C> x) =>
        Vec<R>.Own(x.RowExtent, [.. Enumerable.Range(0, x.Rows).Select(row => LogSumExp(Vec<C>.Own(x.ColumnExtent, x.Row(row).ToArray())).Value)]);

    /// <summary>log Σ exp of each column, over its rows, for entries of any size: a product in the semiring of logarithms.</summary>
    public static Vec<C> LogSumExpOverRows<R, C>(Mat<R, C> x) => LogSumExpOverColumns(x.Transposed());

    /// <summary>The outer product: the entry in row i and column j is aᵢ · bⱼ.</summary>
    public static Mat<R, C> Outer<R, C>(Vec<R> a, Vec<C> b) => Outer(a, b, static (x, y) => x * y);

    /// <summary>The sums of each unit of a and each unit of b: the entry in row i and column j is aᵢ + bⱼ.</summary>
    public static Mat<R, C> OuterSum<R, C>(Vec<R> a, Vec<C> b) => Outer(a, b, static (x, y) => x + y);

    static Mat<R, C> Outer<R, C>(Vec<R> a, Vec<C> b, Func<double, double, double> function) =>
        new(a.Extent, b.Extent, [.. a.Values.SelectMany(x => b.Values.Select(y => function(x, y)))]);

    /// <summary>The matrix with each row multiplied by a unit of the vector: Diag(by) · x.</summary>
    public static Mat<R, C> ScaleRows<R, C>(Mat<R, C> x, Vec<R> by) => Hadamard(x, new Mat<R, C>(by.Extent, x.ColumnExtent, [.. by.Values.SelectMany(unit => Enumerable.Repeat(unit, x.Columns))]));

    /// <summary>The matrix with each column multiplied by a unit of the vector: x · Diag(by).</summary>
    public static Mat<R, C> ScaleColumns<R, C>(Mat<R, C> x, Vec<C> by) => ScaleRows(x.Transposed(), by).Transposed();

    /// <inheritdoc cref="Where{D}(Compared{Vec{D}}, Vec{D}, Vec{D})"/>
    public static Mat<R, C> Where<R, C>(Compared<Mat<R, C>> holds, Mat<R, C> x, Mat<R, C> y) =>
        Mat<R, C>.Zip(Mat<R, C>.Zip(holds.Holds, x, Functions.WhereHolds), Mat<R, C>.Zip(holds.Holds, y, Functions.WhereNot), static (x, y) => x + y);

    /// <inheritdoc cref="Where{D}(Compared{Vec{D}}, Vec{D}, Vec{D})"/>
    public static Mat<R, C> Where<R, C>(Compared<Mat<R, C>> holds, Mat<R, C> x, Scalar y) => Where(holds, x, Like(holds.Holds, y));

    /// <inheritdoc cref="Where{D}(Compared{Vec{D}}, Vec{D}, Vec{D})"/>
    public static Mat<R, C> Where<R, C>(Compared<Mat<R, C>> holds, Scalar x, Mat<R, C> y) => Where(holds, Like(holds.Holds, x), y);

    /// <inheritdoc cref="Where{D}(Compared{Vec{D}}, Vec{D}, Vec{D})"/>
    public static Mat<R, C> Where<R, C>(Compared<Mat<R, C>> holds, Scalar x, Scalar y) => Where(holds, Like(holds.Holds, x), Like(holds.Holds, y));

    static Mat<R, C> Like<R, C>(Mat<R, C> of, Scalar x) => of.Select(_ => x.Value);
}
