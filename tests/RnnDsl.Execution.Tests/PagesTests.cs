using System.Reflection;
using System.Text.RegularExpressions;
using RnnDsl.Metrics;
using RnnDsl.Prediction;
using RnnDsl.Sequences;
using RnnDsl.Training;

namespace RnnDsl.Execution.Tests;

/// <summary>What the pages for users say: their snippets compile without a warning and print what is shown, and messages that they quote are those of the library.</summary>
public partial class PagesTests
{
    [Theory]
    [InlineData("training.md")]
    [InlineData("metrics.md")]
    [InlineData("not-learning.md")]
    [InlineData("fine-tuning.md")]
    [InlineData("scaling.md")]
    [InlineData("coming-from.md")]
    [InlineData("cells.md")]
    [InlineData("debugging.md")]
    [InlineData("editor.md")]
    [InlineData("translation.md")]
    public void Snippets_compile_and_print_what_is_shown(string name)
    {
        var page = new Page(name);
        Assembly program = page.Load();
        foreach (int snippet in page.Shown)
        {
            (string? shown, string printed) = page.Run(program, snippet);
            Assert.Equal(shown, printed);
        }
    }

    /// <summary>The snippets about training run, from the first to the last, on a made-up load.</summary>
    [Theory]
    [InlineData("training.md")]
    [InlineData("not-learning.md")]
    [InlineData("fine-tuning.md")]
    [InlineData("scaling.md")]
    public void Snippets_run(string name)
    {
        string folder = Directory.CreateTempSubdirectory("rnndsl-pages-").FullName;
        try
        {
            string[] rows = [.. Enumerable.Range(0, 320).Select(i => FormattableString.Invariant($"{Hour(i)},{50 + 10 * Math.Sin(i * Math.PI / 12):F3},{i % 24},machine {i / 40},{(i % 24 < 6 ? "idle" : "busy")}"))];
            foreach (string file in new[] { "load.csv", "recent.csv" })
                File.WriteAllLines(Path.Combine(folder, file), rows.Prepend("time,load,hour,machine,state"));
            var page = new Page(name);
            Assembly program = page.Load(folder);
            TimeSeries table = Data.CsvSeries.Read(Path.Combine(folder, "load.csv"));
            ForecastData data = ForecastData.Create(table, new WindowOptions { Length = 48, Horizon = 24, Targets = ["load"] }, ChronologicalSplit.Fractions(table.Rows, 0.7, 0.15));
            Module model = Compiled.Make(program, "Forecaster", [], data.Train["x"].Width, 64, 24);
            RnnDsl.Storage.ModelFile.Save(Path.Combine(folder, "forecaster.safetensors"), model, data.Scaler);
            using var trainer = new Trainer(model, new AdamW(2e-3)) { Epochs = 1 };
            var known = new Dictionary<string, object>
            {
                ["model"] = model, ["data"] = data, ["table"] = table, ["trainer"] = trainer, ["history"] = trainer.Fit(data.Train, data.Validation), ["newer"] = data.Parts,
            };
            for (int snippet = 0; snippet < page.Count; snippet++)
                page.Run(program, snippet, known);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    static string Hour(int hour) => new DateTime(2026, 1, 1).AddHours(hour).ToString("yyyy-MM-dd HH:mm", System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Numbers of a message may be others: the page's example is of other data.</summary>
    [Fact]
    public void Messages_are_quoted_as_they_are()
    {
        var page = new Page("not-learning.md");
        string text = Form(page.Text);
        string[] missing = [.. Messages(page.Load()).Where(message => !text.Contains(Form(message), StringComparison.Ordinal))];
        Assert.True(missing.Length == 0, string.Join("\n\n", missing));
    }

    static IEnumerable<string> Messages(Assembly program)
    {
        // Data.
        float[] load = [.. Enumerable.Range(0, 200).Select(i => MathF.Sin(i * 0.3f))];
        TimeSeries Series(Func<int, double> value, Func<int, string>? time = null) => new(["load", "level"], [.. load.SelectMany((l, i) => new[] { l, value(i) })],
            time is null ? null : [new LabelColumn("time", [.. Enumerable.Range(0, load.Length).Select(time)])]);
        ForecastData Forecasts(TimeSeries series) => ForecastData.Create(series, new WindowOptions { Length = 8, Horizon = 2, Targets = ["load"] }, ChronologicalSplit.Fractions(series.Rows, 0.7, 0.15));
        yield return Forecasts(Series(i => i, i => Hour(i == 50 ? 48 : i))).Findings.Single();
        yield return Forecasts(Series(_ => 3.5)).Findings.Single();
        yield return Forecasts(Series(i => i == 40 ? 1e6 : i % 7)).Findings.Single();
        yield return Error(() => Forecasts(Series(i => i == 40 ? double.NaN : i % 7)));
        TimeSeries states = new(["load"], load, [new LabelColumn("state", [.. load.Select(l => l > 0.5 ? "high" : "normal")])]);
        var options = new TableOptions { Target = "state", Window = 8 };
        yield return Error(() => TableData.Create(states, options, TableSplit.Stratified(0.7, 0.15)));

        // Targets and columns.
        Module forecaster = Compiled.Make(program, "Forecaster", [], 1, 4, 2);
        Module classifier = Compiled.Make(program, "Classifier", [], 1, 4, 2);
        Module events = Compiled.Make(Compiled.Load(Events), "Events", [], 1, 4);
        Dataset Happened(float[] targets) => new(Column.Sequences("x", 1, [.. targets.Select(_ => new float[3])]), Column.Vectors("y", [.. targets.Select(t => new[] { t })]));
        yield return Error(() => Train(events, 1e-3, Happened([0, 1, 3])));
        yield return Error(() => Train(forecaster, 1e-3, new Dataset(Column.Sequences("x", 1, new float[3]), Column.Vectors("target", new float[2]))));

        // Training.
        Dataset train = Forecasts(new TimeSeries(["load"], load)).Train;
        yield return Error(() => Train(forecaster, 1e20, train));
        var history = new History([new EpochReport(1, 1, 2, 1e-3, 1, 1, false)], StopReason.Patience) { StartLoss = 1 };
        yield return history.ToString().Split('\n')[^1];
        TableData table = TableData.Create(states, options, TableSplit.ByTime(0.7, 0.15));
        using var predictor = new TablePredictor(classifier, table.Encoder, "Scores");
        yield return Error(() => predictor.Report(table.Test));
    }

    const string Events = """
        using RnnDsl;
        using static RnnDsl.Ops;

        [Model]
        public partial class Events : Model
        {
            class Feature : Dim;
            class Hidden : Dim;
            [Size(1)] class Event : Dim;

            Gru<Feature, Hidden> encoder;
            Linear<Hidden, Event> head;

            Scalar Loss(Seq<Feature> x, Vec<Event> y) => BinaryCrossEntropy(head.Map(Last(encoder.Scan(x))), y);
        }
        """;

    static void Train(Module module, double rate, Dataset data)
    {
        using var trainer = new Trainer(module, new AdamW(rate)) { Epochs = 3 };
        trainer.Fit(data);
    }

    static string Error(Action action)
    {
        Exception? error = Record.Exception(action);
        Assert.NotNull(error);
        return error.Message;
    }

    /// <summary>Without line breaks, the marks of quotations, and what the numbers are.</summary>
    static string Form(string text) => Spaces().Replace(Number().Replace(text.Replace("\n> ", " ", StringComparison.Ordinal), "#"), " ");

    [GeneratedRegex("""\b(NaN|Infinity)\b|-?\d+([.:-]\d+)*([Ee][+-]?\d+)?""")]
    private static partial Regex Number();

    [GeneratedRegex("""\s+""")]
    private static partial Regex Spaces();

    /// <summary>The table of cells names each recurrent cell, and its formulas are those of the cells.</summary>
    [Fact]
    public void The_table_of_cells_counts_right()
    {
        string text = new Page("cells.md").Text;
        string[][] rows = [.. text.Split('\n').Where(line => line.StartsWith("| [`", StringComparison.Ordinal)).Select(line => line.Split('|').Select(c => c.Trim()).ToArray())];
        string[] names = [.. rows.Select(row => Name().Match(row[1]).Groups[1].Value)];
        Assert.Equal(names.Length, names.Distinct().Count());
        Assert.Equal([.. LibraryCells().Select(type => type.Name.Split('`')[0]).Order()], [.. names.Order()]);
        string source = "public static class Counts { public static (double Parameters, double Cost)[] Of(double n, double m, double d) => [" +
            string.Join(", ", rows.Select(row => $"({Formula(row[3])}, {Formula(row[4])})")) + "]; }";
        var counts = ((double Parameters, double Cost)[])Compiled.Load(source).GetType("Counts")!.GetMethod("Of")!.Invoke(null, [5.0, 8.0, 3.0])!;
        for (int i = 0; i < names.Length; i++)
        {
            Type type = LibraryCells().Single(t => t.Name.Split('`')[0] == names[i]);
            int[] sizes = [.. Sizes(type.GetGenericArguments())];
            Module cell = Compiled.Make(type.Assembly, type.FullName!, [.. sizes.Select(_ => typeof(Dim))], [.. sizes.Select(s => (object)s)]);
            Assert.True(cell.Parameters.Count == counts[i].Parameters, $"{names[i]} has {cell.Parameters.Count} parameters, and the page says {counts[i].Parameters}.");
            double products = cell.Info.Parameters.Where(p => p.Rank == 2).Sum(p => p.Length);
            // A matrix as state costs more than the products, a kernel multiplies at each position, and not every matrix multiplies a vector.
            bool isMore = names[i] == "ConvLstm" || Fields(type).Any(f => f.GetCustomAttribute<StateAttribute>() is not null && f.FieldType.Name == typeof(Mat<,>).Name);
            Assert.True(counts[i].Cost == products || (isMore && counts[i].Cost > products), $"{names[i]} multiplies {products} times in products with its matrices, and the page says {counts[i].Cost}.");
        }
    }

    static string Formula(string cell) => cell.Trim('`').Replace("·", "*", StringComparison.Ordinal).Replace("²", "*m", StringComparison.Ordinal);

    static IEnumerable<int> Sizes(Type[] dimensions) => dimensions.Select(d => d.Name switch { "Input" => 5, "Memory" or "Projection" => 3, _ => 8 });

    /// <summary>Recurrent cells that take no memory beside their input, without those that exist for files of ONNX.</summary>
    static Type[] LibraryCells() => [.. typeof(Module).Assembly.GetExportedTypes().Where(type => type.GetCustomAttribute<CellAttribute>() is not null && !type.Name.StartsWith("Clipped", StringComparison.Ordinal)
        && type.BaseType!.GetGenericTypeDefinition() == typeof(Cell<,>) && Fields(type).Any(f => f.GetCustomAttribute<StateAttribute>() is not null))];

    static FieldInfo[] Fields(Type type) => type.GetFields(BindingFlags.NonPublic | BindingFlags.Instance);

    [GeneratedRegex("""\[`(\w+)""")]
    private static partial Regex Name();
}
