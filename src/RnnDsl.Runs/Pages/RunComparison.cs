using System.Globalization;
using System.Text;
using RnnDsl.Training;

namespace RnnDsl.Runs;

/// <summary>Several runs beside each other: a table, and a page with their curves in one picture and what their settings differ in.</summary>
public sealed class RunComparison
{
    /// <summary>The name of the page in the folder of all runs.</summary>
    public const string FileName = "runs.html";

    /// <summary>A picture has the curves of at most this many runs: those with the least loss.</summary>
    public const int MostCurves = 6;

    RunComparison(IReadOnlyList<RunLog> runs, IReadOnlyList<string> faults) => (Runs, Faults) = (runs, faults);

    /// <summary>The runs: those with the least validation loss first, then those without validation by their training loss, which is no measure of the others, then those without a completed epoch. Runs of equal loss come in the order of their names.</summary>
    public IReadOnlyList<RunLog> Runs { get; }

    /// <summary>For each folder with a run that cannot be read: the reason.</summary>
    public IReadOnlyList<string> Faults { get; }

    /// <summary>Reads all runs in the folders of a folder.</summary>
    /// <param name="parent">The folder of all runs.</param>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="FileNotFoundException">None of its folders has a run.</exception>
    public static RunComparison Read(string parent)
    {
        if (!Directory.Exists(parent))
            throw new DirectoryNotFoundException($"There is no folder '{parent}'.");
        var runs = new List<RunLog>();
        var faults = new List<string>();
        foreach (string folder in Directory.GetDirectories(parent).Where(f => File.Exists(Path.Combine(f, RunLog.FileName))).Order(StringComparer.Ordinal))
            try
            {
                runs.Add(RunLog.Read(folder));
            }
            catch (InvalidDataException e)
            {
                faults.Add(e.Message);
            }
        return runs.Count + faults.Count > 0 ? new([.. runs.OrderBy(IsNotValidated).ThenBy(Loss).ThenBy(r => r.Name, StringComparer.Ordinal)], faults)
            : throw new FileNotFoundException($"No folder in '{parent}' has a run: a run is a folder with a file {RunLog.FileName}.");
    }

    /// <summary>Settings that differ between the runs, section and name. What differs with the machine or the path, as versions do, is among them.</summary>
    public IReadOnlyList<(string Section, string Name)> Differences => [.. Runs.SelectMany(r => r.Settings).Select(s => (s.Section, s.Name)).Distinct()
        .Where(s => Runs.Select(r => r.Setting(s.Section, s.Name)).Distinct().Count() > 1)];

    /// <summary>A table with a line for each run, and a line for each folder that cannot be read.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        IReadOnlyList<string>[] rows = [Heads(), .. Rows()];
        int[] widths = [.. Enumerable.Range(0, rows[0].Count).Select(column => rows.Max(r => r[column].Length))];
        foreach (IReadOnlyList<string> row in rows)
            text.Append(string.Join("  ", row.Select((cell, i) => i == 0 ? cell.PadRight(widths[i]) : cell.PadLeft(widths[i]))).TrimEnd()).Append('\n');
        foreach (string fault in Faults)
            text.Append(fault).Append('\n');
        return text.ToString().TrimEnd('\n');
    }

    /// <summary>Writes the page. An existing page is replaced.</summary>
    /// <param name="path">Of the file; usually <see cref="FileName"/> in the folder of all runs.</param>
    public void Write(string path) => PageFrame.Write(path, Text());

    /// <summary>The page as text.</summary>
    public string Text()
    {
        var page = new Html();
        page.Raw("<h1>Runs</h1>");
        page.Table(Heads(), Rows(), "The run with the least validation loss comes first; runs without validation follow, by their training loss.");
        foreach (string fault in Faults)
            page.Line($"<p>{Html.Escape(fault)}</p>");
        RunLog[] drawn = [.. Runs.Take(MostCurves)];
        page.Raw("<section><h2>Curves</h2>");
        if (Runs.Count > drawn.Length)
            page.Line($"<p>The curves are those of the first {drawn.Length} of {Runs.Count} runs.</p>");
        page.Raw("<div class=\"curves\">");
        page.Raw(CurvePicture.Draw("Validation loss", "epoch", Lines(drawn, e => e.ValidationLoss ?? double.NaN)));
        page.Raw(CurvePicture.Draw("Training loss", "epoch", Lines(drawn, e => e.TrainLoss)));
        foreach (string metric in drawn.SelectMany(r => r.Epochs).SelectMany(e => e.Metrics).Select(m => m.Name).Distinct())
            page.Raw(CurvePicture.Draw(metric, "epoch", Lines(drawn, e => e.Metrics.FirstOrDefault(m => m.Name == metric)?.Value ?? double.NaN)));
        page.Raw("</div></section><section><h2>What differs</h2>");
        if (Differences.Count == 0)
            page.Raw("<p>All settings and versions are equal.</p>");
        else
            page.Table(["setting", .. Runs.Select(r => r.Name)], Differences.Select(d => (IReadOnlyList<string>)[$"{d.Section} {d.Name}", .. Runs.Select(r => r.Setting(d.Section, d.Name) ?? "")]), "Settings that are not the same in all runs.");
        page.Raw("</section>");
        return PageFrame.Of("Runs", page);
    }

    static List<CurveLine> Lines(RunLog[] runs, Func<EpochReport, double> value) => [.. runs.Select(r => new CurveLine(r.Name, [.. r.Epochs.Select(e => ((double)e.Epoch, value(e)))]))];

    string[] MetricNames => [.. Runs.SelectMany(r => r.Metrics).Select(m => m.Name).Distinct()];

    IReadOnlyList<string> Heads() => ["run", "end", "epochs", "best", "training", "validation", .. MetricNames, "seconds"];

    IEnumerable<IReadOnlyList<string>> Rows() => Runs.Select(r => (IReadOnlyList<string>)
    [
        r.Name, r.Outcome.ToString().ToLowerInvariant(), r.Epochs.Count.ToString(CultureInfo.InvariantCulture), r.Best?.Epoch.ToString(CultureInfo.InvariantCulture) ?? "-",
        Number(r.Best?.TrainLoss), Number(r.Best?.ValidationLoss), .. MetricNames.Select(name => Number(r.Metrics.LastOrDefault(m => m.Name == name)?.Value)), r.Seconds?.ToString("F1", CultureInfo.InvariantCulture) ?? "-",
    ]);

    static bool IsNotValidated(RunLog run) => run.Best is not { ValidationLoss: not null };

    static double Loss(RunLog run) => run.Best is { } best && !double.IsNaN(best.Monitored) ? best.Monitored : double.PositiveInfinity;

    static string Number(double? value) => value?.ToString("G5", CultureInfo.InvariantCulture) ?? "-";
}
