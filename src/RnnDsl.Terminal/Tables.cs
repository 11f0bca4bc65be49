using System.Globalization;
using RnnDsl.Metrics;
using Spectre.Console;

namespace RnnDsl.Terminal;

/// <summary>Reports as tables of a terminal.</summary>
public static class Tables
{
    /// <summary>Columns of a table that stay readable at 80 characters.</summary>
    const int MostClasses = 8;

    /// <summary>The confusion matrix with the right answers marked; above 8 classes the ten most frequent mistakes.</summary>
    /// <param name="report">The report.</param>
    /// <param name="console">Where to; null for the program's own.</param>
    public static void WriteConfusion(this ClassificationReport report, IAnsiConsole? console = null)
    {
        console ??= AnsiConsole.Console;
        var table = new Table();
        if (report.Classes.Count <= MostClasses)
        {
            table.AddColumn("is \\ said");
            foreach (string name in report.Classes)
                table.AddColumn(new TableColumn(Markup.Escape(name)).RightAligned());
            for (int actual = 0; actual < report.Classes.Count; actual++)
                table.AddRow([Markup.Escape(report.Classes[actual]), .. Enumerable.Range(0, report.Classes.Count)
                    .Select(said => said == actual ? $"[bold]{Number(report.Confusion(actual, said))}[/]" : Number(report.Confusion(actual, said)))]);
        }
        else
        {
            table.AddColumn("is").AddColumn("said").AddColumn(new TableColumn("times").RightAligned());
            foreach ((int actual, int said, long times) in Mistakes(report).OrderByDescending(m => m.Times).Take(10))
                table.AddRow(Markup.Escape(report.Classes[actual]), Markup.Escape(report.Classes[said]), Number(times));
        }
        console.Write(table);
    }

    /// <summary>The errors of a model and of naive forecasts, at some steps of the horizon and over all.</summary>
    /// <param name="report">The report.</param>
    /// <param name="title">Of the table.</param>
    /// <param name="console">Where to; null for the program's own.</param>
    public static void WriteTable(this ForecastReport report, string title, IAnsiConsole? console = null)
    {
        int[] steps = [.. new[] { 1, 3, 6, 12, 24, 48 }.Where(s => s < report.Horizon), report.Horizon];
        var table = new Table().Title(Markup.Escape(title)).AddColumn("RMSE by step ahead");
        foreach (string name in steps.Select(s => s.ToString(CultureInfo.InvariantCulture)).Concat(["all", "MAE", "sMAPE %", "R²"]))
            table.AddColumn(new TableColumn(name).RightAligned());
        foreach (ForecastScore score in report.Scores)
            table.AddRow(
            [
                Markup.Escape(score.Name), .. steps.Select(s => Number(score.Steps[s - 1].Rmse)), Number(score.Overall.Rmse), Number(score.Overall.Mae),
                Number(score.Overall.Smape), Number(score.Overall.R2),
            ]);
        (console ?? AnsiConsole.Console).Write(table);
    }

    static IEnumerable<(int Actual, int Said, long Times)> Mistakes(ClassificationReport report) =>
        from actual in Enumerable.Range(0, report.Classes.Count)
        from said in Enumerable.Range(0, report.Classes.Count)
        where said != actual && report.Confusion(actual, said) > 0
        select (actual, said, report.Confusion(actual, said));

    static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);

    static string Number(double value) => double.IsNaN(value) ? "–" : value.ToString(Math.Abs(value) >= 100 ? "F1" : "G3", CultureInfo.InvariantCulture);
}
