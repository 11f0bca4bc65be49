using RnnDsl.Memory;

namespace RnnDsl.Examples.Recommendation;

/// <summary>
/// Makes a vector of an item's text and attributes by random indexing (Kanerva et al. 2000): each word and each value of an attribute has a vector of random signs, which depends on its letters alone, and the item has their
/// weighted sum with length 1. So cosines are about those of the words' weights, and a word that nobody saw in the training has a vector too. A word that few items have weighs more: log(items / items with it).
/// </summary>
sealed class TextFeatures
{
    readonly Dictionary<string, int> items = [];
    readonly Dictionary<string, float[]> vectors = [];
    readonly int count;

    /// <summary>Counts the words of the items that are known when a model is trained.</summary>
    /// <param name="entries">The items.</param>
    /// <param name="units">Width of a vector.</param>
    public TextFeatures(IReadOnlyCollection<CatalogEntry> entries, int units)
    {
        (count, Units) = (entries.Count, units);
        foreach (string token in entries.SelectMany(e => Tokens(e).Distinct()))
            items[token] = items.GetValueOrDefault(token) + 1;
    }

    public int Units { get; }

    /// <summary>The vector of an item; zero for one that has neither text nor attributes.</summary>
    public float[] Vector(CatalogEntry entry)
    {
        float[] sum = new float[Units];
        foreach (string token in Tokens(entry).Distinct())
        {
            double weight = Math.Log((count + 1.0) / (items.GetValueOrDefault(token) + 1.0)) + 0.1;
            float[] signs = Signs(token);
            for (int i = 0; i < Units; i++)
                sum[i] += (float)weight * signs[i];
        }
        double length = Math.Sqrt(sum.Sum(x => (double)x * x));
        return length == 0 ? sum : [.. sum.Select(x => (float)(x / length))];
    }

    float[] Signs(string token)
    {
        if (vectors.TryGetValue(token, out float[]? known))
            return known;
        var random = new RandomStream(0, token);
        return vectors[token] = [.. Enumerable.Range(0, Units).Select(_ => random.Below(2) == 0 ? -1f : 1f)];
    }

    /// <summary>The words of the text without regard of case, and "column=value" for each attribute.</summary>
    static IEnumerable<string> Tokens(CatalogEntry entry) => entry.Text.ToUpperInvariant().Split([.. " \t,.;:/&()'\"!?*+-"], StringSplitOptions.RemoveEmptyEntries)
        .Concat(entry.Attributes.Where(a => a.Value.Length > 0).Select(a => $"{a.Key}={a.Value}"));
}
