namespace RnnDsl.Examples.Speech;

/// <summary>The word error rate: words that were replaced, left out or added, for each word that was said (Levenshtein distance).</summary>
static class WordErrors
{
    public static double Rate(IEnumerable<(string Said, string Heard)> pairs)
    {
        int errors = 0, words = 0;
        foreach ((string said, string heard) in pairs)
        {
            string[] a = said.Split(' ', StringSplitOptions.RemoveEmptyEntries), b = heard.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            errors += Distance(a, b);
            words += a.Length;
        }
        return (double)errors / Math.Max(1, words);
    }

    static int Distance(string[] a, string[] b)
    {
        int[] row = [.. Enumerable.Range(0, b.Length + 1)];
        for (int i = 1; i <= a.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.Length; j++)
                (diagonal, row[j]) = (row[j], Math.Min(Math.Min(row[j], row[j - 1]) + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1)));
        }
        return row[^1];
    }
}
