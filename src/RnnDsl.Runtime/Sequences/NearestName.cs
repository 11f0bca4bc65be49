using System.ComponentModel;

namespace RnnDsl.Sequences;

/// <summary>Helps error messages about names: "did you mean 'Price'?". For the library's own packages.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class NearestName
{
    /// <summary>Nobody mistypes a longer name, and in a damaged file a name could have any length.</summary>
    const int LongestName = 200;

    /// <summary>The sentence that ends such a message: the nearest known name, if one is near, then all of them.</summary>
    /// <exception cref="ArgumentNullException">The name is null.</exception>
    public static string Hint(string name, IReadOnlyList<string> known)
    {
        ArgumentNullException.ThrowIfNull(name);
        string? nearest = Find(name, known);
        string all = known.Count == 0 ? "There is none at all." : $"There are: {string.Join(", ", known)}.";
        return nearest is null ? all : $"Did you mean '{nearest}'? {all}";
    }

    /// <summary>The known name with the fewest edits, letter case aside; null if a third of the letters or more would change.</summary>
    public static string? Find(string name, IReadOnlyList<string> known)
    {
        string? best = null;
        int bestDistance = int.MaxValue;
        foreach (string candidate in known)
        {
            if (name.Length > LongestName || candidate.Length > LongestName)
                continue;
            int distance = Distance(name.ToUpperInvariant(), candidate.ToUpperInvariant());
            if (distance < bestDistance && 3 * distance <= Math.Max(name.Length, candidate.Length))
                (best, bestDistance) = (candidate, distance);
        }
        return best;
    }

    /// <summary>Levenshtein's edit distance.</summary>
    static int Distance(string a, string b)
    {
        var row = new int[b.Length + 1];
        for (int j = 0; j <= b.Length; j++)
            row[j] = j;
        for (int i = 1; i <= a.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.Length; j++)
            {
                int substitute = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(substitute, 1 + Math.Min(row[j], row[j - 1]));
            }
        }
        return row[b.Length];
    }
}
