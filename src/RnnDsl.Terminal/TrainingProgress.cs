using System.Globalization;
using RnnDsl.Sequences;
using RnnDsl.Training;
using Spectre.Console;

namespace RnnDsl.Terminal;

/// <summary>Trains in a terminal.</summary>
public static class TrainingProgress
{
    /// <summary>
    /// Trains like <see cref="Trainer.Fit(Dataset, Dataset, CancellationToken)"/> and shows a bar with the epoch, the losses, the trainer's <see cref="Trainer.Metrics"/>, the
    /// learning rate and the time that is left. If the output is no terminal, nothing is written. Ctrl-C or SIGTERM (see <see cref="Interruption"/>) ends the training after the
    /// current step: the model then has its best parameters, and <see cref="History.Stop"/> says that it was canceled. A second such signal ends the program.
    /// </summary>
    /// <param name="trainer">The trainer.</param>
    /// <param name="train">The training data, see <see cref="Trainer.Fit(Dataset, Dataset, CancellationToken)"/>.</param>
    /// <param name="validation">The validation data, see <see cref="Trainer.Fit(Dataset, Dataset, CancellationToken)"/>.</param>
    /// <param name="title">The title of the bar.</param>
    /// <param name="console">The console that is written to; null for the program's own.</param>
    /// <returns>The course of the training.</returns>
    public static History FitWithProgress(this Trainer trainer, Dataset train, Dataset? validation = null, string title = "Training", IAnsiConsole? console = null) =>
        Fit(trainer, cancellation => trainer.Fit(train, validation, cancellation), title, console);

    /// <summary>Trains like <see cref="Trainer.Fit(PartitionedDataset, PartitionedDataset, CancellationToken)"/>, as
    /// <see cref="FitWithProgress(Trainer, Dataset, Dataset, string, IAnsiConsole)"/> does. Each rank calls it, and those without a terminal show nothing.</summary>
    /// <inheritdoc cref="FitWithProgress(Trainer, Dataset, Dataset, string, IAnsiConsole)"/>
    public static History FitWithProgress(
        this Trainer trainer, PartitionedDataset train, PartitionedDataset? validation = null, string title = "Training", IAnsiConsole? console = null) =>
        Fit(trainer, cancellation => trainer.Fit(train, validation, cancellation), title, console);

    /// <summary>Trains like <see cref="Trainer.Fit(PartitionedDataset, Dataset, CancellationToken)"/>, as
    /// <see cref="FitWithProgress(Trainer, Dataset, Dataset, string, IAnsiConsole)"/> does. Each rank calls it, and those without a terminal show nothing.</summary>
    /// <inheritdoc cref="FitWithProgress(Trainer, Dataset, Dataset, string, IAnsiConsole)"/>
    public static History FitWithProgress(
        this Trainer trainer, PartitionedDataset train, Dataset validation, string title = "Training", IAnsiConsole? console = null) =>
        Fit(trainer, cancellation => trainer.Fit(train, validation, cancellation), title, console);

    static History Fit(Trainer trainer, Func<CancellationToken, History> fit, string title, IAnsiConsole? console)
    {
        console ??= AnsiConsole.Console;
        using var interruption = new Interruption();
        if (!console.Profile.Capabilities.Interactive)
            return fit(interruption.Token);
        try
        {
            return console.Progress()
                .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn { Width = 20 }, new PercentageColumn(), new RemainingTimeColumn())
                .Start(progress => Show(trainer, () => fit(interruption.Token), progress.AddTask(Markup.Escape(title)), title));
        }
        finally
        {
            console.Cursor.Show();
        }
    }

    static History Show(Trainer trainer, Func<History> fit, ProgressTask task, string title)
    {
        void Step(StepReport step)
        {
            (task.MaxValue, task.Value) = (step.Steps, step.Step);
            if (step.Epoch == 1)
                task.Description = Markup.Escape(string.Create(CultureInfo.InvariantCulture, $"{title}: loss {step.Loss:G4}"));
        }

        void Epoch(EpochReport epoch) => task.Description = Markup.Escape($"{title}: {Describe(epoch, trainer.Epochs)}");

        trainer.StepDone += Step;
        trainer.EpochDone += Epoch;
        try
        {
            History history = fit();
            if (history.Stop != StopReason.Canceled)
                task.Value = task.MaxValue;
            return history;
        }
        finally
        {
            trainer.StepDone -= Step;
            trainer.EpochDone -= Epoch;
        }
    }

    /// <summary>"epoch 3/20, loss 0.1234, validation 0.1301, accuracy 0.95, rate 0.002".</summary>
    static string Describe(EpochReport epoch, int epochs)
    {
        string validation = epoch.ValidationLoss is { } loss ? string.Create(CultureInfo.InvariantCulture, $", validation {loss:G4}") : "";
        string metrics = string.Concat(epoch.Metrics.Select(metric => string.Create(CultureInfo.InvariantCulture, $", {metric.Name} {metric.Value:G4}")));
        return string.Create(CultureInfo.InvariantCulture, $"epoch {epoch.Epoch}/{epochs}, loss {epoch.TrainLoss:G4}{validation}{metrics}, rate {epoch.LearningRate:G2}");
    }
}
