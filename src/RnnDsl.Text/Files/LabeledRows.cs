using System.Globalization;
using RnnDsl.Data;
using RnnDsl.Sequences;

namespace RnnDsl.Text;

/// <summary>What a field of a row is.</summary>
enum FieldKind
{
    /// <summary>A text, or a number.</summary>
    Text,
    /// <summary>A JSON array of texts or numbers, which may be labels.</summary>
    List,
    /// <summary>A JSON object, or an array with one or with arrays: neither a text nor labels.</summary>
    Nested,
}

/// <summary>A row of a file with labeled texts.</summary>
readonly record struct LabeledRow(long Line, string[] Fields)
{
    /// <summary>Whether it holds the names of columns, as the format says.</summary>
    public bool IsHeader { get; init; }

    /// <summary>What messages call it; null for its line.</summary>
    public string? Place { get; init; }

    /// <summary>What the fields are; null if all are texts.</summary>
    public FieldKind[]? Kinds { get; init; }

    public FieldKind Kind(int column) => Kinds is null ? FieldKind.Text : Kinds[column];
}

/// <summary>Finds the columns of texts and labels, and gathers them.</summary>
/// <param name="options">Which columns they are.</param>
/// <param name="path">What messages call the file.</param>
/// <param name="areLabeled">Whether each row must have a label; else texts may stand alone.</param>
sealed class LabeledRows(LabeledTextOptions options, string path, bool areLabeled)
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
        long empty = 0, firstEmpty = 0, unlabeled = 0, firstUnlabeled = 0;
        foreach (LabeledRow row in head.Skip(hasHeader ? 1 : 0))
            Add(row);
        while (rest.MoveNext())
            Add(rest.Current);
        if (texts.Count == 0)
            throw new InvalidDataException($"{path} has {(hasHeader && empty == 0 ? "a header but no" : "no")} texts" +
                $"{(empty > 0 ? $": the text of {(empty == 1 ? "its row" : $"each of its {empty} rows")} is empty" : "")}.");
        if (empty > 0)
            findings.Add($"{empty} row{(empty == 1 ? "" : "s")} without a text {(empty == 1 ? "was" : "were")} left out, first line {firstEmpty}.");
        if (unlabeled > 0)
            findings.Add($"{unlabeled} text{(unlabeled == 1 ? " has" : "s have")} no label, first line {firstUnlabeled}. " +
                "They are kept: a model of one label a text cannot learn from them.");
        if (kept.Count == 1 && texts.Count > 1)
            findings.Add($"All labels are '{kept.Keys.First()}': nothing can be learnt from one label. {nameof(LabeledTextOptions)}.{nameof(LabeledTextOptions.LabelColumn)} names another column.");
        if (kept.Keys.GroupBy(l => l, StringComparer.OrdinalIgnoreCase).FirstOrDefault(same => same.Count() > 1) is { } alike)
            findings.Add($"The labels {string.Join(" and ", alike.Select(l => $"'{l}'"))} differ in the case of letters alone, and count as different ones.");
        return new LabeledCorpus(path, texts, findings);

        void Add(LabeledRow row)
        {
            CheckFields(row, head[0], hasHeader);
            if (row.Kind(text) != FieldKind.Text)
                throw Structured(row, text, "text", nameof(LabeledTextOptions.TextColumn));
            if (label >= 0 && row.Kind(label) == FieldKind.Nested)
                throw Structured(row, label, "label", nameof(LabeledTextOptions.LabelColumn));
            string written = row.Fields[text].Trim();
            string[] labels = label < 0 ? [] : Labels(row.Fields[label].Trim());
            if (written.Length == 0)
            {
                if (empty++ == 0)
                    firstEmpty = row.Line;
                return;
            }
            if (labels.Length == 0 && label >= 0 && unlabeled++ == 0)
                firstUnlabeled = row.Line;
            texts.Add(new LabeledText(written, [.. labels.Select(l => kept.TryGetValue(l, out string? same) ? same : kept[l] = l)]));
        }
    }

    /// <summary>A row has as many fields as the first one: the rest of a text with a separator in it would else be cut off, or taken for a label. Empty fields at the
    /// end may be more, and may be left out if they have no name.</summary>
    void CheckFields(LabeledRow row, LabeledRow first, bool hasHeader)
    {
        int expected = first.Fields.Length, fields = row.Fields.Length, least = expected;
        while (hasHeader && least > 2 && string.IsNullOrWhiteSpace(first.Fields[least - 1]))
            least--;
        while (fields > expected && string.IsNullOrWhiteSpace(row.Fields[fields - 1]))
            fields--;
        if (fields > expected || fields < least)
            throw new InvalidDataException($"{Place(row)}: {fields} field{(fields == 1 ? "" : "s")} where the {(hasHeader ? "header" : "first row")} has {expected}." +
                (fields > expected ? " In a .csv file, a text with the separator in it stands in quotes." : ""));
    }

    string Place(LabeledRow row) => row.Place ?? $"{path}, line {row.Line}";

    InvalidDataException Structured(LabeledRow row, int column, string what, string option)
    {
        string field = row.Fields[column].Replace(JsonRows.LabelSeparator, ' ');
        string kind = row.Kind(column) == FieldKind.List ? "array" : "object, or an array with one";
        return new InvalidDataException($"{Place(row)}: the {what} is a JSON {kind}, not a {what}: '{(field.Length > 60 ? field[..60] + "…" : field)}'. " +
            $"{nameof(LabeledTextOptions)}.{option} says which property is read.");
    }

    string[] Labels(string labels) =>
        labels.Split(labels.Contains(JsonRows.LabelSeparator) ? JsonRows.LabelSeparator : options.LabelSeparator ?? JsonRows.LabelSeparator, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    (int Text, int Label, bool HasHeader) Columns(List<LabeledRow> head)
    {
        string[] first = head[0].Fields;
        if (first.Length < 2 && !areLabeled)
        {
            bool isNamed = Named(options.TextColumn, textNames, first) >= 0 && !IsNumber(options.TextColumn) || head[0].IsHeader;
            findings.Add($"Texts are read from the only column{(isNamed ? $" '{first[0]}'" : "")}; there are no labels.");
            return (0, -1, isNamed);
        }
        if (first.Length < 2)
            throw new InvalidDataException($"{path}, line {head[0].Line}: one column; a text and its label are at least two. " +
                "The name of a file says how it is read: .csv, .jsonl, .json, else with tabs between the columns.");
        int text = Named(options.TextColumn, textNames, first), label = Named(options.LabelColumn, labelNames, first);
        bool hasHeader = head[0].IsHeader || (text >= 0 && label >= 0 && (IsUsual(text, textNames) || (IsUsual(label, labelNames) && !first[text].Trim().Contains(' '))))
            || IsName(options.TextColumn) || IsName(options.LabelColumn) || IsOfOtherKind(head);
        LabeledRow[] whole = [.. head.Skip(hasHeader ? 1 : 0).Where(r => r.Fields.Length >= first.Length)];
        string[][] rows = [.. whole.Select(r => r.Fields)];
        if (!hasHeader)
            (text, label) = (Number(options.TextColumn, first), Number(options.LabelColumn, first));
        if (text < 0 && rows.Length > 0)
            text = Enumerable.Range(0, first.Length).Where(c => c != label).MaxBy(c => (IsAll(c, FieldKind.Text), rows.Sum(r => (long)r[c].Length)));
        if (label < 0 && rows.Length > 0)
            label = Enumerable.Range(0, first.Length).Where(c => c != text).MinBy(c => (!IsAll(c, FieldKind.List), rows.Select(r => r[c]).Distinct().Count() is var kinds && kinds > 1 ? kinds : int.MaxValue));
        if (text == label)
            throw new ArgumentException($"{path}: texts and labels cannot both stand in column {text}.");
        findings.Add($"Texts are read from column {Shown(text)}, labels from column {Shown(label)}{(head[0].IsHeader ? "" : $"; the first row is {(hasHeader ? "a header" : "a text")}")}.");
        return (text, label, hasHeader);

        bool IsUsual(int column, string[] usual) => usual.Contains(first[column].Trim(), StringComparer.OrdinalIgnoreCase);

        bool IsAll(int column, FieldKind most) => whole.All(r => r.Kind(column) <= most);

        string Shown(int column) => hasHeader ? $"'{first[column]}'" : $"{column} (from 0)";
    }

    /// <summary>Whether the first row has names of columns that nobody foresees: texts, and one of them above nothing but numbers, or nothing but times.</summary>
    static bool IsOfOtherKind(List<LabeledRow> head)
    {
        var numbers = new CsvNumbers(new CsvOptions());
        string[] first = head[0].Fields;
        LabeledRow[] others = [.. head.Skip(1).Where(r => r.Fields.Length >= first.Length)];
        return head[0].Kinds is null && others.Length > 1
            && first.All(name => CsvHeader.Of(name, numbers) is CsvHeader.Look.Text or CsvHeader.Look.Blank)
            && Enumerable.Range(0, first.Length).Any(c => first[c].Any(char.IsLetter) && (IsAll(c, CsvHeader.Look.Number) || IsAll(c, CsvHeader.Look.Time)));

        bool IsAll(int column, CsvHeader.Look look)
        {
            CsvHeader.Look[] looks = [.. others.Select(r => CsvHeader.Of(r.Fields[column], numbers)).Where(l => l != CsvHeader.Look.Blank)];
            return looks.Length > 1 && looks.All(l => l == look);
        }
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
