using System.Globalization;
using RnnDsl.Terminal;
using RnnDsl.Training;

namespace RnnDsl.Runs;

/// <summary>The page of a run: curves, settings, data, reports and what units and gates did. It is one file, which asks for no other and runs no script.</summary>
public static class RunPage
{
    /// <summary>The name of the file in the folder of a run.</summary>
    public const string FileName = "run.html";

    /// <summary>Writes the page of a run from its file of JSON lines, also of a run that was killed or still goes on. An existing page is replaced.</summary>
    /// <param name="folder">The folder of the run.</param>
    /// <exception cref="FileNotFoundException">There is no run.</exception>
    /// <exception cref="InvalidDataException">The file of the run is damaged.</exception>
    public static void Write(string folder) => PageFrame.Write(Path.Combine(folder, FileName), Text(RunLog.Read(folder)));

    /// <summary>The page as text.</summary>
    /// <param name="log">The run.</param>
    public static string Text(RunLog log)
    {
        ArgumentNullException.ThrowIfNull(log);
        var page = new Html();
        Head(page, log);
        Curves(page, log);
        foreach (RunReport report in log.Reports)
            Report(page, report);
        foreach (CellActivity activity in log.Activities)
            Activity(page, activity);
        Settings(page, log);
        Epochs(page, log);
        return PageFrame.Of($"{log.Name}: {log.Setting("model", "Name")}", page);
    }

    internal static string Describe(RunLog log) => log.Outcome switch
    {
        RunOutcome.Finished => "All epochs are done.",
        RunOutcome.Patience => "The patience ended.",
        RunOutcome.Canceled => "It was canceled.",
        RunOutcome.Diverged => $"It diverged: {log.Message}",
        RunOutcome.Failed => $"It failed: {log.Message}",
        RunOutcome.Abandoned => "The record was closed before a training had ended, or the training ran outside of run.Fit, which writes down how it ends.",
        _ => "Its end is not recorded: it still runs, or its process was killed.",
    };

    static void Head(Html page, RunLog log)
    {
        page.Line($"<h1>{Html.Escape(log.Name)}</h1>");
        page.Line($"<p>{Html.Escape($"{log.Setting("model", "Name")}, begun {log.Started.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture)} UTC. {Describe(log)}{(log.StartLoss is not null && log.Epochs.Count > 0 && log.Best is null ? " No epoch was better than the start." : "")}")}{(log.IsCut ? " Its last line is broken and left out." : "")}</p>");
        page.Raw("<dl class=\"facts\">");
        Fact("epochs", log.Epochs.Count.ToString(CultureInfo.InvariantCulture));
        if (log.Best is { } best)
            Fact(best.ValidationLoss is null ? "least training loss" : "least validation loss", string.Create(CultureInfo.InvariantCulture, $"{best.Monitored:G5} (epoch {best.Epoch})"));
        if (log.StartLoss is { } start)
            Fact("validation loss at the start", Number(start));
        foreach (MetricValue metric in log.Best?.Metrics ?? [])
            Fact($"{metric.Name}, best epoch", Number(metric.Value));
        foreach (MetricValue metric in log.Metrics)
            Fact(metric.Name, Number(metric.Value));
        Fact("parameters", log.Setting("model", "Parameters") ?? "");
        if (log.Seconds is { } seconds)
            Fact("seconds", seconds.ToString("F1", CultureInfo.InvariantCulture));
        page.Raw("</dl>");

        void Fact(string name, string value) => page.Line($"<div><dt>{Html.Escape(name)}</dt><dd>{Html.Escape(value)}</dd></div>");
    }

    static void Curves(Html page, RunLog log)
    {
        page.Raw("<section><h2>Curves</h2>");
        if (log.Epochs.Count == 0)
            page.Raw("<p>No epoch was completed.</p>");
        (double, string)? best = log.Best is { } least ? (least.Epoch, string.Create(CultureInfo.InvariantCulture, $"best: epoch {least.Epoch}")) : null;
        page.Raw("<div class=\"curves\">");
        List<CurveLine> losses = [Line("training", e => e.TrainLoss)];
        if (log.Epochs.Any(e => e.ValidationLoss is not null))
            losses.Add(Line("validation", e => e.ValidationLoss ?? double.NaN));
        page.Raw(CurvePicture.Draw("Loss", "epoch", losses, best));
        foreach (string metric in log.Epochs.SelectMany(e => e.Metrics).Select(m => m.Name).Distinct())
            page.Raw(CurvePicture.Draw(metric, "epoch", [Line(metric + ", validation data", e => e.Metrics.FirstOrDefault(m => m.Name == metric)?.Value ?? double.NaN)], best));
        if (log.Steps.Count > 0)
        {
            page.Raw(CurvePicture.Draw("Loss of recorded steps", "step", [Steps("training", s => s.Loss)]));
            page.Raw(CurvePicture.Draw("Learning rate", "step", [Steps("learning rate", s => s.LearningRate)]));
            page.Raw(CurvePicture.Draw("Norm of the gradient, before clipping", "step", [Steps("norm", s => s.GradientNorm)]));
        }
        else
        {
            page.Raw(CurvePicture.Draw("Learning rate", "epoch", [Line("learning rate", e => e.LearningRate)]));
            page.Raw(CurvePicture.Draw("Norm of the gradient, before clipping", "epoch", [Line("mean norm", e => e.GradientNorm)]));
        }
        page.Raw("</div></section>");

        CurveLine Line(string name, Func<EpochReport, double> value) => new(name, [.. log.Epochs.Select(e => ((double)e.Epoch, value(e)))]);

        CurveLine Steps(string name, Func<StepReport, double> value) => new(name, [.. log.Steps.Select(s => ((double)s.Step, value(s)))]);
    }

    static void Report(Html page, RunReport report)
    {
        page.Line($"<section><h2>{Html.Escape(report.Title)}</h2>").Line($"<pre>{Html.Escape(report.Text)}</pre>");
        if (report.Classes.Count > 0)
        {
            var counts = new ConfusionCounts(report.Classes, report.Support, (actual, said) => report.Confusion[actual][said]);
            page.Line($"<figure><figcaption>The confusion matrix: rows are the true classes, columns what was said. The report above has its numbers.</figcaption><div class=\"paper wide\" role=\"img\" aria-label=\"Confusion matrix of {report.Classes.Count} classes\">");
            page.Raw(ConfusionPicture.Draw(counts, "")).Raw("</div></figure>");
        }
        page.Raw("</section>");
    }

    static void Activity(Html page, CellActivity activity)
    {
        page.Line($"<section><h2>Units and gates: {Html.Escape(activity.Title)}</h2>");
        page.Line($"<p>Values that have a name in the equations, over the steps of one example, from left to right. They are computed from the equations in double precision; the result differs from that of the compiled program by at most {activity.Difference:G2}.</p>");
        if (activity.Traces.Count == 0)
            page.Raw("<p>The equations of this method name no value of steps, and have no layer that runs over them.</p>");
        foreach (IGrouping<string, UnitTrace> layer in activity.Traces.GroupBy(t => t.Layer))
        {
            page.Line($"<h3>{Html.Escape(layer.Key)}</h3><div class=\"maps\">");
            foreach (UnitTrace trace in layer)
                page.Raw(ActivityPicture.Draw(trace, trace.Axis >= 0 && trace.Axis < activity.Labels.Count ? activity.Labels[trace.Axis] : []));
            page.Raw("</div>");
        }
        if (activity.LeftOut > 0)
            page.Line($"<p>{activity.LeftOut} more values are not shown.</p>");
        page.Raw("</section>");
    }

    static void Settings(Html page, RunLog log)
    {
        page.Raw("<section><h2>Data</h2>");
        page.Table(["data", "examples", "columns", "SHA-256"], log.Data.Select(d => (IReadOnlyList<string>)[d.Part, d.Examples.ToString(CultureInfo.InvariantCulture), string.Join("; ", d.Columns), d.Fingerprint]),
            "The same fingerprint means the same names, shapes, lengths and values.");
        page.Raw("</section><section><h2>Settings and versions</h2>");
        foreach (IGrouping<string, RunSetting> section in log.Settings.GroupBy(s => s.Section))
            page.Table(["name", "value"], section.Select(s => (IReadOnlyList<string>)[s.Name, s.Value]), section.Key);
        page.Raw("</section>");
        if (log.Equations.Count == 0)
            return;
        page.Raw("<section><h2>Equations</h2>");
        foreach (IGrouping<string, string> layer in log.Equations.GroupBy(e => e.Layer, e => e.Equation))
            page.Line($"<h3>{Html.Escape(layer.Key)}</h3><pre>{Html.Escape(string.Join('\n', layer))}</pre>");
        page.Raw("</section>");
    }

    static void Epochs(Html page, RunLog log)
    {
        if (log.Epochs.Count == 0)
            return;
        string[] metrics = [.. log.Epochs.SelectMany(e => e.Metrics).Select(m => m.Name).Distinct()];
        page.Raw("<section><h2>Epochs</h2><details><summary>The numbers of the curves</summary>");
        page.Table(["epoch", "training", "validation", .. metrics, "learning rate", "norm", "seconds", "improved"], log.Epochs.Select(e => (IReadOnlyList<string>)
            [e.Epoch.ToString(CultureInfo.InvariantCulture), Number(e.TrainLoss), e.ValidationLoss is { } loss ? Number(loss) : "-", .. metrics.Select(m => e.Metrics.FirstOrDefault(v => v.Name == m) is { } value ? Number(value.Value) : "-"),
                Number(e.LearningRate), Number(e.GradientNorm), e.Seconds.ToString("F2", CultureInfo.InvariantCulture), e.Improved ? "yes" : ""]), "One row for each epoch.");
        page.Raw("</details></section>");
    }

    static string Number(double value) => value.ToString("G5", CultureInfo.InvariantCulture);
}
