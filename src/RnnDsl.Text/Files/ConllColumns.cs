using System.Globalization;
using RnnDsl.Sequences;

namespace RnnDsl.Text;

/// <summary>Where the words and the tags of a CoNLL text stand.</summary>
sealed class ConllColumns
{
    /// <summary>Of so few rows, a column that says the same on each one tells nothing.</summary>
    const int LeastRows = 10;

    static readonly string[] UniversalNames = ["ID", "FORM", "LEMMA", "UPOS", "XPOS", "FEATS", "HEAD", "DEPREL", "DEPS", "MISC"];

    readonly char delimiter;
    readonly bool isUniversal, hasTabs;

    readonly ConllOptions options;
    readonly string name;

    ConllColumns(char delimiter, bool isUniversal, bool hasTabs, int count, ConllOptions options, string name) =>
        (this.delimiter, this.isUniversal, this.hasTabs, Count, this.options, this.name) = (delimiter, isUniversal, hasTabs, count, options, name);

    /// <summary>Columns of the first line with a word: no line may have fewer.</summary>
    public int Count { get; private set; }

    public int Word { get; private set; }

    public int Tag { get; private set; }

    public List<string> Findings { get; } = [];

    /// <summary>The options that name these columns, so that other files are read by the same.</summary>
    public ConllOptions Options => options with { WordColumn = Word.ToString(CultureInfo.InvariantCulture), TagColumn = Tag.ToString(CultureInfo.InvariantCulture) };

    public string[] Split(TextLine line)
    {
        string[] fields = Split(line.Text, delimiter);
        TextFile.CheckColumns(fields.Length, options.Text, $"{name}, line {line.Number}");
        return fields;
    }

    static string[] Split(string line, char delimiter) => delimiter == ' ' ? line.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries) : line.Split(delimiter);

    /// <summary>A word may be '#' or '#fun'. So a line is a comment only before the first word of a sentence, and if it has not the columns of a word, as the first line that begins otherwise has them.</summary>
    public bool IsComment(string line, bool isBeforeWords) =>
        line[0] == '#' && isBeforeWords && (isUniversal || (line.StartsWith("# ", StringComparison.Ordinal) && line.Contains(" = ", StringComparison.Ordinal))
            || line.Contains('\t') != hasTabs || Split(line, delimiter).Length != Count);

    /// <summary>Whether a line of CoNLL-U is a range of words or an empty node, which have no tags.</summary>
    public bool IsPassedOver(string[] fields) => isUniversal && fields[0].AsSpan().ContainsAny('-', '.');

    public static ConllColumns Find(List<TextLine> head, ConllOptions options, string name)
    {
        string first = head.Select(l => l.Text).FirstOrDefault(line => IsWord(line) && line[0] != '#') ?? head.Select(l => l.Text).FirstOrDefault(IsWord)
            ?? throw new InvalidDataException($"{name} has no line with a word{(head.Count == 0 ? ": it is empty" : "")}.");
        char delimiter = options.Delimiter ?? (first.Contains('\t') ? '\t' : ' ');
        string[] fields = Split(first, delimiter);
        bool isUniversal = fields.Length == UniversalNames.Length && delimiter == '\t' && fields[0] is ['1', ..];
        var columns = new ConllColumns(delimiter, isUniversal, first.Contains('\t'), fields.Length, options, name);
        if (fields.Length < 2)
            throw new InvalidDataException($"{name}: the line '{first}' is one column. A line is a word with its tag beside it, behind a tab or a space.");
        columns.Choose(head);
        return columns;

        bool IsWord(string line) => !string.IsNullOrWhiteSpace(line) && !line.StartsWith("# ", StringComparison.Ordinal) && !line.StartsWith("-DOCSTART-", StringComparison.Ordinal)
            && !(line[0] == '#' && !line.Contains('\t') && !line.Contains(' '));
    }

    void Choose(List<TextLine> head)
    {
        List<List<string[]>> sentences = Rows(head);
        string[][] rows = [.. sentences.SelectMany(s => s)];
        Word = options.WordColumn is { } word ? Number(word, name, nameof(options.WordColumn))
            : isUniversal ? 1 : Count > 2 && sentences.Where(s => s.Count > 1).DefaultIfEmpty([]).All(Counts) ? 1 : FirstOfWords(rows);
        if (options.TagColumn is { } tag)
            Tag = Number(tag, name, nameof(options.TagColumn));
        else if (isUniversal)
            Tag = 3;
        else
        {
            Tag = Enumerable.Range(0, Count).Where(c => c != Word && TagSchemes.MarkMostly(rows.Select(r => r[c].Trim()))).LastOrDefault(-1);
            if (Tag < 0)
                Tag = Enumerable.Range(0, Count).Where(c => c != Word && rows.Select(r => r[c]).Distinct().Skip(1).Any()).LastOrDefault(Count - 1);
        }
        if (Tag == Word)
            throw new ArgumentException($"{name}: words and tags cannot both stand in column {Word}.");
        if (isUniversal || Word != 0 || Tag != Count - 1)
            Findings.Add($"Words are read from column {Named(Word)}, tags from column {Named(Tag)} (from 0, of {Count}).");
    }

    /// <summary>The first column but for those that say the same on each line, such as the name of a document, and those of numbers behind them.</summary>
    int FirstOfWords(string[][] rows)
    {
        int column = 0;
        while (column < Count - 2 && rows.Length > LeastRows && (rows.All(r => r[column] == rows[0][column]) || (column > 0 && rows.All(r => int.TryParse(r[column], out _)))))
            column++;
        return column;
    }

    static bool Counts(List<string[]> sentence) => sentence.Count > 1 && sentence.Select((row, i) => row[0] == (i + 1).ToString(CultureInfo.InvariantCulture)).All(right => right);

    string Named(int column) => isUniversal ? $"{column}, {UniversalNames[column]}" : $"{column}";

    List<List<string[]>> Rows(List<TextLine> head)
    {
        var sentences = new List<List<string[]>> { new() };
        foreach (TextLine line in head)
            if (string.IsNullOrWhiteSpace(line.Text))
                sentences.Add([]);
            else if (!IsComment(line.Text, sentences[^1].Count == 0) && Split(line) is var fields && fields.Length >= Count && fields[0] != "-DOCSTART-" && !IsPassedOver(fields))
                sentences[^1].Add(fields);
        sentences.RemoveAll(s => s.Count == 0);
        return sentences;
    }

    int Number(string column, string name, string option)
    {
        if (int.TryParse(column, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int number))
            return number < Count && number >= -Count ? (number + Count) % Count
                : throw new ArgumentException($"{name} has {Count} columns, from 0 to {Count - 1} (or -{Count} to -1 from the end); {option} is {column}.");
        int index = isUniversal ? Array.FindIndex(UniversalNames, n => n.Equals(column, StringComparison.OrdinalIgnoreCase)) : -1;
        return index >= 0 ? index : throw new ArgumentException(isUniversal
            ? $"{name} is CoNLL-U and has no column '{column}'. {NearestName.Hint(column, UniversalNames)}"
            : $"{name}: {option} is '{column}', but the columns have no names; they are 0 to {Count - 1}.");
    }
}
