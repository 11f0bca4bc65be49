using RnnDsl.Text;

namespace RnnDsl.Examples.Dialogue;

/// <summary>A value of the ontology in a text: the value, where its words begin, and how many they are.</summary>
readonly record struct Mention(int Slot, string Value, int Start, int Length);

/// <summary>Finds the values of an ontology in texts, word for word: at each place the longest one. Of the same words for several slots each is a mention.</summary>
sealed class MentionFinder
{
    readonly Dictionary<string, List<(string[] Words, int Slot, string Value)>> byFirstWord = new(StringComparer.Ordinal);

    public MentionFinder(Ontology ontology)
    {
        for (int slot = 0; slot < ontology.Informable.Count; slot++)
            foreach (string value in ontology.Informable[slot].Values)
                if (Words(value) is { Length: > 0 } words)
                    (byFirstWord.TryGetValue(words[0], out List<(string[], int, string)>? known) ? known : byFirstWord[words[0]] = []).Add((words, slot, value));
    }

    /// <summary>The words of a text in lower case; the parts of words with hyphens are words.</summary>
    public static string[] Words(string text) => WordTokenizer.Split(text.ToLowerInvariant().Replace('-', ' ').Replace('/', ' '));

    /// <summary>The mentions in the order of their places.</summary>
    public List<Mention> Find(string[] words)
    {
        var found = new List<Mention>();
        for (int at = 0; at < words.Length;)
        {
            int longest = 0;
            if (byFirstWord.TryGetValue(words[at], out List<(string[] Words, int Slot, string Value)>? known))
            {
                longest = known.Where(k => IsAt(words, at, k.Words)).Select(k => k.Words.Length).DefaultIfEmpty().Max();
                found.AddRange(known.Where(k => k.Words.Length == longest && IsAt(words, at, k.Words)).Select(k => new Mention(k.Slot, k.Value, at, longest)));
            }
            at += Math.Max(1, longest);
        }
        return found;
    }

    /// <summary>Whether some words stand at a place.</summary>
    public static bool IsAt(string[] words, int at, string[] part) => words.AsSpan(at).StartsWith(part);
}
