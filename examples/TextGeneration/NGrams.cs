namespace RnnDsl.Examples.TextGeneration;

/// <summary>
/// What letters follow the n − 1 before, as counted in a text; where little was counted, as after fewer letters (interpolated, Witten &amp; Bell 1991). What a network must beat.
/// </summary>
sealed class NGrams
{
    readonly int order, letters;
    readonly Dictionary<Key, Counts>[] contexts;

    public NGrams(int order, int[] text, int letters)
    {
        (this.order, this.letters) = (order, letters);
        contexts = [.. Enumerable.Range(0, order).Select(_ => new Dictionary<Key, Counts>())];
        for (int at = 0; at < text.Length; at++)
            for (int length = 0; length < order && length <= at; length++)
            {
                Key key = Key.Of(text.AsSpan(at - length, length));
                if (!contexts[length].TryGetValue(key, out Counts? counts))
                    contexts[length].Add(key, counts = new Counts());
                counts.Add(text[at]);
            }
    }

    /// <summary>Mean of −ln p(letter) over a text.</summary>
    public double Nats(int[] text)
    {
        double sum = 0;
        for (int at = 0; at < text.Length; at++)
        {
            double p = 1.0 / letters;
            for (int length = 0; length < order && length <= at; length++)
                if (contexts[length].TryGetValue(Key.Of(text.AsSpan(at - length, length)), out Counts? counts))
                    p = (counts.Of(text[at]) + counts.Kinds * p) / (counts.Total + counts.Kinds);
            sum -= Math.Log(p);
        }
        return sum / text.Length;
    }

    sealed class Counts
    {
        readonly Dictionary<int, int> next = [];

        public int Total { get; private set; }

        public int Kinds => next.Count;

        public int Of(int letter) => next.GetValueOrDefault(letter);

        public void Add(int letter)
        {
            next[letter] = next.GetValueOrDefault(letter) + 1;
            Total++;
        }
    }

    /// <summary>Up to four letters.</summary>
    readonly record struct Key(int A, int B, int C, int D)
    {
        public static Key Of(ReadOnlySpan<int> letters) =>
            new(At(letters, 0), At(letters, 1), At(letters, 2), At(letters, 3));

        static int At(ReadOnlySpan<int> letters, int place) => place < letters.Length ? letters[place] : -2;
    }
}
