namespace RnnDsl.Examples.Speech;

/// <summary>A language of known words, all alike, with a space between them. A letter is as likely as the words that go on with it; others are barred.</summary>
sealed class WordLanguage
{
    const double Ends = 0.2;

    /// <summary>How many words begin with these letters.</summary>
    readonly Dictionary<string, int> beginnings = [];
    readonly HashSet<string> words;
    readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> counts;

    public WordLanguage(IEnumerable<string> words)
    {
        this.words = [.. words];
        foreach (string word in this.words)
            for (int length = 0; length <= word.Length; length++)
                beginnings[word[..length]] = beginnings.GetValueOrDefault(word[..length]) + 1;
        counts = beginnings.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    /// <summary>The logarithm of the probability of the next letter.</summary>
    /// <param name="labels">The letters so far, as <see cref="Spelling"/> numbers them.</param>
    /// <param name="next">The next letter, or 0 for the end.</param>
    public double Score(ReadOnlySpan<int> labels, int next)
    {
        string begun = Spelling.Decode(labels[(labels.LastIndexOf(Spelling.Space) + 1)..]);
        bool whole = words.Contains(begun);
        if (next is 0 or Spelling.Space)
            return whole ? Math.Log(next == 0 ? Ends : 1 - Ends) : next == 0 && labels.Length == 0 ? 0 : double.NegativeInfinity;
        int going = counts.TryGetValue(begun + Spelling.Decode([next]), out int count) ? count : 0;
        return going == 0 ? double.NegativeInfinity : Math.Log((double)going / beginnings[begun]);
    }
}
