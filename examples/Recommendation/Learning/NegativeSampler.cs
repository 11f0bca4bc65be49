using RnnDsl.Memory;

namespace RnnDsl.Examples.Recommendation;

/// <summary>Draws items by a power of their frequency.</summary>
sealed class NegativeSampler
{
    /// <summary>The sums of the weights up to each item.</summary>
    readonly double[] sums;

    /// <param name="items">All that were taken, each as often as it was.</param>
    /// <param name="count">How many items there are.</param>
    /// <param name="power">0 for all alike, 1 by frequency.</param>
    public NegativeSampler(IEnumerable<int> items, int count, double power)
    {
        double[] weights = new double[count];
        foreach (int item in items)
            weights[item]++;
        sums = new double[count];
        double sum = 0;
        for (int i = 0; i < count; i++)
            sums[i] = sum += Math.Pow(Math.Max(1, weights[i]), power);
    }

    public int Next(RandomStream random)
    {
        int place = Array.BinarySearch(sums, random.Uniform() * sums[^1]);
        // A number between two sums belongs to the item of the upper one.
        return Math.Min(place >= 0 ? place + 1 : ~place, sums.Length - 1);
    }

    public double Probability(int item) => (sums[item] - (item == 0 ? 0 : sums[item - 1])) / sums[^1];
}
