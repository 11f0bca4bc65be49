namespace RnnDsl;

/// <summary>
/// The linear memory of the Legendre memory unit (Voelker, Kajić &amp; Eliasmith 2019): dm/dt = (A·m + B·u)/θ with A[i,j] = (2i+1)·(−1 if i &lt; j, else (−1)^(i−j+1)) and B[i] =
/// (2i+1)·(−1)^i keeps the last θ steps of u. As in the paper's experiments, a zero-order hold makes both discrete for steps of 1: exp(A/θ), and A⁻¹·(exp(A/θ) − I)·B. Use it in
/// methods that <see cref="FixedAttribute"/> names.
/// </summary>
public static class LegendreMemory
{
    static readonly Lock computing = new();
    static (int Size, double Window) computed;
    static double[,] exponential = new double[0, 0];

    /// <summary>An element of the matrix that multiplies the memory at each step.</summary>
    /// <param name="row">From 0 to below <paramref name="size"/>.</param>
    /// <param name="column">From 0 to below <paramref name="size"/>.</param>
    /// <param name="size">Units of the memory, at least 1.</param>
    /// <param name="window">θ: steps that the memory holds, above 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside of its range.</exception>
    public static double Transition(int row, int column, int size, double window)
    {
        Check(row, size, window);
        Check(column, size, window);
        return Exponential(size, window)[row, column];
    }

    /// <summary>An element of the vector that multiplies the number written into the memory.</summary>
    /// <param name="unit">From 0 to below <paramref name="size"/>.</param>
    /// <param name="size">Units of the memory, at least 1.</param>
    /// <param name="window">θ: steps that the memory holds, above 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside of its range.</exception>
    public static double Entry(int unit, int size, double window)
    {
        Check(unit, size, window);
        return Exponential(size, window)[unit, size];
    }

    static void Check(int unit, int size, double window)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(size);
        ArgumentOutOfRangeException.ThrowIfNegative(unit);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(unit, size);
        if (!double.IsFinite(window) || window <= 0)
            throw new ArgumentOutOfRangeException(nameof(window), window, "A window is a finite number of steps, above zero.");
    }

    /// <summary>The exponential of [A/θ, B/θ; 0, 0]; its first rows are the discrete A and B (Van Loan 1978). The last result is kept, since a parameter asks for all elements of
    /// one matrix.</summary>
    static double[,] Exponential(int size, double window)
    {
        lock (computing)
        {
            if (computed == (size, window))
                return exponential;
            var generator = new double[size + 1, size + 1];
            for (int i = 0; i < size; i++)
            {
                for (int j = 0; j < size; j++)
                    generator[i, j] = (2 * i + 1) / window * (i < j || (i - j) % 2 == 0 ? -1 : 1);
                generator[i, size] = (2 * i + 1) / window * (i % 2 == 0 ? 1 : -1);
            }
            exponential = Exponential(generator);
            computed = (size, window);
            return exponential;
        }
    }

    /// <summary>The exponential, by scaling and squaring of a Taylor series.</summary>
    static double[,] Exponential(double[,] matrix)
    {
        int n = matrix.GetLength(0), halvings = 0;
        double norm = 0;
        for (int i = 0; i < n; i++)
            norm = Math.Max(norm, Enumerable.Range(0, n).Sum(j => Math.Abs(matrix[i, j])));
        for (; norm > 0.5; norm /= 2)
            halvings++;
        double scale = Math.Pow(2, -halvings);
        var sum = new double[n, n];
        var term = new double[n, n];
        for (int i = 0; i < n; i++)
            sum[i, i] = term[i, i] = 1;
        // 0.5^14 / 14! is below a double's last place.
        for (int power = 1; power <= 14; power++)
        {
            term = Product(term, matrix, scale / power);
            for (int i = 0; i < n; i++)
                for (int j = 0; j < n; j++)
                    sum[i, j] += term[i, j];
        }
        for (; halvings > 0; halvings--)
            sum = Product(sum, sum, 1);
        return sum;
    }

    static double[,] Product(double[,] a, double[,] b, double factor)
    {
        int n = a.GetLength(0);
        var product = new double[n, n];
        for (int i = 0; i < n; i++)
            for (int k = 0; k < n; k++)
            {
                double left = factor * a[i, k];
                for (int j = 0; j < n; j++)
                    product[i, j] += left * b[k, j];
            }
        return product;
    }
}
