using System.Reflection;
using RnnDsl.Continual;
using RnnDsl.Sequences;

namespace RnnDsl.Execution.Tests;

/// <summary>The snippets of docs/continual.md, run one after the other on a made-up load whose regime changes.</summary>
public sealed class ContinualPageTests : IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("rnndsl-continual").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void Snippets_run_and_print_what_is_shown()
    {
        var page = new Page("continual.md");
        Assembly program = page.Load(folder);
        // Months of four runs each; what is broken comes in the last one alone.
        string[] states = ["off", "idle", "running", "broken"];
        File.WriteAllLines(Path.Combine(folder, "readings.csv"), ["month,run,load,state", .. from month in Enumerable.Range(0, 3) from run in Enumerable.Range(0, 10) from row in Enumerable.Range(0, 12)
            select $"{(new[] { "may", "june", "july" }[month])},{10 * month + run},{row % 5 + run},{states[(run + month) % (month + 2)]}"]);
        double[] load = [.. Enumerable.Range(0, 320).Select(i => 50 + 10 * Math.Sin(i * Math.PI / (i < 160 ? 6 : 4)) + (i < 160 ? 0 : 8) + Math.Sin(i * i))];
        var series = new TimeSeries(["load"], load);
        TimeSeries scaled = StandardScaler.Fit(series, 60).Apply(series);
        Dataset Cut(int start, int rows) => Windows.Create(scaled.Range(start, rows), new WindowOptions { Length = 12, Horizon = 4, Targets = ["load"] });
        var known = new Dictionary<string, object>
        {
            ["model"] = Compiled.Make(program, "Forecaster", [], 1, 16, 4), ["series"] = series,
            ["tasks"] = (ContinualTask[])[.. Enumerable.Range(0, 4).Select(i => new ContinualTask($"part {i + 1}", Cut(80 * i, 60), Cut(80 * i + 50, 30)))],
        };
        var printed = new List<string>();
        for (int snippet = 0; snippet < page.Count; snippet++)
        {
            (string? shown, string text) = page.Run(program, snippet, known);
            if (shown is not null)
                Assert.Equal(shown, text);
            printed.Add(text);
        }
        string all = string.Concat(printed);
        foreach (string expected in new[] { "minus RMSE on each task", "forward transfer", "A-GEM: average ", "LwF: average ", "part 4: ", "drift was found after 3", "may: 24 + 6, june: 21 + 9, july: 24 + 6", "decisions in 180 examples" })
            Assert.Contains(expected, all);
        Assert.Equal(["learner.safetensors", "maintained.safetensors", "readings.csv"], Directory.GetFiles(folder).Select(Path.GetFileName).Order());
        AssertRestarts(page, program, known);
        Assert.Equal(typeof(ContinualStrategy), program.GetType("StayClose")!.BaseType);
    }
    /// <summary>The programs that may be started again: in one run, and in two of which the first is given a part of the tasks, with the same parameters and words in the
    /// end.</summary>
    void AssertRestarts(Page page, Assembly program, Dictionary<string, object> known)
    {
        var tasks = (ContinualTask[])known["tasks"];
        for (int snippet = page.Count - 2; snippet < page.Count; snippet++)
        {
            // Tasks that were learned are skipped; a stream comes once.
            ContinualTask[] rest = snippet == page.Count - 2 ? tasks : tasks[2..];
            ((float[] Values, string Printed) once, (float[] Values, string Printed) twice) = (Run(tasks), Run(tasks[..2], rest));
            Assert.Equal(once.Printed, twice.Printed);
            Assert.Equal(once.Values, twice.Values);

            (float[], string) Run(params ContinualTask[][] runs)
            {
                string printed = "";
                var values = new float[0];
                foreach (string file in Directory.GetFiles(folder))
                    File.Delete(file);
                foreach (ContinualTask[] run in runs)
                {
                    var model = (Module)Compiled.Make(program, "Forecaster", [], 1, 16, 4);
                    printed = page.Run(program, snippet, new Dictionary<string, object>(known) { ["model"] = model, ["tasks"] = run }).Printed;
                    values = model.Parameters.Snapshot();
                }
                return (values, printed);
            }
        }
    }
}
