using Sylvan.Data.Csv;

namespace RnnDsl.Data;

/// <summary>The records of a text one after the other, with the lines that they stand on.</summary>
sealed class CsvRecords : IDisposable
{
    const int LargestRecord = 1 << 24;
    static readonly char[] Delimiters = [',', ';', '\t', '|'];

    readonly CsvInput input;
    CsvDataReader? reader;

    public CsvRecords(TextReader text, CsvOptions options, string name)
    {
        (Options, Name) = (options, name);
        input = new CsvInput(text, name);
        if (input.Head.Contains('\0'))
            throw new InvalidDataException($"{name} is not a text: it holds zero bytes. Export it as CSV.");
    }

    public CsvOptions Options { get; }

    /// <summary>What error messages call the text.</summary>
    public string Name { get; }

    /// <summary>Line, from 1, on which the current record begins.</summary>
    public long Line { get; private set; }

    /// <summary>Lines read so far.</summary>
    public long LinesRead { get; private set; }

    /// <summary>Whether the current record is a line of nothing.</summary>
    public bool IsBlank => Count == 1 && Field(0).IsWhiteSpace();

    /// <summary>Fields of the current record.</summary>
    public int Count => reader!.RowFieldCount;

    /// <summary>One field of the current record, without its quotes.</summary>
    public ReadOnlySpan<char> Field(int index) => reader!.GetFieldSpan(index);

    /// <summary>Goes to the next record, blank lines included.</summary>
    public bool Next()
    {
        reader ??= Open();
        if (!reader.Read())
            return false;
        Line = LinesRead + 1;
        LinesRead += CountLines(reader.GetRawRecordSpan());
        return true;
    }

    /// <summary>An exception that names the text and the place.</summary>
    public InvalidDataException Error(string place, string what, Exception? inner = null) => new($"{Name}, {place}: {what}.", inner);

    public void Dispose() => reader?.Dispose();

    CsvDataReader Open()
    {
        for (int i = 0; i < Options.SkipLines; i++)
            if (input.ReadLine() is null)
                throw new InvalidDataException($"{Name} has {i} lines, all to be skipped (SkipLines = {Options.SkipLines}).");
        LinesRead = Options.SkipLines;
        return CsvDataReader.Create(input, new CsvDataReaderOptions
        {
            HasHeaders = false,
            Delimiter = Options.Delimiter ?? DetectDelimiter(),
            Comment = Options.Comment ?? '\0',
            CommentHandler = (Action<string>)(_ => LinesRead++),
            MaxBufferSize = LargestRecord,
            OwnsReader = false,
        });
    }

    /// <summary>The delimiter that occurs most often, outside of quotes, in the first line that is neither blank nor a comment.</summary>
    char DetectDelimiter()
    {
        foreach (ReadOnlySpan<char> line in input.Head.EnumerateLines())
        {
            if (line.IsWhiteSpace() || line[0] == Options.Comment)
                continue;
            var counts = new int[Delimiters.Length];
            bool quoted = false;
            foreach (char c in line)
            {
                if (c == '"')
                    quoted = !quoted;
                int which = Array.IndexOf(Delimiters, c);
                if (!quoted && which >= 0 && c != Options.DecimalSeparator)
                    counts[which]++;
            }
            return Delimiters[Array.IndexOf(counts, counts.Max())];
        }
        return Delimiters[0];
    }

    static long CountLines(ReadOnlySpan<char> record)
    {
        long lines = 0;
        for (int i = 0; i < record.Length; i++)
            if (record[i] == '\n' || (record[i] == '\r' && (i + 1 == record.Length || record[i + 1] != '\n')))
                lines++;
        // The last record of a text need not end its line.
        return record.Length > 0 && record[^1] is not ('\n' or '\r') ? lines + 1 : lines;
    }
}
