namespace RnnDsl.Sequences;

/// <summary>How <see cref="TableData"/> makes examples from the rows of a table.</summary>
public sealed record TableOptions
{
    /// <summary>Columns that the model reads. Numbers are scaled; texts become one-hot categories; times become the sine and cosine of the time of day, the weekday and the season.
    /// Null: all columns except the target and the group. Text columns of more than <see cref="TableEncoder.MostCategoriesUnasked"/> values are then left out, and <see
    /// cref="TableData.Findings"/> names them.</summary>
    public IReadOnlyList<string>? Inputs { get; init; }

    /// <summary>Columns of numbers that are categories, such as the number of a machine's mode.</summary>
    public IReadOnlyList<string> Categories { get; init; } = [];

    /// <summary>The column that the model predicts; null for none.</summary>
    public string? Target { get; init; }

    /// <summary>Whether the target is a class or a number. Null: texts are classes, numbers are numbers.</summary>
    public TableTargetKind? TargetKind { get; init; }

    /// <summary>Names of all classes, in the order of the model's output, also of those that only later tables have: it cannot learn a class that has no place among its answers. Null: the classes of the training rows, in
    /// rising order.</summary>
    public IReadOnlyList<string>? Classes { get; init; }

    /// <summary>The column that says to which series a row belongs: an engine, a shop, a patient. No example holds rows of two groups. Null: all rows are one series.</summary>
    public string? Group { get; init; }

    /// <summary>Rows of an example; a group with fewer rows is an example of its own. Null: all rows of a group are one example.</summary>
    public int? Window { get; init; }

    /// <summary>Rows from one example of a group to the next. They are counted back from the newest row, which always ends an example.</summary>
    public int Stride { get; init; } = 1;

    /// <summary>Distance in rows from an example's last row to its target: 0 predicts the present, more predicts the future.</summary>
    public int Ahead { get; init; }

    /// <summary>Number of rows that the target holds, beginning with the row that <see cref="Ahead"/> selects. More than one make a vector, a forecast of
    /// <c>Vec&lt;Horizon&gt;</c>; this needs a target of numbers, one an example.</summary>
    public int Horizon { get; init; } = 1;

    /// <summary>False: an example has one target, that of its last row. True: it has one for each of its rows.</summary>
    public bool TargetPerStep { get; init; }

    /// <summary>How numbers are scaled; a column of 0 and 1 stays as it is.</summary>
    public Scaling Scaling { get; init; } = Scaling.Standard;

    /// <summary>Whether a category that does not occur in the training rows becomes zeros. False: it is an error that names the category.</summary>
    public bool AllowUnknownCategories { get; init; }

    /// <summary>Name of the input: the parameter of the model's methods.</summary>
    public string InputName { get; init; } = "x";

    /// <summary>Name of the target: the parameter of the model's loss.</summary>
    public string TargetName { get; init; } = "y";

    /// <summary>Name of a scalar input that weights each example so that all classes count equally: the number of examples / (classes × examples of the class). The loss multiplies
    /// by it: <c>Scalar Loss(Seq&lt;F&gt; x, [OneHot] Vec&lt;C&gt; y, Scalar weight) => weight * CrossEntropy(Scores(x), y)</c>. Null: there is no such input.</summary>
    public string? WeightName { get; init; }

    internal void Check()
    {
        if (Window < 1 || Stride < 1 || Ahead < 0)
            throw new ArgumentException($"Window {Window} and stride {Stride} must be at least 1, and {nameof(Ahead)} {Ahead} must not be negative.");
        if (Horizon < 1 || (Horizon > 1 && TargetPerStep))
            throw new ArgumentException($"{nameof(Horizon)} {Horizon} must be at least 1, and 1 where there is a target for each step ({nameof(TargetPerStep)}).");
        if (WeightName is not null && (TargetPerStep || Target is null))
            throw new ArgumentException($"{nameof(WeightName)} weighs examples by their class: it needs a {nameof(Target)}, one for each example.");
        if (Classes is not null && (Target is null || TargetKind == TableTargetKind.Number))
            throw new ArgumentException($"{nameof(Classes)} names the classes of a {nameof(Target)}, and {(Target is null ? "there is none" : $"'{Target}' is a number")}.");
        if (Classes is not null && (Classes.Count == 0 || Classes.Any(string.IsNullOrEmpty) || Classes.Distinct().Count() < Classes.Count))
            throw new ArgumentException($"{nameof(Classes)} must be names, each once, and at least one: {string.Join(", ", Classes.Select(name => $"'{name}'"))}.");
    }
}

/// <summary>What a target is.</summary>
public enum TableTargetKind
{
    /// <summary>One of a few names: <c>[OneHot] Vec&lt;Class&gt; y</c> in the loss.</summary>
    Class,
    /// <summary>A number, scaled: <c>Vec&lt;Target&gt; y</c> with one unit.</summary>
    Number,
}
