namespace RnnDsl.Sequences;

/// <summary>
/// A table that is ready to train and test a model: rows of groups are cut into examples and divided into three parts, numbers are scaled, categories and times are encoded.
/// Everything is fitted on training rows alone, and is kept in <see cref="Encoder"/>.
/// <code>
/// TableData data = TableData.Create(CsvSeries.Read("machines.csv"),
///     new TableOptions { Target = "state", Group = "machine", Window = 30 }, TableSplit.ByGroup(0.7, 0.15));
/// var model = new Classifier(feature: data.Encoder.Features.Count, hidden: 32, state: data.Encoder.Classes.Count);
/// </code>
/// </summary>
public sealed class TableData
{
    TableData(TableEncoder encoder, Dataset[] parts, IReadOnlyList<string> findings) =>
        (Encoder, Train, Validation, Test, Findings) = (encoder, parts[0], parts[1], parts[2], findings);

    /// <summary>How rows become what the model reads.</summary>
    public TableEncoder Encoder { get; }

    /// <summary>Examples to train on.</summary>
    public Dataset Train { get; }

    /// <summary>Examples that decide when to stop.</summary>
    public Dataset Validation { get; }

    /// <summary>Examples that no decision uses.</summary>
    public Dataset Test { get; }

    /// <summary>Findings to look at before training, each a sentence with the name of its column.</summary>
    public IReadOnlyList<string> Findings { get; }

    /// <summary>Its parts and its encoder.</summary>
    public override string ToString() => $"{Train.Count} examples to train, {Validation.Count} to validate, {Test.Count} to test\n{Encoder}";

    /// <summary>Splits a table, fits an encoder to its training rows, and makes examples of all rows.</summary>
    /// <param name="table">The rows; those of one group are in order of time.</param>
    /// <param name="options">Which columns are inputs and target, and how rows make examples.</param>
    /// <param name="split">Which examples train, validate and test.</param>
    /// <exception cref="ArgumentException">There is no such column, an option does not fit, or no example is left to train on.</exception>
    /// <exception cref="InvalidDataException">A value is missing (see <see cref="Missing.Resolve"/>), rows are not in order of time, or a class or category has no training row.</exception>
    public static TableData Create(TimeSeries table, TableOptions options, TableSplit split)
    {
        if (options.Target is { } target)
            TableEncoder.Require(table, [target]);
        TableLayout layout = TableLayout.Of(table, options);
        string[]? classes = TableEncoder.ClassOfRows(table, options);
        int[][] examples = Split(layout, classes, split);
        List<string> findings = FindingsOf(table, options);
        (int[] rows, int[] targets) = Covered(layout, examples[0]);
        TableEncoder encoder = TableEncoder.Fit(table, options, rows, targets, findings);
        return Create(encoder, table, layout, classes, examples, split, findings);
    }

    /// <summary>Splits a later table, and makes examples of all its rows in the form that an encoder has from earlier ones: the next month, or the next task of a model that learns on.</summary>
    /// <param name="encoder">The form: which columns are inputs and target, how they are scaled, the names of classes.</param>
    /// <param name="table">The rows; those of one group are in order of time.</param>
    /// <param name="split">Which examples train, validate and test.</param>
    /// <exception cref="ArgumentException">A column is missing, or no example is left to train on.</exception>
    /// <exception cref="InvalidDataException">A value is missing (see <see cref="Missing.Resolve"/>), rows are not in order of time, or a class or category is none of the encoder's.</exception>
    public static TableData Create(TableEncoder encoder, TimeSeries table, TableSplit split)
    {
        if (encoder.Options.Target is { } target)
            TableEncoder.Require(table, [target]);
        TableLayout layout = TableLayout.Of(table, encoder.Options);
        string[]? classes = encoder.ClassOfRows(table);
        return Create(encoder, table, layout, classes, Split(layout, classes, split), split, FindingsOf(table, encoder.Options));
    }

    static List<string> FindingsOf(TimeSeries table, TableOptions options) =>
        [.. SeriesFindings.Texts(table), .. options.Group is { } group ? SeriesFindings.TimesWithin(table, group) : SeriesFindings.Times(table)];

    static int[][] Split(TableLayout layout, string[]? classes, TableSplit split)
    {
        int[] parts = split.Assign(layout, classes);
        int[][] examples = [.. Enumerable.Range(0, 3).Select(part => Enumerable.Range(0, parts.Length).Where(i => parts[i] == part).ToArray())];
        return examples[0].Length > 0 ? examples
            : throw new ArgumentException($"Of {parts.Length} examples none is left to train on: enlarge the training part, or shorten {nameof(TableOptions.Window)}.", nameof(split));
    }

    static TableData Create(TableEncoder encoder, TimeSeries table, TableLayout layout, string[]? classes, int[][] examples, TableSplit split, List<string> findings)
    {
        // A fraction has rounding errors.
        foreach ((string name, int[] own, double fraction) in new[] { ("validation", examples[1], split.Validation), ("test", examples[2], split.Test) })
            if (own.Length == 0 && fraction > 1e-9)
                findings.Add($"The {name} part has none of the {layout.Examples.Count} examples: enlarge it{(layout.Options.Window is { } window ? $", or shorten the {nameof(TableOptions.Window)} of {window} rows" : "")}.");
            else if (own.Length > 0 && classes is not null && WithoutExample(own) is { Length: > 0 } lacking)
                findings.Add($"The {name} part has no example of class {Named(lacking)}: its errors say nothing of {(lacking.Length == 1 ? "it" : "them")}. " +
                    $"Enlarge the part, or choose another split ({nameof(TableSplit)}.{nameof(TableSplit.Stratified)}, or another seed).");
        Dataset all = encoder.Encode(table, layout, layout.Options.Target is not null);
        return new TableData(encoder, [.. examples.Select(part => all.Select(part))], findings);

        // The classes of the training rows that none of these examples has, in the encoder's order.
        string[] WithoutExample(int[] own) => [.. encoder.Classes.Intersect(ClassesOf(examples[0])).Except(ClassesOf(own))];

        IEnumerable<string> ClassesOf(int[] of) => Covered(layout, of).Targets.Select(row => classes![row]);
    }

    /// <summary>Classes that a finding names at most.</summary>
    const int MostNamed = 5;

    static string Named(string[] classes) =>
        string.Join(", ", classes.Take(MostNamed).Select(c => $"'{c}'")) + (classes.Length > MostNamed ? $" and {classes.Length - MostNamed} more" : "");

    /// <summary>The rows that are part of an example, each once, and those of their targets.</summary>
    static (int[] Rows, int[] Targets) Covered(TableLayout layout, int[] examples)
    {
        var rows = new SortedSet<int>();
        var targets = new List<int>();
        foreach (TableExample example in examples.Select(i => layout.Examples[i]))
        {
            for (int i = 0; i < example.Length; i++)
                rows.Add(layout.RowOf(example.Group, example.First + i));
            targets.AddRange(layout.TargetRows(example));
        }
        return ([.. rows], [.. targets]);
    }
}
