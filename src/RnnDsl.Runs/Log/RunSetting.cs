namespace RnnDsl.Runs;

/// <summary>A fact about a run.</summary>
/// <param name="Section">What it belongs to: "training", "optimizer", "model", "layers", "versions" or "notes".</param>
/// <param name="Name">Its name, such as "BatchSize".</param>
/// <param name="Value">Its value as text, which does not depend on the machine's language.</param>
public sealed record RunSetting(string Section, string Name, string Value);

/// <summary>A data set of a run.</summary>
/// <param name="Part">"train" or "validation".</param>
/// <param name="Examples">The number of its examples.</param>
/// <param name="Fingerprint">SHA-256 of its columns' names, shapes, lengths and values, in hexadecimal digits. Two data sets with the same fingerprint give the same training.</param>
/// <param name="Columns">A description of each column: "x: 120 sequences of 7 values, 3 to 48 steps".</param>
public sealed record RunData(string Part, long Examples, string Fingerprint, IReadOnlyList<string> Columns);

/// <summary>A report that the caller added to a run.</summary>
/// <param name="Title">Its title.</param>
/// <param name="Text">The report as text.</param>
public sealed record RunReport(string Title, string Text)
{
    /// <summary>The names of the classes, for a report of classes with at most 200 of them; otherwise empty.</summary>
    public IReadOnlyList<string> Classes { get; init; } = [];

    /// <summary>The confusion matrix: for each true class, the number of its examples that were called each class.</summary>
    public IReadOnlyList<IReadOnlyList<long>> Confusion { get; init; } = [];

    /// <summary>For each class, the number of its examples.</summary>
    public IReadOnlyList<long> Support { get; init; } = [];
}

/// <summary>How a training ended.</summary>
public enum RunOutcome
{
    /// <summary>The file says nothing about it: the training is running, or its process was killed.</summary>
    Unknown,
    /// <summary>All epochs are done.</summary>
    Finished,
    /// <summary>The loss had not improved for as many epochs as the trainer's patience.</summary>
    Patience,
    /// <summary>The caller canceled it.</summary>
    Canceled,
    /// <summary>The loss or its gradient was no longer finite.</summary>
    Diverged,
    /// <summary>It ended with another exception.</summary>
    Failed,
    /// <summary>The record was closed, and no training had ended.</summary>
    Abandoned,
}
