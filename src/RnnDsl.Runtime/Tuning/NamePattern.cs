using RnnDsl.Sequences;

namespace RnnDsl.Tuning;

/// <summary>Patterns for names of parameters, with * for any characters and ? for one: "encoder.*", "*.b?".</summary>
static class NamePattern
{
    public static bool Matches(ReadOnlySpan<char> pattern, ReadOnlySpan<char> name)
    {
        int p = 0, n = 0, star = -1, resume = 0;
        while (n < name.Length)
        {
            if (p < pattern.Length && pattern[p] == '*')
                (star, resume) = (p++, n);
            else if (p < pattern.Length && (pattern[p] == '?' || pattern[p] == name[n]))
                (p, n) = (p + 1, n + 1);
            else if (star >= 0)
                // The last star takes one more character.
                (p, n) = (star + 1, ++resume);
            else
                return false;
        }
        return pattern[p..].Trim('*').IsEmpty;
    }

    /// <summary>The indices of the parameters that match and can be trained.</summary>
    /// <exception cref="ArgumentException">No parameter matches.</exception>
    public static int[] SelectTrained(ParameterStore parameters, string pattern)
    {
        int[] found = Select(parameters, pattern), trained = [.. found.Where(i => !parameters.Slices[i].Info.IsFixed)];
        return trained.Length > 0 ? trained : throw new ArgumentException(
            $"'{pattern}' matches only what is marked [Fixed], which is never trained: {string.Join(", ", found.Select(i => parameters.Slices[i].Name))}.", nameof(pattern));
    }

    /// <summary>The indices of the parameters that match.</summary>
    /// <exception cref="ArgumentException">No parameter matches.</exception>
    /// <exception cref="ArgumentNullException">The pattern is null.</exception>
    public static int[] Select(ParameterStore parameters, string pattern)
    {
        ArgumentNullException.ThrowIfNull(pattern);
        int[] found = [.. Enumerable.Range(0, parameters.Slices.Count).Where(i => Matches(pattern, parameters.Slices[i].Name))];
        return found.Length > 0 ? found : throw new ArgumentException(
            $"No parameter matches '{pattern}'. {NearestName.Hint(pattern, [.. parameters.Slices.Select(s => s.Name)])}", nameof(pattern));
    }
}
