using System.Globalization;

namespace RnnDsl.Examples.Recommendation;

/// <summary>What moved an item in a list.</summary>
/// <param name="Item">An item of the session.</param>
/// <param name="Effect">How much higher the logarithm of the recommended item's probability is than it would be without that item.</param>
sealed record Reason(string Item, double Effect);

/// <summary>An item that is recommended.</summary>
/// <param name="Item">Its name.</param>
/// <param name="Text">What it is.</param>
/// <param name="Probability">Among all items.</param>
/// <param name="Because">What moved it, the strongest first; null if nobody asked.</param>
sealed record Recommended(string Item, string Text, double Probability, Reason[]? Because)
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Item,-12} {Probability:F4}  {Text}") +
        (Because is null ? "" : string.Concat(Because.Select(r => string.Create(CultureInfo.InvariantCulture, $"\n{"",20} {r.Effect:+0.00;-0.00} by {r.Item}"))));
}

/// <summary>Makes lists of items for a visit.</summary>
static class Advice
{
    /// <summary>The number of an item that somebody names.</summary>
    /// <exception cref="ArgumentException">There is none of that name.</exception>
    public static int Number(Recommender recommender, string code) => recommender.Catalog.Find(code) is >= 0 and int number ? number : throw new ArgumentException($"The model does not know an item '{code}'.");

    /// <summary>The likeliest items but those of the session, the likeliest first.</summary>
    /// <param name="recommender">The model.</param>
    /// <param name="visit">A session that has begun.</param>
    /// <param name="count">Most items of the list.</param>
    /// <param name="explain">Whether to say what moved each of them: the session is replayed without each of its items (leave one out).</param>
    public static Recommended[] Of(Recommender recommender, Visit visit, int count, bool explain)
    {
        double[] now = LogProbabilities(recommender, visit);
        HashSet<int> taken = [.. visit.Items];
        int[] list = [.. Enumerable.Range(0, now.Length).Where(i => !taken.Contains(i)).OrderByDescending(i => now[i]).ThenBy(i => i).Take(count)];
        Reason[][]? reasons = explain ? Reasons(recommender, visit, list, now) : null;
        return [.. list.Select((item, place) => new Recommended(recommender.Catalog.Entries[item].Code, recommender.Catalog.Entries[item].Text, Math.Exp(now[item]), reasons?[place]))];
    }

    static Reason[][] Reasons(Recommender recommender, Visit visit, int[] list, double[] now)
    {
        var found = list.Select(_ => new List<Reason>()).ToArray();
        for (int step = 0; step < visit.Steps.Length; step++)
        {
            if (visit.Steps[step] == Histories.Begins)
                continue;
            double[] without = LogProbabilities(recommender, visit with { Steps = [.. visit.Steps[..step], .. visit.Steps[(step + 1)..]] });
            for (int place = 0; place < list.Length; place++)
                found[place].Add(new Reason(recommender.Catalog.Entries[visit.Steps[step]].Code, Math.Round(now[list[place]] - without[list[place]], 4)));
        }
        return [.. found.Select(r => r.OrderByDescending(one => Math.Abs(one.Effect)).Take(3).ToArray())];
    }

    static double[] LogProbabilities(Recommender recommender, Visit visit)
    {
        visit.Replay(recommender, out float[] query);
        float[] probabilities = new float[recommender.Catalog.Entries.Count];
        recommender.Probabilities(query, [.. visit.Items], probabilities);
        return [.. probabilities.Select(p => Math.Log(Math.Max(p, float.Epsilon)))];
    }
}
