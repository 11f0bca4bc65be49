using System.Globalization;
using RnnDsl.Execution.Tests.Cells;
using RnnDsl.Metrics;
using RnnDsl.Terminal;
using RnnDsl.Training;
using RnnDsl.Tuning;
using Spectre.Console;

namespace RnnDsl.Execution.Tests;

/// <summary>Tables and curves in terminals of 60 and 80 characters, and in one that is narrower than anybody has: no line is longer, and no number is cut.</summary>
public class TerminalTests
{
    public static TheoryData<int> Widths => [60, 80, 40, 200];

    [Theory]
    [MemberData(nameof(Widths))]
    public void A_confusion_matrix(int width)
    {
        string[] classes = ["normal", "cavitation at the inlet", "leak", "bearing", "imbalance", "misalignment", "blocked", "off"];
        ClassificationReport report = Report(classes, 123_456);
        string[] tokens = Render(width, console => report.WriteConfusion(console));
        for (int i = 0; i < classes.Length; i++)
            Assert.Contains(Text(report.Confusion(i, i)), tokens);
        Assert.Contains("misalignment", tokens);

        tokens = Render(width, console => Report([.. Enumerable.Range(0, 12).Select(i => $"class {i}")], 50_000).WriteConfusion(console));
        Assert.Contains("times", tokens);

        // Long names leave room for the numbers; of 150 classes ten mistakes are listed.
        string[] many = [.. Enumerable.Range(0, 150).Select(i => $"an intent with quite a long name that says what a customer wants, number {i}")];
        ClassificationReport intents = Report(many, 50_000);
        string[] lines = Lines(width, console => intents.WriteConfusion(console));
        Assert.InRange(lines.Length, 10, 20);
        Assert.Contains(Text(intents.LargestConfusions(1)[0].Count), Render(width, console => intents.WriteConfusion(console)));
        Assert.Equal(["No class was taken for another."], Lines(80, console => new ClassificationReport(classes.Append("more").ToArray(), [0], [0]).WriteConfusion(console)));
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void Entities_several_labels_and_what_is_zero_of_zero(int width)
    {
        string[][] actual = ["B-PER I-PER O B-work-of-art".Split(' '), "O B-LOC".Split(' ')], said = ["B-PER I-PER O O".Split(' '), "B-LOC B-LOC".Split(' ')];
        var entities = new EntityReport(actual, said);
        string[] tokens = Render(width, console => entities.WriteTable("Entities", console));
        Assert.Contains("overall", tokens);
        Assert.Contains(entities.F1.ToString("F4", CultureInfo.InvariantCulture), tokens);
        ClassificationReport tags = ClassificationReport.OfTags(actual, said).Without("O");
        Assert.Contains("0/0,", Render(width, console => tags.WriteTable("Tags", console)));
        Assert.Contains("micro", Render(width, console => tags.WriteTable("Tags", console)));
        Assert.Contains("samples", Render(width, console => new MultiLabelReport(["a", "b"], [[true, false]], [[true, true]]).WriteTable("Labels", console)));
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void A_classification_report(int width)
    {
        ClassificationReport report = Report(["normal", "cavitation at the inlet", "leak"], 123_456);
        string[] tokens = Render(width, console => report.WriteTable("Pumps", console));
        foreach (ClassScore score in report.Scores)
            foreach (double value in new[] { score.Precision, score.Recall, score.F1 })
                Assert.Contains(value.ToString("F4", CultureInfo.InvariantCulture), tokens);
        Assert.All(report.ToString().Split('\n'), line => Assert.InRange(line.Length, 0, 80));
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void A_report_of_forecasts(int width)
    {
        const int Horizon = 48;
        float[] actual = [.. Enumerable.Range(0, 20 * Horizon).Select(i => 12_345 + 1000 * MathF.Sin(i))];
        var report = new ForecastReport(actual, Horizon).Add("a model with a long name", actual.Select(a => a * 1.001f).ToArray()).Add("last value", actual.Select(a => a * 1.1f).ToArray());
        string[] tokens = Render(width, console => report.WriteTable("Load (MW), the newest 3000 rows", console));
        foreach (ForecastScore score in report.Scores)
            foreach (int step in new[] { 1, 3, 6, 12, 24, 48 })
                Assert.Contains(score.Steps[step - 1].Rmse is var rmse && rmse >= 100 ? rmse.ToString("F1", CultureInfo.InvariantCulture) : rmse.ToString("G3", CultureInfo.InvariantCulture), tokens);
        Assert.All(report.ToString().Split('\n'), line => Assert.InRange(line.Length, 0, 80));
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void A_history_and_its_curve(int width)
    {
        History history = Course(100);
        string[] tokens = Render(width, console => history.WriteTable(console: console));
        Assert.Contains("100", tokens);
        Assert.Contains("*", tokens);
        Assert.Contains("accuracy", tokens);
        Assert.Contains(history.Best!.ValidationLoss!.Value.ToString("G3", CultureInfo.InvariantCulture), tokens);

        string curve = string.Join('\n', Lines(width, console => history.WriteCurve(console: console)));
        Assert.Contains("* best: epoch 70", curve);
        Assert.Contains("o validation", curve);
        Assert.Contains("epoch", curve);
        Assert.InRange(curve.Split('\n').Length, 17, 19);
        // The validation loss begins at the top, and the training loss ends at the bottom.
        string[] picture = [.. curve.Split('\n').Where(line => line.Contains('|') || line.Contains('+')).Select(line => line[(line.IndexOfAny(['|', '+']) + 1)..])];
        Assert.StartsWith("o", picture[0]);
        Assert.EndsWith(".", picture[12]);
        Assert.All(history.ToString().Split('\n'), line => Assert.InRange(line.Length, 0, 80));
    }

    [Fact]
    public void A_course_of_one_epoch_or_none_has_a_curve_too()
    {
        Assert.Equal(["No epoch was completed."], Lines(80, console => new History([], StopReason.Canceled).WriteCurve(console: console)));
        Assert.Equal(17, Lines(80, console => Course(1).WriteCurve(console: console)).Length);
        Assert.Equal(17, Lines(80, console => new History([new EpochReport(1, double.PositiveInfinity, 2, 1e-3, 1, 1, false)], StopReason.Finished).WriteCurve(console: console)).Length);
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void A_summary_and_what_is_trained(int width)
    {
        var model = new Forecaster(3, 128, 24, seed: 1);
        string[] tokens = Render(width, console => model.Summary().WriteTable(console));
        foreach (LayerSummary layer in model.Summary().Layers)
            Assert.Contains(layer.Count.ToString("N0", CultureInfo.InvariantCulture), tokens);
        TuningReport report = new FineTuning(model).Freeze("*").Scale("head.*", 0.1).Report;
        tokens = Render(width, console => report.WriteTable("Fine-tuning", console));
        Assert.All(report.Parameters, parameter => Assert.Contains(Text(parameter.Count), tokens));
        Assert.All(report.ToString().Split('\n'), line => Assert.InRange(line.Length, 0, 80));
    }

    /// <summary>Of a training whose validation loss is least at epoch 70, and falls to a hundredth.</summary>
    static History Course(int epochs) => new([.. Enumerable.Range(1, epochs).Select(e => new EpochReport(e, 10 * Math.Exp(-e / 20.0), 12 * Math.Exp(-Math.Min(e, 140 - e) / 20.0), 2e-3, 1, 1.5, e <= 70)
    {
        Metrics = [new MetricValue("accuracy", 0.9 + e * 1e-4), new MetricValue("F1", 0.8)],
    })], StopReason.Finished);

    static ClassificationReport Report(string[] classes, int examples)
    {
        int[] actual = [.. Enumerable.Range(0, examples).Select(i => i % 251 * (i % 251) % 31 % classes.Length)];
        return new ClassificationReport(classes, actual, [.. actual.Select((a, i) => i % 7 == 0 ? (a + 1) % classes.Length : a)]);
    }

    static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);

    /// <summary>What stands between spaces and lines of tables.</summary>
    internal static string[] Render(int width, Action<IAnsiConsole> write) => [.. Lines(width, write).SelectMany(line => line.Split([' ', '│', '┃'], StringSplitOptions.RemoveEmptyEntries))];

    internal static string[] Lines(int width, Action<IAnsiConsole> write)
    {
        using var output = new StringWriter();
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(output), Interactive = InteractionSupport.No, Ansi = AnsiSupport.No, ColorSystem = ColorSystemSupport.NoColors });
        console.Profile.Width = width;
        write(console);
        string[] lines = output.ToString().ReplaceLineEndings("\n").TrimEnd('\n').Split('\n');
        Assert.All(lines, line => Assert.InRange(line.TrimEnd().Length, 0, width));
        return lines;
    }
}
