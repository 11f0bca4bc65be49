using System.Globalization;
using RnnDsl.Metrics;
using Spectre.Console;

namespace RnnDsl.Examples.Forecasting;

/// <summary>Tables.</summary>
internal static class Display
{
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
