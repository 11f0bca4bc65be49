using RnnDsl.Sequences;

namespace RnnDsl.Continual;

/// <summary>One task of a stream: what a model learns at one time, and what it is measured on ever after.</summary>
public sealed class ContinualTask
{
    /// <summary>A task.</summary>
    /// <param name="name">Its name in tables.</param>
    /// <param name="train">What is learned.</param>
    /// <param name="test">What the model is scored on. No strategy sees it.</param>
    /// <exception cref="ArgumentException">One of the data sets has no examples.</exception>
    public ContinualTask(string name, Dataset train, Dataset test)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (train.Count == 0 || test.Count == 0)
            throw new ArgumentException($"Task '{name}' has {train.Count} examples to learn and {test.Count} to test on: it needs both. Leave out the task, or give it examples.");
        (Name, Train, Test) = (name, train, test);
    }

    /// <summary>Its name in tables.</summary>
    public string Name { get; }

    /// <summary>What is learned.</summary>
    public Dataset Train { get; }

    /// <summary>What the model is scored on.</summary>
    public Dataset Test { get; }

    /// <summary>What decides which epoch is kept, and the patience; null for none. See <see cref="Training.Trainer.KeepBest"/>.</summary>
    public Dataset? Validation { get; init; }

    /// <exception cref="ArgumentException">Data of a task do not have the columns of the first.</exception>
    internal static void CheckAlike(IReadOnlyList<ContinualTask> tasks)
    {
        Dataset first = tasks[0].Train;
        foreach (ContinualTask task in tasks)
            foreach ((Dataset? data, string part) in new[] { (task.Train, "training"), (task.Test, "test"), (task.Validation, "validation") })
                if (data is not null && Difference(first, data) is string difference)
                    throw new ArgumentException($"The {part} data of task '{task.Name}' differ from those of '{tasks[0].Name}': {difference}", nameof(tasks));
    }

    static string? Difference(Dataset first, Dataset other)
    {
        foreach (Column column in first.Columns)
            if (other.Columns.FirstOrDefault(c => c.Name == column.Name) is not { } same)
                return $"There is no column '{column.Name}'; there are: {string.Join(", ", other.Columns.Select(c => c.Name))}. Give all tasks the same columns.";
            else if (JoinedColumns.Difference(column, same) is string difference)
                return difference;
        return null;
    }
}
