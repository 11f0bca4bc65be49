using System.Reflection;
using RnnDsl.Continual;
using RnnDsl.Sequences;

namespace RnnDsl.Execution.Tests;

/// <summary>The snippets of docs/continual.md, run one after the other on a made-up load whose regime changes.</summary>
public class ContinualPageTests
{
    [Fact]
    public void Snippets_run_and_print_what_is_shown()
    {
        var page = new Page("continual.md");
        Assembly program = page.Load();
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
        foreach (string expected in new[] { "minus RMSE on each task", "forward transfer", "A-GEM: average ", "LwF: average ", "part 4: ", "drift was found after 3", "decisions in 180 examples" })
            Assert.Contains(expected, all);
        Assert.Equal(typeof(ContinualStrategy), program.GetType("StayClose")!.BaseType);
    }
}
