namespace RnnDsl.Text;

/// <summary>Where texts and their labels stand in a file. What is not said is found out, and told in <see cref="LabeledCorpus.Findings"/>.</summary>
public sealed record LabeledTextOptions
{
    /// <summary>The column or property of the texts: a name, or a number from 0. Null: one with a usual name (text, sentence, message, …), else the one with the longest texts.</summary>
    public string? TextColumn { get; init; }

    /// <summary>The column or property of the labels: a name, or a number from 0. Null: one with a usual name (label, category, intent, …), else the one with the fewest different values, but at least two.</summary>
    public string? LabelColumn { get; init; }

    /// <summary>What separates several labels of a text; null if each has one.</summary>
    public char? LabelSeparator { get; init; }

    /// <summary>Of a JSON file that is an object, the property whose array is read, such as "train". A file without that part is refused.</summary>
    public string? Part { get; init; }

    /// <summary>How the file is read.</summary>
    public TextOptions Text { get; init; } = new();
}
