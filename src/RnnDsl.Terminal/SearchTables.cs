using System.Globalization;
using RnnDsl.Search;
using Spectre.Console;

namespace RnnDsl.Terminal;

/// <summary>A search of hyper-parameters in a terminal.</summary>
public static class SearchTables
{
    /// <summary>
    /// As <see cref="HyperparameterSearch.Run"/>, with a line for each trial that ends. Ctrl-C or SIGTERM (see <see cref="Interruption"/>) ends the search: trials that run are
    /// not kept, <see cref="SearchResult.IsCanceled"/> says so, and the search goes on from its file in the next call. A second such signal ends the program.
    /// </summary>
    /// <param name="search">The search.</param>
    /// <param name="console">Where to; null for the program's own.</param>
    /// <returns>All trials.</returns>
    public static SearchResult RunWithProgress(this HyperparameterSearch search, IAnsiConsole? console = null)
    {
        console ??= AnsiConsole.Console;
        using var interruption = new Interruption();
        void Done(TrialResult trial) => console.WriteLine(trial.ToString());
        search.TrialDone += Done;
        try
        {
            return search.Run(interruption.Token);
        }
        finally
        {
            search.TrialDone -= Done;
        }
    }

    /// <summary>The best trials with their values, the best first.</summary>
    /// <param name="result">The result of a search.</param>
    /// <param name="title">Of the table.</param>
    /// <param name="trials">The largest number of trials that are shown.</param>
    /// <param name="console">Where to; null for the program's own.</param>
    public static void WriteTable(this SearchResult result, string title = "Trials", int trials = 20, IAnsiConsole? console = null)
    {
        var table = new NarrowTable(title, ["trial", "best", "reports", "", .. result.Space.Ranges.Select(r => r.Name)]);
        foreach (TrialResult trial in result.Ranked.Take(trials))
            table.Add([Whole(trial.Number), trial.Reports.Count == 0 ? "–" : trial.Best.ToString("G5", CultureInfo.InvariantCulture), Whole(trial.Reports.Count),
                trial.State switch { TrialState.Finished => "", TrialState.Stopped => "stopped", _ => "failed" }, .. result.Space.Ranges.Select(r => trial.Values.Text(r.Name))]);
        table.Write(console ?? AnsiConsole.Console);
    }

    /// <summary>The importance of each hyper-parameter: <see cref="SearchResult.Importance"/>.</summary>
    /// <param name="result">The result of a search.</param>
    /// <param name="title">Of the table.</param>
    /// <param name="console">Where to; null for the program's own.</param>
    public static void WriteImportance(this SearchResult result, string title = "Importance", IAnsiConsole? console = null)
    {
        var table = new NarrowTable(title, "", "share", "trials");
        foreach (RangeImportance range in result.Importance)
            table.Add([range.Name, double.IsNaN(range.Share) ? "–" : range.Share.ToString("F2", CultureInfo.InvariantCulture), Whole(range.Trials)]);
        table.Write(console ?? AnsiConsole.Console);
    }

    static string Whole(int value) => value.ToString(CultureInfo.InvariantCulture);
}
