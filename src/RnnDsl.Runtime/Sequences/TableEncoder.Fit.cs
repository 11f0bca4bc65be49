namespace RnnDsl.Sequences;

public sealed partial class TableEncoder
{
    /// <summary>Fits on some rows.</summary>
    /// <param name="table">All rows.</param>
    /// <param name="options">Which columns are inputs and target.</param>
    /// <param name="rows">The rows to fit on.</param>
    /// <param name="targets">The rows among these whose target is trained on, each as often as it is used.</param>
    /// <param name="findings">Receives a sentence for each column that is left out or from which a model will learn little.</param>
    internal static TableEncoder Fit(TimeSeries table, TableOptions options, int[] rows, int[] targets, List<string> findings)
    {
        TimeSeries training = table.Take(rows);
        (List<string> numberNames, List<CategoryFeature> categories, List<TimeFeature> times) = ([], [], []);
        foreach (string name in Inputs(table, options))
        {
            int label = IndexOfLabel(training, name);
            if (label < 0 && !options.Categories.Contains(name))
                numberNames.Add(name);
            else if (label >= 0 && !options.Categories.Contains(name) && TimeFeature.Fit(training, label) is { } time)
            {
                times.Add(time);
                if (time.Width == 0)
                    findings.Add($"Column '{name}': its times span less than a day, or are days of less than a week, so nothing in them repeats; they are no input.");
            }
            else if (CategoryFeature.Fit(name, Texts(training, name)) is var category && category.Values.Count <= (options.Inputs is null && !options.Categories.Contains(name) ? MostCategoriesUnasked : MostCategories))
            {
                categories.Add(category);
                if (MissingTexts.Finding(name, Texts(table, name), label < 0, "a category of their own", options.Group) is { } missing)
                    findings.Add(missing);
                if (SimilarTexts.Finding($"Column '{name}'", category.Values) is { } alike)
                    findings.Add(alike);
            }
            else if (options.Inputs is null && !options.Categories.Contains(name))
                findings.Add($"Column '{name}': {category.Values.Count} different texts; it is no input. Name it in {nameof(TableOptions)}.{nameof(TableOptions.Inputs)} to make a category of it.");
            else
                throw new ArgumentException($"Column '{name}' has {category.Values.Count} different values, and a category at most {MostCategories}: leave it out of the inputs.", nameof(options));
        }
        if (numberNames.Count == 0 && categories.Count == 0 && times.All(time => time.Width == 0))
            throw new ArgumentException("No column is left that could be an input.", nameof(options));
        Scaler? numbers = numberNames.Count == 0 ? null : Scaled(table.Select(numberNames).Complete(options.Group).Take(rows), options.Scaling, [], findings, rows);
        if (options.Group is { } group && IndexOfLabel(table, group) >= 0 && MissingTexts.Finding(group, Texts(table, group), isNumber: false, "one group", group) is { } unnamed)
            findings.Add(unnamed);
        if (options.Group is { } named && IndexOfLabel(table, named) >= 0 && SimilarTexts.Finding($"Column '{named}'", Texts(table, named)) is { } groups)
            findings.Add(groups);
        (CategoryFeature? classes, Scaler? targetScaler) = Target(table, options, targets, findings);
        return new TableEncoder(options, numbers, categories, times, classes, targetScaler, options.WeightName is null ? null : Weights(table, options, classes, targets));
    }

    static IEnumerable<string> Inputs(TimeSeries table, TableOptions options)
    {
        string[] all = [.. table.Columns, .. table.Labels.Select(label => label.Name)];
        foreach (string name in (string[])[.. options.Inputs ?? [], .. options.Categories, .. options.Target is null ? [] : new[] { options.Target }])
            if (!all.Contains(name))
                throw new ArgumentException($"The table has no column '{name}'. {NearestName.Hint(name, all)}", nameof(options));
        if (options.Inputs is { Count: 0 })
            throw new ArgumentException($"{nameof(TableOptions.Inputs)} names no column: null stands for all.", nameof(options));
        if (options is { Target: { } target, Ahead: 0 } && (options.Inputs?.Contains(target) ?? false))
            throw new ArgumentException($"'{target}' is the target of the same row, and an input: a model would read its answer. Leave it out of {nameof(TableOptions.Inputs)}, " +
                $"or predict a later row ({nameof(TableOptions.Ahead)}).", nameof(options));
        return options.Inputs?.Union(options.Categories) ?? all.Where(name => name != options.Target && name != options.Group);
    }

    static (CategoryFeature?, Scaler?) Target(TimeSeries table, TableOptions options, int[] rows, List<string> findings)
    {
        if (options.Target is not { } name)
            return (null, null);
        if (!IsClass(table, options))
        {
            if (IndexOfLabel(table, name) >= 0)
                throw new ArgumentException($"Column '{name}' is text, so it is no target of numbers.", nameof(options));
            TimeSeries targets = table.Select(name).Take(rows);
            if (Array.FindIndex(targets.Column(name), float.IsNaN) is >= 0 and var none)
                throw new InvalidDataException($"Column '{name}', row {rows[none]}: {Missing.Count(targets)} targets are missing, this is the first. Leave such rows out, or fill them with "
                    + (options.Group is null ? "Resolve." : $"ResolveWithin(\"{options.Group}\", …)."));
            return (null, Scaled(targets, options.Scaling, [name], findings, rows));
        }
        if (options.Horizon > 1)
            throw new ArgumentException($"{nameof(TableOptions.Horizon)} {options.Horizon} needs a target of numbers, but '{name}' is a class.", nameof(options));
        string[] texts = Texts(table, name);
        CategoryFeature classes = options.Classes is { } all ? new CategoryFeature(name, [.. all]) : CategoryFeature.Fit(name, rows.Select(row => texts[row]));
        if (options.Classes is not null && Array.FindIndex(rows, row => classes.IndexOf(texts[row]) < 0) is >= 0 and var at)
            throw new InvalidDataException($"Column '{name}', row {rows[at]}: '{texts[rows[at]]}' is none of the {nameof(TableOptions.Classes)} ({classes.Listed}). Add it, or leave such rows out.");
        if (classes.Values.Count > MostCategories)
            throw new ArgumentException($"Column '{name}' has {classes.Values.Count} different values: more than {MostCategories} classes. Is it a number ({nameof(TableOptions)}.{nameof(TableOptions.TargetKind)})?", nameof(options));
        if (classes.IndexOf("") >= 0 || classes.IndexOf("NaN") >= 0)
            throw new InvalidDataException($"Column '{name}', row {Array.FindIndex(texts, t => t is "" or "NaN")}: the class is missing. Leave such rows out, or give them a name.");
        if (rows.Select(row => texts[row]).Distinct().Count() == 1 && options.Classes is null)
            findings.Add($"Column '{name}': all training rows are of class '{classes.Values[0]}', so there is nothing to tell apart.");
        if (SimilarTexts.Finding($"Column '{name}'", classes.Values) is { } alike)
            findings.Add(alike);
        return (classes, null);
    }

    /// <summary>For each class the weight examples / (classes × examples of the class).</summary>
    static double[] Weights(TimeSeries table, TableOptions options, CategoryFeature? classes, int[] rows)
    {
        if (classes is null)
            throw new ArgumentException($"{nameof(TableOptions.WeightName)} weighs classes, but the target '{options.Target}' is a number.", nameof(options));
        string[] texts = Texts(table, options.Target!);
        var counts = new double[classes.Values.Count];
        foreach (int row in rows)
            counts[classes.IndexOf(texts[row])]++;
        if (Array.IndexOf(counts, 0) is >= 0 and var none)
            throw new ArgumentException($"Class '{classes.Values[none]}' has no training row, so {nameof(TableOptions.WeightName)} gives it no weight: leave out one of {nameof(TableOptions.WeightName)} and {nameof(TableOptions.Classes)}.", nameof(options));
        return Array.ConvertAll(counts, count => rows.Length / (counts.Length * count));
    }

    /// <param name="rows">The rows to fit on.</param>
    /// <param name="scaling">How.</param>
    /// <param name="targets">The columns that a model predicts.</param>
    /// <param name="findings">Receives a sentence for each column from which a model will learn little.</param>
    /// <param name="numbers">Which rows of the table these are.</param>
    static Scaler Scaled(TimeSeries rows, Scaling scaling, string[] targets, List<string> findings, int[] numbers)
    {
        Scaler scaler = Fitting.Of(scaling, rows, rows.Rows, targets, numbers) ?? new Scaler(rows.Columns, new double[rows.Width], [.. rows.Columns.Select(_ => 1.0)]);
        findings.AddRange(scaler.Findings);
        return scaler.WithoutClasses(rows, rows.Rows);
    }

    /// <summary>For each row of a table its class; null if the target is not a class.</summary>
    internal static string[]? ClassOfRows(TimeSeries table, TableOptions options) =>
        options.Target is { } name && Has(table, name) && IsClass(table, options) ? Texts(table, name) : null;

    static bool IsClass(TimeSeries table, TableOptions options) =>
        options.Classes is not null || (options.TargetKind is { } kind ? kind == TableTargetKind.Class : IndexOfLabel(table, options.Target!) >= 0);

    static int IndexOfLabel(TimeSeries table, string name)
    {
        for (int i = 0; i < table.Labels.Count; i++)
            if (table.Labels[i].Name == name)
                return i;
        return -1;
    }
}
