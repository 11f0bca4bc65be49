namespace RnnDsl.Data;

/// <summary>Finds out what separates the fields of a text.</summary>
static class CsvDelimiter
{
    /// <summary>Stands for none: every line is one field.</summary>
    public const char None = '\0';

    const int MostLines = 200;
    static readonly char[] Candidates = [';', '\t', '|', ','];

    /// <summary>The candidate that splits the most lines into equally many fields; never the decimal separator. Where the comma and
    /// another one do it equally well, the comma is a part of numbers or texts.</summary>
    /// <param name="head">The beginning of the text.</param>
    /// <param name="whole">Whether it is all of it, so that its last line is not cut.</param>
    /// <param name="options">The decimal separator, and what begins a comment.</param>
    public static char Find(ReadOnlySpan<char> head, bool whole, CsvOptions options)
    {
        char best = None;
        (int Lines, int Fields) most = (0, 0);
        foreach (char candidate in Candidates)
        {
            if (candidate == options.DecimalSeparator)
                continue;
            (int Lines, int Fields) found = Count(head, whole, candidate, options.Comment);
            bool better = candidate == ',' ? found.Lines > most.Lines : found.CompareTo(most) > 0;
            if (found.Fields > 0 && better)
                (best, most) = (candidate, found);
        }
        return best;
    }

    /// <summary>What a first line like <c>sep=;</c> says, or null.</summary>
    public static char? Instruction(ReadOnlySpan<char> line)
    {
        line = line.Trim([' ', '"', '\r', '\n']);
        return line.StartsWith("sep=", StringComparison.OrdinalIgnoreCase) && line.Length == 5 ? line[4] : null;
    }

    /// <summary>How often the delimiter occurs, outside of quotes, in the most lines alike, and in how many lines that is; none if most
    /// lines are without it.</summary>
    static (int Lines, int Occurrences) Count(ReadOnlySpan<char> head, bool whole, char delimiter, char? comment)
    {
        var lines = new Dictionary<int, int>();
        int occurrences = 0, begin = 0, records = 0;
        bool quoted = false;
        for (int i = 0; i <= head.Length && records < MostLines; i++)
        {
            bool end = i == head.Length;
            if (end ? whole : !quoted && head[i] is '\n' or '\r')
            {
                ReadOnlySpan<char> line = head[begin..i];
                if (!line.IsWhiteSpace() && line[0] != comment)
                {
                    lines[occurrences] = lines.GetValueOrDefault(occurrences) + 1;
                    records++;
                }
                (begin, occurrences) = (i + 1, 0);
            }
            else if (!end && head[i] == '"' && (quoted || i == begin || head[i - 1] == delimiter))
                quoted = !quoted;
            else if (!end && !quoted && head[i] == delimiter)
                occurrences++;
        }
        (int Lines, int Occurrences) most = (0, 0);
        foreach ((int found, int count) in lines)
            most = (count, found).CompareTo(most) > 0 ? (count, found) : most;
        return most;
    }
}
