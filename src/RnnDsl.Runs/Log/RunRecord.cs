using System.Diagnostics;
using System.Globalization;
using RnnDsl.Metrics;
using RnnDsl.Sequences;
using RnnDsl.Storage;
using RnnDsl.Training;

namespace RnnDsl.Runs;

/// <summary>
/// The record of a training, in a folder of its own: <c>run.jsonl</c> with settings, versions, the data's fingerprint, curves, metrics and reports, event files for TensorBoard, and <c>run.html</c>, a page that
/// shows it all. Lines are written as the training goes on, so that a killed process leaves what it had done. Where a disk fails, the training goes on without its record, and <see cref="Finish"/> says so.
/// <code>
/// using var run = RunRecord.Start("runs/pumps-1", trainer, data.Train, data.Validation);
/// History history = run.Fit();
/// run.Add("Test", report);
/// run.Finish();
/// </code>
/// </summary>
public sealed partial class RunRecord : IDisposable
{
    /// <summary>Reports of more classes are kept as text alone, because their matrix would be a large page.</summary>
    internal const int MostClasses = 200;

    readonly Trainer trainer;
    readonly Dataset train;
    readonly Dataset? validation;
    readonly RunOptions options;
    readonly RunLines lines;
    readonly EventFile? events;
    readonly long started = Stopwatch.GetTimestamp();
    long step;
    bool ended, closed, listens;

    RunRecord(string folder, Trainer trainer, Dataset train, Dataset? validation, RunOptions options)
    {
        (Folder, this.trainer, this.train, this.validation, this.options) = (folder, trainer, train, validation, options);
        lines = new RunLines(Path.Combine(folder, RunLog.FileName));
        events = options.TensorBoard ? new EventFile(folder) : null;
    }

    /// <summary>The folder.</summary>
    public string Folder { get; }

    /// <summary>What kept a line from being written, such as a full disk; null if all is written. From there on nothing was recorded.</summary>
    public Exception? Fault { get; private set; }

    /// <summary>Begins the record of a training, and listens to its trainer from now on.</summary>
    /// <param name="folder">The folder, which is created. It must not have a run yet; see <see cref="NewFolder"/>.</param>
    /// <param name="trainer">What will train.</param>
    /// <param name="train">The training data.</param>
    /// <param name="validation">The validation data, or null.</param>
    /// <param name="options">What is written; null for the defaults.</param>
    /// <exception cref="IOException">The folder has a run already, or cannot be written.</exception>
    public static RunRecord Start(string folder, Trainer trainer, Dataset train, Dataset? validation = null, RunOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        ArgumentNullException.ThrowIfNull(trainer);
        ArgumentNullException.ThrowIfNull(train);
        options ??= new RunOptions();
        options.Check();
        OutputFolder.Create(folder);
        if (File.Exists(Path.Combine(folder, RunLog.FileName)))
            throw new IOException($"'{folder}' has a run already: choose another folder, or take the next free one from {nameof(RunRecord)}.{nameof(NewFolder)}.");
        var record = new RunRecord(folder, trainer, train, validation, options);
        try
        {
            record.Begin();
        }
        catch
        {
            record.Close();
            throw;
        }
        return record;
    }

    /// <summary>A new folder for a run beside others: "runs/pumps-1", and the next time "runs/pumps-2". It is created.</summary>
    /// <param name="parent">The folder of all runs.</param>
    /// <param name="name">The name of the run, without the number: one name of a folder, not a path.</param>
    /// <exception cref="ArgumentException">The name is empty, or leads to another place than the parent.</exception>
    public static string NewFolder(string parent, string name)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        if (name.AsSpan().ContainsAny('/', '\\') || name.AsSpan().ContainsAny(Path.GetInvalidFileNameChars()))
            throw new ArgumentException($"'{name}' is no name of a folder: give the path as the parent, and a name without separators.", nameof(name));
        OutputFolder.Create(parent);
        for (int number = 1; ; number++)
        {
            string folder = Path.Combine(parent, string.Create(CultureInfo.InvariantCulture, $"{name}-{number}"));
            if (Directory.Exists(folder) || File.Exists(folder))
                continue;
            OutputFolder.Create(folder);
            return folder;
        }
    }

    /// <summary>Trains with the data of the record and records how it ended, also if that was an exception.</summary>
    /// <exception cref="DivergenceException">The loss is no longer finite. The record says so.</exception>
    public History Fit() => Fit(CancellationToken.None);

    /// <summary>Trains with the data of the record, as <see cref="Fit()"/> does, until the caller cancels.</summary>
    /// <param name="cancellation">Ends the training between two steps; see <see cref="Trainer.Fit(Dataset, Dataset, CancellationToken)"/>.</param>
    public History Fit(CancellationToken cancellation) => Fit(() => trainer.Fit(train, validation, cancellation));

    /// <summary>Trains in another way, such as with a bar of progress, and records how it ended, also if that was an exception.</summary>
    /// <param name="fit">Calls the trainer's <see cref="Trainer.Fit(Dataset, Dataset, CancellationToken)"/>: <c>() => trainer.FitWithProgress(train, validation)</c>.</param>
    /// <exception cref="InvalidOperationException">This record has the end of a training already.</exception>
    public History Fit(Func<History> fit)
    {
        ArgumentNullException.ThrowIfNull(fit);
        RequireOpen();
        if (ended)
            throw new InvalidOperationException($"The record '{Folder}' has its training: start another record for another one.");
        try
        {
            History history = fit();
            End(history.Stop switch { StopReason.Finished => RunOutcome.Finished, StopReason.Patience => RunOutcome.Patience, _ => RunOutcome.Canceled }, history.StartLoss, null);
            return history;
        }
        catch (Exception e)
        {
            End(e is DivergenceException ? RunOutcome.Diverged : RunOutcome.Failed, null, e.Message);
            throw;
        }
    }

    /// <summary>Adds a report of classes, with its confusion matrix unless it has more than 200 classes.</summary>
    /// <param name="title">Its title, such as "Test".</param>
    /// <param name="report">The report.</param>
    public void Add(string title, ClassificationReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        int classes = report.Classes.Count;
        int[] shown = [.. Enumerable.Range(0, classes > MostClasses ? 0 : classes)];
        Add(new RunReport(title, report.ToString())
        {
            Classes = [.. shown.Select(i => report.Classes[i])], Support = [.. shown.Select(i => report.Scores[i].Support)],
            Confusion = [.. shown.Select(i => (IReadOnlyList<long>)[.. shown.Select(j => report.Confusion(i, j))])],
        });
    }

    /// <summary>Adds a report of any kind as text.</summary>
    /// <param name="title">Its title.</param>
    /// <param name="text">The report: <c>report.ToString()</c>.</param>
    public void Add(string title, string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        Add(new RunReport(title, text));
    }

    /// <summary>Adds a number, such as an error on test data, by which runs are compared.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="value">The number.</param>
    public void AddMetric(string name, double value)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        RequireOpen();
        Try(() =>
        {
            lines.Write(RunKinds.Metric, json =>
            {
                json.WriteString("name", name);
                RunLines.Number(json, "value", value);
            });
            events?.Scalar(step, "metric/" + name, value);
        });
    }

    /// <summary>Adds what the units and gates of all cells do over one example.</summary>
    /// <param name="activity">From <see cref="CellActivity.Of"/>.</param>
    public void Add(CellActivity activity)
    {
        ArgumentNullException.ThrowIfNull(activity);
        RequireOpen();
        Try(() => lines.Write(RunKinds.Activity, activity.Write));
    }

    /// <summary>Closes the record and writes its page.</summary>
    /// <exception cref="IOException">The record is not complete; the message says why. The training and the model are not concerned.</exception>
    public void Finish()
    {
        Dispose();
        if (Fault is { } fault)
            throw new IOException($"The record in '{Folder}' is not complete: {fault.Message}", fault);
    }

    /// <summary>Closes the record and writes its page, as <see cref="Finish"/> does, but without an exception: <see cref="Fault"/> has it. A training that has not ended is recorded as abandoned.</summary>
    public void Dispose()
    {
        if (closed)
            return;
        if (!ended)
            End(RunOutcome.Abandoned, null, null);
        Close();
        Try(() => RunPage.Write(Folder));
    }

    double Elapsed => Stopwatch.GetElapsedTime(started).TotalSeconds;

    void RequireOpen() => ObjectDisposedException.ThrowIf(closed, this);

    /// <summary>Writes, unless writing has failed before: a full disk must not end the training.</summary>
    void Try(Action write)
    {
        if (Fault is not null)
            return;
        try
        {
            write();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Fault = e;
        }
    }

    void Unlisten()
    {
        if (!listens)
            return;
        trainer.StepDone -= OnStep;
        trainer.EpochDone -= OnEpoch;
        listens = false;
    }

    void Close()
    {
        closed = true;
        Unlisten();
        lines.Dispose();
        events?.Dispose();
    }
}
