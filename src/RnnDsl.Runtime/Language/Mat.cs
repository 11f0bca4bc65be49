namespace RnnDsl;

/// <summary>A matrix that maps vectors of <typeparamref name="C"/> to vectors of <typeparamref name="R"/>, in double precision, row-major: a weight, or a result computed from
/// weights. <c>+</c>, <c>-</c> and <c>/</c> are elementwise, and a scalar stands for a matrix of equal entries; the elementwise product of two matrices is <see
/// cref="Ops.Hadamard{R, C}"/>.</summary>
public readonly partial struct Mat<R, C>
{
    readonly double[]? values;
    readonly Extent? rows;
    readonly Extent? columns;

    /// <summary>A matrix of [rows × columns] values, row after row, copied.</summary>
    /// <exception cref="ArgumentException">The number of values is not rows · columns.</exception>
    public Mat(Extent rows, Extent columns, params ReadOnlySpan<double> values)
    {
        if (values.Length != (long)rows.Size * columns.Size)
            throw new ArgumentException($"{Numbers.Text(typeof(Mat<R, C>))} of {rows} rows and {columns} columns takes " +
                $"{Numbers.Text(rows.Size * columns.Size)} values, but {Numbers.Text(values.Length)} were given.", nameof(values));
        this.values = values.ToArray();
        this.rows = rows;
        this.columns = columns;
    }

    /// <summary>Number of rows, the size of <typeparamref name="R"/>.</summary>
    public int Rows => RowExtent.Size;

    /// <summary>Number of columns, the size of <typeparamref name="C"/>.</summary>
    public int Columns => ColumnExtent.Size;

    /// <summary>The entry of a row and a column, counted from 0.</summary>
    public double this[int row, int column] => Row(row)[column];

    /// <summary>A copy of the values, row after row.</summary>
    public double[] ToArray() => [.. Values];

    /// <summary>The matrix times a column vector.</summary>
    public static Vec<R> operator *(Mat<R, C> a, Vec<C> x)
    {
        Extent.Unify(a.ColumnExtent, x.Extent, $"{Numbers.Text(typeof(Mat<R, C>))} * {Vec<C>.Name}");
        var product = new double[a.Rows];
        for (int i = 0; i < product.Length; i++)
            product[i] = Ops.Dot(a.Row(i), x.Values);
        return Vec<R>.Own(a.RowExtent, product);
    }

    /// <summary>The matrix times the vector of every step.</summary>
    public static Seq<R> operator *(Mat<R, C> a, Seq<C> x) => x.Select(step => a * step);

    /// <summary>Rows, columns and the first values: "2×3 [0.5, -1, …]".</summary>
    public override string ToString() =>
        values is null ? $"{Numbers.Text(typeof(Mat<R, C>))} without values" : $"{rows}×{columns} {Numbers.Text(values)}";

    internal Mat<C, R> Transposed()
    {
        var transposed = new double[Values.Length];
        for (int i = 0; i < Rows; i++)
            for (int j = 0; j < Columns; j++)
                transposed[j * Rows + i] = this[i, j];
        return new Mat<C, R>(ColumnExtent, RowExtent, transposed);
    }

    internal double[] Values => values ?? throw Numbers.Unbound(typeof(Mat<R, C>));

    internal Extent RowExtent => rows ?? throw Numbers.Unbound(typeof(Mat<R, C>));

    internal Extent ColumnExtent => columns ?? throw Numbers.Unbound(typeof(Mat<R, C>));

    internal ReadOnlySpan<double> Row(int row) => Values.AsSpan(row * Columns, Columns);
}
