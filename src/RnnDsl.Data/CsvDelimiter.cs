namespace RnnDsl.Data;

/// <summary>Finds out what separates the fields of a text.</summary>
static class CsvDelimiter
{
    /// <summary>Means that there is no delimiter: every line is one field.</summary>
    public const char None = '\0';

    const int MostLines = 200;
    static readonly char[] Candidates = [';', '\t', '|', ','];

    /// <summary>
    /// The candidate that splits the most lines, outside of quotes, into the same number of fields. One that splits the first line, which has the names, into as many
    /// is preferred to one that does not. It is never the
    /// decimal separator. If the comma and another candidate do equally well, the other one is taken: the comma is then a part of numbers or texts.
    /// </summary>
    /// <param name="head">The beginning of the text.</param>
    /// <param name="whole">Whether it is all of it, so that its last line is not cut.</param>
    /// <param name="options">The decimal separator, and what begins a comment.</param>
    public static char Find(ReadOnlySpan<char> head, bool whole, CsvOptions options)
    {
        char best = None;
        (bool IsInFirst, int Lines, int Fields) most = default;
        char[] candidates = [.. Candidates.Where(c => c != options.DecimalSeparator)];
        foreach (char candidate in candidates)
        {
            Counts counts = Count(head, whole, candidate, candidates, options.Comment);
            // What parts groups of digits may delimit fields too, but not where only the numbers have it.
            if (candidate == options.ThousandsSeparator && (options.HasHeader ? counts.InFirst != counts.Most.Occurrences : counts.InGroups))
                continue;
            bool isInFirst = counts.InFirst == counts.Most.Occurrences;
            bool better = candidate == ',' ? (isInFirst, counts.Most.Lines).CompareTo((most.IsInFirst, most.Lines)) > 0
                : (isInFirst, counts.Most.Lines, counts.Most.Occurrences).CompareTo(most) > 0;
            if (counts.Most.Occurrences > 0 && better)
                (best, most) = (candidate, (isInFirst, counts.Most.Lines, counts.Most.Occurrences));
        }
        return best;
    }

    /// <summary>What a first line like <c>sep=;</c> says, or null.</summary>
    public static char? Instruction(ReadOnlySpan<char> line)
    {
        line = line.Trim([' ', '"', '\r', '\n']);
        return line.StartsWith("sep=", StringComparison.OrdinalIgnoreCase) && line.Length == 5 ? line[4] : null;
    }

    /// <param name="Most">How often a delimiter occurs, outside of quotes, in the most lines alike, and in how many lines that is.</param>
    /// <param name="InFirst">How often in the first line.</param>
    /// <param name="InGroups">Whether three digits follow wherever it occurs.</param>
    readonly record struct Counts((int Lines, int Occurrences) Most, int InFirst, bool InGroups);

    static Counts Count(ReadOnlySpan<char> head, bool whole, char delimiter, char[] candidates, char? comment)
    {
        var lines = new Dictionary<int, int>();
        int occurrences = 0, begin = 0, records = 0, inFirst = 0;
        bool inGroups = true;
        for (int i = 0; i <= head.Length && records < MostLines; i++)
        {
            bool end = i == head.Length;
            if (end ? whole || records == 0 : head[i] is '\n' or '\r')
            {
                ReadOnlySpan<char> line = head[begin..i];
                if (!line.IsWhiteSpace() && line[0] != comment)
                {
                    lines[occurrences] = lines.GetValueOrDefault(occurrences) + 1;
                    inFirst = records++ == 0 ? occurrences : inFirst;
                }
                (begin, occurrences) = (i + 1, 0);
            }
            else if (!end && head[i] == '"' && (i == begin || candidates.Contains(head[i - 1])))
                i = QuoteEnd(head, i, candidates);
            else if (!end && head[i] == delimiter)
            {
                occurrences++;
                ReadOnlySpan<char> rest = head[(i + 1)..];
                inGroups &= rest.Length >= 3 && !rest[..3].ContainsAnyExceptInRange('0', '9') && (rest.Length == 3 || !char.IsAsciiDigit(rest[3]));
            }
        }
        (int Lines, int Occurrences) most = (0, 0);
        foreach ((int found, int count) in lines)
            most = (count, found).CompareTo(most) > 0 ? (count, found) : most;
        return new Counts(most, inFirst, inGroups);
    }

    /// <summary>
    /// Where the quotes close that open at a place: a delimiter or the end of a line follows them. What is followed by something else is a sign in a text, such as
    /// that of inches, and ends where it stands. The last
    /// place of the text, if they close nowhere.
    /// </summary>
    static int QuoteEnd(ReadOnlySpan<char> head, int at, char[] candidates)
    {
        int close = at + 1;
        while (close < head.Length && (head[close] != '"' || (close + 1 < head.Length && head[close + 1] == '"')))
            close += head[close] == '"' ? 2 : 1;
        if (close >= head.Length)
            return head.Length - 1;
        ReadOnlySpan<char> rest = head[(close + 1)..].TrimStart(' ');
        return rest.IsEmpty || rest[0] is '\n' or '\r' || candidates.Contains(rest[0]) ? close : at;
    }
}
