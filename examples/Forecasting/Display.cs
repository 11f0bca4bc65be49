using System.Globalization;
using Spectre.Console;

namespace RnnDsl.Examples.Forecasting;

/// <summary>Tables.</summary>
internal static class Display
{
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
