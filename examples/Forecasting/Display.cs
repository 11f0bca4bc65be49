using System.Globalization;
using RnnDsl.Execution;
using RnnDsl.Metrics;
using RnnDsl.Sequences;
using RnnDsl.Training;
using Spectre.Console;

namespace RnnDsl.Examples.Forecasting;

/// <summary>Progress and tables.</summary>
internal static class Display
{
    /// <summary>Trains behind a progress bar.</summary>
    public static History Train(Trainer trainer, string what, Dataset train, Dataset validation) =>
        AnsiConsole.Progress().Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new ElapsedTimeColumn()).Start(progress =>
        {
            ProgressTask task = progress.AddTask(what, maxValue: trainer.Epochs);
            trainer.EpochDone += epoch =>
            {
                task.Increment(1);
                task.Description = string.Create(CultureInfo.InvariantCulture, $"{what}: loss {epoch.TrainLoss:F4}, validation {epoch.ValidationLoss:F4}");
            };
            History history = trainer.Fit(train, validation);
            task.Value = task.MaxValue;
            return history;
        });

    public static void Scores(string title, ForecastReport report)
    {
        int[] steps = [.. new[] { 1, 3, 6, 12, 24, 48 }.Where(s => s < report.Horizon), report.Horizon];
        var table = new Table().Title(title).AddColumn("RMSE by step ahead");
        foreach (int step in steps)
            table.AddColumn(new TableColumn(step.ToString(CultureInfo.InvariantCulture)).RightAligned());
        foreach (string column in new[] { "all", "MAE", "sMAPE %", "R²" })
            table.AddColumn(new TableColumn(column).RightAligned());
        foreach (ForecastScore score in report.Scores)
            table.AddRow(
            [
                Markup.Escape(score.Name), .. steps.Select(s => Number(score.Steps[s - 1].Rmse)), Number(score.Overall.Rmse), Number(score.Overall.Mae),
                Number(score.Overall.Smape), Number(score.Overall.R2),
            ]);
        AnsiConsole.Write(table);
        AnsiConsole.WriteLine();
    }

    public static void FineTuning(IEnumerable<(string Way, long Trained, double Seconds, double Old, double Recent)> rows)
    {
        var table = new Table().Title("Fine-tuned to the recent part: what it costs, and what it gains");
        foreach (string column in new[] { "way", "trained numbers", "seconds", "RMSE before the recent part", "RMSE on the newest, unseen part" })
            table.AddColumn(column);
        foreach (var row in rows)
            table.AddRow(row.Way, row.Trained.ToString(CultureInfo.InvariantCulture), Number(row.Seconds), Number(row.Old), Number(row.Recent));
        AnsiConsole.Write(table);
        AnsiConsole.WriteLine();
    }

    public static void Say(FormattableString text) => AnsiConsole.MarkupLineInterpolated(CultureInfo.InvariantCulture, text);

    static string Number(double value) => double.IsNaN(value) ? "–" : value.ToString(Math.Abs(value) >= 100 ? "F1" : "G3", CultureInfo.InvariantCulture);
}
