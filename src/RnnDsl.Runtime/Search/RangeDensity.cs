using RnnDsl.Memory;

namespace RnnDsl.Search;

/// <summary>
/// A Parzen estimate of where the values of a range lie: for numbers, a mixture of normal distributions on the scale of the range, cut off at its ends, with a broad one for the whole range
/// among them; for options, their shares, each counted once more.
/// </summary>
sealed class RangeDensity
{
    readonly SearchRange range;

    /// <summary>Of a choice, the probability of each option; else empty.</summary>
    readonly double[] options = [];

    /// <summary>The components of numbers: centers and standard deviations as places in the range, and the mass of each inside of the range.</summary>
    readonly double[] centers = [], deviations = [], inside = [];

    RangeDensity(SearchRange range, double[] values, Func<double[], double[]> deviationsOf)
    {
        this.range = range;
        if (range is ChoiceRange choice)
        {
            options = [.. choice.Options.Select((_, o) => (values.Count(v => v == o) + 1.0) / (values.Length + choice.Options.Count))];
            return;
        }
        // The component of the whole range is the last.
        double[] places = [.. values.Select(range.PlaceOf).Order()];
        centers = [.. places, 0.5];
        deviations = [.. deviationsOf(places), 1];
        inside = [.. centers.Select((center, i) => Normal((1 - center) / deviations[i]) - Normal(-center / deviations[i]))];
    }

    /// <summary>Each normal distribution is as wide as the larger of the distances to its neighbors, within limits (Bergstra et al. 2011, section 4.2). The ends of the range and its middle
    /// count as neighbors.</summary>
    public static RangeDensity ByNeighbors(SearchRange range, double[] values) => new(range, values, places =>
    {
        double[] neighbors = [.. places.Append(0.5).Order()];
        double least = 1.0 / Math.Min(100, places.Length + 2);
        return [.. places.Select(place =>
        {
            int at = Array.IndexOf(neighbors, place);
            double below = at == 0 ? place : place - neighbors[at - 1], above = at == neighbors.Length - 1 ? 1 - place : neighbors[at + 1] - place;
            return Math.Clamp(Math.Max(below, above), least, 1);
        })];
    });

    /// <summary>All normal distributions are equally wide, by Scott's rule (1992).</summary>
    public static RangeDensity ByScott(SearchRange range, double[] values) => new(range, values, places =>
    {
        double mean = places.Average(), deviation = Math.Sqrt(places.Sum(p => (p - mean) * (p - mean)) / Math.Max(1, places.Length - 1));
        double width = Math.Clamp(1.059 * deviation * Math.Pow(places.Length, -0.2), 0.05, 1);
        return [.. places.Select(_ => width)];
    });

    /// <summary>A random value.</summary>
    public double Draw(RandomStream random)
    {
        if (options.Length > 0)
        {
            double left = random.Uniform();
            int option = 0;
            while (option < options.Length - 1 && (left -= options[option]) >= 0)
                option++;
            return option;
        }
        int component = random.Below(centers.Length);
        double place;
        // The center is inside and the deviation at most 1, so that a third or more of the draws are inside.
        do
            place = centers[component] + deviations[component] * random.Normal();
        while (place is < 0 or > 1);
        return range.ValueAt(place);
    }

    /// <summary>The probability of a whole number or an option; of a real number, the density at its place.</summary>
    public double Of(double value)
    {
        (double from, double to) = range.Interval(value);
        return range.Values > 0 ? Mass(from, to) : Enumerable.Range(0, centers.Length).Average(i =>
        {
            double z = (from - centers[i]) / deviations[i];
            return Math.Exp(-0.5 * z * z) / (Math.Sqrt(2 * Math.PI) * deviations[i] * inside[i]);
        });
    }

    /// <summary>The probability of an interval of places. Of a choice, it is the option in whose interval its middle lies.</summary>
    public double Mass(double from, double to) => options.Length > 0 ? options[(int)range.ValueAt((from + to) / 2)]
        : Enumerable.Range(0, centers.Length).Average(i => (Normal((to - centers[i]) / deviations[i]) - Normal((from - centers[i]) / deviations[i])) / inside[i]);

    /// <summary>The distribution function of the standard normal distribution, by the series x·φ(x)·Σ x²ⁿ/(1·3·…·(2n+1)), whose terms all have one sign.</summary>
    internal static double Normal(double x)
    {
        if (Math.Abs(x) > 9)
            return x < 0 ? 0 : 1;
        double term = x, sum = x;
        for (int n = 1; Math.Abs(term) > 1e-17 * Math.Abs(sum); n++)
            sum += term *= x * x / (2 * n + 1);
        return Math.Clamp(0.5 + sum * Math.Exp(-0.5 * x * x) / Math.Sqrt(2 * Math.PI), 0, 1);
    }
}
