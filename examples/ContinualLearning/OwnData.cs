using System.CommandLine;
using RnnDsl.Continual;
using RnnDsl.Execution;
using RnnDsl.Sequences;
using RnnDsl.Training;

namespace RnnDsl.Examples.ContinualLearning;

/// <summary>Tasks of tables in CSV files: a file for each task, or one file that a column or a number of rows divides.</summary>
/// <param name="Files">The files.</param>
/// <param name="Reader">Reads one.</param>
/// <param name="Given">How they are written.</param>
sealed record OwnData(IReadOnlyList<string> Files, TableFiles Reader, ParseResult Given)
{
    public required string Target { get; init; }

    /// <summary>Whether numbers of the target are classes, as texts are.</summary>
    public bool IsClass { get; init; }

    /// <summary>The column whose values are the tasks.</summary>
    public string? Task { get; init; }

    /// <summary>The rows of a task, if no column says it.</summary>
    public int? Every { get; init; }

    public string? Group { get; init; }

    public IReadOnlyList<string>? Inputs { get; init; }

    public int? Window { get; init; }

    public int Stride { get; init; } = 1;

    public int Ahead { get; init; }

    public Study Read()
    {
        if (Window is null && Group is null)
            throw new ArgumentException("Say with --window how many rows are an example, or with --group which rows belong together.");
        TimeSeries[] files = [.. Files.Select(file => Reader.Read(Given, file, Group))];
        List<(string Name, TimeSeries Table)> tables = Tables(files);
        if (tables.Count < 2)
            throw new InvalidDataException($"{string.Join(", ", Files)}: {(Every is { } most ? $"--every {most} divides the {files[0].Rows} rows into fewer than two tasks" :
                "there is one task alone")}. Give a file for each task, or say with --task or --every how to divide one.");
        string[] classes = Classes(tables);
        var options = new TableOptions
        {
            Target = Target, TargetKind = classes.Length > 0 ? TableTargetKind.Class : TableTargetKind.Number, Classes = classes.Length > 0 ? classes : null, Group = Group, Inputs = Inputs,
            Window = Window, Stride = Stride, Ahead = Ahead, AllowUnknownCategories = true,
        };
        // The last fifth of each task is its test: of the rows, or of whole groups.
        TableSplit split = Window is not null ? TableSplit.ByTime(0.8, 0) : classes.Length > 0 ? TableSplit.Stratified(0.8, 0) : TableSplit.ByGroup(0.8, 0);
        // What is known at the start is the first task alone, so all are scaled by its training part.
        TableEncoder? encoder = null;
        var tasks = new List<ContinualTask>();
        var notes = new List<string>();
        if (Every is { } each && files[0].Rows % each is > 0 and var left)
            notes.Add($"the last {left} rows are fewer than --every {each}, and no task.");
        foreach ((string name, TimeSeries table) in tables)
            try
            {
                TableData data = encoder is null ? TableData.Create(table, options, split) : TableData.Create(encoder, table, split);
                encoder = data.Encoder;
                tasks.Add(new ContinualTask(name, data.Train, data.Test));
                notes.AddRange(data.Findings.Select(finding => $"task '{name}': {finding}"));
            }
            catch (Exception e) when (e is ArgumentException or InvalidDataException)
            {
                throw new InvalidDataException($"Task '{name}': {e.Message}", e);
            }
        foreach (string note in notes)
            Console.WriteLine($"Note: {Reader.Explain(note)}");
        return new Study($"{string.Join(", ", Files.Select(Path.GetFileName))}: {Target}", tasks, Model, Score) { Balance = classes.Length > 0 ? "y" : null };

        Module Model(int seed) => classes.Length > 0 ? new SequenceModel(encoder!.Features.Count, hidden: 32, label: classes.Length, seed) : new SeriesModel(encoder!.Features.Count, hidden: 32, horizon: 1, seed);

        Metric Score(Module model) => classes.Length > 0 ? Metric.Accuracy(model, "y") : Metric.MinusRmse(model, "y");
    }

    List<(string Name, TimeSeries Table)> Tables(TimeSeries[] files)
    {
        if (Files.Count > 1)
            return Task is null && Every is null ? [.. Files.Zip(files, (file, read) => (Path.GetFileNameWithoutExtension(file), read))]
                : throw new ArgumentException("Each file is a task, so --task and --every divide nothing: give one file, or leave them out.");
        TimeSeries table = files[0];
        if (Task is not null && Every is not null)
            throw new ArgumentException("Tasks are the values of a column (--task) or so many rows each (--every), not both.");
        return Task is not null ? [.. table.SplitBy(Task).Select(part => (part.Value, WithoutTexts(part.Series, Task)))]
            : Every is { } rows ? [.. Enumerable.Range(0, table.Rows / rows).Select(i => ($"part {i + 1}", table.Range(i * rows, rows)))] : [("", table)];
    }

    /// <summary>A column of texts that says the task is no input: it would tell the model which task it is asked for.</summary>
    static TimeSeries WithoutTexts(TimeSeries table, string column)
    {
        double[][] numbers = [.. table.Columns.Select(table.DoubleColumn)];
        return new TimeSeries(table.Columns, [.. Enumerable.Range(0, table.Rows).SelectMany(row => numbers.Select(n => n[row]))], [.. table.Labels.Where(label => label.Name != column)]);
    }

    /// <summary>The classes of all tasks, without those of rows that have none, in the order in which they come; none if the target is a number.</summary>
    string[] Classes(List<(string Name, TimeSeries Table)> tables) => IsClass || tables[0].Table.Labels.Any(label => label.Name == Target)
        ? [.. tables.SelectMany(t => t.Table.SplitBy(Target).Select(part => part.Value)).Where(value => !string.IsNullOrWhiteSpace(value)).Distinct()] : [];
}
