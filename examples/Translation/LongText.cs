namespace RnnDsl.Examples.Translation;

/// <summary>
/// Texts that are much longer than every sentence that was learnt, of which a translation would lack a part (Pouget-Abadie et al. 2014, "Overcoming the curse of sentence length"). They are cut where a sentence ends, or else at a comma,
/// or else between words, and their parts are translated.
/// </summary>
static class LongText
{
    const string Ends = ".!?…。！？", Pauses = ",;:，；：、";

    /// <summary>The parts of a text, which together are the text.</summary>
    /// <param name="pieces">The pieces of the text.</param>
    /// <param name="longest">The pieces of the longest sentence that was learnt; null if it is not known, and then nothing is cut. What has up to half more is not cut either.</param>
    public static string[][] Parts(string[] pieces, int? longest)
    {
        var parts = new List<string[]>();
        int start = 0;
        while (longest is > 0 and int most && pieces.Length - start > most * 3L / 2)
        {
            int length = Cut(pieces.AsSpan(start, most + 1));
            parts.Add(pieces[start..(start + length)]);
            start += length;
        }
        return [.. parts, pieces[start..]];
    }

    /// <summary>How many of the pieces make a part. The last of them is the first one that may no longer belong to it.</summary>
    static int Cut(ReadOnlySpan<string> pieces)
    {
        int pause = 0, word = 0;
        for (int i = pieces.Length - 1; i > 0; i--)
        {
            if (IsOne(pieces[i - 1], Ends))
                return i;
            if (pause == 0 && IsOne(pieces[i - 1], Pauses))
                pause = i;
            if (word == 0 && pieces[i].StartsWith(' '))
                word = i;
        }
        // A pause in the first half would leave a part of few words.
        return pause > pieces.Length / 2 ? pause : word > 0 ? word : pieces.Length - 1;
    }

    static bool IsOne(string piece, string marks) => piece.Trim() is [var mark] && marks.Contains(mark, StringComparison.Ordinal);

    /// <summary>The translation of the whole of those of its parts.</summary>
    /// <param name="parts">At least one.</param>
    /// <param name="isSpaced">Whether spaces stand between words of the translation.</param>
    public static Translated Join(Translated[] parts, bool isSpaced)
    {
        if (parts is [Translated whole])
            return whole;
        List<string> source = [], target = [];
        var attention = new List<float[]>();
        foreach (Translated part in parts)
        {
            if (part.IsUnread)
                attention.AddRange(part.Target.Select(_ => new float[TextTranslator.Positions]));
            // Where the model looked is counted from the part's beginning, and up to a place alone. The row of the part's end is left out, but for the last one.
            foreach (float[] row in ReferenceEquals(part, parts[^1]) ? part.Attention : part.Attention.Take(part.Target.Count))
            {
                var shifted = new float[row.Length];
                row.AsSpan(0, Math.Max(0, row.Length - source.Count)).CopyTo(shifted.AsSpan(Math.Min(row.Length, source.Count)));
                attention.Add(shifted);
            }
            target.AddRange(part.Target.Select((piece, i) => i == 0 && isSpaced && target.Count > 0 && !piece.StartsWith(' ') ? " " + piece : piece));
            source.AddRange(part.Source);
        }
        return new Translated(source, target, attention, parts.Sum(p => p.LogProbability)) { Parts = parts.Length, IsUnread = parts.All(p => p.IsUnread) };
    }
}
