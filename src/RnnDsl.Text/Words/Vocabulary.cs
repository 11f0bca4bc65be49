using System.Collections.Frozen;
using System.Text.Json;

namespace RnnDsl.Text;

/// <summary>
/// The words, letters, tags or labels that a model knows, each with a number from 0. An open vocabulary has the number 0 for all that it does not know; a closed one, of labels, has none for that.
/// </summary>
public sealed class Vocabulary
{
    /// <summary>What <see cref="this[int]"/> gives for the number 0 of an open vocabulary.</summary>
    public const string Unknown = "<unknown>";

    readonly string[] entries;
    readonly FrozenDictionary<string, int> numbers;

    Vocabulary(string[] entries, bool isOpen)
    {
        (this.entries, IsOpen) = (entries, isOpen);
        numbers = entries.Select((entry, number) => (entry, number)).Skip(isOpen ? 1 : 0).ToFrozenDictionary(e => e.entry, e => e.number, StringComparer.Ordinal);
    }

    /// <summary>An open vocabulary: number 0 stands for what it does not know, then come the entries in their order.</summary>
    /// <exception cref="ArgumentException">An entry stands twice, or is no well-formed text.</exception>
    public static Vocabulary Open(IEnumerable<string> entries) => new(Distinct([Unknown, .. entries], 1), isOpen: true);

    /// <summary>A closed vocabulary of tags or labels, in their order from 0.</summary>
    /// <exception cref="ArgumentException">There are none, or one stands twice, or is no well-formed text.</exception>
    public static Vocabulary Closed(IEnumerable<string> entries)
    {
        string[] all = [.. entries];
        if (Array.IndexOf(all, null) is var missing and >= 0)
            throw new ArgumentException($"Label {missing} (from 0) is null.", nameof(entries));
        return all.Length == 0 ? throw new ArgumentException("A vocabulary of labels needs at least one.", nameof(entries)) : new(Distinct(all, 0), isOpen: false);
    }

    /// <summary>The labels of texts that have none.</summary>
    internal static Vocabulary None { get; } = new([], isOpen: false);

    /// <summary>Counts what there is in training data, and makes an open vocabulary of it, the most frequent first.</summary>
    /// <param name="entries">Every occurrence. One with half of a surrogate pair is no text, and stays unknown.</param>
    /// <param name="minCount">What occurs less often is unknown: usually 2 for words, so that a model learns what an unknown word is like.</param>
    /// <param name="maxCount">The most entries, the unknown one aside; null for all.</param>
    /// <param name="also">Entries that are taken however rare they are, behind the others, such as the words of <see cref="WordVectors"/>.</param>
    public static Vocabulary Count(IEnumerable<string> entries, int minCount = 1, int? maxCount = null, IEnumerable<string>? also = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(minCount, 1);
        IEnumerable<string> frequent = entries.CountBy(e => e, StringComparer.Ordinal).Where(e => e.Value >= minCount && IsWellFormed(e.Key))
            .OrderByDescending(e => e.Value).ThenBy(e => e.Key, StringComparer.Ordinal).Select(e => e.Key);
        string[] counted = [.. maxCount is { } most ? frequent.Take(most) : frequent];
        return new(also is null ? [Unknown, .. counted] : [Unknown, .. counted.Union(also.Where(IsWellFormed), StringComparer.Ordinal)], isOpen: true);
    }

    static string[] Distinct(string[] entries, int from)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (string entry in entries.AsSpan(from))
        {
            if (!IsWellFormed(entry))
                throw new ArgumentException($"'{entry}' is no text: it has half of a surrogate pair.", nameof(entries));
            if (!seen.Add(entry))
                throw new ArgumentException($"'{entry}' stands twice in the vocabulary.", nameof(entries));
        }
        return entries;
    }

    internal static bool IsWellFormed(string text)
    {
        for (int i = 0; i < text.Length; i++)
            if (char.IsSurrogate(text[i]) && !(i + 1 < text.Length && char.IsSurrogatePair(text[i], text[++i])))
                return false;
        return true;
    }

    /// <summary>Whether number 0 stands for all that is not in it.</summary>
    public bool IsOpen { get; }

    /// <summary>Number of entries, the unknown one included: the size of the model's dimension.</summary>
    public int Size => entries.Length;

    /// <summary>The entries by their numbers.</summary>
    public IReadOnlyList<string> Entries => entries;

    /// <summary>The entry of a number.</summary>
    public string this[int number] => entries[number];

    /// <summary>The number of an entry: 0 for what an open vocabulary does not know, −1 ("no label") for what a closed one does not.</summary>
    public int Number(string entry) => numbers.TryGetValue(entry, out int number) ? number : IsOpen ? 0 : -1;

    internal bool TryNumber(ReadOnlySpan<char> entry, out int number) => numbers.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(entry, out number);

    /// <summary>Whether it has the entry.</summary>
    public bool Contains(string entry) => numbers.ContainsKey(entry);

    /// <summary>The numbers of entries, see <see cref="Number"/>.</summary>
    public int[] Numbers(IReadOnlyList<string> texts)
    {
        var result = new int[texts.Count];
        for (int i = 0; i < result.Length; i++)
            result[i] = Number(texts[i]);
        return result;
    }

    /// <summary>"4,211 entries and one for what is unknown".</summary>
    public override string ToString() => FormattableString.Invariant($"{Size - (IsOpen ? 1 : 0):N0} entries{(IsOpen ? " and one for what is unknown" : "")}");

    internal void Write(Utf8JsonWriter writer, string property)
    {
        writer.WriteStartObject(property);
        writer.WriteBoolean("open", IsOpen);
        writer.WriteStartArray("entries");
        foreach (string entry in entries.AsSpan(IsOpen ? 1 : 0))
            writer.WriteStringValue(entry);
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    internal static Vocabulary Read(JsonElement json)
    {
        IEnumerable<string> entries = json.GetProperty("entries").EnumerateArray().Select(e => e.GetString() ?? throw new FormatException("an entry of a vocabulary is null"));
        return json.GetProperty("open").GetBoolean() ? Open(entries) : entries.Any() ? Closed(entries) : None;
    }
}
