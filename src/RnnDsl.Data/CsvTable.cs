using System.Globalization;
using RnnDsl.Sequences;

namespace RnnDsl.Data;

/// <summary>Makes a series of records: names the columns, checks every row, and gathers the values.</summary>
sealed class CsvTable(CsvRecords records)
{
    readonly CsvOptions options = records.Options;
    readonly NumberFormatInfo format = new() { NumberDecimalSeparator = records.Options.DecimalSeparator.ToString() };
    string[] names = [];
    CsvColumn[] columns = [];
    int rows;

    public TimeSeries Read()
    {
        bool more = NextFilled();
        if (!more)
            throw new InvalidDataException($"{records.Name} is empty.");
        names = options.HasHeader ? ReadHeader() : [.. Enumerable.Range(0, records.Count).Select(Unnamed)];
        if (options.Names is not null)
            names = [.. options.Names];
        CheckNames();
        columns = MakeColumns();
        if (options.HasHeader)
            more = records.Next();
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
            AddRow();
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
            string name = records.Field(i).Trim().Trim('\uFEFF').ToString();
            header[i] = name.Length > 0 ? name : Unnamed(i);
        }
        if (options.Names is null && LooksLikeData(header))
            throw records.Error($"line {records.Line}", $"'{string.Join(", ", header)}' looks like data rather than names: " +
                "set HasHeader = false, or name the columns in CsvOptions.Names");
        return header;
    }

    /// <summary>All numbers, but not such as count columns or years: 0, 1, 2 or 2019, 2020, 2021.</summary>
    bool LooksLikeData(string[] header)
    {
        var numbers = new float[header.Length];
        bool counting = header.Length > 1;
        for (int i = 0; i < header.Length; i++)
        {
            if (!float.TryParse(header[i], NumberStyles.Float, format, out numbers[i]))
                return false;
            counting &= i == 0 || numbers[i] == numbers[i - 1] + 1;
        }
        return !counting;
    }

    static string Unnamed(int index) => FormattableString.Invariant($"column {index + 1}");

    void CheckNames()
    {
        var seen = new HashSet<string>();
        foreach (string name in names)
            if (!seen.Add(name))
                throw records.Error($"line {records.Line}", $"two columns are named '{name}': name them all in CsvOptions.Names, " +
                    "or, if the first line holds data already, set HasHeader = false");
        CheckWanted(options.Columns);
        CheckWanted(options.Labels);
        if (options.Columns?.Intersect(options.Labels).FirstOrDefault() is string both)
            throw new ArgumentException($"Column '{both}' cannot be read as a number and as a label.");
    }

    void CheckWanted(IReadOnlyList<string>? wanted)
    {
        foreach (string name in wanted ?? [])
            if (!names.Contains(name))
                throw new InvalidDataException($"{records.Name} has no column '{name}'. {NearestName.Hint(name, names)}");
    }

    CsvColumn[] MakeColumns() =>
    [
        .. names.Select(name =>
            options.Columns?.Contains(name) == true ? new CsvColumn(name, CsvColumn.Kind.Number)
            : options.Labels.Contains(name) ? new CsvColumn(name, CsvColumn.Kind.Label)
            : new CsvColumn(name, CsvColumn.Kind.Undecided, numberWanted: options.Columns is null)),
    ];

    void AddRow()
    {
        if (records.Count != names.Length)
            throw records.Error($"line {records.Line}", rows == 0 && records.Count > names.Length
                ? $"{records.Count} fields, but {(options.Names is null ? "the header has" : "there are")} only {names.Length} names " +
                    $"({string.Join(", ", names)}): " +
                    $"name all {records.Count} columns in CsvOptions.Names"
                : $"{records.Count} fields instead of {names.Length} ({string.Join(", ", names)})");
        for (int i = 0; i < columns.Length; i++)
            Add(columns[i], records.Field(i), records.Line);
        rows++;
    }

    void AddBlank(long line)
    {
        Add(columns[0], "", line);
        rows++;
    }

    void Add(CsvColumn column, ReadOnlySpan<char> field, long line)
    {
        if (column.Add(field, format, options.Missing) is string problem)
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

        CsvColumn[] numbers = options.Columns is null
            ? [.. columns.Where(column => column.Is == CsvColumn.Kind.Number)]
            : [.. options.Columns.Select(name => columns.First(column => column.Name == name))];
        if (numbers.Length == 0)
            throw new InvalidDataException($"{records.Name} has no column of numbers among its columns {string.Join(", ", names)}: " +
                "see CsvOptions.Delimiter, DecimalSeparator and Columns.");
        var values = new float[checked(rows * numbers.Length)];
        for (int column = 0; column < numbers.Length; column++)
            for (int row = 0; row < rows; row++)
                values[row * numbers.Length + column] = numbers[column].Numbers[row];
        return new TimeSeries(
            [.. numbers.Select(column => column.Name)],
            values,
            [.. columns.Where(column => column.Is == CsvColumn.Kind.Label).Select(column => new LabelColumn(column.Name, column.Texts))]);
    }
}
