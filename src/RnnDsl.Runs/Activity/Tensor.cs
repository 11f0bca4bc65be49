namespace RnnDsl.Runs.Equations;

/// <summary>One value of equations: a scalar (1×1), a vector (n×1) or a matrix, row by row.</summary>
readonly record struct Tensor(int Rows, int Columns, double[] Values)
{
    public static Tensor Scalar(double value) => new(1, 1, [value]);

    public static Tensor Vector(double[] values) => new(values.Length, 1, values);

    public double Number => Values[0];

    public Tensor Row(int row) => Vector(Values[(row * Columns)..((row + 1) * Columns)]);

    public Tensor Select(Func<double, double> function) => this with { Values = Array.ConvertAll(Values, v => function(v)) };

    public Tensor Transposed()
    {
        var values = new double[Values.Length];
        for (int row = 0; row < Rows; row++)
            for (int column = 0; column < Columns; column++)
                values[column * Rows + row] = Values[row * Columns + column];
        return new(Columns, Rows, values);
    }

    /// <summary>The product with a vector.</summary>
    public Tensor Times(Tensor vector)
    {
        var values = new double[Rows];
        for (int row = 0; row < Rows; row++)
        {
            double sum = 0;
            for (int column = 0; column < Columns; column++)
                sum += Values[row * Columns + column] * vector.Values[column];
            values[row] = sum;
        }
        return Vector(values);
    }

    /// <summary>The product of the transposed matrix with a vector.</summary>
    public Tensor TransposedTimes(Tensor vector)
    {
        var values = new double[Columns];
        for (int row = 0; row < Rows; row++)
            for (int column = 0; column < Columns; column++)
                values[column] += Values[row * Columns + column] * vector.Values[row];
        return Vector(values);
    }
}
