using System.Globalization;
using RnnDsl.Sequences;

namespace RnnDsl.Text;

/// <summary>A row of a file with labeled texts.</summary>
readonly record struct LabeledRow(long Line, string[] Fields)
{
    /// <summary>Whether it holds the names of columns, as the format says.</summary>
    public bool IsHeader { get; init; }
}

/// <summary>Finds the columns of texts and labels, and gathers them.</summary>
sealed class LabeledRows(LabeledTextOptions options, string path)
{
    /// <summary>Rows from which the columns are found.</summary>
    const int HeadRows = 1000;

    static readonly string[] textNames = ["text", "sentence", "message", "content", "review", "tweet", "utterance", "query", "question", "document", "title"];
    static readonly string[] labelNames = ["label", "labels", "category", "categories", "class", "intent", "intents", "sentiment", "topic", "topics", "emotion", "emotions", "target", "tag", "tags", "y"];

    readonly List<string> findings = [];

    public LabeledCorpus Read(IEnumerable<LabeledRow> rows)
    {
        using IEnumerator<LabeledRow> rest = rows.GetEnumerator();
        var head = new List<LabeledRow>();
        while (head.Count < HeadRows && rest.MoveNext())
            head.Add(rest.Current);
        if (head.Count == 0)
            throw new InvalidDataException($"{path} has no texts: it is empty.");
        (int text, int label, bool hasHeader) = Columns(head);
        var texts = new List<LabeledText>();
        var kept = new Dictionary<string, string>();
        long empty = 0, firstEmpty = 0;
        foreach (LabeledRow row in head.Skip(hasHeader ? 1 : 0))
            Add(row);
        while (rest.MoveNext())
            Add(rest.Current);
        if (texts.Count == 0)
            throw new InvalidDataException($"{path} has {(hasHeader ? "a header but no" : "no")} texts.");
        if (empty > 0)
            findings.Add($"{empty} rows without a text were left out, first line {firstEmpty}.");
        return new LabeledCorpus(path, texts, findings);

        void Add(LabeledRow row)
        {
            if (Math.Max(text, label) >= row.Fields.Length)
                throw new InvalidDataException($"{path}, line {row.Line}: {row.Fields.Length} column{(row.Fields.Length == 1 ? "" : "s")}, but texts stand in column {text} and labels in column {label} (from 0).");
            string written = row.Fields[text].Trim(), labels = row.Fields[label].Trim();
            if (written.Length > 0)
                texts.Add(new LabeledText(written, [.. Labels(labels).Select(l => kept.TryGetValue(l, out string? same) ? same : kept[l] = l)]));
            else if (empty++ == 0)
                firstEmpty = row.Line;
        }
    }

    string[] Labels(string labels) =>
        labels.Split(labels.Contains(JsonRows.LabelSeparator) ? JsonRows.LabelSeparator : options.LabelSeparator ?? JsonRows.LabelSeparator, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    (int Text, int Label, bool HasHeader) Columns(List<LabeledRow> head)
    {
        string[] first = head[0].Fields;
        if (first.Length < 2)
            throw new InvalidDataException($"{path}, line {head[0].Line}: one column; a text and its label are at least two.");
        int text = Named(options.TextColumn, textNames, first), label = Named(options.LabelColumn, labelNames, first);
        bool hasHeader = head[0].IsHeader || (!IsNumber(options.TextColumn) && text >= 0 && label >= 0) || IsName(options.TextColumn) || IsName(options.LabelColumn);
        string[][] rows = [.. head.Skip(hasHeader ? 1 : 0).Select(r => r.Fields).Where(f => f.Length >= first.Length)];
        if (!hasHeader)
            (text, label) = (Number(options.TextColumn, first), Number(options.LabelColumn, first));
        if (text < 0 && rows.Length > 0)
            text = Enumerable.Range(0, first.Length).Where(c => c != label).MaxBy(c => rows.Sum(r => (long)r[c].Length));
        if (label < 0 && rows.Length > 0)
            label = Enumerable.Range(0, first.Length).Where(c => c != text).MinBy(c => rows.Select(r => r[c]).Distinct().Count());
        if (text == label)
            throw new ArgumentException($"{path}: texts and labels cannot both stand in column {text}.");
        findings.Add($"Texts are read from column {Shown(text)}, labels from column {Shown(label)}; the first row is {(hasHeader ? "a header" : "a text")}.");
        return (text, label, hasHeader);

        string Shown(int column) => hasHeader ? $"'{first[column]}'" : $"{column} (from 0)";
    }

    int Named(string? column, string[] usual, string[] header)
    {
        if (IsNumber(column))
            return Number(column, header);
        if (column is null)
            return Array.FindIndex(header, h => usual.Contains(h.Trim(), StringComparer.OrdinalIgnoreCase));
        int index = Array.FindIndex(header, h => h.Trim().Equals(column, StringComparison.OrdinalIgnoreCase));
        return index >= 0 ? index : throw new ArgumentException($"{path} has no column '{column}'. {NearestName.Hint(column, header)}");
    }

    int Number(string? column, string[] fields) => column is null ? -1
        : int.Parse(column, CultureInfo.InvariantCulture) is var number && (uint)number < (uint)fields.Length ? number
        : throw new ArgumentException($"{path} has {fields.Length} columns, from 0 to {fields.Length - 1}, and no column {column}.");

    static bool IsNumber(string? column) => int.TryParse(column, NumberStyles.None, CultureInfo.InvariantCulture, out _);

    static bool IsName(string? column) => column is not null && !IsNumber(column);
}
