using System.ComponentModel;

namespace RnnDsl.CompilerServices;

/// <summary>One-hot vectors of numbers of units, for running equations uncompiled.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class OneHot
{
    /// <summary>A vector that is 1 at the unit with this number; zero for −1.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such unit.</exception>
    public static Vec<D> Vector<D>(Extent extent, ReadOnlySpan<double> number) => Unit<D>(extent, number[0]);

    /// <summary>A sequence of such vectors.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such unit.</exception>
    public static Seq<D> Sequence<D>(Extent extent, ReadOnlySpan<double> numbers)
    {
        var steps = new Vec<D>[numbers.Length];
        for (int t = 0; t < steps.Length; t++)
            steps[t] = Unit<D>(extent, numbers[t]);
        return new Seq<D>(steps);
    }

    static Vec<D> Unit<D>(Extent extent, double number)
    {
        if (!(number >= -1 && number < extent.Size) || number != Math.Floor(number))
            throw new ArgumentOutOfRangeException(nameof(number), number, $"A one-hot vector of {Numbers.Text(extent.Size)} units takes a whole number from −1 to {Numbers.Text(extent.Size - 1)}.");
        var values = new double[extent.Size];
        if (number >= 0)
            values[(int)number] = 1;
        return new Vec<D>(extent, values);
    }
}
