using System.Reflection;
using RnnDsl.Sequences;

namespace RnnDsl.Execution.Tests;

/// <summary>The snippets of docs/runs.md, run one after the other on a made-up load.</summary>
public class RunsPageTests
{
    [Fact]
    public void Snippets_run_and_print_what_is_shown()
    {
        string folder = Directory.CreateTempSubdirectory("rnndsl-pages-").FullName;
        try
        {
            var page = new Page("runs.md");
            Assembly program = page.Load(folder);
            var series = new TimeSeries(["load"], [.. Enumerable.Range(0, 240).Select(i => 50 + 10 * Math.Sin(i * Math.PI / 6) + Math.Sin(i * i))]);
            var known = new Dictionary<string, object>
            {
                ["data"] = ForecastData.Create(series, new WindowOptions { Length = 12, Horizon = 4, Targets = ["load"] }, ChronologicalSplit.Fractions(series.Rows, 0.7, 0.15)),
            };
            for (int snippet = 0; snippet < page.Count; snippet++)
            {
                (string? shown, string text) = page.Run(program, snippet, known);
                Assert.Equal(shown ?? "", text);
            }
            // The snippets' files, of which the model's name is taken for one in the folder itself.
            foreach (string file in new[] { "runs/runs.html", "runs/load-1/run.html", "runs/load-1/run.jsonl", "model.safetensors" })
                Assert.True(new FileInfo(Path.Combine(folder, file)).Length > 0);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
