using System.Globalization;
using System.Numerics.Tensors;

namespace RnnDsl.Metrics;

/// <summary>Errors of predictions, in the units of the values.</summary>
/// <param name="Count">Number of values compared.</param>
/// <param name="Mae">Mean absolute error.</param>
/// <param name="Mse">Mean squared error.</param>
/// <param name="Smape">Symmetric mean absolute percentage error, 100/n · Σ 2|a − p| / (|a| + |p|), from 0 to 200; where both are zero
/// the term is zero.</param>
/// <param name="R2">Coefficient of determination, 1 − Σ(a − p)² / Σ(a − mean)²; NaN if all actual values are equal.</param>
public readonly record struct ForecastErrors(long Count, double Mae, double Mse, double Smape, double R2)
{
    /// <summary>Root of the mean squared error.</summary>
    public double Rmse => Math.Sqrt(Mse);

    /// <summary>The errors in a line, in the same form everywhere.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"MAE {Mae:G5}, RMSE {Rmse:G5}, sMAPE {Smape:F2} %, R² {R2:F4}, of {Count} values");

    /// <summary>Compares predictions with the actual values.</summary>
    /// <exception cref="ArgumentException">The lengths differ or are zero, or a value is not finite.</exception>
    public static ForecastErrors Measure(ReadOnlySpan<float> actual, ReadOnlySpan<float> predicted)
    {
        CheckPair(actual, predicted);
        var sums = new ErrorSums(actual[0]);
        sums.Add(actual, predicted);
        return sums.Result();
    }

    internal static void CheckPair(ReadOnlySpan<float> actual, ReadOnlySpan<float> predicted)
    {
        if (actual.Length != predicted.Length || actual.IsEmpty)
            throw new ArgumentException($"{predicted.Length} predictions cannot be compared with {actual.Length} actual values.");
        CheckFinite("actual value", actual);
        CheckFinite("prediction", predicted);
    }

    static void CheckFinite(string what, ReadOnlySpan<float> values)
    {
        for (int i = 0; i < values.Length; i++)
            if (!float.IsFinite(values[i]))
                throw new ArgumentException(FormattableString.Invariant($"The {what} at index {i} is {values[i]}."));
    }
}

/// <summary>Sums, in double precision, from which <see cref="ForecastErrors"/> follow. Sums with one origin can be merged.</summary>
struct ErrorSums(double origin)
{
    const int Block = 256;

    long count;
    double absolute, squared, relative, deviation, deviationSquared;

    public void Add(ReadOnlySpan<float> actual, ReadOnlySpan<float> predicted)
    {
        Span<double> a = stackalloc double[Block], p = stackalloc double[Block], difference = stackalloc double[Block];
        for (int start = 0; start < actual.Length; start += Block)
        {
            int length = Math.Min(Block, actual.Length - start);
            a = a[..length];
            p = p[..length];
            difference = difference[..length];
            TensorPrimitives.ConvertTruncating(actual.Slice(start, length), a);
            TensorPrimitives.ConvertTruncating(predicted.Slice(start, length), p);
            TensorPrimitives.Subtract(a, p, difference);
            count += length;
            absolute += TensorPrimitives.SumOfMagnitudes<double>(difference);
            squared += TensorPrimitives.SumOfSquares<double>(difference);
            for (int i = 0; i < length; i++)
            {
                double size = Math.Abs(a[i]) + Math.Abs(p[i]);
                if (size > 0)
                    relative += 2 * Math.Abs(difference[i]) / size;
            }
            // Sums about an origin near the values: the variance does not cancel.
            TensorPrimitives.Subtract(a, origin, a);
            deviation += TensorPrimitives.Sum<double>(a);
            deviationSquared += TensorPrimitives.SumOfSquares<double>(a);
        }
    }

    public void Merge(in ErrorSums other)
    {
        count += other.count;
        absolute += other.absolute;
        squared += other.squared;
        relative += other.relative;
        deviation += other.deviation;
        deviationSquared += other.deviationSquared;
    }

    public readonly ForecastErrors Result()
    {
        double spread = deviationSquared - deviation * deviation / count;
        double r2 = spread > 0 ? 1 - squared / spread : double.NaN;
        return new ForecastErrors(count, absolute / count, squared / count, 100 * relative / count, r2);
    }
}
