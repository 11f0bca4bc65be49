using RnnDsl.Sequences;

namespace RnnDsl.Data;

/// <summary>Makes a series of records: names the columns, checks every row, and gathers the values.</summary>
sealed class CsvTable(CsvRecords records)
{
    readonly CsvOptions options = records.Options;
    readonly CsvNumbers numbers = new(records.Options);
    string[] names = [];
    CsvColumn[] columns = [];
    /// <summary>Columns at the end that neither the header nor the options name: rows may leave them out.</summary>
    int unnamedAtEnd;
    int rows;

    public TimeSeries Read()
    {
        bool more = NextFilled();
        if (!more)
            throw new InvalidDataException($"{records.Name} is empty.");
        long headerLine = records.Line;
        string[] header = options.HasHeader ? ReadHeader() : [.. Enumerable.Range(0, records.Count).Select(Unnamed)];
        names = options.Names is null ? header : [.. options.Names];
        while (unnamedAtEnd < names.Length - 1 && options.Names is null && options.HasHeader && names[^(unnamedAtEnd + 1)] == Unnamed(names.Length - 1 - unnamedAtEnd))
            unnamedAtEnd++;
        CheckNames(headerLine);
        columns = MakeColumns();
        if (options.HasHeader)
        {
            more = records.Next();
            if (CsvHeader.LooksLikeData(header, more ? records : null, numbers))
                throw records.Error($"line {headerLine}", $"'{string.Join(", ", header)}' looks like data rather than names: set HasHeader = false, " +
                    "with CsvOptions.Names if you like; if it is names all the same, skip it with SkipLines");
        }
        int blanks = 0;
        for (; more; more = records.Next())
        {
            if (records.IsBlank)
            {
                blanks++;
                continue;
            }
            // In a file of one column a blank line is a missing value, unless it is at the end.
            for (; names.Length == 1 && blanks > 0; blanks--)
                AddBlank(records.Line - blanks);
            blanks = 0;
            AddRow(header);
        }
        return MakeSeries();
    }

    bool NextFilled()
    {
        while (records.Next())
            if (!records.IsBlank)
                return true;
        return false;
    }

    string[] ReadHeader()
    {
        var header = new string[records.Count];
        for (int i = 0; i < header.Length; i++)
        {
            string name = records.Field(i).Trim().ToString();
            header[i] = name.Length > 0 ? name : Unnamed(i);
        }
        return header;
    }

    static string Unnamed(int index) => FormattableString.Invariant($"column {index + 1}");

    void CheckNames(long line)
    {
        var seen = new HashSet<string>();
        foreach (string name in names)
            if (!seen.Add(name))
                throw records.Error($"line {line}", $"two columns are named '{name}': name them all in CsvOptions.Names, " +
                    "or, if the first line holds data already, set HasHeader = false");
        foreach (string name in (options.Columns ?? []).Concat(options.Labels))
            if (!seen.Contains(name))
                throw new InvalidDataException($"{records.Name} has no column '{name}'. {NearestName.Hint(name, names)}");
        if (options.Columns?.Intersect(options.Labels).FirstOrDefault() is string both)
            throw new ArgumentException($"Column '{both}' cannot be read as a number and as a label.");
    }

    CsvColumn[] MakeColumns()
    {
        HashSet<string> asNumbers = [.. options.Columns ?? []], asLabels = [.. options.Labels];
        return
        [
            .. names.Select(name =>
                asNumbers.Contains(name) ? new CsvColumn(name, CsvColumn.Kind.Number, numbers)
                : asLabels.Contains(name) ? new CsvColumn(name, CsvColumn.Kind.Label, numbers)
                : new CsvColumn(name, CsvColumn.Kind.Undecided, numbers, numberWanted: options.Columns is null)),
        ];
    }

    void AddRow(string[] header)
    {
        int fields = records.Count;
        // A line that ends with delimiters has additional blank fields.
        while (fields > names.Length && records.Field(fields - 1).IsWhiteSpace())
            fields--;
        if (fields > names.Length || fields < names.Length - unnamedAtEnd)
            throw records.Error($"line {records.Line}", Misfit(fields, header));
        for (int i = 0; i < columns.Length; i++)
            Add(columns[i], i < fields ? records.Field(i) : "", records.Line);
        rows++;
    }

    string Misfit(int fields, string[] header)
    {
        string known = string.Join(", ", names);
        if (fields < names.Length || rows > 0)
            return $"{fields} fields instead of {names.Length} ({known})" + (names.Length == 1 && options.Names is null ? ": if lines stand before the header, leave them out with SkipLines" : "");
        if (options.Names is null)
            return $"{fields} fields, but the header has only {names.Length} names ({known}): name all {fields} columns in CsvOptions.Names" +
                (options.Delimiter is null && options.DecimalSeparator == '.' && fields == 2 * names.Length
                    ? ", or set DecimalSeparator = ',' if the commas are in numbers" : "");
        IEnumerable<string> left = options.HasHeader && header.Length == fields
            ? header.Skip(names.Length).Select(name => $"'{name}' in the header")
            : Enumerable.Range(names.Length, fields - names.Length).Select(i => $"field {i + 1}, here '{records.Field(i)}'");
        return $"{fields} fields, but CsvOptions.Names has only {names.Length} ({known}): without a name are {string.Join(", ", left)}";
    }

    void AddBlank(long line)
    {
        Add(columns[0], "", line);
        rows++;
    }

    void Add(CsvColumn column, ReadOnlySpan<char> field, long line)
    {
        if (column.Add(field) is string problem)
            throw records.Error($"line {line}, column '{column.Name}'", problem);
    }

    TimeSeries MakeSeries()
    {
        if (rows < options.MinimumRows)
            throw new InvalidDataException(rows == 0
                ? $"{records.Name} has a header but no rows of data."
                : $"{records.Name} has {rows} row(s) of data; a series needs {options.MinimumRows} or more (CsvOptions.MinimumRows).");
        for (int i = 0; i < columns.Length; i++)
            columns[i].Finish(named: columns[i].Name != Unnamed(i));

        var byName = columns.ToDictionary(column => column.Name);
        CsvColumn[] used = options.Columns is null
            ? [.. columns.Where(column => column.Is == CsvColumn.Kind.Number)]
            : [.. options.Columns.Select(name => byName[name])];
        if (used.Length == 0)
            throw new InvalidDataException($"{records.Name} has no column of numbers among its columns {string.Join(", ", names)}: " +
                (columns is [{ Texts: [string text, ..] }] && text.Split(' ', StringSplitOptions.RemoveEmptyEntries) is { Length: > 1 } words && words.All(word => numbers.TryParse(word, out _))
                    ? "set Delimiter = ' ', for spaces are between its numbers." : "see CsvOptions.Delimiter, DecimalSeparator and Columns."));
        var values = new double[checked(rows * used.Length)];
        for (int column = 0; column < used.Length; column++)
            for (int row = 0; row < rows; row++)
                values[row * used.Length + column] = used[column].Numbers[row];
        return new TimeSeries(
            [.. used.Select(column => column.Name)],
            values,
            [.. columns.Where(column => column.Is == CsvColumn.Kind.Label).Select(column => new LabelColumn(column.Name, column.Texts))]);
    }
}
