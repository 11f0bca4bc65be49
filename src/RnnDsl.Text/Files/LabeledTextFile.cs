using RnnDsl.Data;
using RnnDsl.Storage;

namespace RnnDsl.Text;

/// <summary>
/// Reads texts and their labels: <c>.csv</c> with quotes (RFC 4180); <c>.jsonl</c> with an object or array on each line; <c>.json</c>, an array of such, or an object of arrays;
/// of any other name a line for each text with tabs between the columns, where quotes mean nothing. Each may be packed with gzip, and then end in <c>.gz</c>.
/// </summary>
public static class LabeledTextFile
{
    /// <summary>Reads a file.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">It is empty, no text, or a line is broken; the message names file and line.</exception>
    /// <exception cref="ArgumentException">The options name no column of the file.</exception>
    public static LabeledCorpus Read(string path, LabeledTextOptions? options = null)
    {
        options ??= new LabeledTextOptions();
        return Gathered(path, options, Rows(path, options), areLabeled: true);
    }

    static IEnumerable<LabeledRow> Rows(string path, LabeledTextOptions options)
    {
        string extension = Extension(path);
        if (options.Part is { } part && extension != ".json")
            throw new InvalidDataException($"{path} has no part '{part}': parts are the arrays of an object in a .json file.");
        return extension switch
        {
            ".csv" => Csv(path, options),
            ".jsonl" or ".ndjson" => JsonLines(path, options),
            ".json" => JsonRows.Array(path, options),
            _ => Tabs(TextFile.ReadKept(path, options.Text), path, options),
        };
    }

    static LabeledCorpus Gathered(string path, LabeledTextOptions options, IEnumerable<LabeledRow> rows, bool areLabeled)
    {
        try
        {
            return new LabeledRows(options, path, areLabeled).Read(rows);
        }
        catch (InvalidDataException e)
        {
            throw new InvalidDataException(OneLine.Of(e.Message), e);
        }
    }

    /// <summary>Reads texts whose labels count for nothing, such as messages that are none of the labels: one on each line, or a file of texts, labeled or not.</summary>
    /// <param name="path">A file of any form that <see cref="Read"/> takes, also with the texts as its one column or property, or of lines without tabs.</param>
    /// <param name="options">As for <see cref="Read"/>.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">It is empty, no text, or a line is broken; the message names file and line.</exception>
    public static LabeledCorpus ReadTexts(string path, LabeledTextOptions? options = null)
    {
        options ??= new LabeledTextOptions();
        if (options.Part is not null || Extension(path) is ".csv" or ".tsv" or ".json" or ".jsonl" or ".ndjson")
            return Gathered(path, options, Rows(path, options), areLabeled: false);
        TextLine[] lines = [.. TextFile.ReadKept(path, options.Text).Where(line => !string.IsNullOrWhiteSpace(line.Text))];
        return lines.Length == 0 ? throw new InvalidDataException($"{path} has no texts.")
            : lines[0].Text.Contains('\t') ? Gathered(path, options, Tabs(lines, path, options), areLabeled: false)
            : new LabeledCorpus(path, [.. lines.Select(line => new LabeledText(line.Text))]);
    }

    static string Extension(string path) => Path.GetExtension(path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? path[..^3] : path).ToLowerInvariant();

    static IEnumerable<LabeledRow> Tabs(IEnumerable<TextLine> lines, string path, LabeledTextOptions options) =>
        lines.Where(line => line.Text.Length > 0).Select(line => Columns(line, path, options.Text));

    static LabeledRow Columns(TextLine line, string path, TextOptions options)
    {
        TextFile.CheckColumns(line.Text.AsSpan().Count('\t') + 1L, options, $"{path}, line {line.Number}");
        return new LabeledRow(line.Number, line.Text.Split('\t'));
    }

    static IEnumerable<LabeledRow> Csv(string path, LabeledTextOptions options)
    {
        using var file = new CsvFile(path, options.Text.Encoding, options.Text.MaximumBytes, nameof(TextOptions));
        var records = new CsvRecords(file, new CsvOptions { MaximumBytes = options.Text.MaximumBytes, MaximumFields = long.MaxValue, MaximumColumns = int.MaxValue }, path);
        while (records.Next())
        {
            TextFile.CheckCount(records.LinesRead, options.Text, path, "lines");
            TextFile.CheckColumns(records.Count, options.Text, $"{path}, line {records.Line}");
            if (!records.IsBlank)
                yield return new LabeledRow(records.Line, [.. Enumerable.Range(0, records.Count).Select(i => records.Field(i).ToString())]);
        }
    }

    static IEnumerable<LabeledRow> JsonLines(string path, LabeledTextOptions options)
    {
        string[]? names = null;
        foreach (TextLine line in TextFile.ReadKept(path, options.Text))
            if (!string.IsNullOrWhiteSpace(line.Text))
                foreach (LabeledRow row in JsonRows.Rows(line, path, options.Text, ref names))
                    yield return row;
    }
}
