using System.Globalization;
using RnnDsl.Metrics;
using RnnDsl.Training;
using RnnDsl.Tuning;
using Spectre.Console;

namespace RnnDsl.Terminal;

/// <summary>Writes reports as tables in a terminal. If a table is wider than the terminal, its columns are divided among several tables, one below the other. No number is cut.</summary>
public static class Tables
{
    /// <summary>The largest number of classes with which a matrix is easy to read.</summary>
    const int MostClasses = 8;

    const int MostEpochs = 30, MostMistakes = 10;

    static readonly string[] ScoreHeaders = ["", "precision", "recall", "F1", "support"];

    /// <summary>Writes the confusion matrix, with the right answers marked. If there are more than 8 classes, it writes the ten most frequent mistakes. <see cref="ConfusionPicture"/> draws any number of classes.</summary>
    /// <param name="report">The report.</param>
    /// <param name="console">The console that is written to; null for the program's own.</param>
    public static void WriteConfusion(this ClassificationReport report, IAnsiConsole? console = null)
    {
        console ??= AnsiConsole.Console;
        if (report.Classes.Count > MostClasses)
        {
            WriteMistakes(report, console);
            return;
        }
        var table = new NarrowTable("", ["actual \\ predicted", .. report.Classes]);
        for (int actual = 0; actual < report.Classes.Count; actual++)
            table.Add([report.Classes[actual], .. Enumerable.Range(0, report.Classes.Count).Select(said => Number(report.Confusion(actual, said)))], marked: actual + 1);
        table.Write(console);
    }

    static void WriteMistakes(ClassificationReport report, IAnsiConsole console)
    {
        IReadOnlyList<ConfusedPair> mistakes = report.LargestConfusions(MostMistakes);
        if (mistakes.Count == 0)
        {
            console.WriteLine("No class was taken for another.");
            return;
        }
        // The names share the width that the numbers and the lines leave.
        int longest = Math.Max(6, (console.Profile.Width - 24) / 2);
        var table = new NarrowTable("", "actual", "predicted", "times");
        foreach (ConfusedPair mistake in mistakes)
            table.Add([Cut(mistake.Actual), Cut(mistake.Predicted), Number(mistake.Count)]);
        table.Write(console);

        string Cut(string name) => name.Length <= longest ? name : name[..(longest - 1)] + "…";
    }

    /// <summary>Writes precision, recall and F1 of each class, their means, and the accuracy beside that of always choosing the most frequent class. A line below the table names the scores that are 0/0.</summary>
    /// <param name="report">The report.</param>
    /// <param name="title">The title of the table.</param>
    /// <param name="console">The console that is written to; null for the program's own.</param>
    public static void WriteTable(this ClassificationReport report, string title, IAnsiConsole? console = null)
    {
        console ??= AnsiConsole.Console;
        var table = new NarrowTable(title, ScoreHeaders);
        ClassScore[] means = report.IsPartial ? [report.MicroAverage, report.MacroAverage, report.WeightedAverage] : [report.MacroAverage, report.WeightedAverage];
        foreach (ClassScore score in report.Scores.Concat(means))
            table.Add(Row(score));
        table.Add(["accuracy", "", "", Share(report.Accuracy), Number(report.Count)]);
        table.Add(["majority", "", "", Share(report.MajorityAccuracy), Number(report.Count)]);
        table.Write(console);
        foreach (string sentence in report.ZeroDivisions)
            console.WriteLine(sentence);
    }

    /// <summary>Writes precision, recall and F1 of each class, and their means. A line below the table names the scores that are 0/0.</summary>
    /// <param name="report">The report.</param>
    /// <param name="title">The title of the table.</param>
    /// <param name="console">The console that is written to; null for the program's own.</param>
    public static void WriteTable(this MultiLabelReport report, string title, IAnsiConsole? console = null)
    {
        console ??= AnsiConsole.Console;
        var table = new NarrowTable(title, ScoreHeaders);
        foreach (ClassScore score in report.Scores.Concat([report.MicroAverage, report.MacroAverage, report.WeightedAverage, report.SamplesAverage]))
            table.Add(Row(score));
        table.Write(console);
        foreach (string sentence in report.ZeroDivisions)
            console.WriteLine(sentence);
    }

    /// <summary>Writes precision, recall and F1 of entities by type and overall, with the numbers of entities that were found, that are right, and that there are.</summary>
    /// <param name="report">The report.</param>
    /// <param name="title">The title of the table.</param>
    /// <param name="console">The console that is written to; null for the program's own.</param>
    public static void WriteTable(this EntityReport report, string title, IAnsiConsole? console = null)
    {
        var table = new NarrowTable(title, "entities", "precision", "recall", "F1", "found", "correct", "support");
        foreach (EntityScore score in report.Types.Append(report.Overall))
            table.Add([score.Type, Share(score.Precision), Share(score.Recall), Share(score.F1), Number(score.Found), Number(score.Correct), Number(score.Support)]);
        table.Write(console ?? AnsiConsole.Console);
    }

    /// <summary>Writes the errors of a model and of naive forecasts, at some steps of the horizon and over all of them.</summary>
    /// <param name="report">The report.</param>
    /// <param name="title">The title of the table.</param>
    /// <param name="console">The console that is written to; null for the program's own.</param>
    public static void WriteTable(this ForecastReport report, string title, IAnsiConsole? console = null)
    {
        int[] steps = [.. new[] { 1, 3, 6, 12, 24, 48 }.Where(s => s < report.Horizon), report.Horizon];
        var table = new NarrowTable(title, ["RMSE by step ahead", .. steps.Select(s => Number(s)), "all", "MAE", "sMAPE %", "R²"]);
        foreach (ForecastScore score in report.Scores)
            table.Add(
            [
                score.Name, .. steps.Select(s => Number(score.Steps[s - 1].Rmse)), Number(score.Overall.Rmse), Number(score.Overall.Mae), Number(score.Overall.Smape), Number(score.Overall.R2),
            ]);
        table.Write(console ?? AnsiConsole.Console);
    }

    /// <summary>Writes the losses and metrics of the epochs. The best epoch has a star. If there are more than 30 epochs, it writes some of them, evenly spread, with the first, the best and the last.</summary>
    /// <param name="history">The course of a training.</param>
    /// <param name="title">The title of the table.</param>
    /// <param name="console">The console that is written to; null for the program's own.</param>
    public static void WriteTable(this History history, string title = "Training", IAnsiConsole? console = null)
    {
        EpochReport[] epochs = [.. history.Earlier.Concat(history.Epochs)];
        string[] metrics = [.. history.Epochs.LastOrDefault()?.Metrics.Select(m => m.Name) ?? []];
        var table = new NarrowTable(title, ["epoch", "loss", "validation", .. metrics, "rate", "seconds"]);
        int shown = Math.Min(epochs.Length, MostEpochs);
        foreach (int i in Enumerable.Range(0, shown).Select(i => shown == 1 ? 0 : i * (epochs.Length - 1) / (shown - 1)).Append(Array.IndexOf(epochs, history.Best)).Where(i => i >= 0).Distinct().Order())
            table.Add([Number(epochs[i].Epoch) + (epochs[i] == history.Best ? " *" : ""), Number(epochs[i].TrainLoss), Number(epochs[i].ValidationLoss ?? double.NaN),
                .. metrics.Select((_, m) => Number(m < epochs[i].Metrics.Count ? epochs[i].Metrics[m].Value : double.NaN)), Number(epochs[i].LearningRate), epochs[i].Seconds.ToString("F1", CultureInfo.InvariantCulture)]);
        table.Write(console ?? AnsiConsole.Console);
    }

    /// <summary>Writes the layers of a model with the numbers of their values, and the sums.</summary>
    /// <param name="summary">The result of <see cref="ModelSummaries.Summary"/>.</param>
    /// <param name="console">The console that is written to; null for the program's own.</param>
    public static void WriteTable(this ModelSummary summary, IAnsiConsole? console = null)
    {
        console ??= AnsiConsole.Console;
        var table = new Table().Title(Markup.Escape($"{summary.Model}: {string.Join(", ", summary.Dimensions.Select(d => $"{d.Name} {Number(d.Size)}"))}"));
        table.AddColumn("layer").AddColumn(new TableColumn("parameters").RightAligned().NoWrap()).AddColumn("shapes");
        foreach (LayerSummary layer in summary.Layers)
            table.AddRow(Markup.Escape(layer.Name.Length == 0 ? "own" : layer.Name), Grouped(layer.Count), Markup.Escape(string.Join(", ", layer.Parameters).Replace(" ", "\u00A0").Replace(",\u00A0", ", ")));
        console.Write(table);
        console.WriteLine($"{Grouped(summary.Trained)} trained parameters{(summary.Fixed > 0 ? $" and {Grouped(summary.Fixed)} fixed ones" : "")}, {Grouped(summary.Bytes)} bytes, {Grouped(summary.StepOperations)} operations a step");
    }

    /// <summary>Writes which parameters are trained, and at which multiple of the learning rate.</summary>
    /// <param name="report">The result of <see cref="FineTuning.Report"/>.</param>
    /// <param name="title">The title of the table.</param>
    /// <param name="console">The console that is written to; null for the program's own.</param>
    public static void WriteTable(this TuningReport report, string title, IAnsiConsole? console = null)
    {
        var table = new NarrowTable(title, "parameter", "values", "times the rate");
        foreach (TunedParameter parameter in report.Parameters)
            table.Add([parameter.Name, Number(parameter.Count), parameter.Multiplier == 0 ? "frozen" : Number(parameter.Multiplier)]);
        table.Add(["trained, of all", Number(report.Trained), Number(report.Total)]);
        table.Write(console ?? AnsiConsole.Console);
    }

    static string[] Row(ClassScore score) => [score.Name, Share(score.Precision), Share(score.Recall), Share(score.F1), Number(score.Support)];

    static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);

    static string Grouped(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    static string Share(double value) => value.ToString("F4", CultureInfo.InvariantCulture);

    static string Number(double value) => double.IsNaN(value) ? "–" : value.ToString(Math.Abs(value) >= 100 ? "F1" : "G3", CultureInfo.InvariantCulture);
}
