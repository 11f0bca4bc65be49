using RnnDsl.Execution;

namespace RnnDsl.Sequences;

/// <summary>
/// Turns the rows of a table into the numbers that a model reads. It is fitted on training rows: scales of numbers, names of categories and classes, forms of times. It is saved
/// with the model (<see cref="Storage.ModelFile.Save(string, Execution.Module, TableEncoder, IReadOnlyDictionary{string, string}, Storage.StoredPrecision)"/>), and brings other
/// rows into the same form by the names of their columns.
/// </summary>
public sealed partial class TableEncoder
{
    /// <summary>The highest number of different values of a text column that becomes one-hot although <see cref="TableOptions.Inputs"/> does not name it.</summary>
    public const int MostCategoriesUnasked = 32;

    /// <summary>Most values of a category, and most classes.</summary>
    public const int MostCategories = 4096;

    readonly Scaler? numbers;
    readonly IReadOnlyList<CategoryFeature> categories;
    readonly IReadOnlyList<TimeFeature> times;
    readonly CategoryFeature? classes;
    readonly double[]? classWeights;

    TableEncoder(TableOptions options, Scaler? numbers, IReadOnlyList<CategoryFeature> categories, IReadOnlyList<TimeFeature> times, CategoryFeature? classes, Scaler? targetScaler,
        double[]? classWeights)
    {
        (Options, this.numbers, this.categories, this.times, this.classes, TargetScaler, this.classWeights) = (options, numbers, categories, times, classes, targetScaler, classWeights);
        Features = [.. numbers?.Columns ?? [], .. categories.SelectMany(c => c.Values.Select(value => $"{c.Name} = {value}")), .. times.SelectMany(t => t.Features)];
    }

    /// <summary>How rows make examples.</summary>
    public TableOptions Options { get; }

    /// <summary>Names of the values of a step, in order: columns of numbers, categories ("mode = idle"), times ("at: season (sine)").</summary>
    public IReadOnlyList<string> Features { get; }

    /// <summary>Names of the classes, in the order of the model's output; empty if the target is not a class.</summary>
    public IReadOnlyList<string> Classes => classes?.Values ?? [];

    /// <summary>How the target is scaled; null if it is a class, or there is none.</summary>
    public Scaler? TargetScaler { get; }

    /// <summary>Columns that a table must have. The columns of the target and of the groups are not among them.</summary>
    public IReadOnlyList<string> Columns => [.. numbers?.Columns ?? [], .. categories.Select(c => c.Name), .. times.Select(t => t.Name)];

    /// <summary>Its features and target, a line each.</summary>
    public override string ToString() => string.Join('\n', (string[])
    [
        $"{Features.Count} features: {string.Join(", ", Features)}",
        classes is not null ? $"{Classes.Count} classes of {Options.Target}: {string.Join(", ", Classes)}" : TargetScaler is not null ? $"target {TargetScaler}" : "no target",
    ]);

    /// <summary>Examples of another table, in the same form. They have a target if the table has its column.</summary>
    /// <exception cref="ArgumentException">A column is missing; the message names it and the columns that exist.</exception>
    /// <exception cref="InvalidDataException">A value is missing, a time is written in another form, or a name does not occur in the training rows.</exception>
    public Dataset Encode(TimeSeries table) => Encode(table, TableLayout.Of(table, Options), Options.Target is { } target && Has(table, target));

    /// <summary>The newest example of each group, without a target: the input of a prediction for now. A table without the column of the groups holds the rows of one group.</summary>
    /// <inheritdoc cref="Encode(TimeSeries)"/>
    public Dataset EncodeLatest(TimeSeries table)
    {
        bool isOneGroup = Options.Group is { } group && !Has(table, group);
        return Encode(table, TableLayout.Of(table, isOneGroup ? Options with { Group = null } : Options, latest: true), false);
    }

    /// <summary>The groups of a table in the order of the examples of <see cref="EncodeLatest"/> and of a predictor's answers, which is that in which they first appear; one group without a name if the
    /// table has no column of groups.</summary>
    /// <exception cref="ArgumentException">The column holds numbers that are not whole.</exception>
    public IReadOnlyList<string> GroupsOf(TimeSeries table) => Options.Group is { } group && Has(table, group) ? [.. TimeGroups.Split(table, group).Select(g => g.Value)] : [""];

    /// <summary>Brings scaled targets or answers back to the target's units, in place.</summary>
    public void Unscale(Span<float> values) => TargetScaler?.Invert(values);

    internal Dataset Encode(TimeSeries table, TableLayout layout, bool withTarget)
    {
        int width = Features.Count;
        float[] features = Rows(table);
        // The rows of a group lie one after the other, so that examples are ranges of one buffer.
        int[] begins = Begins(layout);
        var values = new float[features.Length];
        for (int group = 0; group < layout.Groups.Count; group++)
            for (int i = 0; i < layout.Groups[group].Length; i++)
                features.AsSpan(layout.Groups[group][i] * width, width).CopyTo(values.AsSpan((begins[group] + i) * width, width));
        var columns = new List<Column>
        {
            new()
            {
                Name = Options.InputName, Kind = ValueKind.Sequence, Width = width, Stride = width, Values = values,
                Starts = [.. layout.Examples.Select(e => (begins[e.Group] + e.First) * width)], Lengths = [.. layout.Examples.Select(e => e.Length)],
            },
        };
        if (withTarget)
            columns.AddRange(Targets(table, layout));
        return new Dataset(columns);
    }

    IEnumerable<Column> Targets(TimeSeries table, TableLayout layout)
    {
        int[][] rows = [.. layout.Examples.Select(layout.TargetRows)];
        if (classes is not null)
        {
            string[] texts = Texts(table, Options.Target!);
            int[][] labels = [.. rows.Select(example => Array.ConvertAll(example, row => classes.IndexOf(texts[row]) is >= 0 and var index ? index
                : throw new InvalidDataException(classes.Unknown(texts[row], row, "A class needs rows to train on: choose another split, or leave such rows out."))))];
            yield return Options.TargetPerStep ? Column.OneHot(Options.TargetName, classes.Values.Count, labels) : Column.OneHot(Options.TargetName, classes.Values.Count, [.. labels.Select(p => p[0])]);
            if (classWeights is not null)
                yield return Column.Scalars(Options.WeightName!, [.. labels.Select(p => (float)classWeights[p[0]])]);
            yield break;
        }
        float[] numbers = TargetScaler!.Apply(table.Select(Options.Target!)).Values.ToArray();
        foreach (int row in rows.SelectMany(example => example))
            if (float.IsNaN(numbers[row]))
                throw new InvalidDataException($"Column '{Options.Target}', row {row}: the target is missing. Leave such rows out, or fill them with Resolve.");
        int[] begins = Begins(layout);
        yield return new Column
        {
            Name = Options.TargetName, Kind = Options.TargetPerStep ? ValueKind.Sequence : ValueKind.Vector, Width = Options.Horizon, Stride = 1,
            Values = layout.Groups.SelectMany(group => group.Select(row => numbers[row])).ToArray(),
            Starts = [.. layout.Examples.Select(example => begins[example.Group] + layout.FirstTarget(example))],
            Lengths = [.. layout.Examples.Select(example => Options.TargetPerStep ? example.Length : 1)],
        };
    }

    /// <summary>The features of all rows: [rows × features].</summary>
    internal float[] Rows(TimeSeries table)
    {
        int width = Features.Count, at = 0;
        Require(table);
        if ((long)table.Rows * width > Array.MaxLength)
            throw new ArgumentException($"{table.Rows} rows of {width} features are more than the {Array.MaxLength} values of an array: leave out columns, or encode the table in parts.", nameof(table));
        var features = new float[table.Rows * width];
        if (numbers is not null)
        {
            ReadOnlySpan<float> scaled = numbers.Apply(table.Select(numbers.Columns).Complete(Options.Group)).Values.Span;
            for (int row = 0; row < table.Rows; row++)
                scaled.Slice(row * numbers.Columns.Count, numbers.Columns.Count).CopyTo(features.AsSpan(row * width));
            at += numbers.Columns.Count;
        }
        foreach (CategoryFeature category in categories)
        {
            string[] texts = Texts(table, category.Name);
            bool isNumber = IndexOfLabel(table, category.Name) < 0;
            for (int row = 0; row < texts.Length; row++)
                if (category.IndexOf(texts[row]) is >= 0 and var index)
                    features[row * width + at + index] = 1;
                else if (MissingTexts.IsMissing(texts[row], isNumber) && !Options.AllowUnknownCategories)
                    throw new InvalidDataException($"Column '{category.Name}', row {row}: there is no {(isNumber ? "number" : "text")}. {MissingTexts.WayOut(category.Name, isNumber, Options.Group)}");
                else if (!Options.AllowUnknownCategories)
                    throw new InvalidDataException(category.Unknown(texts[row], row, $"{nameof(TableOptions)}.{nameof(TableOptions.AllowUnknownCategories)} takes such names for none."));
            at += category.Values.Count;
        }
        foreach (TimeFeature time in times)
        {
            IReadOnlyList<string> texts = table.Label(time.Name);
            for (int row = 0; row < texts.Count; row++)
                time.Write(texts[row], row, features.AsSpan(row * width + at, time.Width));
            at += time.Width;
        }
        return features;
    }

    /// <exception cref="ArgumentException">A column is missing.</exception>
    void Require(TimeSeries table) => Require(table, Columns);

    /// <exception cref="ArgumentException">One of some columns is missing.</exception>
    internal static void Require(TimeSeries table, IReadOnlyList<string> columns)
    {
        string[] missing = [.. columns.Where(column => !Has(table, column))];
        if (missing.Length > 0)
            throw new ArgumentException($"The table has no column '{missing[0]}'{(missing.Length > 1 ? $", nor {string.Join(", ", missing.Skip(1).Select(m => $"'{m}'"))}" : "")}. " +
                NearestName.Hint(missing[0], [.. table.Columns, .. table.Labels.Select(l => l.Name)]), nameof(table));
    }

    internal static bool Has(TimeSeries table, string column) => table.Columns.Contains(column) || table.Labels.Any(label => label.Name == column);

    /// <summary>A column as texts, whether of text or of numbers.</summary>
    static string[] Texts(TimeSeries table, string column) => table.Labels.FirstOrDefault(label => label.Name == column) is { } label ? [.. label.Values]
        : [.. table.DoubleColumn(column).Select(number => number.ToString("R", System.Globalization.CultureInfo.InvariantCulture))];

    /// <summary>For each row of a table its class; null if the target is not a class.</summary>
    internal string[]? ClassOfRows(TimeSeries table) => classes is null ? null : Texts(table, Options.Target!);

    static int[] Begins(TableLayout layout)
    {
        var begins = new int[layout.Groups.Count];
        for (int i = 1; i < begins.Length; i++)
            begins[i] = begins[i - 1] + layout.Groups[i - 1].Length;
        return begins;
    }
}
