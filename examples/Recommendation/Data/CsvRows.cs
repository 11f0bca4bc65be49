using System.Text;
using RnnDsl.Text;

namespace RnnDsl.Examples.Recommendation;

/// <summary>Reads the columns of a file of comma-separated values, also .gz: a header, then one record a line, with texts in quotes where they need them.</summary>
sealed class CsvRows
{
    /// <summary>The longest line, in characters: a session of some 10,000 items.</summary>
    const int MostCharacters = 1 << 17;

    readonly string path;

    CsvRows(string path, string[] columns) => (this.path, Columns) = (path, columns);

    /// <summary>The names of the columns.</summary>
    public string[] Columns { get; }

    /// <summary>The records, with the number of their line.</summary>
    public List<(long Line, string[] Fields)> Rows { get; } = [];

    public static CsvRows Read(string path)
    {
        if (!File.Exists(path))
            throw new InvalidDataException($"There is no file {path}.");
        CsvRows? table = null;
        foreach (TextLine line in TextFile.ReadLines(path, new TextOptions { MaximumLine = MostCharacters }))
        {
            if (string.IsNullOrWhiteSpace(line.Text))
                continue;
            string[] fields = Split(line.Text) ?? throw new InvalidDataException($"{path}, line {line.Number}: a text in quotes does not end on this line.");
            if (table is null)
                table = new CsvRows(path, [.. fields.Select(f => f.Trim())]);
            else if (fields.Length != table.Columns.Length)
                throw new InvalidDataException($"{path}, line {line.Number}: there are {fields.Length} values, and the header names {table.Columns.Length} columns. A text with a comma must stand in quotes.");
            else
                table.Rows.Add((line.Number, fields));
        }
        return table is null ? throw new InvalidDataException($"{path} is empty.") : table.Rows.Count == 0 ? throw new InvalidDataException($"{path} has a header and no record.") : table;
    }

    /// <summary>The place of a column.</summary>
    /// <param name="name">Its name, in any case.</param>
    /// <param name="option">The option that names it.</param>
    public int Column(string name, string option)
    {
        int place = Array.FindIndex(Columns, c => string.Equals(c, name, StringComparison.OrdinalIgnoreCase));
        return place >= 0 ? place : throw new InvalidDataException($"{path} has no column '{name}'. Its columns are {string.Join(", ", Columns)}; {option} names another.");
    }

    public InvalidDataException Error(long line, string what) => new($"{path}, line {line}: {what}");

    /// <summary>The fields of a line; null if a text in quotes does not end.</summary>
    static string[]? Split(string line)
    {
        var fields = new List<string>();
        var field = new StringBuilder();
        for (int i = 0; ; i++)
        {
            field.Clear();
            if (i < line.Length && line[i] == '"')
            {
                // Two quotes in a text are one.
                for (i++; ; i++)
                {
                    if (i >= line.Length)
                        return null;
                    if (line[i] == '"' && (++i >= line.Length || line[i] != '"'))
                        break;
                    field.Append(line[i]);
                }
            }
            for (; i < line.Length && line[i] != ','; i++)
                field.Append(line[i]);
            fields.Add(field.ToString());
            if (i >= line.Length)
                return [.. fields];
        }
    }
}
