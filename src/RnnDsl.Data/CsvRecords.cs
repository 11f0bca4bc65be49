namespace RnnDsl.Data;

/// <summary>
/// The records of a text one after the other, with the lines that they stand on. Fields are separated by the delimiter; one that begins
/// with a quote ends with the next quote that is not doubled, and may hold delimiters and line breaks (RFC 4180).
/// </summary>
sealed class CsvRecords
{
    const int HeadLength = 1 << 16, LongestRecord = 1 << 24;

    readonly TextReader text;
    readonly List<(int Start, int Length, bool Doubled)> fields = [];
    char[] buffer = new char[HeadLength];
    /// <summary>Where in the buffer the current record begins, how long it is, and where what has been read ends.</summary>
    int start, length, end;
    bool ended;
    long charactersRead, fieldsRead;
    char delimiter;

    public CsvRecords(TextReader text, CsvOptions options, string name)
    {
        (this.text, Options, Name) = (text, options, name);
        if (options.Delimiter is char chosen && chosen == options.DecimalSeparator)
            throw new ArgumentException($"'{chosen}' cannot be both CsvOptions.Delimiter and CsvOptions.DecimalSeparator.");
        while (end < HeadLength && Fill())
        {
        }
        if (buffer.AsSpan(0, end).Contains('\0'))
            throw new InvalidDataException($"{name} is not a text: it holds zero bytes. Export it as CSV.");
        if (end > 0 && buffer[0] == '\uFEFF')
            start = 1;
        Begin();
    }

    public CsvOptions Options { get; }

    /// <summary>What error messages call the text.</summary>
    public string Name { get; }

    /// <summary>Line, from 1, on which the current record begins.</summary>
    public long Line { get; private set; }

    /// <summary>Lines read so far.</summary>
    public long LinesRead { get; private set; }

    /// <summary>Whether the current record is a blank line.</summary>
    public bool IsBlank => Count == 1 && Field(0).IsWhiteSpace();

    /// <summary>Fields of the current record.</summary>
    public int Count => fields.Count;

    /// <summary>One field of the current record, without its quotes.</summary>
    public ReadOnlySpan<char> Field(int index)
    {
        (int from, int count, bool doubled) = fields[index];
        ReadOnlySpan<char> field = buffer.AsSpan(start + from, count);
        return doubled ? field.ToString().Replace("\"\"", "\"") : field;
    }

    /// <summary>Goes to the next record, blank lines included.</summary>
    /// <exception cref="InvalidDataException">A quote is not closed, or the record is longer than the options allow.</exception>
    public bool Next()
    {
        do
        {
            start += length;
            length = 0;
            fields.Clear();
            if (!Has(0))
                return false;
        }
        while (Options.Comment is char comment && buffer[start] == comment && SkipLine());
        Line = LinesRead + 1;
        int at = 0;
        while (true)
        {
            at = Has(at) && buffer[start + at] == '"' ? Quoted(at + 1) : Plain(at);
            if (fields.Count > Options.MaximumColumns)
                throw Error($"line {Line}", $"more than {Options.MaximumColumns} fields; raise CsvOptions.MaximumColumns if that is meant");
            if (!Has(at) || buffer[start + at] != delimiter)
                break;
            at++;
        }
        length = at + LineEnd(at);
        LinesRead++;
        fieldsRead += fields.Count;
        if (fieldsRead > Options.MaximumFields)
            throw Error($"line {Line}", $"more than {Options.MaximumFields} fields in all; cut the file, or raise CsvOptions.MaximumFields");
        return true;
    }

    /// <summary>An exception that names the text and the place.</summary>
    public InvalidDataException Error(string place, string what) => new($"{Name}, {place}: {what}.");

    /// <summary>Skips the lines that are no records, and finds the delimiter.</summary>
    void Begin()
    {
        for (int i = 0; i < Options.SkipLines; i++)
        {
            if (!Has(0))
                throw new InvalidDataException($"{Name} has {i} lines, all to be skipped (SkipLines = {Options.SkipLines}).");
            SkipLine();
            (start, length) = (start + length, 0);
        }
        ReadOnlySpan<char> head = buffer.AsSpan(start, end - start);
        int first = head.IndexOfAny('\n', '\r');
        char? instruction = CsvDelimiter.Instruction(first < 0 ? head : head[..first]);
        if (instruction is not null)
            SkipLine();
        delimiter = Options.Delimiter ?? instruction ?? CsvDelimiter.Find(head, ended, Options);
        if (delimiter == Options.DecimalSeparator)
            throw Error($"line {LinesRead}", $"it says that '{delimiter}' separates fields, but CsvOptions.DecimalSeparator is the same");
    }

    /// <summary>Makes the current line the record, without fields. Returns true.</summary>
    bool SkipLine()
    {
        int at = Scan(0, '\n', '\n');
        length = at + LineEnd(at);
        LinesRead++;
        return true;
    }

    /// <summary>Reads a field without quotes. Returns where it ends.</summary>
    int Plain(int at)
    {
        int stop = Scan(at, delimiter, '\n');
        fields.Add((at, stop - at, false));
        return stop;
    }

    /// <summary>Reads a field with quotes, from behind its opening quote. Returns the position behind the closing quote and its spaces.</summary>
    int Quoted(int at)
    {
        int from = at;
        bool doubled = false;
        while (true)
        {
            at = Scan(at, '"', '"');
            if (!Has(at))
                throw Error($"line {Line}", "a field begins with a quote that is not closed");
            if (!Has(at + 1) || buffer[start + at + 1] != '"')
                break;
            (doubled, at) = (true, at + 2);
        }
        fields.Add((from, at - from, doubled));
        CountLines(buffer.AsSpan(start + from, at - from));
        at++;
        while (Has(at) && buffer[start + at] == ' ' && delimiter != ' ')
            at++;
        if (Has(at) && buffer[start + at] != delimiter && LineEnd(at) == 0)
            throw Error($"line {Line}", $"'{buffer[start + at]}' follows a closing quote; a quote inside quotes is written twice");
        return at;
    }

    void CountLines(ReadOnlySpan<char> quoted)
    {
        for (int i = 0; i < quoted.Length; i++)
            if (quoted[i] == '\n' || (quoted[i] == '\r' && (i + 1 == quoted.Length || quoted[i + 1] != '\n')))
                LinesRead++;
    }

    /// <summary>The first place from <paramref name="at"/> on with one of the two characters (with '\n' as the second also '\r'), or
    /// the end of the text.</summary>
    int Scan(int at, char one, char other)
    {
        while (Has(at))
        {
            ReadOnlySpan<char> rest = buffer.AsSpan(start + at, end - start - at);
            int found = other == '\n' ? rest.IndexOfAny(one, '\n', '\r') : rest.IndexOf(one);
            if (found >= 0)
                return at + found;
            at += rest.Length;
        }
        return at;
    }

    /// <summary>The number of characters of the line break at this position: 0, 1 or 2.</summary>
    int LineEnd(int at) => !Has(at) ? 0 : buffer[start + at] switch
    {
        '\n' => 1,
        '\r' => Has(at + 1) && buffer[start + at + 1] == '\n' ? 2 : 1,
        _ => 0,
    };

    /// <summary>Whether there is a character at this distance from the start of the record.</summary>
    bool Has(int offset)
    {
        while (start + offset >= end)
            if (!Fill())
                return false;
        return true;
    }

    bool Fill()
    {
        if (ended)
            return false;
        if (end == buffer.Length)
            MakeRoom();
        int count = text.Read(buffer.AsSpan(end));
        charactersRead += count;
        if (charactersRead > Options.MaximumBytes)
            throw new InvalidDataException($"{Name} has more than {Options.MaximumBytes} characters: cut it, or raise CsvOptions.MaximumBytes.");
        end += count;
        ended = count == 0;
        return !ended;
    }

    void MakeRoom()
    {
        if (start > buffer.Length / 2)
        {
            buffer.AsSpan(start, end - start).CopyTo(buffer);
            (start, end) = (0, end - start);
        }
        else if (buffer.Length < LongestRecord)
            Array.Resize(ref buffer, 2 * buffer.Length);
        else
            throw Error($"line {LinesRead + 1}", $"a line of more than {LongestRecord / 2} characters, or a quote that is not closed");
    }
}
