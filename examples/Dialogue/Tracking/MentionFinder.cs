using RnnDsl.Text;

namespace RnnDsl.Examples.Dialogue;

/// <summary>A value of the ontology in a text: the value, where its words begin, how many they are, and whether they are forms of its words rather than these.</summary>
readonly record struct Mention(int Slot, string Value, int Start, int Length, bool IsForm = false);

/// <summary>
/// Finds the values of an ontology in texts: at each place the longest one, word for word. Of the same words for several slots each is a mention. If asked for, forms of the words count where the words themselves do
/// not stand, as "norwegisches" for "norwegisch": in many languages a value hardly ever stands in a sentence as it does in a list.
/// </summary>
sealed class MentionFinder
{
    /// <summary>Two words are forms of one another if they begin with as many of the same letters, and with this share of the shorter one, and if no more letters follow.</summary>
    const int LeastShared = 4, MostBehind = 6;
    const double LeastShare = 0.6;

    readonly record struct Known(string[] Words, int Slot, string Value);

    readonly Dictionary<string, List<Known>> byFirstWord = new(StringComparer.Ordinal), byBeginning = new(StringComparer.Ordinal);

    public MentionFinder(Ontology ontology, bool forms = false)
    {
        for (int slot = 0; slot < ontology.Informable.Count; slot++)
            foreach (string value in ontology.Informable[slot].Values)
                if (Words(value) is { Length: > 0 } words)
                {
                    var known = new Known(words, slot, value);
                    Add(byFirstWord, words[0], known);
                    if (forms && words[0].Length >= LeastShared)
                        Add(byBeginning, words[0][..LeastShared], known);
                }

        static void Add(Dictionary<string, List<Known>> to, string key, Known known) => (to.TryGetValue(key, out List<Known>? others) ? others : to[key] = []).Add(known);
    }

    /// <summary>The words of a text in lower case; the parts of words with hyphens are words.</summary>
    public static string[] Words(string text) => WordTokenizer.Split(text.ToLowerInvariant().Replace('-', ' ').Replace('/', ' '));

    /// <summary>The mentions in the order of their places.</summary>
    public List<Mention> Find(string[] words)
    {
        var found = new List<Mention>();
        for (int at = 0; at < words.Length;)
        {
            int before = found.Count;
            if (byFirstWord.TryGetValue(words[at], out List<Known>? known))
                AddLongest(known.Where(k => IsAt(words, at, k.Words)), isForm: false);
            if (found.Count == before && words[at].Length >= LeastShared && byBeginning.TryGetValue(words[at][..LeastShared], out known))
                AddLongest(known.Where(k => AreFormsAt(words, at, k.Words)), isForm: true);
            at += found.Count > before ? found[^1].Length : 1;

            void AddLongest(IEnumerable<Known> fitting, bool isForm)
            {
                Known[] all = [.. fitting];
                int longest = all.Select(k => k.Words.Length).DefaultIfEmpty().Max();
                found.AddRange(all.Where(k => k.Words.Length == longest).Select(k => new Mention(k.Slot, k.Value, at, longest, isForm)));
            }
        }
        return found;
    }

    /// <summary>Whether some words stand at a place.</summary>
    public static bool IsAt(string[] words, int at, string[] part) => words.AsSpan(at).StartsWith(part);

    static bool AreFormsAt(string[] words, int at, string[] part)
    {
        if (part.Length > words.Length - at)
            return false;
        for (int i = 0; i < part.Length; i++)
            if (words[at + i] != part[i] && !AreForms(words[at + i], part[i]))
                return false;
        return true;
    }

    static bool AreForms(string a, string b)
    {
        int shared = a.AsSpan().CommonPrefixLength(b);
        return shared >= LeastShared && shared >= LeastShare * Math.Min(a.Length, b.Length) && Math.Max(a.Length, b.Length) - shared <= MostBehind;
    }
}
