using RnnDsl.Execution.Tests.Cells;
using RnnDsl.Metrics;
using RnnDsl.Sequences;
using RnnDsl.Terminal;
using RnnDsl.Training;
using Spectre.Console;

namespace RnnDsl.Execution.Tests;

/// <summary>What a user sees of a training: numbers by name, a rate to begin with, what the model consists of, a bar.</summary>
public class FirstHourTests
{
    static ForecastData Waves()
    {
        var values = new float[3 * 400];
        for (int i = 0; i < values.Length; i++)
            values[i] = MathF.Sin(i / 3 / (2f + i % 3)) * 10 + 50;
        return ForecastData.Create(new TimeSeries(["a", "b", "c"], values), new WindowOptions { Length = 12, Horizon = 4, Targets = ["a"] }, new ChronologicalSplit(280, 60, 60));
    }

    [Fact]
    public void Metrics_are_computed_after_each_epoch_and_decide_nothing()
    {
        ForecastData data = Waves();
        History Train(IReadOnlyList<Metric>? metrics, Forecaster model)
        {
            using var trainer = new Trainer(model, new AdamW(5e-3)) { Epochs = 4, Metrics = metrics ?? [] };
            return trainer.Fit(data.Train, data.Validation);
        }

        Forecaster with = new(3, 12, 4, seed: 1), without = new(3, 12, 4, seed: 1);
        History history = Train([Metric.Rmse(with, data), Metric.Skill(with, data), new Metric("examples", part => part.Count)], with);
        Train(null, without);
        Assert.Equal(without.Parameters.ReadOnlyValues.ToArray(), with.Parameters.ReadOnlyValues.ToArray());
        Assert.All(history.Epochs, epoch => Assert.Equal(["RMSE", "skill", "examples"], epoch.Metrics.Select(m => m.Name)));
        EpochReport best = history.Best!;
        Assert.Equal(data.Validation.Count, best.Metrics[2].Value);
        // Below the deviation of the wave, which is what its mean would have.
        Assert.InRange(best.Metrics[0].Value, 0, 10 / Math.Sqrt(2));
        Assert.InRange(best.Metrics[1].Value, 0, 1);
        // The best parameters are the model's now.
        Assert.Equal(best.Metrics[0].Value, Metric.Rmse(with, data).Measure(data.Validation), 1e-6);
        Assert.Contains("skill", history.ToString());
    }

    [Fact]
    public void A_scan_of_rates_suggests_one_that_trains_and_leaves_the_model_as_it_was()
    {
        ForecastData data = Waves();
        var model = new Forecaster(3, 12, 4, seed: 1);
        float[] before = model.Parameters.Snapshot();
        LearningRateScan scan = LearningRateFinder.Scan(model, new AdamW(1), data.Train);
        Assert.Equal(before, model.Parameters.Snapshot());
        Assert.InRange(scan.Suggested, 1e-5, 0.1);
        Assert.Equal(scan.Points.Select(p => p.Rate), scan.Points.Select(p => p.Rate).Order());
        Assert.Contains("Suggested", scan.ToString());
        using var trainer = new Trainer(model, new AdamW(scan.Suggested)) { Epochs = 5 };
        History history = trainer.Fit(data.Train, data.Validation);
        Assert.True(history.Best!.ValidationLoss < history.StartLoss / 2, history.ToString());
        Assert.Throws<ArgumentException>(() => LearningRateFinder.Scan(model, new AdamW(1), data.Train, from: 1, to: 0.1));
    }

    [Fact]
    public void A_summary_names_layers_shapes_and_sums()
    {
        var model = new Forecaster(3, 12, 4, seed: 1);
        ModelSummary summary = model.Summary();
        Assert.Equal(model.Info.Parameters.Sum(p => p.Length), summary.Trained + summary.Fixed);
        Assert.Equal(summary.Trained, summary.Layers.Sum(l => l.Count));
        Assert.Equal(4 * summary.Trained, summary.Bytes);
        Assert.Contains("12×12", summary.ToString());
        Assert.All(summary.ToString().Split('\n'), line => Assert.InRange(line.Length, 0, 80));
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, false)]
    [InlineData(true, true)]
    public void A_bar_shows_epochs_losses_and_metrics_in_a_terminal_alone(bool isTerminal, bool inParts)
    {
        ForecastData data = Waves();
        var model = new Forecaster(3, 12, 4, seed: 1);
        using var trainer = new Trainer(model, new AdamW(5e-3)) { Epochs = 3, Metrics = [Metric.Rmse(model, data)] };
        using var output = new StringWriter();
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(output), Interactive = isTerminal ? InteractionSupport.Yes : InteractionSupport.No, Ansi = isTerminal ? AnsiSupport.Yes : AnsiSupport.No,
        });
        console.Profile.Width = 200;
        string folder = Directory.CreateTempSubdirectory("rnndsl").FullName;
        PartitionedDataset.Write(folder, 2, data.Train);
        using PartitionedDataset? parts = inParts ? PartitionedDataset.Open(folder) : null;
        History history = parts is null ? trainer.FitWithProgress(data.Train, data.Validation, "Waves", console)
            : trainer.FitWithProgress(parts, data.Validation, "Waves", console);
        parts?.Dispose();
        Directory.Delete(folder, recursive: true);
        Assert.Equal(3, history.Epochs.Count);
        string text = output.ToString();
        if (!isTerminal)
        {
            Assert.Equal("", text);
            return;
        }
        Assert.Contains("Waves: epoch 3/3, loss ", text);
        Assert.Contains("RMSE", text);
        Assert.Contains("100%", text);
        // The cursor is shown again.
        Assert.True(text.LastIndexOf("\e[?25h", StringComparison.Ordinal) > text.LastIndexOf("\e[?25l", StringComparison.Ordinal));
    }

    [Fact]
    public void The_numbers_of_a_classification_report_are_those_of_scikit_learn()
    {
        // sklearn.metrics.classification_report([0,0,1,1,2,2,2,2], [0,1,1,1,2,0,2,1], digits=4)
        var report = new ClassificationReport(["a", "b", "c"], [0, 0, 1, 1, 2, 2, 2, 2], [0, 1, 1, 1, 2, 0, 2, 1]);
        Assert.Equal((0.5, 0.5, 0.5, 2L), (report.Scores[0].Precision, report.Scores[0].Recall, report.Scores[0].F1, report.Scores[0].Support));
        Assert.Equal((0.5, 1.0), (report.Scores[1].Precision, report.Scores[1].Recall));
        Assert.Equal(2.0 / 3, report.Scores[2].F1, 1e-12);
        Assert.Equal(0.625, report.Accuracy);
        Assert.Equal((0.5 + 0.5 + 1) / 3, report.MacroAverage.Precision, 1e-12);
        Assert.Equal(0.5 * 0.25 + 0.5 * 0.25 + 1 * 0.5, report.WeightedAverage.Precision, 1e-12);
        Assert.Equal(0.5, report.MajorityAccuracy);
        Assert.Equal(1, report.Confusion(actual: 2, predicted: 0));
        Assert.Contains("precision    recall  f1-score   support", report.ToString());
        // A class that nobody said and that is not there has zeros.
        var absent = new ClassificationReport(["a", "b"], [0], [0]);
        Assert.Equal((0.0, 0.0, 0.0), (absent.Scores[1].Precision, absent.Scores[1].Recall, absent.Scores[1].F1));
        Assert.Throws<ArgumentException>(() => new ClassificationReport(["a"], [1], [0]));
    }
}
